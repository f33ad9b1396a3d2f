"""What the operator keeps, on pages and over the interface: places, bureaus, grants with an end, first people, queues, backups (R-T3, R-T5)."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient

from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.spreadsheets import write_xlsx
from tenants import queries
from tenants.rules import Permission
from tests.fixtures.city import City
from tests.web.operator.test_settings import token

OPERATOR = "sjj.ops"
NUMBER, ANOTHER_NUMBER = (made_up_identity_number(date(1983, 1, 1), n) for n in (301, 302))
HEADS = ("姓名", "用户名", "身份证号", "职务", "科室", "角色")


def text(answer, status: int = 200) -> str:  # type: ignore[no-untyped-def]
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def operator(city: City) -> FlaskClient:
    return city.client(OPERATOR)


def sheet(*rows: tuple[str, ...]) -> tuple[io.BytesIO, str]:
    target = io.BytesIO()
    write_xlsx(target, HEADS, rows, sheet="用户")
    return io.BytesIO(target.getvalue()), "用户.xlsx"


def test_a_place_a_bureau_its_first_people_and_its_end(city: City, operator: FlaskClient) -> None:
    """R-T5: opened, named, given people by file, renamed, supervised until a day, merged: then nobody signs in."""
    place = {"code": "990177", "name": "示范高新区", "level": "zone", "parent": "990100"}
    assert operator.post("/platform/places", data=place).status_code == 303
    assert "已经有辖区使用" in text(operator.post("/platform/places", data=place), 422)
    assert operator.post("/platform/places/990177", data={**place, "name": "示范经开区"}).status_code == 303
    assert "示范经开区" in text(operator.get("/platform/places"))
    facts = {"name": "示范经开区管委会", "short_name": "经开区", "abbreviation": "示经开", "domain": "other"}
    given = {**facts, "place": "990177", "letters": "GWH"}
    assert "大写字母" in text(operator.post("/platform/bureaus/new", data={**given, "letters": "gwh1"}), 422)
    assert "已由" in text(operator.post("/platform/bureaus/new", data={**given, "kinds": ["91"]}), 422)
    made = operator.post("/platform/bureaus/new", data=given)
    assert made.status_code == 303
    where = made.headers["Location"]
    bad = ("李某", "li.mou", "123", "", "没有的科室", "厨师")
    seen = text(operator.post(f"{where}/people", data={"file": sheet(bad)}))
    assert "厨师" in seen and "没有的科室" in seen and "添加这" not in seen
    good = [
        ("王某", "wang.gwh", NUMBER, "主任", "", "管理员"),
        ("李某", "li.gwh", ANOTHER_NUMBER, "", "", "计划员、抽取员"),
    ]
    seen = text(operator.post(f"{where}/people", data={"file": sheet(*good)}))
    token = re.search(r'name="rows" value="([^"]+)"', seen)
    assert token and NUMBER not in seen
    links = text(operator.post(f"{where}/people", data={"rows": token[1], "then": "enter"}))
    addresses = re.findall(r"https?://[^<\s]+/invitation/[\w-]+|/invitation/[\w-]+", links)
    assert len(addresses) >= 2, links[:3000]
    assert "失效" in text(operator.post(f"{where}/people", data={"rows": "x" * 40, "then": "enter"}), 422)
    # Twice is refused: the names are taken.
    assert "已经有人使用" in text(
        operator.post(f"{where}/people", data={"rows": token[1], "then": "enter"}), 422
    )
    first = {"display_name": "王某", "username": "wang.gwh", "identity_number": NUMBER}
    assert "设置密码的链接" in text(operator.post(f"{where}/first", data=first))
    assert operator.post(f"{where}/edit", data={**facts, "name": "示范经开区管理局"}).status_code == 303
    assert "示范经开区管理局" in text(operator.get(where))
    with city.acting("scjg.planner"):
        successor = next(one.id for one in queries.bureaus() if one.code == "990100-SCJG")
    closing = {"reason": "示编〔2026〕3号", "successor": str(successor)}
    assert "填写" in text(operator.post(f"{where}/close", data={**closing, "reason": ""}), 422)
    assert operator.post(f"{where}/close", data=closing).status_code == 303
    assert "示编〔2026〕3号" in text(operator.get(where))
    assert "停用" in text(operator.post(f"{where}/edit", data=facts), 422)


def test_a_grant_has_an_end_and_ends(city: City, operator: FlaskClient) -> None:
    """R-T3: what a bureau supervises is given with its basis, from a day until a day, and then is over."""
    with city.acting("scjg.planner"):
        bureau = city.bureaus["WLJ"]
    until = today() + timedelta(days=30)
    given = {
        "bureau_id": str(bureau),
        "place": "990102",
        "domain": "all",
        "basis": "示政发〔2026〕1号",
        "since": today().isoformat(),
        "until": until.isoformat(),
    }
    assert "截止日期不能早于" in text(
        operator.post("/platform/grants", data={**given, "until": "2020-01-01"}), 422
    )
    assert operator.post("/platform/grants", data=given).status_code == 303
    assert "已经有同样的" in text(operator.post("/platform/grants", data=given), 422)
    seen = text(operator.get("/platform/grants"))
    assert "示政发〔2026〕1号" in seen
    with city.acting("scjg.planner"):
        grant = next(one for one, _, _ in queries.grants(bureau) if one.basis == given["basis"]).id
    where = f"/platform/grants/{grant}/end"
    assert "不能早于今天" in text(operator.post(where, data={"until": "2020-01-01"}), 422)
    assert operator.post(where, data={"until": today().isoformat()}).status_code == 303
    with city.acting("scjg.planner"):
        assert next(one for one, _, _ in queries.grants(bureau) if one.id == grant).until == today()


def test_queues_and_backups_without_content(
    city: City, operator: FlaskClient, owner: psycopg.Connection
) -> None:
    """Counts of jobs by bureau; a backup noted by the command and a trial by the operator."""
    assert "各单位作业" in text(operator.get("/platform/jobs"))
    assert "还没有备份记录" in text(operator.get("/platform/backups"))
    trial = {
        "day": today().isoformat(),
        "name": "2026-11-21.zip",
        "outcome": "good",
        "note": "恢复到备机，核对日志",
    }
    wrong = {**trial, "day": (today() + timedelta(days=1)).isoformat()}
    assert "不能晚于今天" in text(operator.post("/platform/backups", data=wrong), 422)
    assert operator.post("/platform/backups", data=trial).status_code == 303
    assert "恢复到备机，核对日志" in text(operator.get("/platform/backups"))


def test_over_the_interface(city: City) -> None:
    """The same by API, with bad input and another's token."""
    client, head = city.client(), token(city, Permission.PLATFORM_MANAGE)

    def call(way: str, where: str, status: int, head: Any = head, **given: object) -> Any:
        answer = getattr(client, way)(f"/api/v1/platform/{where}", headers=head, json=given)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()

    place = {"code": "990178", "name": "示范新城", "level": "town", "parent": "990100"}
    call("post", "places", 403, token(city, Permission.BUREAU_READ), **place)
    call("post", "places", 201, **place)
    call("post", "places", 422, **place)
    call("put", "places/990178", 422, name="新城街道", level="x")
    call("put", "places/990178", 200, name="新城街道", level="town")
    facts = {"name": "示范新城管委会", "short_name": "新城", "abbreviation": "示新", "domain": "other"}
    made = call("post", "bureaus", 201, **facts, place="990178", letters="XC")
    where = f"bureaus/{made['id']}"
    call("put", where, 200, **{**facts, "name": "示范新城管理局"})
    first = {"display_name": "赵某", "username": "zhao.xc"}
    call("post", f"{where}/administrator", 422, **first, identity_number="1")
    assert call("post", f"{where}/administrator", 201, **first, identity_number=NUMBER)["token"]
    given = {"bureau_id": made["id"], "place": "990178", "domain": "all", "basis": "示政发〔2026〕2号"}
    grant = call("post", "grants", 201, **given, since=today().isoformat())
    until = today().isoformat()
    assert call("post", f"grants/{grant['id']}/end", 200, until=until)["until"] == until
    assert call("post", f"{where}/closure", 200, reason="示编〔2026〕4号")["active"] is False
    call("post", f"{where}/closure", 409, reason="示编〔2026〕4号")
    call("get", "queues", 200)
    call("post", "backups", 201, name="备份", good=True, note="全部恢复")
    assert call("get", "backups", 200)["items"][0]["note"] == "全部恢复"
    assert {one["code"] for one in call("get", "places", 200)["items"]} >= {"990178"}
    assert any(not one["active"] for one in call("get", "bureaus", 200)["items"])
