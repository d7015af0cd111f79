// Older and newer rows, fetched when the reader comes near the end of those that are there.

const SOON = "600px 0px";
let edges; // watches the links to more of the open channel

function watchEdges(container) {
  edges?.disconnect();
  edges = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) fetchMore(entry.target);
  }, { root: container.closest(".log"), rootMargin: SOON });
  showEdges(container);
}

// Observed anew, a link that is in view says so again.
function observeEdge(link) {
  edges.unobserve(link);
  edges.observe(link);
}

async function fetchMore(link) {
  const container = byId("c-rows");
  if (fetching || !container || !link.isConnected) return;
  const older = link.matches(".older");
  fetching += 1;
  try {
    const response = await ask(container.dataset.historyUrl + link.search);
    const page = response.ok && fragment(await response.text()).firstElementChild;
    if (page && container.isConnected) takePage(container, page, older);
  } catch {
    edges.unobserve(link); // out of reach; it can still be clicked
  } finally {
    fetching -= 1;
    for (const [place, row] of held.splice(0)) if (place.isConnected) upsert(place, [row]);
  }
}

function takePage(container, page, older) {
  const log = container.closest(".log");
  keepPlace(log, () => {
    for (const row of rowsIn(page)) {
      row.setAttribute("aria-live", "off"); // history, not news: nobody wants all of it read out
      if (!byId(row.id)) insert(container, row);
    }
    if (older) container.dataset.oldest = page.dataset.oldest;
    else container.dataset.newest = page.dataset.newest;
    trim(container, older ? "newest" : "oldest");
    showEdges(container);
  }, older && sticks(log));
  readSoon();
}

document.addEventListener("click", (event) => {
  const link = within(event, "#channel-log > :is(.older, .newer)");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  fetchMore(link);
});
