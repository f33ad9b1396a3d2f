"""What is due tomorrow and what is overdue: told once to those whose it is, by the nightly job's own call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns.models import Campaign
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.notifications import service
from onedoor.visits import queries
from onedoor.visits.models import Visit
from tasks.notifications import watch
from tests.campaigns.builders import World
from tests.notifications.test_workflow_events import _account
from tests.visits.builders import DrawnCampaign

Told = Callable[[], set[tuple[str, str]]]


def of(event: str, told: Told) -> set[str]:
    return {name for one, name in told() if one == event}


def move(staffed: DrawnCampaign, days: int) -> tuple[UUID, set[str]]:
    """One visit is on that day from today, all others later; its team."""
    visit_id = staffed.joint()
    with staffed.world.city.acting("scjg.planner"):
        later = {"scheduled_on": today() + timedelta(days=20)}
        db.session.execute(sa.update(Visit).where(Visit.campaign_id == staffed.campaign_id).values(**later))
        day = today() + timedelta(days=days)
        db.session.get_one(Visit, visit_id).starts_on = min(day, today())
        db.session.get_one(Visit, visit_id).scheduled_on = day
        return visit_id, {_account(one.code) for one in queries.team(visit_id)}


def test_officers_hear_the_day_before_once(world: World, staffed: DrawnCampaign, told: Told) -> None:
    _, team = move(staffed, 1)
    with world.city.app.app_context():
        assert watch() == len(team)
        assert watch() == 0
    assert of("overdue_tomorrow", told) == team and of("overdue", told) == set()


def test_what_was_not_begun_is_told_to_the_team_and_who_arranges_visits(
    world: World, staffed: DrawnCampaign, told: Told
) -> None:
    _, team = move(staffed, -1)
    with world.city.app.app_context():
        watch()
    assert of("overdue", told) == team | {"scjg.planner"}


def test_an_invitation_is_told_the_day_before_and_when_it_is_late(world: World, told: Told) -> None:
    campaign_id = world.invited()
    world.accept(campaign_id, "SCJG", "YJGL")

    def due(days: int) -> None:
        with world.city.acting("scjg.planner"):
            db.session.get_one(Campaign, campaign_id).answer_due = today() + timedelta(days=days)

    due(1)
    with world.city.acting("xfjy.planner"):
        assert service.watch() >= 1
        assert service.watch() == 0
    due(-1)
    with world.city.acting("xfjy.planner"):
        service.watch()
    # It has answered: of this its people hear nothing.
    with world.city.acting("yjgl.planner"):
        service.watch()
    planners = {(event, name) for event, name in told() if name.endswith(".planner") and "overdue" in event}
    assert planners == {("overdue_tomorrow", "xfjy.planner"), ("overdue", "xfjy.planner")}
