"""The journal of a load: what it did to each record, with what stood before; and what of it stays when it is taken back (R-L11).

Of the shared register its own history is the journal (`entities.policies.history`, `entities.policies.premises`), which
the statements that write keep; of all else `import_row`. What the one undo leaves alone stands in `import_remainder`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from onedoor.imports.models import Import, ImportRemainder, ImportRow
from onedoor.imports.service.load_kinds import KINDS
from onedoor.imports.service.row_outcomes import CHANGED, NEW
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence

_SUBJECT = sa.func.coalesce(ImportRow.subject_id, ImportRow.id)
CHANGED_SINCE = Sentence("后来又有变动")
OF_OTHER_UNITS = Sentence("由其他科室维护，请由管理员撤销")
# Whether a record of the journal stays, by how a statement names it.
STAYS = "EXISTS (SELECT FROM import_remainder k WHERE k.import_id = :load AND k.subject_id = {})"
# What is taken back, as `r` of a statement.
TAKEN_BACK = (
    "(SELECT j.* FROM import_row j WHERE j.import_id = :load AND j.verdict IN ('new', 'changed')"  # noqa: S608
    f" AND NOT {STAYS.format('j.subject_id')}) r"
)


def journal_rows(run: Import, *verdicts: str) -> list[ImportRow]:
    """What the load did, but for what stays."""
    stays = sa.exists().where(
        ImportRemainder.import_id == run.id,
        ImportRemainder.subject_id == _SUBJECT,
    )
    query = sa.select(ImportRow).where(
        ImportRow.import_id == run.id, ImportRow.verdict.in_(verdicts or (NEW, CHANGED)), ~stays
    )
    return list(db.session.scalars(query))


def held(run: Import, condition: str, of: str = "", **given: Any) -> sa.Select[Any]:
    """The records of which `condition` says that they stay, by `r` and what is joined to it (`of`)."""
    columns: list[Any] = [
        sa.literal_column(f"r.{name}").label(name) for name in ("subject_id", "key", "name")
    ]
    chosen = sa.text(f"r.import_id = :load AND r.verdict IN ('new', 'changed') AND ({condition})")
    return (
        sa.select(*columns)
        .select_from(sa.text(f"import_row r {of}"))
        .where(chosen.bindparams(load=run.id, **given))
    )


def held_rows(run: Import, rows: Sequence[ImportRow]) -> sa.Select[Any]:
    """These rows of the journal; of one whose record is not known the row itself stands for it."""
    of = sa.any_(sa.literal([row.id for row in rows], sa.ARRAY(sa.Uuid())))
    columns: list[Any] = [_SUBJECT.label("subject_id"), ImportRow.key, ImportRow.name]
    return sa.select(*columns).where(ImportRow.import_id == run.id, ImportRow.id == of)


def held_among(run: Import, subjects: Iterable[UUID | None]) -> sa.Select[Any]:
    """The records with these ids."""
    of = sa.any_(sa.literal([one for one in subjects if one is not None], sa.ARRAY(sa.Uuid())))
    columns: list[Any] = [ImportRow.subject_id, ImportRow.key, ImportRow.name]
    return sa.select(*columns).where(
        ImportRow.import_id == run.id, ImportRow.verdict.in_((NEW, CHANGED)), ImportRow.subject_id == of
    )


def remaining(run: Import) -> sa.Subquery | None:
    """What would stay if the load were taken back now: `subject_id`, `key`, `name`, `reason`, each record once."""
    parts = [
        rows.add_columns(sa.literal(str(reason), sa.Text()).label("reason"), sa.literal(place).label("place"))
        for place, (reason, rows) in enumerate(KINDS[run.kind].held(run))
    ]
    if not parts:
        return None
    union = sa.union_all(*parts).subquery()
    first = sa.select(union).ext(distinct_on(union.c.subject_id)).order_by(union.c.subject_id, union.c.place)
    return first.subquery("remaining")


def keep_remainder(run: Import) -> int:
    """Put down what stays, before the rest is taken back; returns how many."""
    found = remaining(run)
    if found is None:
        return 0
    columns = ("subject_id", "key", "name", "reason")
    chosen = sa.select(
        sa.literal(run.tenant_id, sa.Uuid()),
        sa.literal(run.id, sa.Uuid()),
        *(found.c[name] for name in columns),
    )
    putting = sa.insert(ImportRemainder).from_select(
        ["tenant_id", "import_id", *columns], chosen, include_defaults=False
    )
    db.session.execute(putting)
    kept = sa.select(sa.func.count()).where(ImportRemainder.import_id == run.id)
    return db.session.scalar(kept) or 0


def stood_at(before: Mapping[str, Any] | None) -> datetime:
    """When a record was last changed before the load: that it is again once the load is taken back. Else an earlier load
    of the same record would take this undo for a change. Journals of earlier releases do not say it."""
    said = (before or {}).get("updated_at")
    return datetime.fromisoformat(said) if said else now()
