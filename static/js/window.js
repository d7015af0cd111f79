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
  if (container.id !== "c-rows") return;
  const { oldest, newest } = container.dataset;
  byId("log-start").hidden = oldest !== "0";
  putEdge(container, "before", ".older", oldest !== "0" && `?before=${oldest}`);
  putEdge(container, "after", ".newer", newest === "0" && `?after=${newestIn(container)?.dataset.id}`);
}

function putEdge(container, side, name, search) {
  let edge = container.parentElement.querySelector(`:scope > ${name}`);
  if (!search) return edge?.remove();
  if (!edge) {
    edge = byId("log-edges").content.querySelector(name).cloneNode(true);
    container[side](edge);
    edge.tabIndex = -1; // they come by themselves, and by ↑ at the first message
  }
  edge.search = search;
  observeEdge(edge);
}
