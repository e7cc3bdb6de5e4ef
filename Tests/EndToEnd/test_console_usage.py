"""The console's views of money and health, with numbers that no test could buy."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from support.browser import CHROMIUM

pytest_plugins = ["support.console"]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="scripts/setup-tests.sh browser installs Chromium")

ROWS = {
    "day": [("2026-10-30", 40, 2, 38, 0.0, 1.5, 0.0), ("2026-11-02", 80, 4, 70, 24.5, 12.25, 0.5)],
    "model": [("flux-2-pro", 70, 6, 60, 0.0, 3.75, 0.0), ("veo-3.1", 50, 0, 48, 24.5, 10.0, 0.5)],
    "key": [("alice", 110, 6, 100, 24.5, 13.5, 0.5), ("bob", 10, 0, 8, 0.0, 0.25, 0.0)],
}
FIELDS = ("attempts", "failures", "images", "video_seconds", "cost", "assumed_cost")
BUDGET = {"day": {"limit": 5.0, "spent": 4.0, "reserved": 0.25}, "month": {"limit": 10.0, "spent": 10.5, "reserved": 0}}


def numbers(*values):
    return dict(zip(FIELDS, values))


def usage(request):
    """What the gateway would answer: the same sums, however they are grouped."""
    query = parse_qs(urlsplit(request.url).query)
    group = query.get("group_by", ["day"])[0]
    data = [{group: name, **numbers(*values)} for name, *values in ROWS[group]]
    range = {"from": query.get("from", ["2026-10-01"])[0], "to": query.get("to", ["2026-10-31"])[0]}
    return {"object": "list", **range, "group_by": [group], "data": data, "total": numbers(120, 6, 108, 24.5, 13.75, 0.5), "budget": BUDGET}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_usage_is_told_by_day_and_by_model_with_sums_and_the_budget(consoles, scheme):
    console = consoles(answers={"v1/usage": usage}, color_scheme=scheme)
    page = console.page
    console.view("Usage")
    page.get_by_label("From", exact=True).fill("2026-10-29")
    page.get_by_label("To", exact=True).fill("2026-11-03")
    table = page.get_by_role("table", name="By day, 2026-10-29 to 2026-11-03, UTC")
    table.wait_for()
    rows = [re.split(r"\s+", text.strip()) for text in table.get_by_role("row").all_inner_texts()[1:]]
    assert rows == [
        ["2026-10-30", "40", "2", "38", "0", "$1.50", "$0"],
        ["2026-11-02", "80", "4", "70", "24.5", "$12.25", "$0.50"],
        ["Sum", "120", "6", "108", "24.5", "$13.75", "$0.50"],
    ]
    chart = page.get_by_role("img", name="Cost by day; the most on 2026-11-02: $12.25")
    heights = chart.locator("rect").evaluate_all("(all) => all.map((one) => Math.round(one.height.baseVal.value))")
    assert heights == [0, 12, 0, 0, 100, 0]
    budget = page.get_by_role("list", name="Budget of your key")
    assert "Today: $4.00 spent and $0.25 reserved for what runs, of $5.00 (85 %)." in budget.inner_text()
    assert "This month: $10.50 spent, of $10.00 (105 %). Calls that cost are refused." in budget.inner_text()
    assert [budget.get_by_role("meter").nth(index).evaluate("(one) => one.value / one.max") for index in (0, 1)] == [0.85, 1]
    console.tab.picture(f"usage-{scheme}")
    console.tab.check()
    page.get_by_label("By", exact=True).select_option("key")
    page.get_by_role("rowheader", name="alice").wait_for()
    page.get_by_label("By", exact=True).select_option("model")
    page.get_by_role("rowheader", name="veo-3.1").wait_for()
    assert chart.is_visible(), "the bars stay those of the days"
    page.set_viewport_size({"width": 375, "height": 740})
    console.tab.picture(f"usage-phone-{scheme}")
    console.tab.check()
    page.get_by_role("button", name="This month").click()
    page.get_by_role("table", name=page.get_by_label("From", exact=True).input_value()).wait_for()


def test_where_nothing_was_used_and_nothing_is_limited_that_is_said(consoles):
    console = consoles(answers={"v1/usage": lambda request: usage(request) | {"data": [], "total": numbers(*[0] * 6), "budget": None}})
    console.view("Usage")
    console.page.get_by_text("Nothing was used in these days.").wait_for()
    assert console.page.get_by_text("There is no budget for your key.").is_visible()
    assert console.page.get_by_role("table").count() == 0
    console.tab.check()


def provider(name, status="available", **details):
    hour = {"attempts": 0, "succeeded": 0, "success_rate": None, "p50_ms": None, "p95_ms": None}
    common = {"id": name, "object": "provider", "type": "openai", "status": status, "available_at": None, "reason": None}
    work = {"in_flight": 0, "queued": 0, "max_concurrent": None, "max_queue": None, "last_hour": hour, "spend": {"day": 0.0, "month": 0.0}}
    return common | work | details


def test_operators_see_the_last_hour_of_every_provider(consoles):
    hour = {"attempts": 120, "succeeded": 117, "success_rate": 0.975, "p50_ms": 840, "p95_ms": 12_400}
    work = {"in_flight": 4, "queued": 9, "max_concurrent": 4, "max_queue": 10}
    busy = provider("busy", "full", last_hour=hour, spend={"day": 1.25, "month": 30.5}, **work)
    data = [busy, provider("barred", "refused", reason="the key was refused"), provider("idle")]
    console = consoles(answers={"v1/providers": {"object": "list", "data": data}})
    console.view("Providers")
    table = console.page.get_by_role("table", name="All providers")
    row = table.locator("[data-provider=busy]")
    row.wait_for()
    cells = row.get_by_role("cell").all_inner_texts()
    assert cells == ["full", "0", "4 of 4", "9 of 10", "97.5 % of 120", "840 ms, 12 s", "$1.25", "$30.50"]
    assert "refused the key was refused" in table.locator("[data-provider=barred]").inner_text()
    assert "not tried" in table.locator("[data-provider=idle]").inner_text()
    console.tab.picture("providers-operator")
    console.tab.check()
    console.page.set_viewport_size({"width": 375, "height": 740})
    console.tab.check()
