// How far I have read: up to the newest message, once the page is looked at and shows the end of its log.

const PAUSE = 1500; // ms between two reports
const RETURN = 5000; // ms after coming back in which what comes in counts as missed
let reportedAt = 0;
let reportTimer = 0;
let missedUntil = 0;

const showsEnd = (container) => {
  const log = container?.closest(".log");
  return Boolean(log?.clientHeight) && container.dataset.newest === "1" && isNearEnd(log);
};
const isReading = (channel) => visible() && main().dataset.channel === channel && showsEnd(byId("c-rows"));

function readSoon() {
  reportTimer ||= setTimeout(() => visible() && reportRead(), Math.max(0, reportedAt + PAUSE - Date.now()));
}

function reportRead() {
  clearTimeout(reportTimer);
  reportTimer = 0;
  const rows = byId("c-rows");
  const link = rows && linkOf(main().dataset.channel);
  if (!link || !showsEnd(rows)) return;
  const shown = [rows, byId("t-rows")].filter(showsEnd).map(newestIn).filter(Boolean).map(numberOf);
  const newest = Math.max(0, ...shown);
  if (newest <= Number(rows.dataset.read)) return;
  reportedAt = Date.now();
  rows.dataset.read = newest;
  setCounts(link, { read: newest, unread: 0, mentions: 0 });
  send(rows.dataset.readUrl, { message: newest }, { keepalive: true }).catch(() => {
    rows.dataset.read = 0; // the next report says it again
  });
}

// Rows came that the reader didn't see come: the line goes above them.
function lookedAway(container) {
  const { line: left, read } = container.dataset;
  if (container.id === "c-rows" && linkOf(main().dataset.channel) && left !== read) drawLine(container, read);
}

const missesRows = (stuck) => !stuck || !visible() || Date.now() < missedUntil;

document.addEventListener("visibilitychange", () => {
  if (visible()) missedUntil = Date.now() + RETURN;
  else reportRead();
  readSoon();
});
