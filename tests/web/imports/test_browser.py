"""A workbook of several sheets in a real browser: the clerk sees the first rows of each, chooses, and confirms the columns (R-L11)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD, City
from tests.web.imports.test_uploads import quarters

SHOTS = os.environ.get("ONEDOOR_SHOTS")


def look(page: Page, name: str) -> None:
    axe(page)
    if SHOTS:
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


@pytest.mark.long
@pytest.mark.parametrize("viewport", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
def test_sheets_are_chosen_by_what_stands_in_them(
    city: City, run_jobs: Any, context: Callable[..., BrowserContext], viewport: dict[str, int]
) -> None:
    with served(city.app) as address:
        page = context(viewport=viewport).new_page()
        page.goto(f"{address}/sign-in")
        page.get_by_label("用户名").fill("scjg.planner")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{address}/desk/")
        page.goto(f"{address}/registry/imports/new/entities")
        file = {"name": "两季度.xlsx", "mimeType": "application/octet-stream", "buffer": quarters()}
        page.get_by_label("表格文件").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="上传").click()
        expect(page.get_by_role("heading", name="工作表和表头")).to_be_visible()
        look(page, "sheets")
        page.get_by_label("一季度").uncheck()
        page.get_by_role("button", name="重新核对列名").click()
        expect(page.get_by_text("已按所选的工作表和表头重新核对列名")).to_be_visible()
        expect(page.get_by_label("二季度")).to_be_checked()
        page.get_by_role("button", name="确认各列").click()
        page.wait_for_url(f"{address}/registry/imports/*")
        run_jobs()
        page.reload()
        expect(page.get_by_text("没有读入的工作表：一季度、说明")).to_be_visible()
        look(page, "load")
