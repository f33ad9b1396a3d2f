"""Several units of one bureau in a campaign: each lists and answers its own part, until the freeze (R-J2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from onedoor.campaigns import queries, service
from onedoor.campaigns.service import UnitPart
from onedoor.items.models import Item
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import in_scope
from onedoor.officers.models import Inspector
from tenants import scope
from tenants.models import Unit, UserAccount
from tenants.rules import Permission as P
from tests.api.test_registry_loads import read, token
from tests.campaigns.builders import World

CLERK = "scjg.planner"
FOOD, FIRE = "食品科", "特种设备科"


@pytest.fixture
def units(world: World) -> dict[str, UUID]:
    """Market regulation's two items belong to two units, its officers to one or the other by turns."""
    bureau, made = world.city.bureaus["SCJG"], {name: new_id() for name in (FOOD, FIRE)}
    with world.city.acting(CLERK):
        db.session.add_all(
            Unit(id=one, tenant_id=bureau, name=f"{name}{one.hex[-6:]}") for name, one in made.items()
        )
        db.session.flush()
        for number, name in enumerate((FOOD, FIRE)):
            db.session.get_one(Item, world.items["SCJG"][number]).unit_id = made[name]
            for officer in world.officers["SCJG"][number::2]:
                db.session.get_one(Inspector, officer).unit_id = made[name]
    return made


@contextmanager
def belongs(world: World, unit_id: UUID | None) -> Iterator[None]:
    """The clerk is of this unit for a while."""

    def put(of: UUID | None) -> None:
        account = world.city.person(CLERK).user_id
        with in_scope(scope.identity(world.city.bureaus["SCJG"]), world.city.app):
            db.session.get_one(UserAccount, account).unit_id = of
            db.session.commit()

    put(unit_id)
    try:
        yield
    finally:
        put(None)


def states(campaign_id: UUID) -> dict[UUID, str]:
    return {one.unit_id: one.state for one in queries.my_units(campaign_id)}


def test_each_unit_answers_its_own_part_and_no_other(world: World, units: dict[str, UUID]) -> None:
    campaign_id = world.invited()
    world.accept(campaign_id, "SCJG", item_ids=world.items["SCJG"])
    food, fire = units[FOOD], units[FIRE]
    officers = world.officers["SCJG"]
    with world.city.acting(CLERK):
        assert states(campaign_id) == {food: "asked", fire: "asked"}
        ready = queries.readiness_rows(campaign_id)[world.city.bureaus["SCJG"]]
        assert sum("还没有答复" in one["message"] for one in ready.problems) == 2
        assert {one["level"] for one in ready.problems if "还没有答复" in one["message"]} == {"warn"}
    mine = UnitPart(True, world.items["SCJG"][:1], officers[0:4:2])
    with belongs(world, food), world.city.acting(CLERK):
        with pytest.raises(Forbidden):
            service.answer_for_unit(campaign_id, fire, UnitPart(True, world.items["SCJG"][1:2]))
        for wrong, field in (
            (UnitPart(True, world.items["SCJG"][1:2]), "item_ids"),
            (UnitPart(True, world.items["SCJG"][:1], officers[1:2]), "inspector_ids"),
            (UnitPart(False, reason=" "), "reason"),
        ):
            with pytest.raises(ClerkError) as refused:
                service.answer_for_unit(campaign_id, food, wrong)
            assert set(refused.value.fields) == {field}
        service.answer_for_unit(campaign_id, food, mine)
        assert states(campaign_id) == {food: "agreed", fire: "asked"}
        brought = {one.inspector_id for one in queries.party_inspectors(campaign_id)}
        assert set(officers[0::2]) & brought == set(officers[0:4:2]), "its officers are those it named"
    # The bureau answers again with the same: what the unit said of the same matters stands.
    with world.city.acting(CLERK):
        given = world.contribution("SCJG", item_ids=world.items["SCJG"])
        service.accept(campaign_id, given)
        assert states(campaign_id)[food] == "agreed"


def test_one_that_declines_takes_its_matters_out_and_the_last_cannot(
    world: World, units: dict[str, UUID]
) -> None:
    campaign_id = world.invited()
    world.accept(campaign_id, "SCJG", item_ids=world.items["SCJG"])
    food, fire = units[FOOD], units[FIRE]
    client = world.city.client(CLERK)
    place = f"/campaigns/{campaign_id}"
    assert "各科室的答复" in client.get(place).get_data(as_text=True)
    form = client.get(f"{place}/units/{fire}").get_data(as_text=True)
    assert "一次进门" in form and "SCJG-2" in form and "SCJG-1" not in form
    refused = client.post(f"{place}/units/{fire}", data={"decision": "decline", "reason": ""})
    assert refused.status_code == 422 and "请写明理由" in refused.get_data(as_text=True)
    done: Any = client.post(f"{place}/units/{fire}", data={"decision": "decline", "reason": "本季度另有任务"})
    assert done.status_code == 303
    assert "本季度另有任务" in client.get(place).get_data(as_text=True)
    with world.city.acting(CLERK):
        assert [one.number for one in queries.my_items(campaign_id)] == ["SCJG-1"]
        answer = queries.my_party(campaign_id).answer
        assert answer is not None and answer.items == 1
        with pytest.raises(Conflict, match="只剩这个科室"):
            service.answer_for_unit(campaign_id, food, UnitPart(False, reason="也不去"))
    assert world.city.client("yjgl.planner").get(f"{place}/units/{fire}").status_code == 404
    mine = token(world.city, "SCJG", P.BUREAU_READ)
    told = read(world.city, f"/api/v1/campaigns/{campaign_id}/units", mine)["items"]
    assert {one["state"] for one in told} == {"asked", "declined"}
