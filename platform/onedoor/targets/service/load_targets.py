"""A target library from a file, or what a bureau knows of its targets, read twice and step by step (R-L5, R-L11,
docs/adr/0012, `service.two_readings`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from onedoor.entities.service import merge_lock
from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader
from onedoor.imports.service import checkpoints, two_pass
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.library_updates import note_update
from onedoor.imports.service.row_outcomes import CHANGED, GONE, LEAVING, NEW, RowOutcomes
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import SourceRow, SourceTable
from onedoor.targets.rules.target_rows import CODE, TargetRow, read_target
from onedoor.targets.service.figures import follow_library
from onedoor.targets.service.target_row_check import TargetRowCheck
from onedoor.targets.service.target_writes import TargetWriter


class _Targets:
    lists, whole = True, True
    lock = staticmethod(merge_lock.listing)
    absent: two_pass.Absent | None = two_pass.Absent(
        "target t JOIN entity e ON e.id = t.entity_id WHERE t.tenant_id = :tenant AND t.ended_on IS NULL"
        " AND NOT EXISTS (SELECT FROM given g WHERE g.code = e.code)",
        "e.code",
        "e.name",
        "e.sort_key, e.id",
    )

    def __init__(self, run: Import, *, written: bool) -> None:
        self._judge, self._putting = TargetRowCheck(lists=self.lists), TargetWriter(run, written=written)

    def read(self, row: SourceRow) -> tuple[TargetRow | None, RowReader]:
        return read_target(row, today(), lists=self.lists)

    def judged(
        self, read: Sequence[tuple[TargetRow, RowReader]], known: Mapping[int, str]
    ) -> list[TargetRow]:
        return self._judge.judged(read)

    def key(self, row: TargetRow) -> str:
        # Whoever left and is back stands in our own list as often: only the row of now counts as the firm's.
        return f"{row.code} {row.number}" if self._judge.tells_of_before(row) else row.code

    def doubled(self, first: int) -> tuple[str, ClerkError]:
        return CODE, ClerkError("与第 %(row)s 行的代码重复，只读入第 %(row)s 行。", row=first)

    def put(self, rows: Sequence[TargetRow]) -> Iterator[two_pass.RowResult]:
        for row, name, put in self._putting.put(rows, self._judge):
            yield two_pass.RowResult(row.number, row.code, name, put)


class _Details(_Targets):
    """Of what is known of targets: contacts, tags and levels, of those that are listed already."""

    lists, absent = False, None

    def doubled(self, first: int) -> tuple[str, ClerkError]:
        error = ClerkError(
            "与第 %(row)s 行的代码重复，只读入第 %(row)s 行；一个对象写一行，几个标签写在同一格，用顿号分开。",
            row=first,
        )
        return CODE, error


def load_targets(
    reading: Callable[[int], SourceTable],
    run: Import,
    import_problems: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """List, change and take out targets; who is not in the file stays. Raises `cursor.Stopped` where asked to stop."""
    steps = checkpoints.Steps(run, import_problems, verdicts, progress)
    outcome = two_pass.load(steps, reading, lambda written: _Targets(run, written=written))
    if outcome["written"]:
        ended = verdicts.counts[LEAVING]
        # Nobody of the library was missing in the file: it went over all of it, also where nothing differed (R-L5).
        whole = not verdicts.counts[GONE]
        if whole or ended or verdicts.counts[NEW] or verdicts.counts[CHANGED]:
            source = Sentence("导入 %(file)s", file=run.file_name)
            note_update("targets", verdicts.counts[NEW], ended, source, whole=whole, load=run.id)
            follow_library()
    return outcome


def load_details(
    reading: Callable[[int], SourceTable],
    run: Import,
    import_problems: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Note contacts, give tags and levels; nobody is listed or leaves, and who is not in the file is not told of."""
    steps = checkpoints.Steps(run, import_problems, verdicts, progress)
    outcome = two_pass.load(steps, reading, lambda written: _Details(run, written=written))
    for each in (outcome, outcome.get("would", {})):
        each.pop("gone", None)
    return outcome
