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
  const { search } = link;
  fetching += 1;
  try {
    const page = await fetchPage(container.dataset.historyUrl + search);
    // Meanwhile the window may have gone elsewhere.
    if (page && container.isConnected && link.isConnected && link.search === search) takePage(container, page, older);
  } catch {
    edges.unobserve(link); // out of reach; it can still be clicked
  } finally {
    fetched();
  }
}

async function fetchPage(url) {
  const response = await ask(url);
  return response.ok && fragment(await response.text()).firstElementChild;
}

function fetched() {
  fetching -= 1;
  for (const [place, row] of held.splice(0)) if (place.isConnected) upsert(place, [row]);
}

// Has the window be the newest page; whether it came.
async function fetchNewest() {
  const container = byId("c-rows");
  fetching += 1;
  try {
    const page = await fetchPage(container.dataset.historyUrl);
    if (!page || !container.isConnected) return false;
    takeNewest(container, page);
    return true;
  } catch {
    toast("unreachable");
    return false;
  } finally {
    fetched();
  }
}

// What is here already may be newer than the page, and what is still being sent stays.
function takeNewest(container, page) {
  const here = new Map(rowsIn(container).map((row) => [row.id, row]));
  const rows = rowsIn(page).map((row) => {
    const old = here.get(row.id);
    row.setAttribute("aria-live", "off");
    return old && Number(old.dataset.version) >= Number(row.dataset.version) ? old : row;
  });
  const pending = [...here.values()].filter((row) => !row.dataset.id);
  container.replaceChildren(...rows, ...pending);
  Object.assign(container.dataset, { oldest: page.dataset.oldest, newest: page.dataset.newest });
  markAll(container);
  showEdges(container);
}

function takePage(container, page, older) {
  const log = container.closest(".log");
  keepPlace(log, () => {
    if (older) container.dataset.oldest = page.dataset.oldest;
    else container.dataset.newest = page.dataset.newest;
    for (const row of rowsIn(page)) {
      row.setAttribute("aria-live", "off"); // history, not news: nobody wants all of it read out
      if (!byId(row.id)) insert(container, row);
    }
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
