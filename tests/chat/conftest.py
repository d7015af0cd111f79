"""The places where the cast talks: #general has all but guests, #secret only Anna and Chloe, #lounge the guest too."""

import pytest

from accounts.models import Member
from chat import rows
from chat.models import Channel
from tests.chat.scene import new_channel


@pytest.fixture(autouse=True)
def _no_rows_kept() -> None:
    """A test that is rolled back gives its ids to the next one, whose messages say something else."""
    rows._rows.clear()


@pytest.fixture
def general(anna: Member) -> Channel:
    """Acme's public channel: Anna, Ben, Chloe and Robin are in it, Gus isn't."""
    return Channel.objects.get(organization=anna.organization, name="general")


@pytest.fixture
def secret(anna: Member, chloe: Member) -> Channel:
    """A private channel that Anna made, with Chloe: neither Ben, an admin, nor Gus is in it."""
    return new_channel(anna, "secret", chloe, kind="private")


@pytest.fixture
def lounge(chloe: Member, gus: Member) -> Channel:
    """A public channel that Chloe made, with the guest in it."""
    return new_channel(chloe, "lounge", gus)
