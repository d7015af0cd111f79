// What happens while nobody looks. One tab of a browser and organization, the one that holds a lock, keeps a small
// stream for all, and passes on what it hears. Hidden tabs count by it in their titles; what calls the reader is shown
// as a notification, unless some tab is being looked at. The page's own stream, which rests while hidden, and the
// sidebar, fetched anew, make up for the rest when one comes back.

const HINTS_SILENCE = 45_000; // ms
const bus = new BroadcastChannel(`hints:${home}${me}`);
const missed = new Map(); // message → what a hint said of it
const seen = new Set(); // messages that some tab shows, while one asks
let leading = false;
let hintStream = null;
let hintsAt = 0; // position
let hintBeat = 0;
let hintTries = 0;
let behind = false; // whether the sidebar lacks something

const HINTED = {
  hint(data) {
    const link = linkOf(data.channel);
    if (data.author === me || (link && Number(data.message) <= Number(link.dataset.read))) return;
    if (data.kind === "create") missed.set(data.message, data);
    else missed.delete(data.message);
  },
  followed(data) {
    if (data.author === me) return;
    if (!linkOf(data.channel)?.classList.contains("muted")) setThreads((roots) => roots.add(data.thread));
  },
  thread: ({ thread }) => setThreads((roots) => roots.delete(thread)),
  read(data) {
    const link = linkOf(data.channel);
    for (const [message, one] of missed) if (one.channel === data.channel) missed.delete(message);
    if (link) setCounts(link, { read: data.message, unread: data.unread, mentions: data.mentions });
  },
};

// What a hint of a message means to me: "call" for what counts, "word" for what is merely new.
function meaningOf({ channel, mentions, counts }) {
  const link = linkOf(channel);
  if (link?.classList.contains("muted")) return "";
  if (callsMe(mentions) || (counts === "1" && link?.classList.contains("direct"))) return "call";
  return counts === "1" ? "word" : "";
}

function hear({ at, told }) {
  hintsAt = Math.max(hintsAt, at);
  if (visible()) return; // the page's own stream tells it
  behind = true;
  for (const { style, data } of told) HINTED[style]?.(data);
  showTotal();
}

bus.addEventListener("message", ({ data }) => {
  if (data.told) hear(data);
  if (data.asked && isLookedAt(data.channel)) bus.postMessage({ shown: data.asked });
  if (data.shown) seen.add(data.shown);
});

const isLookedAt = (channel) => visible() && (document.hasFocus() || isReading(channel));

// The leader's

function lead() {
  hintStream?.close();
  clearTimeout(lead.timer);
  hintBeat = Date.now();
  hintStream = new EventSource(`${home}events?hints=1&after=${Math.max(hintsAt, position)}`);
  hintStream.addEventListener("open", () => { hintTries = 0; });
  hintStream.addEventListener("message", ({ data, lastEventId }) => {
    const told = [...fragment(data).querySelectorAll("hx-partial > *")].map((one) => ({
      style: one.parentElement.getAttribute("hx-swap"),
      data: { ...one.dataset },
    }));
    const heard = { at: Number(lastEventId) || 0, told };
    hintBeat = Date.now();
    bus.postMessage(heard);
    hear(heard);
    for (const { style, data: one } of told) answerHint(style, one);
  });
  hintStream.addEventListener("position", ({ lastEventId }) => {
    hintBeat = Date.now();
    hintsAt = Math.max(hintsAt, Number(lastEventId) || 0);
  });
  // A browser gives up at any answer that is no stream; while it doesn't, it comes back by itself.
  hintStream.addEventListener("error", () => {
    if (hintStream.readyState !== EventSource.CLOSED) return;
    lead.timer = setTimeout(lead, Math.min(1000 * 2 ** hintTries++, 60_000) * (0.7 + Math.random() * 0.6));
  });
}

function answerHint(style, data) {
  if (style === "read") closeNotice(data.channel);
  if (style === "stale" && !visible()) takeStale(data.what);
  if ((style === "followed" && data.author !== me) || (style === "hint" && data.kind === "create" && data.author !== me)) considerNotice(data);
}

setInterval(() => { if (leading && Date.now() - hintBeat > HINTS_SILENCE) lead(); }, 5000);
addEventListener("online", () => { if (leading) lead(); });

// Held until this page goes away. Where there are no locks (plain http), hidden tabs wait until they're shown.
navigator.locks?.request(`hints:${home}${me}`, () => new Promise(() => {
  leading = true;
  lead();
})).catch(() => {});

document.addEventListener("visibilitychange", async () => {
  if (!visible() || !behind) return;
  behind = false;
  await refresh(byId("sidebar").dataset.liveUrl);
  missed.clear();
  showTotal();
});
