// Copies of links, texts and code. Where the clipboard isn't allowed (a page without https) the old command does it,
// and where that isn't either, the text is shown to be copied by hand.

async function copy(text, word = "copied") {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copyByCommand(text)) return showToCopy(text);
  }
  toast(word);
}

function copyByCommand(text) {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.className = "visually-hidden";
  area.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus({ preventScroll: true });
  return done;
}

function showToCopy(text) {
  const content = byId("copy-by-hand").content.cloneNode(true);
  const area = content.querySelector("textarea");
  area.value = text;
  showDialog(content, document.activeElement?.closest(".message")?.id);
  area.select();
}

document.addEventListener("click", (event) => {
  const button = within(event, ".copy-code, .copyable > .copy");
  if (!button) return;
  if (button.matches(".copy")) copy(button.parentElement.querySelector("input").value);
  else copy(button.parentElement.querySelector("pre").textContent.trimEnd(), "codeCopied");
});
