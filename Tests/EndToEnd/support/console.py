"""The console in a browser: opened on a gateway, and watched for complaints."""

import re
import time
from typing import Any, Iterator
from urllib.parse import urlsplit

import pytest

from .browser import Browser, Tab
from .gateway import KEY


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.stop()


class Console:
    """The page of one gateway in one tab. `answers` take the place of the gateway's, by path: JSON, or what makes it of the request."""

    def __init__(self, gateway: Any, tab: Tab, answers: dict[str, Any] | None = None):
        self.gateway, self.tab, self.page = gateway, tab, tab.page
        for path, answer in (answers or {}).items():
            self.page.route(re.compile(rf"/{path}(\?|$)"), self._scripted(answer))
        self.page.goto(gateway.url + "/")

    @staticmethod
    def _scripted(answer: Any) -> Any:
        def fulfill(route: Any) -> None:
            route.fulfill(json=answer(route.request) if callable(answer) else answer)

        return fulfill

    def view(self, name: str) -> None:
        self.page.get_by_role("navigation", name="Views").get_by_role("link", name=name).click()
        self.page.get_by_role("heading", level=1, name=name).wait_for()

    def sign_in(self, key: str) -> None:
        self.page.get_by_label("API key").fill(key)
        self.page.keyboard.press("Enter")
        self.page.get_by_role("navigation", name="Views").wait_for()

    def run(self, model: str, prompt: str = "A paper boat") -> None:
        self.page.get_by_label("Model", exact=True).select_option(model)
        self.page.get_by_label("Prompt", exact=True).fill(prompt)
        self.page.get_by_role("button", name="Run", exact=True).click()

    @property
    def outcome(self) -> Any:
        return self.page.get_by_role("region", name="Outcome")

    def wait_for(self, text: str) -> None:
        self.outcome.get_by_text(text).first.wait_for()

    def wait_until_done(self, prompt: str, key: str = KEY) -> dict[str, Any]:
        """The task with this prompt, once it is completed."""
        end = time.monotonic() + 15
        while True:
            for task in self.gateway.request("GET", "/v1/tasks", key=key).json["data"]:
                if task["prompt"] == prompt and task["status"] == "completed":
                    return task
            assert time.monotonic() < end, f"{prompt} is not made"
            time.sleep(0.02)

    def loaded(self, locator: Any) -> tuple[int, int]:
        """Waits for a picture, and tells its width and height."""
        locator.scroll_into_view_if_needed()
        return tuple(locator.evaluate("async (image) => { await image.decode(); return [image.naturalWidth, image.naturalHeight]; }"))


@pytest.fixture
def consoles(house: Any, browser: Browser) -> Iterator[Any]:
    """Opens consoles, of a gateway without keys unless one is given; at the end nothing may have been complained of or loaded from elsewhere."""
    opened: list[Console] = []

    def console(gateway: Any = None, answers: dict[str, Any] | None = None, **settings: Any) -> Console:
        opened.append(Console(gateway or house.gateway(keys=[]), browser.tab(**settings), answers))
        return opened[-1]

    yield console
    for one in opened:
        # A refused call shows in the browser's console, whatever the page does.
        complaints = [text for text in one.tab.complaints if "status of 4" not in text]
        assert complaints == []
        assert {urlsplit(url).netloc for url in one.tab.requests if url.startswith("http")} == {f"127.0.0.1:{one.gateway.port}"}
    browser.close_tabs()
