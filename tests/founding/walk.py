"""One document's walk through the pages, in a real browser, by the people whose part it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.fixtures.browser import DESK
from tests.fixtures.city import PASSWORD, City
from tests.founding.places import PLACES
from tests.founding.texts import Says, unsaid


@dataclass
class Walk:
    """The people of the story, each at a device of their own; `things` are those of the story, by the names in addresses."""

    context: Any
    address: str
    city: City
    things: dict[str, Any]
    devices: dict[str, Page] = field(default_factory=dict)
    opened: set[tuple[str, str]] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def through(self, document: str, bureau: str, says: Sequence[Says]) -> None:
        """Every sentence of the document to its places; each place is opened once, and says what it is for."""
        assert unsaid(document, says) == []
        for _begins, places in says:
            for place in places.split():
                if place in PLACES:
                    self.open(place, bureau)
        assert not self.wrong, "\n".join(self.wrong)

    def open(self, place: str, bureau: str) -> None:
        """Open a place as its person, and read there what it is for."""
        one = PLACES[place]
        who, path = one.who.format(b=bureau), one.path.format(**self.things)
        if (who, path) in self.opened:
            return
        self.opened.add((who, path))
        page = self.at(who)
        answer = page.goto(f"{self.address}{path}")
        status = answer.status if answer else 0
        if status != 200:
            self.wrong.append(f"{place}: {who} at {path}: {status}")
        elif one.words not in page.locator("main").inner_text():
            self.wrong.append(f"{place}: {who} at {path}: no {one.words}")

    def at(self, who: str) -> Page:
        """The device of a person, signed in; of nobody without an account."""
        if who not in self.devices:
            page = self.devices[who] = self.context(viewport=DESK).new_page()
            if who:
                page.goto(f"{self.address}/sign-in")
                page.get_by_label("用户名").fill(who)
                page.get_by_label(re.compile("^密码")).fill(PASSWORD)
                if code := self.city.code(who):
                    page.get_by_label(re.compile("动态|验证码|口令")).fill(code)
                page.get_by_role("button", name="登录").click()
                page.wait_for_url(lambda url: "/sign-in" not in url)
        return self.devices[who]
