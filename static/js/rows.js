// Rows come from the page, from answers and from the stream, in any order and more than once. A row replaces an older
// one of the same id, and otherwise goes where its id belongs.

function upsert(container, rows) {
  const log = container.closest(".log");
  const stuck = sticks(log);
  let came = 0;
  keepPlace(log, () => {
    for (const row of [...rows]) if (put(container, row) && !isMine(row)) came += 1;
    if (stuck) trim(container, "oldest");
  });
  if (came && !stuck) countNew(log, came);
  if (came && missesRows(stuck)) lookedAway(container);
  readSoon();
}

// Whether the row is new here.
function put(container, row) {
  const old = byId(row.id);
  if (old) {
    if (Number(row.dataset.version) > Number(old.dataset.version)) replace(old, row);
    return false;
  }
  if (!fits(container, numberOf(row))) {
    if (fetching) held.push([container, row]);
    else if (container.dataset.newest === "0" && !isMine(row)) countNew(container.closest(".log"), 1);
    return false;
  }
  stopTyping(container, row);
  const pending = pendingRow(container, row.dataset.nonce);
  if (pending) takeAway(pending);
  insert(container, row);
  return !pending;
}

function insert(container, row) {
  let above = container.lastElementChild;
  while (above && !(isRow(above) && numberOf(above) <= numberOf(row))) above = above.previousElementSibling;
  if (above) above.after(row);
  else container.prepend(row);
  mark(row);
  relate(row);
  relate(rowAfter(row));
}

const textOf = (row) => row.querySelector(".message-body").textContent;

function replace(old, row) {
  const focused = old.contains(document.activeElement) && document.activeElement;
  const editor = old.querySelector(".message-edit");
  row.classList.toggle("highlighted", old.classList.contains("highlighted"));
  if (old.querySelector(".fold[open]")) row.querySelector(".fold")?.setAttribute("open", "");
  if (textOf(row) === textOf(old)) row.setAttribute("aria-live", "off"); // only a reply was counted
  old.replaceWith(row);
  mark(row);
  if (editor && !row.classList.contains("deleted")) showEditor(row, editor);
  relate(row);
  relate(rowAfter(row));
  if (!focused) return;
  if (row.contains(focused)) focused.focus();
  else (focused.classList[0] && row.querySelector(`.${focused.classList[0]}`) || row).focus();
}

function takeAway(row) {
  const below = rowAfter(row);
  clearAbove(row);
  row.remove();
  relate(below);
}

const pendingRow = (container, nonce) =>
  nonce && container.querySelector(`:scope > .message:not([data-id])[data-nonce="${CSS.escape(nonce)}"]`);

// Rows of an answer to a change: the page may have moved on meanwhile, so they only replace what is there.
function takeChanges(html) {
  for (const row of fragment(html).querySelectorAll(".message")) {
    const old = byId(row.id);
    if (old) upsert(old.parentElement, [row]);
  }
}
