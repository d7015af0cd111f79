"""A stage for series: each is played in a transaction that is undone, on machinery of its own."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import Member
from tests.proof.live import Live
from tests.proof.series import Play, Scene, forget_kept, small_windows
from tests.proof.world import Step

Perform = Callable[[list[int], list[Step]], list[str]]


@pytest.fixture
def perform(client_of: Callable[[Member], Client], monkeypatch: pytest.MonkeyPatch) -> Iterator[Perform]:
    """Plays a series before pages of some of the scene's places; returns what differs in the end."""
    small_windows(monkeypatch)
    scene = Scene()

    def perform(viewers: list[int], steps: list[Step]) -> list[str]:
        forget_kept()
        with transaction.atomic(), monkeypatch.context() as patch:
            play = Play(scene, Live(patch), client_of, viewers)
            play.play(steps)
            found = play.compare()
            transaction.set_rollback(True)
        return found

    yield perform
    forget_kept()
