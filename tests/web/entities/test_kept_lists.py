"""The statements that are kept of large lists, beside those built anew: the same rows, counts and cursors (issue 5, "Size")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from onedoor.edge.lists import keyset, reader
from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity
from onedoor.entities.queries import search as searching
from onedoor.entities.queries.search import is_known_common, is_known_rare
from onedoor.entities.rules.search import question
from onedoor.imports import service as import_service
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.job_progress import NoProgress
from onedoor.targets import queries as target_queries
from onedoor.targets.models import Target
from onedoor.targets.rules.selection import read_conditions
from onedoor.web.entities import entities
from onedoor.web.shell.lists import ListPage, State
from onedoor.web.targets import targets
from tenants.rules import Permission
from tests.api.test_own_lists import counted
from tests.api.test_registry_loads import token
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, firm

ASKED: tuple[dict[str, str], ...] = (
    {}, {"q": "示范第71"}, {"q": "示范第7102"}, {"q": "餐饮 第713"}, {"q": "餐饮"}, {"q": "旅馆"}, {"q": "！！"}, {"q": "sfd"},
    {"kind": "91"}, {"kind": "92"}, {"status": "active", "kind": "92"}, {"status": "revoked"},
    {"from": "2020-01-02"}, {"from": "2021-01-01"}, {"to": "2020-12-31", "kind": "91"},
    {"sort": "registered_on"}, {"sort": "-registered_on"}, {"sort": "-code"}, {"sort": "-name", "q": "餐饮"},
    {"place": "990100"}, {"place": "990102"}, {"place": "990121"}, {"place": "990100", "kind": "92", "q": "餐饮"},
    {"industry": "H"}, {"industry": "I"}, {"listed": "yes"}, {"listed": "no"}, {"sort": "listed_on"}, {"sort": "-risk"},
    {"q": "示范第71", "sort": "-risk"}, {"q": "示范第71", "risk": "A"}, {"q": "示范第71", "listed": "yes", "kind": "92"},
)  # fmt: skip


def test_what_is_kept_of_a_list_tells_what_is_built_anew(city: City) -> None:
    """Values are bound, whatever was asked in the same form before; forwards, backwards, and bureau by bureau."""
    rows = [firm(number, prefix="92990100" if number % 3 else "91990100") for number in range(7101, 7146)]
    for row in rows[::5]:
        row[2] = ""
    for row in rows[::4]:
        row[2] = "2021-05-06"
    with city.acting("scjg.planner"):
        run_id = import_service.begin_import("entities", "更多企业.csv", as_csv(rows)).id
        import_service.run_import(run_id, NoProgress())
        codes = [row[1] for row in rows]
        ids = list(
            db.session.scalars(sa.select(Entity.id).where(Entity.code.in_(codes)).order_by(Entity.code))
        )
    for who, mine in (("scjg.planner", ids[:30]), ("wsjk.planner", ids[25:])):
        with city.acting(who) as scope:
            for entity_id in mine:
                db.session.add(
                    Target(id=new_id(), tenant_id=scope.tenant_id, entity_id=entity_id, listed_on=today())
                )
    for who in ("scjg.planner", "wsjk.planner", "scjg.planner"):
        with city.app.test_request_context("/registry/targets"), city.acting(who):
            _compare(entities.register(), entity_queries.entities)
            shown = _compare(targets.listing(), target_queries.library)
            assert shown & set(ids) == set(ids[:30] if who == "scjg.planner" else ids[25:])


def test_what_is_common_is_asked_only_when_more_is_found_than_is_counted(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search for what few have asks nothing before; of what many have the first search finds out, with the same rows."""
    monkeypatch.setattr(reader, "MOST_COUNTED", 10)
    monkeypatch.setattr(searching, "COMMON", -1)
    monkeypatch.setattr(searching, "_estimates", {})
    rows = [firm(number) for number in range(7201, 7216)]
    with city.acting("scjg.planner"):
        run_id = import_service.begin_import("entities", "多家企业.csv", as_csv(rows)).id
        import_service.run_import(run_id, NoProgress())
    many, few = rows[0][0][:2], rows[0][0]
    with city.app.test_request_context("/registry/entities"), city.acting("scjg.planner"):
        listing = entities.register()
        for words, expected in ((few, False), (many, True)):
            pages = []
            for known in (False, expected):
                assert is_known_common(words) is known
                state = State.read(listing, MultiDict({"q": words}))
                assert state.gathers() is not known
                page = listing.read(db.session(), entity_queries.entities, state)
                pages.append((page.count, [row.code for row in page.rows], page.next_cursor))
            assert pages[0] == pages[1]
            assert (pages[0][0] > 10) is expected


def test_a_place_takes_in_all_below_it(city: City, owner: psycopg.Connection) -> None:
    """As the rules of selection do: the register, the library, their files and the interface; one without any below asks as before."""
    owner.execute(
        "INSERT INTO jurisdiction (code, parent_code, name, level) VALUES ('990199', '990121', '示例镇', 'county')"
    )
    rows = [firm(number, scope="凉亭修缮") for number in range(7301, 7307)]
    with city.acting("scjg.planner"):
        run_id = import_service.begin_import("entities", "乡镇企业.csv", as_csv(rows)).id
        import_service.run_import(run_id, NoProgress())
        for row, code in zip(rows, ("990100", "990102", "990121", "990121", "990199", "990199"), strict=True):
            one = entity_queries.entity_by_code(row[1])
            if one.jurisdiction_code != code:
                entity_service.correct(one, "jurisdiction_code", code, "核对地址", "")
        rule = read_conditions({"places": ["990121"], "scope": ["凉亭"]})
        chosen = set(db.session.scalars(target_queries.selection(rule).with_only_columns(Entity.code)))
        assert chosen == {row[1] for row in rows[2:]}
    client = city.client("scjg.planner")
    headers = token(city, "SCJG", Permission.BUREAU_READ)
    for place, found in (("990121", rows[2:]), ("990199", rows[4:]), ("990100", rows), ("990102", rows[1:2])):
        asked = f"registry/entities?q=凉亭&place={place}"
        page = client.get(f"/{asked}").get_data(as_text=True)
        assert f"共 {len(found)} 条" in page
        sheet = client.get(f"/{asked}&export=csv").get_data(as_text=True)
        answer: Any = client.get(f"/api/v1/registers/entities?q=凉亭&place={place}", headers=headers).json
        for row in rows:
            assert (row[1] in sheet, row[1] in {each["code"] for each in answer["items"]}) == (
                row in found,
            ) * 2
    assert "示例县" in client.get("/registry/entities?place=990121").get_data(as_text=True), "its chip"
    with city.app.test_request_context("/registry/entities"), city.acting("scjg.planner"):
        for place, more in (("990199", False), ("990121", True)):
            state = State.read(entities.register(), MultiDict({"place": place}))
            assert (" IN (" in str(state.narrow(entity_queries.entities()))) is more
            posed = state.question()
            assert posed is not None and ("f_place" in posed.values) is not more


def test_a_plan_for_all_words_is_for_that_statement_alone(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows in the same transaction is planned for the values at hand again, and it is still the bureau that speaks."""
    monkeypatch.setattr(searching, "_estimates", {})
    settings = ("plan_cache_mode", "enable_hashjoin", "enable_mergejoin", "role")
    asked = sa.select(*(sa.func.current_setting(name) for name in settings))
    for listing, query in (
        (entities.register, entity_queries.entities),
        (targets.listing, target_queries.library),
    ):
        with city.app.test_request_context("/registry/entities"), city.acting("scjg.planner"):
            for words in ("鼷鼱", "示范", ""):
                declared = listing()
                declared.read(db.session(), query, State.read(declared, MultiDict({"q": words})))
                result = db.session.execute(asked).one()
                assert tuple(result) == ("force_custom_plan", "on", "on", "onedoor_bureau"), words


@pytest.mark.parametrize(
    ("number", "size", "kind"),
    [(5_000, 1_000_000, "rare"), (30_000, 1_000_000, ""), (200_000, 1_000_000, "common"), (200_000, 8_000_000, ""), (70_000, 200_000, "common"), (1, 100, "rare")],
)  # fmt: skip
def test_how_many_are_many_depends_on_how_many_there_are(
    monkeypatch: pytest.MonkeyPatch, number: int, size: int, kind: str
) -> None:
    known = searching._Estimate(float("inf"), number, size)
    monkeypatch.setattr(searching, "_estimates", {question(("餐饮",)): known})
    assert (is_known_common("餐饮"), is_known_rare("餐饮")) == (
        kind == "common",
        kind == "rare",
    )


def test_what_next_to_nobody_has_is_looked_up_with_one_plan(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a library, beside the same search of words that are neither rare nor common: the same rows and count."""
    monkeypatch.setattr(searching, "_estimates", {})
    rows = [firm(number) for number in range(7401, 7404)]
    with city.acting("scjg.planner") as scope:
        run_id = import_service.begin_import("entities", "名录.csv", as_csv(rows)).id
        import_service.run_import(run_id, NoProgress())
        for row in rows:
            one = entity_queries.entity_by_code(row[1]).id
            db.session.add(Target(id=new_id(), tenant_id=scope.tenant_id, entity_id=one, listed_on=today()))
    with city.app.test_request_context("/registry/targets"), city.acting("scjg.planner"):
        listing, pages = targets.listing(), []
        for known in (
            searching._Estimate(float("inf"), 1, 10**6),
            searching._Estimate(float("inf"), 30_000, 10**6),
        ):
            searching._estimates[question(("示范",))] = known
            state = State.read(listing, MultiDict({"q": "示范"}))
            assert state.is_rare() is (known.number == 1) and state.gathers()
            page = listing.read(db.session(), target_queries.library, state)
            pages.append((page.count, [row.Entity.code for row in page.rows], page.next_cursor))
        assert pages[0] == pages[1] and pages[0][0]


def test_what_goes_wrong_with_a_kept_statement_is_told_as_with_any_other(
    city: City, owner: psycopg.Connection
) -> None:
    """A cursor nobody gave out is the caller's fault, a lost connection the server's; the next page finds another one."""
    with city.app.test_request_context("/registry/entities"), city.acting("scjg.planner"):
        listing = entities.register()

        def read(**asked: str) -> reader.Page:
            return listing.read(db.session(), entity_queries.entities, State.read(listing, MultiDict(asked)))

        forged = keyset.pack("registered_on", "neither a day", str(new_id()))
        with pytest.raises(sa.exc.DataError):
            read(sort="registered_on", after=forged)
        db.session.rollback()
        for words in ("示范", ""):
            mine = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
            owner.execute("SELECT pg_terminate_backend(%s, 5000)", [mine])
            with pytest.raises(sa.exc.OperationalError):
                read(q=words)
            db.session.rollback()
            assert read(q=words).count >= 0


def _compare(listing: ListPage, query: Callable[[], Any]) -> set[Any]:
    shown = set()
    for asked in ASKED:
        args: dict[str, str] | None = dict(asked)
        turned = False
        while args is not None:
            state, plain = (
                State.read(one, MultiDict(args)) for one in (listing, replace(listing, bare=None))
            )
            kept, built = (
                listing.read(db.session(), query, state),
                reader.read_page(db.session(), query(), plain),
            )
            assert [listing.row_key(row) for row in kept.rows] == [
                listing.row_key(row) for row in built.rows
            ], args
            assert (kept.count, kept.previous_cursor, kept.next_cursor) == (
                built.count, built.previous_cursor, built.next_cursor,
            ), args  # fmt: skip
            for one, other in zip(kept.rows, built.rows, strict=True):
                assert [column.exports(one) for column in listing.page_columns] == [
                    column.exports(other) for column in listing.page_columns
                ]
            shown |= {row.Entity.id for row in kept.rows if hasattr(row, "Entity")}
            turned = turned or kept.next_cursor is None
            cursor = kept.previous_cursor if turned else kept.next_cursor
            args = {**asked, "before" if turned else "after": cursor} if cursor else None
    return shown


@pytest.mark.parametrize("address", ["/registry/targets", "/registry/inspectors", "/registry/experts"])
def test_a_search_waits_for_nothing_that_stands_beside_the_list(city: City, address: str) -> None:
    """How large and how old the library is, is asked for the page and not with every letter that is typed."""
    client = city.client("scjg.planner")
    part = {"HX-Request": "true", "HX-Target": "list"}
    client.get(f"{address}?q=示范")
    with counted(city) as of_page:
        whole = client.get(f"{address}?q=示范")
    with counted(city) as of_search:
        found = client.get(f"{address}?q=示范", headers=part)
    assert "<html" in whole.text and "<html" not in found.text
    assert any("library_update" in one for one in of_page) and not any(
        "library_update" in one for one in of_search
    )
