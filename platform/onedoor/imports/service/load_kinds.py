"""What a kind of list is to the load engine (R-L11): each room declares its own, `KINDS` has them all by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from onedoor.imports.models import Import
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.row_outcomes import RowOutcomes
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.spreadsheets import Column, SourceTable

Loader = Callable[
    [Callable[[int], SourceTable], Import, ImportProblems, RowOutcomes, NoProgress], dict[str, Any]
]


# Why records of a load stay when it is taken back, and which: selects of `subject_id`, `key` and `name`.
Holds = Iterable[tuple[str, sa.Select[Any]]]


def _never_refused(run: Import) -> str | None:
    """What can be taken back of a load can be at any time."""
    return None


def _nothing_held(run: Import) -> Sequence[tuple[str, sa.Select[Any]]]:
    """Nothing can come to depend on what was loaded."""
    return ()


def _nothing() -> None:
    """Anybody with the permission may, and nobody has to wait."""


@dataclass(frozen=True)
class LoadKind:
    """A kind of list: how it is called, read, written and taken back.

    `undo` takes back what the journal has and counts; `held` is what stays as it is when that is done, each with the reason,
    and `undo_refused` why none of it can be taken back, None when it can. `allow` raises
    Forbidden where the current bureau may not load the kind, and `lock` holds off, until the end of the transaction, who
    must not write while a load is taken back. `form_name` and `form_head` are the empty table that goes out, `form_note`
    what is said above it; `blank_word` whether 无 in a cell empties what stands. One that is `stepwise` can be stopped.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    load: Loader
    undo: Callable[[Import], dict[str, Any]]
    form_name: str
    form_head: tuple[str, ...]
    form_note: str = ""
    blank_word: bool = False
    stepwise: bool = False
    held: Callable[[Import], Holds] = _nothing_held
    undo_refused: Callable[[Import], str | None] = _never_refused
    allow: Callable[[], None] = _nothing
    lock: Callable[[], None] = _nothing


KINDS: dict[str, LoadKind] = {}


def declare(kinds: Iterable[LoadKind]) -> None:
    """Make kinds known, in the order in which they are offered."""
    KINDS.clear()
    KINDS.update({kind.name: kind for kind in kinds})
