"""In a real browser: a penalty goes to two platforms, is repaired and withdrawn from both with receipts; the class of its firm moves
and its reason is read; the operator tries a layout (R-O2 to R-O4)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from onedoor.credit import service
from onedoor.credit.platform_stand_in import Receiver
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure import service as disclosure
from onedoor.entities.models import Entity
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from tests.campaigns.builders import World
from tests.credit.conftest import platform
from tests.credit.test_repairs import sharing
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD, City

__all__ = ["platform", "sharing"]
SHOTS = os.environ.get("ONEDOOR_SHOTS")


def look(page: Page, name: str) -> None:
    axe(page)
    if SHOTS:
        for width, view in (("1440", DESK), ("390", PHONE)):
            page.set_viewport_size({"width": view["width"], "height": view["height"]})
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})


def enter(context: Callable[..., BrowserContext], city: City, address: str, who: str) -> Page:
    page = context(viewport=DESK).new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("用户名").fill(who)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("动态口令").fill(city.code(who))
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state("networkidle")
    return page


@pytest.fixture(scope="module")
def firm(city: City) -> Iterator[Entity]:
    """A firm of the register with a public penalty."""
    World(city).fill()
    with city.acting("scjg.planner"):
        found = db.session.query(Entity).filter(Entity.kind == "91").order_by(Entity.code).first()
        assert found is not None
        db.session.expunge(found)
    content = {
        "number": "示市监罚〔2026〕77号", "party_kind": "法人及非法人组织", "facts": "销售过期食品", "reason": "经营过期食品",
        "basis": "《食品安全法》第一百二十四条", "sanctions": ["罚款"], "content": "罚款一万元", "fine": "1", "confiscated": "",
        "licence": "", "decided_on": today().isoformat(), "valid_until": "", "authority": "示范市市场监督管理局",
        "authority_code": "11990100000000000A", "source": "示范市市场监督管理局", "source_code": "11990100000000000A",
        "gravity": "light", "gravity_name": "轻微失信",
    }  # fmt: skip
    with city.acting("scjg.discloser"):
        disclosure.publish(
            "penalty", new_id(), f"{found.name}：行政处罚", content, entity_code=found.code, entity_name=found.name,
            until=now().replace(year=now().year + 1),
        )  # fmt: skip
    yield found


@pytest.mark.committed("a browser looks at it")
def test_a_penalty_is_repaired_withdrawn_twice_and_the_class_moves(
    city: City,
    firm: Entity,
    platform: Receiver,
    sharing: Receiver,
    run_jobs: Any,
    context: Callable[..., BrowserContext],
) -> None:
    with city.acting("scjg.planner"):
        service.classify()
    with served(city.app) as address:
        page = enter(context, city, address, "scjg.discloser")
        page.goto(f"{address}/exports/files/{firm.id}")
        expect(page.get_by_text("公示的行政处罚 1 条")).to_be_visible()
        expect(page.locator("main").get_by_text("C", exact=True).first).to_be_visible()
        look(page, "credit-file")
        page.goto(f"{address}/exports/")
        page.get_by_role("button", name="生成报送批次").click()
        expect(page.get_by_text("批次已生成，正在后台报送。")).to_be_visible()
        run_jobs()
        assert len(platform.records) == 1 and len(sharing.records) == 1
        with city.acting("scjg.discloser"):
            public = db.session.scalars(disclosures.search("penalty")).one()
            public_id = public.id
        page.goto(f"{address}/disclosures/{public_id}")
        page.get_by_role("link", name="受理信用修复申请").click()
        page.get_by_label("申请人").fill(firm.name)
        page.get_by_label("申请日期").fill(today().isoformat())
        page.get_by_label("理由", exact=False).first.fill("罚款已缴清，已改正")
        look(page, "repair-new")
        page.get_by_role("main").locator("button[type=submit]").first.click()
        expect(page.get_by_text("已受理，由负责人决定。")).to_be_visible()
        page.get_by_role("main").get_by_role("link", name=firm.name).first.click()
        where = page.url
        head = enter(context, city, address, "scjg.head")
        head.goto(f"{address}/desk/inbox")
        head.get_by_role("main").get_by_text("信用修复", exact=False).first.click()
        head.get_by_role("button", name="通过", exact=True).first.click()
        head.wait_for_load_state("networkidle")
        run_jobs()
        assert not platform.records and not sharing.records
        page.goto(where)
        expect(page.get_by_text("准予修复").first).to_be_visible()
        expect(page.get_by_text("已撤回行政处罚", exact=False)).to_have_count(2)
        look(page, "repair-withdrawn")
        with city.acting("scjg.planner"):
            service.classify()
        page.goto(f"{address}/exports/files/{firm.id}")
        expect(page.locator("main li").filter(has_text="公示的行政处罚 1 条")).to_have_count(1)
        expect(page.locator("main strong").first).to_have_text("A")
        page.goto(f"{address}/exports/classes/")
        look(page, "classes")
        page.get_by_label("规则的依据").fill("示市监信〔2026〕8号")
        page.get_by_role("button", name="在全市试算").click()
        expect(page.get_by_text("全市试算：谁会变到哪一类")).to_be_visible()
        look(page, "class-rule")
        page.wait_for_load_state("networkidle")
        page.close()
        head.close()


@pytest.mark.committed("a browser looks at it")
def test_the_operator_makes_and_tries_a_layout(
    city: City, firm: Entity, context: Callable[..., BrowserContext]
) -> None:
    with served(city.app) as address:
        page = enter(context, city, address, "sjj.ops")
        page.goto(f"{address}/platform/outside")
        look(page, "outside-platforms")
        page.get_by_label("格式代码").fill("city-penalty")
        page.get_by_label("内容").select_option("penalty")
        page.get_by_label("名称").fill("市级行政处罚")
        page.get_by_role("button", name="新建").click()
        expect(page.get_by_text("草稿").first).to_be_visible()
        page.get_by_label("字段代码").fill("WSH")
        page.get_by_role("main").locator("#field").get_by_label("名称").fill("文书号")
        page.get_by_label("取自").select_option("CF_WSH")
        page.get_by_label("最大长度").fill("5")
        page.get_by_role("button", name="保存字段").click()
        expect(page.get_by_text("已保存字段。")).to_be_visible()
        look(page, "outside-layout")
        page.goto(f"{address}/platform/outside/new")
        look(page, "outside-platform")
        page.goto(f"{address}/platform/listing-bases")
        look(page, "listing-bases")
        page.wait_for_load_state("networkidle")
        page.close()
