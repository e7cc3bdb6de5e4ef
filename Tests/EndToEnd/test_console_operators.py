"""The console against the gateway's answers to operators, and to others: whose tasks are seen, deleted and counted."""

import pytest

from support.answers import failure, picture
from support.browser import CHROMIUM
from support.gateway import KEY, OTHER_KEY, hashed

pytest_plugins = ["support.console"]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="scripts/setup-tests.sh browser installs Chromium")

OPERATOR_KEY = "zk-end-to-end-operator-0a1b2c3d4e5f6071"


@pytest.fixture
def staffed(house):
    """A gateway with two keys and an operator's; each of the two has made a picture."""
    keys = [hashed("alice", KEY), hashed("bob", OTHER_KEY), hashed("ops", OPERATOR_KEY) | {"role": "admin"}]
    gateway = house.gateway(keys=keys)
    for key, prompt in ((KEY, "A boat of Alice's"), (OTHER_KEY, "A kite of Bob's")):
        made(gateway, prompt, key)
    return gateway


def made(gateway, prompt, key=KEY, model="test/image"):
    """Asks for a picture as a task."""
    fields = {"Authorization": f"Bearer {key}", "Prefer": "respond-async"}
    reply = gateway.generate(model, headers=fields, prompt=prompt, size="256x256", response_format="url")
    assert reply.status == 202, reply.body


def signed_in(consoles, gateway, key, **settings):
    console = consoles(gateway, **settings)
    console.sign_in(key)
    return console


def test_an_operator_sees_whose_each_task_is_and_can_narrow_to_a_key(staffed, consoles):
    console = signed_in(consoles, staffed, OPERATOR_KEY)
    page = console.page
    page.get_by_text("ops · admin").wait_for()
    console.view("Tasks")
    tasks = page.get_by_role("list", name="Tasks").get_by_role("listitem")
    for prompt, owner in (("A boat of Alice's", "alice"), ("A kite of Bob's", "bob")):
        tasks.filter(has_text=prompt).get_by_text(f"Key: {owner}").wait_for()
    console.tab.picture("tasks-operator")
    console.tab.check()
    page.get_by_label("Key", exact=True).select_option("bob")
    tasks.filter(has_text="A boat of Alice's").wait_for(state="detached")
    tasks.filter(has_text="A kite of Bob's").wait_for()
    page.get_by_label("Key", exact=True).select_option("All keys")
    tasks.filter(has_text="A boat of Alice's").wait_for()
    console.view("Gallery")
    page.get_by_text("There are no results yet.").wait_for()


def test_an_operator_cancels_the_task_of_another_key(staffed, consoles):
    console = signed_in(consoles, staffed, OPERATOR_KEY)
    id = staffed.create("A slow boat", model="test/video-slow", headers={"Prefer": "respond-async"}).json["id"]
    console.view("Tasks")
    entry = console.page.locator(f"[data-task={id}]")
    entry.get_by_role("button", name="Cancel").click()
    entry.get_by_text("cancelled", exact=True).wait_for()
    entry.get_by_text("Key: alice").wait_for()


def test_others_see_their_own_tasks_and_no_names(staffed, consoles):
    console = signed_in(consoles, staffed, OTHER_KEY)
    page = console.page
    page.get_by_text("bob · user").wait_for()
    console.view("Tasks")
    page.get_by_role("list", name="Tasks").get_by_text("A kite of Bob's").wait_for()
    assert page.get_by_text("Alice").count() == 0 and page.get_by_text("Key:").count() == 0
    assert not page.get_by_label("Key", exact=True).is_visible()
    console.view("Providers")
    table = page.get_by_role("table", name="All providers")
    table.wait_for()
    assert table.get_by_role("columnheader").all_inner_texts() == ["Provider", "Status", "Routes"]


def test_a_result_is_deleted_after_a_question_and_its_file_with_it(staffed, consoles):
    made(staffed, "A newer boat")
    console = signed_in(consoles, staffed, KEY)
    page = console.page
    task = console.wait_until_done("A newer boat")
    console.wait_until_done("A boat of Alice's")
    console.view("Gallery")
    page.get_by_role("button", name="Delete: A newer boat").click()
    question = page.get_by_role("dialog", name="Delete this task?")
    assert "A newer boat (test/image). Its file" in question.inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Keep it"
    console.tab.picture("delete")
    console.tab.check()
    page.keyboard.press("Escape")
    question.wait_for(state="hidden")
    entries = page.get_by_role("list", name="Gallery").locator("> li")
    assert entries.count() == 2 and page.evaluate("document.activeElement.textContent") == "Delete"
    page.get_by_role("button", name="Delete: A newer boat").click()
    question.get_by_role("button", name="Delete it").click()
    page.get_by_role("status").get_by_text("Deleted: A newer boat.").wait_for()
    assert entries.count() == 1 and "A boat of Alice's" in page.evaluate("document.activeElement.innerText")
    assert staffed.request("GET", f"/v1/tasks/{task['id']}").status == 404
    assert staffed.request("GET", task["outputs"][0]["url"]).status == 404
    page.get_by_role("button", name="Delete: A boat of Alice's").click()
    question.get_by_role("button", name="Delete it").click()
    page.get_by_text("There are no results yet.").wait_for()
    assert page.evaluate("document.activeElement.id") == "gallery-title"
    page.reload()
    page.get_by_text("There are no results yet.").wait_for()


def test_what_cannot_be_deleted_says_so_and_stays(staffed, consoles):
    console = signed_in(consoles, staffed, KEY)
    page = console.page
    console.wait_until_done("A boat of Alice's")
    console.view("Gallery")
    refusal = {"error": {"message": "The disk is full.", "type": "server_error", "param": None, "code": "storage"}}
    page.route("**/v1/tasks/image_*", lambda route: route.fulfill(status=400, json=refusal))
    page.get_by_role("button", name="Delete: A boat of Alice's").click()
    question = page.get_by_role("dialog", name="Delete this task?")
    question.get_by_role("button", name="Delete it").click()
    question.get_by_role("alert").get_by_text("The disk is full.").wait_for()
    question.get_by_role("button", name="Keep it").click()
    assert page.get_by_role("list", name="Gallery").locator("> li").count() == 1


def test_what_a_provider_did_in_the_last_hour_is_shown_to_operators(house, consoles):
    broken, good = house.upstream(failure(503)), house.upstream(picture())
    gateway = house.pair(broken, good, keys=[hashed("alice", KEY), hashed("ops", OPERATOR_KEY) | {"role": "admin"}])
    assert gateway.generate().status == 200
    console = signed_in(consoles, gateway, OPERATOR_KEY)
    console.view("Providers")
    first = console.page.locator("[data-provider=first]")
    first.get_by_text("cooling until").wait_for()
    assert "0 % of 1" in first.inner_text()
    assert "100 % of 1" in console.page.locator("[data-provider=second]").inner_text()


def test_usage_is_counted_by_key_for_operators_and_of_one_key_for_others(staffed, consoles):
    for key, prompt in ((KEY, "A boat of Alice's"), (OTHER_KEY, "A kite of Bob's")):
        console = signed_in(consoles, staffed, key)
        console.wait_until_done(prompt, key)
        console.view("Usage")
        row = console.page.get_by_role("table").locator("tfoot tr")
        row.wait_for()
        assert row.get_by_role("cell").first.inner_text() == "1"
        assert console.page.get_by_role("img", name="Attempts by day").is_visible()
    console = signed_in(consoles, staffed, OPERATOR_KEY)
    console.view("Usage")
    console.page.get_by_label("By", exact=True).select_option("key")
    for name in ("alice", "bob"):
        console.page.get_by_role("rowheader", name=name).wait_for()
    console.tab.check()


def test_where_there_are_no_keys_nobody_is_named(consoles):
    console = consoles()
    console.page.get_by_text("no key · admin").wait_for()
    console.run("test/image", "A boat of nobody's")
    console.loaded(console.outcome.get_by_role("img"))
    console.view("Tasks")
    console.page.get_by_role("list", name="Tasks").get_by_text("A boat of nobody's").wait_for()
    assert console.page.get_by_text("Key:").count() == 0 and not console.page.get_by_label("Key", exact=True).is_visible()
    console.view("Gallery")
    console.page.get_by_role("img", name="Result: A boat of nobody's").wait_for()
