"""Drafts: kept for each channel and thread, on all of one's devices, until they're sent."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.errors import NotThere
from accounts.models import Member
from chat.actions import discard_draft, leave_channel, save_draft
from chat.models import Channel, Draft, Message
from chat.queries import drafts, sidebar
from tests import cast
from tests.chat.scene import (
    HTMX,
    NOWHERE,
    answer,
    new_channel,
    nothing_happens,
    path,
    post,
    text_of,
    typed,
)

SignIn = Callable[[Member], Client]
FIRST, SECOND, THIRD = "a" * 32, "b" * 32, "c" * 32


def save(
    browser: Client, channel: Channel, body: str, *, base: str = "", revision: str = FIRST, **given: object
) -> int:
    values = {"body": body, "base": base, "revision": revision} | given
    return browser.post(path("save_draft", channel.pk), values, headers=HTMX).status_code


def stands(member: Member, channel: Channel) -> str:
    """What the member's drafts say in a channel and its threads, as far as they do."""
    return "|".join(
        Draft.objects.filter(member=member, channel=channel)
        .exclude(body="")
        .order_by("id")
        .values_list("body", flat=True)
    )


@pytest.fixture
def lounge(anna: Member, ben: Member) -> Channel:
    return new_channel(anna, "lounge", ben)


def test_a_draft_is_on_every_page_of_its_place(client_of: SignIn, anna: Member, lounge: Channel) -> None:
    root = post(anna, lounge, "Root")
    browser = client_of(anna)
    with nothing_happens():
        assert save(browser, lounge, "\n<b>half a\r\n thought") == 204
        assert save(browser, lounge, "half a reply", revision=SECOND, thread=root.pk) == 204
    channel = browser.get(path("channel", lounge.pk))
    assert typed(channel, form="channel-composer") == "\n<b>half a\n thought"
    thread = browser.get(path("thread", root.pk))
    assert typed(thread, form="channel-composer") == "\n<b>half a\n thought"
    assert typed(thread, form="thread-composer") == "half a reply"
    assert f'data-draft="{SECOND}"' in text_of(thread)
    assert "half a" in text_of(browser.get(path("frame", lounge.pk)))
    reply = post(anna, lounge, "Reply", thread=root)
    assert "half a reply" in text_of(browser.get(path("message", lounge.pk, reply.pk)))


def test_a_draft_is_its_writers_alone(client_of: SignIn, anna: Member, ben: Member, lounge: Channel) -> None:
    save(client_of(anna), lounge, "secret thought")
    other = client_of(ben)
    for name, *ids in (("channel", lounge.pk), ("drafts",), ("frame", lounge.pk)):
        assert "secret thought" not in text_of(other.get(path(str(name), *ids)))
    draft = Draft.objects.get()
    with pytest.raises(NotThere):
        discard_draft(cast.caller_of(ben), draft)
    assert stands(anna, lounge) == "secret thought"


def test_a_save_that_was_overtaken_changes_nothing_and_learns_what_stands(
    client_of: SignIn, anna: Member, lounge: Channel
) -> None:
    browser = client_of(anna)
    assert save(browser, lounge, "one") == 204
    assert save(browser, lounge, "two", base=FIRST, revision=SECOND) == 204
    late = browser.post(
        path("save_draft", lounge.pk), {"body": "late", "base": FIRST, "revision": THIRD}, headers=HTMX
    )
    assert late.status_code == 409
    assert f'data-revision="{SECOND}" data-body="two" data-drafted="1"' in text_of(late)
    assert save(browser, lounge, "another first", revision=THIRD) == 409
    assert stands(anna, lounge) == "two"
    assert Draft.objects.get().earlier.split() == [FIRST]


def test_an_empty_text_takes_the_draft_away(client_of: SignIn, anna: Member, lounge: Channel) -> None:
    browser = client_of(anna)
    assert save(browser, lounge, " \n ") == 409  # nothing was there, and nothing is
    assert not Draft.objects.exists()
    save(browser, lounge, "one")
    assert save(browser, lounge, "  ", base=FIRST, revision=SECOND) == 204
    assert stands(anna, lounge) == ""
    assert typed(browser.get(path("channel", lounge.pk)), form="channel-composer") == ""


def test_sending_takes_the_draft_away_in_the_same_transaction(
    client_of: SignIn, anna: Member, lounge: Channel
) -> None:
    browser = client_of(anna)
    save(browser, lounge, "Hello")
    sent = {"body": "Hello", "draft": FIRST, "client_id": SECOND}
    assert browser.post(path("post", lounge.pk), sent, headers=HTMX).status_code == 200
    assert stands(anna, lounge) == ""
    assert Draft.objects.get().revision == SECOND


def test_a_text_that_was_refused_keeps_its_draft(client_of: SignIn, anna: Member, lounge: Channel) -> None:
    browser = client_of(anna)
    save(browser, lounge, "x" * 10_001)
    sent = {"body": "x" * 10_001, "draft": FIRST}
    assert browser.post(path("post", lounge.pk), sent, headers=HTMX).status_code == 422
    assert stands(anna, lounge) == "x" * 10_001


@pytest.mark.parametrize("saved_before", [True, False])
def test_a_save_that_comes_after_the_sending_does_not_bring_the_text_back(
    client_of: SignIn, anna: Member, lounge: Channel, saved_before: bool
) -> None:
    browser = client_of(anna)
    base = FIRST if saved_before else ""
    if saved_before:
        save(browser, lounge, "Hel")
    sent = {"body": "Hello", "draft": f"{base or '-'} {SECOND}", "client_id": THIRD}
    browser.post(path("post", lounge.pk), sent, headers=HTMX)
    assert save(browser, lounge, "Hello", base=base, revision=SECOND) == 409
    assert stands(anna, lounge) == ""
    assert save(browser, lounge, "Next", base=THIRD, revision="d") == 204


def test_a_save_that_comes_just_before_the_sending_is_taken_away_too(
    client_of: SignIn, anna: Member, lounge: Channel
) -> None:
    browser = client_of(anna)
    save(browser, lounge, "Hello")
    browser.post(path("post", lounge.pk), {"body": "Hello", "draft": f"- {FIRST}"}, headers=HTMX)
    assert stands(anna, lounge) == ""


def test_sending_leaves_what_another_device_has_written_since(
    client_of: SignIn, anna: Member, lounge: Channel
) -> None:
    browser = client_of(anna)
    save(browser, lounge, "Hello")
    save(browser, lounge, "Something else", base=FIRST, revision=SECOND)
    browser.post(path("post", lounge.pk), {"body": "Hello", "draft": FIRST}, headers=HTMX)
    assert stands(anna, lounge) == "Something else"


def test_a_plain_form_sends_its_draft(client_of: SignIn, anna: Member, lounge: Channel) -> None:
    browser = client_of(anna)
    save(browser, lounge, "Hello")
    assert f'name="draft" value="{FIRST}"' in text_of(browser.get(path("channel", lounge.pk)))
    browser.post(path("post", lounge.pk), {"body": "Hello", "draft": FIRST})
    assert stands(anna, lounge) == ""


def test_the_sidebar_marks_channels_with_drafts_and_a_page_lists_them(
    client_of: SignIn, anna: Member, ben: Member, lounge: Channel
) -> None:
    browser = client_of(anna)
    root = post(ben, lounge, "Root")
    assert not any(item.drafted for item in sidebar(anna).channels)
    save(browser, lounge, "<i>first", thread=root.pk)
    assert [item.id for item in sidebar(anna).channels if item.drafted] == [lounge.pk]
    page = text_of(browser.get(path("drafts")))
    assert "Reply to Ben Okafor in lounge" in page
    assert "&lt;i&gt;first" in page
    assert path("thread", root.pk) in page
    draft = Draft.objects.get()
    assert browser.post(path("discard_draft", draft.pk)).status_code == 302
    assert "No drafts" in text_of(browser.get(path("drafts")))
    assert browser.get(path("discard_draft", draft.pk)).status_code == 405


def test_drafts_of_a_channel_one_left_are_out_of_sight(
    client_of: SignIn, chloe: Member, anna: Member
) -> None:
    closed = new_channel(anna, "closed", chloe, kind="private")
    browser = client_of(chloe)
    save(browser, closed, "unsaid")
    leave_channel(cast.caller_of(chloe), closed)
    assert "unsaid" not in text_of(browser.get(path("drafts")))
    there = browser.post(path("discard_draft", Draft.objects.get().pk))
    assert answer(there) == answer(browser.post(path("discard_draft", NOWHERE)))
    late = browser.post(path("save_draft", closed.pk), {"body": "x"}, headers=HTMX)
    assert answer(late) == answer(browser.post(path("save_draft", NOWHERE), {"body": "x"}, headers=HTMX))


def test_nobody_drafts_where_they_may_not_write(
    client_of: SignIn, anna: Member, chloe: Member, gus: Member, zoe: Member, lounge: Channel
) -> None:
    root = post(anna, lounge, "Root")
    assert save(client_of(chloe), lounge, "x") == 403  # a public channel that she isn't in
    for stranger, slug in ((gus, "acme"), (zoe, "globex")):
        browser = client_of(stranger)
        there, nowhere = (
            browser.post(path("save_draft", pk, slug=slug), {"body": "x"}, headers=HTMX)
            for pk in (lounge.pk, NOWHERE)
        )
        assert there.status_code == 404
        assert answer(there) == answer(nowhere)
    browser = client_of(anna)
    elsewhere = new_channel(anna, "elsewhere")
    for thread in (NOWHERE, post(anna, lounge, "Reply", thread=root).pk, "x"):
        assert save(browser, lounge, "x", thread=thread) == 404
    assert save(browser, elsewhere, "x", thread=root.pk) == 404
    assert browser.get(path("save_draft", lounge.pk)).status_code == 405
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("body", "revision"), [("x" * 100_001, FIRST), ("x", "a" * 65), ("x", "a b"), ("x", "<b>")]
)
def test_what_is_no_draft_is_refused(
    client_of: SignIn, anna: Member, lounge: Channel, body: str, revision: str
) -> None:
    assert save(client_of(anna), lounge, body, revision=revision) == 422
    assert not Draft.objects.exists()


def test_an_assistant_needs_no_revisions(robin: Member, anna: Member) -> None:
    channel = new_channel(anna, "with-robin", robin)
    caller = cast.caller_of(robin)
    save_draft(caller, channel, body="one")
    draft = save_draft(caller, channel, body="two")
    assert (draft.body, stands(robin, channel)) == ("two", "two")
    discard_draft(caller, Draft.objects.get())
    assert stands(robin, channel) == ""


def test_pages_and_sending_cost_no_query_for_what_was_not_drafted(
    client_of: SignIn, anna: Member, lounge: Channel
) -> None:
    browser = client_of(anna)
    post(anna, lounge)

    def cost(ask: Callable[[], object]) -> int:
        ask()
        with CaptureQueriesContext(connection) as captured:
            ask()
        return len(captured)

    def page() -> object:
        return browser.get(path("channel", lounge.pk))

    without = cost(page)
    save(browser, lounge, "half")
    assert cost(page) == without
    plain = cost(lambda: browser.post(path("post", lounge.pk), {"body": "Hi"}, headers=HTMX))
    sent = {"body": "Hi", "draft": FIRST}
    assert cost(lambda: browser.post(path("post", lounge.pk), sent, headers=HTMX)) == plain + 1
    assert Message.objects.filter(channel=lounge).count() == 5


def test_the_list_of_drafts_costs_the_same_with_many(client_of: SignIn, anna: Member) -> None:
    """Session, user, member, position; drafts with channel and thread; two of the sidebar."""
    browser = client_of(anna)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(path("drafts"))
        return len(captured)

    save(browser, new_channel(anna, "first"), "x")
    queries()
    few = queries()
    for number in range(5):
        channel = new_channel(anna, f"more-{number}")
        save(browser, channel, "x")
        save(browser, channel, "y", thread=post(anna, channel).pk)
    assert queries() == few == 6


def test_nobody_fills_the_disk_with_drafts(
    client_of: SignIn, anna: Member, lounge: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.actions.drafts.MOST", 2)
    browser, roots = client_of(anna), [post(anna, lounge).pk for _ in range(3)]
    assert [save(browser, lounge, "x", thread=root) for root in roots] == [204, 204, 422]
    assert save(browser, lounge, "y", base=FIRST, revision=SECOND, thread=roots[0]) == 204
    Draft.objects.filter(thread=roots[1]).update(body="", updated_at=now() - timedelta(days=3))
    assert save(browser, lounge, "x", thread=roots[2]) == 204  # those that were sent long ago don't count


def test_the_list_reads_the_beginnings_of_long_drafts_alone(anna: Member, lounge: Channel) -> None:
    save_draft(cast.caller_of(anna), lounge, body="a" * 50_000, thread=post(anna, lounge, "b" * 5_000))
    (listed,) = drafts(anna)
    assert listed.beginning == "a" * 301
    assert listed.get_deferred_fields() == {"body"}
    assert listed.thread is not None
    assert {"body", "html"} <= listed.thread.get_deferred_fields()


@pytest.mark.parametrize("odd", ["\0", "a b", "x" * 65, "ä"])
def test_a_base_that_is_no_revision_is_refused(
    client_of: SignIn, anna: Member, lounge: Channel, odd: str
) -> None:
    assert save(client_of(anna), lounge, "x", base=odd) == 422
