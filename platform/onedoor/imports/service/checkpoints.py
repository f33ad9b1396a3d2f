"""How far a load of entities has come, kept with what it did: whoever takes it up goes on from there (R-L11)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

import sqlalchemy as sa

from onedoor.imports.models import Import, ImportChunk
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.row_outcomes import RowOutcomes
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress

READING, WRITING = "read", "write"


class Stopped(ClerkError):
    """A person asked for the load to stop; what was done is kept."""

    def __init__(self) -> None:
        super().__init__("已按要求停止，做完的部分已保留；可以继续，或撤销已写入的部分。")


@dataclass
class Checkpoint:
    """`phase` read: `chunks` were read, up to `row` of the file; write: of these `done` were written, or compared.

    `rows`, `valid`, `rejected`, `remarks` and `elsewhere` (by kind) count what was read, `others` are the first
    rows of the latter; `faulty` are refused rows whose code is compared when all are read (`faulty.FaultyRow`); `counts` is what became of it by verdict, `problems` what is kept of the problems; `shifted`
    counts rows whose name is a neighbour's (`plausibility.count_shifted`), `elsewhere_places` those of other cities by place.
    """

    phase: str = READING
    chunks: int = 0
    done: int = 0
    row: int = 0
    rows: int = 0
    valid: int = 0
    rejected: int = 0
    remarks: int = 0
    problems: int = 0
    elsewhere: dict[str, int] = field(default_factory=dict)
    others: dict[str, list[int]] = field(default_factory=dict)
    faulty: list[tuple[str, int, int | None]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    shifted: int = 0
    elsewhere_places: dict[str, int] = field(default_factory=dict)


def checkpoint_of(run: Import) -> Checkpoint:
    """How far the load has come; the beginning if it has not begun."""
    known = {one.name for one in fields(Checkpoint)}
    return Checkpoint(**{name: value for name, value in (run.cursor or {}).items() if name in known})


def begun_writing(run: Import) -> dict[str, Any] | None:
    """What a load that has not ended wrote so far, by verdict; None if nothing."""
    cursor = checkpoint_of(run)
    return cursor.counts if cursor.phase == WRITING and cursor.done and run.mode != "check" else None


def forget(run: Import) -> None:
    """The load has ended, or begins anew."""
    run.cursor, run.stop_asked = None, False
    db.session.execute(sa.delete(ImportChunk).where(ImportChunk.import_id == run.id))


class Steps:
    """Keeps the cursor with what was done, step by step, and stops where it is asked to."""

    def __init__(
        self, run: Import, import_problems: ImportProblems, verdicts: RowOutcomes, progress: NoProgress
    ) -> None:
        self.run, self.import_problems, self.verdicts, self.progress = (
            run,
            import_problems,
            verdicts,
            progress,
        )
        self.cursor = checkpoint_of(run)
        import_problems.go_on(self.cursor.rejected, self.cursor.remarks, self.cursor.problems)
        verdicts.go_on(self.cursor.counts)
        self._stop_if_asked()

    def keep(self) -> None:
        """Commit: everything up to here stays, whatever becomes of this worker."""
        self.import_problems.save()
        self.verdicts.save()
        cursor, import_problems = self.cursor, self.import_problems
        cursor.rejected, cursor.remarks, cursor.problems = (
            import_problems.rejected,
            import_problems.remarks,
            import_problems.kept,
        )
        cursor.counts = dict(self.verdicts.counts)
        self.run.cursor = asdict(cursor)
        self.progress.keep()
        self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        asked = sa.select(Import.stop_asked).where(Import.id == self.run.id)
        if db.session.scalar(asked):
            self.run.cursor = asdict(self.cursor)
            db.session.execute(sa.update(Import).where(Import.id == self.run.id).values(stop_asked=False))
            self.progress.keep()
            raise Stopped()
