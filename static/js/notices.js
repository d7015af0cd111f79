// Desktop notifications, and a sound: asked for by a button, per browser. What they say is fetched when they're shown,
// so that the server looks once more at rights, at levels and at what has been read meanwhile.

const OTHERS = 400; // ms that other tabs have to say that they show it
const shownNotices = new Map(); // channel → notification
const asked = new Set(); // messages
const canNotify = "Notification" in window && window.isSecureContext;
const wants = (what) => stored(localStorage, `${what}:${me}`) === "on";
const notifies = () => canNotify && Notification.permission === "granted" && wants("notify");

function considerNotice({ channel, message, mentions, counts, thread }) {
  const link = linkOf(channel); // none for a conversation that has just begun
  const wanted = !link || thread || link.dataset.level === "all" || meaningOf({ channel, mentions, counts }) === "call";
  if (!wanted || link?.classList.contains("muted") || !(notifies() || wants("sound")) || isLookedAt(channel)) return;
  if (asked.has(message)) return; // a reply that mentions me comes twice
  asked.add(message);
  bus.postMessage({ asked: message, channel });
  setTimeout(notify, OTHERS, message);
}

async function notify(message) {
  if (seen.delete(message)) return;
  const response = await ask(`${home}m/${message}/notice/`).catch(() => null);
  if (response?.status !== 200) return;
  const { title: heading, body, url, icon, channel } = await response.json();
  if (wants("sound")) chime();
  if (!notifies()) return;
  const note = new Notification(heading, { body, icon: icon || document.querySelector("link[rel=icon]").href, tag: `${home}${channel}`, renotify: true, silent: wants("sound") });
  shownNotices.set(channel, note);
  note.addEventListener("click", () => {
    window.focus();
    note.close();
    visit(url);
  });
}

function closeNotice(channel) {
  shownNotices.get(channel)?.close();
  shownNotices.delete(channel);
}

// Two short notes; a browser plays them only once the page has been clicked in.
function chime() {
  const sound = new AudioContext();
  const loudness = new GainNode(sound, { gain: 0.08 });
  loudness.connect(sound.destination);
  [660, 880].forEach((frequency, number) => {
    const tone = new OscillatorNode(sound, { frequency });
    tone.connect(loudness);
    tone.start(sound.currentTime + number * 0.12);
    tone.stop(sound.currentTime + number * 0.12 + 0.1);
    if (number) tone.addEventListener("ended", () => sound.close());
  });
}

function showNotifyState() {
  const box = document.querySelector(".notify-state");
  if (!box) return;
  const state = !canNotify ? 3 : Notification.permission === "denied" ? 2 : notifies() ? 0 : 1;
  box.hidden = false;
  box.querySelectorAll("[role=status] span").forEach((text, number) => { text.hidden = number !== state; });
  box.querySelector(".notify-on").hidden = state !== 1;
  box.querySelector(".notify-off").hidden = state !== 0;
  byId("notify-sound").checked = wants("sound");
}

document.addEventListener("click", async (event) => {
  const button = within(event, ".notify-on, .notify-off");
  if (!button) return;
  const on = button.matches(".notify-on") && (await Notification.requestPermission()) === "granted";
  store(localStorage, `notify:${me}`, on ? "on" : "");
  showNotifyState();
  document.querySelector(".notify-state button:not([hidden])")?.focus();
});

document.addEventListener("change", ({ target }) => {
  if (target.id !== "notify-sound") return;
  store(localStorage, `sound:${me}`, target.checked ? "on" : "");
  if (target.checked) chime();
});

// What one chooses in a channel's header is put in place by the parts that the server then tells to fetch anew.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".level-choice, .close-direct")) return;
  event.preventDefault();
  const values = event.submitter?.name ? { [event.submitter.name]: event.submitter.value } : {};
  const response = await send(form.action, values).catch(() => null);
  if (!response?.ok) return toast(response ? "refused" : "unreachable");
  closeMenus(document.querySelectorAll("#level-menu[open]"));
  if (form.matches(".close-direct")) await visit(`${home}?list`);
  takeNow("sidebar frame");
});
