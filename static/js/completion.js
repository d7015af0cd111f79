// Names to call, offered while one is typed after an @.

const TYPING = 120; // ms
const CALL = /(?:^|[\s(])@([\p{L}\p{N}._'’-]*(?: [\p{L}\p{N}._'’-]*)?)$/u;
let list = null; // the listbox that is open
let field = null; // the text it belongs to
let lookup = null; // the request under way
let lookupTimer = 0;
let settled = ""; // the text before the caret when a name was last chosen, or none was wanted

const textBefore = (area) => area.value.slice(0, area.selectionStart);

function suggest(area) {
  clearTimeout(lookupTimer);
  const before = textBefore(area);
  const call = CALL.exec(before);
  const isSettled = call && before.startsWith(settled) && before.length - call[1].length <= settled.length;
  if (!call || isSettled) return closeList();
  lookupTimer = setTimeout(offer, TYPING, area, call[1]);
}

async function offer(area, start) {
  lookup?.abort();
  lookup = new AbortController();
  try {
    const url = `${area.form.dataset.completeUrl}&q=${encodeURIComponent(start)}`;
    const response = await ask(url, { signal: lookup.signal });
    const options = response.ok ? fragment(await response.text()) : fragment("");
    if (document.activeElement === area) openList(area, options);
  } catch {
    closeList(); // overtaken by another, or out of reach
  }
}

function openList(area, options) {
  if (!options.firstElementChild) return closeList();
  if (field !== area) closeList();
  if (!list) {
    field = area;
    list = document.createElement("ul");
    list.className = "completion";
    list.id = "completion";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", area.form.dataset.completeLabel);
    area.form.append(list);
    area.setAttribute("aria-controls", list.id);
    area.setAttribute("aria-autocomplete", "list");
  }
  list.replaceChildren(options);
  const room = area.form.getBoundingClientRect().top - (area.closest(".log")?.getBoundingClientRect().top ?? 0);
  list.classList.toggle("below", room < list.offsetHeight);
  choose(list.firstElementChild);
}

function choose(option) {
  for (const one of list.children) one.setAttribute("aria-selected", String(one === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function closeList() {
  lookup?.abort();
  clearTimeout(lookupTimer);
  list?.remove();
  for (const name of ["controls", "autocomplete", "activedescendant"]) field?.removeAttribute(`aria-${name}`);
  list = field = null;
}

function insertName(option) {
  const area = field;
  const before = textBefore(area);
  const from = before.length - CALL.exec(before)[1].length - 1;
  area.setRangeText(`${option.dataset.insert} `, from, before.length, "end");
  settled = textBefore(area);
  area.dispatchEvent(new Event("input", { bubbles: true }));
  closeList();
}

const LIST_KEYS = {
  ArrowDown: (chosen) => choose(chosen.nextElementSibling ?? list.firstElementChild),
  ArrowUp: (chosen) => choose(chosen.previousElementSibling ?? list.lastElementChild),
  Enter: insertName,
  Tab: insertName,
  Escape: () => {
    settled = textBefore(field);
    closeList();
  },
};

// On the way down, before the composer makes of the same key a message or a farewell.
document.addEventListener("keydown", (event) => {
  if (!list || event.target !== field || event.isComposing || event.shiftKey || event.altKey) return;
  const act = LIST_KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act(list.querySelector('[aria-selected="true"]'));
}, { capture: true });

document.addEventListener("input", ({ target }) => {
  if (target.matches("form[data-complete-url] textarea")) suggest(target);
});
document.addEventListener("focusout", ({ target }) => { if (target === field) closeList(); });
document.addEventListener("mousedown", (event) => {
  const option = within(event, ".completion [role=option]");
  if (!option) return;
  event.preventDefault(); // the text keeps the focus
  insertName(option);
});
