// The threads I follow: which have unread replies, told by hints and by what I read.

const threadsLink = () => document.querySelector("#sidebar .threads-link");

function setThreads(change) {
  const link = threadsLink();
  const roots = new Set(words(link.dataset.roots));
  change(roots);
  link.dataset.roots = [...roots].join(" ");
  link.dataset.unread = roots.size;
  link.querySelector("[data-count]").textContent = roots.size > 99 ? "99+" : roots.size;
  showTotal();
}

// A reply in a thread that I follow.
function takeFollowed({ thread, author, channel }) {
  showFollowing(thread, "1");
  takeStale("threads");
  if (author === me || position <= Number(byId("sidebar").dataset.position)) return;
  if (linkOf(channel)?.classList.contains("muted") || isReadingThread(thread)) return;
  setThreads((roots) => roots.add(thread));
}

// I read, followed or left a thread, perhaps in another tab.
function takeThread({ thread, following }) {
  setThreads((roots) => roots.delete(thread));
  if (following) showFollowing(thread, following);
  takeStale("threads");
}

const isReadingThread = (thread) => visible() && main().dataset.thread === thread && showsEnd(byId("t-rows"));

function showFollowing(thread, following) {
  const form = main().dataset.thread === thread && document.querySelector(".follow-thread");
  if (!form || form.dataset.following === following) return;
  const button = form.querySelector("button");
  const follows = following === "1";
  form.dataset.following = following;
  form.elements.following.value = follows ? "0" : "1";
  button.setAttribute("aria-pressed", String(follows));
  button.textContent = follows ? form.dataset.unfollowText : form.dataset.followText;
}

function reportThread() {
  const rows = byId("t-rows");
  const { thread } = main().dataset;
  if (!thread || document.querySelector(".follow-thread")?.dataset.following !== "1" || !showsEnd(rows)) return;
  const newest = numberOf(newestIn(rows));
  const isNews = words(threadsLink().dataset.roots).includes(thread);
  if (!isNews && (newest <= Number(rows.dataset.read) || isMine(newestIn(rows)))) return;
  rows.dataset.read = newest;
  setThreads((roots) => roots.delete(thread));
  send(rows.dataset.readUrl, { message: newest }, { keepalive: true }).catch(() => {
    rows.dataset.read = 0; // the next report says it again
  });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".follow-thread")) return;
  event.preventDefault();
  const { value } = form.elements.following;
  const response = await send(form.action, { following: value }).catch(() => null);
  if (!response?.ok) return toast(response ? "refused" : "unreachable");
  showFollowing(main().dataset.thread, value);
});
