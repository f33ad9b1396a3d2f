"""Taking back a load of officers, of experts or of certificates, while nothing depends on it (R-L9, R-L11)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from onedoor.imports import queries as import_queries
from onedoor.imports.models import Import, ImportRow
from onedoor.imports.policies import FORMER
from onedoor.imports.service.library_updates import note_update
from onedoor.imports.service.row_outcomes import CHANGED, NEW
from onedoor.kernel.clock import now
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
from onedoor.officers.rules.codes import InspectorStatus
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


def officers_undone(run: Import) -> str | None:
    """Why a load of officers cannot be taken back, as a sentence; None when it can.

    Who enters and who leaves is the head's to decide: what waits is first returned, what was approved stands.
    """
    if _incomplete(run):
        return Sentence("这次导入的行数太多，或是较早的导入，没有留下导入前的内容，不能撤销。")
    states = set(
        db.session.scalars(sa.select(InspectorProposal.state).where(InspectorProposal.import_id == run.id))
    )
    if "submitted" in states:
        return Sentence("这次导入提请的入库或离库还在等待负责人批准，请先由负责人退回，再撤销。")
    if "approved" in states:
        return Sentence("这次导入提请的入库或离库已经批准，不能撤销；请在人员页面修改或提请离库。")
    if any("private" in (row.changes or {}) and row.former is None for row in _rows(run, CHANGED)):
        return Sentence("这次导入改了已有人员的身份证号或手机号，原来的号码没有另存，不能撤销。")
    found = _officers(run)
    if _changed_since(run, list(found.values())) or len(found) < len(_rows(run)):
        return Sentence("这次导入的人员里有的后来又有变动，不能撤销。")
    new = [row.subject_id for row in _rows(run, NEW)]
    for table in _HANGING:
        if db.session.scalar(sa.select(sa.exists().where(table.inspector_id.in_(new)))):
            return Sentence("这次新增的人员里有的已登记回避、休假、申请或培训，不能撤销。")
    return None


def undo_officers(run: Import) -> dict[str, Any]:
    """Remove whom the load added, who never entered or of whom it said that they had left, and write again what the others
    were."""
    found = _officers(run)
    new = [row.subject_id for row in _rows(run, NEW)]
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


def experts_undone(run: Import) -> str | None:
    """Why a load of experts cannot be taken back; None when it can."""
    if _incomplete(run):
        return Sentence("这次导入的行数太多，或是较早的导入，没有留下导入前的内容，不能撤销。")
    found = _experts(run)
    if any(is_others(one.unit_id) for one in found.values()):
        return Sentence("这次导入的专家或机构里有的由其他科室维护，请由管理员撤销。")
    if _changed_since(run, list(found.values())) or len(found) < len(_rows(run)):
        return Sentence("这次导入的专家或机构里有的后来又有变动，不能撤销。")
    return None


def undo_experts(run: Import) -> dict[str, Any]:
    """Remove whom the load added, and write again what the others were. What a visit names stays, and all with it."""
    found = _experts(run)
    new = [row.subject_id for row in _rows(run, NEW)]
    try:
        with db.session.begin_nested():
            for key in new:
                if key is not None:
                    db.session.delete(found[key])
    except IntegrityError:
        raise Conflict("这次新增的专家或机构里有的已协助过检查，不能撤销；可以设为离库。") from None
    return {"removed": len(new), "restored": _restore(run, found)}


def certificates_undone(run: Import) -> str | None:
    """Why a load of certificates cannot be taken back; None when it can."""
    if _incomplete(run):
        return Sentence("这次导入的行数太多，或是较早的导入，没有留下导入前的内容，不能撤销。")
    found = _certificates(run)
    if _changed_since(run, list(found.values())) or len(found) < len(_rows(run)):
        return Sentence("这次导入的执法证件里有的后来又有变动，不能撤销。")
    return None


def undo_certificates(run: Import) -> dict[str, Any]:
    """Remove what the load added, and write again what the others were; officers follow what then stands, at night."""
    found = _certificates(run)
    new = [row.subject_id for row in _rows(run, NEW)]
    for key in new:
        if key is not None:
            db.session.delete(found[key])
    db.session.flush()
    restored = _restore(run, found)
    for key, one in found.items():
        if key not in new:
            one.sort_key = pinyin_key(one.name, person=True)
    return {"removed": len(new), "restored": restored}


def _rows(run: Import, *verdicts: str) -> list[ImportRow]:
    return list(
        db.session.scalars(
            import_queries.rows(run.id).where(ImportRow.verdict.in_(verdicts or (NEW, CHANGED)))
        )
    )


def _incomplete(run: Import) -> bool:
    """Whether not every row of the load was kept, with what it was before."""
    outcome, rows = run.outcome or {}, _rows(run)
    kept = [row for row in rows if row.subject_id and (row.before is not None or row.verdict == NEW)]
    return len(kept) < outcome.get("added", 0) + outcome.get("changed", 0)


def _officers(run: Import) -> dict[UUID, Inspector]:
    new = {row.subject_id for row in _rows(run, NEW)}
    query = officer_queries.inspectors().where(Inspector.id.in_([row.subject_id for row in _rows(run)]))
    return {
        one.id: one
        for one in db.session.scalars(query)
        if one.id not in new or one.status in (InspectorStatus.PROPOSED, InspectorStatus.LEFT)
    }


def _experts(run: Import) -> dict[UUID, Expert]:
    query = officer_queries.experts.experts().where(Expert.id.in_([row.subject_id for row in _rows(run)]))
    return {one.id: one for one in db.session.scalars(query)}


def _certificates(run: Import) -> dict[UUID, Certificate]:
    query = kept_certificates.my_certificates().where(
        Certificate.id.in_([row.subject_id for row in _rows(run)])
    )
    return {one.id: one for one in db.session.scalars(query)}


def _changed_since(run: Import, found: list[Any]) -> bool:
    assert run.finished_at is not None
    return any(one.updated_at > run.finished_at for one in found)


def _restore(run: Import, found: Mapping[UUID, Any]) -> int:
    rows = _rows(run, CHANGED)
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
            read = _READ.get(name)
            setattr(one, name, read(value) if read and value is not None else value)
        one.updated_at = now()
    db.session.flush()
    return len(rows)


def _restore_numbers(run: Import, found: Mapping[UUID, Inspector]) -> None:
    """Write the numbers of people again that the load wrote over; what kept them has no further use (R-T7)."""
    former: dict[UUID, dict[str, str]] = {}
    for row in _rows(run, CHANGED):
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
