"""Signals go on after their layer was away, or forgot who listens."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from redis.exceptions import ConnectionError as RedisConnectionError

from chat.live import signals
from chat.live.signals import GROUP

Layer = Any
pytestmark = pytest.mark.asyncio


async def listening(layer: Layer, condition: Callable[[], bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Receive from `layer` until `condition` holds."""
    monkeypatch.setattr(signals, "_layer", lambda: layer)
    task = asyncio.ensure_future(signals._receive())
    try:
        async with asyncio.timeout(10):
            while not condition():
                assert not task.done()
                await asyncio.sleep(0.01)
    finally:
        task.cancel()


async def test_a_process_that_its_layer_forgot_joins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = InMemoryChannelLayer()
    forgotten: list[str] = []

    def joined_again() -> bool:
        if GROUP in layer.groups and not forgotten:
            forgotten.extend(layer.groups.pop(GROUP))
        return bool(forgotten) and list(layer.groups.get(GROUP, ())) == forgotten

    monkeypatch.setattr(signals, "AGAIN", 0.02)
    await listening(layer, joined_again, monkeypatch)


async def test_a_layer_that_was_away_is_joined_when_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away(InMemoryChannelLayer):
        tries = 0

        async def group_add(self, group: str, channel: str) -> None:
            self.tries += 1
            if self.tries == 1:
                raise RedisConnectionError
            await super().group_add(group, channel)

    layer = Away()
    await listening(layer, lambda: GROUP in layer.groups, monkeypatch)
