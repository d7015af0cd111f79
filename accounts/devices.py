"""What a browser calls itself, as people would: "Firefox on Windows"."""

from django.utils.translation import gettext as _

# The first whose mark a user agent holds is the one; nearly all browsers claim to be Chrome and Safari as well.
BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "FxiOS/": "Firefox", "CriOS/": "Chrome",
    "Chrome/": "Chrome", "Safari/": "Safari",
}  # fmt: skip
SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS X": "macOS",
    "CrOS": "ChromeOS", "Linux": "Linux",
}  # fmt: skip


def browser_of(agent: str) -> str:
    """The browser's name; empty when it's none that is known."""
    return next((name for mark, name in BROWSERS.items() if mark in agent), "")


def device_of(agent: str) -> str:
    """Browser and system in words, for whoever looks through their sessions and passkeys."""
    browser = browser_of(agent)
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")
