"""Corrections of the shared register: proposed by whoever sees the fault, decided by whoever keeps the entity (R-T4)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from onedoor.entities import queries
from onedoor.entities.models import Correction, Entity
from onedoor.entities.rules.codes import CorrectionState
from onedoor.entities.rules.corrections import CODE, KIND, MERGE, OTHER, as_column, as_kept, read_value
from onedoor.entities.service.change_source import change_source
from onedoor.entities.service.code_correction import look_over, recode
from onedoor.entities.service.entities import expect_apart, relist_returned
from onedoor.entities.service.evidence import Evidence, keep_evidence
from onedoor.entities.service.merges import merge_as_proposed
from onedoor.entities.service.new_entities import accept_entity, given_of, refuse_future
from onedoor.entities.service.proposals import propose
from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.pinyin import pinyin_initials, pinyin_key
from tenants import queries as tenants


def correct(
    entity: Entity,
    field: str,
    value: str,
    reason: str,
    evidence: str,
    files: Sequence[Evidence] = (),
    *,
    confirmed: bool = False,
) -> Correction | None:
    """Change a field of an entity; who does not keep it proposes the change to its keeper, with `files` that
    `read_evidence` looked at, and gets the proposal back.

    A code and a kind are changed only when what follows from it is `confirmed` (`recoding.look_over`).
    """
    read = read_value(field, value, {place.name: place.code for place in tenants.places()})
    if field != OTHER and read == as_kept(getattr(entity, field)):
        raise ClerkError("与现在登记的一样。", fields={"value": ["与现在登记的一样。"]})
    if field == "registered_on":
        refuse_future(as_column(field, read), "value")
    if field in (CODE, KIND):
        look_over(entity, field, read)
    if entity.kind in queries.my_entity_kinds():
        if field == OTHER:
            raise ClerkError(
                "请在相应的栏目办理。", fields={"field": ["本单位维护这类主体，请直接修改相应的栏目。"]}
            )
        if files:
            note = "本单位维护这类主体，更正立即生效，不附材料。"
            raise ClerkError(note, fields={"files": [note]})
        _apply(entity, field, read, reason, confirmed=confirmed)
        return None
    return _propose(entity, field, read, reason.strip(), evidence.strip(), files)


def decide_correction(
    correction: Correction, accepted: bool, answer: str, *, confirmed: bool = False
) -> None:
    """Accept a proposal, which is then done with the proposal named in the history, or refuse it with a reason.

    `confirmed`: what is said of the code, of the kind or of who looks the same was read.
    """
    if correction.receiver_id != current_scope().tenant_id:
        raise Forbidden("更正建议由维护这类主体的单位答复。")
    # Of two who decide at once the second waits, and sees what the first has decided.
    open_one = sa.select(Correction).where(
        Correction.id == correction.id, Correction.state == CorrectionState.SENT
    )
    if db.session.scalar(open_one.with_for_update().execution_options(populate_existing=True)) is None:
        raise Conflict("这条更正建议已经答复。")
    if not accepted and not answer.strip():
        raise ClerkError("请写明不采纳的理由。", fields={"answer": ["请写明不采纳的理由。"]})
    entity = queries.entity(correction.entity_id) if correction.entity_id else None
    if accepted and entity is None:
        entity = accept_entity(correction, confirmed=confirmed)
    elif accepted and correction.field != OTHER:
        assert entity is not None
        _accept(correction, entity, confirmed=confirmed)
    correction.state = "accepted" if accepted else "refused"
    correction.answer, correction.decided_at = answer.strip(), now()
    correction.decided_by = current_scope().actor_name
    audit.record(
        "registry.correction.accept" if accepted else "registry.correction.refuse",
        ("correction", correction.id),
        entity.name if entity else given_of(correction)["name"],
        after={"field": correction.field, "answer": correction.answer},
    )
    db.session.flush()


def _accept(correction: Correction, entity: Entity, *, confirmed: bool) -> None:
    if entity.kind not in queries.my_entity_kinds():
        raise Forbidden("本单位已不再维护这类主体，不能采纳。")
    if correction.field == MERGE:
        merge_as_proposed(entity, correction)
        return
    # Changed since, or proposed of an entry that was merged into this one.
    if correction.former != as_kept(getattr(entity, correction.field)):
        raise Conflict("提出建议后这一栏已有变动，请重新核对；不再适用的请不采纳并说明。")
    _apply(entity, correction.field, correction.value, correction.reason, correction, confirmed=confirmed)


def _propose(
    entity: Entity, field: str, value: str, reason: str, evidence: str, files: Sequence[Evidence]
) -> Correction:
    made = propose(
        entity,
        queries.keeper_of(entity),
        field,
        value,
        reason,
        former="" if field == OTHER else as_kept(getattr(entity, field)),
        evidence=evidence,
        files="、".join(one.name for one in files),
    )
    keep_evidence(made, files)
    db.session.flush()
    return made


def _apply(
    entity: Entity,
    field: str,
    kept: str,
    reason: str,
    correction: Correction | None = None,
    *,
    confirmed: bool = False,
) -> None:
    if field in (CODE, KIND):
        recode(entity, field, kept, reason, correction, confirmed=confirmed)
        return
    before = as_kept(getattr(entity, field))
    with change_source(correction):
        if field == "status":
            expect_apart(entity)
            entity.status_since, entity.status_note = today(), reason.strip()
        setattr(entity, field, as_column(field, kept))
        if field == "name":
            entity.sort_key, entity.initials = pinyin_key(kept), pinyin_initials(kept)
        entity.updated_at = now()
    audit.record(
        "registry.entity.change",
        ("entity", entity.id),
        entity.name,
        before={field: before},
        after={field: kept, "reason": reason.strip()},
    )
    if field == "status":
        relist_returned(entity, before)
