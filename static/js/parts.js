// Parts of the page that say what they are about (`data-live`) are fetched anew when that has changed.

const SPREAD = 1500; // ms; a whole organization doesn't ask at once
const AGAIN = 4000; // ms until a part that couldn't be had is asked for again
const due = new Map(); // address → timer
const turns = new Map(); // address → how often; answers may overtake each other
let channelName; // as the title has it

function takeStale(names) {
  for (const name of words(names)) {
    for (const { dataset } of document.querySelectorAll(`[data-live~="${name}"]`)) {
      askSoon(dataset.liveUrl, 0);
    }
  }
}

// What the reader did themselves shows without delay.
function takeNow(names) {
  const urls = new Set(words(names).flatMap((name) => [...document.querySelectorAll(`[data-live~="${name}"]`)].map(({ dataset }) => dataset.liveUrl)));
  urls.forEach(refresh);
}

function askSoon(url, delay) {
  if (!due.has(url)) due.set(url, setTimeout(refresh, delay + Math.random() * SPREAD, url));
}

async function refresh(url) {
  clearTimeout(due.get(url));
  due.delete(url);
  const turn = (turns.get(url) ?? 0) + 1;
  turns.set(url, turn);
  const address = new URL(url, location.href);
  if (main().dataset.channel) address.searchParams.set("active", main().dataset.channel);
  let response, text;
  try {
    response = await ask(address);
    text = await response.text();
  } catch {
    response = null;
  }
  if (turns.get(url) !== turn) return; // it was asked for again, and that answer is younger
  const parts = [...document.querySelectorAll("[data-live-url]")].filter((part) => part.dataset.liveUrl === url);
  // The stream tells a thing once: what couldn't be had stays to be fetched, for as long as the page shows it.
  if (!response || response.status >= 500) return parts.length && askSoon(url, AGAIN);
  if (response.ok) for (const part of parts) await (part === byId("sidebar") ? morphSidebar : morph)(part, text);
  else if (parts.length) reloadOnce();
  followFrame();
  prepareComposers();
  showCurrent();
  showTotal();
}

async function morphSidebar(part, text) {
  replacing += 1;
  try {
    await morph(part, text);
  } finally {
    replacing -= 1;
  }
  countAgain();
  followOrganization();
}

function morph(part, text) {
  return htmx.swap({ sourceElement: part, target: part, swap: "outerMorph", select: `#${part.id}`, text });
}

// A channel's name stands in the title and in the thread's head.
function followFrame() {
  const rows = byId("c-rows");
  if (rows) byId("log-start").hidden = rows.dataset.oldest !== "0";
  const name = byId("conversation-header")?.dataset.name;
  title = title.replace(channelName ?? name, name);
  channelName = name;
  for (const element of document.querySelectorAll("[data-channel-name]")) element.textContent = name;
}

function takePerson({ member, name, initials, picture }) {
  const texts = { [`[data-name-of="${member}"]`]: name, [`.mention[data-member="${member}"]`]: `@${name}` };
  const places = [document, byId("row-template")?.content].filter(Boolean);
  for (const [selector, text] of Object.entries(texts)) {
    for (const place of places) for (const element of place.querySelectorAll(selector)) element.textContent = text;
  }
  // A direct channel is named after its people.
  if (document.querySelector(`#conversation-header [data-name-of="${member}"]`)) takeStale("frame");
  for (const place of places) for (const avatar of place.querySelectorAll(`[data-initials-of="${member}"]`)) {
    avatar.textContent = initials;
    if (picture) avatar.append(Object.assign(new Image(), { alt: "", loading: "lazy", src: picture }));
  }
}
