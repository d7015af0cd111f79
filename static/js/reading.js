// How far I have read: what I have seen the end of, going on from where I was, once the page is looked at. After
// "Mark unread" (`data-held`) nothing is read until I have left the channel, or written in it.

const PAUSE = 1500; // ms between two reports
const RETURN = 5000; // ms after coming back in which what comes in counts as missed
const MANY = 100; // unread messages; the server counts no further
let reportedAt = 0;
let reportTimer = 0;
let report = null; // the last one, on its way
let missedUntil = 0;

const showsEnd = (container) => {
  const log = container?.closest(".log");
  return Boolean(log?.clientHeight) && container.dataset.newest === "1" && isNearEnd(log);
};
const isReading = (channel) => {
  const rows = byId("c-rows");
  return visible() && main().dataset.channel === channel && showsEnd(rows) && rows.dataset.held === undefined;
};

function readSoon() {
  reportTimer ||= setTimeout(() => visible() && reportRead(), Math.max(0, reportedAt + PAUSE - Date.now()));
}

function reportRead() {
  clearTimeout(reportTimer);
  reportTimer = 0;
  reportThread();
  const rows = byId("c-rows");
  const link = rows && linkOf(main().dataset.channel);
  if (!link || rows.dataset.held !== undefined) return;
  const before = Number(rows.dataset.read);
  const newest = newestRead(rows, before);
  if (newest <= before) return;
  reportedAt = Date.now();
  rows.dataset.read = newest;
  const passed = rowsIn(rows).filter((row) => numberOf(row) > before && numberOf(row) <= newest && isNews(row));
  const { unread, mentions } = link.dataset;
  const left = {
    unread: unread < MANY ? unread - passed.length : unread,
    mentions: mentions - passed.filter((row) => callsMe(row.dataset.mentions)).length,
  };
  setCounts(link, { read: newest, ...(showsEnd(rows) ? { unread: 0, mentions: 0 } : left) });
  report = send(rows.dataset.readUrl, { message: newest }, { keepalive: true }).catch(() => {
    rows.dataset.read = before; // the next report says it again
  });
}

const isNews = (row) => !isMine(row) && !row.matches(".deleted");

// Without its end in view, only what joins on to what had been read: nobody has read what a permalink left out.
function newestRead(rows, before) {
  if (showsEnd(rows)) {
    return Math.max(0, ...[rows, byId("t-rows")].filter(showsEnd).map(newestIn).filter(Boolean).map(numberOf));
  }
  const log = rows.closest(".log");
  const joins = rows.dataset.oldest === "0" || numberOf(oldestIn(rows) ?? rows) <= before;
  const seen = log.clientHeight && joins && lastSeen(log);
  return seen ? numberOf(seen) : 0;
}

// Rows came that the reader didn't see come: the line goes above them.
function lookedAway(container) {
  const { line: left, read } = container.dataset;
  if (container.id === "c-rows" && linkOf(main().dataset.channel) && left !== read) drawLine(container, read);
}

const missesRows = (stuck) => !stuck || !visible() || Date.now() < missedUntil;

// I chose to have read no further than that, here or in another tab.
function hold(rows, read) {
  clearTimeout(reportTimer);
  reportTimer = 0;
  rows.dataset.read = read;
  rows.dataset.held = "";
  drawLine(rows, read);
}

async function markUnread(row) {
  await report; // else it could come after
  const rows = row.parentElement;
  const response = await send(`${home}m/${row.dataset.id}/unread/`, {}).catch(() => null);
  if (!response?.ok) return toast(response ? "refused" : "unreachable");
  if (!rows.isConnected) return;
  keepPlace(rows.closest(".log"), () => hold(rows, row.dataset.id - 1));
  toast("unread");
}

async function markAllRead() {
  await report;
  const response = await send(`${home}read/`, {}).catch(() => null);
  if (!response?.ok) return toast(response ? "refused" : "unreachable");
  const before = await response.json();
  for (const link of document.querySelectorAll("#sidebar .channel[data-read]")) setCounts(link, { unread: 0, mentions: 0 });
  const rows = byId("c-rows");
  if (rows) {
    delete rows.dataset.held;
    drawLine(rows, Infinity);
    readSoon();
  }
  toast("allRead", Object.keys(before).length && { word: "undo", act: () => undoReadAll(before) });
}

async function undoReadAll(before) {
  const response = await send(`${home}read/undo/`, before).catch(() => null);
  if (!response?.ok) return toast(response ? "refused" : "unreachable");
  const { channel } = main().dataset;
  if (channel in before && byId("c-rows")) hold(byId("c-rows"), before[channel]);
  refresh(byId("sidebar").dataset.liveUrl);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form.read-all")) {
    event.preventDefault();
    closeMenus([form.closest("details")]);
    markAllRead();
  } else if (form.matches(".menu-items.popover form.unread")) {
    event.preventDefault();
    const row = byId(opener);
    form.closest(".popover").hidePopover();
    if (row) markUnread(row);
  }
});

document.addEventListener("visibilitychange", () => {
  if (visible()) missedUntil = Date.now() + RETURN;
  else reportRead();
  readSoon();
});
