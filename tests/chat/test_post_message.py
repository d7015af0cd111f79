"""Posting a message or a reply: by the page, a script, a command; and once per client id."""

import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.errors import Invalid, NotThere, Refused
from accounts.models import Member
from audit.models import Value
from chat.actions import archive_channel, delete_message, leave_channel, post_message
from chat.models import Channel, Mention, Message
from tests import cast
from tests.chat.scene import (
    HTMX,
    NOWHERE,
    TOO_LONG,
    TROUBLE,
    last_entry,
    new_channel,
    new_value,
    nothing_happens,
    path,
    post,
    text_of,
    typed,
)

SignIn = Callable[[Member], Client]


def test_a_form_posts_and_goes_back_to_the_message(
    client_of: SignIn, chloe: Member, general: Channel
) -> None:
    browser = client_of(chloe)
    response = browser.post(path("post", general.pk), {"body": "Good **morning**"})
    message = Message.objects.get()
    assert response.status_code == 302
    assert response.headers["Location"] == f"{path('channel', general.pk)}#c-m-{message.pk}"
    page = text_of(browser.get(path("channel", general.pk)))
    assert f'id="c-m-{message.pk}"' in page
    assert "Good <strong>morning</strong>" in page
    assert "Chloe Martin" in page


def test_a_script_gets_the_row_that_the_page_has(client_of: SignIn, chloe: Member, general: Channel) -> None:
    browser = client_of(chloe)
    sent = {"body": "Hello", "client_id": "nonce-1"}
    answer = text_of(browser.post(path("post", general.pk), sent, headers=HTMX))
    start, end = '<hx-partial hx-target="#c-rows" hx-swap="upsert">', "</hx-partial>"
    assert answer.startswith(start)
    row = answer.strip().removeprefix(start).removesuffix(end)
    assert 'data-nonce="nonce-1"' in row
    assert row in text_of(browser.get(path("channel", general.pk)))


def test_what_somebody_else_left_in_a_browser_is_not_posted_by_who_signs_in_there(
    client_of: SignIn, anna: Member, chloe: Member, general: Channel
) -> None:
    browser, place = client_of(chloe), path("post", general.pk)
    with nothing_happens():
        given = {"body": "Anna's, unsent", "member": anna.pk}
        assert browser.post(place, given, headers=HTMX).status_code == 404
    assert browser.post(place, {"body": "Mine", "member": chloe.pk}, headers=HTMX).status_code == 200


def test_the_log_has_who_where_and_how_long_but_never_the_text(
    client_of: SignIn, chloe: Member, ben: Member, general: Channel
) -> None:
    browser = client_of(chloe)
    browser.post(
        path("post", general.pk),
        {"body": "Marmalade, @Ben Okafor"},
        headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"},
        REMOTE_ADDR="192.0.2.9",
    )
    message, entry = Message.objects.get(), last_entry(chloe)
    assert (entry.action, entry.entity_type, entry.entity_id) == ("message.create", "message", message.pk)
    assert (entry.actor_id, entry.user_id, entry.channel_id) == (chloe.pk, chloe.user_id, general.pk)
    assert (entry.via, entry.client, entry.value.actor_name) == ("page", "Firefox", "Chloe Martin")
    assert entry.value.old is None
    assert entry.value.new == {
        "version": 1,
        "length": 22,
        "mentions": [ben.pk],
        "thread": None,
        "also_in_channel": False,
        "author": chloe.pk,
    }
    assert not any("Marmalade" in str(value) for value in Value.objects.values_list("old", "new"))


@pytest.mark.parametrize("body", TROUBLE)
def test_a_text_that_is_empty_or_too_long_is_refused_and_kept(
    client_of: SignIn, chloe: Member, general: Channel, body: str
) -> None:
    browser = client_of(chloe)
    with nothing_happens():
        page = browser.post(path("post", general.pk), {"body": body, "x": "y"})
        fragment = browser.post(path("post", general.pk), {"body": body}, headers=HTMX)
    error = "10,000 characters" if body.strip() else "Write something first."
    assert page.status_code == fragment.status_code == 422
    assert error in text_of(page)
    assert error in text_of(fragment)
    assert 'aria-invalid="true"' in text_of(page)
    assert typed(page, form="channel-composer") == body


def test_a_reply_that_will_not_do_is_kept_in_the_thread(
    client_of: SignIn, chloe: Member, general: Channel
) -> None:
    root = post(chloe, general)
    sent = {"body": TOO_LONG, "thread": root.pk, "also_in_channel": "on"}
    page = client_of(chloe).post(path("post", general.pk), sent)
    assert page.status_code == 422
    assert typed(page, form="thread-composer") == TOO_LONG
    assert typed(page, form="channel-composer") == ""
    assert 'id="thread-composer-also" checked' in text_of(page)


def test_ten_thousand_characters_are_enough(chloe: Member, general: Channel) -> None:
    message = post(chloe, general, "ö\r\n" * 5_000)
    assert len(message.body) == 9_999
    assert post(chloe, general, "𝄞" * 10_000).body == "𝄞" * 10_000


def test_line_ends_and_nulls_do_not_matter(chloe: Member, general: Channel) -> None:
    assert post(chloe, general, "\r\n  a\0b\r\nc\rd \n\n").body == "  ab\nc\nd"


@pytest.mark.parametrize("given", [{"thread": "x"}, {"client_id": "n" * 65}, {"thread": "²"}])
def test_a_field_that_will_not_do_is_422_and_keeps_the_text(
    client_of: SignIn, chloe: Member, general: Channel, given: dict[str, str]
) -> None:
    with nothing_happens():
        response = client_of(chloe).post(path("post", general.pk), {"body": "My text"} | given)
        told = client_of(chloe).post(path("post", general.pk), {"body": "My text"} | given, headers=HTMX)
    assert response.status_code == told.status_code == 422
    assert typed(response, form="channel-composer") == "My text"
    assert "<li>" in text_of(told)


def test_who_is_not_in_the_channel_may_not_post(
    client_of: SignIn, anna: Member, chloe: Member, lounge: Channel
) -> None:
    with nothing_happens():
        response = client_of(anna).post(path("post", lounge.pk), {"body": "Hello"})
    assert response.status_code == 403
    assert "permission" in text_of(response)


def test_nobody_writes_in_an_archived_channel(client_of: SignIn, chloe: Member, lounge: Channel) -> None:
    root = post(chloe, lounge)
    archive_channel(cast.caller_of(chloe), lounge)
    with nothing_happens():
        for sent in ({"body": "Hello"}, {"body": "Hello", "thread": root.pk}):
            response = client_of(chloe).post(path("post", lounge.pk), sent)
            assert response.status_code == 403
    assert "archived" in text_of(response)


def test_rights_are_those_of_the_moment(chloe: Member, general: Channel, lounge: Channel) -> None:
    """The caller and the channel were read before; what counts is how they are under the lock."""
    caller = cast.caller_of(chloe)
    leave_channel(cast.caller_of(cast.member("chloe")), lounge)
    with pytest.raises(Refused):
        post_message(caller, lounge, body="Hello")
    Member.objects.filter(pk=chloe.pk).update(state="deactivated")
    with nothing_happens(), pytest.raises(Refused, match="deactivated"):
        post_message(caller, general, body="Hello")


def test_a_caller_of_nowhere_or_elsewhere_finds_no_channel(zoe: Member, general: Channel) -> None:
    for caller in (cast.caller_of(zoe), cast.TESTS):
        with nothing_happens(), pytest.raises(NotThere):
            post_message(caller, general, body="Hello")


def test_the_guest_posts_where_they_are(client_of: SignIn, gus: Member, lounge: Channel) -> None:
    assert client_of(gus).post(path("post", lounge.pk), {"body": "Hi"}).status_code == 302
    assert Message.objects.get().author == gus


# Once per client id


def test_sending_again_changes_nothing(client_of: SignIn, chloe: Member, general: Channel) -> None:
    browser = client_of(chloe)
    sent = {"body": "Hello", "client_id": "again"}
    first = browser.post(path("post", general.pk), sent, headers=HTMX)
    with nothing_happens():
        second = browser.post(path("post", general.pk), sent | {"body": "Changed"}, headers=HTMX)
        third = browser.post(path("post", general.pk), sent)
    assert second.status_code == 200
    assert second.content == first.content
    assert third.headers["Location"].endswith(f"#c-m-{Message.objects.get().pk}")


def test_a_reply_sent_again_is_counted_once(chloe: Member, general: Channel) -> None:
    root = post(chloe, general)
    for _ in range(2):
        post(chloe, general, "Reply", thread=root, client_id="r")
    root.refresh_from_db()
    assert root.reply_count == root.replies.count() == 1


def test_a_client_id_is_for_one_place_only(
    client_of: SignIn, chloe: Member, general: Channel, lounge: Channel
) -> None:
    root = post(chloe, general, client_id="used")
    with nothing_happens():
        with pytest.raises(Invalid, match="another message"):
            post(chloe, lounge, client_id="used")
        with pytest.raises(Invalid, match="another message"):
            post(chloe, general, client_id="used", thread=root)
        response = client_of(chloe).post(path("post", lounge.pk), {"body": "Hi", "client_id": "used"})
    assert response.status_code == 422
    assert typed(response, form="channel-composer") == "Hi"


def test_everyone_has_client_ids_of_their_own(anna: Member, chloe: Member, general: Channel) -> None:
    assert post(anna, general, client_id="1").pk != post(chloe, general, client_id="1").pk
    assert post(chloe, general).client_id is None


@pytest.mark.parametrize("client_id", ["", "n" * 65])
def test_a_client_id_has_1_to_64_characters(chloe: Member, general: Channel, client_id: str) -> None:
    with nothing_happens(), pytest.raises(Invalid, match="1 to 64"):
        post(chloe, general, client_id=client_id)


# Replies


def test_a_reply_stands_in_its_thread_and_is_counted(
    client_of: SignIn, chloe: Member, general: Channel
) -> None:
    root, browser = post(chloe, general, "Root"), client_of(chloe)
    response = browser.post(path("post", general.pk), {"body": "Leaf", "thread": root.pk})
    reply = Message.objects.get(thread=root)
    assert response.headers["Location"] == f"{path('thread', root.pk)}#t-m-{reply.pk}"
    thread, channel = (
        text_of(browser.get(path(*to))) for to in (("thread", root.pk), ("channel", general.pk))
    )
    assert f'id="t-m-{root.pk}"' in thread
    assert f'id="t-m-{reply.pk}"' in thread
    assert f'id="c-m-{reply.pk}"' not in thread + channel
    assert "1 reply" in channel

    before = Message.objects.get(pk=root.pk)
    post(chloe, general, "Another", thread=root)
    after = Message.objects.get(pk=root.pk)
    assert (before.reply_count, after.reply_count) == (1, 2)
    assert after.row_version > before.row_version
    assert "2 replies" in text_of(browser.get(path("channel", general.pk)))
    assert new_value(chloe)["thread"] == root.pk


def test_a_reply_can_be_sent_to_the_channel_too(client_of: SignIn, chloe: Member, general: Channel) -> None:
    root, browser = post(chloe, general, "Root"), client_of(chloe)
    sent = {"body": "For all", "thread": root.pk, "also_in_channel": "on"}
    answer = text_of(browser.post(path("post", general.pk), sent, headers=HTMX))
    reply = Message.objects.get(thread=root)
    assert f'hx-target="#t-rows" hx-swap="upsert"><article class="message" id="t-m-{reply.pk}"' in answer
    thread = text_of(browser.get(path("thread", root.pk)))
    assert f'id="t-m-{reply.pk}"' in thread
    assert f'id="c-m-{reply.pk}"' in thread
    assert "replied in a thread" in text_of(browser.get(path("channel", general.pk)))
    assert new_value(chloe)["also_in_channel"] is True


def test_only_a_reply_is_also_in_the_channel(chloe: Member, general: Channel) -> None:
    assert not post(chloe, general, also_in_channel=True).also_in_channel


def test_there_is_no_thread_where_none_can_be(
    client_of: SignIn, chloe: Member, general: Channel, lounge: Channel, secret: Channel, ben: Member
) -> None:
    """A reply's, one of another channel, one that isn't there, one that isn't there for the author."""
    reply = post(chloe, general, thread=post(chloe, general))
    elsewhere, hidden = post(chloe, lounge), post(chloe, secret)
    with nothing_happens():
        for member, thread in (
            (chloe, reply.pk),
            (chloe, elsewhere.pk),
            (chloe, NOWHERE),
            (chloe, 10**30),
            (ben, hidden.pk),
        ):
            response = client_of(member).post(path("post", general.pk), {"body": "Hi", "thread": thread})
            assert response.status_code == 404
        for root in (reply, elsewhere):
            with pytest.raises(NotThere):
                post(chloe, general, thread=root)


def test_the_thread_of_a_deleted_message_goes_on(chloe: Member, general: Channel) -> None:
    root = delete_message(cast.caller_of(chloe), post(chloe, general))
    post(chloe, general, "Still here", thread=root)
    root.refresh_from_db()
    assert (root.reply_count, root.is_deleted) == (1, True)


# By the command


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("post", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_posts_as_a_member_or_a_bot(chloe: Member, robin: Member, general: Channel) -> None:
    where = ("--organization", "acme", "--channel", "#General", "--as")
    said = command(*where, "CHLOE@acme.example", "From *the shell*")
    message = Message.objects.get()
    assert said == f"Posted as message {message.pk}.\n"
    assert (message.author, message.channel, message.via) == (chloe, general, "command")
    assert (last_entry(chloe).via, last_entry(chloe).client) == ("command", "manage.py post")
    command(*where, "Robin", "From a bot")
    assert Message.objects.latest("id").author == robin


def test_the_command_reads_standard_input(
    chloe: Member, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("One\nTwo\n"))
    command("--organization", "acme", "--channel", "general", "--as", "chloe@acme.example", "-")
    assert Message.objects.get().body == "One\nTwo"


@pytest.mark.parametrize(
    ("organization", "channel", "author", "text", "error"),
    [
        ("acme", "general", "nobody@acme.example", "Hi", "No active member of acme"),
        ("globex", "general", "chloe@acme.example", "Hi", "No active member of globex"),
        ("acme", "nowhere", "chloe@acme.example", "Hi", "sees no channel named nowhere"),
        ("acme", "secret", "ben@acme.example", "Hi", "sees no channel named secret"),
        ("acme", "general", "Chloe Martin", "Hi", "No active member"),
        ("acme", "general", "chloe@acme.example", " ", "Write something first"),
        ("acme", "open", "chloe@acme.example", "Hi", "permission"),
    ],
)
def test_the_command_says_what_is_wrong(
    secret: Channel, ben: Member, organization: str, channel: str, author: str, text: str, error: str
) -> None:
    new_channel(ben, "open")
    with nothing_happens(), pytest.raises(CommandError, match=error):
        command("--organization", organization, "--channel", channel, "--as", author, text)


def test_what_fails_halfway_leaves_nothing(
    chloe: Member, ben: Member, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = post(chloe, general)

    def fail(*_arguments: object) -> None:
        raise RuntimeError("halfway")

    monkeypatch.setattr("chat.actions.messages._call", fail)
    with nothing_happens(), pytest.raises(RuntimeError):
        post(chloe, general, "@Ben Okafor", thread=root)
    assert not Mention.objects.exists()
