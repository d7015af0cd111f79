// The menus that work without a script.

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
