"""What changed since a cursor (R-L11): the whole first, then what is new, never less than that, and nothing of another bureau's."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.registry import queries, service
from onedoor.registry.models import Import, Target
from tenants.rules import Permission
from tests.api.test_registry_loads import hand_in, read, token
from tests.fixtures.city import City
from tests.registry.files import as_csv, firm


def ask(city: City, headers: dict[str, str], what: str, after: str = "", limit: int = 100) -> Any:
    place = f"/api/v1/changes/{what}?after={after}&limit={limit}"
    return city.client().get(place, headers=headers)


def settled(city: City) -> None:
    """Wait until all transactions that began before now have ended: what others do on this server is told of again."""
    with city.acting("scjg.planner"):
        mine = db.session.scalar(sa.text("SELECT pg_current_xact_id()::text::bigint"))
        db.session.commit()
    until = time.monotonic() + 120
    while True:
        with city.acting("scjg.planner"):
            oldest = db.session.scalar(
                sa.text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            )
        if oldest > mine:
            return
        assert time.monotonic() < until, "a transaction of before is still going on"
        time.sleep(0.05)


def all_of(
    city: City, headers: dict[str, str], what: str, after: str = "", limit: int = 3, *, wait: bool = True
) -> tuple[list[Any], str]:
    """Page by page; the rows, and the cursor to come back with."""
    if wait:
        settled(city)
    rows: list[Any] = []
    while True:
        told = ask(city, headers, what, after, limit).json
        rows, after = [*rows, *told["items"]], told["next"]
        if not told["more"]:
            return rows, after


def test_a_copy_of_the_register_is_kept_up_to_date(
    city: City, run_jobs: Callable[[], int], owner: psycopg.Connection
) -> None:
    keeper = token(city, "SCJG", Permission.REGISTRY_WRITE)
    reader = token(city, "WSJK", Permission.BUREAU_READ)
    hand_in(city, keeper, "entities", as_csv([firm(n) for n in range(70, 77)]))
    run_jobs()
    rows, cursor = all_of(city, reader, "entities")
    assert [one["what"] for one in rows] == ["present"] * 7 and rows[0]["entity"]["scope"] == "餐饮服务"
    assert all_of(city, reader, "entities", cursor)[0] == []
    # Written first, committed last: what came meanwhile is told, and so is this.
    owner.autocommit = False
    owner.execute("UPDATE entity SET scope = '茶馆' WHERE code = %s", (made_up_credit_code(70),))
    changed = firm(71)
    changed[0] = "示范第71号茶楼"
    hand_in(city, keeper, "entities", as_csv([changed, firm(77)]))
    run_jobs()
    rows, cursor = all_of(city, reader, "entities", cursor, 1, wait=False)
    assert sorted((one["what"], one["entity"]["name"]) for one in rows) == [
        ("added", "示范第77号商行"),
        ("changed", "示范第71号茶楼"),
    ]
    owner.commit()
    rows, cursor = all_of(city, reader, "entities", cursor)
    assert made_up_credit_code(70) in {one["code"] for one in rows if one["entity"]["scope"] == "茶馆"}
    rows, cursor = all_of(city, reader, "entities", cursor)
    assert rows == []
    with city.acting("scjg.planner"):
        run = db.session.scalars(queries.imports().order_by(Import.created_at.desc()).limit(1)).one()
        service.begin_undo(run)
    run_jobs()
    rows, _ = all_of(city, reader, "entities", cursor)
    assert ("removed", made_up_credit_code(77), None) in [
        (one["what"], one["code"], one["entity"]) for one in rows
    ]
    told = ask(city, reader, "entities", f"c.{9 * 10**17}.0.0.0")
    assert told.status_code == 409 and "另一个数据库" in told.json["detail"]
    assert ask(city, reader, "entities", "昨天").status_code == 422


def test_what_belongs_to_entities_is_read_and_kept_up_to_date(
    city: City, run_jobs: Callable[[], int]
) -> None:
    reader = token(city, "WSJK", Permission.BUREAU_READ, Permission.EXPORT)
    keeper = token(city, "SCJG", Permission.REGISTRY_WRITE, Permission.BUREAU_READ)
    hand_in(city, keeper, "entities", as_csv([firm(80), firm(81)]))
    run_jobs()
    code, other = made_up_credit_code(80), made_up_credit_code(81)
    place = {"name": "总店", "jurisdiction_code": "990100", "closed_on": None, "note": ""}
    paper = {"issued_by": "示范市市场监管局", "issued_on": None, "cancelled_on": None, "note": ""}
    kinds = ("premises", "licences", "tags")
    cursors = {what: all_of(city, reader, what)[1] for what in kinds}
    with city.acting("scjg.planner"):
        one = queries.entity_by_code(code)
        first = service.save_premises(one, {**place, "address": "和平路1号"}).id
        for number, until in (("JY80", today() + timedelta(days=30)), ("JY81", None)):
            given = {
                **paper,
                "kind": "食品经营许可证",
                "number": number,
                "premises_number": 1,
                "valid_to": until,
            }
            service.save_licence(one, given)
        shared, own = (service.add_tag(name, "", shared=name == "连锁") for name in ("连锁", "重点"))
        service.set_tags(one, [shared.id, own.id])
    told = {what: all_of(city, reader, what, cursors[what], 1) for what in kinds}
    assert {what: [each["what"] for each in rows] for what, (rows, _) in told.items()} == {
        "premises": ["added"],
        "licences": ["added", "added"],
        "tags": ["added"],
    }, "and not another bureau's own tag"
    assert told["premises"][0][0]["premises"]["address"] == "和平路1号"
    asked = "/api/v1/belongings/licences?state=expiring&kind=食品经营许可证"
    (ending,) = read(city, asked, reader)["items"]
    assert (ending["entity_code"], ending["number"], ending["premises_number"]) == (code, "JY80", 1)
    assert read(city, f"/api/v1/belongings/licences?entity={other}", reader) == {"items": [], "next": None}
    part = read(city, f"/api/v1/belongings/licences?entity={code}&limit=1", reader)
    rest = read(city, f"/api/v1/belongings/licences?entity={code}&after={part['next']}", reader)
    assert {each["number"] for each in part["items"] + rest["items"]} == {"JY80", "JY81"}
    own_tags = "/api/v1/belongings/tags?shared=false"
    assert [each["name"] for each in read(city, own_tags, keeper)["items"]] == ["重点"]
    assert read(city, own_tags, reader)["items"] == []
    with city.acting("wsjk.planner") as scope:
        db.session.add(Target(tenant_id=scope.tenant_id, entity_id=one.id, listed_on=today()))
        db.session.flush()
        service.list_places(queries.entity_by_code(code), [first])
    found = [read(city, "/api/v1/registers/matters?kind=place", who)["items"] for who in (reader, keeper)]
    ((listed,), others) = found
    assert [listed[key] for key in ("number", "name", "address", "place")] == [
        "1",
        "总店",
        "和平路1号",
        "990100",
    ]
    assert listed["entity"]["code"] == code and others == []
    with city.acting("scjg.planner"):
        closed = {**place, "address": "和平路1号", "closed_on": today()}
        service.save_premises(queries.entity_by_code(code), closed, queries.premises(first))
        service.set_tags(queries.entity_by_code(code), [])
    rows, _ = all_of(city, reader, "premises", told["premises"][1])
    assert [(each["what"], each["premises"]["closed_on"]) for each in rows] == [
        ("changed", today().isoformat())
    ]
    rows, _ = all_of(city, reader, "tags", told["tags"][1])
    assert [(each["what"], each["entity_code"], each["tag"]) for each in rows] == [("removed", code, None)]
    assert read(city, f"/api/v1/belongings/premises?entity={code}&in_use=true", reader)["items"] == []
    assert city.client().get("/api/v1/belongings/licences?state=lost", headers=reader).status_code == 422


def test_of_a_bureaus_own_lists_only_its_own_is_told(city: City, run_jobs: Callable[[], int]) -> None:
    own, other = (token(city, letters, Permission.BUREAU_READ) for letters in ("SCJG", "MZJ"))
    head = ("姓名", "执法证编号", "身份证号")
    with city.acting("scjg.planner"):
        service.begin_import(
            "inspectors", "人员.csv", as_csv([["甲某", "示Z001", ""], ["乙某", "示Z002", ""]], head)
        )
    run_jobs()
    rows, cursor = all_of(city, own, "inspectors", limit=1)
    assert {one["certificate_number"] for one in rows} == {"示Z001", "示Z002"}
    assert not {"identity_number", "phone"} & set(rows[0])
    assert all_of(city, other, "inspectors")[0] == []
    with city.acting("scjg.planner"):
        one = queries.entity_by_code(made_up_credit_code(71))
        db.session.add(Target(tenant_id=city.bureaus["SCJG"], entity_id=one.id, listed_on=today()))
    rows, after = all_of(city, own, "targets")
    assert [one["entity_code"] for one in rows] == [made_up_credit_code(71)]
    assert all_of(city, own, "targets", after)[0] == [] == all_of(city, own, "inspectors", cursor)[0]
    without = token(city, "SCJG", Permission.EXPORT)
    assert {
        ask(city, without, what).status_code for what in ("entities", "targets", "items", "inspectors")
    } == {403}
    assert all_of(city, other, "targets")[0] == [] and all_of(city, own, "items")[0] == []
