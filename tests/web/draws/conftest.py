"""The house served, and people signed in to it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page

from tests.draws_room.ceremony import Ceremony
from tests.fixtures.browser import DESK, served
from tests.fixtures.city import PASSWORD, City

WORD_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
Entering = Callable[..., Page]
Client = Callable[..., FlaskClient]


def in_word(data: bytes) -> str:
    """All the words of a Word document."""
    body = docx.Document(io.BytesIO(data)).element.body
    return "".join(each.text for each in body.iter(WORD_TEXT))


@pytest.fixture(scope="module")
def house(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def client(city: City) -> Client:
    """A test client by who is signed in with it, or nobody; one a person."""
    made: dict[str | None, FlaskClient] = {}

    def of(who: str | None = None) -> FlaskClient:
        if who not in made:
            made[who] = city.client(who)
        return made[who]

    return of


@pytest.fixture
def ceremony(city: City) -> Ceremony:
    return Ceremony(city)


@pytest.fixture(scope="module")
def cookies() -> dict[str, list[Any]]:
    """Who has signed in already: a one-time password serves once."""
    return {}


@pytest.fixture
def enter(
    house: str, city: City, context: Callable[..., BrowserContext], cookies: dict[str, list[Any]]
) -> Entering:
    """A person at a device of their own, at a path: ``enter("scjg.operator", "/draws")``."""

    def signed_in(who: str, path: str, window: dict[str, int] = DESK) -> Page:
        device = context(viewport=window)
        page = device.new_page()
        if who in cookies:
            device.add_cookies(cookies[who])
            page.goto(f"{house}{path}")
            return page
        page.goto(f"{house}{path}")
        page.get_by_label("用户名").fill(who)
        page.get_by_label(re.compile("^密码")).fill(PASSWORD)
        if code := city.code(who):
            page.get_by_label(re.compile("动态|验证码|口令")).fill(code)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{house}{path}")
        cookies[who] = device.cookies()
        return page

    return signed_in
