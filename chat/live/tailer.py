"""The tailer: one thread a process that reads committed entries in order and hands them to the process's streams.

It is the only sender. A right that an entry gives or takes changes the topics of open streams before that entry, and
anything after it, is handed out.
"""

import threading
import time
from contextlib import closing
from functools import partial
from itertools import takewhile

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Q
from django.utils import translation
from django_eventstream import send_event

from accounts.models import Member, Role
from audit.models import Entry
from audit.queries import entries_after, head_position, head_positions
from chat.live.feed import Feed
from chat.live.hub import Hub, hub
from chat.live.topics import topics_for
from chat.live.vocabulary import Payload, channel_name
from chat.live.wakeups import wakeups

IDLE = 600  # seconds after which a feed that nobody listens to is let go
BATCH = 500  # entries read at once
RIGHTS = ("membership.", "member.")  # actions after which someone may read more or less than before
FORGETS = "channel.delete"  # guests no longer know those whom they knew by it alone
# After these a user may be signed out, or kept out; whoever isn't comes back at once.
ENDS_SESSIONS = (
    "session.delete", "password.update", "user.update", "totp.delete", "passkey.delete", "two_factor.remove",
)  # fmt: skip
KEEPS_OUT = "organization.require_two_factor"
logger = structlog.get_logger(__name__)


class Tailer:
    """Feeds by organization, and the thread that keeps them."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.feeds: dict[int, Feed] = {}
        self.told: dict[int, int] = {}  # by organization: up to where its entries have been handed out
        self.server_position = 0
        self.lock = threading.RLock()
        self.stop = threading.Event()
        self.thread: threading.Thread | None = None
        self.idle_looked_for_at = 0.0
        # Moves on whenever what was read of anyone's rights before may not be so any more; a feed, and the tailer for
        # sessions, know when they moved it last. It's moved before streams are looked at, so that one that is just
        # opening is either among them, or sees that it has to look again.
        self.clock = 0
        self.sessions_changed_at = 0

    def follow(self, organization_id: int) -> Feed:
        """The feed of an organization, begun where there was none; the thread runs from the first one on."""
        with self.lock:
            feed = self.feeds.get(organization_id)
            if feed is None:
                feed = Feed(organization_id)
                self.told[organization_id] = feed.position
                self.feeds[organization_id] = feed
                feed.changed_at = self.tick()  # nobody has watched until now
            feed.used_at = time.monotonic()
            if self.thread is None or not self.thread.is_alive():
                self.server_position = head_position(None)
                self.sessions_changed_at = self.tick()
                self.thread = threading.Thread(target=self.run, name="live-tailer", daemon=True)
                self.thread.start()
            return feed

    def tick(self) -> int:
        """Move the clock on; returns its time."""
        with self.lock:
            self.clock += 1
            return self.clock

    def run(self) -> None:
        """Look whenever there's a reason to, until stopped; a database that's away is waited for."""
        while not self.stop.is_set():
            try:
                with closing(wakeups(self.stop)) as reasons:
                    for _reason in reasons:
                        self.look()
            except (DatabaseError, OSError) as error:
                logger.warning("live_database_away", error=type(error).__name__)
                self.stop.wait(0.5)
            except Exception:  # a thread that died in silence would freeze every page
                logger.exception("live_tailer_failed")
                self.stop.wait(0.5)
            finally:
                close_old_connections()
        connection.close()

    def look(self) -> None:
        """Read and hand out what has been committed since the last look."""
        with self.lock:
            feeds = dict(self.feeds)
        positions = head_positions(feeds)
        self.drop_idle()
        for organization_id, feed in feeds.items():
            if positions.get(organization_id, 0) > self.told.get(organization_id, feed.position):
                self.read(feed)
        if positions.get(None, 0) > self.server_position:
            self.read_server()

    def drop_idle(self) -> None:
        """Let go of feeds that nobody has listened to for a while; looked for once a minute."""
        now = time.monotonic()
        if now < self.idle_looked_for_at + 60:
            return
        self.idle_looked_for_at = now
        heard = {stream.organization_id for stream in list(self.hub.streams)}
        with self.lock:
            for organization_id, feed in list(self.feeds.items()):
                if organization_id in heard:
                    feed.used_at = now
                elif now - feed.used_at > IDLE:
                    del self.feeds[organization_id], self.told[organization_id]

    def read(self, feed: Feed) -> None:
        """Hand out what follows, one entry after the other; where the database goes away it goes on later."""
        self.tell(feed)
        more = True
        while more:  # what is committed after a read has a wake-up of its own
            entries = entries_after(feed.organization.pk, feed.position, limit=BATCH)
            feed.take(entries)
            self.tell(feed)
            feed.make_room()
            more = len(entries) == BATCH

    def tell(self, feed: Feed) -> None:
        organization_id = feed.organization.pk
        told = self.told[organization_id]
        newest_first = takewhile(lambda entry: entry.position > told, reversed(feed.entries))
        for entry in reversed(list(newest_first)):
            try:
                if entry.action.startswith(RIGHTS):
                    self.change_rights(feed, entry)
                if entry.action == KEEPS_OUT:
                    self.end_all(feed)
                self.send(feed, entry)
            except (DatabaseError, OSError):
                raise
            except Exception:  # one entry that can't be shown must not keep back all that follow
                logger.exception("live_entry_failed", organization=organization_id, position=entry.position)
            if entry.action == FORGETS:  # only now: those who were in it had to hear that it's gone
                self.change_rights(feed, entry)
            self.told[organization_id] = entry.position

    def send(self, feed: Feed, entry: Entry) -> None:
        organization_id = feed.organization.pk
        self.hub.begin()
        for said in feed.said(entry):
            for face in self.hub.faces(organization_id, said[0]):
                with translation.override(face.removeprefix("page.")):
                    payload = Payload.at(entry.position, feed.render(said))
                send_event(channel_name(organization_id, said[0], face), "", payload, json_encode=False)
        self.hub.finish(organization_id, entry.position)

    def change_rights(self, feed: Feed, entry: Entry) -> None:
        """Bring the topics of those whom the entry touches up to date; whoever is no longer a member is cut."""
        feed.changed_at = self.tick()
        # Of all the others nobody's rights depend on who else is in a channel.
        touched = Member.objects.filter(Q(pk=entry.subject_id) | Q(role=Role.GUEST))
        members = touched.filter(organization=feed.organization).in_bulk()
        for stream in self.hub.open_streams(feed.organization.pk):
            member = members.get(stream.member_id)
            if member is None:
                continue
            if not member.is_active:
                self.hub.do(stream.end)
            else:
                topics = topics_for(
                    member, channel_id=stream.channel_id, thread_id=stream.thread_id, hints=stream.hints
                )
                self.hub.do(partial(self.hub.retopic, stream, topics))

    def end_all(self, feed: Feed) -> None:
        """End every stream of the organization: those who may enter come back, the others are told why not."""
        feed.changed_at = self.tick()
        for stream in self.hub.open_streams(feed.organization.pk):
            self.hub.do(stream.end)

    def read_server(self) -> None:
        """The server's own chain: a session that ended ends its streams. Who is still signed in comes back."""
        while entries := entries_after(None, self.server_position, limit=BATCH):
            self.server_position = entries[-1].position
            over = {entry.entity_id for entry in entries if entry.action in ENDS_SESSIONS}
            if over:
                self.sessions_changed_at = self.tick()
            for stream in list(self.hub.streams):
                if stream.user_id in over:
                    self.hub.do(stream.end)


tailer = Tailer(hub)
