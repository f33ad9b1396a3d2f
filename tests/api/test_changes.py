"""What changed since a cursor (R-L11): the whole first, then what is new, never less than that, and nothing of another bureau's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.registry import queries, service
from onedoor.registry.models import Import, Target
from tenants.rules import Permission
from tests.api.test_registry_loads import hand_in, token
from tests.fixtures.city import City
from tests.registry.files import as_csv, firm


def ask(city: City, headers: dict[str, str], what: str, after: str = "", limit: int = 100) -> Any:
    place = f"/api/v1/changes/{what}?after={after}&limit={limit}"
    return city.client().get(place, headers=headers)


def all_of(
    city: City, headers: dict[str, str], what: str, after: str = "", limit: int = 3
) -> tuple[list[Any], str]:
    """Page by page; the rows, and the cursor to come back with."""
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
    rows, cursor = all_of(city, reader, "entities", cursor, 1)
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
