// Writing with comfort: pasted code keeps its lines, Enter goes on within a code block or a list, a selection is made
// bold by a key. Texts are put in as if typed, so that they can be undone.

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])( +)(.*)$/;
const MARKS = { b: "**", i: "*", e: "`" };
const NEAR_LIMIT = 1000; // characters left from which on they are counted

// As one would type it over the selection; the older way is the one that can be undone.
function typeText(area, text) {
  area.focus();
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// Whether the caret stands in a code block that has been opened above it.
function isInCode(area) {
  let fence = "";
  for (const line of textBefore(area).split("\n").slice(0, -1)) {
    const found = FENCE.exec(line)?.[1];
    if (!found) continue;
    if (!fence) fence = found;
    else if (found[0] === fence[0] && found.length >= fence.length && !line.trim().slice(found.length)) fence = "";
  }
  return Boolean(fence);
}

function looksLikeCode(data, text) {
  if (!text.trim().includes("\n")) return false;
  const editor = data.getData("vscode-editor-data");
  if (editor) return !/"mode":"(plaintext|markdown)"/.test(editor);
  const html = data.getData("text/html");
  if (html) {
    const root = fragment(html);
    const code = [...root.querySelectorAll("pre")].map((one) => one.textContent).join("");
    return code.replace(/\s/g, "").length > text.replace(/\s/g, "").length * 0.9;
  }
  const lines = text.split("\n").filter((line) => line.trim());
  const indented = lines.filter((line) => /^(\t| {2,})\S/.test(line) && !ITEM.test(line));
  const coded = lines.filter((line) => /[;{}()[\]=<>:,]\s*$|^\s*(def|class|return|import|from|function|const|let|if|for|while|#include|<\/?\w+)\b/.test(line));
  return indented.length > 0 && coded.length >= lines.length / 2;
}

const languageOf = (data) => /"mode":"([\w+#-]{1,20})"/.exec(data.getData("vscode-editor-data"))?.[1] ?? "";

document.addEventListener("paste", (event) => {
  const area = within(event, "form.composer textarea");
  const data = event.clipboardData;
  const text = data?.getData("text/plain").replace(/\r\n?/g, "\n") ?? "";
  if (!area || event.defaultPrevented || isInCode(area) || FENCE.test(text) || !looksLikeCode(data, text)) return;
  event.preventDefault();
  const code = text.replace(/^(?:[ \t]*\n)+|\s+$/g, "");
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const start = area.selectionStart;
  const before = /(^|\n)$/.test(textBefore(area)) ? "" : "\n";
  const after = area.value.slice(area.selectionEnd);
  // First as it is: undoing once takes the fence away, and twice the text.
  typeText(area, text);
  area.setSelectionRange(start, start + text.length);
  typeText(area, `${before}${fence}${languageOf(data)}\n${code}\n${fence}${after.startsWith("\n") ? "" : "\n"}`);
});

const lineOf = (area) => textBefore(area).split("\n").at(-1);

// A line more, indented as this one, and within a list the next item; an empty item ends the list.
function nextLine(area) {
  const line = lineOf(area);
  if (isInCode(area)) return typeText(area, `\n${/^\s*/.exec(line)[0]}`);
  const item = ITEM.exec(line);
  if (item && !item[4].trim()) {
    area.setSelectionRange(area.selectionStart - line.length, area.selectionEnd);
    return document.execCommand("delete") || typeText(area, "");
  }
  const [, indent, mark, gap] = item;
  return typeText(area, `\n${indent}${/\d/.test(mark) ? parseInt(mark, 10) + 1 + mark.at(-1) : mark}${gap}`);
}

document.addEventListener("keydown", (event) => {
  const area = within(event, "form.composer textarea");
  if (!area || isComposing(event) || event.altKey || event.defaultPrevented) return;
  const command = event.ctrlKey || event.metaKey;
  if (event.key === "Enter" && !command && (isInCode(area) || ((event.shiftKey || coarse.matches) && ITEM.test(lineOf(area))))) {
    event.preventDefault();
    event.stopPropagation(); // it sends nothing
    nextLine(area);
  } else if (command && !event.shiftKey && MARKS[event.key]) {
    event.preventDefault();
    enclose(area, MARKS[event.key]);
  }
}, { capture: true });

function enclose(area, mark) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  typeText(area, mark + value.slice(start, end) + mark);
  area.setSelectionRange(start + mark.length, end + mark.length);
}

// How much is left, when that begins to matter.
function countLeft({ form, value }) {
  const counter = form.querySelector(".counter");
  if (!counter) return;
  const left = Number(counter.dataset.max) - (value.length > counter.dataset.max - NEAR_LIMIT ? [...value].length : 0);
  counter.hidden = left > NEAR_LIMIT;
  counter.textContent = left;
  counter.classList.toggle("over", left < 0);
}

// Where the keyboard of a touch screen covers the page instead of shrinking it, the page shrinks itself.
function makeRoom() {
  const covered = Math.max(0, innerHeight - visualViewport.height * visualViewport.scale);
  document.documentElement.style.setProperty("--keyboard", `${covered > 80 && coarse.matches ? covered : 0}px`);
}
visualViewport?.addEventListener("resize", makeRoom);
