"""Opening a stream: who asks, what they may listen to, and what they missed. Runs in a thread, with a database.

One look reads all of it. Whether it still holds once the stream listens is told by the tailer's clock, which moves
with every right that is given or taken: only then is there a second look.
"""

import io
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.utils import translation
from django.utils.translation import get_language_from_request

from accounts.errors import NotThere
from accounts.models import Member
from accounts.sessions.asking import member_in_session
from audit.queries import head_position
from chat.ids import id_of
from chat.live.feed import Feed
from chat.live.hub import encode, heartbeat
from chat.live.partials import RELOAD, reads_partial
from chat.live.tailer import tailer
from chat.live.topics import reads_of, topics_for


@dataclass(frozen=True)
class Asked:
    """What a request for a stream says."""

    session_key: str
    slug: str
    face: str
    channel_id: int | None
    thread_id: int | None
    hints: bool  # all of a browser's hidden pages listen by it
    after: int | None  # a position; None for "from now on"

    @classmethod
    def by(cls, scope: dict[str, Any], slug: str) -> "Asked":
        """What an ASGI scope asks for.

        Raises:
            SuspiciousOperation: the Host header isn't one of ours, or there are too many parameters.
        """
        request = ASGIRequest(scope, io.BytesIO())
        request.get_host()
        last_seen = id_of(request.headers.get("Last-Event-ID"))
        return cls(
            session_key=request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""),
            slug=slug,
            face=f"page.{get_language_from_request(request)}",
            channel_id=id_of(request.GET.get("channel")),
            thread_id=id_of(request.GET.get("thread")),
            hints="hints" in request.GET,
            after=last_seen if last_seen is not None else id_of(request.GET.get("after")),
        )


@dataclass(frozen=True)
class Opening:
    """Who opens a stream, to what, and what they're told first."""

    asked: Asked
    member: Member
    topics: frozenset[str]
    until: float  # Unix time at which the session ends
    after: int  # the position that the reader has
    position: int  # and has with the replay
    replay: bytes
    feed: Feed
    looked_at: int  # the tailer's clock before the first read

    @property
    def holds(self) -> bool:
        """Whether no right was given or taken since, as far as the tailer has told."""
        return max(self.feed.changed_at, tailer.sessions_changed_at) <= self.looked_at


def open_stream(scope: dict[str, Any], slug: str) -> Opening:
    """Who asks for a stream, and for what.

    Raises:
        NotSignedIn: there is no session of an active user.
        NotThere: the organization or channel isn't there for them.
        SecondFactorMissing: the organization requires one of them.
        SuspiciousOperation: the Host header isn't one of ours, or there are too many parameters.
    """
    return look(Asked.by(scope, slug))


def look(asked: Asked, after: int | None = None) -> Opening:
    """Who asks, and what they may read and missed since `after`, all as it is now.

    Raises:
        NotSignedIn, NotThere, SecondFactorMissing: as for `open_stream`.
    """
    looked_at = tailer.clock
    member, until = member_in_session(asked.session_key, asked.slug)
    # Before what it says of rights is read: what it has told until then is in what is read, the rest moves the clock.
    feed = tailer.follow(member.organization_id)
    reads = reads_of(member)
    topics = topics_for(
        member, channel_id=asked.channel_id, thread_id=asked.thread_id, hints=asked.hints, mine=reads
    )
    if asked.channel_id is not None and f"c:{asked.channel_id}" not in topics:
        raise NotThere
    if after is None:
        after = asked.after if asked.after is not None else feed.position
    position, replay = missed(feed, after, topics, asked.face)
    # What was read in other tabs isn't in the log, so it's told to whoever begins.
    if not asked.hints:
        replay = encode(reads_partial(reads), None) + replay
    return Opening(asked, member, topics, until.timestamp(), after, position, replay, feed, looked_at)


def missed(feed: Feed, after: int, topics: frozenset[str], face: str) -> tuple[int, bytes]:
    """The position that a reader is brought to, and what brings them there from `after`."""
    position = feed.position
    if after > position:
        # The page was made after a commit that this process's tailer is still to read, or its log has been put back.
        if after <= head_position(feed.organization.pk):
            return after, heartbeat(after)
        return position, encode(RELOAD, position)
    with feed.lock, translation.override(face.removeprefix("page.")):
        position = feed.position
        replay = feed.after(after, topics)
    if replay is None:
        return position, encode(RELOAD, position)
    return position, b"".join([encode(data, at) for at, data in replay]) + heartbeat(position)
