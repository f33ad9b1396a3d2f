"""Two entries of the register that are one: merged by who keeps its kind, with a trace, and nothing of either lost (R-T4)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities import queries
from onedoor.entities.models import (
    Correction,
    DuplicatePair,
    Entity,
    EntityMerge,
    QualityFinding,
)
from onedoor.entities.rules.codes import LISTABLE, DuplicateState, EntityStatus
from onedoor.entities.rules.corrections import MERGE
from onedoor.entities.rules.quality import DUPLICATE
from onedoor.entities.service import merge_lock
from onedoor.entities.service.entities import set_status
from onedoor.entities.service.proposals import propose
from onedoor.entities.service.provisional_numbers import (
    clear,
    refuse_provisional_survivor,
    refuse_while_frozen,
    reopen,
)
from onedoor.kernel import audit
from onedoor.kernel.clock import local_day, now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence

MIN_REASON = 2


def keep_apart(pair: DuplicatePair, reason: str) -> None:
    """They are two indeed; the pair is not suggested again."""
    _decide(pair, "apart", reason)
    audit.record(
        "registry.pair.apart",
        ("entity", pair.first_id),
        queries.entity(pair.first_id).name,
        after=_told(pair),
    )


def merge_pair(pair: DuplicatePair, survivor: Entity, reason: str) -> EntityMerge:
    """They are one: the other entry ceases and points to the survivor.

    What hangs on it in any bureau follows (`entities.policies.merges`), each step with a trace: targets, recusals, tags, premises,
    licences, contacts, risk levels, products and projects, credit class, open corrections. Draws, visits, results and
    the ledger keep the code under which they were made, which both pages show; who counts counts them as one.
    """
    if survivor.id not in (pair.first_id, pair.second_id):
        raise ClerkError("请选择保留哪一个。", fields={"survivor": ["请从这两个主体中选择。"]})
    gone = queries.entity(pair.second_id if survivor.id == pair.first_id else pair.first_id)
    _take_both(pair.first_id, pair.second_id)
    _refuse(gone, survivor)
    _decide(pair, "merged", reason)
    return _merge(gone, survivor, reason)


def merge_two(gone: Entity, survivor: Entity, reason: str) -> EntityMerge:
    """The same of any two, whether a review suggested them or not; a pair of them that is open is decided with it."""
    if gone.id == survivor.id:
        raise ClerkError("请选择另一个主体。", fields={"survivor": ["请选择另一个主体。"]})
    _take_both(gone.id, survivor.id)
    _refuse(gone, survivor)
    _expect_reason(reason)
    pair = queries.quality.pair_of(gone.id, survivor.id)
    if pair is not None and pair.state == DuplicateState.OPEN:
        _decide(pair, "merged", reason)
    return _merge(gone, survivor, reason)


def merge_as_proposed(gone: Entity, proposal: Correction) -> None:
    """As another bureau suggested; if it was done meanwhile, nothing is left to do."""
    survivor = queries.entity_by_code(proposal.value)
    into = queries.merges.merged_into(gone)
    if into is None or into[1].id != survivor.id:
        merge_two(gone, survivor, proposal.reason)


def suggest_merge(gone: Entity, survivor: Entity, reason: str, evidence: str) -> Correction:
    """Tell who keeps both that they are one."""
    kinds = queries.my_entity_kinds()
    if gone.id == survivor.id:
        raise ClerkError("请选择另一个主体。", fields={"survivor": ["请选择另一个主体。"]})
    if {gone.kind, survivor.kind} <= kinds:
        raise ClerkError("本单位维护这两个主体，请直接合并。")
    _expect_reason(reason)
    if queries.merges.merged_into(gone) or queries.merges.merged_into(survivor):
        raise Conflict("其中一个已经并入别的主体，请重新查找。")
    keeper, other = queries.keeper_of(gone), queries.keeper_of(survivor)
    if keeper is not None and other is not None and keeper.id != other.id:
        raise Conflict(
            "这两个主体由不同单位维护（%(one)s、%(other)s），不能合并；代码或类型有误的，请先提出更正。",
            one=keeper.name,
            other=other.name,
        )
    return propose(gone, keeper, MERGE, survivor.code, reason.strip(), evidence=evidence.strip())


def _merge(gone: Entity, survivor: Entity, reason: str) -> EntityMerge:
    scope = current_scope()
    made = EntityMerge(
        id=new_id(),
        tenant_id=scope.tenant_id,
        gone_id=gone.id,
        survivor_id=survivor.id,
        reason=reason.strip(),
        at=now(),
        actor_name=scope.actor_name,
        former={
            "status": gone.status,
            "since": gone.status_since.isoformat() if gone.status_since else None,
            "note": gone.status_note,
        },
    )
    note = Sentence("重复登记，并入%(name)s（%(code)s）", name=survivor.name, code=survivor.code)
    set_status(gone, EntityStatus.DEREGISTERED, today(), str(note))
    db.session.add(made)
    clear(gone.code, survivor.code)
    moved = db.session.scalar(sa.text("SELECT follow_merge(:gone)"), {"gone": gone.id})
    db.session.expire_all()
    after = {"survivor": survivor.code, "reason": made.reason, "targets": moved}
    audit.record("registry.entity.merge", ("entity", gone.id), gone.name, after=after)
    audit.record("registry.entity.merge", ("entity", survivor.id), survivor.name, after={"merged": gone.code})
    db.session.flush()
    return made


def undo_merge(made: EntityMerge, reason: str) -> int:
    """They were two after all: what the merge moved goes back; returns how many steps somebody has built on since, which
    are left as they are and say so. The pair is open again."""
    gone, survivor = queries.entity(made.gone_id), queries.entity(made.survivor_id)
    kinds, scope = queries.my_entity_kinds(), current_scope()
    if made.tenant_id != scope.tenant_id or not {gone.kind, survivor.kind} <= kinds:
        raise Forbidden("合并由办理合并的登记部门撤回。")
    _expect_reason(reason)
    _take_both(gone.id, survivor.id)
    db.session.refresh(made, with_for_update=True)
    if made.undone_at is not None:
        raise Conflict("这次合并已经撤回，请刷新页面查看结果。")
    if queries.merges.merged_into(survivor) is not None:
        raise Conflict("保留的主体后来又并入了别的主体，请先撤回那一次合并。")
    # What the later one found at the survivor is what this one brought there.
    if not queries.merges.is_newest(made):
        raise Conflict("后来又有别的主体并入了保留的主体，请先撤回较晚的那一次合并。")
    if made.former is None:
        raise Conflict(
            "办理这次合并时系统还没有逐条记下转过去的记录，不能撤回；确实是两个主体的，请在两个主体的页面分别核对更正。"
        )
    reopen(gone.code)
    made.undone_at, made.undone_by, made.undone_reason = now(), scope.actor_name, reason.strip()
    _restore(gone, made)
    db.session.flush()
    left: int = db.session.scalar(sa.text("SELECT undo_merge(:gone)"), {"gone": gone.id})
    db.session.expire_all()
    _open_again(made)
    after = {"survivor": survivor.code, "reason": reason.strip(), "left": left}
    audit.record("registry.entity.unmerge", ("entity", gone.id), gone.name, after=after)
    audit.record(
        "registry.entity.unmerge", ("entity", survivor.id), survivor.name, after={"apart": gone.code}
    )
    db.session.flush()
    return left


def _restore(gone: Entity, made: EntityMerge) -> None:
    """The state it had, unless somebody gave it another since."""
    former = made.former
    if former is None or gone.status != EntityStatus.DEREGISTERED or gone.status_since != local_day(made.at):
        return
    since = date.fromisoformat(former["since"]) if former["since"] else None
    gone.status, gone.status_since, gone.status_note = former["status"], since, former["note"]
    gone.updated_at = now()


def _open_again(made: EntityMerge) -> None:
    pair = queries.quality.pair_of(made.gone_id, made.survivor_id)
    if pair is not None:
        pair.state, pair.reason, pair.decided_by, pair.decided_at = "open", None, None, None


def _take_both(*ids: UUID) -> None:
    """Hold both entries: who merges one of them with a third at the same moment waits, and sees where it went; who lists
    one was before this, or comes after it (`turns`). Of rows that only refer to them, however many, nobody is waited for."""
    merge_lock.merging()
    both = sa.select(Entity).where(Entity.id.in_(ids)).order_by(Entity.id)
    held = both.with_for_update(key_share=True).execution_options(populate_existing=True)
    db.session.scalars(held).all()


def _refuse(gone: Entity, survivor: Entity) -> None:
    refuse_provisional_survivor(gone.code, survivor.code)
    refuse_while_frozen(gone.code, survivor.code)
    kinds = queries.my_entity_kinds()
    if gone.kind not in kinds or survivor.kind not in kinds:
        raise Forbidden("这类主体由登记部门维护，合并由登记部门办理。")
    if queries.merges.merged_into(gone) is not None or queries.merges.merged_into(survivor) is not None:
        raise Conflict("其中一个已经并入别的主体，请重新核对数据质量后再办理。")
    if survivor.status not in LISTABLE:
        raise ClerkError(
            "%(name)s已不在册，不能作为保留的主体。",
            name=survivor.name,
            fields={"survivor": ["请选择在册的主体。"]},
        )


def _expect_reason(reason: str) -> None:
    if len(reason.strip()) < MIN_REASON:
        raise ClerkError("请写明理由。", fields={"reason": ["请写明理由。"]})


def _decide(pair: DuplicatePair, state: str, reason: str) -> None:
    _expect_reason(reason)
    db.session.refresh(pair, with_for_update=True)
    if pair.state != DuplicateState.OPEN:
        raise Conflict("这组主体已经有人办理过了，请刷新页面查看结果。")
    pair.state, pair.reason = state, reason.strip()
    pair.decided_by, pair.decided_at = current_scope().actor_name, now()
    db.session.execute(
        sa.delete(QualityFinding).where(
            QualityFinding.tenant_id == pair.tenant_id,
            QualityFinding.fault == DUPLICATE,
            QualityFinding.entity_id.in_([pair.first_id, pair.second_id]),
            ~sa.exists().where(
                DuplicatePair.tenant_id == pair.tenant_id,
                DuplicatePair.state == DuplicateState.OPEN,
                DuplicatePair.id != pair.id,
                sa.or_(
                    DuplicatePair.first_id == QualityFinding.entity_id,
                    DuplicatePair.second_id == QualityFinding.entity_id,
                ),
            ),
        ),
        execution_options={"synchronize_session": False},
    )
    db.session.flush()


def _told(pair: DuplicatePair) -> dict[str, str | None]:
    return {"other": queries.entity(pair.second_id).code, "reason": pair.reason}
