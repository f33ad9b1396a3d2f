"""Checks follow the plan: what departs from the line is told, registered, and waits for a new version where it must (R-P3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from onedoor.campaigns import queries, service
from onedoor.campaigns.models import CampaignDeviation
from onedoor.disclosure import service as disclosure
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.messages.models import Message
from onedoor.plans import queries as plans
from onedoor.plans import service as plan_service
from onedoor.plans.models import Plan, PlanLine, PlanLineItem
from onedoor.plans.rules.states import PlanState
from onedoor.plans.service.publication import content_of
from tests.campaigns.builders import World


def kinds(campaign_id: UUID) -> dict[str, bool]:
    """What departs, and whether the draw waits for it."""
    return {row.kind: row.stops for row in queries.deviations(campaign_id)}


def new_version(world: World, campaign_id: UUID, **changed: Any) -> UUID:
    """The plan's next version, published, with the line changed; not filed yet."""
    with world.city.acting("scjg.planner"):
        campaign = queries.campaign(campaign_id)
        assert campaign.plan_id is not None and campaign.plan_line_id is not None
        former, line = plans.plan(campaign.plan_id), plans.line(campaign.plan_line_id)
        items = plans.line_items(line.id)
        plan = Plan(**{**_columns(former), "id": new_id(), "version": 2, "state": "draft"})
        again = PlanLine(**{**_columns(line), "id": new_id(), "plan_id": plan.id, **changed})
        former.state, former.replaced_at = PlanState.REPLACED, now()
        for made in (plan, again):
            db.session.add(made)
            db.session.flush()
        for item in items:
            db.session.add(PlanLineItem(**{**_columns(item), "id": new_id(), "line_id": again.id}))
        db.session.flush()
        plan.state, plan.published_at = "published", now()
        disclosure.publish("plan", plan.series_id, plan.title, content_of(plan))
        return plan.id


def _columns(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in sa.inspect(type(row)).columns}


def test_an_answer_as_the_plan_has_it_departs_in_nothing(world: World) -> None:
    campaign_id = world.invited(())
    world.accept(campaign_id, "SCJG")
    with world.city.acting("scjg.planner"):
        assert kinds(campaign_id) == {} and service.readiness(campaign_id).stops == []


def test_items_and_rate_beyond_the_line_wait_for_a_new_version(world: World) -> None:
    """Told to planner, head and supervisor; the draw cannot begin; put right, nothing is left of it."""
    campaign_id = world.invited(())
    world.accept(campaign_id, "SCJG", item_ids=world.items["SCJG"], rates={"*": {"bp": 9000}})
    with world.city.acting("scjg.planner"):
        assert kinds(campaign_id) == {"items": True, "rate": True}
        stops = [str(problem) for _, problem in service.readiness(campaign_id).stops]
        assert any("不在计划" in stop and "先变更计划" in stop for stop in stops)
        told = set(db.session.scalars(sa.select(Message.permission).where(Message.text.contains("偏离计划"))))
        assert {"campaign.lead", "plan.approve"} <= told
    with world.city.acting("scjg.operator"), pytest.raises(ClerkError, match="不能开始抽取"):
        service.begin_draw(campaign_id)
    page = world.city.client("scjg.head").get(f"/campaigns/{campaign_id}").get_data(as_text=True)
    assert "偏离计划：检查事项" in page and "偏离计划：抽查比例" in page
    seen = world.city.client("sfj.supervisor").get(
        f"/oversight/campaigns?year={today().year}&state=deviating"
    )
    with world.city.acting("scjg.planner"):
        name = queries.campaign(campaign_id).name
    assert name in seen.get_data(as_text=True)
    world.accept(campaign_id, "SCJG")
    with world.city.acting("scjg.planner"):
        assert kinds(campaign_id) == {} and service.readiness(campaign_id).stops == []


def test_a_new_version_published_and_filed_lets_it_pass(world: World) -> None:
    campaign_id = world.invited(())
    higher = {"*": {"bp": 2000}}
    plan_id = new_version(world, campaign_id, rates=higher)
    world.accept(campaign_id, "SCJG", rates=higher)
    with world.city.acting("scjg.planner"):
        assert kinds(campaign_id) == {}
        ((_, stop),) = service.readiness(campaign_id).stops
        assert "还没有报送备案" in str(stop)
        plan_service.file(plan_id)
        assert service.readiness(campaign_id).stops == []


def test_a_partners_own_rate_is_no_departure_and_a_narrower_scope_is_told(world: World) -> None:
    """R-J3: each bureau keeps its own rate."""
    campaign_id = world.invited(("YJGL",))
    world.accept(campaign_id, "YJGL", rates={"*": {"number": 3}})
    world.accept(campaign_id, "SCJG", conditions={"kinds": ["91"]}, stratify="none")
    with world.city.acting("scjg.planner"):
        assert kinds(campaign_id) == {"scope": False, "rate": False}
        assert service.readiness(campaign_id).stops == []
    with world.city.acting("yjgl.planner"):
        assert kinds(campaign_id) == {}, "what the lead departs in is the lead's"


def test_another_method_is_told(world: World) -> None:
    campaign_id = world.invited((), method="网络监测")
    world.accept(campaign_id, "SCJG")
    with world.city.acting("scjg.planner"):
        (row,) = queries.deviations(campaign_id)
        assert (row.kind, row.stops) == ("method", False) and "网络监测" in row.text


def test_only_days_within_the_tolerance_pass_with_the_heads_reason(world: World) -> None:
    campaign_id = world.invited(())
    address, head = f"/campaigns/{campaign_id}/period", world.city.client("scjg.head")
    starts, ends = today(), today() + timedelta(days=60)

    def send(client: Any, days: int, reason: str = "雨季推迟") -> Any:
        data = {"starts_on": str(starts), "ends_on": str(ends + timedelta(days=days)), "reason": reason}
        return client.post(address, data=data)

    assert send(world.city.client("scjg.planner"), 5).status_code == 403
    assert send(world.city.client("yjgl.head"), 5).status_code == 404
    far = send(head, 11)
    assert far.status_code == 422 and "请先变更计划" in far.get_data(as_text=True)
    assert send(head, 5, "").status_code == 422
    assert send(head, -70).status_code == 422
    with world.city.acting("scjg.planner"):
        assert queries.campaign(campaign_id).ends_on == ends and kinds(campaign_id) == {}
    assert "调整检查时间" in head.get(f"/campaigns/{campaign_id}").get_data(as_text=True)
    assert send(head, 5).status_code == 303
    with world.city.acting("scjg.planner"):
        (row,) = queries.deviations(campaign_id)
        assert (row.kind, row.reason, row.stops) == ("period", "雨季推迟", False)
        assert row.approved_by == world.city.person("scjg.head").display_name
    world.accept(campaign_id, "SCJG")
    with world.city.acting("scjg.planner"):
        assert kinds(campaign_id) == {"period": False}, "an answer leaves the period as the head decided"
    assert send(head, 0).status_code == 303
    with world.city.acting("scjg.planner"):
        assert kinds(campaign_id) == {}


def test_nobody_registers_a_departure_for_another_bureau(world: World) -> None:
    campaign_id = world.invited(())
    with world.city.acting("yjgl.head"), pytest.raises(NotFound):
        service.move_period(campaign_id, today(), today(), "试")
    with world.city.acting("yjgl.planner"):
        db.session.add(
            CampaignDeviation(
                id=uuid4(), tenant_id=world.city.bureaus["SCJG"], campaign_id=campaign_id,
                lead_id=world.city.bureaus["SCJG"], kind="rate", text="假", stops=True, found_at=now(),
            )
        )  # fmt: skip
        with pytest.raises(sa.exc.DBAPIError):
            db.session.flush()
        db.session.rollback()
