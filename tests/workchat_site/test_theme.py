"""The theme: chosen, kept, and in the first byte of every page, signed in or not."""

import pytest
from django.test import Client

from tests.accounts.looking import text

PAGES = ["/accounts/login/", "/accounts/signup/", "/", "/nowhere/"]
pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("place", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_one_is_on_every_page(place: str, theme: str, client: Client) -> None:
    client.post("/theme/", {"theme": theme})
    shown = text(client.get(place))
    assert f'data-theme="{theme}"' in shown
    assert f'<meta name="color-scheme" content="{theme}">' in shown  # so that not even the canvas flashes


@pytest.mark.parametrize("place", PAGES)
def test_the_system_s_is_followed_again(place: str, client: Client) -> None:
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"theme": "system"})
    shown = text(client.get(place))
    assert "data-theme" not in shown
    assert '<meta name="color-scheme" content="light dark">' in shown


def test_it_is_kept_for_a_year(client: Client) -> None:
    cookie = client.post("/theme/", {"theme": "dark"}).cookies["theme"]
    assert (cookie["max-age"], cookie["samesite"], bool(cookie["httponly"])) == (31_536_000, "Lax", True)


def test_another_is_refused_and_only_posting_chooses(client: Client) -> None:
    assert client.post("/theme/", {"theme": "pink"}).status_code == 400
    assert client.get("/theme/").status_code == 405


@pytest.mark.parametrize(
    ("came_from", "goes_to"),
    [
        ("http://testserver/accounts/login/", "http://testserver/accounts/login/"),
        ("https://evil.example/", "/"),
        ("", "/"),
    ],
)
def test_it_goes_back_where_it_was_chosen(came_from: str, goes_to: str, client: Client) -> None:
    answer = client.post("/theme/", {"theme": "dark"}, headers={"Referer": came_from})
    assert answer.headers["Location"] == goes_to
