// Keys for the whole page, by the chords that chat/shortcuts.py tells the reader of. `mod` is ⌘ on a Mac and Ctrl
// elsewhere. Bare characters are for typing where one types; nothing fires while a dialog is open or a word is composed.

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
document.documentElement.classList.toggle("mac", isMac);

const SHORTCUTS = {
  "mod+k": () => openSwitcher(),
  "/": () => openSwitcher(),
  "?": () => openDialog({ href: `${home}shortcuts/` }),
  "shift+escape": () => markAllRead(),
  "alt+arrowdown": () => walk(1),
  "alt+arrowup": () => walk(-1),
  "alt+shift+arrowdown": () => walk(1, isUnread),
  "alt+shift+arrowup": () => walk(-1, isUnread),
};

function chordOf(event) {
  const key = event.key.toLowerCase();
  const shifts = event.shiftKey && (key.length > 1 || key !== key.toUpperCase()); // otherwise it made the character
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const other = isMac ? event.ctrlKey : event.metaKey;
  return [mod && "mod", other && "other", event.altKey && "alt", shifts && "shift", key].filter(Boolean).join("+");
}

const TYPED_IN = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const isUnread = ({ dataset, classList }) => dataset.unread !== "0" && !classList.contains("muted");

function walk(step, wanted = () => true) {
  const links = [...document.querySelectorAll("#sidebar .channel")];
  const current = links.findIndex((link) => link.hasAttribute("aria-current"));
  const from = current < 0 && step < 0 ? 0 : current;
  for (let away = 1; away <= links.length; away += 1) {
    const link = links.at((from + step * away) % links.length);
    if (link && wanted(link)) return link.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isComposing(event) || event.getModifierState("AltGraph")) return;
  const chord = chordOf(event);
  if (!Object.hasOwn(SHORTCUTS, chord) || document.querySelector("dialog[open]")) return;
  if (chord.length === 1 && within(event, TYPED_IN)) return;
  event.preventDefault();
  SHORTCUTS[chord]();
});

document.addEventListener("click", (event) => {
  const link = within(event, "a.shortcuts-link");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  openDialog(link);
});
