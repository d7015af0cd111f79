// Keys for the whole page.

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const links = [...document.querySelectorAll("#sidebar .channel")];
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : (at + step + links.length) % links.length];
  if (!next) return;
  event.preventDefault();
  next.click();
});

// The sidebar's menus close as a message's does: by Esc, and when something in them or elsewhere is chosen. Neither
// stays open when the focus has gone on, since it would cover it.
const OPEN_MENU = ":is(details.menu[open], .menu-items.popover)";

function closeMenus(menus) {
  for (const menu of menus) {
    if (menu.matches("details")) menu.open = false;
    else if (menu.matches(":popover-open")) menu.hidePopover();
  }
}

document.addEventListener("keydown", (event) => {
  const menu = within(event, "details.menu[open]");
  if (!menu || event.key !== "Escape") return;
  closeMenus([menu]);
  menu.querySelector("summary").focus();
});
document.addEventListener("focusout", (event) => {
  const menu = within(event, OPEN_MENU);
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) closeMenus([menu]);
});
document.addEventListener("click", (event) => {
  const menus = [...document.querySelectorAll("details.menu[open]")];
  closeMenus(menus.filter((menu) => !menu.contains(event.target) || within(event, ".menu-items a")));
});
