"""The main job from the register to the supervisor's page, each part by the person whose part it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from onedoor.commands.demo import credit, details, drawing, places, planning, registry, visiting
from onedoor.commands.demo.acting import Cast
from onedoor.commands.demo.running import DemoError, House
from onedoor.credit.receiver import Receiver

NOTHING_FOUND = {"records": 0, "disclosed": 0, "exported": 0, "receipts": 0}


@dataclass(frozen=True)
class Told:
    """What the terminal says at the end: the figures and files that `--json` prints, and what changed after the draw."""

    figures: dict[str, Any]
    changes: list[dict[str, str]]


def run(house: House, entities: Path | None, platform: Receiver) -> Told:
    """Tell the whole story.

    With a file of real firms it stops after the visits are scheduled: no finding is made up for them.
    """
    city = places.build(house.app, house.secrets.password)
    cast = Cast(house.app, city.bureaus)
    told = tell(cast, entities, platform, house.folder)
    if entities is None:
        _say("Registry: places, licences, tags, risk levels, a correction.")
        details.add(cast)
    return told


def tell(cast: Cast, entities: Path | None, platform: Receiver, folder: Path) -> Told:
    """The story in a city that is there."""
    _say("Registry: files are loaded, items approved, targets chosen by rule.")
    filled = registry.fill(cast, _given(entities))
    for line in registry.refused_rows(cast):
        click.echo(line, err=True)
    if not filled.targets["SCJG"]:
        raise DemoError("No firm of the file can be checked, so there is nothing to draw from.")
    _say("Plan: drafted, returned, approved, published, filed, accepted by justice.")
    line_id = planning.make(cast)
    _say("Draw: partners answer, lists are frozen, two parties commit, witnesses speak, all reveal.")
    drawn = drawing.draw_together(cast, line_id)
    counted = drawing.figures(cast, drawn.draw_id)
    visits = visiting.count(cast, drawn.campaign_id)
    after = Told(NOTHING_FOUND, []) if entities else _afterwards(cast, drawn.campaign_id, platform)
    figures = {
        "entities": filled.entities,
        "rejected": filled.rejected,
        "bureaus": len(cast.bureaus),
        "targets": filled.targets,
        # Taken last: the register holds by then what changed after the draw.
        "draw": drawing.take_files(cast, drawn.draw_id, folder / "draw"),
        **counted,
        "visits": visits,
        **after.figures,
    }
    return Told(figures, after.changes)


def _afterwards(cast: Cast, campaign_id: UUID, platform: Receiver) -> Told:
    _say("Visits: an officer is replaced, a firm moves away, the others are visited, recorded, disclosed.")
    visited = visiting.carry_out(cast, campaign_id)
    _say("Export: results go to the credit platform; some come back, are mended and sent again.")
    sent = credit.export_results(cast, ["SCJG", *planning.PARTNERS], platform)
    figures = {
        "records": visited.records,
        "disclosed": visited.disclosed,
        "exported": sent.exported,
        "receipts": sent.receipts,
    }
    return Told(figures, [asdict(change) for change in visited.changes])


def _say(chapter: str) -> None:
    """Tell the person at the terminal where the story is; standard output is for the result."""
    click.echo(chapter, err=True)


def _given(entities: Path | None) -> tuple[str, bytes] | None:
    return (entities.name, entities.read_bytes()) if entities else None
