"""What the lead chose when it began: the reveals registered by the job, the result of a surprise told at the end."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from onedoor.campaigns import queries, service
from onedoor.campaigns.rules import CampaignState
from onedoor.campaigns.service.pools import pool_of
from onedoor.draws import queries as draws
from onedoor.draws import rules
from onedoor.draws import service as drawing
from onedoor.kernel.db import db
from onedoor.visits import queries as visits
from tests.campaigns.making import World
from tests.campaigns.test_drawing import commit, reveal
from tests.draws_room.beacons import in_two_hours


def test_the_job_registers_the_reveals_and_goes_no_further(world: World, run_jobs: Any) -> None:
    """The campaign waits for the beacon; nothing is scheduled, and asked again nothing happens twice."""
    campaign_id, mode = world.ready(()), in_two_hours(world.city)
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id, mode).draw_id
    assert draw_id is not None
    run_jobs()
    nonce = commit(world, draw_id)
    run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    with world.city.acting("scjg.operator"):
        assert draws.state(draws.draw(draw_id)) == "awaiting"
        assert queries.campaign(campaign_id).state == CampaignState.PLANNED
        assert service.run_draw(draw_id) == {"registered": True}
        assert [entry.kind for entry in draws.entries_of(draw_id)] == ["plan", "texts", "reveals"]


def test_the_end_of_the_campaign_tells_a_surprise(world: World, run_jobs: Any) -> None:
    """And until then no other pool of the year tells it: a pool is public, and a firm reads its line."""
    campaign_id, other = world.ready(()), world.invited(())
    world.accept(other, "SCJG", skip_drawn=True)
    before = drawn_this_year(world, other)
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id, drawing.Mode(surprise=True)).draw_id
    assert draw_id is not None
    run_jobs()
    nonce = commit(world, draw_id)
    run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    assert drawn_this_year(world, other) == (before[0], 1)
    with world.city.acting("scjg.planner"):
        surprised = {one.code for one in draws.outcome(draw_id).objects}
        assert draws.is_untold(draws.draw(draw_id)) and not surprised <= before[0]
        service.close(campaign_id)
        assert not draws.is_untold(draws.draw(draw_id))
        assert "proof.json" in {file.name for file in draws.files(draw_id)}
    assert drawn_this_year(world, other) == (before[0] | surprised, 0)


def drawn_this_year(world: World, campaign_id: UUID) -> tuple[set[str], int]:
    """What the pool of market regulation would leave out as drawn before, and how many draws it passes over."""
    with world.city.acting("scjg.planner"):
        campaign, own = queries.campaign(campaign_id), queries.my_list(campaign_id)
        assert own is not None
        rows = pool_of(campaign, own).rows
        return {row.id for row in rows if row.status == "XYEAR"}, service.untold_draws(campaign, own)


def test_a_closed_draw_waits_for_its_holders_and_the_visited_firm_gets_its_own_lot(
    world: World, run_jobs: Any
) -> None:
    """From the choice to the code at the door: frozen closed, held by two, drawn, and each firm with its line alone."""
    campaign_id = world.ready(())
    with world.city.acting("scjg.operator"):
        may = {each.id for each in service.may_hold(campaign_id)}
        assert world.city.bureaus["WSJK"] in may
        assert not may & {world.city.bureaus["SCJG"], world.city.bureaus["SFJ"]}
        mode = drawing.Mode(closed=True, holder_id=world.city.bureaus["WSJK"])
        draw_id = service.begin_draw(campaign_id, mode).draw_id
    assert draw_id is not None
    run_jobs()
    nonce = commit(world, draw_id)
    run_jobs()
    for who in ("sfj.supervisor", "wsjk.operator"):
        with world.city.acting(who):
            assert [each.id for each in db.session.scalars(draws.to_receive())] == [draw_id]
            assert draws.draw(draw_id).state == "frozen"
            (pool,) = drawing.take(draw_id)
            drawing.sign(draw_id, {"990100-SCJG": rules.pool_digest("sha256", pool.content).hex()})
            assert list(db.session.scalars(draws.to_receive())) == []
        run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    with world.city.acting("scjg.operator"):
        (visit, *others) = visits.of_campaign(campaign_id)
        files = {each.name: draws.file(draw_id, each.name).content for each in draws.files(draw_id)}
    assert others and "pool-990100-SCJG.txt" not in files
    anybody = world.city.client()
    page = anybody.get(f"/v/{visit.code}").get_data(as_text=True)
    address = f"/v/{visit.code}/lots/990100-SCJG.json"
    assert address in page and f"/open/draws/{draw_id}/lot" in page
    lot = anybody.get(address)
    assert lot.status_code == 200 and lot.headers["Cache-Control"] == "no-store"
    assert rules.parse_line(json.loads(lot.data)["line"]).id == visit.entity_code
    verdict = rules.verify(
        rules.Evidence(files["proof.json"], register=files["register.jsonl"], lot=lot.data)
    )
    assert verdict.valid and verdict.drawn, verdict
    assert anybody.get(f"/v/{visit.code}/lots/990100-YJGL.json").status_code == 404
    assert anybody.get("/v/ABCDABCDABCDABCD/lots/990100-SCJG.json").status_code == 404
