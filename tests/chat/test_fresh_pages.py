"""What a page keeps is never older than what it shows: after any change the next page equals one made from nothing."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import change_role, deactivate_member, update_organization, update_profile
from accounts.models import Member
from chat import rows
from chat.actions import (
    add_members,
    archive_channel,
    delete_message,
    edit_message,
    join_channel,
    leave_channel,
    mark_read,
    open_direct,
    remove_member,
    save_draft,
    unarchive_channel,
    update_channel,
)
from chat.models import Channel, Message
from tests.cast import caller_of, member
from tests.chat.scene import path, post, text_of
from workchat_site.templatetags import kept

SignIn = Callable[[Member], Client]
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value="|"X-CSRFToken": ")(\w+)')


def forget() -> None:
    """As a server that has just started."""
    rows._rows.clear()
    kept._draw.cache_clear()
    kept._cut_once.cache_clear()


def without_token(text: str) -> str:
    return TOKEN.sub(r"\1", text)


def without_position(text: str) -> str:
    return re.sub(r'(data-position="|after=)\d+', "", text)


def rename(lounge: Channel) -> None:
    update_channel(caller_of(member("chloe")), lounge, name="parlour")


def describe(lounge: Channel) -> None:
    update_channel(caller_of(member("chloe")), lounge, topic="Tea & cake", description="<b>For all</b>")


def archive(lounge: Channel) -> None:
    archive_channel(caller_of(member("chloe")), lounge)


def open_again(lounge: Channel) -> None:
    archive(lounge)
    unarchive_channel(caller_of(member("chloe")), lounge)


def bring_someone_in(lounge: Channel) -> None:
    add_members(caller_of(member("chloe")), lounge, [member("robin")])


def take_the_reader_out(lounge: Channel) -> None:
    remove_member(caller_of(member("chloe")), lounge, member("ben"))


def reader_leaves_and_comes_back(lounge: Channel) -> None:
    leave_channel(caller_of(member("ben")), lounge)
    join_channel(caller_of(member("ben")), lounge)


def deactivate(lounge: Channel) -> None:
    deactivate_member(caller_of(member("anna")), member("gus"))


def reader_becomes_a_member(lounge: Channel) -> None:
    change_role(caller_of(member("anna")), member("ben"), role="member")


def author_is_renamed(lounge: Channel) -> None:
    update_profile(caller_of(member("chloe")), member("chloe"), display_name="Chloe Dubois")


def reader_is_renamed(lounge: Channel) -> None:
    update_profile(caller_of(member("ben")), member("ben"), display_name="Benjamin")


def organization_is_renamed(lounge: Channel) -> None:
    update_organization(caller_of(member("anna")), lounge.organization, name="Acme & Sons")


def someone_writes(lounge: Channel) -> None:
    post(member("gus"), lounge, "Hello @Ben Okafor")


def someone_edits(lounge: Channel) -> None:
    edit_message(caller_of(member("chloe")), Message.objects.get(body="First"), body="Changed")


def someone_deletes(lounge: Channel) -> None:
    delete_message(caller_of(member("chloe")), Message.objects.get(body="First"))


def reader_reads(lounge: Channel) -> None:
    mark_read(caller_of(member("ben")), lounge, message_id=Message.objects.get(body="Second").pk)


def reader_begins_to_write(lounge: Channel) -> None:
    save_draft(caller_of(member("ben")), lounge, body="Begun", base="", revision="first")


CHANGES = [
    rename, describe, archive, open_again, bring_someone_in, take_the_reader_out, reader_leaves_and_comes_back,
    deactivate, reader_becomes_a_member, author_is_renamed, reader_is_renamed, organization_is_renamed,
    someone_writes, someone_edits, someone_deletes, reader_reads, reader_begins_to_write,
]  # fmt: skip
UNSEEN = {open_again}  # which ends as it was


@pytest.fixture
def lounge(lounge: Channel, ben: Member, chloe: Member) -> Channel:
    """With Ben in it, who reads, and two messages of Chloe's; and a direct channel of theirs."""
    join_channel(caller_of(ben), lounge)
    post(chloe, lounge, "First")
    post(chloe, lounge, "Second")
    post(chloe, open_direct(caller_of(chloe), [ben]), "Between us")
    return lounge


def pages(browser: Client, lounge: Channel) -> str:
    direct = Channel.objects.get(kind="direct")
    addresses = [
        path("channel", lounge.pk),
        path("frame", lounge.pk),
        path("channel", direct.pk),
        path("sidebar"),
    ]
    return without_token("".join(text_of(browser.get(address)) for address in addresses))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_the_next_page_is_what_a_new_server_would_say(
    client_of: SignIn, ben: Member, lounge: Channel, change: Callable[[Channel], None]
) -> None:
    browser = client_of(ben)
    before = pages(browser, lounge)
    assert pages(browser, lounge) == before
    change(lounge)
    after = pages(browser, lounge)
    assert (without_position(after) == without_position(before)) is (change in UNSEEN)
    forget()
    assert pages(browser, lounge) == after


def test_a_page_holds_its_own_reader_s_token_and_name(
    client_of: SignIn, anna: Member, ben: Member, gus: Member, lounge: Channel
) -> None:
    """One after the other, in each order: what was drawn for one reader says nothing to the next."""
    alone = {}
    for reader in (anna, ben, gus):
        forget()
        alone[reader] = pages(client_of(reader), lounge) if reader == ben else page(client_of(reader), lounge)
    for reader in (ben, gus, anna, ben):
        seen = page(client_of(reader), lounge)
        assert seen in alone[reader]
        named = {one.display_name for one in alone if one.display_name in footer(seen)}
        assert named == {reader.display_name}


def page(browser: Client, lounge: Channel) -> str:
    return without_token(text_of(browser.get(path("channel", lounge.pk))))


def footer(text: str) -> str:
    return text[text.index('<footer class="sidebar-footer">') : text.index("</footer>")]


def test_each_request_has_a_token_of_its_own_that_is_taken(
    ben: Member, client_of: SignIn, lounge: Channel
) -> None:
    signed_in = client_of(ben)
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = signed_in.cookies
    seen = set()
    for _again in range(3):
        tokens = {token for _place, token in TOKEN.findall(text_of(browser.get(path("channel", lounge.pk))))}
        assert len(tokens) == 1
        assert all(re.fullmatch(r"\w{64}", token) for token in tokens)
        (token,) = tokens
        answer = browser.post(path("post", lounge.pk), {"body": "Hi"}, headers={"X-CSRFToken": token})
        assert answer.status_code in {200, 302}
        seen.add(token)
    assert len(seen) == 3
    assert browser.post(path("post", lounge.pk), {"body": "Hi"}).status_code == 403


def test_the_theme_and_the_language_are_the_reader_s(client_of: SignIn, ben: Member, lounge: Channel) -> None:
    browser = client_of(ben)
    for theme, pressed in (
        ("", "system"),
        ("dark", "dark"),
        ("light", "light"),
        ('"><b>', "system"),
        ("dark", "dark"),
    ):
        browser.cookies["theme"] = theme
        chosen = re.findall(r'name="theme" value="(\w+)" aria-pressed="true"', page(browser, lounge))
        assert chosen == [pressed]


def test_no_link_leads_to_another_organization(
    client_of: SignIn, ben: Member, zoe: Member, lounge: Channel
) -> None:
    for reader, slug in ((ben, "acme"), (zoe, "globex"), (ben, "acme")):
        seen = text_of(client_of(reader).get(reverse("chat:directory", args=[slug])))
        assert set(re.findall(r'"/o/([\w-]+)/', seen)) == {slug}
