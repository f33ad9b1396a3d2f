"""Papers, who assists, and what is still arranged before a check, over the interface (R-V3, R-L7, R-V1)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from onedoor.items.models import Item
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.officers import service as officer_service
from onedoor.visits import queries, service
from tenants.rules import Permission as P
from tests.api.test_at_the_door import phone
from tests.api.test_registry_loads import read, token
from tests.campaigns.builders import World
from tests.visits.builders import settle
from tests.visits.check_builders import Desk

PLACE = "/api/v1/visits/"
PDF = b"%PDF-1.7 papers"


@pytest.fixture(scope="module")
def desk(city: Any) -> Desk:
    world = settle(World(city).fill())
    with city.acting("scjg.planner"):
        allowed = "实地检查、书面检查、网络监测、委托专业机构"
        db.session.execute(sa.update(Item).where(Item.id.in_(world.items["SCJG"])).values(method=allowed))
    return Desk(world)


@pytest.fixture(scope="module")
def clerk(desk: Desk) -> dict[str, str]:
    return token(desk.world.city, "SCJG", P.BUREAU_READ, P.VISIT_MANAGE)


@pytest.fixture(scope="module")
def stranger(desk: Desk) -> dict[str, str]:
    return token(desk.world.city, "YJGL", P.BUREAU_READ, P.VISIT_MANAGE)


def ask(desk: Desk, method: str, path: str, headers: dict[str, str], **body: Any) -> Any:
    return desk.world.city.client().open(f"{PLACE}{path}", method=method, headers=headers, json=body)


def send(desk: Desk, path: str, headers: dict[str, str], **form: Any) -> Any:
    return desk.world.city.client().post(f"{PLACE}{path}", headers=headers, data=form)


def pdf() -> Any:
    return io.BytesIO(PDF), "台账.pdf"


def test_papers_are_asked_for_received_and_taken_off_again(desk: Desk) -> None:
    """R-V3: with the officer's own token; a bureau's system is on no team."""
    city, visit_id = desk.world.city, desk.approved(method="written")
    mine = phone(city, "scjg.officer")
    assert ask(desk, "POST", f"{visit_id}/beginning", mine).status_code == 200
    (matter,) = read(city, f"{PLACE}{visit_id}/door", mine)["matters"]
    place = f"{visit_id}/matters/{matter['id']}/papers"
    lacking = send(desk, place, mine, kind="report", title="")
    told = {one["field"] for one in lacking.get_json()["errors"]}
    assert lacking.status_code == 422 and told == {"title", "origin", "number", "file"}
    asked = send(desk, place, mine, kind="paper", title="进货台账", due_on=today().isoformat())
    assert asked.status_code == 201, asked.get_data(as_text=True)
    (paper,) = asked.get_json()["items"]
    assert (paper["title"], paper["received_at"]) == ("进货台账", None)
    receipt = f"{visit_id}/papers/{paper['id']}/receipt"
    assert send(desk, receipt, mine).status_code == 422, "without its file"
    got = send(desk, receipt, mine, file=pdf()).get_json()["items"][0]
    assert got["received_at"] and len(got["digest"]) == 64
    assert send(desk, receipt, mine, file=pdf()).status_code == 409, "it came once"
    assert read(city, f"{PLACE}{visit_id}/papers", mine)["items"] == [got]
    other = token(city, "YJGL", P.BUREAU_READ, P.VISIT_RECORD)
    system = token(city, "SCJG", P.BUREAU_READ, P.VISIT_RECORD)
    gone = f"{visit_id}/papers/{paper['id']}"
    assert ask(desk, "DELETE", gone, other).status_code == 404
    assert ask(desk, "DELETE", gone, system).status_code == 403
    assert ask(desk, "DELETE", gone, mine).get_json() == {"items": []}
    assert ask(desk, "DELETE", gone, mine).status_code == 404


def test_an_expert_is_chosen_with_the_entrustment_and_signs(
    desk: Desk, clerk: dict[str, str], stranger: dict[str, str]
) -> None:
    """R-L7, R-D5: recusal is checked, and the opinion is theirs alone."""
    city, visit_id = desk.world.city, desk.approved(method="entrusted")
    with city.acting("scjg.planner"):
        blank: dict[str, Any] = {
            "title": "",
            "qualifications": [],
            "credential": "",
            "credential_expires_on": None,
        }
        known = {**blank, "active": True, "remark": "", "kind": "person"}
        name = queries.visit(visit_id).entity_name
        expert, own = (
            officer_service.save_expert(None, {**known, "name": who, "organisation": where}).id
            for who, where in (("寅某", "示例大学"), ("卯某", name))
        )
    place, paper = (
        f"{visit_id}/assistants",
        {"number": "委〔2031〕2号", "scope": "消防设施", "unbiased": "true"},
    )
    bare = send(desk, place, clerk, expert_id=str(expert), file=pdf())
    assert {one["field"] for one in bare.get_json()["errors"]} == {"number", "scope", "unbiased"}
    refused = send(desk, place, clerk, expert_id=str(own), file=pdf(), **paper)
    assert refused.status_code == 422 and "应当回避" in refused.get_json()["detail"]
    chosen = send(desk, place, clerk, expert_id=str(expert), file=pdf(), **paper)
    assert chosen.status_code == 201, chosen.get_data(as_text=True)
    (one,) = chosen.get_json()["assistants"]
    assert (one["name"], one["signed_on"]) == ("寅某", None)
    opinion = f"{place}/{one['id']}/opinion"
    word = {"opinion": "消防设施完好", "signed_on": today().isoformat()}
    assert send(desk, opinion, clerk, file=pdf(), **word).status_code == 409, "the check has not begun"
    with city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方手机没电")
    signed = send(desk, opinion, clerk, file=pdf(), **word)
    assert signed.status_code == 200 and signed.get_json()["assistants"][0]["opinion_digest"]
    assert ask(desk, "DELETE", f"{place}/{one['id']}", clerk).status_code == 409
    assert send(desk, place, stranger, expert_id=str(expert), file=pdf(), **paper).status_code == 404


def test_day_team_announcement_and_cancellation(
    desk: Desk, clerk: dict[str, str], stranger: dict[str, str]
) -> None:
    """R-V1: what is sent again changes nothing; another team is approved again."""
    city = desk.world.city
    visit_id = desk.approved(ends_on=today() + timedelta(days=20))
    with city.acting("scjg.planner"):
        day = queries.calendar().add_working_days(today(), 3)
    for _ in range(2):
        moved = ask(desk, "PUT", f"{visit_id}/day", clerk, day=day.isoformat(), reason="对方请假")
        assert moved.get_json()["day"] == day.isoformat()
    out = ask(desk, "PUT", f"{visit_id}/day", clerk, day=(today() + timedelta(days=400)).isoformat())
    assert out.status_code == 422
    quiet = ask(desk, "PUT", f"{visit_id}/announcement", clerk, announced=False)
    assert quiet.status_code == 422 and quiet.get_json()["errors"][0]["field"] == "reason"
    known = ask(desk, "PUT", f"{visit_id}/announcement", clerk, announced=False, reason="《食品安全法》")
    assert known.get_json()["announced"] is False
    team = [str(one) for one in desk.world.officers["SCJG"][3:5]]
    named = ask(desk, "PUT", f"{visit_id}/team", clerk, inspector_ids=team, reason="原组员生病").get_json()
    assert [one["inspector_id"] for one in named["team"]] == team and named["state"] == "proposed"
    assert ask(desk, "PUT", f"{visit_id}/team", clerk, inspector_ids=team, reason="再来").get_json() == named
    member = named["team"][0]["id"]
    nobody_drew = ask(desk, "POST", f"{visit_id}/members/{member}/replacement", clerk, reason="生病")
    assert nobody_drew.status_code == 409 and "科室指定" in nobody_drew.get_json()["detail"]
    for _ in range(2):
        off = ask(desk, "POST", f"{visit_id}/cancellation", clerk, reason="投诉撤回")
        assert off.get_json()["state"] == "cancelled"
    assert ask(desk, "POST", f"{visit_id}/cancellation", clerk, reason="另一个原因").status_code == 409
    for method, path in (("PUT", "day"), ("PUT", "announcement"), ("PUT", "team"), ("POST", "cancellation")):
        assert ask(desk, method, f"{visit_id}/{path}", stranger).status_code == 404
    assert (
        ask(desk, "POST", f"{uuid4()}/members/{UUID(int=1)}/replacement", clerk, reason="x").status_code
        == 404
    )
