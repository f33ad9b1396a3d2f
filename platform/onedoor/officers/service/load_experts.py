"""Experts and testing institutes from a file (R-L7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader, is_foot
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.library_updates import note_update
from onedoor.imports.service.row_outcomes import NEW, RowOutcomes
from onedoor.items import queries as item_queries
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import SourceTable
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Expert
from onedoor.officers.rules.expert_rows import ExpertRow, read_expert
from onedoor.officers.service.experts import put_expert
from tenants import queries as tenants
from tenants.units import is_others, my_unit, others


def load_experts(
    reading: Callable[[int], SourceTable],
    run: Import,
    import_problems: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Every row adds or updates one, known by name and organisation, or by a name that only one has; found by doing it, in a
    savepoint."""
    rows, experts = _read(reading(0), import_problems)
    writing = run.mode == "good" or (run.mode == "all" and not import_problems.rejected)
    standing = {
        (one.name, one.organisation): one.name
        for one in db.session.scalars(officer_queries.experts.experts().where(Expert.active))
    }
    with db.session.begin_nested() as savepoint:
        for one in experts:
            put = put_expert(one)
            standing.pop(one.key, None)
            verdicts.add(put.verdict, one.row, one.key[1], one.key[0], put.changes, put.made, put.before)
        if not writing:
            savepoint.rollback()
    verdicts.add_gone(len(standing), [(organisation, name) for name, organisation in standing])
    if writing:
        source = Sentence("导入 %(file)s", file=run.file_name)
        note_update("experts", verdicts.counts[NEW], 0, source, whole=not standing, load=run.id)
    progress(rows, rows)
    return {"rows": rows, "valid": len(experts), **verdicts.figures(written=writing)}


def _read(table: SourceTable, import_problems: ImportProblems) -> tuple[int, list[ExpertRow]]:
    words, organisations = item_queries.qualifications.vocabulary(), officer_queries.experts.organisations()
    units = {unit.name: unit.id for unit in tenants.units()}
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
        if expert is not None:
            expert = _recognised(expert, organisations, reader)
        if expert is not None:
            expert = _of_unit(expert, reader, units)
        if expert is not None and expert.key in seen:
            first = seen[expert.key]
            reader.refuse(
                "姓名或名称",
                ClerkError("与第 %(row)s 行是同一人或同一机构，只读入第 %(row)s 行。", row=first),
            )
        elif expert is not None:
            seen[expert.key] = row.number
            organisations.setdefault(expert.key[0], set()).add(expert.key[1])
            experts.append(expert)
        import_problems.add(reader)
    return rows, experts


def _recognised(row: ExpertRow, organisations: Mapping[str, set[str]], reader: RowReader) -> ExpertRow | None:
    """The row with the organisation of who it is about: where it names none, that of the only one of that name.

    Of several the row has to say which, unless one of them has no organisation either.
    """
    where = organisations.get(row.key[0], set())
    if "organisation" in row.given or not where or "" in where:
        return row
    if len(where) == 1:
        return replace(row, values={**row.values, "organisation": next(iter(where))})
    reader.refuse(
        "所在单位",
        ClerkError(
            "专家库里有 %(count)s 个“%(name)s”（%(organisations)s），请填写所在单位。",
            count=len(where),
            name=row.key[0],
            organisations="、".join(sorted(where)),
        ),
    )
    return None


def _of_unit(expert: ExpertRow, reader: RowReader, units: Mapping[str, UUID]) -> ExpertRow | None:
    """With the unit that is to keep them, a new one by whose hand it comes in; another unit's are left alone (R-T5)."""
    if expert.unit and expert.unit not in units:
        reader.refuse("维护科室", ClerkError("本单位没有“%(unit)s”这个科室，请核对名称。", unit=expert.unit))
        return None
    known = officer_queries.experts.known(*expert.key)
    if known is not None and known.unit_id is not None and is_others(known.unit_id):
        reader.refuse("姓名或名称", others(known.unit_id))
        return None
    return replace(expert, values={**expert.values, "unit_id": units.get(expert.unit, my_unit())})
