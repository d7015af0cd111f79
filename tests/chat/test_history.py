"""Windows on history: whichever way one pages, nothing is skipped and nothing doubled; and where a permalink leads."""

import re
from collections.abc import Callable, Sequence

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import Member
from chat.actions import delete_message, mark_read
from chat.models import Channel, Message
from chat.queries import Window, channel_window, thread_window
from tests import cast
from tests.chat.scene import new_channel, path, post, text_of

SignIn = Callable[[Member], Client]
ROOT, REPLY, SENT_TOO, DELETED, ELSEWHERE = "root", "reply", "sent too", "deleted", "elsewhere"
KINDS = [ROOT, ROOT, REPLY, SENT_TOO, DELETED, ELSEWHERE]


def fill(
    author: Member, channel: Channel, other: Channel, kinds: Sequence[str]
) -> tuple[list[int], list[int]]:
    """Messages of these kinds, in their order: the ids of all in `channel`, and of those that stand there."""
    every: list[int] = []
    standing: list[int] = []
    first: Message | None = None
    for kind in kinds:
        reply = kind in {REPLY, SENT_TOO} and first is not None
        message = Message.objects.create(
            organization_id=channel.organization_id,
            channel=other if kind == ELSEWHERE else channel,
            author=author,
            body="x",
            html="<p>x</p>",
            thread=first if reply else None,
            also_in_channel=reply and kind == SENT_TOO,
            deleted_at=author.created_at if kind == DELETED else None,
        )
        if kind == ELSEWHERE:
            continue
        first = first or message
        every.append(message.pk)
        if not reply or kind == SENT_TOO:
            standing.append(message.pk)
    return every, standing


def shown(window: Window) -> list[int]:
    return [pk for pk, _version in window.messages]


def ids(messages: Sequence[Message]) -> list[int]:
    return [message.pk for message in messages]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=some.lists(some.sampled_from(KINDS), max_size=24), limit=some.integers(1, 7))
def test_from_the_newest_to_the_first_and_back(
    chloe: Member, general: Channel, lounge: Channel, kinds: list[str], limit: int
) -> None:
    with transaction.atomic():
        _every, standing = fill(chloe, general, lounge, kinds)
        window = channel_window(general, limit=limit)
        seen = shown(window)
        assert seen == standing[-limit:]
        assert not window.has_newer
        while window.has_older:
            assert window.oldest == window.first == seen[0]
            window = channel_window(general, before=window.first, limit=limit)
            assert 0 < len(window.messages) <= limit
            assert window.has_newer
            seen = shown(window) + seen
        assert window.oldest == 0
        assert seen == standing

        seen = shown(window)
        while window.has_newer:
            window = channel_window(general, after=window.last, limit=limit)
            assert 0 < len(window.messages) <= limit
            assert window.has_older
            seen += shown(window)
        assert seen == standing
        transaction.set_rollback(True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=some.data(), kinds=some.lists(some.sampled_from(KINDS), max_size=24), limit=some.integers(2, 8))
def test_around_any_message_and_on_both_ways(
    chloe: Member, general: Channel, lounge: Channel, data: some.DataObject, kinds: list[str], limit: int
) -> None:
    with transaction.atomic():
        every, standing = fill(chloe, general, lounge, kinds)
        middle = data.draw(some.sampled_from([*every, 0, 10**9]))
        window = channel_window(general, around=middle, limit=limit)
        seen = shown(window)
        if middle in standing:
            assert middle in seen
        assert len(seen) <= limit
        assert window.has_older == (seen[:1] != standing[:1] if seen else False)
        assert window.has_newer == (seen[-1:] != standing[-1:] if seen else False)
        older = newer = window
        while older.has_older:
            older = channel_window(general, before=older.first, limit=limit)
            seen = shown(older) + seen
        while newer.has_newer:
            newer = channel_window(general, after=newer.last, limit=limit)
            seen += shown(newer)
        assert seen == standing
        transaction.set_rollback(True)


def test_what_is_posted_meanwhile_is_found_by_paging_on(chloe: Member, general: Channel) -> None:
    first = [post(chloe, general).pk for _ in range(3)]
    window = channel_window(general, limit=2)
    later = [post(chloe, general).pk for _ in range(3)]
    older = channel_window(general, before=window.first, limit=2)
    newer = channel_window(general, after=window.last, limit=5)
    assert shown(older) + shown(window) + shown(newer) == first + later


def rows_of(page: str, place: str = "c") -> list[int]:
    return [int(pk) for pk in re.findall(rf'<article class="message[^"]*" id="{place}-m-(\d+)"', page)]


def link(page: str, kind: str) -> str | None:
    found = re.search(rf'<a class="{kind}"[^>]* href="([^"]+\?[^"]+)"', page)
    return found[1] if found else None


def test_the_page_s_links_lead_through_all_of_it(
    client_of: SignIn, chloe: Member, general: Channel, lounge: Channel
) -> None:
    _every, standing = fill(chloe, general, lounge, KINDS * 26)
    browser = client_of(chloe)
    page = text_of(browser.get(path("channel", general.pk)))
    seen = rows_of(page)
    assert len(seen) == 50
    assert 'data-newest="1"' in page
    while older := link(page, "older"):
        page = text_of(browser.get(older))
        assert 'data-newest="0"' in page
        seen = rows_of(page) + seen
    assert seen == standing
    assert 'data-oldest="0"' in page
    assert "The beginning of #general" in page
    back = rows_of(page)
    while newer := link(page, "newer"):
        page = text_of(browser.get(newer))
        back += rows_of(page)
    assert back == standing


def test_the_fragment_has_the_rows_of_the_page(
    client_of: SignIn, chloe: Member, general: Channel, lounge: Channel
) -> None:
    _every, standing = fill(chloe, general, lounge, [ROOT] * 120)
    browser = client_of(chloe)
    fragment = text_of(browser.get(path("history", general.pk), {"before": str(standing[70])}))
    assert "<html" not in fragment
    assert rows_of(fragment) == standing[20:70]
    assert f'data-oldest="{standing[20]}" data-newest="0"' in fragment
    rest = text_of(browser.get(path("history", general.pk), {"before": str(standing[20])}))
    assert rows_of(rest) == standing[:20]
    assert 'data-oldest="0"' in rest
    after = text_of(browser.get(path("history", general.pk), {"after": str(standing[100])}))
    assert rows_of(after) == standing[101:]
    assert 'data-newest="1"' in after


@pytest.mark.parametrize("asked", ["x", "-1", "²", "9" * 19, "1 "])
def test_a_broken_link_leads_to_the_channel_and_says_so(
    client_of: SignIn, chloe: Member, general: Channel, asked: str
) -> None:
    browser = client_of(chloe)
    for way in ("before", "after"):
        page = browser.get(path("channel", general.pk), {way: asked}, follow=True)
        assert page.redirect_chain == [(path("channel", general.pk), 302)]
        assert "That link was broken" in text_of(page)
        fragment = browser.get(path("history", general.pk), {way: asked})
        assert fragment.status_code == 422
        assert "That link was broken" in text_of(fragment)


def test_an_empty_channel_says_what_it_is(client_of: SignIn, chloe: Member) -> None:
    channel = new_channel(chloe, "empty", description="For nothing yet")
    page = text_of(client_of(chloe).get(path("channel", channel.pk)))
    assert "The beginning of #empty" in page
    assert "For nothing yet" in page
    assert rows_of(page) == []


# Where one left off


def test_a_channel_with_more_unread_than_a_page_begins_where_one_left_off(
    client_of: SignIn, anna: Member, chloe: Member, general: Channel
) -> None:
    standing = ids([post(anna, general) for _ in range(150)])
    mark_read(cast.caller_of(chloe), general, message_id=standing[39])
    browser = client_of(chloe)
    page = text_of(browser.get(path("channel", general.pk)))
    assert rows_of(page) == standing[25:75]
    assert page.index(f'id="c-m-{standing[39]}"') < page.index('<div class="unread-line">New</div>')
    assert page.index('<div class="unread-line">') < page.index(f'id="c-m-{standing[40]}"')
    assert 'data-newest="0"' in page
    newest = re.search(r'<a class="jump"[^>]*href="([^"]+)">', page)  # and not hidden
    assert newest
    assert rows_of(text_of(browser.get(newest[1]))) == standing[100:]
    newer = link(page, "newer")
    assert newer
    assert rows_of(text_of(browser.get(newer))) == standing[75:125]
    assert rows_of(text_of(browser.get(path("history", general.pk)))) == standing[100:]


def test_a_page_of_unread_or_less_ends_with_the_newest(
    client_of: SignIn, anna: Member, chloe: Member, general: Channel
) -> None:
    standing = ids([post(anna, general) for _ in range(80)])
    browser = client_of(chloe)
    for read in (standing[30], standing[-1]):
        mark_read(cast.caller_of(chloe), general, message_id=read)
        page = text_of(browser.get(path("channel", general.pk)))
        assert rows_of(page) == standing[30:]
        assert re.search(r'<a class="jump"[^>]* hidden>', page)


def test_what_one_has_said_oneself_is_not_unread(client_of: SignIn, anna: Member, general: Channel) -> None:
    standing = ids([post(anna, general) for _ in range(80)])
    assert rows_of(text_of(client_of(anna).get(path("channel", general.pk)))) == standing[30:]


def test_who_is_not_in_a_channel_begins_at_its_end(
    client_of: SignIn, ben: Member, chloe: Member, lounge: Channel
) -> None:
    standing = ids([post(chloe, lounge) for _ in range(80)])
    assert rows_of(text_of(client_of(ben).get(path("channel", lounge.pk)))) == standing[30:]


# Permalinks


def test_a_permalink_shows_the_message_amid_its_history(
    client_of: SignIn, chloe: Member, general: Channel, lounge: Channel
) -> None:
    _every, standing = fill(chloe, general, lounge, [ROOT] * 120)
    page = text_of(client_of(chloe).get(path("message", general.pk, standing[60])))
    assert rows_of(page) == standing[35:85]
    assert f'data-highlighted="{standing[60]}"' in page
    assert link(page, "older")
    assert link(page, "newer")


def test_a_permalink_of_a_reply_shows_its_thread(client_of: SignIn, chloe: Member, general: Channel) -> None:
    root = post(chloe, general)
    reply, sent_too = (
        post(chloe, general, thread=root),
        post(chloe, general, thread=root, also_in_channel=True),
    )
    browser = client_of(chloe)
    page = text_of(browser.get(path("message", general.pk, reply.pk)))
    assert f'data-thread="{root.pk}"' in page
    assert rows_of(page, "t") == [root.pk, reply.pk, sent_too.pk]
    assert f'data-highlighted="{reply.pk}"' in page
    page = text_of(browser.get(path("message", general.pk, sent_too.pk)))
    assert "data-thread=" not in page
    assert rows_of(page) == [root.pk, sent_too.pk]
    assert f'data-highlighted="{sent_too.pk}"' in page


def test_a_permalink_of_a_deleted_message_shows_its_tombstone(
    client_of: SignIn, chloe: Member, general: Channel
) -> None:
    message = delete_message(cast.caller_of(chloe), post(chloe, general))
    page = text_of(client_of(chloe).get(path("message", general.pk, message.pk)))
    assert "This message was deleted." in page


def test_a_row_s_own_link_is_its_permalink(client_of: SignIn, chloe: Member, general: Channel) -> None:
    root = post(chloe, general)
    reply = post(chloe, general, thread=root)
    page = text_of(client_of(chloe).get(path("thread", root.pk)))
    for message, place in ((root, "c"), (reply, "t")):
        there = f"{path('message', general.pk, message.pk)}#{place}-m-{message.pk}"
        assert f'<a class="permalink" href="{there}">' in page
        shown = text_of(client_of(chloe).get(there.partition("#")[0]))
        assert f'id="{place}-m-{message.pk}"' in shown


# Threads


def test_a_thread_has_its_root_and_its_replies_in_order(
    client_of: SignIn, chloe: Member, gus: Member, lounge: Channel
) -> None:
    root = post(chloe, lounge)
    replies = [post(author, lounge, thread=root) for author in (gus, chloe, gus)]
    post(chloe, lounge)
    page = text_of(client_of(gus).get(path("thread", root.pk)))
    assert rows_of(page, "t") == ids([root, *replies])
    assert 'id="thread-composer"' in page


def test_a_reader_outside_of_the_channel_reads_a_thread_without_a_composer(
    client_of: SignIn, anna: Member, chloe: Member, lounge: Channel
) -> None:
    root = post(chloe, lounge)
    page = text_of(client_of(anna).get(path("thread", root.pk)))
    assert rows_of(page, "t") == [root.pk]
    assert 'id="thread-composer"' not in page


def test_of_a_very_long_thread_the_newest_replies_are_shown(chloe: Member, general: Channel) -> None:
    root = post(chloe, general)
    replies = [post(chloe, general, thread=root) for _ in range(4)]
    window = thread_window(root, limit=3)
    assert shown(window) == ids([root, *replies[1:]])
    assert window.has_older
    assert not thread_window(root, limit=4).has_older
