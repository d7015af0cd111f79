"""Whether a page that was kept up by events equals the same page loaded anew, element by element."""

import difflib
import re
from collections.abc import Iterator

from tests.proof.dom import Element
from tests.proof.page import Page, ids


def differences(kept: Page) -> list[str]:
    """What a page that has come to rest shows otherwise than a reload of it does."""
    fresh = Page(kept.live, kept.client, kept.path)
    if not kept.is_shown:
        return []  # a page that says that there's nothing isn't alive; who may come back loads it again
    if not fresh.is_shown:
        return [f"it is shown, but anew the answer is {fresh.status}"]
    cover(kept, fresh)
    for page in (kept, fresh):
        leave_what_is_live(page)
    before, after = ([f"title {page.title}", *lines(page.document)] for page in (fresh, kept))
    return list(difflib.unified_diff(before, after, "reloaded", "kept", lineterm="", n=2))


def cover(kept: Page, fresh: Page) -> None:
    """Bring both logs to the same part of the history: the reader of the new page scrolls to where the other is."""
    mine, new = kept.rows("c"), fresh.rows("c")
    if mine is None or new is None:
        return
    there = ids(mine)
    oldest = there[0] if there and mine["data-oldest"] != "0" else None
    newest = there[-1] if there and mine["data-newest"] == "0" else None
    fresh.cover(oldest, newest)
    for row in list(new.elements):
        number = int(row["data-id"])
        if (oldest is not None and number < oldest) or (newest is not None and number > newest):
            row.remove()
    # The window's edges are the reader's own place in the history, not the history.
    for container, page in ((mine, kept), (new, fresh)):
        for name in ("data-oldest", "data-newest"):
            container.attributes.pop(name)
        log = container.parent
        assert log is not None
        for child in log.elements:
            if child.has_class("older") or child.has_class("newer"):
                child.remove()
            child.attributes.pop("hidden", None)
        assert page.rows("c") is container


def leave_what_is_live(page: Page) -> None:
    """Of a page of forms and lists the live parts alone: what is being filled in isn't changed under one's hands."""
    if page.main["data-view"] != "page":
        return
    page.title = ""
    parts = page.main.having("data-live")
    page.main.children = []
    for part in parts:
        page.main.append(part)


def lines(element: Element, depth: int = 0) -> Iterator[str]:
    """An element as lines: one for each tag with its attributes in order, and one for each text."""
    indent = " " * depth
    for child in element.children:
        if isinstance(child, str):
            if text := " ".join(child.split()):
                yield f"{indent}{text}"
            continue
        if is_beside_the_point(child):
            continue
        attributes = "".join(
            f' {name}="{masked(child, name, value)}"'
            for name, value in sorted(child.attributes.items())
            if not is_ones_own(child, name)
        )
        yield f"{indent}<{child.tag}{attributes}>"
        yield from lines(child, depth + 1)


def is_beside_the_point(element: Element) -> bool:
    """What isn't compared, each for its reason."""
    return (
        element.tag == "title"  # the scripts keep it apart from the number before it: Page.title
        or element.tag == "noscript"  # where there are no scripts, nothing is live
        or (element.tag == "input" and element.get("name") == "csrfmiddlewaretoken")  # another on every load
        or element.has_class("threads-link")  # what one follows, not modelled yet: static/js/threads.js
        or element.has_class("follow-thread")
        or element.has_class("jump")  # counts what came in below where the reader is
    )


def is_ones_own(element: Element, name: str) -> bool:
    """Attributes that say how this page came to where it is."""
    return (
        name == "data-highlighted"  # the message that the log began at; a log that stays open keeps its own
        or (
            name == "data-position" and element.has_class("channel")
        )  # of a link's counts, once they came alone
    )


def masked(element: Element, name: str, value: str) -> str:
    """A value without what is another on every load, or says where the page is in the log."""
    if name == "hx-headers:inherited":
        return "the CSRF token"
    if name == "class" and element.has_class("log"):
        return value.replace(" from-bottom", "").replace(
            " from-line", ""
        )  # taken away as soon as a script scrolls (scrolling.js: place)
    if name == "data-read" and element.get("id") in {"c-rows", "t-rows"}:
        return "where the reader is"  # the channel's link has it, if they are in the channel at all
    if name == "data-position":
        return "a position"
    if name == "hx-sse:connect":
        return re.sub(r"after=\d+", "after=a position", value)
    return value
