"""Experts and testing institutes from a file (R-L7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.progress import Unwatched
from onedoor.kernel.spreadsheets import SourceTable
from onedoor.registry import queries
from onedoor.registry.models import Expert, Import
from onedoor.registry.rules.experts import ExpertRow, read_expert
from onedoor.registry.rules.items import is_foot
from onedoor.registry.service.experts import put_expert
from onedoor.registry.service.told import Told
from onedoor.registry.service.verdicts import Verdicts


def load_experts(
    reading: Callable[[int], SourceTable],
    run: Import,
    told: Told,
    verdicts: Verdicts,
    progress: Unwatched,
) -> dict[str, Any]:
    """Every row adds or updates one, known by name and organisation; found by doing it, in a savepoint."""
    rows, experts = _read(reading(0), told)
    writing = run.mode == "good" or (run.mode == "all" and not told.rejected)
    standing = {
        (one.name, one.organisation): one.name
        for one in db.session.scalars(queries.experts.experts().where(Expert.active))
    }
    with db.session.begin_nested() as savepoint:
        for one in experts:
            put = put_expert(one)
            standing.pop(one.key, None)
            verdicts.add(put.verdict, one.row, one.key[1], one.key[0], put.changes, put.made, put.before)
        if not writing:
            savepoint.rollback()
    verdicts.add_gone(len(standing), [(organisation, name) for name, organisation in standing])
    progress(rows, rows)
    return {"rows": rows, "valid": len(experts), **verdicts.told(written=writing)}


def _read(table: SourceTable, told: Told) -> tuple[int, list[ExpertRow]]:
    words = queries.qualifications.vocabulary()
    seen: dict[tuple[str, str], int] = {}
    rows, experts = 0, []
    for row in table:
        if is_foot(row):
            continue
        rows += 1
        expert, reader = read_expert(row)
        if expert is not None:
            given = expert.values["qualifications"]
            names = reader.read("资格专长", lambda given=given: words.read(given))  # type: ignore[misc]
            expert = (
                replace(expert, values={**expert.values, "qualifications": names})
                if names is not None
                else None
            )
        if expert is not None and expert.key in seen:
            first = seen[expert.key]
            reader.refuse(
                "姓名或名称",
                ClerkError("与第 %(row)s 行是同一人或同一机构，只读入第 %(row)s 行。", row=first),
            )
        elif expert is not None:
            seen[expert.key] = row.number
            experts.append(expert)
        told.add(reader)
    return rows, experts
