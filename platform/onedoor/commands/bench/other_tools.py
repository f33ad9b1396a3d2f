"""What others use to draw a sample, on the same rows: each draws as many as we do, of those who can be drawn."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import psycopg

from onedoor.commands.bench import LEAD
from onedoor.commands.bench.stopwatch import Watch
from onedoor.draws import rules


class Missing(Exception):
    """A contestant cannot run here; the message says what it needs."""


def random_order(given: dict[str, Any]) -> dict[str, Any]:
    """(c) `ORDER BY random() LIMIT k` in PostgreSQL: quick, and nobody can check it."""
    watch = Watch()
    query = "SELECT code FROM entity WHERE status = 'active' ORDER BY random() LIMIT %s"
    with (
        psycopg.connect(given["dsn"]) as link,
        link.cursor() as cursor,
    ):
        with watch.taking("query"):
            drawn = cursor.execute(query, (given["quota"],)).fetchall()
    assert len(drawn) == given["quota"]
    return {"seconds": watch.seconds}


def consistent_sampler(given: dict[str, Any]) -> dict[str, Any]:
    """(d) consistent-sampler: its bare selection of ids that stand in a list."""
    sampler = _library("consistent_sampler", "consistent-sampler").sampler
    ids, watch = _eligible(given), Watch()
    with watch.taking("selection"):
        drawn = list(sampler(ids, seed=given["seed"], take=given["quota"], output="id"))
    assert len(drawn) == given["quota"]
    return {"seconds": watch.seconds}


def pikk(given: dict[str, Any]) -> dict[str, Any]:
    """(e) cryptorandom's PIKK: its bare selection of ids that stand in a list."""
    random_sample = _library("cryptorandom.sample", "cryptorandom").random_sample
    ids, watch = _eligible(given), Watch()
    with watch.taking("selection"):
        drawn = random_sample(ids, given["quota"], method="PIKK", prng=int(given["seed"], 16))
    assert len(drawn) == given["quota"]
    return {"seconds": watch.seconds}


def _library(module: str, package: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise Missing(f"{package} is not installed: run it by `make bench`.") from None


def _eligible(given: dict[str, Any]) -> list[str]:
    pool = rules.parse_pool((Path(given["folder"]) / f"pool-{LEAD}.txt").read_bytes(), LEAD)
    ids, *_, statuses = pool.columns
    return [id_ for id_, status in zip(ids, statuses, strict=True) if status == "E"]
