// Where a log stands: it sticks to its end while the reader is near it, and otherwise nothing moves under the eye.

const NEAR = 100; // pixels
const atEnd = new WeakMap(); // whether a log's reader was near its end when last seen

const isNearEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
const sticks = (log) => (log.clientHeight ? isNearEnd(log) : atEnd.get(log) ?? true);

function toEnd(log) {
  log.scrollTop = log.scrollHeight;
  noteScroll(log);
}

function noteScroll(log) {
  if (!log.clientHeight) return; // not shown: it stays where it was
  atEnd.set(log, isNearEnd(log));
  if (atEnd.get(log)) countNew(log, 0);
}

// Changes a log's content; the end stays in view, or else the first row that the reader sees stays where it is.
function keepPlace(log, change, stuck = sticks(log)) {
  const anchor = stuck ? null : firstSeen(log);
  const bottom = anchor?.getBoundingClientRect().bottom; // its head may come and go
  change();
  if (stuck) return toEnd(log);
  const row = anchor && byId(anchor.id);
  if (row) log.scrollTop += row.getBoundingClientRect().bottom - bottom;
  noteScroll(log);
}

function firstSeen(log) {
  const top = log.getBoundingClientRect().top;
  return rowsIn(log.querySelector(".rows")).find((row) => row.id && row.getBoundingClientRect().bottom > top);
}

// The button that counts what came in below; 0 takes it away.
function countNew(log, count) {
  const button = log.parentElement.querySelector(":scope > .jump");
  if (!button) return;
  const total = count && Number(button.dataset.new) + count;
  button.dataset.new = total;
  button.hidden = !total;
  button.querySelector("[data-count]").textContent = total;
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const log = target.closest(".log");
    if (log.clientHeight && atEnd.get(log)) toEnd(log);
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

document.addEventListener("click", (event) => {
  const button = within(event, ".jump");
  if (!button) return;
  const log = button.parentElement.querySelector(":scope > .log");
  if (log.querySelector(".rows").dataset.newest === "0") return visit(`${home}c/${main().dataset.channel}/`);
  toEnd(log); // which hides the button
  log.focus({ preventScroll: true });
  readSoon();
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
  } else if (unread) {
    const above = unread.getBoundingClientRect().top - log.getBoundingClientRect().top;
    if (above < 0) log.scrollTop += above - 48;
  }
  noteScroll(log);
}
