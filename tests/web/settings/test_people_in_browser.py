"""Somebody new, from the administrator's form to their own desk: two people, two devices, a link and a phone's code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import expect

from onedoor.kernel.clock import now
from onedoor.kernel.codes import made_up_identity_number
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD, City


@pytest.mark.long
@pytest.mark.parametrize(
    ("viewport", "who"),
    [
        pytest.param(DESK, "scjg", id="desk"),
        pytest.param(PHONE, "yjgl", id="phone"),
    ],
)
def test_from_the_form_to_the_first_sign_in(
    app: Flask, city: City, context: Callable[..., Any], viewport: dict[str, int], who: str
) -> None:
    with served(app) as address:
        admin = context(viewport=viewport).new_page()
        admin.goto(f"{address}/sign-in?next=/settings/users/new")
        admin.fill("[name=username]", f"{who}.admin")
        admin.fill("[name=password]", PASSWORD)
        admin.fill("[name=code]", city.code(f"{who}.admin"))
        admin.click("main button[type=submit]")
        admin.wait_for_url(f"{address}/settings/users/new")
        axe(admin)
        admin.get_by_label("姓名").fill("新来的")
        admin.get_by_label("用户名").fill(f"{who}.xin")
        admin.get_by_label("身份证号").fill(made_up_identity_number(date(1990, 9, 9), len(who)))
        admin.get_by_label("管理员").check()
        admin.get_by_role("button", name="保存").click()
        shown = admin.locator(".handed-link code")
        expect(shown).to_contain_text("/invitation/")
        axe(admin)
        path = "/invitation/" + shown.inner_text().rsplit("/", 1)[1]

        person = context(viewport=viewport).new_page()
        person.goto(address + path)
        axe(person)
        person.get_by_label("新密码").fill("kv7 umpq zz")
        person.get_by_label("再填一次").fill("kv7 umpq zz")
        person.get_by_role("button", name="设置密码").click()
        person.wait_for_url("**/sign-in")
        person.fill("[name=username]", f"{who}.xin")
        person.fill("[name=password]", "kv7 umpq zz")
        person.click("main button[type=submit]")
        person.wait_for_url("**/sign-in/one-time-password")
        axe(person)
        person.get_by_text("手工输入").click()
        secret = person.locator(".code-line code").inner_text()
        person.fill("[name=code]", pyotp.TOTP(secret).at(now()))
        person.get_by_role("button", name="启用并登录").click()
        expect(person.locator(".recovery-codes code")).to_have_count(10)
        axe(person)
        person.get_by_role("link", name="已经保存").click()
        person.wait_for_url("**/desk/")
        for page in ("/account/", "/account/stand-ins/", "/settings/stand-ins", "/settings/interfaces"):
            person.goto(address + page)
            axe(person)

        admin.get_by_role("link", name="已经交给本人").click()
        expect(admin.locator("main")).to_contain_text("已启用")
        axe(admin)
