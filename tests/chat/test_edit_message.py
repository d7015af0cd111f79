"""Editing: the author alone gives another text, and the earlier ones are kept for all who see the message."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.errors import NotThere, Refused
from accounts.models import Member
from audit.models import Value
from chat.actions import archive_channel, delete_message, edit_message, leave_channel
from chat.models import Channel, Message, Version
from chat.queries import versions
from tests import cast
from tests.chat.scene import (
    HTMX,
    TROUBLE,
    answer,
    last_entry,
    nothing_happens,
    path,
    post,
    text_of,
    typed,
)

SignIn = Callable[[Member], Client]


def edit(member: Member, message: Message, body: str) -> Message:
    return edit_message(cast.caller_of(member), message, body=body)


def test_a_form_changes_the_text_and_goes_back_to_the_message(
    client_of: SignIn, chloe: Member, general: Channel
) -> None:
    message, browser = post(chloe, general, "Frist"), client_of(chloe)
    assert typed(browser.get(path("edit", message.pk)), form="edit-") == "Frist"
    response = browser.post(path("edit", message.pk), {"body": "First"})
    assert response.status_code == 302
    assert response.headers["Location"] == path("message", general.pk, message.pk)
    page = text_of(browser.get(path("channel", general.pk)))
    assert "<p>First</p>" in page
    assert "Frist" not in page
    assert "(edited)" in page


def test_a_script_gets_the_form_and_then_the_row_wherever_it_stands(
    client_of: SignIn, chloe: Member, general: Channel
) -> None:
    root, browser = post(chloe, general), client_of(chloe)
    reply = post(chloe, general, thread=root)
    both = post(chloe, general, thread=root, also_in_channel=True)
    assert "<html" not in text_of(browser.get(path("edit", root.pk), headers=HTMX))
    for message, places in ((root, "ct"), (reply, "t"), (both, "ct")):
        changed = text_of(browser.post(path("edit", message.pk), {"body": "New"}, headers=HTMX))
        for place in "ct":
            partial = f'<hx-partial hx-target="#{place}-rows" hx-swap="upsert"><article class="message" id='
            assert (f'{partial}"{place}-m-{message.pk}" ' in changed) == (place in places)


def test_a_page_that_htmx_boosts_is_a_whole_page(client_of: SignIn, chloe: Member, general: Channel) -> None:
    message = post(chloe, general)
    boosted = client_of(chloe).get(path("edit", message.pk), headers=HTMX | {"HX-Boosted": "true"})
    assert "<html" in text_of(boosted)


def test_the_version_and_the_row_go_up_and_the_log_says_so(
    chloe: Member, ben: Member, general: Channel
) -> None:
    message = post(chloe, general, "Marmalade")
    edited = edit(chloe, message, "Marmalade, @Ben Okafor")
    assert (edited.version, edited.is_edited) == (2, True)
    assert edited.row_version > message.row_version
    entry = last_entry(chloe)
    assert (entry.action, entry.entity_id, entry.channel_id) == ("message.update", message.pk, general.pk)
    assert entry.value.old == {"version": 1, "length": 9, "mentions": []}
    assert entry.value.new == {
        "version": 2,
        "length": 22,
        "mentions": [ben.pk],
        "thread": None,
        "also_in_channel": False,
        "author": chloe.pk,
    }
    assert not any("Marmalade" in str(value) for value in Value.objects.values_list("old", "new"))


def test_the_same_text_is_no_edit(client_of: SignIn, chloe: Member, general: Channel) -> None:
    message = post(chloe, general, "Same")
    with nothing_happens():
        assert client_of(chloe).post(path("edit", message.pk), {"body": "Same\r\n"}).status_code == 302
    assert not message.versions.exists()


@pytest.mark.parametrize("body", TROUBLE)
def test_a_text_that_will_not_do_is_refused_and_kept(
    client_of: SignIn, chloe: Member, general: Channel, body: str
) -> None:
    message, browser = post(chloe, general), client_of(chloe)
    with nothing_happens():
        response = browser.post(path("edit", message.pk), {"body": body, "x": "y"})
        fragment = browser.post(path("edit", message.pk), {"body": body, "x": "y"}, headers=HTMX)
    error = "10,000 characters" if body.strip() else "Write something first."
    for one in (response, fragment):
        assert one.status_code == 422
        assert error in text_of(one)
        assert typed(one, form="edit-") == body
    assert not message.versions.exists()


def test_only_the_author_edits(
    client_of: SignIn, anna: Member, ben: Member, chloe: Member, general: Channel
) -> None:
    """Not an owner, not an admin, no one else."""
    for author, others in ((chloe, (anna, ben)), (anna, (chloe,))):
        message = post(author, general)
        for member in others:
            browser = client_of(member)
            with nothing_happens():
                assert browser.get(path("edit", message.pk)).status_code == 403
                assert browser.post(path("edit", message.pk), {"body": "Mine"}).status_code == 403


def test_not_what_is_deleted_nor_archived_nor_left(
    client_of: SignIn, chloe: Member, general: Channel, lounge: Channel
) -> None:
    gone, left, shut = post(chloe, general), post(chloe, general), post(chloe, lounge)
    delete_message(cast.caller_of(chloe), gone)
    leave_channel(cast.caller_of(chloe), general)
    archive_channel(cast.caller_of(chloe), lounge)
    browser = client_of(chloe)
    with nothing_happens():
        for message in (gone, left, shut):
            assert browser.post(path("edit", message.pk), {"body": "New"}).status_code == 403
            with pytest.raises(Refused):
                edit(chloe, message, "New")


def test_what_one_no_longer_sees_is_not_there(anna: Member, chloe: Member, secret: Channel) -> None:
    message = post(chloe, secret)
    leave_channel(cast.caller_of(chloe), secret)
    with nothing_happens(), pytest.raises(NotThere):
        edit(chloe, message, "New")


# Versions


def test_every_text_is_kept_and_shown_to_who_sees_the_message(
    client_of: SignIn, chloe: Member, anna: Member, gus: Member, lounge: Channel
) -> None:
    message = post(chloe, lounge, "*one*")
    for body in ("*two*", "*three*"):
        message = edit(chloe, message, body)
    assert [(one.number, one.body) for one in versions(message)] == [
        (1, "*one*"),
        (2, "*two*"),
        (3, "*three*"),
    ]
    for member in (chloe, anna, gus):  # author, owner outside of the channel, guest in it
        page = text_of(client_of(member).get(path("versions", message.pk)))
        places = [page.index(f"<em>{text}</em>") for text in ("three", "two", "one")]
        assert places == sorted(places)
    fragment = client_of(chloe).get(path("versions", message.pk), headers=HTMX)
    assert "<html" not in text_of(fragment)


def test_times_of_versions_are_those_of_their_texts(chloe: Member, general: Channel) -> None:
    message = post(chloe, general, "one")
    second = edit(chloe, message, "two")
    edit(chloe, second, "three")
    first_at, second_at, third_at = (one.created_at for one in versions(Message.objects.get()))
    assert first_at == message.created_at
    assert second_at == second.edited_at
    assert third_at == Message.objects.get().edited_at


def test_of_a_deleted_message_no_version_is_shown(
    client_of: SignIn, anna: Member, chloe: Member, general: Channel
) -> None:
    message = edit(chloe, post(chloe, general, "one"), "two")
    delete_message(cast.caller_of(chloe), message)
    assert Version.objects.filter(message=message).count() == 2  # kept for who may reveal them
    missing = client_of(anna).get(path("versions", 10**9))
    for member in (anna, chloe):
        response = client_of(member).get(path("versions", message.pk))
        assert response.status_code == 404
        assert answer(response) == answer(missing)


def test_a_message_that_was_never_edited_has_one_version(
    client_of: SignIn, chloe: Member, general: Channel
) -> None:
    message = post(chloe, general, "*only*")
    assert len(versions(message)) == 1
    assert text_of(client_of(chloe).get(path("versions", message.pk))).count("<em>only</em>") == 1
