// Messages on their way, one after the other. Each shows as a row at once and stays until the server has it, or the
// writer discards it; a reload or a walk to another channel loses none. The nonce makes sending twice harmless, so that
// what doesn't get through is sent again by itself; only what the server refuses waits for the writer.

const TIMEOUT = 30_000; // ms
const LONGEST_PAUSE = 15_000; // ms between two tries
// What somebody else wrote in this tab, before they were signed out, isn't the reader's to send.
const outbox = JSON.parse(stored(sessionStorage, "outbox") ?? "[]").filter(
  ({ url, member }) => !member || !url.includes(home) || member === me,
);
let sending = false;
let left = false;
let failures = 0; // in a row, of reaching the server
let endPause = () => {};

const keepOutbox = () => store(sessionStorage, "outbox", outbox.length && JSON.stringify(outbox));

function post(item) {
  outbox.push(item);
  keepOutbox();
  showItem(item);
  deliverAll();
}

async function deliverAll() {
  if (sending) return;
  sending = true;
  try {
    for (let item; (item = outbox.find((one) => !one.failure)); ) await deliver(item);
  } finally {
    sending = false;
  }
}

async function deliver(item) {
  const values = { body: item.body, client_id: item.nonce };
  if (item.thread) values.thread = item.thread;
  if (item.member) values.member = item.member;
  if (item.draft) values.draft = item.draft;
  if (item.also) values.also_in_channel = "on";
  let response, text;
  try {
    response = await send(item.url, values, { signal: AbortSignal.timeout(TIMEOUT) });
    text = await response.text();
  } catch {
    // A page that is left cuts its requests; the next one sends again what is still here.
    return left ? pause(3000) : tryLater(item, "unreachable");
  }
  if (isAway(response.status)) return tryLater(item, response.status === 503 ? "busy" : "unreachable", response);
  failures = 0;
  const answer = fragment(text);
  if (response.ok && !response.redirected) return arrive(item, answer);
  if (response.status === 422) return giveBack(item, [...answer.querySelectorAll("li")].map((one) => one.textContent));
  const said = response.status === 403 && answer.querySelector("#main h1 + p")?.textContent;
  return fail(item, said || failureText(response.status === 404 ? "gone" : "error"));
}

// What a proxy says of a server that is down, and the server of a database that is.
const isAway = (status) => [502, 503, 504].includes(status);

function pause(time) {
  return new Promise((resume) => {
    setTimeout(resume, time);
    endPause = resume;
  });
}

// Soon, or as soon as the stream is back. The first time says nothing: most often the next try gets through.
function tryLater(item, reason, response) {
  const asked = Number(response?.headers.get("Retry-After")) * 1000;
  const time = asked || Math.min(1000 * 2 ** failures, LONGEST_PAUSE);
  failures += 1;
  if (failures > 1) item.waiting = failureText(`${reason}Waiting`);
  if (outbox.includes(item)) showItem(item);
  return pause(time * (0.7 + Math.random() * 0.6));
}

const failureText = (name) => byId("row-template")?.dataset[name] ?? name;

function arrive(item, answer) {
  const rows = rowsOf(item);
  if (rows) upsert(rows, answer.querySelectorAll(".message"));
  drop(item);
}

function fail(item, reason) {
  delete item.waiting;
  item.failure = reason;
  keepOutbox();
  if (outbox.includes(item)) showItem(item);
}

// A text that won't do goes back where it was typed, unless something else is typed there by now.
function giveBack(item, errors) {
  const form = rowsOf(item) && byId(item.thread ? "thread-composer" : "channel-composer");
  if (!form || form.elements.body.value) return fail(item, errors.join(" "));
  drop(item);
  form.elements.body.value = item.body;
  keepDraft(form);
  showErrors(form, errors);
}

function drop(item) {
  if (outbox.includes(item)) outbox.splice(outbox.indexOf(item), 1);
  keepOutbox();
  const rows = rowsOf(item);
  const row = rows && pendingRow(rows, item.nonce);
  if (row) takeAway(row);
}

// The rows among which an item belongs, if the page shows that place.
function rowsOf({ channel, thread }) {
  const open = main().dataset;
  if (open.channel !== channel || (thread && open.thread !== thread)) return null;
  return byId(thread ? "t-rows" : "c-rows");
}

function showItem(item) {
  const rows = rowsOf(item);
  if (!rows) return;
  // The stream may have brought the row although the answer was lost.
  if (rows.querySelector(`:scope > [data-id][data-nonce="${item.nonce}"]`)) return drop(item);
  let row = pendingRow(rows, item.nonce);
  if (!row) {
    row = byId("row-template").content.firstElementChild.cloneNode(true);
    row.id = `${rows.id[0]}-p-${item.nonce}`;
    row.dataset.nonce = item.nonce;
    row.dataset.at = item.at;
    row.querySelector(".message-body p").textContent = item.body;
    insert(rows, row);
    delete rows.dataset.held;
    drawLine(rows, Infinity);
    toEnd(rows.closest(".log"));
  }
  row.classList.toggle("pending", !item.failure);
  row.classList.toggle("failed", Boolean(item.failure));
  const note = row.querySelector(".message-failure");
  note.hidden = !item.failure && !item.waiting;
  note.setAttribute("role", item.failure ? "alert" : "status");
  note.querySelector("span").textContent = item.failure ?? item.waiting ?? "";
}

// There may be a way now: the stream is open, the machine is online, or the writer says so.
function sendNow() {
  endPause();
  deliverAll();
}

function showOutbox() {
  [...outbox].forEach(showItem);
  deliverAll();
}

document.addEventListener("click", (event) => {
  const button = within(event, ".message-failure button");
  if (!button) return;
  const row = button.closest(".message");
  const item = outbox.find((one) => one.nonce === row.dataset.nonce);
  const composer = composerBeside(row); // the row may go
  delete item.failure;
  delete item.waiting;
  if (button.matches(".discard")) {
    drop(item);
    dropSentDraft(item);
  } else showItem(item);
  sendNow();
  composer?.elements.body.focus();
});

addEventListener("beforeunload", () => {
  left = true;
  setTimeout(() => { left = false; }, 5000); // a download leaves nothing
});
addEventListener("pageshow", () => { left = false; });
addEventListener("online", sendNow);
