"""People at devices of their own: signed in once by the page's form, in a real browser, until they go home."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.fixtures.browser import DESK, LEFT, PHONE, axe
from tests.fixtures.city import PASSWORD
from tests.fixtures.deployment import Deployment

__all__ = ["DESK", "PHONE", "People", "looked_at", "press"]
# What a job of the made-up city takes on a busy machine, in milliseconds.
PATIENCE = 60_000


@dataclass
class People:
    """`at("scjg.planner", "/plans/")` is the planner's page at that path; `passer_by("/")` has no account."""

    browser: Browser
    house: Deployment
    complaints: list[str] = field(default_factory=list)
    devices: dict[str, BrowserContext] = field(default_factory=dict)
    looked: set[int] = field(default_factory=set)

    def at(self, who: str, path: str, window: dict[str, int] = DESK) -> Page:
        """This person's page, at a path, looked at by axe; the first time they sign in."""
        known = who in self.devices
        device = self.devices.get(who) or self._device(who, window)
        page = device.pages[0] if known else device.new_page()
        page.goto(f"{self.house.address}{path}")
        if not known:
            if window["width"] not in self.looked:
                # All sign in at the same page.
                self.looked.add(window["width"])
                axe(page)
            self._sign_in(page, who)
            expect(page).to_have_url(f"{self.house.address}{path}")
        return looked_at(page)

    def passer_by(self, path: str, window: dict[str, int] = DESK) -> Page:
        """A page of somebody without an account, each time another device."""
        page = self._device(f"passer-by {len(self.devices)}", window).new_page()
        page.goto(f"{self.house.address}{path}")
        return looked_at(page)

    def go_home(self) -> None:
        """Close every device."""
        for device in self.devices.values():
            device.close()

    def _sign_in(self, page: Page, who: str) -> None:
        page.get_by_label("用户名").fill(who)
        page.get_by_label(re.compile("^密码")).fill(PASSWORD)
        if code := self.house.city.code(who):
            page.get_by_label(re.compile("动态|验证码|口令")).fill(code)
        page.get_by_role("button", name="登录").click()

    def _device(self, name: str, window: dict[str, int]) -> BrowserContext:
        made = self.browser.new_context(viewport=window, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
        made.set_default_timeout(PATIENCE / 2)
        made.on("console", self._listen)
        made.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.devices[name] = made
        return made

    def _listen(self, said: Any) -> None:
        """A policy's refusal or an exception is a complaint; a form shown again answers 422 and is none."""
        expected = ("status of 422", "Error Code 422", *LEFT)
        if said.type == "error" and not any(text in said.text for text in expected):
            self.complaints.append(f"{said.page.url if said.page else ''}: {said.text}")


def looked_at(page: Page) -> Page:
    """The page, after axe found nothing on it."""
    axe(page)
    return page


def press(page: Page, name: str) -> None:
    """Press the button, and say yes where the page asks whether one is sure."""
    button = page.get_by_role("main").get_by_role("button", name=name, exact=True)
    expect(button).to_be_visible()  # the page before may still be there, without it
    page.wait_for_load_state()  # before its scripts are there a page asks nothing
    asks = button.locator("xpath=ancestor-or-self::*[@data-confirm]").count() > 0
    button.click()
    if asks:
        page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()
