"""A plan that is returned after its draw: the draw stands, visits not begun wait for the accepted version (R-P4)."""

from __future__ import annotations

import pytest

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns import service as campaigning
from onedoor.draws import queries as draws
from onedoor.filing import service as filing
from onedoor.kernel.clock import now
from onedoor.kernel.db import new_id
from onedoor.kernel.errors import Conflict
from onedoor.plans import queries as plans
from onedoor.visits import queries, service
from tests.campaigns.test_campaign_draw import filed
from tests.visits.builders import DrawnCampaign


def test_visits_not_begun_wait_for_the_accepted_version(drawn: DrawnCampaign) -> None:
    city = drawn.world.city
    drawn.approve()
    with city.acting("scjg.planner"):
        first, second = [visit.id for visit in drawn.visits() if "SCJG" in drawn.parties(visit.id)][:2]
    before = now()
    filed(drawn.world, drawn.campaign_id, accepted=False)
    with city.acting("scjg.planner"):
        campaigning.decide_on_filing(drawn.campaign_id, "keep", "按意见修改计划")
        assert draws.draw(drawn.draw_id).state == "drawn"
    for visit_id in (first, second):
        with city.acting("scjg.officer"):
            why = service.why_not_begin(queries.visit(visit_id))
            assert why is not None and "等修改后的计划通过备案再进行" in why.message
            # What was begun before the return and is entered now had nothing to wait for.
            assert service.why_not_begin(queries.visit(visit_id), before) is None
    with city.acting("scjg.planner"):
        plan = plans.plan(campaigns.campaign(drawn.campaign_id).plan_id)  # type: ignore[arg-type]
        sent = filing.send(
            "plan", new_id(), plan.title, version=plan.version + 1, review=False, due_on=None, summary={}, series_id=plan.series_id,
        )  # fmt: skip
        again = [one.id for one in sent if one.receiver_id == city.bureaus["SFJ"]]
    with city.acting("sfj.supervisor"):
        for one in again:
            filing.answer(one, True)
    with city.acting("scjg.officer"):
        assert service.why_not_begin(queries.visit(first)) is None
    with city.acting("scjg.planner"), pytest.raises(Conflict, match="没有被退回"):
        campaigning.decide_on_filing(drawn.campaign_id, "keep", "又一次")
