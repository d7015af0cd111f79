"""The tailer: one thread a process that reads committed entries in order and hands them to the process's streams.

It is the only sender. A right that an entry gives or takes changes the topics of open streams before that entry, and
anything after it, is handed out.
"""

import threading
from functools import partial

import structlog
from django.db import DatabaseError, close_old_connections
from django.utils import translation
from django_eventstream import send_event

from accounts.models import Member
from audit.models import Entry
from audit.queries import entries_after, head_position, head_positions
from chat.live.feed import Feed
from chat.live.hub import Hub, hub
from chat.live.topics import topics_for
from chat.live.vocabulary import Payload, channel_name
from chat.live.wakeups import wakeups

BATCH = 500  # entries read at once
RIGHTS = ("membership.", "member.")  # actions after which someone may read more or less than before
ENDS_SESSIONS = ("session.delete", "password.update", "user.update")
logger = structlog.get_logger(__name__)


class Tailer:
    """Feeds by organization, and the thread that keeps them."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.feeds: dict[int, Feed] = {}
        self.server_position = 0
        self.lock = threading.RLock()
        self.stop = threading.Event()
        self.thread: threading.Thread | None = None

    def follow(self, organization_id: int) -> Feed:
        """The feed of an organization, begun where there was none; the thread runs from the first one on."""
        with self.lock:
            feed = self.feeds.get(organization_id)
            if feed is None:
                feed = self.feeds[organization_id] = Feed(organization_id)
            if self.thread is None or not self.thread.is_alive():
                self.server_position = head_position(None)
                self.thread = threading.Thread(target=self.run, name="live-tailer", daemon=True)
                self.thread.start()
            return feed

    def run(self) -> None:
        """Look whenever there's a reason to, until stopped; a database that's away is waited for."""
        while not self.stop.is_set():
            try:
                for _reason in wakeups(self.stop):
                    self.look()
            except (DatabaseError, OSError) as error:
                logger.warning("live_database_away", error=type(error).__name__)
                self.stop.wait(0.5)
            except Exception:  # a thread that died in silence would freeze every page
                logger.exception("live_tailer_failed")
                self.stop.wait(0.5)
            finally:
                close_old_connections()

    def look(self) -> None:
        """Read and hand out what has been committed since the last look."""
        with self.lock:
            feeds = dict(self.feeds)
        positions = head_positions(feeds)
        for organization_id, feed in feeds.items():
            if positions.get(organization_id, 0) > feed.position:
                self.read(feed)
        if positions.get(None, 0) > self.server_position:
            self.read_server()

    def read(self, feed: Feed) -> None:
        while entries := entries_after(feed.organization.pk, feed.position, limit=BATCH):
            feed.take(entries)
            for entry in entries:
                if entry.action.startswith(RIGHTS):
                    self.change_rights(feed, entry)
                self.send(feed, entry)

    def send(self, feed: Feed, entry: Entry) -> None:
        organization_id = feed.organization.pk
        for said in feed.said(entry):
            for face in self.hub.faces(organization_id, said[0]):
                with translation.override(face.removeprefix("page.")):
                    payload = Payload.at(entry.position, feed.render(said))
                send_event(channel_name(organization_id, said[0], face), "", payload, json_encode=False)
        self.hub.finish(organization_id, entry.position)

    def change_rights(self, feed: Feed, entry: Entry) -> None:
        """Bring the topics of those whom the entry touches up to date; whoever is no longer a member is cut."""
        streams = self.hub.open_streams(feed.organization.pk)
        members = Member.objects.in_bulk([stream.member_id for stream in streams])
        for stream in streams:
            member = members.get(stream.member_id)
            if member is None or not member.is_active:
                self.hub.do(stream.end)
            elif stream.member_id == entry.subject_id or member.is_guest:
                topics = topics_for(member, channel_id=stream.channel_id, thread_id=stream.thread_id)
                self.hub.do(partial(self.hub.retopic, stream, topics))

    def read_server(self) -> None:
        """The server's own chain: a session that ended ends its streams. Who is still signed in comes back."""
        while entries := entries_after(None, self.server_position, limit=BATCH):
            self.server_position = entries[-1].position
            over = {entry.entity_id for entry in entries if entry.action in ENDS_SESSIONS}
            for stream in list(self.hub.streams):
                if stream.user_id in over:
                    self.hub.do(stream.end)


tailer = Tailer(hub)
