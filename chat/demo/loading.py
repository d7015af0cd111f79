"""Loading the demo: in one transaction, which is what makes it quick, and leaves nothing when it fails.

All that was said is posted in the order of its time, since ids are that order; only afterwards are times moved back.
The log keeps the true ones.
"""

from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.timezone import now

from accounts.models import Organization, User
from audit.turns import turn
from chat.demo.arriving import found, open_channel
from chat.demo.dating import date_messages, date_organization
from chat.demo.people import ACME, GLOBEX, PASSWORD, Company
from chat.demo.reading import read_all
from chat.demo.talking import archive, talk
from chat.demo.transcript import transcripts
from chat.demo.working_days import WorkingDays

FOLDER = Path(__file__).parent


class NotEmpty(Exception):
    """The database holds people or organizations."""


def load() -> int:
    """Load the demo into an empty database; returns how many messages that were.

    Raises:
        NotEmpty: somebody or something is there, and nothing has been changed.
    """
    password = make_password(PASSWORD)  # once for all: it's slow by design
    with turn(), transaction.atomic():
        if User.objects.exists() or Organization.objects.exists():
            raise NotEmpty
        days = WorkingDays(now())
        return sum(_load(company, password, days) for company in (ACME, GLOBEX))


def _load(company: Company, password: str, days: WorkingDays) -> int:
    members = found(company, password=password)
    conversations = [
        (open_channel(transcript, members, days), transcript)
        for transcript in transcripts(FOLDER / company.slug)
    ]
    posted = talk(conversations, members, days)
    archive(conversations, members)
    date_organization(members, conversations, days)
    date_messages(posted, days)
    read_all(company, members, posted)
    return len(posted)
