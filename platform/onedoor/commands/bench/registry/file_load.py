"""Loading: so many made-up firms loaded from one file into the register, beside COPY of the same rows."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from onedoor.app import create_app
from onedoor.commands.bench import bench_city, report
from onedoor.commands.bench.contestant_process import child, say
from onedoor.commands.demo.cast import Cast
from onedoor.imports import service
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.spreadsheets.writer import write_csv

PLANNER = "scjg.planner"
HEAD = ("企业名称", "统一社会信用代码", "注册日期", "企业类型", "注册资金", "经营范围", "所在省份", "地区", "注册地址")  # fmt: skip
# What is asked at a million: a load takes at most so many times COPY (floor, aim), and so many megabytes.
ASKED = {"ratio": (6.0, 2.0), "peak_mb": 500}


def measure(folder: Path, objects: int, repeat: int) -> dict[str, Any]:
    """A file of made-up firms loaded with all checks, history and audit; and the same rows by COPY into the same table.

    Once, however often the other parts repeat.
    """
    file = _write(folder, objects)
    with bench_city.founded(folder / "servers") as made:
        given = {
            "file": str(file),
            "dsn": made.servers.dsn("postgres"),
            "bureau": str(made.lead),
            "folder": str(folder),
        }
        figures = {}
        for name in ("load", "load_again", "copy"):
            say(name)
            figures[name] = child(name, given, made.environment())
        return {
            "file_mb": round(file.stat().st_size / 1e6),
            "contestants": figures,
            "ratio": round(figures["load"]["seconds"] / figures["copy"]["seconds"], 2),
            "asked": ASKED,
            "machine_load": [round(one, 1) for one in os.getloadavg()],
            "machine": report.machine(made.postgres_version()),
        }


def _write(folder: Path, objects: int) -> Path:
    path = folder / "firms.csv"
    with path.open("wb") as file:
        write_csv(file, HEAD, (tuple(_firm(number)) for number in range(objects)))
    return path


def _firm(number: int) -> Iterator[str]:
    trade = ("餐饮", "五金", "美容", "养殖", "建材", "印刷", "客运")[number % 7]
    yield f"示范市{'甲乙丙丁戊己庚辛'[number % 8]}{'福康祥顺达盛'[number % 6]}第{number}号{trade}有限公司"
    yield made_up_credit_code(number)
    yield f"20{number % 20:02d}-0{number % 9 + 1}-1{number % 9}"
    yield "有限责任公司(自然人独资)"
    yield f"{number % 500 + 1}万元人民币"
    yield f"{trade}服务；日用百货销售；第{number % 997}类许可经营项目（依法须经批准的项目，经批准后方可开展经营活动）。"
    yield "示范省"
    yield "示范市"
    yield f"示范市{'城郊'[number % 2]}区示例路{number % 999}号{number % 60}室"


def load(given: dict[str, Any]) -> dict[str, Any]:
    """The file handed in and loaded, as its page and its job do it: kept sealed, checked, written, told, with history."""
    cast, began = Cast(create_app(), {}), time.perf_counter()
    file = Path(given["file"])
    with cast.acting(PLANNER), file.open("rb") as source:
        run_id = service.begin_import("entities", file.name, source).id
    taken = time.perf_counter() - began
    with cast.acting(PLANNER):
        counts = service.run_import(run_id, NoProgress())
    figures = {word: counts[word] for word in ("rows", "added", "changed", "rejected")}
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "handed_in": taken, "cpu": time.process_time(), **figures}


def copy(given: dict[str, Any]) -> dict[str, Any]:
    """The rows that were loaded, by COPY into a table with the same columns, checks and indexes."""
    file = Path(given["folder"]) / "entities.copy"
    with psycopg.connect(given["dsn"], autocommit=True) as link:
        with file.open("wb") as target, link.cursor().copy("COPY entity TO STDOUT") as out:
            for part in out:
                target.write(part)
        link.execute("CREATE TABLE bench_copy (LIKE entity INCLUDING ALL)")
        began = time.perf_counter()
        with file.open("rb") as source, link.cursor().copy("COPY bench_copy FROM STDIN") as into:
            while part := source.read(1 << 20):
                into.write(part)
        taken = time.perf_counter() - began
        (rows,) = link.execute("SELECT count(*) FROM bench_copy").fetchone() or (0,)
        kept = link.execute(
            "SELECT count(*) FROM entity_change WHERE tenant_id = %s", (UUID(given["bureau"]),)
        ).fetchone()
    return {"seconds": taken, "rows": rows, "history": kept[0] if kept else 0}


def table(figures: dict[str, Any]) -> str:
    """The figures as lines."""
    lines = [
        f"{name}: {one['seconds']:.1f} s, {one['peak_mb']:.0f} MB"
        for name, one in figures["contestants"].items()
    ]
    return "\n".join(
        [*lines, f"load / copy: {figures['ratio']} (asked {ASKED['ratio']})", str(figures["machine"])]
    )
