// Where a log stands: it sticks to its end while the reader is near it, and otherwise nothing moves under the eye.

const NEAR = 100; // pixels
const FAR = 2; // heights of the log; from there on the way back to the end is offered
const ABOVE = 120; // pixels of what has been read, above the line of what is new
const stands = new WeakMap(); // log → where its reader was when last seen

const fromEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight;
const isNearEnd = (log) => fromEnd(log) < NEAR;
const sticks = (log) => (log.clientHeight ? isNearEnd(log) : stands.get(log)?.end ?? true);
const topOf = (element) => element.getBoundingClientRect().top;
const bottomOf = (element) => element.getBoundingClientRect().bottom;

function toEnd(log) {
  log.scrollTop = log.scrollHeight;
  noteScroll(log);
}

function noteScroll(log) {
  if (!log.clientHeight) return; // not shown: it stays where it was
  const end = isNearEnd(log);
  const row = end ? null : firstSeen(log);
  stands.set(log, { end, row: row?.id, bottom: row && bottomOf(row) - topOf(log) });
  showJump(log);
}

// After the log's size has changed, or it was put back, the reader sees what they saw.
function stand(log, stood = stands.get(log)) {
  if (!log.clientHeight || !stood) return;
  if (stood.end) return toEnd(log);
  const row = stood.row && byId(stood.row);
  if (row) log.scrollTop += bottomOf(row) - topOf(log) - stood.bottom;
  noteScroll(log);
}

// Changes a log's content; the end stays in view, or else the first row that the reader sees stays where it is.
function keepPlace(log, change, stuck = sticks(log)) {
  const anchor = stuck ? null : firstSeen(log);
  const bottom = anchor && bottomOf(anchor); // its head may come and go
  change();
  if (stuck) return toEnd(log);
  const row = anchor && byId(anchor.id);
  if (row) log.scrollTop += bottomOf(row) - bottom;
  noteScroll(log);
}

// The first of some rows, which stand one below the other, that ends below `edge`; looked for by halves.
function firstBelow(rows, edge) {
  let from = 0;
  let to = rows.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (bottomOf(rows[middle]) > edge) to = middle;
    else from = middle + 1;
  }
  return from;
}

function firstSeen(log) {
  const rows = rowsIn(log.querySelector(".rows")).filter((row) => row.id);
  return rows[firstBelow(rows, topOf(log))];
}

// The last row that the reader has seen the end of.
function lastSeen(log) {
  const rows = rowsIn(log.querySelector(".rows")).filter((row) => row.dataset.id);
  return rows[firstBelow(rows, bottomOf(log) + 1) - 1];
}

// The way to the newest message, offered where it isn't in view, with the number of those that are unread.
function showJump(log) {
  const jump = log.parentElement.querySelector(":scope > .jump");
  if (!jump) return;
  const rows = log.querySelector(".rows");
  const whole = rows.dataset.newest === "1";
  if (whole && isNearEnd(log)) jump.dataset.new = 0;
  const link = rows.id === "c-rows" && linkOf(main().dataset.channel);
  const count = Number((link || jump).dataset[link ? "unread" : "new"]);
  jump.hidden = whole && (isNearEnd(log) || (!count && fromEnd(log) < FAR * log.clientHeight));
  const text = !count ? "" : count > 99 ? "99+" : String(count);
  const shown = jump.querySelector("[data-count]");
  if (shown.textContent !== text) shown.textContent = text;
}

// What came in below, where the sidebar doesn't count it.
function countNew(log, count) {
  const jump = log.parentElement.querySelector(":scope > .jump");
  if (jump) jump.dataset.new = Number(jump.dataset.new) + count;
  showJump(log);
}

const sizes = new ResizeObserver((entries) => {
  for (const log of new Set(entries.map(({ target }) => target.closest(".log")))) {
    stand(log);
    findStops(log);
  }
});

function watchScroll(log) {
  sizes.observe(log);
  sizes.observe(log.querySelector(".rows"));
}

// Scroll events don't bubble, but they can be caught on the way down.
document.addEventListener("scroll", ({ target }) => {
  if (!(target instanceof Element) || !target.matches(".log")) return;
  noteScroll(target);
  readSoon();
}, { capture: true, passive: true });

document.addEventListener("click", async (event) => {
  const jump = within(event, ".jump");
  if (!jump || !isPlain(event)) return;
  event.preventDefault();
  const log = jump.parentElement.querySelector(":scope > .log");
  const rows = log.querySelector(".rows");
  delete rows.dataset.held;
  if (rows.dataset.newest === "0" && !(await fetchNewest())) return;
  toEnd(log); // which hides the button
  log.focus({ preventScroll: true });
  readSoon();
});

// What folds is opened downwards, and closed so that the button stays under the hand.
document.addEventListener("click", (event) => {
  const button = within(event, ".fold > summary");
  if (!button) return;
  event.preventDefault();
  const fold = button.parentElement;
  const log = fold.closest(".log");
  const kept = fold.open ? button : fold.closest(".message");
  const top = topOf(kept);
  fold.open = !fold.open;
  if (!log) return;
  log.scrollTop += topOf(kept) - top;
  noteScroll(log);
});

// Where a page begins: at the message it is about, where the reader left off, or at the end.
function place(log) {
  const rows = log.querySelector(".rows");
  log.classList.remove("from-bottom");
  const wanted = rows.dataset.highlighted ? `${rows.id[0]}-m-${rows.dataset.highlighted}` : location.hash.slice(1);
  const row = wanted && byId(wanted);
  const unread = rows.querySelector(":scope > .unread-line");
  log.scrollTop = log.scrollHeight;
  if (row && log.contains(row)) {
    row.classList.add("highlighted");
    row.scrollIntoView({ block: "center" });
  } else if (unread && topOf(unread) < topOf(log) + ABOVE) {
    log.scrollTop += topOf(unread) - topOf(log) - ABOVE;
  }
  noteScroll(log);
}
