"""A page in a browser, as static/js keeps it: a model that says of each of its rules which script it mirrors.

Its markup is what the server rendered, changed by what the stream told. What the scripts add to both a kept and a
reloaded page alike (marks.js: what is mine, days, grouping) is left out here; the real browser's proof has it.
The reader looks at an older part of the log, so that nothing is read by itself (reading.js): `report_read` reads.
"""

import re
from collections.abc import Callable

from django.test import Client

from tests.proof.dom import Element, parse
from tests.proof.live import Line, Live

FRAGMENT = {"HX-Request": "true"}  # page.js: ask
BOOSTED = {"HX-Request": "true", "HX-Boosted": "true"}


class Page:
    """An open page. `status` is the answer's when it couldn't be shown; there's nothing alive in it then."""

    def __init__(self, live: Live, client: Client, path: str) -> None:
        self.live, self.client, self.path = live, client, path
        self.reloads = -1
        self.line: Line | None = None
        self.load(path)

    # Loading

    def load(self, path: str) -> None:
        """As start.js: the whole page anew."""
        self.hang_up()
        self.reloads += 1
        self.due: list[str] = []  # parts to fetch again
        self.arriving: list[tuple[str, int, int, str]] = []  # on their way: address, turn, status, text
        self.asked: dict[str, int] = {}
        self.hints: list[tuple[int, dict[str, str]]] = []
        self.reads: dict[str, dict[str, str]] = {}
        self.channel_name = self.titled = ""
        self.path, self.status, text = self.get(path)
        self.document = parse(text)
        self.position = 0
        if self.is_shown:
            self.retitle(self.document)
            self.position = int(self.parameter("after"))
            self.open()

    def get(self, path: str, **headers: str) -> tuple[str, int, str]:
        """An answer after its redirects: path, status, text."""
        response = self.client.get(path, headers=headers)
        while response.status_code == 302:
            path = response["Location"]
            response = self.client.get(path, headers=headers)
        return path, response.status_code, response.content.decode()

    @property
    def is_shown(self) -> bool:
        return self.status == 200

    @property
    def main(self) -> Element:
        found = self.document.by_id("main")
        assert found is not None
        return found

    @property
    def sidebar(self) -> Element:
        found = self.document.by_id("sidebar")
        assert found is not None
        return found

    @property
    def me(self) -> str:
        (body,) = (one for one in self.document.all() if one.tag == "body")
        return body["data-member"]

    def retitle(self, document: Element) -> None:
        """As sidebar.js: the title, and the organization's name in it."""
        (title,) = (one for one in document.all() if one.tag == "title")
        self.title, name = title.text, self.sidebar["data-organization-name"]
        self.titled = name if self.title.endswith(name) else self.title.split(" · ")[-1]

    def parameter(self, name: str) -> str:
        stream = self.document.by_id("stream")
        assert stream is not None
        found = re.search(rf"[?&]{name}=(\d+)", stream["hx-sse:connect"])
        return found[1] if found else ""

    def open(self) -> None:
        """As navigation.js: everything that a new #main needs."""
        self.channel_name = ""
        self.follow_frame()
        self.show_current()

    def visit(self, path: str) -> None:
        """As navigation.js: only #main is swapped, and its stream goes on where the old one was."""
        path, status, text = self.get(path, **BOOSTED)
        if status != 200:
            self.load(path)
            return
        document = parse(text)
        incoming = document.by_id("main")
        stream = document.by_id("stream")
        assert incoming is not None
        assert stream is not None
        self.hang_up()
        after = int(re.search(r"after=(\d+)", stream["hx-sse:connect"])[1])  # type: ignore[index]
        address = re.sub(
            r"after=\d+", f"after={min(after, self.position or after)}", stream["hx-sse:connect"]
        )
        stream.attributes["hx-sse:connect"] = address
        if self.stays_open(incoming):
            kept, new = self.conversation(self.main), self.conversation(incoming)
            new.replace_with(kept)
        self.main.replace_with(incoming)
        self.path = path
        self.retitle(document)
        self.position = int(self.parameter("after"))
        self.open()

    def stays_open(self, incoming: Element) -> bool:
        rows, new = self.rows("c"), incoming.by_id("c-rows")
        return (
            incoming.get("data-channel") == self.main.get("data-channel") != ""
            and rows is not None
            and new is not None
            and rows["data-newest"] == new["data-newest"] == "1"
            and "data-highlighted" not in new.attributes
        )

    @staticmethod
    def conversation(main: Element) -> Element:
        return next(one for one in main.all() if one.has_class("conversation"))

    # The stream (stream.js)

    def connect(self) -> None:
        """Begin a stream: the same address with its old `after`, and where it has been before, Last-Event-ID."""
        stream = self.document.by_id("stream")
        if stream is None or not self.is_shown or (self.line and not self.line.wire.closed):
            return
        last_seen = self.position if self.line else None
        self.line = Line(self.live, self.client, stream["hx-sse:connect"], last_seen)
        if self.line.refused:
            self.load(self.path)

    def hang_up(self) -> None:
        if self.line:
            self.line.cut()
        self.line = None

    def cut(self) -> None:
        if self.line:
            self.line.cut()

    def receive(self, most: int) -> None:
        """Take in at most so many events of those that wait."""
        while most and self.line and self.line.wire.waiting:
            self.take(self.line.wire.waiting.pop(0))
            most -= 1

    def take(self, event: str) -> None:
        fields = [line.partition(": ")[::2] for line in event.split("\n") if not line.startswith(":")]
        kinds, ids = ([value for name, value in fields if name == wanted] for wanted in ("event", "id"))
        if ids:
            self.position = int(ids[0])
        data = "\n".join(value for name, value in fields if name == "data")
        line = self.line
        if kinds or not data:
            return  # named events swap nothing
        for partial in parse(data).elements:
            assert partial.tag == "hx-partial"
            self.swap(partial["hx-target"], partial["hx-swap"], partial)
            if self.line is not line:  # the page has gone elsewhere
                return

    def swap(self, target: str, style: str, content: Element) -> None:
        """As swaps.js; a target that isn't there is skipped."""
        if target.startswith("#") and self.document.by_id(target[1:]) is None:
            return
        first = content.elements[0]
        take: dict[str, Callable[[], None]] = {
            "upsert": lambda: self.upsert(target[1:], content.elements),
            "hint": lambda: self.take_hint(first.attributes),
            "read": lambda: self.take_all_read(content.elements),
            "reads": lambda: self.take_reads(first["data-reads"]),
            # Signals that may be lost are outside of the promise, and what one follows isn't compared yet.
            **dict.fromkeys(("draft", "typing", "presence", "thread", "followed"), lambda: None),
            "stale": lambda: self.take_stale(first["data-what"].split()),
            "person": lambda: self.take_person(first.attributes),
            "gone": lambda: self.take_gone(first["data-channel"]),
            "reload": lambda: self.load(self.path),
        }
        take[style]()

    def take_gone(self, channel: str) -> None:
        stream = self.document.by_id("stream")
        if stream is not None and stream.get("data-channel") == channel:
            self.load("/".join(self.path.split("/")[:3]) + "/")
            if self.path.endswith("/") and self.path.count("/") == 3:
                self.path += "?list"  # the way in leads on as soon as there's somewhere to go

    # Rows (rows.js, window.js, paging.js)

    def rows(self, place: str) -> Element | None:
        return self.document.by_id(f"{place}-rows")

    def upsert(self, container_id: str, rows: list[Element]) -> None:
        container = self.document.by_id(container_id)
        assert container is not None
        for row in rows:
            old = self.document.by_id(row["id"])
            if old is not None:
                if int(row["data-version"]) > int(old["data-version"]):
                    old.replace_with(row)
            elif fits(container, row):
                insert(container, row)

    def cover(self, oldest: int | None, newest: int | None) -> None:
        """As paging.js: scroll until the log reaches from `oldest` to `newest`, or to its end."""
        container = self.rows("c")
        if container is None:
            return
        while container["data-oldest"] != "0" and (oldest is None or ids(container)[0] > oldest):
            self.fetch_more(container, f"?before={container['data-oldest']}", "data-oldest")
        while container["data-newest"] == "0" and (newest is None or ids(container)[-1] < newest):
            self.fetch_more(container, f"?after={ids(container)[-1]}", "data-newest")

    def fetch_more(self, container: Element, search: str, edge: str) -> None:
        _path, status, text = self.get(container["data-history-url"] + search, **FRAGMENT)
        assert status == 200
        (page,) = parse(text).elements
        for row in page.elements:
            if self.document.by_id(row["id"]) is None:
                insert(container, row)
        container.attributes[edge] = page[edge]

    # Counts (sidebar.js, reading.js)

    def link(self, channel: str) -> Element | None:
        links = self.sidebar.having("data-channel", channel)
        return links[0] if links else None

    def set_counts(self, link: Element, **counts: int) -> None:
        for name, number in counts.items():
            link.attributes[f"data-{name}"] = str(max(0, number))
            for shown in link.having("data-count", name):
                shown.text = "99+" if number > 99 else link[f"data-{name}"]

    def counted_to(self, link: Element) -> int:
        return max(int(self.sidebar["data-position"]), int(link.get("data-position", "0")))

    def take_hint(self, hint: dict[str, str]) -> None:
        self.hints.append((self.position, hint))
        self.count_hint(self.position, hint)

    def count_hint(self, at: int, hint: dict[str, str]) -> None:
        link = self.link(hint["data-channel"])
        if link is None or at <= self.counted_to(link):
            return
        called = bool({self.me, "channel", "here"} & set(hint["data-mentions"].split()))
        if int(hint["data-message"]) <= int(link["data-read"]) or hint["data-author"] == self.me:
            return
        if hint["data-counts"] == "0" and not called:
            return
        step = 1 if hint["data-kind"] == "create" else -1
        self.set_counts(
            link,
            unread=int(link["data-unread"]) + step,
            mentions=int(link["data-mentions"]) + (step if called else 0),
        )

    def take_all_read(self, reads: list[Element]) -> None:
        for read in reads:
            self.take_read(read.attributes)

    def take_read(self, read: dict[str, str]) -> None:
        self.reads[read["data-channel"]] = read
        self.count_read(read)

    def count_read(self, read: dict[str, str]) -> None:
        link = self.link(read["data-channel"])
        if link is None or int(read["data-position"]) < self.counted_to(link):
            return
        self.set_counts(link, unread=int(read["data-unread"]), mentions=int(read["data-mentions"]))
        link.attributes["data-read"] = read["data-message"]
        link.attributes["data-position"] = read["data-position"]
        for at, hint in self.hints:
            if hint["data-channel"] == read["data-channel"]:
                self.count_hint(at, hint)
        self.sync_read()

    def take_reads(self, told: str) -> None:
        known = dict(one.split(":") for one in told.split())
        if any(
            known.get(link["data-channel"]) != link["data-read"]
            for link in self.sidebar.having("data-channel")
        ):
            self.take_stale(["sidebar", "directory"])

    def count_again(self) -> None:
        for read in self.reads.values():
            self.count_read(read)
        for at, hint in self.hints:
            self.count_hint(at, hint)
        self.sync_read()

    def sync_read(self) -> None:
        rows, link = self.rows("c"), self.link(self.main.get("data-channel"))
        if rows is not None and link is not None:
            rows.attributes["data-read"] = str(max(int(rows["data-read"]), int(link["data-read"])))

    def report_read(self) -> None:
        """The reader comes to the end of the log."""
        container = self.rows("c")
        link = self.link(self.main.get("data-channel")) if self.is_shown else None
        if container is None or link is None or container["data-newest"] == "0":
            return
        shown = [rows for rows in (container, self.rows("t")) if rows is not None]
        newest = max([0, *(number for rows in shown for number in ids(rows))])
        if newest <= int(container["data-read"]):
            return
        container.attributes["data-read"] = str(newest)
        self.set_counts(link, unread=0, mentions=0)
        link.attributes["data-read"] = str(newest)
        self.client.post(container["data-read-url"], {"message": newest}, headers=FRAGMENT)

    # Parts (parts.js)

    def take_stale(self, words: list[str]) -> None:
        for part in self.document.having("data-live"):
            if set(words) & set(part["data-live"].split()) and part["data-live-url"] not in self.due:
                self.due.append(part["data-live-url"])

    def ask(self, which: int = 0) -> None:
        """A part that is due is asked for; the server answers, and the answer is on its way."""
        if not self.due:
            return
        url = self.due.pop(which % len(self.due))
        active = self.main.get("data-channel")
        address = url + ("&" if "?" in url else "?") + f"active={active}" if active else url
        self.asked[url] = self.asked.get(url, 0) + 1
        _path, status, text = self.get(address, **FRAGMENT)
        self.arriving.append((url, self.asked[url], status, text))

    def arrive(self, which: int = 0) -> None:
        """An answer comes; answers may overtake each other, and an older one is left out."""
        if not self.arriving:
            return
        url, turn, status, text = self.arriving.pop(which % len(self.arriving))
        if self.asked[url] != turn:
            return
        parts = self.document.having("data-live-url", url)
        if status == 200:
            for part in parts:
                self.morph(part, text)
                if part["id"] == "sidebar":
                    self.count_again()
                    name = self.sidebar["data-organization-name"]
                    self.title, self.titled = self.title.removesuffix(self.titled) + name, name
        elif parts:
            self.load(self.path)
            return
        self.follow_frame()
        self.show_current()

    def fail(self, which: int = 0) -> None:
        """An answer gets lost: the part is asked for again."""
        if not self.arriving:
            return
        url, turn, _status, _text = self.arriving.pop(which % len(self.arriving))
        if self.asked[url] == turn and url not in self.due:
            self.due.append(url)

    def morph(self, part: Element, text: str) -> None:
        new = parse(text).by_id(part["id"])
        assert new is not None
        part.replace_with(new)

    def follow_frame(self) -> None:
        if (rows := self.rows("c")) is not None:
            start = self.document.by_id("log-start")
            assert start is not None
            start.attributes.pop("hidden", None)
            if rows["data-oldest"] != "0":
                start.attributes["hidden"] = ""
        header = self.document.by_id("conversation-header")
        if header is not None:
            name = header["data-name"]
            self.title = self.title.replace(self.channel_name or name, name, 1)
            self.channel_name = name
            for element in self.document.having("data-channel-name"):
                element.text = name

    def show_current(self) -> None:
        channel = self.main.get("data-channel")
        for link in self.sidebar.having("data-channel"):
            if link["data-channel"] == channel:
                link.attributes["aria-current"] = "page"
            else:
                link.attributes.pop("aria-current", None)

    def take_person(self, person: dict[str, str]) -> None:
        member, name = person["data-member"], person["data-name"]
        for element in self.document.having("data-name-of", member, templates=True):
            element.text = name
        for element in self.document.having("data-initials-of", member, templates=True):
            element.text = person["data-initials"]
            if picture := person["data-picture"]:
                element.append(Element("img", {"alt": "", "loading": "lazy", "src": picture}))
        for element in self.document.having("data-member", member):
            if element.has_class("mention"):
                element.text = f"@{name}"
        header = self.document.by_id("conversation-header")
        if header is not None and header.having("data-name-of", member):
            self.take_stale(["frame"])

    # In the end

    def settle(self) -> None:
        """All that is under way comes to its end."""
        for _round in range(20):
            self.connect()
            if self.line and self.line.is_waiting:
                self.line.go_on()
            self.live.look()
            self.receive(10_000)
            while self.due or self.arriving:
                self.ask()
                self.arrive()
            if not self.is_shown or (
                self.line
                and not self.line.wire.closed
                and not self.line.is_waiting
                and not self.line.wire.waiting
            ):
                return
        raise AssertionError("The page never comes to rest.")


def ids(container: Element) -> list[int]:
    return [int(row["data-id"]) for row in container.elements if "data-id" in row.attributes]


def fits(container: Element, row: Element) -> bool:
    number, oldest = int(row["data-id"]), container["data-oldest"]
    if oldest != "0" and number < int(oldest):
        return False
    return container["data-newest"] == "1" or number <= ids(container)[-1]


def insert(container: Element, row: Element) -> None:
    above = [n for n, child in enumerate(container.children) if isinstance(child, Element)
             and "data-id" in child.attributes and int(child["data-id"]) <= int(row["data-id"])]  # fmt: skip
    container.insert(above[-1] + 1 if above else 0, row)
