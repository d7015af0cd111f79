// What is unread: counted by the server, kept up here by hints, and shown in the sidebar, the title and the icon. The
// title's number is of what calls the reader: mentions and direct messages; a dot stands for all else.

let title = document.title; // without the number before it

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

// Something was said, or taken back.
function takeHint({ channel, message, author, kind, mentions, counts }) {
  const link = linkOf(channel);
  // A conversation that was closed comes back; of a channel that one only looks at, one isn't told in the sidebar.
  if (!link && kind === "create" && channel !== main().dataset.channel) return takeStale("sidebar");
  // The sidebar may be younger than the event, which it then has counted.
  if (!link || position <= Number(byId("sidebar").dataset.position)) return;
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
function takeRead({ channel, message, unread, mentions, back }) {
  const link = linkOf(channel);
  if (link) setCounts(link, { read: message, unread, mentions });
  const rows = main().dataset.channel === channel && byId("c-rows");
  if (!rows) return;
  if (back !== undefined) keepPlace(rows.closest(".log"), () => hold(rows, message));
  else if (Number(message) > Number(rows.dataset.read)) {
    rows.dataset.read = message;
    delete rows.dataset.held;
  }
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
  showTotal();
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
