// What can be done with a message: a menu at its row, and dialogs for what asks back. All of it are links, which lead
// to pages of their own where this script isn't.

const ITEMS = ":is(a, button)";
let opener = null; // the row whose menu is open

const isPlain = (event) => !(event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

async function openMenu(link) {
  const row = link.closest(".message");
  const response = await ask(link.href).catch(() => null);
  if (!response?.ok) return toast(response ? "refused" : "unreachable");
  const menu = fragment(await response.text()).firstElementChild;
  const more = byId(row.id)?.querySelector(".more");
  if (!more) return;
  document.querySelector(".menu-items.popover")?.hidePopover();
  menu.classList.add("popover");
  menu.popover = "auto";
  menu.addEventListener("toggle", ({ newState }) => newState === "closed" && closeMenu(menu));
  main().append(menu); // above all else anyway, but within a landmark
  opener = row.id;
  more.setAttribute("aria-expanded", "true");
  menu.showPopover({ source: more }); // so that Tab goes on after it
  beneath(menu, more.getBoundingClientRect());
  menu.querySelector(ITEMS).focus();
}

function beneath(menu, { top, bottom, right }) {
  const below = bottom + 4 + menu.offsetHeight <= innerHeight;
  menu.style.top = `${below ? bottom + 4 : Math.max(8, top - 4 - menu.offsetHeight)}px`;
  menu.style.left = `${Math.max(8, right - menu.offsetWidth)}px`;
}

function closeMenu(menu) {
  const more = byId(opener)?.querySelector(".more");
  more?.removeAttribute("aria-expanded");
  if (document.activeElement === document.body || menu.contains(document.activeElement)) more?.focus();
  menu.remove();
}

async function openDialog(link, row) {
  const response = await ask(link.href).catch(() => null);
  if (!response?.ok) return toast(response ? "refused" : "unreachable");
  showDialog(fragment(await response.text()), row);
}

function showDialog(content, row) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.append(content);
  const heading = dialog.querySelector("h2");
  if (!dialog.querySelector(".dialog-actions")) {
    dialog.append(byId("dialog-close").content.cloneNode(true));
    heading.tabIndex = -1;
    heading.autofocus = !dialog.querySelector("textarea"); // a text is read from its beginning, not from its button
  }
  dialog.setAttribute("aria-label", heading.textContent);
  localize(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    byId(row)?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

async function confirmDelete(form) {
  const response = await send(form.action, new FormData(form)).catch(() => null);
  if (!response?.ok) return toast(response ? "refused" : "unreachable");
  takeChanges(fragment(await response.text()));
  form.closest("dialog").close();
}

const ACTIONS = {
  "copy-link": (link) => copy(link.href),
  "copy-text": (link) => copy(link.dataset.copy, "textCopied"),
  edit: (_link, row) => edit(byId(row)),
  delete: openDialog,
  versions: openDialog,
};

document.addEventListener("click", (event) => {
  const link = within(event, "a");
  if (!link || !isPlain(event)) return;
  const menu = link.closest(".menu-items.popover");
  const inRow = link.closest(".rows > .message");
  if (link.matches(".more") && inRow) {
    event.preventDefault();
    openMenu(link);
  } else if (link.matches(".edited") && inRow) {
    event.preventDefault();
    openDialog(link, inRow.id);
  } else if (menu) {
    const act = ACTIONS[link.classList[0]];
    menu.hidePopover();
    if (!act) return; // a link like any other
    event.preventDefault();
    act(link, opener);
  } else if (link.matches("dialog .cancel")) {
    event.preventDefault();
    link.closest("dialog").close();
  }
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("dialog form[method=post]")) return;
  event.preventDefault();
  confirmDelete(event.target);
});

document.addEventListener("keydown", (event) => {
  const menu = within(event, ".menu-items.popover");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll(ITEMS)];
  items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
});
