"""Taking back a load of officers, of experts or of certificates (R-L9, R-L11)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from onedoor.imports.models import Import
from onedoor.imports.policies import FORMER
from onedoor.imports.service.journal import CHANGED_SINCE, OF_OTHER_UNITS, held_among, journal_rows, stood_at
from onedoor.imports.service.library_updates import note_update
from onedoor.imports.service.load_kinds import Holds
from onedoor.imports.service.row_outcomes import CHANGED, NEW
from onedoor.kernel.db import db
from onedoor.kernel.encrypted_columns import seal
from onedoor.kernel.errors import Conflict
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.pinyin import pinyin_key
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import (
    Certificate,
    Expert,
    Inspector,
    InspectorLeave,
    InspectorProposal,
    InspectorProposalLine,
    InspectorRequest,
    Recusal,
    TrainingPlace,
)
from onedoor.officers.policies import IDENTITY, PHONE
from onedoor.officers.queries import certificates as kept_certificates
from onedoor.officers.rules.codes import InspectorStatus, ProposalState
from onedoor.officers.service.personal_numbers import officer_with_identity
from tenants.units import is_others

# What hangs on an officer and was put there after the load.
_HANGING: tuple[Any, ...] = (Recusal, InspectorLeave, InspectorRequest, TrainingPlace)
_NUMBERS = {"identity_number": IDENTITY, "phone": PHONE}
_SINGLE = {"certificate_number", "user_id"}
_READ: Mapping[str, Callable[[str], Any]] = {
    "certificate_expires_on": date.fromisoformat,
    "credential_expires_on": date.fromisoformat,
    "expires_on": date.fromisoformat,
    "stopped_on": date.fromisoformat,
    "unit_id": UUID,
    "user_id": UUID,
}


def officers_refused(run: Import) -> str | None:
    """Why none of a load of officers can be taken back, as a sentence; None when it can.

    Who enters and who leaves is the head's to decide: what waits is first returned, what was approved stands.
    """
    waiting = sa.exists().where(
        InspectorProposal.import_id == run.id, InspectorProposal.state == ProposalState.SUBMITTED
    )
    if db.session.scalar(sa.select(waiting)):
        return Sentence("这次导入提请的入库或离库还在等待负责人批准，请先由负责人退回，再撤销。")
    return old_journal(run)


def old_journal(run: Import) -> str | None:
    """Whether not every row of the load was kept with what it was before, as a sentence: loads of earlier releases."""
    outcome, rows = run.outcome or {}, journal_rows(run)
    kept = [row for row in rows if row.subject_id and (row.before is not None or row.verdict == NEW)]
    if len(kept) < outcome.get("added", 0) + outcome.get("changed", 0):
        return Sentence("这次导入的行数太多，或是较早的导入，没有留下导入前的内容，不能撤销。")
    return None


def held_officers(run: Import) -> Holds:
    """Whom the head let in or go by this load, whose numbers were not kept, who was changed or has something noted since."""
    decided = sa.select(InspectorProposalLine.inspector_id).join(
        InspectorProposal, InspectorProposal.id == InspectorProposalLine.proposal_id
    )
    approved = decided.where(
        InspectorProposal.import_id == run.id, InspectorProposal.state == ProposalState.APPROVED
    )
    yield Sentence("入库或离库已经批准"), held_among(run, db.session.scalars(approved).all())
    rows = journal_rows(run)
    lost = [row.subject_id for row in rows if "private" in (row.changes or {}) and row.former is None]
    yield Sentence("改了身份证号或手机号，原来的号码没有另存"), held_among(run, _ids(lost))
    yield CHANGED_SINCE, held_among(run, _changed_since(run, _officers(run)))
    new = _ids(row.subject_id for row in rows if row.verdict == NEW)
    hanging = [
        db.session.scalars(sa.select(table.inspector_id).where(table.inspector_id.in_(new)))
        for table in _HANGING
    ]
    yield (
        Sentence("已登记回避、休假、申请或培训"),
        held_among(run, [one for found in hanging for one in found]),
    )


def undo_officers(run: Import) -> dict[str, Any]:
    """Remove whom the load added, who never entered or of whom it said that they had left, and write again what the others
    were."""
    found = _officers(run)
    new = [row.subject_id for row in journal_rows(run, NEW)]
    db.session.execute(sa.delete(InspectorProposalLine).where(InspectorProposalLine.inspector_id.in_(new)))
    # Only who never entered can be removed; who came in as gone never did.
    gone = sa.update(Inspector).where(Inspector.id.in_(new), Inspector.status == InspectorStatus.LEFT)
    db.session.execute(gone.values(status=InspectorStatus.PROPOSED.value))
    for key in new:
        if key is not None:
            db.session.delete(found[key])
    db.session.flush()
    try:
        with db.session.begin_nested():
            restored = _restore(run, found)
            _restore_numbers(run, found)
    except IntegrityError:
        raise Conflict("这次导入改过的执法证编号或账号，现在已由别的人员使用，不能撤销。") from None
    note_update("inspectors", 0, 0, Sentence("撤销导入：%(file)s", file=run.file_name))
    return {"removed": len(new), "restored": restored}


def held_experts(run: Import) -> Holds:
    """Whom another unit keeps, who was changed since, and who has assisted at a visit."""
    found = _experts(run)
    yield OF_OTHER_UNITS, held_among(run, [one.id for one in found.values() if is_others(one.unit_id)])
    yield CHANGED_SINCE, held_among(run, _changed_since(run, found))
    new = _ids(row.subject_id for row in journal_rows(run, NEW))
    yield Sentence("已协助过检查，可以设为离库"), held_among(run, _named_elsewhere(new, found))


def undo_experts(run: Import) -> dict[str, Any]:
    """Remove whom the load added, and write again what the others were."""
    found = _experts(run)
    new = [row.subject_id for row in journal_rows(run, NEW)]
    for key in new:
        if key is not None:
            db.session.delete(found[key])
    db.session.flush()
    return {"removed": len(new), "restored": _restore(run, found)}


def held_certificates(run: Import) -> Holds:
    """What was changed since."""
    yield CHANGED_SINCE, held_among(run, _changed_since(run, _certificates(run)))


def undo_certificates(run: Import) -> dict[str, Any]:
    """Remove what the load added, and write again what the others were; officers follow what then stands, at night."""
    found = _certificates(run)
    new = [row.subject_id for row in journal_rows(run, NEW)]
    for key in new:
        if key is not None:
            db.session.delete(found[key])
    db.session.flush()
    restored = _restore(run, found)
    for key, one in found.items():
        if key not in new:
            one.sort_key = pinyin_key(one.name, person=True)
    return {"removed": len(new), "restored": restored}


def _officers(run: Import) -> dict[UUID, Inspector]:
    new = {row.subject_id for row in journal_rows(run, NEW)}
    query = officer_queries.inspectors().where(
        Inspector.id.in_([row.subject_id for row in journal_rows(run)])
    )
    return {
        one.id: one
        for one in db.session.scalars(query)
        if one.id not in new or one.status in (InspectorStatus.PROPOSED, InspectorStatus.LEFT)
    }


def _experts(run: Import) -> dict[UUID, Expert]:
    query = officer_queries.experts.experts().where(
        Expert.id.in_([row.subject_id for row in journal_rows(run)])
    )
    return {one.id: one for one in db.session.scalars(query)}


def _certificates(run: Import) -> dict[UUID, Certificate]:
    query = kept_certificates.my_certificates().where(
        Certificate.id.in_([row.subject_id for row in journal_rows(run)])
    )
    return {one.id: one for one in db.session.scalars(query)}


def _changed_since(run: Import, found: Mapping[UUID, Any]) -> list[UUID]:
    """Those that somebody changed since, or that are there no longer."""
    assert run.finished_at is not None
    touched = _ids(row.subject_id for row in journal_rows(run))
    return [one for one in touched if one not in found or found[one].updated_at > run.finished_at]


def _ids(found: Iterable[UUID | None]) -> list[UUID]:
    return [one for one in found if one is not None]


def _named_elsewhere(new: Iterable[UUID], found: Mapping[UUID, Expert]) -> list[UUID]:
    """Those that cannot be removed, for something names them: found by doing it, in a savepoint that is given up again."""
    named = []
    for key in new:
        if key not in found:
            continue
        try:
            with db.session.begin_nested() as savepoint:
                removing = sa.delete(Expert).where(Expert.id == key)
                db.session.execute(removing, execution_options={"synchronize_session": False})
                savepoint.rollback()
        except IntegrityError:
            named.append(key)
    return named


def _restore(run: Import, found: Mapping[UUID, Any]) -> int:
    rows = journal_rows(run, CHANGED)
    # Two may have changed places: what only one may have is first let go by both.
    for row in rows:
        assert row.subject_id is not None
        for name in _SINGLE & set(row.before or {}):
            setattr(found[row.subject_id], name, None)
    db.session.flush()
    for row in rows:
        assert row.subject_id is not None
        one = found[row.subject_id]
        for name, value in (row.before or {}).items():
            if name == "updated_at":
                continue
            read = _READ.get(name)
            setattr(one, name, read(value) if read and value is not None else value)
        one.updated_at = stood_at(row.before)
    db.session.flush()
    return len(rows)


def _restore_numbers(run: Import, found: Mapping[UUID, Inspector]) -> None:
    """Write the numbers of people again that the load wrote over; what kept them has no further use (R-T7)."""
    former: dict[UUID, dict[str, str]] = {}
    for row in journal_rows(run, CHANGED):
        if row.subject_id is not None and row.former is not None:
            former[row.subject_id] = json.loads(FORMER.open(row.id, bytes(row.former)))
            row.former = None
    kept = {of: officer_queries.private_of(found[of]) for of in former}
    # Two may have changed places: first both let go.
    for of, numbers in former.items():
        for name in numbers:
            setattr(kept[of], name, None)
            setattr(kept[of], _NUMBERS[name].index or "", None)
    db.session.flush()
    for of, numbers in former.items():
        if officer_with_identity(numbers.get("identity_number", "")) is not None:
            raise Conflict("这次导入改过的身份证号，现在已登记在别的人员名下，不能撤销。")
        for name, text in numbers.items():
            private = kept[of]
            if text and private is not None:
                seal(private, _NUMBERS[name], text)
    db.session.flush()
