"""A message's row: the same bytes for every reader, found again by everything it shows."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.actions import update_profile
from accounts.models import Member
from audit.queries import entries_after, head_position
from chat.actions import delete_message, edit_message
from chat.live.feed import Feed
from chat.models import Channel, Message
from chat.rows import CHANNEL, THREAD, _rows, rows, window_rows
from tests import cast
from tests.chat.scene import path, post, text_of

SignIn = Callable[[Member], Client]


def read(*messages: Message) -> list[Message]:
    """Messages as a page reads them."""
    found = {message.pk: message for message in Message.objects.select_related("author")}
    return [found[message.pk] for message in messages]


def row(message: Message, place: str = CHANNEL) -> str:
    (message,) = read(message)
    return rows([message], cast.member("anna").organization, place=place)


def row_on(page: str, message: Message) -> str:
    found = re.search(rf'<article class="[^"]*" id="c-m-{message.pk}".*?</article>', page, re.DOTALL)
    assert found
    return found[0]


def test_every_reader_gets_the_same_bytes(
    client_of: SignIn, anna: Member, ben: Member, chloe: Member, gus: Member, lounge: Channel
) -> None:
    message = post(chloe, lounge, "Hello @Anna Lind and @channel", client_id="n-1")
    seen = {
        row_on(text_of(client_of(member).get(path("channel", lounge.pk))), message)
        for member in (anna, ben, chloe, gus)
    }
    assert seen == {row(message).strip()}


def test_a_row_holds_what_the_browser_needs_and_nothing_of_its_reader(
    ben: Member, chloe: Member, general: Channel
) -> None:
    message = post(chloe, general, "Hello @Ben Okafor", client_id="n-1")
    for place in (CHANNEL, THREAD):
        shown = row(message, place)
        opening = shown[: shown.index(">")]
        for said in (
            f'id="{place}-m-{message.pk}"',
            f'data-id="{message.pk}"',
            f'data-version="{message.row_version}"',
            f'data-author="{chloe.pk}"',
            f'data-mentions="{ben.pk}"',
            'data-nonce="n-1"',
            'tabindex="-1"',
        ):
            assert f" {said}" in opening
        assert not re.search(r"<form|<input|csrf|token|mine|style=|\son\w+=|<script", shown)


def test_a_row_that_quotes_a_mention_calls_nobody(chloe: Member, ben: Member, general: Channel) -> None:
    """Code that looks like a mention's element is a text."""
    for body in (
        '`data-mention="channel"`',
        'data-mention="here"',
        f'```\n<span class="mention" data-member="{ben.pk}">\n```',
        f'<span class="mention" data-member="{ben.pk}">x</span>',
    ):
        assert "data-mentions" not in row(post(chloe, general, body)), body


def test_a_change_is_seen_at_once(chloe: Member, general: Channel) -> None:
    message = post(chloe, general, "First")
    seen = [row(message)]
    message = edit_message(cast.caller_of(chloe), message, body="Second")
    seen.append(row(message))
    reply = post(chloe, general, "Reply", thread=message)
    seen.append(row(message))
    delete_message(cast.caller_of(chloe), reply)
    seen.append(row(message))
    delete_message(cast.caller_of(chloe), message)
    seen.append(row(message))
    versions = [int(re.findall(r'data-version="(\d+)"', one)[0]) for one in seen]
    assert versions == sorted(set(versions))
    assert ["First" in one for one in seen] == [True, False, False, False, False]
    assert ["1 reply" in one for one in seen] == [False, False, True, False, False]
    assert "This message was deleted." in seen[-1]


def test_a_tombstone_has_no_text_and_no_actions(chloe: Member, ben: Member, general: Channel) -> None:
    message = post(chloe, general, "Marmalade for @Ben Okafor")
    edit_message(cast.caller_of(chloe), message, body="Honey for @Ben Okafor")
    delete_message(cast.caller_of(chloe), message)
    shown = row(message)
    assert 'class="message deleted"' in shown
    assert not re.search(r"Marmalade|Honey|data-mentions|message-actions|edited", shown)


def test_kept_rows_cost_no_query_and_new_ones_one(
    chloe: Member, ben: Member, general: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    messages = read(*[post(chloe, general, f"@Ben Okafor {number}") for number in range(20)])
    organization = cast.member("anna").organization
    with django_assert_num_queries(1):  # the present names of all who are mentioned
        first = rows(messages, organization)
    with django_assert_num_queries(0):
        assert rows(messages, organization) == first


def test_a_window_reads_only_what_is_not_kept(
    chloe: Member, ben: Member, general: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    messages = [post(chloe, general, f"@Ben Okafor {number}") for number in range(20)]
    organization = cast.member("anna").organization
    window = [(message.pk, message.row_version) for message in messages]
    with django_assert_num_queries(2):  # the messages with their authors, and the names of those mentioned
        first = window_rows(window, organization)
    with django_assert_num_queries(0):
        assert window_rows(window, organization) == first
    assert first == rows(read(*messages), organization)


def test_a_window_shows_what_was_written_since_it_was_read(chloe: Member, general: Channel) -> None:
    """Edited or gone between the two queries: what is there by now is shown, and kept as what it is."""
    edited, gone = post(chloe, general, "Marmalade"), post(chloe, general, "Gone")
    organization = cast.member("anna").organization
    window = [(edited.pk, edited.row_version), (gone.pk, gone.row_version)]
    edit_message(cast.caller_of(chloe), edited, body="Honey")
    Message.objects.filter(pk=gone.pk).delete()
    seen = window_rows(window, organization)
    assert "Honey" in seen
    assert "Gone" not in seen
    (edited,) = read(edited)
    assert window_rows([(edited.pk, edited.row_version)], organization) == seen
    assert not any(key[:2] == window[0] for key in _rows)


def test_a_row_that_is_let_go_of_meanwhile_still_has_present_names(
    chloe: Member, ben: Member, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making one row may push another of the same page out."""
    first, second = read(post(chloe, general), post(chloe, general, "@Ben Okafor"))
    update_profile(cast.caller_of(ben), ben, display_name="Benjamin")
    organization = cast.member("anna").organization
    monkeypatch.setattr("chat.rows.KEPT", 1)
    assert "@Benjamin" in rows([second], organization)
    assert "@Benjamin" in rows([first, second], organization)
    assert "@Benjamin" in rows([second], organization)


def test_a_replay_after_a_rename_has_the_present_name(ben: Member, chloe: Member, general: Channel) -> None:
    """The live feed remembers messages with their authors; what it renders is kept for pages too."""
    position = head_position(general.organization_id)
    feed = Feed(general.organization_id)
    message = post(ben, general)
    feed.take(entries_after(general.organization_id, feed.position, limit=10))
    update_profile(cast.caller_of(ben), ben, display_name="Benjamin")
    feed.take(entries_after(general.organization_id, feed.position, limit=10))
    replayed = "".join(data for _position, data in feed.after(position, frozenset({f"c:{general.pk}"})) or ())
    assert "Benjamin" in replayed
    assert "Ben Okafor" not in replayed
    assert ">Benjamin</a>" in row(message)


def test_only_so_many_are_kept(chloe: Member, general: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.rows.KEPT", 3)
    for _ in range(5):
        row(post(chloe, general))
    assert len(_rows) == 3


def test_the_longest_rows_are_made_anew(anna: Member, general: Channel) -> None:
    long = post(anna, general, "&" * 10_000)
    assert row(long) == row(long)
    assert not _rows
    row(post(anna, general, "Short"))
    assert len(_rows) == 1
