// The part of a channel's history that the page holds: `data-oldest` is 0 where it begins at the channel's start,
// `data-newest` is 1 where it reaches the newest message. A thread is held whole.

const MOST = 400; // rows that a log holds
const KEPT = 250; // rows that stay when it held more

const held = []; // rows that came for a place whose page is still being fetched
let fetching = 0;

function fits(container, id) {
  const { oldest, newest } = container.dataset;
  if (oldest !== "0" && id < Number(oldest)) return false;
  return newest === "1" || id <= numberOf(newestIn(container));
}

const oldestIn = (container) => rowsIn(container)[0];
const newestIn = (container) => rowsIn(container).findLast((row) => row.dataset.id);

// Takes rows away at the far end, whence scrolling brings them back.
function trim(container, end) {
  const rows = rowsIn(container).filter((row) => row.dataset.id);
  if (rows.length <= MOST || container.id !== "c-rows") return;
  if (end === "oldest") {
    rows.slice(0, -KEPT).forEach(takeAway);
    container.dataset.oldest = oldestIn(container).dataset.id;
  } else {
    rows.slice(KEPT).forEach(takeAway);
    container.dataset.newest = "0";
  }
  showEdges(container);
}

// What stands before and after the rows: links to more, or the words at a channel's beginning.
function showEdges(container) {
  const template = byId("log-edges");
  if (container.id !== "c-rows" || !template) return;
  const [older, newer, start] = [".older", ".newer", ".log-start"].map((name) => template.content.querySelector(name));
  const atStart = container.dataset.oldest === "0";
  putEdge(container, "before", atStart ? start : older, atStart ? "" : `?before=${container.dataset.oldest}`);
  const more = container.dataset.newest === "0" && newer;
  putEdge(container, "after", more, `?after=${newestIn(container)?.dataset.id}`);
}

function putEdge(container, side, model, search) {
  let edge = side === "before" ? container.previousElementSibling : container.nextElementSibling;
  if (!model || edge?.className.split(" ")[0] !== model.className.split(" ")[0]) {
    edge?.remove();
    edge = model && model.cloneNode(true);
    if (edge) container[side](edge);
    if (edge?.href) edge.tabIndex = -1; // they come by themselves, and by ↑ at the first message
  }
  if (edge?.href) {
    edge.search = search;
    observeEdge(edge);
  }
}
