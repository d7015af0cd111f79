"""Domains whose people may join by themselves."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.actions import add_domain, create_user, deactivate_member, remove_domain
from accounts.caller import Caller
from accounts.domains import domain_name, domain_of
from accounts.errors import Invalid, NotThere
from accounts.models import Domain, Member, Role, User
from tests import cast
from tests.accounts.looking import actions_since, is_missing, last_entry, path, text

ClientOf = Callable[[Member], Client]
CallerOf = Callable[[Member], Caller]
JOIN = "/organizations/acme/join/"


@pytest.fixture
def domain(anna: Member, caller: CallerOf) -> Domain:
    return add_domain(caller(anna), name="acme.example")


@pytest.fixture
def frida(db: None) -> User:
    """Someone with a confirmed address at acme.example, and in no organization."""
    return create_user(cast.TESTS, email="frida@acme.example", password=cast.PASSWORD)


@pytest.fixture
def as_frida(frida: User, client: Client) -> Client:
    client.force_login(frida)
    return client


class TestKeeping:
    def test_an_admin_adds_and_removes_one(self, ben: Member, client_of: ClientOf) -> None:
        client = client_of(ben)
        answer = client.post(path("add_domain"), {"name": " @ACME.example. "}, follow=True)
        assert "Whoever has an address at acme.example can join now." in text(answer)
        domain = Domain.objects.get()
        assert (domain.organization_id, domain.name) == (ben.organization_id, "acme.example")
        assert (last_entry().action, last_entry().value.new) == ("domain.create", {"name": "acme.example"})
        answer = client.post(path("remove_domain", domain.pk), follow=True)
        assert "no longer lets anyone join" in text(answer)
        assert (last_entry().action, last_entry().value.old) == ("domain.delete", {"name": "acme.example"})
        assert not Domain.objects.exists()

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("", "required"),
            ("acme", "Write a domain"),
            ("a@b@", "Write a domain"),
            ("x" * 70 + ".example", "Write a domain"),
            ("1.2.3", "Write a domain"),
            ("gmail.com", "Anyone can have an address"),
            ("globex.example", "Only who has a confirmed address"),
            ("mail.acme.example", "Only who has a confirmed address"),
            ("acme.example", "in the list already"),
        ],
    )
    def test_what_will_not_do_is_said(
        self, name: str, said: str, anna: Member, domain: Domain, client_of: ClientOf
    ) -> None:
        before = last_entry().position
        answer = client_of(anna).post(path("add_domain"), {"name": name})
        assert answer.status_code == 422
        assert said in text(answer)
        assert list(Domain.objects.all()) == [domain]
        assert last_entry().position == before

    def test_an_address_must_be_confirmed_first(self, anna: Member, caller: CallerOf) -> None:
        EmailAddress.objects.filter(user=anna.user).update(verified=False)
        with pytest.raises(Invalid):
            add_domain(caller(anna), name="acme.example")

    def test_there_are_at_most_fifty(self, anna: Member, caller: CallerOf) -> None:
        Domain.objects.bulk_create(
            Domain(organization=anna.organization, name=f"{number}.acme.example") for number in range(50)
        )
        with pytest.raises(Invalid, match="at most 50"):
            add_domain(caller(anna), name="acme.example")

    def test_removing_one_twice_is_one_change(self, anna: Member, domain: Domain, caller: CallerOf) -> None:
        remove_domain(caller(anna), domain)
        before = last_entry().position
        remove_domain(caller(anna), domain)
        assert last_entry().position == before

    def test_another_organizations_is_not_there(
        self, zoe: Member, domain: Domain, client_of: ClientOf
    ) -> None:
        client = client_of(zoe)
        assert is_missing(client, client.post(path("remove_domain", domain.pk, slug="globex")))
        assert is_missing(client, client.post(path("remove_domain", domain.pk)))
        assert is_missing(client, client.post(path("add_domain"), {"name": "globex.example"}))
        with pytest.raises(NotThere):
            remove_domain(cast.caller_of(zoe), domain)
        assert Domain.objects.exists()

    @pytest.mark.parametrize("who", ["chloe", "gus"])
    def test_members_may_not(
        self, who: str, domain: Domain, client_of: ClientOf, request: pytest.FixtureRequest
    ) -> None:
        client = client_of(request.getfixturevalue(who))
        assert client.post(path("add_domain"), {"name": "acme.example"}).status_code == 403
        assert client.post(path("remove_domain", domain.pk)).status_code == 403
        assert client.get(path("add_domain")).status_code == 405


class TestJoining:
    def test_whoever_has_an_address_there_is_offered_it_and_joins_as_a_member(
        self, domain: Domain, frida: User, as_frida: Client
    ) -> None:
        assert as_frida.get("/", follow=True).redirect_chain[-1][0] == JOIN
        assert JOIN in text(as_frida.get("/organizations/"))
        assert "Your email address lets you join Acme" in text(as_frida.get(JOIN))
        before = last_entry().position
        answer = as_frida.post(JOIN, {"display_name": "Frida Sand"})
        assert (answer.status_code, answer["Location"]) == (302, "/o/acme/")
        member = Member.objects.get(user=frida)
        assert (member.role, member.display_name) == (Role.MEMBER, "Frida Sand")
        assert actions_since(before)[0] == "member.create"
        assert JOIN not in text(as_frida.get("/organizations/"))

    def test_a_bad_name_is_said(self, domain: Domain, as_frida: Client) -> None:
        answer = as_frida.post(JOIN, {"display_name": "<b>"})
        assert answer.status_code == 422
        assert "Use letters" in text(answer)

    def test_an_address_that_is_not_confirmed_opens_nothing(
        self, domain: Domain, frida: User, as_frida: Client
    ) -> None:
        EmailAddress.objects.filter(user=frida).update(verified=False)
        self.is_shut(as_frida)

    def test_another_domain_opens_nothing(self, domain: Domain, frida: User, as_frida: Client) -> None:
        EmailAddress.objects.filter(user=frida).update(email="frida@sub.acme.example")
        self.is_shut(as_frida)

    def test_a_domain_that_was_removed_opens_nothing(
        self, domain: Domain, anna: Member, as_frida: Client, caller: CallerOf
    ) -> None:
        remove_domain(caller(anna), domain)
        self.is_shut(as_frida)

    def test_who_was_deactivated_does_not_come_back_by_it(
        self, domain: Domain, ben: Member, chloe: Member, caller: CallerOf, client: Client
    ) -> None:
        deactivate_member(caller(ben), chloe)
        assert chloe.user is not None
        client.force_login(chloe.user)
        self.is_shut(client)
        chloe.refresh_from_db()
        assert not chloe.is_active

    def is_shut(self, client: Client) -> None:
        """As if there were no such organization."""
        nowhere = client.get("/organizations/nowhere/join/")
        before = Member.objects.count()
        for answer in (client.get(JOIN), client.post(JOIN, {"display_name": "Frida Sand"})):
            assert (answer.status_code, answer.content) == (404, nowhere.content)
        assert JOIN not in text(client.get("/organizations/"))
        assert Member.objects.count() == before

    def test_a_stranger_is_asked_to_sign_in(self, domain: Domain, client: Client) -> None:
        for there in (JOIN, "/organizations/nowhere/join/"):
            assert client.get(there)["Location"] == f"/accounts/login/?next={there}"


class TestSigningUpWhereOnlyOperatorsMakeOrganizations:
    @pytest.fixture(autouse=True)
    def only_operators(self, settings: Settings) -> None:
        settings.ORGANIZATION_CREATION = "operators"
        cache.clear()

    def sign_up(self, client: Client, email: str) -> Any:
        return client.post("/accounts/signup/", {"email": email, "password1": "a long enough one"})

    def test_without_domains_it_is_closed(self, anna: Member, client: Client) -> None:
        assert "Accounts are by invitation" in text(client.get("/accounts/signup/"))

    def test_an_address_at_a_domain_may(self, domain: Domain, client: Client) -> None:
        assert self.sign_up(client, "hugo@acme.example").status_code == 302
        assert User.objects.filter(email="hugo@acme.example").exists()

    def test_any_other_is_told_to_get_an_invitation(self, domain: Domain, client: Client) -> None:
        answer = self.sign_up(client, "hugo@elsewhere.example")
        assert "This address needs an invitation" in text(answer)
        assert not User.objects.filter(email="hugo@elsewhere.example").exists()

    def test_who_has_an_account_adds_any_address(
        self, domain: Domain, ben: Member, client_of: ClientOf
    ) -> None:
        client_of(ben).post("/accounts/email/", {"email": "ben@elsewhere.example", "action_add": ""})
        assert "elsewhere" not in str(Domain.objects.values_list("name", flat=True))


def test_a_domain_beyond_ascii_is_compared_in_its_own_form() -> None:
    assert domain_name("@Bücher.example") == domain_of("anna@BÜCHER.example") == "xn--bcher-kva.example"
    assert domain_of("no address") == domain_of("a@" + "ü" * 80) == ""
