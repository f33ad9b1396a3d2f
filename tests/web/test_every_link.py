"""Every link that somebody is shown leads somewhere: nobody is sent to a page that turns them away.

After the main job, in which something of everything has happened, each person goes from page to page by the links alone.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import html  # type: ignore[import-untyped]

from onedoor.config import Config
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.fixtures.telling import retold

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
    with retold(databases) as made:
        yield made[0]


def links(text: str, here: str) -> Iterator[str]:
    """The addresses in this house that a page leads to."""
    for found in html.fromstring(text).xpath("//a/@href"):
        there = urlsplit(urljoin(f"http://localhost{here}", found))
        if there.netloc == "localhost":
            yield there.path + (f"?{there.query}" if there.query else "")


def led_astray(client: FlaskClient, start: str) -> tuple[list[str], int]:
    """(page, link and answer of what leads nowhere; how many pages were opened)."""
    waiting, seen, wrong = deque([("", start)]), defaultdict[str, set[str]](set), []
    while waiting:
        page, address = waiting.popleft()
        answer = client.get(address)
        if answer.status_code >= 400:
            wrong.append(f"{page} → {address}: {answer.status_code}")
        if answer.status_code != 200 or answer.mimetype != "text/html":
            answer.close()
            continue
        for link in links(answer.text, address):
            path = link.partition("?")[0]
            known = seen[THING.sub("*", path)]
            if path not in known and len(known) < FEW:
                known.add(path)
                waiting.append((address, link))
    return wrong, len(seen)


@pytest.mark.parametrize("who", PEOPLE)
def test_every_link_leads_somewhere(city: City, who: str) -> None:
    wrong, count = led_astray(city.client(who) if who else city.client(), PEOPLE[who])
    assert wrong == [] and count > 5
