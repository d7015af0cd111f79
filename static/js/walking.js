// The keys of a log. For Tab it is one stop; the arrows walk its messages, and Enter goes into the one that has the
// focus. Letters count only there, and only for who came by keyboard. chat/shortcuts.py has them for the sheet.

const INNER = "a[href], button, summary, pre, table";

// What a row holds is reached through the row, but for what scrolls: that stays a stop of its own.
function skipInner(row) {
  for (const link of row.querySelectorAll("a, summary, .copy-code")) link.tabIndex = -1;
}

function findStops(log) {
  for (const box of log.querySelectorAll(".message-body :is(pre, table)")) {
    box.tabIndex = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight ? 0 : -1;
  }
}

function walkTo(row) {
  if (!row) return;
  const body = row.querySelector(".message-body");
  body.id ||= `${row.id}-b`;
  row.setAttribute("aria-describedby", body.id); // the focus has all of it read out
  row.focus({ preventScroll: true, focusVisible: true });
  row.scrollIntoView({ block: "nearest" });
}

function walkUp(row) {
  const above = rowBefore(row);
  const link = !above && row.closest(".log").querySelector(":scope > .older");
  if (link) fetchMore(link);
  else walkTo(above);
}

function walkDown(row) {
  const below = rowAfter(row);
  if (below) walkTo(below);
  else if (row.parentElement.dataset.newest === "1") composerBeside(row)?.elements.body.focus();
}

function walkToEnd(row) {
  if (row.parentElement.dataset.newest === "0") row.closest(".log").parentElement.querySelector(".jump").click();
  else walkTo(rowsIn(row.parentElement).at(-1));
}

const innerOf = (row) => [...row.querySelectorAll(INNER)].filter((one) => one.checkVisibility());
const enterRow = (row) => (row.querySelector(".message-actions a") ?? innerOf(row)[0])?.focus();

function step(row, by) {
  const inner = innerOf(row);
  inner.at((inner.indexOf(document.activeElement) + by) % inner.length).focus();
}

function answer(row) {
  const link = row.querySelector(".reply");
  if (link) link.click();
  else composerBeside(row)?.elements.body.focus();
}

const ROW_KEYS = {
  arrowup: walkUp,
  k: walkUp,
  arrowdown: walkDown,
  j: walkDown,
  home: (row) => walkTo(rowsIn(row.parentElement)[0]),
  end: walkToEnd,
  enter: enterRow,
  arrowright: enterRow,
  e: (row) => isMine(row) && edit(row),
  r: answer,
  u: (row) => row.matches("#c-rows > *") && isNews(row) && markUnread(row),
  c: (row) => copy(row.querySelector(".permalink").href),
  m: (row) => openMenu(row.querySelector(".more")),
};
const INNER_KEYS = {
  arrowup: walkUp,
  arrowdown: walkDown,
  arrowleft: (row) => step(row, -1),
  arrowright: (row) => step(row, 1),
  escape: walkTo,
};
const LOG_KEYS = { arrowup: lastSeen, k: lastSeen, arrowdown: firstSeen, j: firstSeen };

// Whether the focus came by a click or a touch: who reads and types then means nothing by a letter. (Browsers let
// :focus-visible hold from the first key on.)
let byPointer = false;
document.addEventListener("pointerdown", () => { byPointer = true; }, { capture: true });
document.addEventListener("keydown", ({ key }) => { if (key === "Tab") byPointer = false; }, { capture: true });

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const log = within(event, ".log");
  if (!log || within(event, ".message-edit, .message-failure")) return;
  const row = within(event, ".rows > .message");
  const key = event.key.toLowerCase();
  const keys = event.target === log ? LOG_KEYS : event.target === row ? ROW_KEYS : INNER_KEYS;
  if (!Object.hasOwn(keys, key) || !(row || event.target === log) || byPointer) return;
  if (keys === INNER_KEYS && event.target.matches("pre, table") && event.target.tabIndex === 0 && key !== "escape") return;
  if (keys === ROW_KEYS && !row.dataset.id && key.length === 1) return; // still on its way
  event.preventDefault();
  if (keys === LOG_KEYS) walkTo(keys[key](log));
  else keys[key](row);
});

// While a message has the focus, it is the log's stop in place of the log around it.
document.addEventListener("focusin", ({ target }) => {
  const log = target.closest(".log");
  if (log && target !== log) log.tabIndex = -1;
  const row = target.closest(".rows > .message");
  if (row) row.tabIndex = 0;
});
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const row = target.closest?.(".rows > .message");
  if (row && !row.contains(relatedTarget)) row.tabIndex = -1;
  const log = target.closest?.(".log");
  if (log && !(relatedTarget && log.contains(relatedTarget))) log.tabIndex = 0;
});
