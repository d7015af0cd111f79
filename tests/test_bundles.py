"""The stylesheet and the script: whole, packed, kept for a year by their digests, and without code from text."""

import gzip
import re

import brotli
import pytest
from django.test import Client

from workchat_site.bundles import STATIC, Bundle
from workchat_site.script import ACCOUNT_SCRIPT, ORDER, SCRIPT
from workchat_site.stylesheet import STYLESHEET

EVALUATING = re.compile(
    r"\beval\(|new Function|\.innerHTML\s*\+?=\s*`|setAttribute\(\"(?:style|on)|document\.write"
)


@pytest.fixture(params=[STYLESHEET, SCRIPT, ACCOUNT_SCRIPT], ids=["stylesheet", "script", "account"])
def bundle(request: pytest.FixtureRequest) -> Bundle:
    return request.param  # type: ignore[no-any-return]


def test_a_bundle_is_kept_for_a_year_at_its_digest_alone(bundle: Bundle, client: Client) -> None:
    response = client.get(bundle.url())
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith(bundle.content_type)
    assert "immutable" in response.headers["Cache-Control"]
    other = client.get(re.sub(r"\.[0-9a-f]{12}\.", ".000000000000.", bundle.url()))
    assert other.content == response.content
    assert other.headers["Cache-Control"] == "no-cache"
    assert client.post(bundle.url()).status_code == 405


def test_a_bundle_comes_as_the_browser_can_take_it(bundle: Bundle, client: Client) -> None:
    plain = client.get(bundle.url())
    assert "Content-Encoding" not in plain.headers
    for accepted, encoding, unpack in (
        ("gzip", "gzip", gzip.decompress),
        ("gzip, br", "br", brotli.decompress),
    ):
        packed = client.get(bundle.url(), headers={"Accept-Encoding": accepted})
        assert packed.headers["Content-Encoding"] == encoding
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert unpack(packed.content) == plain.content


def test_every_script_has_its_place() -> None:
    assert sorted(ORDER) == sorted(path.stem for path in (STATIC / "js").glob("*.js"))


def test_the_script_begins_with_htmx_and_makes_no_code_of_text(client: Client) -> None:
    text = client.get(SCRIPT.url()).content.decode()
    assert text.startswith("/*! htmx.org")
    ours = "".join(path.read_text() for path in STATIC.glob("[ja]*/*.js"))
    assert EVALUATING.findall(ours) == []


def test_the_scripts_share_one_scope_without_two_of_a_name() -> None:
    """One name given twice, and the whole script is an error."""
    names = [
        name
        for path in (STATIC / "js" / f"{name}.js" for name in ORDER)
        for name in re.findall(
            r"^(?:async )?(?:const|let|class|function) (\w+)", path.read_text(), re.MULTILINE
        )
    ]
    assert [name for name in names if names.count(name) > 1] == []
