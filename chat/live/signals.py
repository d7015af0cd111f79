"""Signals: what travels to open pages without being in the log, such as that I've read further in another tab.

They go by the channel layer: within a process in memory, across processes by Redis. A lost one harms nothing.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog
from channels.layers import get_channel_layer
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.utils.html import format_html

from accounts.models import Member
from chat.hooks import draft_changed, position_moved, shown_otherwise, thread_read, typed
from chat.live.hub import hub
from chat.models import Draft
from chat.queries import has_drafts, unread_of

try:
    from redis.exceptions import RedisError as LayerError
except ImportError:  # one process alone
    LayerError = OSError  # type: ignore[assignment, misc]

GROUP = "workchat.signals"
AGAIN = 3600  # seconds; a layer forgets those who joined a day ago
logger = structlog.get_logger(__name__)
# What is done with a message of the layer, by its type.
handlers: dict[str, Callable[[dict[str, Any]], None]] = {}
_listening: list[asyncio.Task[None]] = []


@receiver(position_moved)
def tell_own_tabs(*, member: Member, channels: Sequence[int], back: bool, **_kwargs: Any) -> None:
    """Bring the counts of a member's other tabs up to date, with the position in the log that they have."""
    if not serves():
        return
    items, position = unread_of(member, channels)
    counts = "".join(
        f'<i data-channel="{item.id}" data-message="{item.read}" data-unread="{item.unread}" '
        f'data-mentions="{item.mentions}" data-position="{position}"{" data-back" if back else ""}></i>'
        for item in items
    )
    data = f'<hx-partial hx-target="#sidebar" hx-swap="read">{counts}</hx-partial>'
    send_signal(member.organization_id, f"m:{member.pk}", data)


@receiver(thread_read)
def tell_of_thread(*, member: Member, root_id: int, following: bool | None, **_kwargs: Any) -> None:
    """Nothing in a thread is unread any more, and perhaps the member follows it or stopped to."""
    state = "" if following is None else int(following)
    data = (
        '<hx-partial hx-target="#sidebar" hx-swap="thread">'
        f'<i data-thread="{root_id}" data-following="{state}"></i></hx-partial>'
    )
    send_signal(member.organization_id, f"m:{member.pk}", data)


@receiver(shown_otherwise)
def refresh_own_tabs(*, member: Member, words: tuple[str, ...], **_kwargs: Any) -> None:
    """Have a member's tabs fetch the parts anew that look otherwise now."""
    what = " ".join(words)
    data = f'<hx-partial hx-target="body" hx-swap="stale"><i data-what="{what}"></i></hx-partial>'
    send_signal(member.organization_id, f"m:{member.pk}", data)


@receiver(draft_changed)
def tell_own_devices(*, member: Member, draft: Draft, **_kwargs: Any) -> None:
    """Bring a member's other composers up to date, and the marks in their sidebars."""
    if not serves():
        return
    drafted = bool(draft.body) or has_drafts(member, draft.channel_id)
    data = render_to_string("chat/_draft.html", {"draft": draft, "drafted": drafted})
    send_signal(member.organization_id, f"m:{member.pk}", data)


@receiver(typed)
def tell_others(*, member: Member, topic: str, **_kwargs: Any) -> None:
    """Say in the place where someone is typing that they are."""
    data = format_html(
        '<hx-partial hx-target="body" hx-swap="typing">'
        '<i data-topic="{}" data-member="{}" data-name="{}"></i></hx-partial>',
        topic, member.pk, member.display_name,
    )  # fmt: skip
    send_signal(member.organization_id, topic, data, but=member.pk)


def send_signal(organization_id: int, topic: str, data: str, *, but: int = 0) -> None:
    """Send from any thread, without waiting, to all but one member. A process that serves no streams sends nothing."""
    if not serves():
        return
    message = {"type": "signal", "organization": organization_id, "topic": topic, "data": data, "but": but}
    asyncio.run_coroutine_threadsafe(send(message), hub.loop)  # type: ignore[arg-type]


def serves() -> bool:
    """Whether this process has streams, or had some."""
    return hub.loop is not None and not hub.loop.is_closed()


def listen() -> None:
    """Begin to hand signals to this process's streams; called in the loop's thread, begins once."""
    if not _listening or _listening[0].done():
        _listening[:] = [asyncio.get_running_loop().create_task(_receive())]


async def send(message: dict[str, Any]) -> None:
    """Hand a message to every process that listens, this one too."""
    try:
        await _layer().group_send(GROUP, message)
    except (OSError, LayerError) as error:  # Redis is away: signals are lost, and that's all
        logger.warning("live_signal_lost", error=type(error).__name__)


async def _receive() -> None:
    while True:
        try:
            layer = _layer()
            name = await layer.new_channel("signals")
            while True:
                await layer.group_add(GROUP, name)
                with suppress(TimeoutError):
                    async with asyncio.timeout(AGAIN):
                        await _hand_out(layer, name)
        except (OSError, LayerError) as error:
            logger.warning("live_signals_away", error=type(error).__name__)
            await asyncio.sleep(1)


async def _hand_out(layer: Any, name: str) -> None:
    while True:
        message = await layer.receive(name)
        if handle := handlers.get(message["type"]):
            handle(message)


def _hear(message: dict[str, Any]) -> None:
    hub.signal(message["organization"], message["topic"], message["data"], but=message["but"])


handlers["signal"] = _hear


def _layer() -> Any:
    return get_channel_layer()
