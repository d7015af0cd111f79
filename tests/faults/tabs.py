"""Tabs of one browser's window, of which one is shown and the others are really hidden.

Playwright keeps all its pages visible (it counts them as captured), so these are opened and driven by the browser's
own protocol, in a context that Playwright doesn't know of.
"""

import json
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser

from accounts.models import Member
from tests.e2e.windows import session_of
from tests.server import Site, until


class Tabs:
    """A window in which `member` has signed in."""

    def __init__(self, browser: Browser, site: Site, member: Member) -> None:
        self.address = f"http://127.0.0.1:{site.port}"
        self.cdp = browser.new_browser_cdp_session()
        self.context = self.cdp.send("Target.createBrowserContext")["browserContextId"]
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(member), "url": self.address}
        self.cdp.send("Storage.setCookies", {"cookies": [cookie], "browserContextId": self.context})
        self.answers: dict[str, dict[str, Any]] = {}  # of each tab, to what it was asked last
        self.cdp.on("Target.receivedMessageFromTarget", self.note)

    def note(self, event: dict[str, Any]) -> None:
        message = json.loads(event["message"])
        if "id" in message:
            self.answers[event["sessionId"]] = message

    def open(self, path: str) -> "Tab":
        """A new tab, which is the one shown."""
        return Tab(self, path if path.startswith("about:") else self.address + path)

    def close(self) -> None:
        self.cdp.send("Target.disposeBrowserContext", {"browserContextId": self.context})
        self.cdp.detach()


class Tab:
    def __init__(self, tabs: Tabs, url: str) -> None:
        self.tabs = tabs
        where = {"url": url, "browserContextId": tabs.context}
        self.target: str = tabs.cdp.send("Target.createTarget", where)["targetId"]
        # Its messages are wrapped in the browser's: Playwright passes on no other session's.
        attached = tabs.cdp.send("Target.attachToTarget", {"targetId": self.target, "flatten": False})
        self.session: str = attached["sessionId"]
        self.asked = 0

    def show(self) -> None:
        """Bring it to the front; the one that was there is hidden."""
        self.tabs.cdp.send("Target.activateTarget", {"targetId": self.target})
        until(lambda: self.evaluate("document.visibilityState") == "visible")

    def evaluate(self, expression: str) -> Any:
        """What `expression` is in the page; None where there's no page yet."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer.get("result", {}).get("result", {}).get("value")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.asked += 1
        message = {"id": self.asked, "method": method, "params": parameters}
        send, answers = self.tabs.cdp.send, self.tabs.answers
        send("Target.sendMessageToTarget", {"sessionId": self.session, "message": json.dumps(message)})

        def has_answered() -> bool:
            send("Browser.getVersion")  # what came meanwhile is taken in by the way
            return bool(answers.get(self.session, {}).get("id") == self.asked)

        until(has_answered)
        return answers[self.session]
