"""Where a place wants it, a day's or a week's daily checks are one draw with all objects taken: only who goes is random (R-V9, R-D5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns import service
from onedoor.draws import queries as draws
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.visits import queries
from onedoor.visits import service as visiting
from tenants import settings
from tests.campaigns.builders import World, firm_code
from tests.campaigns.test_campaign_draw import commit, reveal
from tests.visits.builders import DrawnCampaign, run_jobs_of

CODES = [firm_code(number) for number in (4, 5, 6)]


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The place has said that teams of daily checks are drawn."""
    stands: Callable[..., Any] = settings.value
    monkeypatch.setattr(
        settings, "value", lambda key, **more: True if key == "visit_drawn_teams" else stands(key, **more)
    )
    yield


def chosen(**more: Any) -> service.ChosenObjects:
    given = {
        "codes": CODES,
        "starts_on": today(),
        "ends_on": today() + timedelta(days=6),
        "reason": "季度巡查",
    }
    return service.ChosenObjects(**{**given, **more})


def held(world: World, line_id: UUID) -> tuple[UUID, UUID]:
    """The campaign of the chosen objects, drawn; and its draw."""
    with world.city.acting("scjg.planner"):
        campaign_id = service.start_drawn_teams(line_id, chosen()).id
        service.invite(campaign_id)
    two = world.officers["SCJG"][:2]
    world.accept(campaign_id, "SCJG", inspector_ids=two, rates={"*": {"bp": 100}}, reserve=3)
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id).draw_id
    assert draw_id is not None
    run_jobs = run_jobs_of(world.city.app)
    run_jobs()
    nonce = commit(world, draw_id)
    run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    return campaign_id, draw_id


def test_only_where_the_place_wants_it_and_within_the_line(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily, random = world.line((), kind="daily"), world.line(())
    with world.city.acting("scjg.planner"), pytest.raises(Conflict, match="没有规定"):
        service.start_drawn_teams(daily, chosen())
    stands: Callable[..., Any] = settings.value
    monkeypatch.setattr(
        settings, "value", lambda key, **more: True if key == "visit_drawn_teams" else stands(key, **more)
    )
    with world.city.acting("scjg.planner"):
        with pytest.raises(Conflict, match="日常检查行"):
            service.start_drawn_teams(random, chosen())
        for field, more in (
            ("codes", {"codes": []}),
            ("codes", {"codes": ["nonsense"]}),
            ("reason", {"reason": " "}),
            ("ends_on", {"ends_on": today() + timedelta(days=7)}),
            ("starts_on", {"starts_on": today() - timedelta(days=1)}),
        ):
            with pytest.raises(ClerkError) as refused:
                service.start_drawn_teams(daily, chosen(**more))
            assert set(refused.value.fields) == {field}


def test_every_object_is_checked_by_a_drawn_team_and_shown_as_not_drawn(world: World, wanted: None) -> None:
    """All objects, a random team, a surprise; each check is daily, of its plan line, with its reason."""
    line_id = world.line((), kind="daily")
    campaign_id, draw_id = held(world, line_id)
    with world.city.acting("scjg.planner"):
        assert draws.draw(draw_id).surprise
        visits = queries.of_campaign(campaign_id)
        assert {visit.entity_code for visit in visits} == set(CODES)
        one = visits[0]
        assert (one.kind, one.source, one.team_drawn_only) == ("daily", "plan_line", True)
        assert len(queries.team(one.id)) == 2
        source = queries.source_of(one.id)
        assert source is not None and (source.reason, source.line_id) == ("季度巡查", line_id)
        values = visiting.visit_values(one)
        assert values["draw"] == "检查对象非抽取，检查人员抽取" and "人员由随机抽取产生" in values["origin"]
        assert campaigns.campaign(campaign_id).kind == "daily"
    public = world.city.client()
    told = public.get(f"/open/draws/{draw_id}").get_data(as_text=True)
    assert "plan.json" in told and "pool-" not in told
    assert not any(code in told for code in CODES), "who is visited is told with the result"
    with world.city.acting("scjg.planner"):
        names = {file.name for file in draws.files(draw_id)}
        assert "plan.json" in names and not any(name.startswith("pool-") for name in names)
    page = world.city.client("scjg.planner").get(f"/visits/{one.id}").get_data(as_text=True)
    assert "检查对象非抽取，检查人员抽取" in page
    drawn = DrawnCampaign(world, campaign_id, draw_id).approve()
    record_id = drawn.record(one.id, "SCJG")
    drawn.accept(record_id, "SCJG")
    with world.city.acting("scjg.discloser"):
        content = visiting.public_content(queries.record(record_id), queries.visit(one.id))
        assert (content["drawn"], content["team_drawn"], content["source"]) == (False, True, "plan_line")
        assert "draw_id" not in content


def test_the_form_keeps_what_was_typed(world: World, wanted: None) -> None:
    line_id = world.line((), kind="daily")
    client = world.city.client("scjg.planner")
    assert "日常检查集中抽取检查人员" in client.get("/campaigns/new").get_data(as_text=True)
    address = f"/campaigns/new/teams/{line_id}"
    day = today().isoformat()
    given = {
        "codes": "\n".join(CODES),
        "starts_on": day,
        "ends_on": day,
        "reason": "季度巡查",
        "then": "draft",
    }
    refused = client.post(address, data={**given, "reason": ""})
    assert refused.status_code == 422 and CODES[0] in refused.get_data(as_text=True)
    assert client.post(address, data=given).status_code == 303
    assert world.city.client("yjgl.planner").get(address).status_code == 404
