"""The console at `/`, in a real browser: what people do with it, and that everybody can."""

import re
import subprocess

import pytest

from support.answers import failure, picture
from support.browser import CHROMIUM, ROOT
from support.gateway import KEY, OTHER_KEY
from support.pictures import png

pytest_plugins = ["support.console"]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="scripts/setup-tests.sh browser installs Chromium")

PHONE = {"viewport": {"width": 375, "height": 740}, "is_mobile": True, "has_touch": True}

PLAY = """async (video) => {
  video.muted = true;
  await video.play();
  await new Promise((done) => { video.ontimeupdate = () => video.currentTime > 0.2 && done(); });
  return video.videoWidth;
}"""


def test_a_picture_is_made_and_all_is_told_of_it(consoles):
    console = consoles()
    console.page.get_by_label("Size").fill("640x480")
    console.run("test/image", "A paper boat on a lake")
    image = console.outcome.get_by_role("img", name="Result: A paper boat on a lake")
    assert console.loaded(image) == (640, 480)
    assert "by test · free" in console.outcome.inner_text()
    assert re.search(r"test/image 200, made it\s+\d.*billed", console.outcome.get_by_role("list", name="Attempts").inner_text())
    assert console.outcome.get_by_role("link", name="Download").get_attribute("download").endswith(".png")
    console.tab.picture("playground")
    console.tab.check()


def test_the_call_is_written_for_curl_and_for_the_sdk_and_both_work(consoles):
    console = consoles()
    page = console.page
    page.get_by_label("Prompt", exact=True).fill("It's a \"boat\"; <b>bold</b> $HOME @x")
    page.get_by_text("The same call as code").click()
    written = page.locator("#curl").inner_text()
    answer = subprocess.run(["sh", "-c", written], capture_output=True, text=True, timeout=20)
    assert '"url"' in answer.stdout, answer
    sample = page.locator("#python").inner_text()
    ran = subprocess.run([ROOT / ".venv/3/bin/python", "-c", sample], capture_output=True, text=True, timeout=20)
    assert f"{console.gateway.url}/files/" in ran.stdout, ran
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy curl").click()
    page.get_by_role("status").get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == written
    assert page.locator("b").count() == 0


def test_a_picture_is_edited_after_an_upload(consoles):
    console = consoles()
    page = console.page
    page.get_by_label("What to do").select_option("edit")
    page.get_by_role("button", name="Run", exact=True).click()
    assert page.get_by_role("alert").get_by_text("Write a prompt first.").is_visible()
    assert page.evaluate("document.activeElement.id") == "prompt"
    page.get_by_label("What to do").select_option("generate")
    page.get_by_label("What to do").select_option("edit")
    files = [{"name": f"{name}.png", "mimeType": "image/png", "buffer": png(64, 48)} for name in ("first", "second")]
    page.get_by_label("Input pictures").set_input_files(files)
    page.get_by_role("button", name="Remove second.png").click()
    assert page.get_by_role("list", name="Chosen inputs").inner_text().split("\n")[0] == "first.png"
    console.run("test/image", "Add a frame")
    console.loaded(console.outcome.get_by_role("img", name="Result: Add a frame"))
    compile(page.locator("#python").text_content(), "sample", "exec")
    assert "-F 'image=@\"first.png\"'" in page.locator("#curl").text_content()
    console.tab.picture("edit")
    console.tab.check()


def test_a_pasted_or_dropped_picture_makes_an_edit_of_the_call(consoles):
    console = consoles()
    page = console.page
    page.get_by_label("Model", exact=True).select_option("test/image")
    send = """([kind, target]) => {
      const data = new DataTransfer();
      data.items.add(new File(["x"], `${kind}.png`, { type: "image/png" }));
      const made = kind === "paste" ? new ClipboardEvent(kind, { clipboardData: data, bubbles: true }) : new DragEvent(kind, { dataTransfer: data, bubbles: true });
      document.querySelector(target).dispatchEvent(made);
    }"""
    page.evaluate(send, ["paste", "#prompt"])
    assert page.get_by_label("What to do").input_value() == "edit"
    page.evaluate(send, ["drop", "#drop"])
    assert page.get_by_role("list", name="Chosen inputs").get_by_role("listitem").count() == 2


def test_a_video_is_made_and_plays(consoles):
    console = consoles()
    console.run("test/video")
    console.outcome.get_by_role("progressbar", name="Progress of test/video").wait_for()
    video = console.outcome.locator("video")
    video.wait_for()
    width = video.evaluate(PLAY)
    assert width > 0
    console.tab.check()


def test_a_fallback_shows_each_attempt_and_the_providers_view_who_rests(consoles):
    console = consoles()
    console.run("test/fallback")
    console.outcome.get_by_text("test/image").wait_for()
    told = console.outcome.get_by_role("list", name="Attempts").inner_text()
    assert "test/429 429, rate limited" in told and "test/503 503, overloaded" in told and "test/image 200, made it" in told
    console.page.get_by_role("button", name="What would happen?").click()
    console.outcome.get_by_role("table").wait_for()
    assert console.outcome.get_by_text(re.compile("cooling down, back in")).count() > 0
    console.tab.check()


def test_a_failing_provider_is_shown(house, consoles):
    broken, good = house.upstream(failure(503)), house.upstream(picture())
    gateway = house.pair(broken, good, keys=[])
    console = consoles(gateway)
    console.run("pair")
    console.outcome.get_by_role("img").wait_for()
    assert "first/pair 503, overloaded" in console.outcome.inner_text()
    console.view("Providers")
    console.page.get_by_label("Route of").select_option("pair")
    rows = console.page.get_by_role("table", name="Candidates for pair").get_by_role("row")
    console.page.get_by_role("rowheader", name="second/pair asked first").wait_for()
    assert "cooling down" in rows.nth(1).inner_text() and "available" in rows.nth(2).inner_text()
    rows = console.page.get_by_role("table", name="All providers")
    rows.locator("[data-provider=first]").get_by_text(re.compile(r"cooling until \d\d:\d\d:\d\d")).wait_for()
    assert "available" in rows.locator("[data-provider=second]").inner_text()
    console.tab.picture("providers")
    console.tab.check()


def test_what_is_refused_is_told_where_it_was_entered(consoles):
    console = consoles()
    console.page.get_by_label("Size").fill("99999x99999")
    console.run("test/image")
    console.page.locator("#call-problem").get_by_text("Invalid value").wait_for()
    assert console.page.evaluate("document.activeElement.id") == "size"
    console.page.get_by_label("Size").fill("")
    console.run("test/moderated")
    console.wait_for("failed")
    assert console.outcome.locator(".problem").is_visible()
    console.tab.check()


def test_tasks_are_live_and_can_be_cancelled(consoles):
    console = consoles()
    console.view("Tasks")
    console.page.get_by_text("There are no tasks yet.").wait_for()
    console.gateway.create("A slow boat", model="test/video-slow", headers={"Prefer": "respond-async"})
    entry = console.page.get_by_role("list", name="Tasks").get_by_role("listitem").filter(has_text="A slow boat")
    entry.get_by_role("progressbar").wait_for()
    before = entry.get_by_role("progressbar").get_attribute("value")
    console.page.wait_for_function("(old) => document.querySelector('progress').getAttribute('value') !== old", arg=before)
    console.tab.picture("tasks")
    console.tab.check()
    entry.get_by_role("button", name="Cancel").click()
    entry.get_by_text("cancelled", exact=True).wait_for()
    assert entry.get_by_role("button", name="Cancel").count() == 0
    assert any(url.endswith("/events") for url in console.tab.requests)


def test_the_gallery_shows_results_newest_first_and_runs_them_again(consoles):
    console = consoles()
    for prompt in ("A red kite", "A blue boat", "A green kite") * 9:
        console.gateway.generate("test/image", headers={"Prefer": "wait=20"}, prompt=prompt, size="256x256", response_format="url")
    console.view("Gallery")
    entries = console.page.get_by_role("list", name="Gallery").locator("> li")
    console.page.wait_for_function("() => document.querySelectorAll('#gallery-list > li').length >= 24")
    assert "A green kite" in entries.first.inner_text() and "test/image · by test · free" in entries.first.inner_text()
    assert "kept for" in entries.first.inner_text()
    console.loaded(entries.first.get_by_role("img"))
    console.tab.check()
    console.tab.picture("gallery")
    console.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    console.page.wait_for_function("() => document.querySelectorAll('#gallery-list > li').length === 27")
    with console.page.expect_download() as saved:
        entries.first.get_by_role("link", name="Download").click()
    assert saved.value.suggested_filename.endswith(".png")
    entries.last.get_by_role("button", name="Run again").click()
    again = console.page.get_by_role("dialog", name="Run it again")
    assert again.get_by_label("On the model").input_value() == "test/image"
    again.get_by_role("button", name="Open in the playground").click()
    assert console.page.get_by_label("Prompt", exact=True).input_value() == "A red kite"
    assert console.page.get_by_label("Model", exact=True).input_value() == "test/image"


def test_a_result_is_made_again_by_another_model(consoles):
    console = consoles()
    page = console.page
    page.get_by_label("Size").fill("320x240")
    console.run("test/image", "A red kite")
    console.loaded(console.outcome.get_by_role("img"))
    console.view("Gallery")
    page.get_by_role("button", name="Run again: A red kite").click()
    again = page.get_by_role("dialog", name="Run it again")
    assert page.evaluate("document.activeElement.id") == "again-model"
    offered = again.get_by_role("option").all_inner_texts()
    assert "test/fallback" in offered and "test/video" not in offered
    again.get_by_label("On the model").select_option("test/fallback")
    again.get_by_text("Asked: test").wait_for()
    console.tab.check()
    again.get_by_role("button", name="Run now").click()
    page.get_by_role("heading", level=1, name="Playground").wait_for()
    console.outcome.get_by_text("test/429").wait_for()
    # The size of the last call is not the one of this.
    assert console.loaded(console.outcome.get_by_role("img", name="Result: A red kite")) == (1024, 1024)


def test_two_results_are_compared_side_by_side(consoles):
    console = consoles()
    page = console.page
    for prompt, size in (("A wide boat", "640x320"), ("A tall kite", "320x640")):
        console.gateway.generate("test/image", headers={"Prefer": "respond-async"}, prompt=prompt, size=size, response_format="url")
        console.wait_until_done(prompt)
    console.view("Gallery")
    first = page.get_by_role("button", name="Compare: A wide boat")
    first.click()
    page.get_by_role("status").get_by_text("Choose another one").wait_for()
    assert first.get_attribute("aria-pressed") == "true"
    first.click()
    assert first.get_attribute("aria-pressed") == "false"
    first.click()
    second = page.get_by_role("button", name="Compare: A tall kite")
    second.click()
    both = page.get_by_role("dialog", name="Compare")
    sides = both.get_by_role("article")
    assert [console.loaded(sides.nth(index).get_by_role("img")) for index in (0, 1)] == [(640, 320), (320, 640)]
    told = sides.nth(0).inner_text()
    for text in ("test/image", "A wide boat", "Provider", "test", "Cost", "free", "Duration"):
        assert text in told, told
    boxes = [sides.nth(index).bounding_box() for index in (0, 1)]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]
    console.tab.picture("compare")
    console.tab.check()
    page.set_viewport_size({"width": 375, "height": 740})
    boxes = [sides.nth(index).bounding_box() for index in (0, 1)]
    assert boxes[0]["x"] == boxes[1]["x"] and boxes[0]["y"] < boxes[1]["y"]
    console.tab.check()
    page.keyboard.press("Escape")
    both.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Compare: A tall kite"
    assert [one.get_attribute("aria-pressed") for one in (first, second)] == ["false", "false"]


PROVIDERS = [
    {"id": "openai", "object": "provider", "type": "openai", "status": "available", "available_at": None},
    {"id": "house", "object": "provider", "type": "openai", "status": "cooling", "available_at": 1_800_000_000},
    {"id": "fal", "object": "provider", "type": "fal", "status": "refused", "available_at": None},
    {"id": "test", "object": "provider", "type": "test", "status": "full", "available_at": None},
]


def test_those_who_are_no_operators_see_how_providers_stand_and_no_more(consoles):
    me = {"object": "key", "name": "alice", "role": "user", "tier": "default"}
    console = consoles(answers={"v1/me": me, "v1/providers": {"object": "list", "data": PROVIDERS}})
    console.page.get_by_text("no key · user").wait_for()
    console.view("Providers")
    table = console.page.get_by_role("table", name="All providers")
    table.get_by_role("row", name="openai").first.wait_for()
    assert table.get_by_role("columnheader").all_inner_texts() == ["Provider", "Status", "Routes"]
    assert re.search(r"cooling until 2027-01-15 \d\d:\d\d:\d\d", table.locator("[data-provider=house]").inner_text())
    for name, status in (("openai", "available"), ("fal", "refused"), ("test", "full")):
        assert table.locator(f"[data-provider={name}] .badge").inner_text() == status
    console.tab.check()
    console.view("Usage")
    assert console.page.get_by_label("By", exact=True).get_by_role("option", name="Key").count() == 0
    console.page.get_by_text("Of your key.").wait_for()


def test_the_providers_view_is_read_again_while_it_is_seen(consoles):
    asked = []

    def answer(request):
        asked.append(request)
        status = "cooling" if len(asked) == 1 else "available"
        return {"object": "list", "data": [PROVIDERS[0] | {"status": status}]}

    console = consoles(answers={"v1/providers": answer})
    console.page.clock.install(time=0)
    console.page.clock.pause_at(60)
    console.view("Providers")
    console.page.locator("[data-provider=openai]").get_by_text("cooling").wait_for()
    console.page.clock.run_for(5500)
    console.page.locator("[data-provider=openai]").get_by_text("available").wait_for()
    console.view("Gallery")
    before = len(asked)
    console.page.clock.run_for(20_000)
    assert len(asked) == before
    assert len([url for url in console.tab.requests if url.endswith("/v1/explain")]) == 1


def test_a_key_is_asked_for_kept_in_the_tab_alone_and_sees_only_its_own(gateway, consoles):
    gateway.create("A boat of Bob's", model="test/video", headers={"Authorization": f"Bearer {OTHER_KEY}"})
    console = consoles(gateway)
    page = console.page
    page.get_by_label("API key").fill("zk-wrong")
    console.tab.check()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").get_by_text("does not know this key").wait_for()
    page.get_by_label("API key").fill(KEY)
    page.keyboard.press("Enter")
    page.get_by_text("alice · user").wait_for()
    console.run("test/image", "Alice's boat")
    console.loaded(console.outcome.get_by_role("img"))
    assert KEY not in page.content() and "$ZOETROPE_API_KEY" in page.locator("#curl").text_content()
    assert KEY not in page.evaluate("JSON.stringify(localStorage) + document.cookie + location.href")
    assert not any(KEY in url for url in console.tab.requests)
    console.view("Tasks")
    page.get_by_role("list", name="Tasks").get_by_text("Alice's boat").wait_for()
    assert page.get_by_text("A boat of Bob's").count() == 0
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("API key").wait_for()
    assert page.evaluate("sessionStorage.length") == 0
    assert "Alice" not in page.locator("main").text_content() and "alice" not in page.locator("header").text_content()
    assert not page.get_by_label("Prompt", exact=True).is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_fits_a_phone_and_reads_well(consoles, scheme):
    console = consoles(color_scheme=scheme, **PHONE)
    console.run("test/fallback", "A boat with a long_name_" + "of_many_letters_" * 8)
    console.loaded(console.outcome.get_by_role("img"))
    console.page.get_by_text("The same call as code").click()
    ground = console.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground))) < 150) == (scheme == "dark")
    console.tab.picture(f"phone-{scheme}")
    console.tab.check()
    for name in ("Tasks", "Gallery", "Providers", "Usage"):
        console.view(name)
        console.page.locator("main li, main table").locator("visible=true").first.wait_for()
        console.tab.check()


def test_it_is_dark_where_that_is_wanted(consoles):
    console = consoles(color_scheme="dark")
    console.page.get_by_label("Size").fill("768x432")
    console.run("test/fallback", "A lantern at night")
    console.loaded(console.outcome.get_by_role("img"))
    console.tab.picture("playground-dark")
    console.tab.check()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(consoles):
    console = consoles()
    page = console.page
    page.get_by_label("Model", exact=True).select_option("test/image")
    names = console.tab.walk()
    for name in ("skip", "Playground", "Providers", "model", "operation", "prompt", "size", "quality", "count", "run", "explain"):
        assert name in names, f"{name} is not reached: {names}"
    assert names.index("model") < names.index("prompt") < names.index("run")
    page.locator("#skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_role("link", name="Tasks").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Tasks").wait_for()
    assert page.evaluate("document.activeElement.id") == "tasks-title" and page.title().startswith("Tasks")


def test_the_page_and_its_parts_are_served_strictly_and_without_a_key(gateway):
    page = gateway.request("GET", "/", key=None)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    text = page.body.decode()
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|https?://", text), "something stands in the markup"
    for path in ["/", *(f"/{name}" for name in re.findall(r'(?:src|href)="(console/[^"]+)"', text))]:
        reply = gateway.request("GET", path, key=None)
        policy = reply.headers["content-security-policy"]
        assert reply.status == 200 and "default-src 'none'" in policy and "unsafe" not in policy, path
        assert reply.headers["x-content-type-options"] == "nosniff"
        again = gateway.request("GET", path, headers={"If-None-Match": reply.headers["etag"]}, key=None)
        assert (again.status, again.body) == (304, b"")
        head = gateway.request("HEAD", path, key=None)
        assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(reply.body)))
    assert gateway.request("GET", "/console/nothing.js", key=None).status == 404
    assert gateway.request("POST", "/", {}, key=None).status == 405
