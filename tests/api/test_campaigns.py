"""A campaign over the interface: how far, how ready, what if; what the pages say, to whom they say it (R-J5, R-D5, R-T1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from onedoor.campaigns import queries, service
from tenants.rules import Permission
from tests.api.test_own_lists import counted
from tests.api.test_registry_loads import read, token
from tests.campaigns.builders import World

PLACE = "/api/v1/campaigns"


@pytest.fixture(scope="module")
def world(city: Any) -> World:
    return World(city).fill()


@pytest.fixture(scope="module")
def lead(world: World) -> dict[str, str]:
    return token(world.city, "SCJG", Permission.BUREAU_READ, Permission.CAMPAIGN_LEAD)


@pytest.fixture(scope="module")
def partner(world: World) -> dict[str, str]:
    return token(world.city, "YJGL", Permission.BUREAU_READ, Permission.CAMPAIGN_LEAD)


@pytest.fixture(scope="module")
def stranger(world: World) -> dict[str, str]:
    return token(world.city, "WSJK", Permission.BUREAU_READ, Permission.CAMPAIGN_LEAD)


@pytest.fixture(scope="module")
def ready(world: World) -> UUID:
    return world.ready(("YJGL",))


def ask(world: World, path: str, headers: dict[str, str], **body: Any) -> Any:
    return world.city.client().post(f"{PLACE}/{path}", headers=headers, json=body)


def test_parties_read_how_far_it_is_and_nobody_else(
    world: World, ready: UUID, lead: dict[str, str], partner: dict[str, str], stranger: dict[str, str]
) -> None:
    for headers in (lead, partner):
        (brief,) = [
            each for each in read(world.city, f"{PLACE}/", headers)["items"] if each["id"] == str(ready)
        ]
        assert (brief["state"], brief["lead"], brief["draw_id"]) == ("inviting", "示范市市场监督管理局", None)
        whole = read(world.city, f"{PLACE}/{ready}", headers)
        assert {**brief, "parties": whole["parties"]} == whole
        assert [(each["part"], each["state"]) for each in whole["parties"]] == [
            ("lead", "accepted"),
            ("partner", "accepted"),
        ]
    assert read(world.city, f"{PLACE}/", stranger)["items"] == []
    client = world.city.client()
    for what in ("", "/readiness", "/preview"):
        assert client.get(f"{PLACE}/{ready}{what}", headers=stranger).status_code == 404
        assert client.get(f"{PLACE}/{uuid4()}{what}", headers=lead).status_code == 404
    assert ask(world, f"{ready}/readiness/computations", stranger).status_code == 404


def test_the_lead_reads_the_readiness_its_page_shows(
    world: World, lead: dict[str, str], partner: dict[str, str]
) -> None:
    """Counts, strata by name, findings in words and the doors; a partner's own part is in its preview."""
    campaign_id = world.invited(("YJGL", "XFJY"))
    world.accept(campaign_id, "SCJG")
    world.accept(campaign_id, "YJGL", rates={"*": {"number": 40}}, cap=2)
    answer = read(world.city, f"{PLACE}/{campaign_id}/readiness", lead)
    with world.city.acting("scjg.planner"):
        found = service.readiness(campaign_id)
        expected = service.expected_doors(found)
        rows = {row.tenant_id: row for row in found.counts.values()}
    assert expected is not None and answer["ready"] is False and answer["only_closed"] is False
    assert any(each["level"] == "stop" and "消防" in each["sentence"] for each in answer["findings"])
    assert [each["bureau"] for each in answer["parties"]] == ["示范市市场监督管理局", "示范市应急管理局"]
    own, theirs = answer["parties"]
    row = rows[world.city.bureaus["YJGL"]]
    assert (theirs["rows"], theirs["eligible"], theirs["quota"]) == (row.rows, row.eligible, row.quota)
    assert theirs["checked_at"] == row.computed_at.isoformat()
    assert {each["stratum"]: each["name"] for each in theirs["strata"]} == {"91": "企业", "92": "个体工商户"}
    assert any(each["level"] == "stop" and "执法人员不够" in each["sentence"] for each in theirs["findings"])
    assert answer["doors"]["least"] == max(own["quota"], theirs["quota"])
    assert answer["doors"]["most"] == own["quota"] + theirs["quota"]
    assert answer["doors"]["expected"]["together"] == pytest.approx(expected.together)
    assert "sample" not in theirs
    assert world.city.client().get(f"{PLACE}/{campaign_id}/readiness", headers=partner).status_code == 404


def test_the_lead_has_every_list_looked_at_anew_as_jobs(
    world: World, ready: UUID, lead: dict[str, str], partner: dict[str, str]
) -> None:
    from tasks import runner, worker

    worker.load_handlers()
    place = f"{ready}/readiness/computations"
    before = read(world.city, f"{PLACE}/{ready}/readiness", lead)["parties"]
    assert ask(world, place, partner).status_code == 404, "only the lead asks"
    reader = token(world.city, "SCJG", Permission.BUREAU_READ)
    assert ask(world, place, reader).status_code == 403
    answer = ask(world, place, lead)
    assert answer.status_code == 202 and [job["state"] for job in answer.json["jobs"]] == ["waiting"] * 2
    again = ask(world, place, lead)
    assert {job["id"] for job in again.json["jobs"]} == {job["id"] for job in answer.json["jobs"]}, (
        "not twice"
    )
    with world.city.app.app_context():
        for _, job_id in runner.jobs_to_ring():
            runner.run(job_id)
    after = read(world.city, f"{PLACE}/{ready}/readiness", lead)
    assert after["jobs"] == []
    assert all(
        new["checked_at"] > old["checked_at"] for old, new in zip(before, after["parties"], strict=True)
    )


def test_a_what_if_is_what_the_page_tries_and_keeps_nothing(
    world: World, ready: UUID, lead: dict[str, str], partner: dict[str, str]
) -> None:
    now = read(world.city, f"{PLACE}/{ready}/preview", partner)
    assert now["quota"] == 7 and now["doors"] is None, "what others bring is the lead's to know"
    assert all(row["rows"] == row["eligible"] + sum(row["left_out"].values()) for row in now["strata"])
    tried = ask(world, f"{ready}/preview", partner, rates={"*": {"bp": 5000}, "92": {"number": 1}}, team_size=3, officer_cap=1).json  # fmt: skip
    assert {row["stratum"]: row["quota"] for row in tried["strata"]} == {"91": 23, "92": 1}
    assert (tried["quota"], tried["slots"], tried["capacity"]) == (24, 72, 8)
    assert any(each["level"] == "stop" for each in tried["findings"])
    assert read(world.city, f"{PLACE}/{ready}/preview", partner) == now
    doors = ask(world, f"{ready}/preview", lead, rates={"*": {"all": True}}).json["doors"]
    assert (doors["least"], doors["most"]) == (80, 87)
    with world.city.acting("yjgl.planner"):
        own = queries.my_list(ready)
        assert own is not None and own.rates == {"*": {"bp": 1000}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"rates": {}},
        {"rates": {"*": {}}},
        {"rates": {"*": {"bp": 5, "number": 1}}},
        {"rates": {"*": {"bp": 10_001}}},
        {"rates": {"*": {"number": -1}}},
        {"rates": {"*": {"number": True}}},
        {"rates": {"*": {"all": False}}},
        {"team_size": 1},
        {"more_visits": 9},
        {"officer_cap": 0},
        {"cap": 3},
    ],
)
def test_a_what_if_that_makes_no_sense_is_told_so(
    world: World, ready: UUID, partner: dict[str, str], wrong: dict[str, Any]
) -> None:
    answer = ask(world, f"{ready}/preview", partner, **wrong)
    assert answer.status_code == 422 and answer.json["errors"], answer.json


def test_reads_do_not_grow_with_parties_and_strata(world: World, ready: UUID, lead: dict[str, str]) -> None:
    """A campaign of three by place reads as often as one of two by kind."""
    wide = world.invited(("YJGL", "XFJY"))
    world.accept(wide, "SCJG", "YJGL", "XFJY", stratify="place")
    counts = []
    for campaign_id in (wide, ready):
        read(world.city, f"{PLACE}/{campaign_id}/readiness", lead)
        with counted(world.city) as result:
            read(world.city, f"{PLACE}/{campaign_id}/readiness", lead)
        counts.append(len(result))
    assert counts[0] <= counts[1] + 1, counts


def test_after_the_freeze_there_is_nothing_to_prepare(world: World, lead: dict[str, str]) -> None:
    campaign_id = world.ready(("YJGL",))
    with world.city.acting("scjg.operator"):
        service.begin_draw(campaign_id)
    for what in ("readiness", "preview"):
        over: Any = world.city.client().get(f"{PLACE}/{campaign_id}/{what}", headers=lead)
        assert over.status_code == 409 and "抽取" in over.json["detail"]
    late = ask(world, f"{campaign_id}/readiness/computations", lead)
    assert late.status_code == 409 and "下一阶段" in late.json["detail"]
    answer = read(world.city, f"{PLACE}/{campaign_id}", lead)
    assert answer["state"] == "planned" and answer["draw_id"] is not None
