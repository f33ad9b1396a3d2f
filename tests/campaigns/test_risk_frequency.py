"""Draws keep to the method and frequency that a plan line publishes by risk level (R-P5)."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.campaigns import service
from onedoor.draws import queries as draws
from onedoor.draws import rules
from onedoor.draws import service as drawing
from onedoor.items import queries as item_queries
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.targets import queries as target_queries
from onedoor.visits import queries as visits
from onedoor.visits.models import Visit
from tests.campaigns.builders import World
from tests.campaigns.test_campaign_draw import begin, commit, reveal, said

# The lowest level once a year and in writing, the other twice, as the line has it.
BY_RISK: dict[str, Any] = {"R1": {"times": 1, "method": "书面检查"}, "R2": {"times": 2, "method": ""}}
HOLDERS = ("sfj.supervisor", "wsjk.planner")


@pytest.fixture(scope="module")
def graded(world: World) -> World:
    """Every fifth firm high, the next low; market regulation's item may be checked in writing too."""
    world.give_levels()
    with world.city.acting("scjg.planner"):
        item_queries.item(world.items["SCJG"][0]).method = "实地检查、书面检查"
    return world


def drawn_closed(world: World, campaign_id: UUID, run_jobs: Any) -> UUID:
    """Taken to its visits with closed pools."""
    with world.city.acting("scjg.operator"):
        mode = drawing.Mode(closed=True, holder_id=world.city.bureaus["WSJK"])
        draw_id = service.begin_draw(campaign_id, mode).draw_id
    assert draw_id is not None
    run_jobs()
    nonce = commit(world, draw_id)
    for who in HOLDERS:
        with world.city.acting(who):
            taken = {each.name[5:-4]: each.content for each in drawing.take(draw_id)}
            drawing.sign(
                draw_id, {name: rules.pool_digest("sha256", raw).hex() for name, raw in taken.items()}
            )
        run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    return draw_id


def drawn_before(world: World) -> Counter[str]:
    with world.city.acting("scjg.planner"):
        return Counter(db.session.scalars(sa.select(Visit.entity_code)))


def levels(world: World) -> dict[str, str]:
    with world.city.acting("scjg.planner"):
        codes = [row.id for row in db.session.execute(sa.text("SELECT code AS id FROM entity"))]
        return target_queries.risk_codes(codes)


def test_an_open_pool_of_such_a_line_is_refused(graded: World, run_jobs: Any) -> None:
    """Bad input: whoever begins it openly is told, and nothing is frozen."""
    line: dict[str, Any] = {"by_risk": BY_RISK}
    campaign_id = graded.invited((), **line)
    graded.accept(campaign_id, "SCJG", skip_drawn=True)
    with graded.city.acting("scjg.operator"), pytest.raises(ClerkError, match="封闭"):
        service.begin_draw(campaign_id)
    # A list that leaves nobody out tells no level, and is drawn openly.
    graded.accept(campaign_id, "SCJG", skip_drawn=False)
    draw_id = begin(graded, campaign_id)
    run_jobs()
    nonce = commit(graded, draw_id)
    run_jobs()
    reveal(graded, draw_id, nonce)
    run_jobs()
    of = levels(graded)
    with graded.city.acting("scjg.planner"):
        made = visits.of_campaign(campaign_id)
        assert made
        for visit in made:
            (matter,) = visits.matters(visit.id)
            assert matter.planned == ("written" if of.get(visit.entity_code) == "R1" else "on_site")


def test_a_later_draw_leaves_in_whom_the_line_has_checked_again(graded: World, run_jobs: Any) -> None:
    """R-D3 leaves out what was drawn this year; a level that is to be checked twice stays in once, and the pools are closed."""
    line: dict[str, Any] = {"by_risk": BY_RISK, "rates": {"*": {"all": True}}, "stratify": "none"}
    every: dict[str, Any] = {"rates": {"*": {"all": True}}, "stratify": "none", "skip_drawn": True}
    of = levels(graded)
    for _ in range(2):
        campaign_id, before = graded.invited((), **line), drawn_before(graded)
        graded.accept(campaign_id, "SCJG", **every)
        with graded.city.acting("scjg.operator"):
            assert service.readiness(campaign_id).private == ["市市场监管局"], (
                "who may be drawn again would tell its level"
            )
        draw_id = drawn_closed(graded, campaign_id, run_jobs)
        with graded.city.acting("scjg.planner"):
            pool = rules.parse_pool(draws.pool_file(draw_id), "990100-SCJG")
        # Those of the second level, drawn once, are in again; all others were drawn as often as the line has it.
        due = {row.id: before[row.id] < (2 if of.get(row.id) == "R2" else 1) for row in pool.rows}
        assert {row.id: row.status for row in pool.rows} == {
            code: "E" if yes else "XYEAR" for code, yes in due.items()
        }
    assert True in due.values() and False in due.values()
    assert {of.get(code) for code, yes in due.items() if yes} == {"R2"}
    third = graded.invited((), **line)
    graded.accept(third, "SCJG", **every)
    assert "一户也抽不到" in said(graded, third), "drawn twice they are out too"


def test_a_line_without_levels_draws_as_before(graded: World) -> None:
    campaign_id = graded.invited(())
    graded.accept(campaign_id, "SCJG", skip_drawn=True)
    with graded.city.acting("scjg.operator"):
        assert service.readiness(campaign_id).private == []
