"""Debian's Chromium, driven by Playwright, and what has to hold on every page that it is shown."""

import mimetypes
import os
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
CHROMIUM = shutil.which("chromium")
PICTURES = os.environ.get("CONSOLE_PICTURES")
"""A folder for screenshots; without it, none are kept."""
SOURCES = os.environ.get("CONSOLE_SOURCES")
"""A folder whose files take the place of those in the binary, for work on the page."""

sys.path += [str(folder) for folder in (ROOT / ".venv/browser/lib").glob("python3*/site-packages")]

NAMED = {
    "button", "checkbox", "combobox", "dialog", "image", "link", "meter", "navigation", "progressbar", "region", "spinbutton", "table",
    "textbox",
}

CONTRAST = """() => {
  const rgba = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (c) => c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = rgba(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const faults = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest("[disabled], script, noscript")) continue;
    const style = getComputedStyle(node);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const found = ratio(rgba(style.color), ground(node));
    if (found < needed) faults.push(`${found.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  for (const node of document.querySelectorAll("input, select, textarea")) {
    if (!node.checkVisibility()) continue;
    const style = getComputedStyle(node);
    if (style.borderTopStyle === "solid" && ratio(rgba(style.borderTopColor), ground(node.parentElement)) < 3) faults.push(`border of ${node.id}`);
  }
  return faults;
}"""

STRUCTURE = """() => {
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility());
  const faults = [];
  if (document.documentElement.lang !== "en" || !document.title) faults.push("language or title is missing");
  for (const [selector, count] of [["main", 1], ["h1", 1], ["header", 1]]) {
    if (seen(selector).length !== count) faults.push(`${seen(selector).length} of ${selector}`);
  }
  let level = 0;
  for (const node of seen("h1, h2, h3, h4")) {
    const next = Number(node.tagName[1]);
    if (next > level + 1) faults.push(`${node.textContent} skips a level`);
    level = next;
  }
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`two of #${id}`);
  for (const name of ["aria-labelledby", "aria-describedby", "aria-errormessage", "for"]) {
    for (const node of document.querySelectorAll(`[${name}]`)) {
      if (!document.getElementById(node.getAttribute(name))) faults.push(`${name} names nothing: ${node.getAttribute(name)}`);
    }
  }
  for (const node of seen("button, select, input, textarea, nav a, a.button")) {
    const box = node.getBoundingClientRect();
    if (box.width < 24 || box.height < 24) faults.push(`small: ${node.id || node.textContent}`);
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) faults.push(`${wide} pixels to scroll sideways`);
  return faults;
}"""

FOCUS = """() => {
  const node = document.activeElement;
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  return {
    name: node.id || node.textContent.trim().slice(0, 30), outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight && box.width > 0, body: node === document.body,
  };
}"""


class Browser:
    """One Chromium for several tests; a tab with a storage of its own for each."""

    def __init__(self) -> None:
        from playwright.sync_api import sync_playwright

        self._driver = sync_playwright().start()
        self._chromium = self._driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"]
        )
        self._contexts: list[Any] = []

    def tab(self, **settings: Any) -> "Tab":
        settings = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | settings
        context = self._chromium.new_context(**settings)
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        return Tab(context.new_page())

    def close_tabs(self) -> None:
        while self._contexts:
            context = self._contexts.pop()
            for page in context.pages:
                # Answers of the test's own may still be under way.
                page.unroute_all(behavior="ignoreErrors")
            context.close()

    def stop(self) -> None:
        self._chromium.close()
        self._driver.stop()


class Tab:
    """A page that remembers what it complained of and whom it asked."""

    def __init__(self, page: Any):
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", lambda request: self.requests.append(request.url))
        if SOURCES:
            page.route("**/*", self._from_sources)

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _from_sources(self, route: Any) -> None:
        path = route.request.url.split("//", 1)[1].split("/", 1)[1].split("#")[0]
        if path and not path.startswith("console/"):
            return route.fallback()
        file = Path(SOURCES) / (path.removeprefix("console/") or "index.html")
        if (answer := route.fetch()).status == 404:
            # The binary does not know the file yet.
            return route.fulfill(path=file, content_type=mimetypes.types_map[file.suffix])
        route.fulfill(response=answer, body=file.read_bytes())

    def picture(self, name: str) -> None:
        """A screenshot among the artefacts."""
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png")

    def check(self) -> None:
        """Structure, names as the browser computes them, contrast, and nothing to scroll sideways."""
        assert self.page.evaluate(STRUCTURE) == []
        assert self.page.evaluate(CONTRAST) == []
        assert self.nameless() == []

    def nameless(self) -> list[str]:
        """Roles that need a name and have none, in the browser's own tree for screen readers."""
        session = self.page.context.new_cdp_session(self.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        session.detach()
        roles = [(node.get("role", {}).get("value"), node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]]
        return [role for role, name in roles if role in NAMED and not name.strip()]

    def walk(self, most: int = 60) -> list[str]:
        """Goes through the page with Tab, from its beginning; each stop must be visible and show that it is one."""
        self.page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); getSelection().removeAllRanges(); }")
        names: list[str] = []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(FOCUS)
            if stop["body"] or (names and stop["name"] == names[0]):
                break
            assert stop["outline"] and stop["inside"], f"the focus cannot be seen: {stop}"
            names.append(stop["name"])
        return names
