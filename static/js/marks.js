// Rows are the same for every reader; here they become this reader's: what is mine, what calls me, which row follows
// the one above it, where a day begins, where I left off, and times as this place writes them.

const CLOSE = 5 * 60 * 1000; // messages of one author within it stand under one name
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const shortMoment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

const isRow = (element) => element.classList.contains("message");
const rowsIn = (container) => [...container.children].filter(isRow);
const numberOf = (row) => (row.dataset.id ? Number(row.dataset.id) : Infinity); // what is still being sent comes last
const isMine = (row) => row.dataset.author === me;

function beside(row, step) {
  do row = row[step];
  while (row && !isRow(row));
  return row;
}
const rowBefore = (row) => beside(row, "previousElementSibling");
const rowAfter = (row) => beside(row, "nextElementSibling");

function callsMe(mentions) {
  const called = words(mentions);
  return [me, "channel", "here"].some((name) => called.includes(name));
}

// What a row shows of itself alone.
function mark(row) {
  row.classList.toggle("mine", isMine(row));
  row.classList.toggle("mentions-me", !isMine(row) && callsMe(row.dataset.mentions));
  for (const mention of row.querySelectorAll(`.mention[data-member="${me}"]`)) mention.classList.add("mention-me");
  for (const code of row.querySelectorAll(".message-body pre")) offerCopy(code);
  skipInner(row);
  localize(row);
}

function offerCopy(code) {
  const model = byId("copy-code");
  if (!model || code.parentElement.matches(".code")) return;
  const box = document.createElement("div");
  box.className = "code";
  code.replaceWith(box);
  box.append(code, model.content.cloneNode(true));
}

function localize(root) {
  for (const time of root.querySelectorAll(".permalink time, .versions time, time.when")) {
    const at = new Date(time.dateTime);
    time.title = moment.format(at);
    const short = time.closest(".permalink") ? clock : time.matches(".when") ? shortMoment : moment;
    time.textContent = short.format(at);
  }
}

// What a row shows because of the one above it.
function relate(row) {
  if (!row) return;
  clearAbove(row);
  const above = rowBefore(row);
  const at = new Date(row.dataset.at);
  const before = above && new Date(above.dataset.at);
  const newDay = !above || at.toDateString() !== before.toDateString();
  const unread = isFirstUnread(row);
  if (newDay) row.before(line("day", dayName(at)));
  if (unread) row.before(line("unread-line", row.parentElement.dataset.unreadWord));
  const follows = !newDay && !unread && above.dataset.author === row.dataset.author && at - before < CLOSE;
  row.classList.toggle("follows", follows && !isAside(row) && !isAside(above));
}

const isAside = (row) => row.querySelector(".in-thread"); // sent here from a thread: it stands alone

function clearAbove(row) {
  while (row.previousElementSibling && !isRow(row.previousElementSibling)) row.previousElementSibling.remove();
}

function line(name, text) {
  const element = document.createElement("div");
  element.className = name;
  element.setAttribute("aria-live", "off"); // read where it stands, not when it comes
  element.textContent = text;
  return element;
}

// `data-line` is the last message that had been read when the reader came, or looked away.
function isFirstUnread(row) {
  const left = row.parentElement.dataset.line;
  const isUnread = (other) => numberOf(other) > Number(left) && numberOf(other) < Infinity && !isMine(other);
  if (left === undefined || !isUnread(row)) return false;
  for (let above = rowBefore(row); above && numberOf(above) > Number(left); above = rowBefore(above)) {
    if (isUnread(above)) return false;
    if (!rowBefore(above)) return beginsAtStart(above);
  }
  return Boolean(rowBefore(row)) || beginsAtStart(row);
}

// Above the first row of a window there may be others, which aren't here.
const beginsAtStart = (row) => row.parentElement.dataset.oldest === "0";

function drawLine(container, left) {
  container.dataset.line = left;
  const old = container.querySelector(":scope > .unread-line");
  const stale = old && beside(old, "nextElementSibling");
  relate(stale);
  relate(rowsIn(container).find(isFirstUnread));
}

function markAll(container) {
  for (const row of rowsIn(container)) {
    mark(row);
    relate(row);
  }
}
