"""What is not shared isn't there: between organizations, and in a channel that one is no longer in."""

import re

from playwright.sync_api import expect

from accounts.actions import accept_invitation, create_user, deactivate_member, invite_member
from accounts.models import Member
from chat.actions import delete_channel, remove_member
from tests import cast
from tests.chat import scene
from tests.e2e.windows import Windows, at, composer, link_to, say


def test_another_organization_sees_nothing_and_gets_404s(
    windows: Windows, anna: Member, ben: Member, zoe: Member
) -> None:
    channel = scene.new_channel(anna, "acme-only", ben)
    secret = scene.post(anna, channel, "Between us")
    own = scene.new_channel(zoe, "globex-own")
    one, other = windows.open(anna, at(channel)), windows.open(zoe, at(own))
    windows.expect_trouble("404")
    say(one, "Still between us")
    say(other, "Hello, me")  # whatever was on its way to her stream has come by now
    expect(other.get_by_text("between us")).to_have_count(0)
    expect(other.get_by_text("Acme", exact=True)).to_have_count(0)
    missing = other.request.get(scene.path("channel", scene.NOWHERE, slug="globex")).text()
    for path in (
        at(channel),
        at(channel).replace("/acme/", "/globex/"),
        scene.path("message", channel.pk, secret.pk),
        scene.path("thread", secret.pk),
        scene.path("thread", secret.pk, slug="globex"),
        scene.path("actions", secret.pk, slug="globex"),
        f"/o/acme/events?channel={channel.pk}&after=0",
        f"/o/globex/events?channel={channel.pk}&after=0",
    ):
        assert other.request.get(path).status == 404, path
    answer = other.goto(at(channel).replace("/acme/", "/globex/"))
    assert answer is not None
    assert answer.status == 404
    assert other.request.get(at(channel)).text() == missing
    expect(other.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_who_is_removed_from_a_private_channel_leaves_it_at_once(
    windows: Windows, anna: Member, chloe: Member
) -> None:
    channel = scene.new_channel(anna, "private-talk", chloe, kind="private")
    page = windows.open(chloe, at(channel))
    members = windows.open(chloe, scene.path("channel_members", channel.pk))
    remove_member(cast.caller_of(anna), channel, chloe)
    for window in (page, members):
        expect(window.get_by_role("heading", name="private-talk")).to_have_count(0)
        expect(window).not_to_have_url(re.compile(at(channel)))
        expect(link_to(window, channel)).to_have_count(0)


def test_a_deleted_channel_is_left_by_all_who_are_in_it(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "short-lived", ben)
    page = windows.open(ben, at(channel))
    delete_channel(cast.caller_of(anna), channel, typed_name="short-lived")
    expect(page).not_to_have_url(re.compile(at(channel)))
    expect(page.locator("#sidebar")).to_be_visible()
    expect(link_to(page, channel)).to_have_count(0)


def test_who_is_deactivated_is_shut_out_of_an_open_page(windows: Windows, anna: Member) -> None:
    user = create_user(cast.TESTS, email="dora@acme.example", password=cast.PASSWORD)
    invitation = invite_member(
        cast.caller_of(anna), email=user.email, role="member", base_url="https://chat.example"
    )
    dora = accept_invitation(cast.caller_for(user), invitation, name="Dora Quist")
    channel = scene.new_channel(anna, "goodbye", dora)
    page = windows.open(dora, at(channel))
    windows.expect_trouble("40[134]")
    deactivate_member(cast.caller_of(anna), dora)
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    expect(composer(page)).to_have_count(0)
