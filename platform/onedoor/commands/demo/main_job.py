"""The main job from the register to the supervisor's page, each part by the person whose part it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from onedoor.commands.demo import (
    checks,
    credit,
    documents,
    followups,
    joint_draw,
    joint_plan,
    joint_visits,
    made_up_city,
    oversight,
    register_details,
    registry,
)
from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.processes import DemoError, House
from onedoor.credit.platform_stand_in import Receiver

NOTHING_FOUND: dict[str, Any] = {
    "checks": checks.NONE_BEGUN,
    "records": 0,
    "disclosed": 0,
    "followups": {"ended": 0, "open": 0, "overdue": 0},
    "transfers": 0,
    "penalties": 0,
    "corrected": 0,
    "documents": {},
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
    """Tell the whole story.

    With a file of real firms it stops after the visits are scheduled: no finding is made up for them.
    """
    city = made_up_city.build(house.app, house.secrets.password)
    cast = Cast(house.app, city.bureaus)
    result = run_main_job(cast, entities, platform, house.folder)
    if entities is None:
        _say("Registry: places, licences, tags, risk levels, a correction.")
        register_details.add(cast)
    return result


def run_main_job(cast: Cast, entities: Path | None, platform: Receiver, folder: Path) -> DemoResult:
    """The story in a city that is there."""
    _say("Registry: files are loaded, items approved, targets chosen by rule.")
    filled = registry.fill(cast, _given(entities))
    for line in registry.refused_rows(cast):
        click.echo(line, err=True)
    if not filled.targets["SCJG"]:
        raise DemoError("No firm of the file can be checked, so there is nothing to draw from.")
    _say("Plan: drafted, returned, approved, published, filed, accepted by justice.")
    line_id = joint_plan.make(cast)
    _say("Draw: partners answer, lists are frozen, two parties commit, witnesses speak, all reveal.")
    drawn = joint_draw.draw_together(cast, line_id)
    counted = joint_draw.figures(cast, drawn.draw_id)
    visits = joint_visits.count(cast, drawn.campaign_id)
    after = (
        DemoResult(NOTHING_FOUND, []) if entities else _afterwards(cast, drawn.campaign_id, platform, folder)
    )
    figures = {
        "entities": filled.entities,
        "rejected": filled.rejected,
        "bureaus": len(cast.bureaus),
        "targets": filled.targets,
        # Taken last: the register holds by then what changed after the draw.
        "draw": joint_draw.take_files(cast, drawn.draw_id, folder / "draw"),
        **counted,
        "visits": visits,
        **after.figures,
    }
    return DemoResult(figures, after.changes)


def _afterwards(cast: Cast, campaign_id: UUID, platform: Receiver, folder: Path) -> DemoResult:
    _say("Visits: an officer is replaced, a firm moves away, the others are visited, recorded, disclosed.")
    visited = joint_visits.carry_out(cast, campaign_id)
    _say("Checks that no draw made: a daily, a special, a single-case and an emergency one.")
    public = checks.carry_out(cast)
    _say("Findings: ordered to correct, a case, passed on, to the police, each followed to its end.")
    followed = followups.follow(cast)
    corrected = documents.correct_a_record(cast)
    papers = documents.write(documents.issue(cast, campaign_id), folder / "documents")
    _say("Export: results go to the credit platform; some come back, are mended and sent again.")
    sent = credit.export_results(cast, ["SCJG", *joint_plan.PARTNERS], platform)
    _say("Oversight: an order answered and ended, a circular, the assessment of the year.")
    figures = {
        "checks": checks.count(cast),
        "records": visited.records + public,
        "disclosed": visited.disclosed + public,
        **asdict(followed),
        "corrected": corrected,
        "documents": papers,
        "exported": sent.exported,
        "receipts": sent.receipts,
        **oversight.oversee(cast),
    }
    return DemoResult(figures, [asdict(change) for change in visited.changes])


def _say(chapter: str) -> None:
    """Tell the person at the terminal where the story is; standard output is for the result."""
    click.echo(chapter, err=True)


def _given(entities: Path | None) -> tuple[str, bytes] | None:
    return (entities.name, entities.read_bytes()) if entities else None
