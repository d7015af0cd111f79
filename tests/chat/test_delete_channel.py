"""Deleting a channel, its name typed: all that was said goes, the log stays."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from accounts.errors import Invalid, Refused
from accounts.models import Member
from audit.models import Entry
from audit.verifying import verify_chain
from chat.actions import delete_channel, edit_message, open_direct, save_draft
from chat.models import Channel, Draft, Membership, Mention, Message, Version
from tests import cast
from tests.chat.scene import answer, last_entry, nothing_happens, path, post, text_of

SignIn = Callable[[Member], Client]


def test_a_form_deletes_all_that_was_in_it_and_nothing_else(
    client_of: SignIn, anna: Member, chloe: Member, general: Channel, secret: Channel
) -> None:
    kept = edit_message(cast.caller_of(chloe), post(chloe, general), body="Kept, @Anna Lind")
    root = post(chloe, secret, "@channel")
    post(anna, secret, "@Chloe Martin", thread=root)
    edit_message(cast.caller_of(chloe), root, body="@Anna Lind")
    memberships = Membership.objects.count()
    browser = client_of(anna)
    asked = text_of(browser.get(path("channel_delete", secret.pk)))
    assert "its 2 messages" in asked
    response = browser.post(path("channel_delete", secret.pk), {"typed_name": "secret"}, follow=True)
    assert response.redirect_chain == [(path("directory"), 302)]
    assert "#secret was deleted." in text_of(response)
    assert not Channel.objects.filter(pk=secret.pk).exists()
    assert list(Message.objects.all()) == [kept]
    assert [one.message for one in Version.objects.all()] == [kept]
    assert [one.message for one in Mention.objects.all()] == [kept]
    assert Membership.objects.count() == memberships - 2


def test_drafts_in_it_and_its_threads_go_with_it(anna: Member, chloe: Member, secret: Channel) -> None:
    """They hold the channel by a foreign key, so one that stayed would keep it from being deleted."""
    save_draft(cast.caller_of(chloe), secret, body="half a thought")
    save_draft(cast.caller_of(chloe), secret, body="half a reply", thread=post(anna, secret))
    delete_channel(cast.caller_of(anna), secret, typed_name="secret")
    connection.check_constraints()
    assert not Draft.objects.exists()


def test_the_log_keeps_what_happened(anna: Member, chloe: Member, secret: Channel) -> None:
    post(chloe, secret)
    delete_channel(cast.caller_of(anna), secret, typed_name="#secret ")
    entry = last_entry(anna)
    assert (entry.action, entry.entity_id, entry.channel_id) == ("channel.delete", secret.pk, secret.pk)
    assert entry.value.old == {"name": "secret", "kind": "private", "messages": 1}
    assert Entry.objects.filter(channel=secret.pk, action="message.create").count() == 1
    assert verify_chain(anna.organization_id) is None


def test_it_is_then_what_never_was(client_of: SignIn, anna: Member, secret: Channel) -> None:
    message = post(anna, secret)
    delete_channel(cast.caller_of(anna), secret, typed_name="secret")
    browser = client_of(anna)
    for gone, never in (
        (path("channel", secret.pk), path("channel", 10**9)),
        (path("thread", message.pk), path("thread", 10**9)),
    ):
        assert answer(browser.get(gone)) == answer(browser.get(never))


@pytest.mark.parametrize("typed", ["", "secre", "SECRET", "##secret", "secret\0"])
def test_another_name_is_refused(client_of: SignIn, anna: Member, secret: Channel, typed: str) -> None:
    browser = client_of(anna)
    with nothing_happens():
        sent = {"typed_name": typed, "csrfmiddlewaretoken": "x"}
        response = browser.post(path("channel_delete", secret.pk), sent)
        if typed:
            with pytest.raises(Invalid):
                delete_channel(cast.caller_of(anna), secret, typed_name=typed.replace("\0", "x"))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["typed_name"]
    assert Channel.objects.filter(pk=secret.pk).exists()


def test_creators_do_not_delete_nor_anyone_below_an_admin(
    client_of: SignIn, anna: Member, ben: Member, chloe: Member, gus: Member, lounge: Channel, secret: Channel
) -> None:
    for member, channel in ((chloe, lounge), (gus, lounge), (chloe, secret)):
        browser = client_of(member)
        with nothing_happens():
            assert browser.get(path("channel_delete", channel.pk)).status_code == 403
            sent = {"typed_name": str(channel.name)}
            assert browser.post(path("channel_delete", channel.pk), sent).status_code == 403
    delete_channel(cast.caller_of(ben), lounge, typed_name="lounge")
    assert not Channel.objects.filter(pk=lounge.pk).exists()


def test_nobody_deletes_a_direct_channel(client_of: SignIn, anna: Member, ben: Member) -> None:
    direct = open_direct(cast.caller_of(anna), [ben])
    browser = client_of(anna)
    with nothing_happens():
        assert browser.get(path("channel_delete", direct.pk)).status_code == 403
        with pytest.raises(Refused):
            delete_channel(cast.caller_of(anna), direct, typed_name="")
