"""What the lead chose when it began: the reveals registered by the job, the result of a surprise told at the end."""

from __future__ import annotations

from typing import Any

from onedoor.campaigns import queries, service
from onedoor.campaigns.rules import CampaignState
from onedoor.draws import queries as draws
from onedoor.draws import service as drawing
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
    campaign_id = world.ready(())
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id, drawing.Mode(surprise=True)).draw_id
    assert draw_id is not None
    run_jobs()
    nonce = commit(world, draw_id)
    run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    with world.city.acting("scjg.planner"):
        assert draws.is_untold(draws.draw(draw_id))
        service.close(campaign_id)
        assert not draws.is_untold(draws.draw(draw_id))
        assert "proof.json" in {file.name for file in draws.files(draw_id)}
