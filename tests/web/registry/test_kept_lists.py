"""The statements that are kept of large lists, beside those built anew: the same rows, counts and cursors (issue 5, "Size")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from onedoor.edge.lists import reading
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.progress import Unwatched
from onedoor.registry import queries, service
from onedoor.registry.models import Entity, Target
from onedoor.registry.queries import search as searching
from onedoor.web.registry import entities, targets
from onedoor.web.shell.lists import Listing, State
from tests.fixtures.city import City
from tests.registry.files import as_csv, firm

ASKED: tuple[dict[str, str], ...] = (
    {}, {"q": "示范第71"}, {"q": "示范第7102"}, {"q": "餐饮 第713"}, {"q": "餐饮"}, {"q": "旅馆"}, {"q": "！！"}, {"q": "sfd"},
    {"kind": "91"}, {"kind": "92"}, {"status": "active", "kind": "92"}, {"status": "revoked"},
    {"from": "2020-01-02"}, {"from": "2021-01-01"}, {"to": "2020-12-31", "kind": "91"},
    {"sort": "registered_on"}, {"sort": "-registered_on"}, {"sort": "-code"}, {"sort": "-name", "q": "餐饮"},
    {"industry": "H"}, {"industry": "I"}, {"listed": "yes"}, {"listed": "no"}, {"sort": "listed_on"}, {"sort": "-risk"},
)  # fmt: skip


def test_what_is_kept_of_a_list_tells_what_is_built_anew(city: City) -> None:
    """Values are bound, whatever was asked in the same form before; forwards, backwards, and bureau by bureau."""
    rows = [firm(number, prefix="92990100" if number % 3 else "91990100") for number in range(7101, 7146)]
    for row in rows[::5]:
        row[2] = ""
    for row in rows[::4]:
        row[2] = "2021-05-06"
    with city.acting("scjg.planner"):
        run_id = service.begin_import("entities", "更多企业.csv", as_csv(rows)).id
        service.run_import(run_id, Unwatched())
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
            _compare(entities.register(), queries.entities)
            shown = _compare(targets.listing(), queries.library)
            assert shown & set(ids) == set(ids[:30] if who == "scjg.planner" else ids[25:])


def test_what_is_common_is_asked_only_when_more_is_found_than_is_counted(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search for what few have asks nothing before; of what many have the first search finds out, with the same rows."""
    monkeypatch.setattr(reading, "MOST_COUNTED", 10)
    monkeypatch.setattr(searching, "COMMON", -1)
    monkeypatch.setattr(searching, "_estimates", {})
    rows = [firm(number) for number in range(7201, 7216)]
    with city.acting("scjg.planner"):
        run_id = service.begin_import("entities", "多家企业.csv", as_csv(rows)).id
        service.run_import(run_id, Unwatched())
    many, few = rows[0][0][:2], rows[0][0]
    with city.app.test_request_context("/registry/entities"), city.acting("scjg.planner"):
        listing = entities.register()
        for words, expected in ((few, False), (many, True)):
            pages = []
            for known in (False, expected):
                assert queries.is_known_common(words) is known
                state = State.read(listing, MultiDict({"q": words}))
                assert state.gathers() is not known
                page = listing.read(db.session(), queries.entities, state)
                pages.append((page.count, [row.code for row in page.rows], page.next_cursor))
            assert pages[0] == pages[1]
            assert (pages[0][0] > 10) is expected


def _compare(listing: Listing, query: Callable[[], Any]) -> set[Any]:
    shown = set()
    for asked in ASKED:
        args: dict[str, str] | None = dict(asked)
        turned = False
        while args is not None:
            state = State.read(listing, MultiDict(args))
            kept, built = (
                listing.read(db.session(), query, state),
                reading.read_page(db.session(), query(), state),
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
