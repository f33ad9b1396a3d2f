"""Every list there is, found in the application itself: searched, sorted, paged, and in its file what its page shows (pages.md, "List").

After the whole story, each list is read by the first of the READERS who may. A list nobody here reaches fails, and so does
one without rows that UNTOLD does not name.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import isfunction, unwrap
from types import CodeType
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from lxml import html  # type: ignore[import-untyped]
from openpyxl import load_workbook
from sqlalchemy.engine import make_url

from onedoor.config import Config
from onedoor.imports.service.bulk import ACTIONS
from onedoor.web.bulk import LISTS
from onedoor.web.bulk_actions import ASKS
from onedoor.web.shell.lists import ListPage
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.fixtures.main_job import MainJobResult, with_main_job
from tests.web.market_regulation import complete
from tests.web.test_other_bureau import IDS, OTHERWISE

READERS = (
    "scjg.planner", "scjg.officer", "scjg.head", "scjg.operator", "scjg.discloser", "scjg.admin", "sfj.supervisor", "sjj.ops",
    None,
)  # fmt: skip
LARGEST_PAGE = 100
# Lists that are empty after the story, each with what would fill it.
UNTOLD = {
    "portal.withheld": "nothing is kept from the public by law",
    "registry.import_remainder": "no load was taken back",
    "registry.entities_without_code": "every firm has a credit code",
    "registry.entities_uncovered": "every firm is in somebody's library",
    "registry.targets_joining": "the library is up to date",
    "registry.targets_kept_out": "nobody was taken out by hand",
    "registry.targets_leaving_by_rule": "the library is up to date",
    "supervision.alerts": "nothing is late",
    "supervision.anchors": "no day has ended",
    "supervision.capped": "no entity is near its cap",
    "supervision.repeats": "nobody is inspected twice",
    "visits.reports": "every report was handed in",
    "visits.to_disclose": "every result is public",
}
# Opened with a reason first, each time; its file is tried in tests/supervision.
ASKS_WHY = {"supervision.log"}
# The file has what its lines are checked by, too (tests/web/settings/test_log.py).
WHOLE = {"settings.log"}


@dataclass
class Shown:
    """A list as somebody sees it: who, where, its declaration, what it reads, the page they come to."""

    client: FlaskClient
    path: str
    listing: ListPage
    query: Any
    page: str

    def rows(self, **asked: Any) -> list[dict[str, str]]:
        """The page's rows, by the heads of their columns."""
        answer = self.client.get(f"{self.path}?{urlencode({'size': LARGEST_PAGE, **asked})}")
        assert answer.status_code == 200, f"{self.path}: {answer.status_code}"
        found = html.fromstring(answer.get_data(as_text=True)).xpath(
            "//*[contains(@class,'list-body')]//tbody/tr"
        )
        return [
            {cell.get("data-label"): squeezed(cell.text_content()) for cell in row.xpath("*[@data-label]")}
            for row in found
        ]

    def file(self, **asked: Any) -> list[list[str]]:
        """The lines of the .csv, heads first."""
        answer = self.client.get(f"{self.path}?{urlencode({'export': 'csv', **asked})}")
        assert answer.status_code == 200 and answer.mimetype == "text/csv", (
            f"{self.path}: {answer.status_code}"
        )
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))

    def sheet(self, **asked: Any) -> list[list[str]]:
        """The lines of the .xlsx."""
        answer = self.client.get(f"{self.path}?{urlencode({'export': 'xlsx', **asked})}")
        sheet = load_workbook(io.BytesIO(answer.data)).active
        assert sheet is not None
        return [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]


@pytest.fixture(scope="module")
def retelling(databases: Databases) -> Iterator[tuple[Config, MainJobResult]]:
    """A database in which everything that happens in the main job has happened."""
    with with_main_job(databases) as made:
        yield made


@pytest.fixture(scope="module")
def config(retelling: tuple[Config, MainJobResult]) -> Config:
    return retelling[0]


@pytest.fixture(scope="module")
def behind(config: Config) -> Iterator[psycopg.Connection]:
    """A superuser's connection, to look behind the policies."""
    name = make_url(config.database_url).database or ""
    url = make_url(Databases.from_environment().url("SUPERUSER", name)).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as link:
        yield link


@pytest.fixture(scope="module")
def lists(app: Flask, city: City, behind: psycopg.Connection) -> dict[str, Shown]:
    """Every list, by its endpoint."""
    me = f"'{city.bureaus['SCJG']}'"
    complete(city, behind, me)
    fill(behind, me)
    declared: dict[str, tuple[ListPage, Any]] = {}
    respond = ListPage.respond

    def noted(listing: ListPage, *args: Any, **context: Any) -> Any:
        declared[str(request.endpoint)] = listing, args[1]
        return respond(listing, *args, **context)

    clients = [city.client(name) for name in READERS]
    found = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ListPage, "respond", noted)
        for endpoint, path in addresses(app, behind, me).items():
            answers = ((one, one.get(path)) for one in clients)
            client, page = next((one for one in answers if one[1].status_code in (200, 303)), (None, None))
            # Whatever its functions are called, an address that leads on shows no list.
            if endpoint in ASKS_WHY or (page is not None and page.status_code == 303):
                continue
            assert client is not None and page is not None, f"none of the readers may read {path}"
            if endpoint in declared:
                found[endpoint] = Shown(client, path, *declared[endpoint], page.text)
    return found


def fill(owner: psycopg.Connection, me: str) -> None:
    """Rows for lists that the story leaves empty, and names that a spreadsheet would take for formulas."""
    for statement in (
        "INSERT INTO quality_finding (tenant_id, entity_id, fault) SELECT {me}, id, 'no_address' FROM entity"
        " WHERE kept_by = {me} ORDER BY code LIMIT 3",
        "UPDATE entity SET status = 'revoked', status_since = current_date WHERE id = (SELECT entity_id FROM target"
        " WHERE tenant_id = {me} AND ended_on IS NULL ORDER BY entity_id LIMIT 1)",
        "INSERT INTO bulk_row (tenant_id, run_id, subject_id, name, reason) SELECT tenant_id, id, id, '甲', '试' FROM bulk_run"
        " WHERE tenant_id = {me}",
        *(
            f"UPDATE {table} SET name = '=1+' || name"
            for table in ("entity", "inspector", "item", "campaign")
        ),
        "UPDATE bulk_run SET finished_at = now(), left_out = 1 WHERE tenant_id = {me}",
        "UPDATE plan SET title = '=1+' || title",
        "UPDATE import SET file_name = '=1+' || file_name",
    ):
        owner.execute(statement.replace("{me}", me).encode())


def addresses(app: Flask, owner: psycopg.Connection, me: str) -> dict[str, str]:
    """Pages whose view answers with a list, by endpoint."""
    found = {}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not shows_a_list(app.view_functions[rule.endpoint]):
            continue
        room, values = rule.endpoint.split(".")[0], {}
        for name in rule.arguments:
            row = owner.execute(
                (OTHERWISE.get((room, name)) or IDS[name]).replace("{me}", me).encode()
            ).fetchone()
            assert row is not None
            values[name] = row[0]
        with app.test_request_context():
            found[rule.endpoint] = app.url_map.bind("localhost").build(rule.endpoint, values)
    return found


def shows_a_list(view: Callable[..., Any]) -> bool:
    """Whether a view, or what it calls of the pages' code, calls `Listing.respond`."""
    seen, waiting = set(), [unwrap(view)]
    while waiting:
        one = waiting.pop()
        if one in seen or not isfunction(one) or not one.__module__.startswith("onedoor.web."):
            continue
        seen.add(one)
        names = named(one.__code__)
        if "respond" in names:
            return True
        waiting += [unwrap(one.__globals__[name]) for name in names if isfunction(one.__globals__.get(name))]
    return False


def named(code: CodeType) -> set[str]:
    """The names that code uses, and those of what is defined in it."""
    return set(code.co_names).union(*(named(part) for part in code.co_consts if isinstance(part, CodeType)))


def squeezed(text: str) -> str:
    return " ".join(text.split())


def alike(page: str, file: str) -> bool:
    """Whether a cell says the same on the page and in the file.

    The file has seconds, nothing for a dash, an apostrophe before what were a formula, and a deadline without the days left.
    """
    file = squeezed(file)
    if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", page):
        return re.fullmatch(r":\d\d", file.removeprefix(page)) is not None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", file):
        return page.split(" ")[0] == file
    if page[:1] in ("=", "+", "-", "@"):
        return file == f"'{page}"
    return file == ("" if page == "—" else page)


def differences(endpoint: str, one: Shown, **asked: Any) -> tuple[list[str], int]:
    """What the file says otherwise than the page, and how many rows the page has."""
    rows, lines = one.rows(**asked), one.file(**asked)
    heads = [str(column.label) for column in one.listing.columns if column.exported]
    # A column that leads to what can be done with a row says nothing of it.
    acts = {str(column.label) for column in one.listing.columns if not column.exported}
    wrong = [] if lines[0] == heads or endpoint in WHOLE else [f"heads {lines[0]}"]
    if len(lines) - 1 != len(rows) and min(len(lines) - 1, len(rows)) < LARGEST_PAGE:
        wrong.append(f"{len(rows)} rows on the page, {len(lines) - 1} in the file")
    for row, line in zip(rows, lines[1:], strict=False):
        said = dict(zip(lines[0], line, strict=True))
        shown = {head: text for head, text in row.items() if head not in acts}
        unlike = [head for head, text in shown.items() if not alike(text, said.get(head, "not there"))]
        wrong += [f"{head}: page {row[head]!r}, file {said.get(head)!r}" for head in unlike]
    return wrong, len(rows)


def asking(one: Shown, how: str) -> dict[str, Any]:
    """What to ask of a list, of what it has: words of its first row, or a choice that leaves some rows; and backwards."""
    sortable = [column.key for column in one.listing.columns if column.sort is not None]
    asked = {"sort": f"-{sortable[-1]}"}
    if how == "searched":
        first = next(iter(one.rows()), {})
        return {**asked, "q": next(iter(first.values()), "甲")[:8]}
    found = html.fromstring(one.page).xpath("//form[contains(@class,'list-bar')]//select")
    for choice in found:
        for value in [option.get("value") for option in choice.xpath("option")][1:4]:
            if one.rows(**asked, **{choice.get("name"): value}):
                return {**asked, choice.get("name"): value}
    return asked


def test_every_list_is_searched_sorted_exported_and_its_columns_are_chosen(lists: dict[str, Shown]) -> None:
    lacking = {}
    for endpoint, one in lists.items():
        made = one.listing
        # What is kept of a list goes by its name, of parts of one thing too; pages for everybody keep nothing.
        keeps_none = endpoint.startswith("portal.")
        has = {
            "search": bool(made.search),
            "order": any(column.sort is not None for column in made.columns),
            "file": made.export,
            "columns": 'action="/lists/columns"' in one.page or keeps_none,
        }
        if missing := [what for what, there in has.items() if not there]:
            lacking[endpoint] = missing
    assert lacking == {}
    assert len(lists) > 50


@pytest.mark.parametrize(
    "how",
    [
        "as it stands",
        pytest.param("searched", marks=pytest.mark.long),
        pytest.param("filtered", marks=pytest.mark.long),
    ],
)
def test_a_file_has_what_its_page_shows(lists: dict[str, Shown], how: str) -> None:
    """The same rows in the same order, the same columns under Chinese heads, and nothing of which the page shows only a part."""
    wrong, empty = {}, set()
    for endpoint, one in lists.items():
        found, count = differences(endpoint, one, **({} if how == "as it stands" else asking(one, how)))
        if found:
            wrong[endpoint] = found[:4]
        if not count:
            empty.add(endpoint)
    assert wrong == {}
    if how == "as it stands":
        assert empty <= set(UNTOLD), "what would fill it?"


def test_what_is_done_to_a_whole_list_reads_that_list(lists: dict[str, Shown], city: City) -> None:
    """Each button of a list's 批量办理 leads to an action that reads the same query, searched and narrowed by the same words,
    and comes back to its page."""
    kinds = set()
    for endpoint, one in lists.items():
        for button in (button for button in one.listing.bulk if button.whole):
            kind = button.url.split("/")[-2]
            with city.acting("scjg.planner"):
                acted = LISTS[kind]
                read = one.query() if callable(one.query) else one.query
                assert str(acted.query()) == str(read), endpoint
                made = acted.listing()
            assert acted.endpoint == endpoint
            assert [filter.key for filter in made.filters] == [each.key for each in one.listing.filters]
            assert type(made.search) is type(one.listing.search)
            kinds.add(kind)
    assert kinds == set(LISTS) == set(ASKS) == set(ACTIONS)
    assert all(set(ASKS[kind]) == set(ACTIONS[kind]) for kind in kinds)


@pytest.mark.parametrize("where", ["supervision.campaigns", "operator.bureaus"])
def test_who_oversees_chooses_columns_too(lists: dict[str, Shown], where: str) -> None:
    """It is kept in the person's own bureau, and the file has what the page shows."""
    one = lists[where]
    keys, heads = [column.key for column in one.listing.columns], one.file()[0]
    asked = {"list": where, "column": keys[1:], "shown": keys[2:]}
    assert one.client.post("/lists/columns", data=asked).headers["Location"] == one.path
    assert one.file()[0] == list(one.rows()[0]) == [heads[0], *heads[2:]]
    assert one.client.post("/lists/columns", data={**asked, "shown": keys[1:]}).status_code == 303
    assert one.file()[0] == heads


def test_a_list_of_one_things_parts_keeps_columns_and_views_for_all_of_them(lists: dict[str, Shown]) -> None:
    """They go by the list's name; whoever chooses comes back to the thing they came from, and to no other page."""
    where = "registry.import_rows"
    one = lists[where]
    keys, heads = [column.key for column in one.listing.columns], one.file()[0]
    asked = {"list": where, "place": one.path, "column": keys[1:], "shown": keys[2:]}
    assert one.client.post("/lists/columns", data=asked).headers["Location"] == one.path
    assert one.file()[0] == [heads[0], *heads[2:]]
    assert one.client.post("/lists/columns", data={**asked, "shown": keys[1:]}).status_code == 303
    assert one.file()[0] == heads
    sort = next(f"-{column.key}" for column in one.listing.columns if column.sort is not None)
    saved = {"list": where, "place": one.path, "name": "排好的", "ask-sort": sort}
    assert one.client.post("/lists/views", data=saved).headers["Location"] == f"{one.path}?sort={sort}"
    page = one.client.get(one.path).get_data(as_text=True)
    (view,) = re.findall(r'action="(/lists/views/[^"]*/delete)"', page)
    assert f'href="{one.path}?sort={sort}"' in page
    assert one.client.post(view, data={"place": one.path}).headers["Location"] == one.path
    for place in ("", "//elsewhere.example/", "https://elsewhere.example/", "/desk/", "/registry/imports/x"):
        assert one.client.post("/lists/columns", data={**asked, "place": place}).status_code == 404, place


@pytest.mark.long
def test_a_workbook_has_what_the_text_has(lists: dict[str, Shown]) -> None:
    """Line by line the same names, none of them a formula."""
    for endpoint, one in lists.items():
        lines, cells = one.file(), one.sheet()
        assert len(cells) == len(lines) and cells[0] == lines[0], endpoint
        first = [column.kind for column in one.listing.columns][0]
        if first in ("text", "code"):
            assert [line[0].lstrip("'") for line in cells[1:]] == [
                line[0].lstrip("'") for line in lines[1:]
            ], endpoint
