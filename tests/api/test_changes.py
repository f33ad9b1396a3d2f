"""What changed since a cursor (R-L11): the whole first, then what is new, never less than that, and nothing of another bureau's;
and what is written over the interface of items and of risk (R-L1 to R-L4, R-O4)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.imports.models import Import
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.items.rules.item_rows import facts_of
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.job_progress import NoProgress
from onedoor.targets import service as target_service
from onedoor.targets.models import Target
from tenants.rules import Permission
from tests.api.test_registry_loads import hand_in, read, send, token
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, f1, firm, publish_items


def ask(city: City, headers: dict[str, str], what: str, after: str = "", limit: int = 100) -> Any:
    place = f"/api/v1/changes/{what}?after={after}&size={limit}"
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
        answer = ask(city, headers, what, after, limit).json
        rows, after = [*rows, *answer["items"]], answer["next"]
        if not answer["more"]:
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
        run = db.session.scalars(import_queries.imports().order_by(Import.created_at.desc()).limit(1)).one()
        import_service.begin_undo(run)
    run_jobs()
    rows, _ = all_of(city, reader, "entities", cursor)
    assert ("removed", made_up_credit_code(77), None) in [
        (one["what"], one["code"], one["entity"]) for one in rows
    ]
    answer = ask(city, reader, "entities", f"c.{9 * 10**17}.0.0.0")
    assert answer.status_code == 409 and "另一个数据库" in answer.json["detail"]
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
        one = entity_queries.entity_by_code(code)
        first = entity_service.save_premises(one, {**place, "address": "和平路1号"}).id
        for number, until in (("JY80", today() + timedelta(days=30)), ("JY81", None)):
            given = {
                **paper,
                "kind": "食品经营许可证",
                "number": number,
                "premises_number": 1,
                "valid_to": until,
            }
            entity_service.save_licence(one, given)
        shared, own = (target_service.add_tag(name, "", shared=name == "连锁") for name in ("连锁", "重点"))
        target_service.set_tags(one, [shared.id, own.id])
    result = {what: all_of(city, reader, what, cursors[what], 1) for what in kinds}
    assert {what: [each["what"] for each in rows] for what, (rows, _) in result.items()} == {
        "premises": ["added"],
        "licences": ["added", "added"],
        "tags": ["added"],
    }, "and not another bureau's own tag"
    assert result["premises"][0][0]["premises"]["address"] == "和平路1号"
    asked = "/api/v1/belongings/licences?state=expiring&kind=食品经营许可证"
    (ending,) = read(city, asked, reader)["items"]
    assert (ending["entity_code"], ending["number"], ending["premises_number"]) == (code, "JY80", 1)
    assert read(city, f"/api/v1/belongings/licences?entity={other}", reader) == {
        "items": [],
        "count": 0,
        "next": None,
    }
    part = read(city, f"/api/v1/belongings/licences?entity={code}&size=1", reader)
    rest = read(city, f"/api/v1/belongings/licences?entity={code}&after={part['next']}", reader)
    assert {each["number"] for each in part["items"] + rest["items"]} == {"JY80", "JY81"}
    own_tags = "/api/v1/belongings/tags?shared=false"
    assert [each["name"] for each in read(city, own_tags, keeper)["items"]] == ["重点"]
    assert read(city, own_tags, reader)["items"] == []
    with city.acting("wsjk.planner") as scope:
        db.session.add(Target(tenant_id=scope.tenant_id, entity_id=one.id, listed_on=today()))
        db.session.flush()
        target_service.list_places(entity_queries.entity_by_code(code), [first])
    found = [read(city, "/api/v1/registers/matters?kind=place", who)["items"] for who in (reader, keeper)]
    ((listed,), others) = found
    assert [listed[key] for key in ("number", "name", "address", "place")] == [
        "1",
        "总店",
        "和平路1号",
        "990100",
    ]
    assert listed["entity"]["code"] == code and others == []
    for words in (f"{code} 总店", "和平路1"):
        found = [read(city, f"/api/v1/registers/matters?q={words}", who)["items"] for who in (reader, keeper)]
        assert found == [[listed], []], "by the firm and by its own words"
    with city.acting("scjg.planner"):
        closed = {**place, "address": "和平路1号", "closed_on": today()}
        entity_service.save_premises(
            entity_queries.entity_by_code(code), closed, entity_queries.premises(first)
        )
        target_service.set_tags(entity_queries.entity_by_code(code), [])
    rows, _ = all_of(city, reader, "premises", result["premises"][1])
    assert [(each["what"], each["premises"]["closed_on"]) for each in rows] == [
        ("changed", today().isoformat())
    ]
    rows, _ = all_of(city, reader, "tags", result["tags"][1])
    assert [(each["what"], each["entity_code"], each["tag"]) for each in rows] == [("removed", code, None)]
    assert read(city, f"/api/v1/belongings/premises?entity={code}&in_use=true", reader)["items"] == []
    assert city.client().get("/api/v1/belongings/licences?state=lost", headers=reader).status_code == 422


def test_of_a_bureaus_own_lists_only_its_own_is_told(city: City, run_jobs: Callable[[], int]) -> None:
    own, other = (token(city, letters, Permission.BUREAU_READ) for letters in ("SCJG", "MZJ"))
    head = ("姓名", "执法证编号", "身份证号")
    with city.acting("scjg.planner"):
        import_service.begin_import(
            "inspectors", "人员.csv", as_csv([["甲某", "示Z001", ""], ["乙某", "示Z002", ""]], head)
        )
    run_jobs()
    rows, cursor = all_of(city, own, "inspectors", limit=1)
    assert {one["certificate_number"] for one in rows} == {"示Z001", "示Z002"}
    assert not {"identity_number", "phone"} & set(rows[0])
    assert all_of(city, other, "inspectors")[0] == []
    with city.acting("scjg.planner"):
        one = entity_queries.entity_by_code(made_up_credit_code(71))
        db.session.add(Target(tenant_id=city.bureaus["SCJG"], entity_id=one.id, listed_on=today()))
    rows, after = all_of(city, own, "targets")
    assert [one["entity_code"] for one in rows] == [made_up_credit_code(71)]
    assert all_of(city, own, "targets", after)[0] == [] == all_of(city, own, "inspectors", cursor)[0]
    without = token(city, "SCJG", Permission.EXPORT)
    assert {
        ask(city, without, what).status_code for what in ("entities", "targets", "items", "inspectors")
    } == {403}
    assert all_of(city, other, "targets")[0] == [] and all_of(city, own, "items")[0] == []


@pytest.fixture(scope="module")
def own(city: City) -> dict[str, str]:
    """Market regulation's token; its list has one published item at least."""
    item = ("1", "食品检查", "《食品安全法》", "", "是否持证经营", "", "", "", "企业、个体工商户、产品")
    with city.acting("scjg.planner"):
        run = import_service.begin_import("items", "F1.csv", f1(item, more=("检查对象",)))
        import_service.run_import(run.id, NoProgress())
    publish_items(city, "SCJG")
    return token(city, "SCJG", Permission.BUREAU_READ, Permission.REGISTRY_WRITE)


@pytest.fixture(scope="module")
def theirs(city: City) -> dict[str, str]:
    return token(city, "MZJ", Permission.BUREAU_READ, Permission.REGISTRY_WRITE)


def test_a_shared_item_is_adopted_extended_and_followed(
    city: City, own: dict[str, str], theirs: dict[str, str]
) -> None:
    """R-L1: after a look at what it is, by who has the power in law; points of one's own stay; another bureau's copy is not told."""
    with city.acting("scjg.planner"):
        (shared,) = [one for one in item_queries.my_items() if one.name == "食品检查"]
        template = item_queries.templates.template_of(shared) or item_service.share_item(shared, "联合检查用")
        place, number, version = f"items/templates/{template.id}", shared.number, shared.version
    (one,) = read(city, "/api/v1/items/templates?q=食品检查&sort=-shared_at", theirs)["items"]
    assert (one["id"], one["standing"], one["copy"], one["item"]["number"]) == (str(template.id), "open", None, number)  # fmt: skip
    assert read(city, f"/api/v1/items/templates?bureau={city.bureaus['MZJ']}", theirs)["count"] == 0
    assert read(city, "/api/v1/items/templates?q=SPJC", theirs)["items"] == [one], "by its initials"
    assert read(city, f"/api/v1/{place}", own)["standing"] == "own"
    for body in ({}, {"empowered": False}):
        assert send(city, "POST", f"{place}/adopt", theirs, **body).status_code == 422
    more = {"points": [{"point": "冷库温度", "kind": "number", "unit": "℃", "highest": "-18"}]}
    assert [send(city, "POST", f"{place}/{act}", theirs, **body).status_code for act, body in (("extend", more), ("follow", {}))] == [409, 409]  # fmt: skip
    assert send(city, "POST", f"{place}/adopt", own, empowered=True).status_code == 409, "its own"
    made = send(city, "POST", f"{place}/adopt", theirs, empowered=True)
    assert (made.status_code, made.json["state"], made.json["source"]["version"]) == (201, "draft", version)
    assert send(city, "POST", f"{place}/adopt", theirs, empowered=True).status_code == 409
    longer = send(city, "POST", f"{place}/extend", theirs, **more)
    assert [each["point"] for each in longer.json["checklist"]] == ["是否持证经营", "冷库温度"]
    for wrong, field in (
        ({"points": []}, "points"),
        (more, "points.0.point"),
        ({"points": [{"point": "甲"}, {"point": "乙", "kind": "choice"}]}, "points.1.options"),
    ):
        refused = send(city, "POST", f"{place}/extend", theirs, **wrong)
        assert refused.status_code == 422 and field in {each["field"] for each in refused.json["errors"]}, refused.json  # fmt: skip
    with city.acting("scjg.planner"):
        item_service.save_item(number, {"content": "是否持证经营；是否公示"})
    publish_items(city, "SCJG")
    answer = read(city, f"/api/v1/{place}", theirs)
    assert (answer["standing"], answer["copy"]) == ("outdated", longer.json["id"])
    assert [each["field"] for each in answer["newer"]] == ["content", "checklist"]
    assert [each["field"] for each in answer["own"]] == ["checklist"]
    followed = send(city, "POST", f"{place}/follow", theirs).json
    assert followed["source"]["in_force"] and followed["checklist"][-1]["point"] == "冷库温度"
    assert read(city, f"/api/v1/{place}", theirs)["standing"] == "adopted"
    with city.acting("scjg.planner"):
        item_service.stop_sharing(item_queries.templates.item_template(template.id)[1])
    assert send(city, "POST", f"{place}/extend", theirs, **more).status_code == 404


def test_a_bureau_shares_an_item_of_its_own_and_ends_that(
    city: City, own: dict[str, str], theirs: dict[str, str]
) -> None:
    """R-L1: by who leads joint checks, of what is in force in one's own list; nobody else ends it."""
    leads = [Permission.BUREAU_READ, Permission.CAMPAIGN_LEAD]
    lead, stranger = token(city, "SCJG", *leads), token(city, "MZJ", *leads)
    with city.acting("scjg.planner"):
        (found,) = [one for one in item_queries.my_items() if one.name == "食品检查"]
        item, number = str(found.id), found.number
    shared = "items/templates"
    assert send(city, "POST", shared, own, item=item).status_code == 403
    assert send(city, "POST", shared, stranger, item=item).status_code == 404
    for wrong in ({}, {"item": "一"}, {"item": item, "note": "长" * 201}):
        assert send(city, "POST", shared, lead, **wrong).status_code == 422, wrong
    made = send(city, "POST", shared, lead, item=item, note="联合检查用")
    assert made.status_code == 201, made.json
    answer = made.json
    assert (answer["standing"], answer["note"], answer["item"]["number"]) == ("own", "联合检查用", number)
    assert send(city, "POST", shared, lead, item=item).status_code == 409, "it is shared already"
    place = f"{shared}/{answer['id']}"
    assert read(city, f"/api/v1/{place}", theirs)["item"]["number"] == number
    assert send(city, "DELETE", place, own).status_code == 403
    assert send(city, "DELETE", place, stranger).status_code == 404
    assert [send(city, "DELETE", place, lead).status_code for _ in range(2)] == [204, 404]
    assert city.client().get(f"/api/v1/{place}", headers=theirs).status_code == 404
    with city.acting("scjg.planner"):
        item_service.save_item(number, {"basis": "《食品安全法》第一百一十条"})
        draft = str(next(one.id for one in item_queries.my_items() if one.number == number))
    assert send(city, "POST", shared, lead, item=draft).status_code == 409, "it is not in force yet"
    with city.acting("scjg.planner"):
        item_service.discard_draft(item_queries.my_item(UUID(draft)))


def test_versions_of_the_list_and_what_one_changes(
    city: City, own: dict[str, str], theirs: dict[str, str]
) -> None:
    """R-L3, R-L4: each version whole and beside another; the way it was handed in is the bureau's own affair."""
    with city.acting("scjg.planner"):
        first = item_queries.my_items()[0]
        item_service.save_item(first.number, {"remark": "另加说明"})
        item_service.save_item("SCJG-700", {**facts_of(first), "number": "SCJG-700", "name": "广告检查", "mode": "unfit", "remark": "随案核查"})  # fmt: skip
    publish_items(city, "SCJG")
    with city.acting("scjg.planner"):
        item_service.save_item("SCJG-701", {**facts_of(first), "number": "SCJG-701", "name": "待审的检查"})
        submitted = item_service.submit_list().id
        numbers = [one.number for one in item_queries.published_items(city.bureaus["SCJG"])]
    lists = read(city, "/api/v1/items/lists", own)["items"]
    waiting, newest = lists[0], lists[1]
    assert (waiting["id"], waiting["state"], waiting["added"], waiting["filings"]) == (str(submitted), "submitted", 1, [])  # fmt: skip
    assert newest["submitter_name"] and newest["filings"][0]["state"] == "sent"
    others = read(city, f"/api/v1/items/lists?bureau={city.bureaus['SCJG']}", theirs)["items"]
    assert [one["id"] for one in others] == [one["id"] for one in lists[1:]]
    assert {(one["submitter_name"], len(one["filings"])) for one in others} == {(None, 0)}
    assert read(city, "/api/v1/items/lists", theirs)["items"] == []
    place = f"/api/v1/items/lists/{newest['id']}"
    assert [one["number"] for one in read(city, place, theirs)["items"]] == numbers
    for found in (read(city, f"{place}/differences", own), read(city, f"{place}/differences?against={lists[2]['id']}", theirs)):  # fmt: skip
        assert (found["against"]["version"], found["removed"]) == (newest["version"] - 1, [])
        assert [one["name"] for one in found["added"]] == ["广告检查"]
        (changed,) = found["changed"]
        assert changed["fields"] == [{"field": "remark", "before": "", "after": "另加说明"}]
    assert read(city, f"/api/v1/items/lists/{lists[-1]['id']}/differences", own)["against"] is None
    assert city.client().get(f"{place}/file", headers=theirs).status_code == 200
    for path in ("", "/differences", "/file"):
        assert city.client().get(f"/api/v1/items/lists/{submitted}{path}", headers=theirs).status_code == 404
    for strange in (submitted, newest["id"], city.bureaus["SCJG"]):
        assert city.client().get(f"{place}/differences?against={strange}", headers=own).status_code == 404
    answer = read(city, "/api/v1/items/coverage", own)
    assert sum(one["total"] for one in answer["domains"]) == len(numbers)
    assert [(one["number"], one["reason"]) for one in answer["unfit"]] == [("SCJG-700", "随案核查")]
    assert answer["declarations"] and read(city, "/api/v1/items/coverage", theirs)["domains"] == []


def test_the_scale_of_risk_and_its_factors_are_written(
    city: City, own: dict[str, str], theirs: dict[str, str], run_jobs: Callable[[], int]
) -> None:
    """R-O4: whole each time, then computed; a level that a person set stays, and another bureau has none of it."""
    place = "vocabularies/risk"
    scale = {"levels": [{"name": "高", "from": 30}, {"name": "低", "from": 0}]}
    for levels in ([], [{"name": "低", "from": 0}], [{"name": "低", "from": 1}, {"name": "高", "from": 2}], [{"name": "低 级", "from": 0}, {"name": "高", "from": 2}], [{"name": "低", "from": 0}, {"name": "低", "from": 2}]):  # fmt: skip
        assert send(city, "PUT", place, theirs, levels=levels).status_code == 422, levels
    assert send(city, "POST", f"{place}/computations", theirs).status_code == 409, "no scale yet"
    said = send(city, "PUT", place, theirs, **scale).json
    assert [(one["name"], one["from"]) for one in said["levels"]] == [("低", 0), ("高", 30)]
    factor: dict[str, Any] = {"name": "餐饮", "points": 40, "conditions": {"scope": ["餐饮"]}}
    for wrong in (
        {},
        {**factor, "points": 0},
        {**factor, "conditions": {}},
        {**factor, "conditions": {"risk": ["高"]}},
        {**factor, "name": ""},
    ):
        assert send(city, "POST", f"{place}/factors", theirs, **wrong).status_code == 422, wrong
    made = send(city, "POST", f"{place}/factors", theirs, **factor)
    assert (made.status_code, made.json["conditions"]) == (201, {"scope": ["餐饮"]})
    assert send(city, "POST", f"{place}/factors", theirs, **factor).status_code == 422, "the name is taken"
    one = f"{place}/factors/{made.json['id']}"
    for method in ("PUT", "DELETE"):
        assert send(city, method, one, own, **factor).status_code == 404
    assert send(city, "PUT", one, theirs, **{**factor, "points": 50}).json["points"] == 50
    assert read(city, f"/api/v1/{place}", theirs)["job"] is None
    asked = send(city, "POST", f"{place}/computations", theirs)
    assert (asked.status_code, asked.json["state"]) == (202, "waiting")
    assert send(city, "POST", f"{place}/computations", theirs).status_code == 409, "one at a time"
    run_jobs()
    now_there = read(city, f"/api/v1/{place}", theirs)
    assert now_there["job"] == {**now_there["job"], "id": asked.json["id"], "outcome": {"changed": 0}}
    assert now_there["computed_at"] and read(city, f"/api/v1/{place}", own)["job"] is None
    assert read(city, f"/api/v1/{place}", theirs)["factors"][0]["points"] == 50
    assert [send(city, "DELETE", one, theirs).status_code for _ in range(2)] == [204, 404]
    assert read(city, f"/api/v1/{place}", theirs)["factors"] == []
