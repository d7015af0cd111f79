// Keeps the page's stream alive where htmx gives up: a first connection that failed, silence, a machine that slept.

const SILENCE = 40_000; // ms; the server's heart beats every 15 s. A new stream's answer is awaited for 20 s: shell.html
const PATIENCE = 3000; // ms without a stream before the page says so
let connection = null;
let live = false;
let position = 0; // of the newest event seen
let beat = 0;
let lostAt = 0;
let tries = 0;
let retry = 0;

const stream = () => byId("stream");

function connect() {
  const element = stream();
  if (element && !element._htmx?.sse) htmx.trigger(element, "stream:connect", {}, false);
}

function connectLater() {
  clearTimeout(retry);
  retry = setTimeout(connect, Math.min(500 * 2 ** tries++, 30_000) * (0.7 + Math.random() * 0.6));
}

function hurry() {
  if (connection) connection.delayCanceller?.();
  else connect();
}

// What the page shows is not the reader's any more, or they have been signed out: the server says which.
function reloadOnce() {
  if (goingHome) return true; // a reload would overtake the way home
  const last = Number(stored(sessionStorage, "reloaded"));
  if (Date.now() - last < 10_000) return false;
  store(sessionStorage, "reloaded", Date.now());
  location.reload();
  return true;
}

function lose() {
  live = false;
  showConnection();
}

const isRefusal = (status) => [401, 403, 404, 410].includes(status);
// The server is newer than this page, whose scripts don't know what it says: the stream would end there each time.
const isUnheardOf = (error) => Boolean(error?.message?.startsWith("Unknown swap style"));

document.addEventListener("htmx:sse:before:connection", lose);
document.addEventListener("htmx:sse:after:connection", ({ detail }) => {
  connection = detail.connection;
  live = true;
  beat = Date.now();
  tries = 0;
  showConnection();
  sendNow();
});
document.addEventListener("htmx:sse:before:message", ({ detail }) => {
  beat = Date.now();
  if (detail.message.id) position = Number(detail.message.id);
});
document.addEventListener("htmx:sse:close", ({ detail }) => {
  if (detail.connection !== connection) return;
  connection = null;
  lose();
});
document.addEventListener("htmx:sse:error", ({ detail }) => {
  if (isRefusal(detail.status) || isUnheardOf(detail.error)) reloadOnce();
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const element = ctx.sourceElement;
  if (element !== stream() || element._htmx?.sse) return;
  const refused = isRefusal(ctx.response?.status) || ctx.response?.raw.redirected;
  if (!refused || !reloadOnce()) connectLater();
});

addEventListener("online", hurry);
document.addEventListener("visibilitychange", () => {
  lostAt = 0;
  if (visible()) setTimeout(hurry, 50); // after htmx, which takes up a stream that it let rest
});

function showConnection() {
  const bar = document.querySelector(".connection");
  lostAt = live || !visible() || !stream() ? 0 : lostAt || Date.now();
  const missed = lostAt && Date.now() - lostAt >= PATIENCE;
  const state = live ? "live" : !missed ? "" : navigator.onLine ? "reconnecting" : "offline";
  if (state === bar.dataset.state) return;
  bar.dataset.state = state;
  bar.textContent = bar.dataset[`${state}Text`] ?? "";
  if (state !== "reconnecting") return;
  const button = document.createElement("button");
  button.className = "link-button";
  button.textContent = bar.dataset.tryText;
  button.addEventListener("click", hurry);
  bar.append(" ", button);
}

setInterval(() => {
  if (live && connection?.reader && Date.now() - beat > SILENCE) {
    beat = Date.now();
    connection.reader.cancel();
  }
  showConnection();
}, 1000);

// A new page's stream goes on where the old one was: the sidebar, and whatever else stays, lacks what came since.
function resume(incoming) {
  const attribute = "hx-sse:connect";
  const address = new URL(incoming.getAttribute(attribute), location.href);
  const after = Number(address.searchParams.get("after"));
  address.searchParams.set("after", Math.min(after, position || after));
  incoming.setAttribute(attribute, address.pathname + address.search);
}
