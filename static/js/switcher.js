// The quick switcher: one field that finds channels, conversations and people. What the sidebar knows is there at
// once; the server adds what else the reader may open.

const ASK_AFTER = 100; // ms
const MOST_OPTIONS = 20;
const STROKES = { ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ħ: "h", ı: "i", ß: "ss" };
let switcher = null; // the dialog, while it's open
let found = []; // the server's options for what is typed
let searching = null; // the request under way
let searchTimer = 0;

const plain = (text) => text.toLowerCase().replace(/[øłđðþæœħıß]/g, (letter) => STROKES[letter]).normalize("NFKD").replace(/\p{Mn}/gu, "");
const wordsOf = (text) => plain(text).split(/[\s#@_-]+/).filter(Boolean);

// 0: the name begins with what is typed, 1: one of its words does, 2: it's a part, Infinity: it isn't there.
function rankOf(name, typed) {
  const whole = plain(name);
  if (!typed.every((word) => whole.includes(word))) return Infinity;
  if (typed.some((word) => whole.startsWith(word))) return 0;
  return typed.some((word) => wordsOf(whole).some((part) => part.startsWith(word))) ? 1 : 2;
}

// Where the reader was, the newest first.
const recents = () => JSON.parse(stored(localStorage, `recent:${me}`) ?? "[]");
function noteVisit(channel) {
  if (!channel) return;
  const others = recents().filter((one) => one !== channel);
  store(localStorage, `recent:${me}`, JSON.stringify([channel, ...others].slice(0, 30)));
}

function openSwitcher() {
  if (switcher) return;
  switcher = byId("switcher-template").content.firstElementChild.cloneNode(true);
  switcher.addEventListener("close", closeSwitcher);
  document.body.append(switcher);
  switcher.showModal();
  showOptions();
}

function closeSwitcher() {
  searching?.abort();
  clearTimeout(searchTimer);
  switcher.remove();
  switcher = null;
  found = [];
}

const switcherField = () => switcher.querySelector("input");
const optionsOf = () => [...switcher.querySelectorAll("[role=option]")];
const chosenOption = () => switcher.querySelector('[aria-selected="true"]');

function showOptions() {
  const text = switcherField().value;
  const typed = wordsOf(text);
  const keep = chosenOption()?.dataset.key;
  const moved = switcher.dataset.moved;
  const local = optionsHere(typed);
  const keys = new Set(local.map((option) => option.dataset.key));
  const list = switcher.querySelector("[role=listbox]");
  const options = [...local, ...found.filter(({ dataset }) => !keys.has(dataset.key))];
  const settled = !typed.length || switcher.dataset.answered === text;
  if (typed.length && !options.length && settled) options.push(...creating(text));
  list.replaceChildren(...options);
  list.hidden = !options.length;
  switcher.querySelector(".switcher-none").hidden = options.length > 0 || !settled;
  const { oneText, countText } = switcher.dataset;
  const said = options.length === 1 ? oneText : countText.replace("0", options.length);
  switcher.querySelector("[role=status]").textContent = settled ? said : "";
  chooseOption(options.find(({ dataset }) => moved && dataset.key === keep) ?? options[0]);
}

function optionsHere(typed) {
  const visits = recents();
  const visitOf = ({ dataset }) => (visits.indexOf(dataset.channel) + 1) || Infinity;
  const compare = (one, other) => one.rank - other.rank || other.calls - one.calls || one.visit - other.visit;
  return [...document.querySelectorAll("#sidebar .channel")]
    .filter((link) => typed.length || !link.hasAttribute("aria-current"))
    .map((link) => ({
      link,
      rank: rankOf(link.querySelector(".channel-name").textContent, typed),
      calls: Number(link.dataset.mentions) ? 2 : Number(isUnread(link)),
      visit: visitOf(link),
    }))
    .filter(({ rank }) => rank < Infinity)
    .sort(compare)
    .slice(0, MOST_OPTIONS)
    .map(({ link }) => optionOf(link));
}

function optionOf(link) {
  const option = document.createElement("li");
  const person = link.matches(".direct") && link.querySelector("[data-initials-of]");
  option.append(...[...link.cloneNode(true).childNodes]);
  option.querySelector(".channel-name").className = "option-name";
  option.className = link.className;
  Object.assign(option.dataset, link.dataset, {
    key: person ? `p${person.dataset.initialsOf}` : `c${link.dataset.channel}`,
    href: link.getAttribute("href"),
  });
  option.setAttribute("role", "option");
  option.id = `to-${option.dataset.key}`;
  return option;
}

// What isn't there can be made, by those who may.
function creating(text) {
  const model = switcher.querySelector("template").content.firstElementChild;
  if (!document.querySelector(`#sidebar [href="${model.dataset.href}"]`)) return []; // the sidebar knows who may
  const option = model.cloneNode(true);
  const name = text.trim().replace(/^#/, "");
  option.querySelector(".option-name").append(name);
  option.dataset.href = `${model.dataset.href}?name=${encodeURIComponent(name)}`;
  return [option];
}

function chooseOption(option) {
  for (const one of optionsOf()) one.setAttribute("aria-selected", String(one === option));
  if (option) switcherField().setAttribute("aria-activedescendant", option.id);
  else switcherField().removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

async function search() {
  const text = switcherField().value;
  searching?.abort();
  searching = new AbortController();
  let options = [];
  if (wordsOf(text).length) {
    try {
      const response = await ask(`${home}switch/?q=${encodeURIComponent(text)}`, { signal: searching.signal });
      if (response.ok) options = [...fragment(await response.text()).children];
    } catch (error) {
      if (error.name === "AbortError") return; // overtaken
    }
  }
  if (!switcher || switcherField().value !== text) return;
  found = options;
  switcher.dataset.answered = text;
  showOptions();
}

async function goTo(option, { elsewhere = false } = {}) {
  const { href, person } = option.dataset;
  if (elsewhere) {
    window.open(href, "_blank", "noopener");
    return switcher.close();
  }
  switcher.close();
  if (!person) return visit(href);
  const response = await send(`${home}direct/new/`, { people: person }).catch(() => null);
  if (!response?.ok) return toast(response ? "refused" : "unreachable");
  visit(response.headers.get("Location"));
}

const SWITCHER_KEYS = {
  ArrowDown: (options, at) => chooseOption(options[(at + 1) % options.length]),
  ArrowUp: (options, at) => chooseOption(options.at((at - 1) % options.length)),
  Enter: (options, at, event) => goTo(options[at], { elsewhere: event.ctrlKey || event.metaKey }),
};

document.addEventListener("keydown", (event) => {
  if (!switcher || !within(event, "#switcher") || isComposing(event)) return;
  const act = SWITCHER_KEYS[event.key];
  const options = optionsOf();
  if (chordOf(event) === "mod+k") {
    event.preventDefault();
    return switcher.close();
  }
  if (!act) return;
  event.preventDefault();
  if (!options.length) return;
  if (event.key !== "Enter") switcher.dataset.moved = "1";
  act(options, options.indexOf(chosenOption()), event);
});

document.addEventListener("input", ({ target }) => {
  if (!switcher || target !== switcherField()) return;
  delete switcher.dataset.moved;
  found = [];
  showOptions();
  clearTimeout(searchTimer);
  searchTimer = setTimeout(search, ASK_AFTER);
});

document.addEventListener("click", (event) => {
  const button = within(event, "a.switch-button");
  if (button && isPlain(event)) {
    event.preventDefault();
    openSwitcher();
  } else if (switcher && event.target === switcher) {
    switcher.close(); // beside it
  } else if (switcher) {
    const option = within(event, "#switcher [role=option]");
    if (option) goTo(option, { elsewhere: event.ctrlKey || event.metaKey });
  }
});
