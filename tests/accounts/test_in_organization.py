"""The way into an organization's pages, on a page that does nothing of its own."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.actions import deactivate_member, update_user
from accounts.caller import Caller
from accounts.errors import NotThere, Refused
from accounts.models import Member
from accounts.web import caller_of, in_organization
from audit.models import Entry
from tests.accounts.looking import HTMX, is_missing, last_entry, text
from tests.cast import TESTS
from workchat_site.stylesheet import stylesheet

ClientOf = Callable[[Member], Client]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0"
SAFARI = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15"

pytestmark = pytest.mark.urls(__name__)


@in_organization
def bare(request: HttpRequest, member: Member) -> HttpResponse:
    assert request.member is member  # type: ignore[attr-defined]
    return HttpResponse(f"{member.display_name} of {member.organization.name}")


@in_organization
def calling(request: HttpRequest, member: Member) -> HttpResponse:
    caller = caller_of(request, member)
    return HttpResponse(f"{caller.label}|{caller.user_id}|{caller.via}|{caller.client}|{caller.ip}")


@in_organization
def missing(request: HttpRequest, member: Member) -> HttpResponse:
    raise NotThere


@in_organization
def refusing(request: HttpRequest, member: Member) -> HttpResponse:
    raise Refused("Only on Sundays.")


urlpatterns = [
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("style.<slug:digest>.css", stylesheet, name="stylesheet"),
    path("o/<slug:slug>/bare/", bare),
    path("o/<slug:slug>/calling/", calling),
    path("o/<slug:slug>/missing/", missing),
    path("o/<slug:slug>/refusing/", refusing),
]


def test_a_member_comes_in(chloe: Member, client_of: ClientOf) -> None:
    assert text(client_of(chloe).get("/o/acme/bare/")) == "Chloe Martin of Acme"


def test_coming_in_costs_two_queries(
    chloe: Member, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(chloe)
    with django_assert_num_queries(2):  # the session; its user with the member and the organization
        client.get("/o/acme/bare/", headers={"HX-Request": "true"})


def test_a_whole_page_begins_at_a_position_of_the_log(
    chloe: Member, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(chloe)
    with django_assert_num_queries(3):  # and the log's position, for the page's stream
        client.get("/o/acme/bare/")


def test_what_is_not_there_is_one_and_the_same_answer(
    chloe: Member, zoe: Member, client_of: ClientOf
) -> None:
    theirs, hers = client_of(zoe), client_of(chloe)
    assert is_missing(hers, hers.get("/o/globex/bare/"))
    assert is_missing(hers, hers.get("/o/never-made/bare/"))
    assert is_missing(hers, hers.get("/o/acme/missing/"))
    assert is_missing(theirs, theirs.get("/o/acme/bare/"))
    assert is_missing(hers, theirs.get("/o/acme/bare/"))


def test_who_was_deactivated_is_out_at_once(
    anna: Member, chloe: Member, client_of: ClientOf, caller: Callable[[Member], Caller]
) -> None:
    client = client_of(chloe)
    deactivate_member(caller(anna), chloe)
    assert is_missing(client, client.get("/o/acme/bare/"))


def test_a_shut_account_has_no_session(chloe: Member, client_of: ClientOf) -> None:
    client = client_of(chloe)
    assert chloe.user is not None
    update_user(TESTS, chloe.user, is_active=False, operator=False)
    assert client.get("/o/acme/bare/").status_code == 302


def test_a_refusal_says_why(chloe: Member, client_of: ClientOf) -> None:
    answer = client_of(chloe).get("/o/acme/refusing/")
    assert answer.status_code == 403
    assert "Only on Sundays." in text(answer)


@pytest.mark.usefixtures("database")
class TestSigningInFirst:
    def test_a_page_leads_to_the_sign_in_and_back(self, client: Client) -> None:
        answer = client.get("/o/acme/bare/?x=1")
        assert (answer.status_code, answer["Location"]) == (
            302,
            f"/accounts/login/?next={quote('/o/acme/bare/?x=1', safe='')}",
        )

    def test_a_post_does_not_come_back_as_a_page(self, client: Client) -> None:
        assert client.post("/o/acme/bare/")["Location"] == "/accounts/login/"

    def test_a_fragment_sends_its_page_there(self, client: Client) -> None:
        here = {"HX-Current-URL": "http://testserver/o/acme/c/7/"}
        answer = client.post("/o/acme/bare/", headers=HTMX | here)
        assert (answer.status_code, answer["HX-Redirect"]) == (
            401,
            f"/accounts/login/?next={quote('/o/acme/c/7/', safe='')}",
        )

    def test_a_fragment_of_a_foreign_page_does_not_lead_back_to_it(self, client: Client) -> None:
        answer = client.get("/o/acme/bare/", headers=HTMX | {"HX-Current-URL": "https://evil.example/x"})
        assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/login/")

    def test_a_boosted_link_leads_back_to_where_it_goes(self, client: Client) -> None:
        answer = client.get("/o/acme/bare/", headers=HTMX | {"HX-Boosted": "true"})
        assert answer["HX-Redirect"] == f"/accounts/login/?next={quote('/o/acme/bare/', safe='')}"

    def test_the_answer_does_not_tell_whether_an_organization_exists(self, client: Client) -> None:
        assert client.get("/o/never-made/bare/").status_code == client.get("/o/acme/bare/").status_code


def test_a_session_enters_an_organization_once(chloe: Member, client: Client) -> None:
    assert chloe.user is not None
    client.force_login(chloe.user)
    client.get("/o/acme/bare/")
    client.get("/o/acme/bare/")
    entered = Entry.objects.filter(organization__slug="acme", action="session.enter")
    assert [(entry.actor_id, entry.subject_id, entry.via) for entry in entered] == [
        (chloe.pk, chloe.pk, "page")
    ]


@pytest.mark.parametrize(
    ("agent", "label"), [(FIREFOX, "Firefox"), (EDGE, "Edge"), (SAFARI, "Safari"), ("curl/8.0", ""), ("", "")]
)
def test_the_caller_says_who_from_where(agent: str, label: str, chloe: Member, client_of: ClientOf) -> None:
    answer = client_of(chloe).get("/o/acme/calling/", headers={"User-Agent": agent}, REMOTE_ADDR="192.0.2.1")
    assert text(answer) == f"Chloe Martin|{chloe.user_id}|page|{label}|192.0.2.1"


def test_only_trusted_proxies_are_believed(chloe: Member, client_of: ClientOf, settings: Settings) -> None:
    client, forwarded = client_of(chloe), {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    assert text(client.get("/o/acme/calling/", headers=forwarded)).endswith("|127.0.0.1")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert text(client.get("/o/acme/calling/", headers=forwarded)).endswith("|198.51.100.7")


def test_an_entry_carries_its_request(chloe: Member, client: Client) -> None:
    assert chloe.user is not None
    client.force_login(chloe.user)
    answer = client.get("/o/acme/bare/")
    assert last_entry().request_id == answer["X-Request-ID"] != ""
