"""`onedoor bench draw`: the draw of so many objects, beside the tools that others use, in one run on one machine."""

from __future__ import annotations

import json
import secrets
import tempfile
from pathlib import Path
from typing import Any

import click

from onedoor.commands.bench import bench_city, report
from onedoor.commands.bench.classes import classes
from onedoor.commands.bench.contestant_process import BrokeOff, child, say
from onedoor.commands.bench.registry import registry
from onedoor.embedded import EmbeddedError

NAMES = (
    "whole", "selection", "order_by_random", "consistent_sampler", "cryptorandom_pikk", "verify_py", "browser", "teaming",
)  # fmt: skip


@click.group()
def bench() -> None:
    """How long the work takes that must be quick."""


@bench.command()
@click.option("--objects", type=click.IntRange(100, 10_000_000), default=1_000_000, show_default=True)
@click.option("--repeat", type=click.IntRange(1, 99), default=3, show_default=True, help="Runs of each.")
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="Only these; `whole` always runs.")
@click.option(
    "--teamed", type=click.IntRange(1), default=10_000, show_default=True, help="Objects to be teamed."
)
@click.option("--inspectors", type=click.IntRange(4), default=2_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object and nothing else on standard output.")
def draw(
    objects: int, repeat: int, only: tuple[str, ...], teamed: int, inspectors: int, as_json: bool
) -> None:
    """A draw of 3 % of so many made-up firms in an embedded PostgreSQL; medians of repeated runs, with peak memory."""
    names = [name for name in NAMES if not only or name in only or name == "whole"]
    try:
        with tempfile.TemporaryDirectory(prefix="onedoor-bench-") as folder:
            output = _run(
                Path(folder), names, repeat, {"objects": objects, "teamed": teamed, "inspectors": inspectors}
            )
    except (EmbeddedError, BrokeOff) as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(json.dumps(output, ensure_ascii=False) if as_json else report.table(output))


def _run(folder: Path, names: list[str], repeat: int, sizes: dict[str, int]) -> dict[str, Any]:
    files = folder / "files"
    files.mkdir()
    say(f"Making {sizes['objects']:,} firms in an embedded PostgreSQL.")
    with bench_city.made(folder / "servers", sizes["objects"]) as made:
        given: dict[str, Any] = {
            **sizes,
            "lead": str(made.lead),
            "folder": str(files),
            "dsn": made.servers.dsn("postgres"),
            "seed": secrets.token_hex(32),
        }
        runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
        # Round by round, so that what else the machine does meets all of them alike.
        for number in range(1, repeat + 1):
            for name in names:
                say(f"Run {number} of {repeat}: {name}")
                figures = child(name, given, made.environment())
                runs[name].append(figures)
                # The others draw as many as we did.
                given["quota"] = figures.get("drawn", given.get("quota"))
        return report.of(runs, sizes, made.postgres_version())


bench.add_command(registry)
bench.add_command(classes)
