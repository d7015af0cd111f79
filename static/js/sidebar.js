// What is unread: counted by the server, kept up here by hints, and shown in the sidebar, the title and the icon. The
// title's number is of what calls the reader: mentions and direct messages; a dot stands for all else.

let title = document.title; // without the number before it
let titled; // the organization's name in it

const linkOf = (channel) => document.querySelector(`#sidebar .channel[data-channel="${channel}"]`);

function setCounts(link, counts) {
  for (const [name, number] of Object.entries(counts)) {
    link.dataset[name] = Math.max(0, number);
    const shown = link.querySelector(`[data-count="${name}"]`);
    if (shown) shown.textContent = number > 99 ? "99+" : link.dataset[name];
  }
  const log = link.dataset.channel === main().dataset.channel && byId("channel-log");
  if (log) showJump(log);
  showTotal();
}

// Counts come from the server with the position in the log that they have; what was told since is added. It's kept for
// a while, since counts may be on their way that don't have it yet.
const KEPT_HINTS = 200;
const hints = [];
const reads = new Map(); // channel → the newest word on how far I've read there
let replacing = 0; // sidebars on their way into the page: nothing is counted into what goes

const countedTo = (link) => Math.max(byId("sidebar").dataset.position, link.dataset.position ?? 0);

// Something was said, or taken back.
function takeHint(hint) {
  hints.push({ ...hint, at: position });
  if (hints.length > KEPT_HINTS) hints.shift();
  if (!replacing) countHint(hints.at(-1));
}

function countHint({ at, channel, message, author, kind, mentions, counts }) {
  const link = linkOf(channel);
  if (!link) {
    // A conversation that was closed comes back; of a channel that one only looks at, one isn't told in the sidebar.
    const isNew = kind === "create" && at > Number(byId("sidebar").dataset.position);
    return isNew && channel !== main().dataset.channel && takeStale("sidebar");
  }
  if (at <= countedTo(link)) return;
  const called = callsMe(mentions);
  if (Number(message) <= Number(link.dataset.read) || author === me || (counts === "0" && !called)) return;
  if (kind === "create" && counts === "1" && isReading(channel)) return;
  const step = kind === "create" ? 1 : -1;
  setCounts(link, {
    unread: Number(link.dataset.unread) + step,
    mentions: Number(link.dataset.mentions) + (called ? step : 0),
  });
}

// I have read further, perhaps in another tab; or gone back, and have it unread again.
function takeRead(read) {
  const { channel, message, back } = read;
  reads.set(channel, { ...read });
  if (!replacing) countRead(read);
  const rows = main().dataset.channel === channel && byId("c-rows");
  if (!rows) return;
  if (back !== undefined) keepPlace(rows.closest(".log"), () => hold(rows, message));
  else if (Number(message) > Number(rows.dataset.read)) {
    rows.dataset.read = message;
    delete rows.dataset.held;
  }
}

function countRead({ channel, message, unread, mentions, position: at }) {
  const link = linkOf(channel);
  if (!link || Number(at) < countedTo(link)) return;
  setCounts(link, { read: message, unread, mentions });
  link.dataset.position = at;
  hints.filter((hint) => hint.channel === channel).forEach(countHint);
  syncRead();
}

// How far I've read everywhere, when a stream begins: what was read meanwhile in other tabs, it doesn't tell again.
function takeReads({ reads: told }) {
  const known = new Map(words(told).map((one) => one.split(":")));
  const links = [...document.querySelectorAll("#sidebar .channel")];
  if (links.some(({ dataset }) => known.get(dataset.channel) !== dataset.read)) takeStale("sidebar directory");
}

// The sidebar has come anew.
function countAgain() {
  reads.forEach(countRead);
  hints.forEach(countHint);
  syncRead();
}

// The open channel's rows know as much as its link.
function syncRead() {
  const rows = byId("c-rows");
  const link = rows && linkOf(main().dataset.channel);
  if (link && rows.dataset.held === undefined) rows.dataset.read = Math.max(rows.dataset.read, link.dataset.read);
}

function showTotal() {
  let calls = 0;
  let news = threadsLink().dataset.unread !== "0";
  for (const { dataset, classList } of document.querySelectorAll("#sidebar .channel:not(.muted)")) {
    calls += Number(classList.contains("direct") ? dataset.unread : dataset.mentions);
    news ||= dataset.unread !== "0";
  }
  for (const hint of missed.values()) {
    const meaning = meaningOf(hint);
    calls += Number(meaning === "call");
    news ||= meaning === "word";
  }
  const mark = calls ? `(${calls > 99 ? "99+" : calls}) ` : news ? "• " : "";
  document.title = mark + title;
  for (const back of document.querySelectorAll(".back-count")) back.textContent = calls > 99 ? "99+" : calls || "";
  const icon = document.querySelector("link[rel=icon]");
  const wanted = calls ? icon.dataset.calling : icon.dataset.quiet;
  if (icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
}

function retitle(text = document.title) {
  title = text.replace(/^(\(\d+\+?\)|•) /, "");
  const { organizationName } = byId("sidebar").dataset;
  titled = title.endsWith(organizationName) ? organizationName : title.split(" · ").at(-1);
  showTotal();
}

// The organization's name ends the title.
function followOrganization() {
  const { organizationName } = byId("sidebar").dataset;
  title = title.slice(0, title.length - titled.length) + organizationName;
  titled = organizationName;
}

function showCurrent() {
  const { channel } = main().dataset;
  noteVisit(channel);
  for (const link of document.querySelectorAll("#sidebar .channel")) {
    if (link.dataset.channel === channel) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  linkOf(channel)?.scrollIntoView({ block: "nearest" });
}
