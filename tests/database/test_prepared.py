"""Prepared queries: what a queryset gives, with its SQL written once."""

from typing import Any

import pytest
from django.db.models import Count, F, QuerySet
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member, Organization
from chat import access
from chat.models import Channel
from database.prepared import Prepared


def colleagues(organization_id: int, name: str, *, active: bool) -> QuerySet[Member]:
    found = Member.objects.filter(organization_id=organization_id).exclude(display_name=name)
    if active:
        found = found.active()
    found = found.select_related("organization", "user").annotate(channels=Count("memberships"))
    return found.order_by("-name_folded")


def everything(member: Member) -> dict[str, Any]:
    return {name: value for name, value in vars(member).items() if name != "_state"}


@pytest.mark.parametrize("active", [True, False])
def test_it_gives_what_the_queryset_gives(anna: Member, ben: Member, active: bool) -> None:
    Member.objects.filter(pk=ben.pk).update(state="deactivated")
    prepared = Prepared(colleagues)
    for values in ((anna.organization_id, "Anna Lind"), (anna.organization_id, "Gus"), (0, "")):
        wanted = list(colleagues(*values, active=active))
        found = prepared(*values, active=active)
        assert [everything(one) for one in found] == [everything(one) for one in wanted]
        for one, other in zip(found, wanted, strict=True):
            assert everything(one.organization) == everything(other.organization)  # type: ignore[arg-type]
            assert one.user == other.user
            assert one._state.db == "default"
            assert not one._state.adding


def test_its_sql_is_written_once_a_form(anna: Member, zoe: Member) -> None:
    written = []

    def members(organization_id: int, *, active: bool) -> QuerySet[Member, tuple[int]]:
        written.append(active)
        found = Member.objects.filter(organization_id=organization_id, role="owner")
        return (found.active() if active else found).values_list("pk")

    prepared = Prepared(members)
    for _again in range(2):
        assert prepared(anna.organization_id, active=True) == [(anna.pk,)]
        assert prepared(zoe.organization_id, active=True) == [(zoe.pk,)]
        assert prepared.first(zoe.organization_id, active=False) == (zoe.pk,)
        assert prepared.first(0, active=False) is None
    assert written == [True, False]


def test_what_is_related_costs_no_query(
    anna: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    prepared = Prepared(colleagues)
    with django_assert_num_queries(1):
        names = {
            (one.organization.name, one.user.email if one.user else "")
            for one in prepared(anna.organization_id, "", active=True)
        }
    assert ("Acme", "") in names


def test_a_value_is_only_ever_a_value(anna: Member) -> None:
    prepared = Prepared(colleagues)
    everyone = prepared(anna.organization_id, "", active=True)
    for name in ("' OR 1=1 --", "%s", '"; DROP TABLE chat_message', "\x1fthe value 0"):
        assert prepared(anna.organization_id, name, active=True) == everyone


def test_a_number_that_no_column_holds_is_nobody_s(anna: Member) -> None:
    for number in (2**63, -(2**70), 10**40):
        assert Prepared(colleagues)(number, "", active=True) == []


def test_a_value_that_does_not_stand_in_the_query_is_an_error(anna: Member) -> None:
    def patterns(name: str) -> QuerySet[Member]:
        return Member.objects.filter(display_name__contains=name)

    def other(name: float) -> QuerySet[Member]:
        return Member.objects.filter(display_name=name)

    with pytest.raises(TypeError, match="isn't compared as it is given"):
        Prepared(patterns)("Anna")
    with pytest.raises(TypeError, match="is an int or a str"):
        Prepared(other)


def test_access_is_what_its_words_say(anna: Member, gus: Member) -> None:
    for member in (anna, gus):
        for channel in Channel.objects.annotate(slug=F("organization__slug")):
            seen = access.channels(member).filter(pk=channel.pk).first()
            found = access._channel.first(
                channel.pk, member.pk, member.organization_id, guest=member.is_guest
            )
            assert found == seen
            if found and seen:
                assert vars(found) | {"_state": 0} == vars(seen) | {"_state": 0}
    assert Organization.objects.count() > 1
