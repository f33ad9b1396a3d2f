"""What people do in the walk, at the pages: what a document asks of people alone is written down where it belongs."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from onedoor.kernel.clock import today
from tests.founding.walk import Walk


def name_leaders(walk: Walk, who: str, document: str, people: dict[str, str]) -> None:
    """A bureau names people for this work, with the paper that says so: its leading group, or who leads and who is the liaison."""
    page = walk.at(who)
    for role, name in people.items():
        page.goto(f"{walk.address}/registry/duties")
        if not page.locator("#duty").is_visible():
            page.locator("summary", has_text="登记人员").click()
        page.select_option("[name=role]", label=role)
        page.fill("[name=name]", name)
        page.fill("[name=contact]", "13800000000")
        page.fill("[name=since]", today().isoformat())
        page.fill("[name=document]", document)
        page.get_by_role("button", name="登记", exact=True).click()
        expect(page.locator("main")).to_contain_text(name)
        expect(page.locator("main")).not_to_contain_text("13800000000")


def train(walk: Walk, who: str, title: str, content: str) -> None:
    """A training is recorded."""
    page = walk.at(who)
    page.goto(f"{walk.address}/registry/trainings/new")
    page.fill("[name=title]", title)
    page.fill("[name=held_on]", today().isoformat())
    page.fill("[name=hours]", "4")
    page.fill("[name=content]", content)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("h1")).to_contain_text(title)


def order_and_answer(walk: Walk, supervisor: str, bureau: str, planner: str, title: str) -> None:
    """The supervisor orders, the bureau answers, what was seen ends it."""
    page = walk.at(supervisor)
    page.goto(f"{walk.address}/orders/new")
    page.select_option("[name=receiver_id]", value=str(walk.city.bureaus[bureau]))
    page.locator("[name=kind][value=order]").check()
    page.fill("[name=title]", title)
    page.fill("[name=demand]", "请在期限内整改，并答复做了什么。")
    page.fill("[name=due_on]", (today() + timedelta(days=10)).isoformat())
    _press(page, "发出")
    expect(page.locator("h1")).to_have_text(title)
    place = page.url
    other = walk.at(planner)
    other.goto(place)
    other.fill("[name=text]", "已整改，清单和细则已补齐。")
    _press(other, "提交答复")
    expect(other.locator("main")).to_contain_text("已整改，清单和细则已补齐。")
    page.goto(place)
    page.fill("[name=note]", "清单和细则都已看到。")
    _press(page, "办结")
    expect(page.locator("main")).to_contain_text("清单和细则都已看到。")


def back_to_the_list(walk: Walk, who: str) -> None:
    """From a record by its way, press by press: visit, draw, campaign, plan line, item; none leads to where one is."""
    page = walk.at(who)
    page.goto(f"{walk.address}/visits/records/{walk.things['record']}")
    for stage in ("检查", "抽取和证明", "抽查任务", "计划安排", "检查事项"):
        before = page.url
        part = page.locator(".trace-way > li").filter(
            has=page.locator(".trace-way-stage", has_text=stage).and_(page.get_by_text(stage, exact=True))
        )
        part.locator("a").first.click()
        expect(page).not_to_have_url(before)
        expect(page.locator(".trace-way")).to_be_visible()


def _press(page: Page, name: str) -> None:
    """Press the button, and say yes where the page asks."""
    page.wait_for_load_state()
    button = page.get_by_role("main").get_by_role("button", name=name, exact=True)
    asks = button.locator("xpath=ancestor-or-self::*[@data-confirm]").count() > 0
    button.click()
    if asks:
        page.get_by_role("dialog").get_by_role("button").filter(has_text="确定").click()
