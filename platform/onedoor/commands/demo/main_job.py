"""The main job from the register to the supervisor's page, each part by the person whose part it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask import Flask

from onedoor.commands.database import dsn_of
from onedoor.commands.demo import made_up_city
from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.firms import NamedFile
from onedoor.commands.demo.processes import DemoError, House
from onedoor.commands.demo.scenes import (
    checks,
    credit,
    documents,
    followups,
    joint_draw,
    joint_plan,
    joint_visits,
    ledger,
    oversight,
    owed_matters,
    register_details,
    registry,
    returns,
    rounds,
    year_plans,
)
from onedoor.commands.demo.scenes.joint_draw import Drawn
from onedoor.commands.demo.story import Story
from onedoor.credit.platform_stand_in import Receiver
from onedoor.kernel import audit_chain
from tasks import followups as followup_jobs
from tasks import kernel as kernel_jobs
from tasks import officers, supervision
from tasks import owed_matters as owed_jobs

# Of the draw of today, so that each has some visits.
FEW_OFFICERS = 6

NOTHING_FOUND: dict[str, Any] = {
    "checks": checks.NONE_BEGUN,
    "ledger": None,
    "records": 0,
    "disclosed": 0,
    "owed": 0,
    "followups": {"ended": 0, "open": 0, "overdue": 0},
    "transfers": 0,
    "penalties": 0,
    "corrected": 0,
    "withdrawn": 0,
    "classes": {"A": 0, "B": 0, "C": 0, "D": 0},
    "documents": {},
    "returns": {},
    "exported": 0,
    "receipts": 0,
    **dict.fromkeys(("orders", "circulars", "assessed"), 0),
}


@dataclass(frozen=True)
class DemoResult:
    """What the terminal says at the end: the figures and files that `--json` prints, and what changed after the draw."""

    figures: dict[str, Any]
    changes: list[dict[str, str]]


def run(house: House, entities: Path | None, platform: Receiver) -> DemoResult:
    """Tell the whole story, of the last full year; then what is to come.

    With a file of real firms there is no story: plan and draw are today's, visits are to come, no finding is made up.
    """
    story = Story.begin(dsn_of(house.servers.owner_url), partial(_watch, house.app))
    if entities is not None:
        story.end()
    city = made_up_city.build(house.app, house.secrets.password)
    if entities is not None:
        return _of_real_firms(Cast(house.app, city.bureaus), entities, house.folder)
    return tell(Cast(house.app, city.bureaus, story), platform, house.folder)


def _of_real_firms(cast: Cast, entities: Path, folder: Path) -> DemoResult:
    filled = _fill(cast, (entities.name, entities.read_bytes()))
    _say("Plan: drafted, returned, approved, published, filed, accepted by justice.")
    line_id = joint_plan.make(cast)
    _say("Draw: partners answer, lists are frozen, two parties commit, witnesses speak, all reveal.")
    drawn = joint_draw.draw_together(cast, line_id)
    plans = {"plans": year_plans.count(cast)}
    return DemoResult({**_drawn_figures(cast, filled, drawn, folder), **plans, **NOTHING_FOUND}, [])


def tell(cast: Cast, platform: Receiver, folder: Path) -> DemoResult:
    """The made-up city's year, and a draw of today whose visits are to come."""
    _say("January. Registry: files are loaded, items approved, targets chosen by rule.")
    cast.at(1, 3)
    filled = _fill(cast, None)
    _say(
        "January. Plan: drafted, returned, approved, published, filed, accepted by justice; another bureau is late."
    )
    line_id = joint_plan.make(cast)
    year_plans.make_in_january(cast)
    joint_plan.make_late(cast)
    _say("Spring. Draw: partners answer, lists are frozen, two parties commit, witnesses speak, all reveal.")
    drawn = joint_draw.draw_together(cast, line_id)
    _say(
        "Spring. Visits: an officer is replaced, a firm moves away, the others are visited, recorded, disclosed."
    )
    visited = _in_spring(cast, drawn)
    corrected = documents.correct_a_record(cast)
    papers = documents.write(documents.issue(cast, drawn.campaign_id), folder / "documents")
    _say("Summer. Checks that no draw made: a daily, a special, a single-case and an emergency one.")
    year_plans.make_in_june(cast)
    public = checks.carry_out(cast) + owed_matters.make_up(cast)
    _say("Summer. Findings: ordered to correct, a case, passed on, to the police, each followed to its end.")
    followups.follow(cast)
    _say("Summer. Export: results go to the credit platform; some come back, are mended and sent again.")
    bureaus = ["SCJG", *joint_plan.PARTNERS]
    credit.publish_penalties(cast)
    credit.export_results(cast, bureaus, platform)
    _say("Summer. Credit repair: a penalty leaves the public and every platform it was sent to.")
    withdrawn = credit.repair(cast)
    _say("Oversight: an order answered and ended; at the year's end a circular and the assessment.")
    orders = oversight.send_orders(cast) + oversight.inspect_together(cast)
    _say("Autumn. Another draw, its visits and results.")
    records, disclosed = _in_autumn(cast)
    cast.at(12, 3)
    sent = credit.export_results(cast, bureaus)
    _say(
        "December. Returns: filed by the bureaus, one late, one sent back and corrected; justice adds them up."
    )
    filed = returns.file_all(cast, folder / "returns")
    closed = oversight.close_year(cast)
    _say("Today. The story's clock meets this machine's; a draw whose visits are to come.")
    _to_come(cast)
    figures = {
        **_drawn_figures(cast, filled, drawn, folder),
        "plans": year_plans.count(cast),
        "checks": checks.count(cast),
        "ledger": ledger.write(cast, folder),
        "records": visited.records + public + records,
        "disclosed": visited.disclosed + public + disclosed,
        "owed": owed_matters.count(cast),
        **asdict(followups.count(cast)),
        "corrected": corrected,
        "withdrawn": withdrawn,
        "classes": credit.classify(cast),
        "documents": papers,
        "exported": sent.exported,
        "receipts": sent.receipts,
        "returns": filed,
        "orders": orders,
        **closed,
    }
    return DemoResult(figures, [asdict(change) for change in visited.changes])


def _in_spring(cast: Cast, drawn: Drawn) -> rounds.Visited:
    cast.at(3, 6)
    visited = rounds.carry_out(cast, drawn.campaign_id)
    cast.at(6, 12)
    return visited


def _in_autumn(cast: Cast) -> tuple[int, int]:
    """Records accepted and results made public of the draw that one bureau makes alone."""
    cast.at(9, 1)
    drawn = joint_draw.draw_alone(cast, joint_plan.autumn_line(cast))
    joint_visits.approve(cast, drawn.campaign_id)
    return rounds.all_of(cast, drawn.campaign_id)


def _to_come(cast: Cast) -> None:
    """What whoever looks at the demo can go on with: visits noticed and not yet begun."""
    assert cast.story is not None
    cast.settle()
    cast.story.end()
    now = replace(cast, story=None)
    register_details.add(now)
    drawn = joint_draw.draw_alone(now, joint_plan.add_now(now), FEW_OFFICERS)
    joint_visits.make_ready(now, drawn.campaign_id)


def _fill(cast: Cast, given: NamedFile | None) -> registry.Filled:
    filled = registry.fill(cast, given)
    for line in registry.refused_rows(cast):
        click.echo(line, err=True)
    if not filled.targets["SCJG"]:
        raise DemoError("No firm of the file can be checked, so there is nothing to draw from.")
    return filled


def _drawn_figures(cast: Cast, filled: registry.Filled, drawn: Drawn, folder: Path) -> dict[str, Any]:
    return {
        "entities": filled.entities,
        "rejected": filled.rejected,
        "bureaus": len(cast.bureaus),
        "targets": filled.targets,
        # Taken last: the register holds by then what changed after the draw.
        "draw": joint_draw.take_files(cast, drawn.draw_id, folder / "draw"),
        **joint_draw.figures(cast, drawn.draw_id),
        "visits": joint_visits.count(cast, drawn.campaign_id),
    }


def _watch(app: Flask) -> None:
    """What beat asks for in a running house and would have asked for since (`tasks.celery_app`)."""
    with app.app_context():
        audit_chain.seal()
        kernel_jobs.anchor_and_check()
        officers.watch_certificates()
        supervision.tell_orders()
        supervision.watch_alerts()
        followup_jobs.watch_followups()
        owed_jobs.watch_owed()
        followup_jobs.watch_result_deadlines()


def _say(chapter: str) -> None:
    """Tell the person at the terminal where the story is; standard output is for the result."""
    click.echo(chapter, err=True)
