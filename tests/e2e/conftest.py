"""A real browser on a real server. A server and a browser serve one module; the database is put back after it.

Each test has windows of its own, signed in as one of the cast, and channels of its own. What a window's console says
fails the test, unless it was told to expect it.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.e2e.windows import FLAGS, Windows
from tests.pristine import PostgreSQLCopy, SQLiteCopy
from tests.server import Server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        message = "There is no Chromium here: install it, or set CHROMIUM to its path."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest.fixture(scope="module")
def server(
    chromium_path: str, pristine: SQLiteCopy | PostgreSQLCopy, django_db_blocker: DjangoDbBlocker
) -> Iterator[Server]:
    with django_db_blocker.unblock():
        with Server() as server:
            yield server
        pristine.restore()


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """Not the plugin's, which lasts the session: Playwright's loop would be in the way of asynchronous tests."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright runs a loop in this thread, where Django then refuses its ordinary queries.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def windows(server: Server, chromium: Browser) -> Iterator[Windows]:
    opened = Windows(server, chromium)
    yield opened
    opened.close()
    assert opened.problems == []


@pytest.fixture
def database() -> None:
    """The cast is read from the server's database."""
