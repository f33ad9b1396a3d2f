"""Corrections of the shared register: proposed by whoever sees the fault, decided by whoever keeps the entity (R-T4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from onedoor.kernel import audit, jobs
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.pinyin import pinyin_initials, pinyin_key
from onedoor.kernel.scope import current_scope
from onedoor.registry import queries
from onedoor.registry.models import Correction, Entity
from onedoor.registry.rules.corrections import OTHER, as_column, as_kept, read_value
from onedoor.registry.service.entities import expect_apart
from onedoor.registry.service.evidence import Evidence, keep_evidence
from tenants import queries as tenants

# So many of one bureau wait for answers; more are no proposals any more.
MOST_WAITING = 500
# For the history, which is kept by the statement that writes (`registry.history`); empty again afterwards.
_SAY_SOURCE = sa.text(
    "SELECT set_config('onedoor.source', :source, true), set_config('onedoor.correction', :correction, true)"
)


def correct(
    entity: Entity, field: str, value: str, reason: str, evidence: str, files: Sequence[Evidence] = ()
) -> Correction | None:
    """Change a field of an entity; who does not keep it proposes the change to its keeper, with `files` that
    `read_evidence` looked at, and gets the proposal back."""
    read = read_value(field, value, {place.name: place.code for place in tenants.places()})
    if field != OTHER and read == as_kept(getattr(entity, field)):
        raise ClerkError("与现在登记的一样。", fields={"value": ["与现在登记的一样。"]})
    if entity.kind in queries.my_entity_kinds():
        if field == OTHER:
            raise ClerkError(
                "请在相应的栏目办理。", fields={"field": ["本单位维护这类主体，请直接修改相应的栏目。"]}
            )
        if files:
            told = "本单位维护这类主体，更正立即生效，不附材料。"
            raise ClerkError(told, fields={"files": [told]})
        _apply(entity, field, read, reason)
        return None
    return _propose(entity, field, read, reason.strip(), evidence.strip(), files)


def decide_correction(correction: Correction, accepted: bool, answer: str) -> None:
    """Accept a proposal, which is then done with the proposal named in the history, or refuse it with a reason."""
    if correction.receiver_id != current_scope().tenant_id:
        raise Forbidden("更正建议由维护这类主体的单位答复。")
    # Of two who decide at once the second waits, and sees what the first has decided.
    open_one = sa.select(Correction).where(Correction.id == correction.id, Correction.state == "sent")
    if db.session.scalar(open_one.with_for_update().execution_options(populate_existing=True)) is None:
        raise Conflict("这条更正建议已经答复。")
    if not accepted and not answer.strip():
        raise ClerkError("请写明不采纳的理由。", fields={"answer": ["请写明不采纳的理由。"]})
    entity = queries.entity(correction.entity_id)
    if accepted and correction.field != OTHER:
        if entity.kind not in queries.my_entity_kinds():
            raise Forbidden("本单位已不再维护这类主体，不能采纳。")
        # Changed since, or proposed of an entry that was merged into this one.
        if correction.former != as_kept(getattr(entity, correction.field)):
            raise Conflict("提出建议后这一栏已有变动，请重新核对；不再适用的请不采纳并说明。")
        _apply(entity, correction.field, correction.value, correction.reason, correction)
    correction.state = "accepted" if accepted else "refused"
    correction.answer, correction.decided_at = answer.strip(), now()
    correction.decided_by = current_scope().actor_name
    audit.record(
        "registry.correction.accept" if accepted else "registry.correction.refuse",
        ("correction", correction.id),
        entity.name,
        after={"field": correction.field, "answer": correction.answer},
    )
    db.session.flush()


def _propose(
    entity: Entity, field: str, value: str, reason: str, evidence: str, files: Sequence[Evidence]
) -> Correction:
    keeper = queries.keeper_of(entity)
    if keeper is None:
        raise Conflict("还没有单位维护这类主体，请联系平台管理员。")
    jobs.in_turn(f"correction {current_scope().tenant_id} {entity.id}")
    if any(
        one.state == "sent" and one.tenant_id == current_scope().tenant_id and one.field == field
        for one in queries.corrections_of(entity.id)
    ):
        raise Conflict("本单位对这一项的更正建议还没有答复，请等答复后再提。")
    waiting = queries.corrections(queries.SENT).where(Correction.state == "sent").limit(MOST_WAITING)
    if db.session.scalar(sa.select(sa.func.count()).select_from(waiting.subquery())) == MOST_WAITING:
        raise Conflict("本单位已有 %(count)s 条更正建议没有答复，请等答复后再提。", count=MOST_WAITING)
    tenant = current_scope().tenant_id
    assert tenant is not None
    made = Correction(
        id=new_id(),
        tenant_id=tenant,
        receiver_id=keeper.id,
        entity_id=entity.id,
        field=field,
        former="" if field == OTHER else as_kept(getattr(entity, field)),
        value=value,
        reason=reason,
        evidence=evidence,
        asked_at=now(),
        asked_by=current_scope().actor_name,
    )
    db.session.add(made)
    db.session.flush()
    keep_evidence(made, files)
    after = {"field": field, "value": value, "reason": reason, "to": keeper.name}
    if files:
        after["files"] = "、".join(one.name for one in files)
    audit.record("registry.correction.ask", ("correction", made.id), entity.name, after=after)
    db.session.flush()
    return made


def _apply(entity: Entity, field: str, kept: str, reason: str, correction: Correction | None = None) -> None:
    before = as_kept(getattr(entity, field))
    said: dict[str, Any] = {"source": "hand", "correction": ""}
    if correction is not None:
        said = {"source": "correction", "correction": str(correction.id)}
    # Before anything is changed: asking the database writes out what was.
    db.session.execute(_SAY_SOURCE, said)
    if field == "status":
        expect_apart(entity)
        entity.status_since, entity.status_note = today(), reason.strip()
    setattr(entity, field, as_column(field, kept))
    if field == "name":
        entity.sort_key, entity.initials = pinyin_key(kept), pinyin_initials(kept)
    entity.updated_at = now()
    db.session.flush()
    db.session.execute(_SAY_SOURCE, {"source": "", "correction": ""})
    audit.record(
        "registry.entity.change",
        ("entity", entity.id),
        entity.name,
        before={field: before},
        after={field: kept, "reason": reason.strip()},
    )
