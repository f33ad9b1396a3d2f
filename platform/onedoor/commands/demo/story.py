"""The main job from the register to the supervisor's page, each part by the person whose part it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import click

from onedoor.commands.demo import credit, drawing, places, planning, registry, visiting
from onedoor.commands.demo.acting import Cast
from onedoor.commands.demo.running import DemoError, House
from onedoor.credit.receiver import Receiver


def run(house: House, entities: Path | None, platform: Receiver) -> dict[str, Any]:
    """Tell the whole story; returns the figures and files that `--json` prints.

    With a file of real firms it stops after the visits are scheduled: no finding is made up for them.
    """
    city = places.build(house.app, house.secrets.password)
    return tell(Cast(house.app, city.bureaus), entities, platform, house.folder)


def tell(cast: Cast, entities: Path | None, platform: Receiver, folder: Path) -> dict[str, Any]:
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
    result = {
        "entities": filled.entities,
        "rejected": filled.rejected,
        "bureaus": len(cast.bureaus),
        "targets": filled.targets,
        "draw": drawing.take_files(cast, drawn.draw_id, folder / "draw"),
        **drawing.figures(cast, drawn.draw_id),
        "visits": visiting.count(cast, drawn.campaign_id),
    }
    return {**result, **(_nothing_found() if entities else _afterwards(cast, drawn.campaign_id, platform))}


def _afterwards(cast: Cast, campaign_id: UUID, platform: Receiver) -> dict[str, int]:
    _say("Visits: approved, noticed, begun with a scan, recorded, accepted, disclosed.")
    visited = visiting.carry_out(cast, campaign_id)
    _say("Export: results go to the credit platform; one comes back, is mended and sent again.")
    sent = credit.export_results(cast, ["SCJG", *planning.PARTNERS], platform)
    return {
        "records": visited.records,
        "disclosed": visited.disclosed,
        "exported": sent.exported,
        "receipts": sent.receipts,
    }


def _say(chapter: str) -> None:
    """Tell the person at the terminal where the story is; standard output is for the result."""
    click.echo(chapter, err=True)


def _nothing_found() -> dict[str, int]:
    return {"records": 0, "disclosed": 0, "exported": 0, "receipts": 0}


def _given(entities: Path | None) -> tuple[str, bytes] | None:
    return (entities.name, entities.read_bytes()) if entities else None
