"""Mentions: relations to members, which survive a rename and reach nobody who can't see the channel."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actions import add_bot, deactivate_member, update_profile
from accounts.models import Member
from chat.actions import add_members, edit_message, leave_channel, open_direct
from chat.models import Channel, Mention, Message
from chat.queries import sidebar
from tests import cast
from tests.chat.scene import HTMX, last_entry, new_channel, new_value, path, post, text_of

SignIn = Callable[[Member], Client]


def called(message: Message) -> set[int | str]:
    """The ids of those whom a message mentions, and `channel` and `here`."""
    return {one.member_id or one.kind for one in Mention.objects.filter(message=message)}


def rename(member: Member, name: str) -> Member:
    return update_profile(cast.caller_of(member), member, display_name=name)


def namesake(name: str) -> Member:
    """A bot, since only members with an account need one."""
    return add_bot(cast.TESTS, cast.member("anna").organization, name=name)


def mentions_in_sidebar(member: Member, channel: Channel) -> int:
    return next(item.mentions for item in sidebar(member).channels if item.id == channel.pk)


def test_a_name_is_a_mention_whatever_its_case(
    client_of: SignIn, anna: Member, ben: Member, general: Channel
) -> None:
    message = post(anna, general, "Ask @ben OKAFOR, please")
    assert called(message) == {ben.pk}
    page = text_of(client_of(anna).get(path("channel", general.pk)))
    assert f'<span class="mention" data-member="{ben.pk}">@Ben Okafor</span>' in page
    assert f'data-mentions="{ben.pk}"' in page
    assert new_value(anna)["mentions"] == [ben.pk]


def test_everyone_and_whoever_is_here(anna: Member, ben: Member, general: Channel) -> None:
    message = post(anna, general, "@channel and @here and @channel")
    assert called(message) == {"channel", "here"}
    assert new_value(anna)["mentions"] == ["channel", "here"]
    assert mentions_in_sidebar(ben, general) == 1
    assert mentions_in_sidebar(anna, general) == 0


def test_the_row_tells_whom_it_calls(client_of: SignIn, anna: Member, ben: Member, general: Channel) -> None:
    post(anna, general, "@channel and @Ben Okafor")
    assert f'data-mentions="{ben.pk} channel"' in text_of(client_of(anna).get(path("channel", general.pk)))


def test_once_each_however_often_it_is_written(anna: Member, ben: Member, general: Channel) -> None:
    post(anna, general, "@Ben Okafor @Ben Okafor @ben okafor")
    assert Mention.objects.count() == 1


def test_nobody_who_cannot_see_the_channel(
    client_of: SignIn, anna: Member, ben: Member, gus: Member, zoe: Member, secret: Channel, general: Channel
) -> None:
    """An admin outside of a private channel, a guest outside of a public one, someone of elsewhere."""
    text = "@Ben Okafor @Gus Berg @Zoe Park"
    assert called(post(anna, secret, text)) == set()
    assert called(post(anna, general, text)) == {ben.pk}
    page = text_of(client_of(anna).get(path("channel", secret.pk)))
    assert "@Ben Okafor" in page
    assert 'class="mention"' not in page


def test_a_public_channel_reaches_members_outside_of_it(
    chloe: Member, ben: Member, gus: Member, lounge: Channel
) -> None:
    message = post(chloe, lounge, "@Ben Okafor and @Gus Berg")
    assert called(message) == {ben.pk, gus.pk}


def test_those_in_a_direct_channel(chloe: Member, ben: Member, anna: Member) -> None:
    direct = open_direct(cast.caller_of(chloe), [ben])
    assert called(post(chloe, direct, "@Ben Okafor @Anna Lind")) == {ben.pk}


def test_not_the_deactivated(anna: Member, ben: Member, general: Channel) -> None:
    deactivate_member(cast.caller_of(anna), ben)
    assert called(post(anna, general, "@Ben Okafor")) == set()


def test_a_guest_calls_only_those_they_see(
    client_of: SignIn, anna: Member, ben: Member, chloe: Member, gus: Member, lounge: Channel
) -> None:
    """Otherwise a guest could find out who's in the organization by calling names."""
    message = post(gus, lounge, "@Chloe Martin @Ben Okafor @channel")
    assert called(message) == {chloe.pk, "channel"}
    row = text_of(client_of(gus).get(path("channel", lounge.pk)))
    assert f'data-member="{chloe.pk}"' in row
    assert f'data-member="{ben.pk}"' not in row
    edited = edit_message(cast.caller_of(gus), message, body="@Ben Okafor")
    assert called(edited) == set()


# Renames


def test_a_row_shows_the_present_name(
    client_of: SignIn, anna: Member, ben: Member, general: Channel, secret: Channel
) -> None:
    browser = client_of(anna)
    post(anna, general, "Ask @Ben Okafor")
    assert ">@Ben Okafor</span>" in text_of(browser.get(path("channel", general.pk)))
    rename(ben, "Benjamin O’Kafor")
    page = text_of(browser.get(path("channel", general.pk)))
    assert f'<span class="mention" data-member="{ben.pk}">@Benjamin O’Kafor</span>' in page
    assert "Ben Okafor" not in page


def test_an_author_renamed_is_shown_by_the_new_name(
    client_of: SignIn, anna: Member, ben: Member, general: Channel
) -> None:
    browser = client_of(anna)
    post(ben, general)
    browser.get(path("channel", general.pk))
    rename(ben, "Bennie")
    page = text_of(browser.get(path("channel", general.pk)))
    assert f'data-name-of="{ben.pk}" href="/o/acme/people/{ben.pk}/">Bennie</a>' in page
    assert "Ben Okafor" not in page


def test_a_name_that_grows_when_its_case_is_folded(anna: Member, ben: Member, general: Channel) -> None:
    """Each of these letters becomes three, which the database has to hold."""
    rename(ben, "ΐ" * 80)
    assert called(post(anna, general, "@" + "ΐ" * 80)) == {ben.pk}


def test_editing_the_old_text_keeps_whom_it_meant(anna: Member, ben: Member, general: Channel) -> None:
    message = post(anna, general, "@Ben Okafor: tpyo")
    rename(ben, "Benjamin")
    edited = edit_message(cast.caller_of(anna), message, body="@Ben Okafor: typo")
    assert called(edited) == {ben.pk}
    both = edit_message(cast.caller_of(anna), message, body="@Ben Okafor alias @Benjamin")
    assert called(both) == {ben.pk}


def test_who_takes_an_old_name_is_not_whom_an_old_text_meant(
    anna: Member, ben: Member, general: Channel
) -> None:
    message = post(anna, general, "@Ben Okafor: tpyo")
    rename(ben, "Benjamin")
    new = namesake("Ben Okafor")
    edited = edit_message(cast.caller_of(anna), message, body="@Ben Okafor: typo")
    assert called(edited) == {ben.pk}
    assert called(post(anna, general, "@Ben Okafor")) == {new.pk}


def test_namesakes_renamed_are_both_kept(anna: Member, general: Channel) -> None:
    first, second = namesake("Sam"), namesake("Sam")
    text = f"@Sam|{first.pk} and @Sam|{second.pk}"
    message = post(anna, general, f"{text}!")
    for bot in (first, second):
        update_profile_of_bot(bot, f"Sam {bot.pk}")
    assert called(edit_message(cast.caller_of(anna), message, body=text)) == {first.pk, second.pk}


def test_a_member_removed_from_the_channel_is_not_kept(anna: Member, chloe: Member, secret: Channel) -> None:
    message = post(anna, secret, "@Chloe Martin: tpyo")
    leave_channel(cast.caller_of(chloe), secret)
    assert called(edit_message(cast.caller_of(anna), message, body="@Chloe Martin: typo")) == set()


def update_profile_of_bot(bot: Member, name: str) -> None:
    """Bots have no page of their own yet."""
    bot.display_name = name
    bot.save()


# Namesakes


def test_a_name_that_several_have_calls_nobody_without_an_id(anna: Member, general: Channel) -> None:
    first, second = namesake("Sam"), namesake("SAM")
    assert called(post(anna, general, "@Sam")) == set()
    assert called(post(anna, general, f"@Sam|{second.pk}")) == {second.pk}
    assert called(post(anna, general, f"@sam|{first.pk}, @sam|{second.pk}")) == {first.pk, second.pk}


def test_an_id_that_is_not_the_name_s_calls_nobody(
    anna: Member, chloe: Member, ben: Member, general: Channel, secret: Channel
) -> None:
    assert called(post(anna, general, f"@Ben Okafor|{chloe.pk}")) == set()
    assert called(post(anna, secret, f"@Ben Okafor|{ben.pk}")) == set()


# Edits


def test_an_edit_calls_whom_it_names_now(anna: Member, ben: Member, chloe: Member, general: Channel) -> None:
    message = post(anna, general, "@Ben Okafor")
    assert mentions_in_sidebar(ben, general) == 1
    edited = edit_message(cast.caller_of(anna), message, body="@Chloe Martin and @here")
    assert called(edited) == {chloe.pk, "here"}
    assert new_value(anna)["mentions"] == [chloe.pk, "here"]
    assert (last_entry(anna).value.old or {})["mentions"] == [ben.pk]


# Completion


def complete(browser: Client, channel: Channel, start: str) -> str:
    response = browser.get(path("mentions"), {"channel": str(channel.pk), "q": start}, headers=HTMX)
    assert response.status_code == 200
    return text_of(response)


def test_completion_offers_names_by_the_beginning_of_any_word(
    client_of: SignIn, anna: Member, ben: Member, general: Channel
) -> None:
    browser = client_of(anna)
    for start in ("b", "BEN", "oka", "Ben Ok"):
        assert 'data-insert="@Ben Okafor"' in complete(browser, general, start), start
    assert 'data-insert="@Ben Okafor"' not in complete(browser, general, "kafor")
    assert "option" not in complete(browser, general, "zzz")


def test_completion_writes_the_id_of_namesakes(client_of: SignIn, anna: Member, general: Channel) -> None:
    bots = [namesake("Sam"), namesake("sam")]
    offered = complete(client_of(anna), general, "sa")
    for bot in bots:
        assert f'data-insert="@{bot.display_name}|{bot.pk}"' in offered


def test_a_namesake_who_is_not_offered_still_makes_the_name_ambiguous(
    client_of: SignIn, anna: Member, general: Channel
) -> None:
    """Eight are offered. Of two Sams the ninth isn't, and what is inserted must still call the eighth."""
    for number in range(7):
        namesake(f"Sal {number}")
    offered, hidden = namesake("Sam"), namesake("Sam")
    options = complete(client_of(anna), general, "sa")
    assert options.count("data-insert=") == 8
    assert f'data-insert="@Sam|{offered.pk}"' in options
    assert f'completion-{hidden.pk}"' not in options


def test_a_namesake_out_of_the_guest_s_sight_is_not_given_away(
    client_of: SignIn, gus: Member, chloe: Member, lounge: Channel
) -> None:
    known, unknown = namesake("Sam"), namesake("Sam")
    add_members(cast.caller_of(chloe), lounge, [known])
    offered = complete(client_of(gus), lounge, "sam")
    assert offered.count("data-insert=") == 1
    assert f'completion-{unknown.pk}"' not in offered
    inserted = offered.split('data-insert="')[1].split('"')[0]
    assert called(post(gus, lounge, inserted)) == {known.pk}


@pytest.mark.parametrize(
    ("start", "words"), [("c", ["channel"]), ("here", ["here"]), ("", ["channel", "here"]), ("x", [])]
)
def test_completion_offers_everyone_by_the_word_one_begins(
    client_of: SignIn, anna: Member, general: Channel, start: str, words: list[str]
) -> None:
    offered = complete(client_of(anna), general, start)
    assert [word for word in ("channel", "here") if f'data-insert="@{word}"' in offered] == words


def test_completion_offers_whom_the_channel_reaches_and_the_reader_sees(
    client_of: SignIn, anna: Member, ben: Member, chloe: Member, gus: Member, lounge: Channel, secret: Channel
) -> None:
    def names(member: Member, channel: Channel) -> set[str]:
        offered = complete(client_of(member), channel, "")
        return {name for name in cast.NAMES.values() if f'"@{name}"' in offered}

    assert names(anna, secret) == {"Anna Lind", "Chloe Martin"}
    assert names(chloe, lounge) == {"Anna Lind", "Ben Okafor", "Chloe Martin", "Gus Berg", "Robin"}
    assert names(gus, lounge) == {"Chloe Martin", "Gus Berg"}
    deactivate_member(cast.caller_of(anna), chloe)
    assert names(gus, lounge) == {"Gus Berg"}


def test_names_are_text_and_never_markup(client_of: SignIn, anna: Member, chloe: Member) -> None:
    title = "<b>&\"'</b>"
    update_profile(cast.caller_of(chloe), chloe, title=title)
    channel = new_channel(anna, "names", chloe)
    offered = complete(client_of(anna), channel, "chl")
    assert "<b>" not in offered
    assert "&lt;b&gt;" in offered


def test_a_start_that_no_name_has_is_no_error(client_of: SignIn, anna: Member, general: Channel) -> None:
    for start in ("%", "_", "x" * 5_000, "\\", "'"):
        assert "data-insert" not in complete(client_of(anna), general, start)
