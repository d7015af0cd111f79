"""A series: people act, pages are open, their streams are cut and resumed, and in the end every page is compared."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import strategies as st

from accounts import hooks
from accounts.models import Member
from chat import rows
from chat.models import Channel
from chat.queries.history import channel_window
from tests import cast
from tests.chat import scene
from tests.proof.comparing import differences
from tests.proof.live import Live
from tests.proof.page import Page
from tests.proof.world import CAST, DOING, ELSEWHERE, Step, World

WINDOW = 4  # messages of a page of history, so that few of them fill several

# How often a kind comes, beside the others.
OFTEN = {"post": 5, "reply": 4, "edit": 3, "delete": 2, "mark_read": 2}
PAGES = {"look": 5, "receive": 6, "cut": 2, "connect": 4, "go_on": 3, "go_on_while": 1, "ask": 3, "arrive": 3,
         "fail": 1, "read": 2, "visit": 1, "load_while": 1}  # fmt: skip
KINDS = [kind for kind in DOING for _ in range(OFTEN.get(kind, 1))] + [
    kind for kind, times in PAGES.items() for _ in range(times)
]
number = st.integers(0, 7)
steps = st.builds(Step, st.sampled_from(KINDS), number, number, number)
series = st.lists(steps, max_size=30)


class Scene:
    """The channels where it plays, and the places that pages show."""

    def __init__(self) -> None:
        self.anna, self.ben, self.chloe, self.gus, self.zoe = map(cast.member, CAST)
        self.general = Channel.objects.get(organization=self.anna.organization, name="general")
        self.lounge = scene.new_channel(
            self.chloe, "lounge", self.gus, topic="For everyone", description="All of it"
        )
        self.secret = scene.new_channel(self.anna, "secret", self.chloe, kind="private")
        said = [
            scene.post((self.anna, self.ben, self.chloe)[n % 3], self.general, f"Early {n}") for n in range(9)
        ]
        self.root = said[5]
        scene.post(self.ben, self.general, "A reply for @Chloe Martin", thread=self.root)
        scene.post(self.gus, self.lounge, "Hello from @Gus Berg")
        scene.post(self.chloe, self.secret, "Between us")
        self.zoes = scene.new_channel(self.zoe, "orders")
        scene.post(self.zoe, self.zoes, ELSEWHERE)
        channel, at = scene.path("channel", self.general.pk), scene.path
        lounge = at("channel", self.lounge.pk)
        self.places: list[tuple[Member, str]] = [
            (self.anna, channel),
            (self.chloe, at("thread", self.root.pk)),
            (self.gus, lounge),
            (self.ben, at("home") + "?list"),
            (self.chloe, at("channel", self.secret.pk)),
            (self.ben, lounge),
            (self.chloe, f"{channel}?before={said[6].pk}"),
            (self.anna, at("message", self.general.pk, said[2].pk)),
            (self.ben, at("message", self.general.pk, said[-1].pk)),
            (self.ben, at("channel_members", self.lounge.pk)),
            (self.chloe, "/o/acme/people/"),
            (self.chloe, at("directory")),
            (self.gus, at("home") + "?list"),
        ]


class Play:
    """A series under way."""

    def __init__(
        self, scene: Scene, live: Live, client_of: Callable[[Member], Client], viewers: list[int]
    ) -> None:
        self.scene, self.live, self.client_of = scene, live, client_of
        self.world = World()
        self.pages = [self.open(number) for number in viewers]

    def open(self, number: int) -> Page:
        person, path = self.scene.places[number % len(self.scene.places)]
        return Page(self.live, self.client_of(person), path)

    def play(self, steps: list[Step]) -> None:
        waiting = list(steps)
        while waiting:
            step = waiting.pop(0)
            if step.kind in DOING:
                self.world.do(step)
            elif step.kind == "look":
                self.live.look()
            else:
                self.move(self.pages[step.who % len(self.pages)], step, waiting)

    def move(self, page: Page, step: Step, waiting: list[Step]) -> None:
        """Something happens to a page."""
        if not page.is_shown:
            return
        match step.kind:
            case "receive":
                page.receive(1 + step.what % 4)
            case "cut":
                page.cut()
            case "connect":
                page.connect()
            case "go_on" | "go_on_while":
                if page.line and page.line.is_waiting:
                    page.line.go_on(self.next_action(waiting) if step.kind == "go_on_while" else lambda: None)
            case "ask":
                page.ask(step.what)
            case "arrive":
                page.arrive(step.what)
            case "fail":
                page.fail(step.what)
            case "read":
                page.report_read()
            case "visit":
                page.visit(self.scene.places[step.what % len(self.scene.places)][1])
            case "load_while":
                with while_loading(self.next_action(waiting)):
                    page.load(page.path)

    def next_action(self, waiting: list[Step]) -> Callable[[], None]:
        """The next thing that somebody does, done once and by whoever calls it; the tailer sees it at once."""
        place = next((n for n, step in enumerate(waiting) if step.kind in DOING), None)
        todo = [] if place is None else [waiting.pop(place)]

        def act() -> None:
            while todo:
                self.world.do(todo.pop())
                self.live.look()

        return act

    def compare(self) -> list[str]:
        """What any page shows otherwise than its reload does."""
        found = []
        for page in self.pages:
            page.settle()
        for page in self.pages:
            page.settle()
            if page.is_shown and "acme" in page.path:
                assert ELSEWHERE not in page.document.text
            found += differences(page)
        return found


@contextmanager
def while_loading(act: Callable[[], None]) -> Iterator[None]:
    """Something happens between a page's position in the log and its content."""

    def begin(*_args: object) -> None:
        act()

    hooks.page_begins.append(begin)
    try:
        yield
    finally:
        hooks.page_begins.remove(begin)


def forget_kept() -> None:
    """A series that is undone gives its ids to the next one."""
    rows._rows.clear()
    cache.clear()


def small_windows(patch: pytest.MonkeyPatch) -> None:
    defaults = channel_window.__kwdefaults__
    assert defaults is not None
    patch.setitem(defaults, "limit", WINDOW)
