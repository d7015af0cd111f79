"""An organization's newest entries in memory, with the things they're about: what open streams are fed from.

It holds entries rather than events, and renders when asked, so that a reader who returns gets things as they are now;
a herd that returns costs no SQL.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from itertools import takewhile
from threading import RLock
from time import monotonic

from django.db.models import F, QuerySet
from django.utils.translation import get_language

from accounts.models import Member, Organization
from audit.models import Entry
from audit.queries import entries_after, head_position
from chat.live.audience import Said, Things, audience
from chat.live.partials import partials
from chat.models import Channel, Message, ThreadFollow
from database.prepared import Prepared

KEPT = 10_000  # entries in memory
WARM = 1_000  # entries read when a feed begins: enough for those who return after a restart
FAR = 2_000  # entries from the database at most; further behind, a page is quicker to load anew
HELD = 16_000_000  # characters of messages' texts in memory; the oldest entries make room
MOST_RENDERED = 1_000  # entries of which a herd that returns is told without rendering them again
MOST_MISSED = 400_000  # bytes that a reader who returns is told; a stream that is sent more at once is cut


class Feed:
    """The feed of one organization, from `start` (exclusive) to `position`."""

    def __init__(self, organization_id: int) -> None:
        self.lock = RLock()
        self.organization = Organization.objects.get(pk=organization_id)
        self.entries: deque[Entry] = deque()
        self.rendered: dict[
            tuple[int, str], list[tuple[str, str]]
        ] = {}  # by position and language: topics, data
        self.messages: dict[int, Message] = {}
        self.held = 0  # characters of their texts
        self.used_at = monotonic()
        self.changed_at = 0  # by the tailer's clock: when somebody's rights here were given or taken last
        self.channels: dict[int, Channel] = {}
        self.people: dict[int, Member] = {}
        self.followers: dict[int, frozenset[int]] = {}  # by root: those in its channel who follow the thread
        self.position = max(0, head_position(organization_id) - WARM)
        self.start = self.position
        self.take(entries_after(organization_id, self.position, limit=WARM + KEPT))

    @property
    def things(self) -> Things:
        return Things(self.messages, self.channels)

    def take(self, entries: list[Entry]) -> None:
        """Append entries that follow, and look at what they're about as it is now."""
        if not entries:
            return
        with self.lock:
            self.look_at(entries)
            self.entries.extend(entries)
            self.position = entries[-1].position
            while len(self.entries) > KEPT:
                self.start = self.entries.popleft().position
            if len(self.messages) > 3 * KEPT:
                self.forget()

    def make_room(self) -> None:
        """Let go of the oldest entries while texts weigh too much; called when all have been handed out."""
        with self.lock:
            while self.held > HELD and len(self.entries) > 1:
                for _entry in range(max(1, len(self.entries) // 4)):
                    self.start = self.entries.popleft().position
                self.forget()

    def look_at(self, entries: Iterable[Entry]) -> None:
        """Load what `entries` are about: at most six queries, however many they are."""
        entries = list(entries)
        self.rendered.clear()  # what they're about may look different by now
        if any(entry.action.startswith(("member.", "organization.")) for entry in entries):
            self.organization.refresh_from_db()
        ids = {entry.entity_id or 0 for entry in entries if entry.entity_type == "message"}
        found = messages(ids)
        found |= messages({message.thread_id for message in found.values() if message.thread_id} - ids)
        self.look_who_follows({message.thread_id for message in found.values() if message.thread_id})
        for pk in ids | found.keys():
            before = self.messages.pop(pk, None)
            self.held -= weight(before) if before else 0
        self.messages.update(found)
        self.held += sum(map(weight, found.values()))
        channels = {
            e.channel_id for e in entries if e.channel_id and e.entity_type in {"channel", "membership"}
        }
        if channels:
            self.channels.update(Channel.objects.in_bulk(list(channels)))
        people = {e.subject_id for e in entries if e.subject_id and e.entity_type == "member"}
        if people:
            self.people.update(Member.objects.in_bulk(list(people)))
            for message in self.messages.values():  # whose rows have their author's name
                message.author = self.people.get(message.author_id, message.author)

    def look_who_follows(self, roots: set[int]) -> None:
        """Load who is told of replies in these threads."""
        if not roots:
            return
        inside = ThreadFollow.objects.filter(root__in=roots, following=True)
        inside = inside.filter(member__memberships__channel=F("root__channel"))
        by_root: dict[int, set[int]] = {root: set() for root in roots}
        for root, member in inside.values_list("root", "member"):
            by_root[root].add(member)
        self.followers |= {root: frozenset(members) for root, members in by_root.items()}

    def forget(self) -> None:
        """Drop messages that no entry in memory is about any more."""
        about = {entry.entity_id for entry in self.entries if entry.entity_type == "message"}
        roots = {self.messages[pk].thread_id for pk in about if pk in self.messages}
        self.messages = {pk: message for pk, message in self.messages.items() if pk in about | roots}
        self.followers = {root: members for root, members in self.followers.items() if root in self.messages}
        self.held = sum(map(weight, self.messages.values()))

    def said(self, entry: Entry) -> list[Said]:
        """Whom an entry concerns, and what they're told. Who watches a thread is told as a member."""
        found: list[Said] = []
        for topic, whats in audience(entry, self.things):
            if topic.startswith("w:"):
                found += [(f"m:{pk}", whats) for pk in sorted(self.followers.get(int(topic[2:]), ()))]
            else:
                found.append((topic, whats))
        return found

    def render(self, said: Said) -> str:
        """What a topic is told, as the page's partials."""
        return partials(said[1], self.organization, self.people)

    def after(self, position: int, topics: frozenset[str]) -> Iterator[tuple[int, str]] | None:
        """Position and data of each entry after `position` that concerns `topics`.

        None when it lies too far back, or so much was said since that the page is quicker to load anew.
        """
        with self.lock:
            entries: list[Entry] = []
            if position < self.start:
                if self.start - position > FAR:
                    return None
                older = entries_after(self.organization.pk, position, limit=FAR)
                entries = [entry for entry in older if entry.position <= self.start]
                self.look_at(entries)
            newest_first = takewhile(lambda entry: entry.position > position, reversed(self.entries))
            entries += reversed(list(newest_first))
            found: list[tuple[int, str]] = []
            size = 0
            for entry in entries:
                if (one := self._for(entry, topics)) is not None:
                    size += len(one[1].encode())
                    if size > MOST_MISSED:
                        return None
                    found.append(one)
            return iter(found)

    def _for(self, entry: Entry, topics: frozenset[str]) -> tuple[int, str] | None:
        key = (entry.position, get_language() or "")
        if (told := self.rendered.get(key)) is None:
            told = [(said[0], self.render(said)) for said in audience(entry, self.things)]
            if len(self.rendered) < MOST_RENDERED:
                self.rendered[key] = told
        data = "".join([data for topic, data in told if self._hears(topics, topic, entry)])
        return (entry.position, data) if data else None

    def _hears(self, topics: frozenset[str], topic: str, entry: Entry) -> bool:
        """Whether who listens to `topics` is told what a topic is told; rights are as they are now."""
        if not topic.startswith("w:"):
            return topic in topics
        sees = not topics.isdisjoint({f"h:{entry.channel_id}", f"c:{entry.channel_id}"})
        return sees and any(f"m:{pk}" in topics for pk in self.followers.get(int(topic[2:]), ()))


def weight(message: Message) -> int:
    """The characters of a message's texts."""
    return len(message.html) + len(message.body)


def messages(ids: Collection[int]) -> dict[int, Message]:
    """Messages by id, whole: a row that is made later mustn't need what may be deleted by then."""
    if len(ids) == 1:
        return {message.pk: message for message in _message(*ids)}
    return _stored().in_bulk(list(ids)) if ids else {}


@Prepared
def _message(message_id: int) -> QuerySet[Message]:
    return _stored().filter(pk=message_id)


def _stored() -> QuerySet[Message]:
    return Message.objects.select_related("author")
