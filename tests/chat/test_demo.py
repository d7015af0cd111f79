"""The demo: what a newcomer finds in it, that its log is true, and that it never mixes with anything else."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import Invitation, Member, Organization, User
from audit.models import Entry
from audit.verifying import verify_chain
from chat.demo.arriving import found
from chat.demo.loading import FOLDER, load
from chat.demo.people import GLOBEX, PASSWORD
from chat.demo.transcript import When, read, transcripts
from chat.demo.working_days import BEGIN, END, WorkingDays
from chat.models import Channel, Kind, Mention, Message, Version
from chat.queries.sidebar import Item, sidebar

ROLES = {
    "owner@acme.example": ("acme", "owner"),
    "admin@acme.example": ("acme", "admin"),
    "member@acme.example": ("acme", "member"),
    "guest@acme.example": ("acme", "guest"),
    "owner@globex.example": ("globex", "owner"),
}

TEA = """topic: Tea
people: ben

== 3 09:00 anna
Hello

-- 09:05 ben also
Yes

-- 2 10:00 ben
No
~~ 10:01
Nay

== 2 11:00 anna
Bye
xx 11:02
"""


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo in a database that held nothing; loaded once for all tests here, which only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        remove_organizations()
        User.objects.all().delete()
        call_command("demo", verbosity=0)
        yield
        transaction.set_rollback(True)


def remove_organizations() -> None:
    """Take away all but users and the log, which nothing is taken from."""
    Message.objects.all().delete()
    Channel.objects.all().delete()
    Invitation.objects.all().delete()
    Organization.objects.all().delete()


def member(email: str) -> Member:
    return Member.objects.select_related("organization", "user").get(user__email=email)


def channels_of(email: str) -> list[Item]:
    shown = sidebar(member(email))
    return shown.channels + shown.directs


@pytest.mark.parametrize("email", ROLES)
def test_everyone_named_can_sign_in_and_has_their_role(email: str, demo: None) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {"login": email, "password": PASSWORD}, follow=True)
    someone = member(email)
    assert (someone.organization.slug, someone.role) == ROLES[email]
    assert answer.redirect_chain
    assert answer.context["user"] == someone.user
    assert isinstance(answer.context["user"], AbstractBaseUser)


def test_the_owner_alone_is_an_operator(demo: None) -> None:
    assert [user.email for user in User.objects.filter(is_superuser=True)] == ["owner@acme.example"]


def test_addresses_are_confirmed_and_nobody_gets_mail(demo: None) -> None:
    confirmed = User.objects.filter(emailaddress__verified=True, emailaddress__primary=True)
    assert confirmed.count() == User.objects.count()
    assert mail.outbox == []


def test_there_is_something_of_everything(demo: None) -> None:
    acme = Channel.objects.filter(organization__slug="acme")
    assert acme.exclude(kind=Kind.DIRECT).count() >= 10
    assert acme.filter(kind=Kind.PRIVATE).exists()
    assert acme.filter(kind=Kind.DIRECT).annotate(size=Count("memberships")).filter(size__gt=2).exists()
    assert acme.filter(archived_at__isnull=False).exists()
    messages = Message.objects.filter(organization__slug="acme")
    assert 300 <= messages.count() <= 1000
    assert messages.filter(edited_at__isnull=False).exists()
    assert messages.filter(deleted_at__isnull=False).exists()
    assert messages.filter(also_in_channel=True).exists()
    assert messages.filter(author__kind="bot").exists()
    assert messages.filter(html__contains="<pre").exists()
    assert messages.filter(html__contains="<blockquote").exists()
    assert messages.filter(html__contains="<table").exists()
    assert Organization.objects.get(slug="globex").channels.count() >= 3


def test_no_text_is_said_twice(demo: None) -> None:
    again = Message.objects.exclude(body="").values("body").annotate(times=Count("id")).filter(times__gt=1)
    assert [row["body"] for row in again if len(row["body"]) > 15] == []


def test_every_name_after_an_at_is_a_mention(demo: None) -> None:
    for message in Message.objects.filter(body__contains="@"):
        called = message.html.count('class="mention')
        assert called == len(re.findall(r"@\w", message.body)), message.body
    assert Mention.objects.filter(kind="channel").exists()


def test_no_placeholder_is_left(demo: None) -> None:
    assert not Message.objects.filter(body__contains="{weekday").exists()
    assert not Channel.objects.filter(topic__contains="{weekday").exists()


@pytest.mark.parametrize("slug", ["acme", "globex"])
def test_ids_are_in_the_order_of_time_and_nothing_is_in_the_future(slug: str, demo: None) -> None:
    messages = Message.objects.filter(organization__slug=slug).order_by("id")
    times = list(messages.values_list("created_at", flat=True))
    assert times == sorted(times)
    assert times[-1] <= now()
    assert (times[-1] - times[0]).days >= 14
    for message in messages.filter(edited_at__isnull=False):
        assert message.created_at < (message.edited_at or now()) <= now()
    for message in messages.filter(deleted_at__isnull=False):
        assert message.created_at < (message.deleted_at or now()) <= now()


def test_threads_know_their_newest_reply(demo: None) -> None:
    roots = Message.objects.filter(reply_count__gt=0).prefetch_related("replies")
    assert roots
    for root in roots:
        replies = sorted(root.replies.all(), key=lambda reply: reply.pk)
        assert root.reply_count == len(replies)
        assert root.last_reply_at == replies[-1].created_at


def test_versions_are_as_old_as_their_texts(demo: None) -> None:
    assert Version.objects.exists()
    for version in Version.objects.filter(number=1).select_related("message"):
        assert version.created_at == version.message.created_at


def test_everything_is_in_a_log_that_verifies(demo: None) -> None:
    for organization in Organization.objects.all():
        assert verify_chain(organization.pk) is None
        entries = Entry.objects.filter(organization_id=organization.pk)
        messages = Message.objects.filter(organization=organization)
        assert set(entries.filter(action="message.create").values_list("entity_id", flat=True)) == set(
            messages.values_list("pk", flat=True)
        )
        assert entries.filter(action="member.create").count() == organization.members.count()
        loaded = entries.exclude(action="session.enter")  # the browsers of these tests
        assert set(loaded.values_list("via", flat=True)) == {"command"}


@pytest.mark.parametrize("email", ["owner@acme.example", "member@acme.example", "owner@globex.example"])
def test_something_new_awaits_them(email: str, demo: None) -> None:
    channels = channels_of(email)
    assert 3 <= sum(channel.unread for channel in channels) <= 60
    assert sum(channel.mentions for channel in channels) >= 2
    assert any(channel.unread for channel in channels if channel.kind == Kind.DIRECT)


def test_the_admin_has_read_everything(demo: None) -> None:
    assert sum(channel.unread + channel.mentions for channel in channels_of("admin@acme.example")) == 0


def test_the_guest_is_only_where_they_were_brought(demo: None) -> None:
    assert {channel.name for channel in channels_of("guest@acme.example") if channel.name} == {
        "design",
        "hardware",
    }


@pytest.mark.parametrize("present", ["demo", "db"])
def test_a_database_that_holds_anything_is_refused(present: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(present)
    before = User.objects.count(), Message.objects.count(), Entry.objects.count()
    with pytest.raises(CommandError, match="already") as refusal:
        call_command("demo")
    assert refusal.value.returncode == 1
    assert (User.objects.count(), Message.objects.count(), Entry.objects.count()) == before


def test_a_user_alone_is_reason_enough_to_refuse(demo: None) -> None:
    with transaction.atomic():
        remove_organizations()
        assert User.objects.exists()
        with pytest.raises(CommandError, match="already"):
            call_command("demo")
        transaction.set_rollback(True)


def test_what_fails_leaves_nothing(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr("chat.demo.loading.talk", fail)
    with transaction.atomic():
        remove_organizations()
        User.objects.all().delete()
        entries = Entry.objects.count()
        with pytest.raises(RuntimeError, match="in the middle"):
            load()
        assert not User.objects.exists()
        assert Entry.objects.count() == entries
        transaction.set_rollback(True)


def test_a_founder_is_no_operator_even_where_only_operators_found(demo: None, settings: Settings) -> None:
    settings.ORGANIZATION_CREATION = "operators"
    people = tuple(replace(person, email=f"again-{person.email}") for person in GLOBEX.people)
    with transaction.atomic():
        found(replace(GLOBEX, slug="globex-again", people=people), password="none")
        assert not member("again-owner@globex.example").user.is_superuser  # type: ignore[union-attr]
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("at", "last"),
    [
        ("2026-11-20 08:59", "2026-11-19"),  # a Friday, before anyone has said much
        ("2026-11-20 09:00", "2026-11-20"),
        ("2026-11-20 23:00", "2026-11-20"),
        ("2026-11-21 12:00", "2026-11-20"),  # Saturday
        ("2026-11-23 07:00", "2026-11-20"),  # Monday, early
        ("2026-11-23 12:00", "2026-11-23"),
    ],
)
def test_the_last_day_is_a_working_day_that_has_begun(at: str, last: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    days = WorkingDays(moment)
    assert days.days[0].isoformat() == last
    assert all(day.weekday() < 5 for day in days.days)
    said = [days.moment(When(0, time(hour))) for hour in range(BEGIN.hour, END.hour + 1)]
    assert said == sorted(set(said))
    assert said[-1] <= moment
    assert days.moment(When(1, END)) < said[0]


def test_weekdays_get_their_names() -> None:
    days = WorkingDays(datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert days.named("On {weekday 0}, not on {weekday 4}.") == "On Friday, not on Monday."


def test_the_last_day_lies_within_its_hours() -> None:
    for slug in ("acme", "globex"):
        for transcript in transcripts(FOLDER / slug):
            for said in transcript.said:
                for at in (said.when, said.deleted, *(at for at, _text in said.edits)):
                    assert at is None or at.day or BEGIN <= at.clock <= END, (transcript.name, at)


def test_a_transcript_is_read() -> None:
    tea = read("tea", TEA)
    assert (tea.name, tea.about) == ("tea", {"topic": "Tea", "people": "ben"})
    hello, yes, no, bye = tea.said
    assert (hello.author, hello.text, hello.when) == ("anna", "Hello", When(3, time(9)))
    assert (yes.thread, yes.also_in_channel, yes.when) == (hello, True, When(3, time(9, 5)))
    assert (no.thread, no.also_in_channel, no.edits) == (hello, False, [(When(2, time(10, 1)), "Nay")])
    assert (bye.thread, bye.deleted) == (None, When(2, time(11, 2)))


@pytest.mark.parametrize(
    "text",
    [
        "stray text",
        "-- 09:00 ben\nA reply to nothing",
        "== 3 09:00\nNobody's",
        "== 3 09:00 anna",
        "== 3 09:00 anna\nHello\nxx 09:01\nGone, with a text",
        "== 3 09:00 anna\nHello\n~~ 09:01 ben\nAn edit by somebody",
    ],
)
def test_a_transcript_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="transcript"):
        read("tea", f"topic: Tea\n\n{text}\n")
