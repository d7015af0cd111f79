"""Deleting a message: its author or an admin; the text goes, a tombstone and the replies stay."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.errors import NotThere, Refused
from accounts.models import Member
from chat.actions import archive_channel, delete_message, leave_channel
from chat.models import Channel, Mention, Message
from tests import cast
from tests.chat.scene import HTMX, last_entry, nothing_happens, path, post, text_of

SignIn = Callable[[Member], Client]


def delete(member: Member, message: Message) -> Message:
    return delete_message(cast.caller_of(member), message)


def test_a_form_asks_and_then_leaves_a_tombstone(client_of: SignIn, chloe: Member, general: Channel) -> None:
    message, browser = post(chloe, general, "Marmalade"), client_of(chloe)
    asked = browser.get(path("delete", message.pk))
    assert "Delete this message?" in text_of(asked)
    assert "Marmalade" in text_of(asked)
    response = browser.post(path("delete", message.pk))
    assert response.headers["Location"] == path("message", general.pk, message.pk)
    page = text_of(browser.get(path("channel", general.pk)))
    assert "Marmalade" not in page
    assert "This message was deleted." in page
    assert f'<article class="message deleted" id="c-m-{message.pk}"' in page


def test_a_script_gets_the_question_and_then_the_tombstone(
    client_of: SignIn, chloe: Member, general: Channel
) -> None:
    root, browser = post(chloe, general, "Root"), client_of(chloe)
    reply = post(chloe, general, "Reply", thread=root)
    assert "<html" not in text_of(browser.get(path("delete", root.pk), headers=HTMX))
    for message, places in ((reply, "t"), (root, "ct")):
        changed = text_of(browser.post(path("delete", message.pk), headers=HTMX))
        for place in "ct":
            tombstone = f'<article class="message deleted" id="{place}-m-{message.pk}"'
            assert (tombstone in changed) == (place in places)


def test_the_log_says_what_was_there_but_not_its_text(chloe: Member, ben: Member, general: Channel) -> None:
    message = post(chloe, general, "Hi @Ben Okafor")
    gone = delete(ben, message)
    assert (gone.body, gone.html, gone.is_deleted) == ("", "", True)
    assert gone.row_version > message.row_version
    entry = last_entry(chloe)
    assert (entry.action, entry.entity_id, entry.channel_id) == ("message.delete", message.pk, general.pk)
    assert entry.actor_id == ben.pk
    assert entry.value.new is None
    assert entry.value.old == {
        "version": 1,
        "length": 14,
        "mentions": [ben.pk],
        "thread": None,
        "also_in_channel": False,
        "author": chloe.pk,
    }
    assert not Mention.objects.exists()


def test_replies_stay_and_can_be_reached(client_of: SignIn, chloe: Member, general: Channel) -> None:
    root, browser = post(chloe, general, "Root"), client_of(chloe)
    reply = post(chloe, general, "Reply", thread=root)
    delete(chloe, root)
    assert "1 reply" in text_of(browser.get(path("channel", general.pk)))
    thread = text_of(browser.get(path("thread", root.pk)))
    assert f'id="t-m-{reply.pk}"' in thread
    assert "<p>Reply</p>" in thread


def test_a_deleted_reply_is_not_counted(client_of: SignIn, chloe: Member, general: Channel) -> None:
    root = post(chloe, general)
    first, second = (post(chloe, general, thread=root) for _ in range(2))
    counts = []
    for reply in (first, second):
        before = Message.objects.get(pk=root.pk).row_version
        delete(chloe, reply)
        after = Message.objects.get(pk=root.pk)
        assert after.row_version > before
        counts.append(after.reply_count)
    assert counts == [1, 0]
    thread = text_of(client_of(chloe).get(path("thread", root.pk)))
    assert thread.count("This message was deleted.") == 2


def test_deleting_again_changes_nothing(client_of: SignIn, chloe: Member, general: Channel) -> None:
    root = post(chloe, general)
    reply = post(chloe, general, thread=root)
    delete(chloe, reply)
    browser = client_of(chloe)
    with nothing_happens():
        assert browser.post(path("delete", reply.pk)).status_code == 302
        delete(chloe, reply)
    assert reply.versions.count() == 1


def test_who_may(
    anna: Member, ben: Member, chloe: Member, gus: Member, secret: Channel, lounge: Channel, client_of: SignIn
) -> None:
    """Authors; owners and admins in public channels, in others where they're in. Nobody else."""
    theirs, guests = post(chloe, lounge), post(gus, lounge)
    for member, message in ((gus, theirs), (chloe, guests)):
        browser = client_of(member)
        with nothing_happens():
            assert browser.get(path("delete", message.pk)).status_code == 403
            assert browser.post(path("delete", message.pk)).status_code == 403
    assert delete(gus, guests).is_deleted
    assert delete(ben, theirs).is_deleted  # an admin, though not in the public channel
    hidden = post(chloe, secret)
    with nothing_happens(), pytest.raises(NotThere):
        delete(ben, hidden)
    assert delete(anna, hidden).is_deleted


def test_in_an_archived_channel_texts_can_still_be_taken_away(chloe: Member, lounge: Channel) -> None:
    message = post(chloe, lounge)
    archive_channel(cast.caller_of(chloe), lounge)
    assert delete(chloe, message).is_deleted


def test_not_by_an_author_who_left(chloe: Member, general: Channel, client_of: SignIn) -> None:
    message = post(chloe, general)
    leave_channel(cast.caller_of(chloe), general)
    with nothing_happens(), pytest.raises(Refused):
        delete(chloe, message)


def test_the_menu_offers_what_one_may(
    client_of: SignIn, ben: Member, chloe: Member, general: Channel
) -> None:
    message = post(chloe, general)
    offers = {}
    for member in (chloe, ben):
        menu = text_of(client_of(member).get(path("actions", message.pk), headers=HTMX))
        assert "<html" not in menu
        assert path("thread", message.pk) in menu
        offers[member.display_name] = (path("edit", message.pk) in menu, path("delete", message.pk) in menu)
    assert offers == {"Chloe Martin": (True, True), "Ben Okafor": (False, True)}
    delete(chloe, message)
    page = text_of(client_of(chloe).get(path("actions", message.pk)))
    assert "<html" in page
    for name in ("edit", "delete", "versions"):
        assert path(name, message.pk) not in page
