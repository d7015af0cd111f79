"""A window after its events equals a new one at the same address, in a browser's own DOM: a series of tests/proof.

Streams are cut at random places. In the end each window comes to show, element by element, what a new one shows.
"""

import difflib
import random
import time

from playwright.sync_api import Page

from accounts.models import Member
from tests import cast
from tests.chat import scene
from tests.e2e.windows import DEADLINE, Windows, at, expect_live
from tests.proof.world import DOING, IN_ACME, Step, World

STEPS = 30
TALK = ("post", "reply", "edit", "delete", "mark_read")
# Nobody is shut out of where they are: what comes then is another page, which tests/proof has.
OUT = {"delete_channel", "deactivate", "leave_altogether", "give_role", "remove", "leave"}
KINDS = [kind for kind in DOING if kind not in OUT]
CUT = "document.querySelector('#stream')._htmx?.sse?.reader?.cancel()"
# A window as lines, without what says how it came to be as it is: what is for those who listen or look on (toasts, the
# button to what's new, what is read out), the line where its reader left off, which also breaks a group, its tokens.
DOM = """() => {
    const skipped = "script, noscript, .toasts, .connection, .jump, .unread-line, [name=csrfmiddlewaretoken]";
    const own = new Set(["aria-live", "style", "tabindex", "data-line", "data-htmx-powered", "data-position",
        "data-highlighted", "data-typed-at", "hx-headers:inherited", "hx-sse:connect"]);
    const lines = [document.title.replace(/^\\(\\d+\\+?\\) /, "")];
    const shown = ({ name, value }) =>
        name === "class" ? value.split(/\\s+/).filter((one) => one && one !== "follows").sort().join(" ") : value;
    const walk = (node, depth) => {
        for (const child of node.childNodes) {
            const indent = " ".repeat(depth);
            if (child.nodeType === Node.TEXT_NODE) {
                const text = child.data.trim().replace(/\\s+/g, " ");
                if (text) lines.push(indent + text);
            } else if (child.nodeType === Node.ELEMENT_NODE && !child.matches(skipped)) {
                const attributes = [...child.attributes]
                    .filter(({ name }) => !own.has(name) && !(name === "data-read" && child.id === "c-rows"))
                    .map((one) => ` ${one.name}="${shown(one)}"`).sort();
                lines.push(`${indent}<${child.localName}${attributes.join("")}>`);
                walk(child.localName === "template" ? child.content : child, depth + 1);
            }
        }
    };
    walk(document.body, 0);
    return lines;
}"""


def test_a_window_after_its_events_equals_a_new_one(
    windows: Windows, anna: Member, ben: Member, chloe: Member, gus: Member
) -> None:
    chance = random.Random(7)
    talk = scene.new_channel(anna, "equality", ben, chloe, topic="What it is about")
    lounge = scene.new_channel(chloe, "equal-lounge", gus)
    root = scene.post(ben, talk, "The root, @Chloe Martin")
    scene.post(anna, talk, "A reply", thread=root)
    scene.post(gus, lounge, "Hello from a guest")
    places = {
        anna: at(talk), chloe: scene.path("thread", root.pk), gus: at(lounge), ben: "/o/acme/?list"
    }  # fmt: skip
    watched = {person: windows.open(person, path) for person, path in places.items()}
    world = World()
    for number in range(STEPS):
        kind = chance.choice(TALK if number % 2 else KINDS)
        world.do(Step(kind, chance.randrange(len(IN_ACME)), chance.randrange(8), chance.randrange(8)))
        if number % 5 == 0:
            chance.choice(list(watched.values())).evaluate(CUT)
    for person, page in watched.items():
        expect_live(page)
        fresh = page.context.new_page()
        fresh.goto(page.url)
        expect_live(fresh)
        assert "\n".join(difference_in_the_end(page, fresh)) == "", cast.NAMES[
            person.display_name.split()[0].lower()
        ]
        fresh.close()


def difference_in_the_end(page: Page, fresh: Page) -> list[str]:
    """What `page` shows otherwise than `fresh`, when it had the time to come to rest."""
    end = time.monotonic() + DEADLINE / 1000
    while True:
        kept, new = page.evaluate(DOM), fresh.evaluate(DOM)
        if kept == new or time.monotonic() > end:
            return list(difflib.unified_diff(new, kept, "reloaded", "kept", lineterm="", n=2))
        page.wait_for_timeout(100)
