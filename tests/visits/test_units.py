"""Several units of one bureau at one door, and the one record sheet of a joint visit (R-J2)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.items.models import Item
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import in_scope
from onedoor.officers.models import Inspector
from onedoor.visits import queries, service
from tenants import scope
from tenants.models import Unit, UserAccount
from tenants.rules import Permission as P
from tests.api.test_registry_loads import token
from tests.campaigns.builders import World
from tests.fixtures.city import City
from tests.visits.builders import ANSWERS, DrawnCampaign, run_jobs_of
from tests.visits.check_builders import CLERK, Desk

FOOD, FIRE = "食品科", "特种设备科"


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    """Market regulation with two units: an item and officers of each."""
    city, bureau = world.city, world.city.bureaus["SCJG"]
    with city.acting(CLERK):
        ids = {name: new_id() for name in (FOOD, FIRE)}
        db.session.add_all(Unit(id=one, tenant_id=bureau, name=name) for name, one in ids.items())
        db.session.flush()
        for number, name in enumerate((FOOD, FIRE)):
            db.session.get_one(Item, world.items["SCJG"][number]).unit_id = ids[name]
            for officer in world.officers["SCJG"][number::2]:
                db.session.get_one(Inspector, officer).unit_id = ids[name]
    return Desk(world)


def unit_of(desk: Desk, name: str) -> UUID:
    with desk.world.city.acting(CLERK):
        found = db.session.scalar(sa.select(Unit.id).where(Unit.name == name))
        assert found is not None
        return found


def both(desk: Desk, **more: Any) -> dict[str, Any]:
    return {"item_ids": desk.world.items["SCJG"], "inspector_ids": desk.world.officers["SCJG"][:4], **more}


def agree(desk: Desk, visit_id: UUID, *names: str) -> None:
    for name in names:
        unit = unit_of(desk, name)
        with desk.world.city.acting(CLERK):
            service.answer_for_unit(visit_id, unit, True, "")


def test_two_units_of_one_bureau_are_one_visit(desk: Desk) -> None:
    """One visit, one notice, one team of officers of both; each unit answers and fills its own part of the one record."""
    city = desk.world.city
    food = desk.world.officers["SCJG"][0:4:2]
    with city.acting(CLERK):
        with pytest.raises(ClerkError, match=FIRE) as refused:
            service.propose(desk.proposal(**both(desk, inspector_ids=food)))
        assert "inspector_ids" in refused.value.fields
        db.session.rollback()
    visit_id = desk.proposed(**both(desk))
    with city.acting(CLERK):
        assert {one.unit_name for one in queries.visit_units(visit_id)} == {FOOD, FIRE}
        with pytest.raises(Conflict, match="还没有答复"):
            service.submit_check(visit_id)
        with pytest.raises(NotFound):
            service.answer_for_unit(visit_id, new_id(), True, "")
    with city.acting("yjgl.planner"), pytest.raises(NotFound):
        service.answer_for_unit(visit_id, new_id(), True, "")
    fire = unit_of(desk, FIRE)
    with city.acting(CLERK):
        with pytest.raises(ClerkError) as refused:
            service.answer_for_unit(visit_id, fire, False, " ")
        assert "reason" in refused.value.fields
        service.answer_for_unit(visit_id, fire, False, "人手不足")
        with pytest.raises(Conflict, match="人手不足"):
            service.submit_check(visit_id)
    agree(desk, visit_id, FOOD, FIRE)
    with city.acting(CLERK):
        service.submit_check(visit_id)
    desk.approve(visit_id)
    with city.acting(CLERK):
        service.issue_notice(visit_id)
        told = {one["bureau"] for one in service.visit_values(queries.visit(visit_id))["matters"]}
        assert any(FOOD in name for name in told) and any(FIRE in name for name in told)
        mine, theirs = queries.matters(visit_id)
        assert (mine.unit_name, theirs.unit_name) == (FOOD, FIRE)
    given: dict[str, Any] = {"answers": ANSWERS, "results": ["nothing"], "note": "", "revision": 0}
    with city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方手机没电")
        service.save_item(visit_id, mine.id, **given)
        with pytest.raises(Forbidden, match=FIRE):
            service.save_item(visit_id, theirs.id, **given)
        with pytest.raises(ClerkError, match="还没有填写检查结果"):
            service.submit_record(visit_id, "u" * 20, service.Ending(attendee="王店长", signature="signed"))
        db.session.rollback()
    with city.acting("scjg.officer2"):
        service.begin(visit_id, reason="对方手机没电")
        service.save_item(visit_id, theirs.id, **given)
    with city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方手机没电")
        item = queries.item(service.open_record(visit_id).id, mine.id)
        service.save_item(visit_id, mine.id, **{**given, "revision": item.revision if item else 0})
        record = service.submit_record(
            visit_id, "u" * 20, service.Ending(attendee="王店长", signature="signed")
        )
        values = service.record_values(record)
        assert [one["bureau"].split("（")[1] for one in values["items"]] == [f"{FOOD}）", f"{FIRE}）"]
        assert queries.parts(visit_id)[city.bureaus["SCJG"]].number == queries.visit(visit_id).number


def test_a_unit_answers_for_itself_alone(desk: Desk) -> None:
    """R-T5: who of one unit leaves another's part alone; that of whoever proposes the check agrees by that."""
    city, food, fire = desk.world.city, unit_of(desk, FOOD), unit_of(desk, FIRE)
    put(city, food)
    try:
        visit_id = desk.proposed(**both(desk))
        with city.acting(CLERK):
            states = {one.unit_id: one.state for one in queries.visit_units(visit_id)}
            assert states == {food: "agreed", fire: "asked"}
            with pytest.raises(Forbidden):
                service.answer_for_unit(visit_id, fire, True, "")
    finally:
        put(city, None)


def put(city: City, unit_id: UUID | None) -> None:
    """The clerk belongs to a unit, or to none."""
    with in_scope(scope.identity(), city.app):
        db.session.get_one(UserAccount, city.person(CLERK).user_id).unit_id = unit_id
        db.session.commit()


def test_units_on_the_page_in_the_list_and_over_the_interface(desk: Desk) -> None:
    city, visit_id = desk.world.city, desk.proposed(**both(desk))
    food, fire = unit_of(desk, FOOD), unit_of(desk, FIRE)
    client, page = city.client(CLERK), f"/visits/{visit_id}"
    shown = re.sub(r"\s+", " ", client.get(page).get_data(as_text=True))
    assert "参加的科室" in shown and "同意检查本科室的事项" in shown
    refused = client.post(f"{page}/units/{food}/answer", data={"decision": "decline", "reason": ""})
    assert refused.status_code == 422 and "请写明理由" in refused.get_data(as_text=True)
    assert client.post(f"{page}/units/{food}/answer", data={"decision": "agree"}).status_code == 303
    stranger = city.client("yjgl.planner")
    assert stranger.post(f"{page}/units/{fire}/answer", data={"decision": "agree"}).status_code == 404
    found = client.get("/visits", query_string={"unit": str(fire)}).get_data(as_text=True)
    with city.acting(CLERK):
        assert queries.visit(visit_id).number in found
    headers = token(city, "SCJG", P.BUREAU_READ, P.VISIT_MANAGE)
    path = f"/api/v1/visits/{visit_id}/units/{fire}/answer"
    answered = client.post(path, headers=headers, json={"decision": "agree"})
    assert answered.status_code == 200, answered.get_data(as_text=True)
    assert {one["state"] for one in answered.get_json()["units"]} == {"agreed"}
    other = token(city, "YJGL", P.BUREAU_READ, P.VISIT_MANAGE)
    assert client.post(path, headers=other, json={"decision": "agree"}).status_code == 404


def test_a_joint_record_sheet_has_each_bureaus_part_and_number(going: DrawnCampaign) -> None:
    """One number of the lead, each bureau's own beside; another's part once its unit has accepted it."""
    city, visit_id = going.world.city, going.joint()
    letters = going.parties(visit_id)
    records = {one: going.record(visit_id, one) for one in letters}
    run_jobs_of(city.app)()
    with city.acting("scjg.planner"):
        visit = queries.visit(visit_id)
        numbers = [one["number"] for one in service.joint_record_values(visit)["parts"]]
        assert numbers[0] == visit.number and len(set(numbers)) == len(letters) and all(numbers)
        told = service.joint_record_values(visit)["parts"]
        assert told[0]["values"] is not None and told[1]["values"] is None
    for one, record_id in records.items():
        going.accept(record_id, one)
    page = city.client("scjg.planner").get(f"/visits/{visit_id}/record")
    text = page.get_data(as_text=True)
    assert page.status_code == 200 and all(number in text for number in numbers)
    assert text.count("经检查，该事项未发现问题。") == len(letters)
    assert city.client("mzj.planner").get(f"/visits/{visit_id}/record").status_code == 404
