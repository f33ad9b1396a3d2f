"""The operator enters every setting and a calendar in a browser (R-S3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from flask import Flask
from playwright.sync_api import expect

from onedoor.kernel.clock import today
from tenants.settings import SETTINGS, Kind, value
from tenants.settings.calendars import work_calendar
from tests.fixtures.browser import DESK, axe, served
from tests.fixtures.city import PASSWORD, City
from tests.web.operator.test_settings import CITY, other


def test_every_setting_and_a_calendar_are_entered(
    app: Flask, city: City, context: Callable[..., Any], owner: psycopg.Connection
) -> None:
    owner.execute("DELETE FROM jurisdiction_setting")
    with served(app) as address:
        page = context(viewport=DESK).new_page()
        page.goto(f"{address}/sign-in?next=/platform/settings")
        page.fill("[name=username]", "sjj.ops")
        page.fill("[name=password]", PASSWORD)
        page.fill("[name=code]", city.code("sjj.ops"))
        page.click("main button[type=submit]")
        page.wait_for_url(f"{address}/platform/settings")
        axe(page)
        for one in SETTINGS:
            page.goto(f"{address}/platform/settings/{one.key}?place={CITY}")
            given = other(one)
            if one.kind is Kind.CODES:
                for box in page.locator("[name=codes]").all():
                    box.uncheck()
                page.locator(f"[name=codes][value={given['codes'][0]}]").check()  # type: ignore[index]
            elif one.kind is Kind.FLAG:
                page.locator("[name=value]").select_option(str(given["value"]))
            else:
                page.locator("[name=value]").fill(str(given["value"]))
            page.locator("[name=since]").fill(today().isoformat())
            page.locator("[name=provenance]").fill("示范市行政检查办法")
            page.locator("[name=document_number]").fill("示政办发〔2026〕8号")
            page.get_by_role("button", name="查看变化").click()
            expect(page.get_by_role("button", name="登记", exact=True)).to_be_visible()
            if one is SETTINGS[0]:
                axe(page)
            page.get_by_role("button", name="登记", exact=True).click()
            expect(page.locator("#messages")).to_contain_text("已登记")
        page.goto(f"{address}/platform/calendars")
        axe(page)
        page.locator("[name=year]").fill("2033")
        page.locator("[name=provenance]").fill("国办发明电〔2032〕7号")
        page.locator("[name=days]").fill("2033-01-01 放假\n2033-10-01 至 2033-10-07 放假\n2033-10-08 上班")
        page.get_by_role("button", name="核对").click()
        page.get_by_role("button", name="登记", exact=True).click()
        expect(page.locator("#messages")).to_contain_text("2033")
    with city.acting("scjg.planner"):
        assert all(
            value(one.key) == one.checked(other(one).get("codes", other(one).get("value")))
            for one in SETTINGS
        )
        assert work_calendar().knows(2033)
