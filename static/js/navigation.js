// From page to page: only #main is swapped. A channel that is open already stays as it is when a thread opens or
// closes beside it.

let leaving = null; // where a log that stays stood

// As the sidebar's links do, for links and places elsewhere.
function visit(url) {
  const address = new URL(url, location.href);
  const path = address.pathname + address.search;
  const here = path === location.pathname + location.search;
  return htmx.ajax("GET", path, {
    source: "#sidebar", target: "#main", select: "#main", swap: "outerHTML",
    [here ? "replace" : "push"]: "true", headers: { "HX-Boosted": "true" },
  });
}

document.addEventListener("click", (event) => {
  const link = within(event, "a[href]");
  if (!link || !isPlain(event) || !link.closest("#main, .menu-items.popover")) return;
  const address = new URL(link.href, location.href);
  const elsewhere = address.origin !== location.origin || !address.pathname.startsWith(home);
  if (elsewhere || link.target || link.hasAttribute("download") || link.closest('[hx-boost="false"]')) return;
  event.preventDefault();
  visit(address);
});

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  const task = tasks.find((one) => one.type === "main" && one.target?.id === "main");
  if (!task) return;
  const incoming = task.fragment.querySelector("#main[hx-history-elt]");
  if (!incoming) {
    event.preventDefault(); // an error, or a page outside of the organization: it comes whole
    location.assign(ctx.response.raw.url);
    return;
  }
  reportRead();
  closeList();
  saveAll();
  const next = incoming.querySelector("#stream");
  if (next) resume(next);
  if (staysOpen(incoming)) keepConversation(incoming);
});

function staysOpen(incoming) {
  const { channel, thread } = incoming.dataset;
  const rows = incoming.querySelector("#c-rows");
  const shown = byId("c-rows");
  if (!channel || channel !== main().dataset.channel || !shown || rows.dataset.highlighted) return false;
  const isWhole = (one) => one.dataset.newest === "1";
  return Boolean(thread || main().dataset.thread) || (isWhole(shown) && isWhole(rows));
}

function keepConversation(incoming) {
  const conversation = main().querySelector(".conversation");
  const log = byId("channel-log");
  noteScroll(log);
  leaving = { log, stood: stands.get(log) };
  incoming.querySelector(".conversation").replaceWith(conversation);
}

// Everything that a new #main needs, the first one as well.
function open() {
  const rows = byId("c-rows");
  const stayed = leaving?.log.isConnected && leaving;
  leaving = null;
  if (rows && !stayed) openChannel(rows);
  if (stayed) stand(stayed.log, stayed.stood);
  const replies = byId("t-rows");
  if (replies) openLog(replies);
  prepareComposers();
  localize(main());
  channelName = undefined;
  followFrame();
  showCurrent();
  showOutbox();
  showNotifyState();
  readSoon();
}

function openChannel(rows) {
  const { read } = rows.dataset;
  const mine = linkOf(main().dataset.channel);
  const unread = mine && rowsIn(rows).some((row) => numberOf(row) > Number(read) && !isMine(row));
  rows.dataset.line = unread || (mine && rows.dataset.newest === "0") ? read : Infinity;
  openLog(rows);
  watchEdges(rows);
}

function openLog(rows) {
  const log = rows.closest(".log");
  markAll(rows);
  place(log);
  watchScroll(log);
}

// After a swap the focus goes to where one goes on: the composer, or the heading where there is none or where it
// would call up a keyboard on the screen.
function takeFocus() {
  const highlighted = document.querySelector("#main .message.highlighted");
  const composer = coarse.matches ? null : byId("thread-composer") ?? byId("channel-composer");
  const heading = byId("panel-title") ?? document.querySelector("#main h1");
  heading?.setAttribute("tabindex", "-1");
  const wanted = [highlighted, composer?.elements.body, heading, document.querySelector("#sidebar .channel")];
  wanted.find((element) => element?.checkVisibility())?.focus({ preventScroll: true });
}

document.addEventListener("htmx:after:process", ({ target }) => {
  if (target === main()) open();
});

// htmx has set the title by now.
document.addEventListener("htmx:finally:swap", ({ detail: { ctx } }) => {
  if (!ctx.select) return;
  retitle();
  if (ctx.select !== "#main" && !ctx.request?.headers["HX-History-Restore-Request"]) return;
  if (ctx.response?.status < 400) takeFocus();
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.select) toast("unreachable");
});
