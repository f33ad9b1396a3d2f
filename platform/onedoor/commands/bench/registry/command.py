"""`onedoor bench registry`: what the registry does with a million entities, part by part in one run on one machine."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from onedoor.commands.bench.contestant_process import BrokeOff
from onedoor.commands.bench.registry import file_load, lists
from onedoor.embedded import EmbeddedError

# Each part measures in a folder of its own, with so many objects and rounds, and tells its figures.
PARTS: dict[str, tuple[Callable[[Path, int, int], dict[str, Any]], Callable[[dict[str, Any]], str]]] = {
    "loading": (file_load.measure, file_load.table),
    "lists": (lists.measure, lists.table),
}


@click.command()
@click.option("--objects", type=click.IntRange(1_000, 10_000_000), default=1_000_000, show_default=True)
@click.option(
    "--repeat", type=click.IntRange(3, 1_000), default=30, show_default=True, help="Rounds of each."
)
@click.option("--only", multiple=True, type=click.Choice(list(PARTS)), help="Only these parts.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object and nothing else on standard output.")
def registry(objects: int, repeat: int, only: tuple[str, ...], as_json: bool) -> None:
    """Loading so many made-up entities beside COPY, and lists and search of as many beside SQL written by hand."""
    report: dict[str, Any] = {
        "objects": objects,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
    }
    for name, (measure, _) in PARTS.items():
        if only and name not in only:
            continue
        try:
            with tempfile.TemporaryDirectory(prefix="onedoor-bench-", ignore_cleanup_errors=True) as folder:
                report[name] = measure(Path(folder), objects, repeat)
        except (EmbeddedError, BrokeOff) as problem:
            raise click.ClickException(str(problem)) from problem
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for name, (_, table) in PARTS.items():
        if name in report:
            click.echo(table(report[name]))
