"""A reader that comes back as a page does: whenever its stream ends it opens another, from where it was."""

import http.client
import re
import threading
from types import TracebackType
from typing import Self

from django.test import Client

from tests.server import Event, Reader, Site, until

ROW = re.compile(r'id="c-m-(\d+)"')


class Follower:
    """Follows `path` on a site until its `with` ends. `told` is what it was told, in order."""

    def __init__(self, site: Site, path: str, *, client: Client, after: int | None = None) -> None:
        self.site, self.path, self.client = site, path, client
        self.last = after
        self.told: list[Event] = []
        self.opened = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.follow, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        until(lambda: self.opened)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()

    def follow(self) -> None:
        while not self.over.is_set():
            try:
                headers = {} if self.last is None else {"Last_Event_ID": str(self.last)}
                reader = Reader(self.site, self.path, client=self.client, **headers)
            except (OSError, http.client.HTTPException, AssertionError):  # it's away, or says so
                self.over.wait(0.05)
                continue
            self.opened += 1
            while (event := reader.events.get()) is not None:
                if event.id is not None:
                    self.last = event.id
                if not event.kind:
                    self.told.append(event)

    def heard(self, words: str) -> int:
        """How many events hold `words`."""
        return sum(words in event.data for event in list(self.told))

    def positions(self) -> list[int]:
        """The places in the log of what it was told."""
        return [event.id for event in list(self.told) if event.id is not None]

    def rows(self) -> list[int]:
        """The ids of the rows that it was told, in order."""
        found = (ROW.search(event.data) for event in list(self.told))
        return [int(row[1]) for row in found if row]
