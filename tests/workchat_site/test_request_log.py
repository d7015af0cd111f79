"""The line that each request leaves in the log: whose address it names, and what isn't worth a line."""

from collections.abc import Iterator

import pytest
import structlog
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from workchat_site.middleware import RequestLogMiddleware


@pytest.fixture(autouse=True)
def _nothing_bound() -> Iterator[None]:
    structlog.contextvars.clear_contextvars()
    yield
    structlog.contextvars.clear_contextvars()


def address(request: HttpRequest) -> object:
    RequestLogMiddleware.bind_ip(request)
    return structlog.contextvars.get_contextvars()["ip"]


@pytest.mark.parametrize(
    ("proxies", "said", "counts"),
    [
        (0, "", "192.0.2.1"),
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "10.6.6.6, 203.0.113.9, 198.51.100.1", "203.0.113.9"),
    ],
)
def test_an_address_is_what_our_own_proxies_saw(proxies: int, said: str, counts: str) -> None:
    headers = {"X-Forwarded-For": said} if said else {}
    request = RequestFactory(REMOTE_ADDR="192.0.2.1").get("/", headers=headers)
    with override_settings(TRUSTED_PROXIES=proxies):
        assert address(request) == counts


def test_below_the_level_nothing_is_made_of_a_line(caplog: pytest.LogCaptureFixture) -> None:
    logger = structlog.get_logger("tests.quiet")
    caplog.set_level("INFO", "tests.quiet")
    logger.debug("unheard")
    logger.info("heard")
    assert ["heard" in str(record.msg) for record in caplog.records] == [True]
