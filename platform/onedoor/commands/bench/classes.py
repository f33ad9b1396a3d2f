"""`onedoor bench classes`: the credit classes of a whole city by night, of which few change (R-O4)."""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import psycopg

from onedoor.app import create_app
from onedoor.commands.bench import bench_city
from onedoor.commands.bench.contestant_process import say
from onedoor.commands.bench.stopwatch import peak_mb
from onedoor.credit.classes import ClassRule
from onedoor.credit.service.classes import class_counts, class_rule, classify, trial_of
from onedoor.embedded import EmbeddedError
from onedoor.kernel.db import db
from onedoor.kernel.scope import DbRole, Scope, in_scope

# A public result for each firm of a part of the city; every fifth found a problem.
RESULTS = """
INSERT INTO disclosure (id, tenant_id, kind, subject_id, version, title, bureau_name, entity_code, entity_name, content, since, words)
SELECT gen_random_uuid(), %(bureau)s, 'result', gen_random_uuid(), 1, name || '：检查结果', '示范局', code, name,
       jsonb_build_object('result_codes', jsonb_build_array(CASE WHEN sort_key::bigint % 5 = 0 THEN 'corrected' ELSE 'nothing' END)),
       now() - interval '1 day', name
  FROM entity WHERE sort_key::bigint % %(part)s = %(rest)s
""".replace(" % 5", " %% 5").replace(" % %(", " %% %(")
NIGHTS = {"first night": (1, 0), "nothing new": None, "one in a thousand new": (1000, 7)}


@click.command()
@click.option("--objects", type=click.IntRange(100, 10_000_000), default=1_000_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object and nothing else on standard output.")
def classes(objects: int, as_json: bool) -> None:
    """A city of so many made-up firms, each with a public result: three nights, and a rule tried on all of it."""
    try:
        with tempfile.TemporaryDirectory(prefix="onedoor-bench-", ignore_cleanup_errors=True) as folder:
            report = measure(Path(folder), objects)
    except EmbeddedError as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else table(report))


def measure(folder: Path, objects: int) -> dict[str, Any]:
    """Seconds and changes of each night and of the trial, and the most memory held."""
    say(f"Making {objects:,} firms in an embedded PostgreSQL.")
    with bench_city.made(folder / "servers", objects) as made:
        app, nights = create_app(made.config), dict[str, dict[str, Any]]()
        scope = Scope(DbRole.BUREAU, tenant_id=made.lead, actor_name="bench")
        for name, facts in NIGHTS.items():
            if facts is not None:
                _publish(made, *facts)
            with in_scope(scope, app):
                began = time.perf_counter()
                changed = classify()
                db.session.commit()
                nights[name] = {"seconds": round(time.perf_counter() - began, 2), "changed": changed}
        with in_scope(scope, app):
            rule, began = class_rule(), time.perf_counter()
            harder = ClassRule({**rule.points, "problem": 20}, rule.floors, rule.always)
            moves = trial_of(harder)
            nights["a rule tried"] = {
                "seconds": round(time.perf_counter() - began, 2),
                "changed": sum(moves.values()),
            }
            counts = class_counts()
    return {
        "objects": objects,
        "cores": os.cpu_count(),
        "peak_mb": peak_mb(),
        "nights": nights,
        "classes": counts,
    }


def _publish(made: bench_city.World, part: int, rest: int) -> None:
    with psycopg.connect(made.servers.dsn("postgres"), autocommit=True) as link:
        link.execute("SET session_replication_role = replica")
        link.execute(RESULTS.encode(), {"bureau": made.lead, "part": part, "rest": rest})
        link.execute("ANALYZE disclosure")


def table(report: dict[str, Any]) -> str:
    """The figures as lines."""
    lines = [f"{report['objects']:,} firms, {report['cores']} cores, {report['peak_mb']} MB at most"]
    lines += [
        f"{name:24} {one['seconds']:8.2f} s  {one['changed']:>10,} changed"
        for name, one in report["nights"].items()
    ]
    return "\n".join(
        [*lines, "classes: " + ", ".join(f"{grade} {count:,}" for grade, count in report["classes"].items())]
    )
