"""What a load does, or would do, with each row: counted all, and kept for its page as far as one reads (R-L11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from onedoor.imports.models import Import, ImportRow
from onedoor.imports.policies import FORMER
from onedoor.kernel.db import db, new_id
from onedoor.kernel.text.masking import mask_numbers_in, masked_deep

MOST_KEPT = 10_000
NEW, CHANGED, UNCHANGED, GONE = "new", "changed", "unchanged", "gone"
# Beside them: what leaves libraries by it.
LEAVING = "leaving"
# By the word an outcome has for it.
# These stand in columns of their own, or follow from another.
_SHOWN_BESIDE = frozenset({"name", "code", "sort_key", "initials"})
COUNTED = {"added": NEW, "changed": CHANGED, "unchanged": UNCHANGED, "gone": GONE}


class RowOutcome(NamedTuple):
    """What became of a record: new, changed with what differs (`[before, after]` by field), or unchanged.

    `made` is the record, of an item its draft, if there was none before; `before` what taking it back writes again, and
    `former` the number that went, which is kept sealed (R-T7).
    """

    verdict: str
    changes: dict[str, Any] | None = None
    made: UUID | None = None
    before: dict[str, Any] | None = None
    former: str = ""


def differing(found: object, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a record is to be, the fields in which it differs from what it is: `[before, after]`, as JSON."""
    was = {name: getattr(found, name) for name in values}
    return {name: [_plain(was[name]), _plain(values[name])] for name in values if was[name] != values[name]}


def read_as(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a new record is to be, as the changes of a row: `[None, after]` by field, without what is empty."""
    plain = {name: _plain(value) for name, value in values.items() if name not in _SHOWN_BESIDE}
    return {
        name: [None, value]
        for name, value in plain.items()
        if value not in (None, "", [], {}) and _is_shown(value)
    }


def _is_shown(value: Any) -> bool:
    """Keys of records say nothing to a reader."""
    parts = value if isinstance(value, list) else [value]
    return all(isinstance(one, str | int | float | dict) for one in parts)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else getattr(value, "value", value)


class RowOutcomes:
    """Gathers them; `counts` holds how many of each there were."""

    def __init__(self, run: Import) -> None:
        self._run = run
        # Of a load that is taken back row by row all that it changed is kept.
        self.whole = False
        self._kept: list[dict[str, Any]] = []
        self.counts: Counter[str] = Counter()

    def go_on(self, counts: Mapping[str, int]) -> None:
        """Begin with what another worker counted and kept."""
        self.counts = Counter(counts)

    def add(
        self,
        verdict: str,
        number: int | None,
        key: str,
        name: str,
        changes: dict[str, Any] | None = None,
        made: UUID | None = None,
        before: dict[str, Any] | None = None,
        former: str = "",
    ) -> None:
        """One row. `changes` are the fields that differ: `[before, after]`; `made`, `before` and `former` as in `Put`."""
        room = self.room(verdict)
        self.counts[verdict] += 1
        if (changes or {}).get("ended_reason", (None, None))[1]:
            self.counts[LEAVING] += 1
        if not room:
            return
        if verdict == NEW and self.whole:
            # What is taken back row by row keeps all of them: what was read is in the register.
            changes = None
        row_id = new_id()
        self._kept.append(
            {
                "id": row_id,
                "tenant_id": self._run.tenant_id,
                "import_id": self._run.id,
                "number": number,
                "verdict": verdict,
                "key": key,
                "name": mask_numbers_in(name),
                "changes": masked_deep(changes),
                "subject_id": made,
                "before": before,
                "former": FORMER.seal(row_id, former) if former else None,
            }
        )

    def room(self, verdict: str) -> int:
        """How many more rows of a verdict are kept."""
        if self.whole and verdict in (NEW, CHANGED):
            return MOST_KEPT
        return max(0, MOST_KEPT - self.counts[verdict])

    def add_gone(self, count: int, first: Iterable[tuple[str, str]]) -> None:
        """What stands in the register and not in the file: how many, and the first as (key, name)."""
        for key, name in first:
            self.add(GONE, None, key, name)
        self.counts[GONE] = count

    def figures(self, *, written: bool) -> dict[str, Any]:
        """The counts of an outcome; under `would` when nothing was written; `leaving` is what leaves
        libraries by it, or would."""
        counts = {word: self.counts[verdict] for word, verdict in COUNTED.items()}
        nothing = dict.fromkeys(COUNTED, 0)
        left = {LEAVING: self.counts[LEAVING]} if self.counts[LEAVING] else {}
        did = {**counts, "written": True} if written else {**nothing, "written": False, "would": counts}
        return did | left

    def save(self) -> None:
        """Write what is kept."""
        if self._kept:
            db.session.execute(sa.insert(ImportRow), self._kept)
        self._kept = []
