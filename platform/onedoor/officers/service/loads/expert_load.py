"""Experts and testing institutes from a file (R-L7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader
from onedoor.imports.service import checkpoints, two_pass
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.library_updates import note_update
from onedoor.imports.service.row_outcomes import GONE, NEW, RowOutcomes
from onedoor.items import queries as item_queries
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import SourceRow, SourceTable
from onedoor.officers import queries as officer_queries
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
    """Every row adds or updates one, known by name and organisation, or by a name that only one has. Raises `cursor.Stopped`
    where asked to stop."""
    steps = checkpoints.Steps(run, import_problems, verdicts, progress)
    outcome = two_pass.load(steps, reading, lambda written: _Experts(written=written))
    if outcome["written"]:
        source = Sentence("导入 %(file)s", file=run.file_name)
        whole = not verdicts.counts[GONE]
        note_update("experts", verdicts.counts[NEW], 0, source, whole=whole, load=run.id)
    return outcome


class _Experts:
    whole = True
    absent = two_pass.Absent(
        "expert e WHERE e.tenant_id = :tenant AND e.active"
        " AND NOT EXISTS (SELECT FROM given g WHERE g.code = e.name || chr(31) || e.organisation)",
        "e.organisation",
        "e.name",
        "e.sort_key, e.id",
    )

    def __init__(self, *, written: bool) -> None:
        self._written = written
        self._words, self._units = (
            item_queries.qualifications.vocabulary(),
            {unit.name: unit.id for unit in tenants.units()},
        )
        self._organisations = officer_queries.experts.organisations()

    def lock(self) -> None:
        """Who changes one by hand meanwhile is seen when the row is written."""

    def read(self, row: SourceRow) -> tuple[ExpertRow | None, RowReader]:
        return read_expert(row)

    def judged(
        self, read: Sequence[tuple[ExpertRow, RowReader]], known: Mapping[int, str]
    ) -> list[ExpertRow]:
        good = []
        for row, reader in read:
            one = self._settled(row, reader)
            if one is not None and not reader.problems:
                self._organisations.setdefault(one.key[0], set()).add(one.key[1])
                good.append(one)
        return good

    def _settled(self, row: ExpertRow, reader: RowReader) -> ExpertRow | None:
        given = row.values["qualifications"]
        names = reader.read("资格专长", lambda: self._words.read(given))
        if names is None:
            return None
        one = _recognised(
            replace(row, values={**row.values, "qualifications": names}), self._organisations, reader
        )
        return _of_unit(one, reader, self._units) if one is not None else None

    def key(self, row: ExpertRow) -> str:
        return "\x1f".join(row.key)

    def doubled(self, first: int) -> tuple[str, ClerkError]:
        problem = "与第 %(row)s 行是同一人或同一机构，只读入第 %(row)s 行。"
        return "姓名或名称", ClerkError(problem, row=first)

    def put(self, rows: Sequence[ExpertRow]) -> Iterable[two_pass.RowResult]:
        return two_pass.done_one_by_one(rows, _put, written=self._written)


def _put(row: ExpertRow) -> two_pass.RowResult:
    return two_pass.RowResult(row.number, row.key[1], row.key[0], put_expert(row))


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
