"""Every link and button that somebody is shown leads somewhere: nobody is sent where one is turned away.

After the main job, in which something of everything has happened, each person goes from page to page by the links alone.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import html  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from onedoor.config import Config
from onedoor.edge import guard, identity
from onedoor.kernel.scope import in_scope
from tenants import people, scope
from tenants.scope import Principal
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.fixtures.main_job import with_main_job

PEOPLE = {
    "": "/",
    "scjg.planner": "/desk/",
    "xfjy.planner": "/desk/",
    "scjg.head": "/desk/",
    "scjg.officer": "/field",
    "scjg.discloser": "/desk/",
    "scjg.admin": "/desk/",
    "sfj.supervisor": "/oversight",
    "sjj.ops": "/platform/bureaus",
}
# Ids, codes and numbers of draws: of pages that differ in them alone a few are opened.
FEW = 3
THING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9A-Z]{18}|\d{4,}[0-9A-Z-]*")


@pytest.fixture(scope="module")
def config(databases: Databases) -> Iterator[Config]:
    """A database in which everything that happens in the main job has happened."""
    with with_main_job(databases) as made:
        yield made[0]


def links(text: str, here: str) -> Iterator[str]:
    """The addresses in this house that a page leads to."""
    for found in html.fromstring(text).xpath("//a/@href"):
        there = urlsplit(urljoin(f"http://localhost{here}", found))
        if there.netloc == "localhost":
            yield there.path + (f"?{there.query}" if there.query else "")


def presses(text: str, here: str) -> Iterator[tuple[str, str]]:
    """(method, address) of what a page's forms and its live parts ask for."""
    tree = html.fromstring(text)
    for form in tree.xpath("//form[not(@method='dialog')]"):
        method = form.get("method", "get").upper()
        others = form.xpath(".//@formaction")  # a list's choice is sent by its buttons alone
        for action in others if others and not form.get("action") else [form.get("action", ""), *others]:
            yield method, urljoin(f"http://localhost{here}", action)
    for method in ("get", "post"):
        for action in tree.xpath(f"//@hx-{method}"):
            yield method.upper(), urljoin(f"http://localhost{here}", action)


@dataclass
class Walk:
    """One person's way through the house, at its guards' word for what a button does: nothing is pressed."""

    client: FlaskClient
    wrong: list[str] = field(default_factory=list)
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    asked: set[tuple[str, str]] = field(default_factory=set)

    def begin(self, address: str) -> None:
        """Go everywhere from here; what leads nowhere is in `wrong`: page, link or button, and the answer."""
        waiting = deque([("", address)])
        while waiting:
            page, address = waiting.popleft()
            answer = self.client.get(address)
            if answer.status_code >= 400:
                self.wrong.append(f"{page} → {address}: {answer.status_code}")
            if answer.status_code != 200 or answer.mimetype != "text/html":
                answer.close()
                continue
            self._try_buttons(answer.text, address)
            waiting.extend((address, link) for link in links(answer.text, address) if self._is_new(link))

    def _is_new(self, link: str) -> bool:
        path = link.partition("?")[0]
        known = self.seen[THING.sub("*", path)]
        if path in known or len(known) >= FEW:
            return False
        known.add(path)
        return True

    def _try_buttons(self, text: str, here: str) -> None:
        app = self.client.application
        for method, address in presses(text, here):
            there = urlsplit(address)
            kind = (method, THING.sub("*", there.path))
            if there.netloc != "localhost" or kind in self.asked:
                continue
            self.asked.add(kind)
            try:
                endpoint = app.url_map.bind("localhost").match(there.path, method)[0]
            except HTTPException as problem:
                self.wrong.append(f"{here} → {method} {there.path}: {problem.code}")
                continue
            asked = guard.expectation_of(app.view_functions[endpoint])
            if asked is None or not asked.met_by(self._person()):
                self.wrong.append(f"{here} → {method} {there.path}: refused")

    def _person(self) -> Principal | None:
        with self.client.session_transaction() as held:
            cookie = held.get(identity.TOKEN)
        with in_scope(scope.identity(), self.client.application):
            return people.principal_of(cookie) if cookie else None


@pytest.mark.parametrize("who", PEOPLE)
def test_every_link_leads_somewhere(city: City, who: str) -> None:
    walk = Walk(city.client(who) if who else city.client())
    walk.begin(PEOPLE[who])
    assert walk.wrong == [] and len(walk.seen) > 5 and len(walk.asked) > 3
