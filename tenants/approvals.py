"""Approvals of every kind: asked by one person, decided by another (R-T5, R-V1, R-P1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import sentence_parts
from onedoor.kernel.text.source_strings import N_
from tenants import units
from tenants.models import Approval, UserAccount
from tenants.rules import ApprovalState, Permission

# The step that is a unit's own to decide (科室审核, R-T5), and whose unit that is.
REVIEW = "review"
_SUBMITTER = sa.func.coalesce(Approval.submitted_for, Approval.submitted_by)
OWN = N_(
    "不能审批自己提交的事项（包括用本人的其他账户、由他人代办或代他人提交的），请由其他有权限的人员办理。"
)


def ask(kind: str, subject_id: UUID, title: str, step: str, permission: Permission) -> Approval:
    """Ask for a decision on a thing of the current bureau; one may wait at a time."""
    scope = current_scope()
    assert scope.tenant_id is not None and scope.actor_id is not None
    if waiting_for(kind, subject_id) is not None:
        raise Conflict("《%(title)s》已在等待审批，不必重复提交。", title=title)
    approval = Approval(
        tenant_id=scope.tenant_id,
        kind=kind,
        subject_id=subject_id,
        title=str(title),
        title_said=sentence_parts(title),
        step=step,
        permission=permission.value,
        submitted_by=scope.actor_id,
        submitted_for=scope.acting_for,
        submitter_name=scope.actor_name,
        submitted_at=now(),
        state=ApprovalState.WAITING,
    )
    db.session.add(approval)
    db.session.flush()
    audit.announce("tenants.approval.ask", (kind, subject_id), title)
    return approval


def waiting_for(kind: str, subject_id: UUID) -> Approval | None:
    """The decision that is being waited for, if any."""
    query = sa.select(Approval).where(
        Approval.kind == kind, Approval.subject_id == subject_id, Approval.state == ApprovalState.WAITING
    )
    return db.session.scalar(query)


def is_account(actor_id: UUID) -> bool:
    """Whether who did something is a person of the current bureau, and not a system with a token."""
    known = sa.select(UserAccount.id).where(
        UserAccount.tenant_id == current_scope().tenant_id, UserAccount.id == actor_id
    )
    return db.session.scalar(known) is not None


def waiting_among(kind: str, subjects: Collection[UUID]) -> set[UUID]:
    """Of which of these things a decision is waited for."""
    query = sa.select(Approval.subject_id).where(
        Approval.kind == kind, Approval.subject_id.in_(subjects), Approval.state == ApprovalState.WAITING
    )
    return set(db.session.scalars(query))


def inbox(permissions: frozenset[Permission]) -> list[Approval]:
    """What waits for somebody with these permissions, oldest first (待办); reviews of another unit's things do not."""
    return list(db.session.scalars(waiting(permissions).order_by(Approval.submitted_at, Approval.id)))


def waiting(permissions: frozenset[Permission]) -> sa.Select[Approval]:
    """The same, in no order, for a list."""
    query = sa.select(Approval).where(
        Approval.state == ApprovalState.WAITING, Approval.permission.in_([p.value for p in permissions])
    )
    unit = units.my_unit()
    if unit is not None:
        submitter = sa.select(UserAccount.unit_id).where(UserAccount.id == _SUBMITTER).scalar_subquery()
        query = query.where(sa.or_(Approval.step != REVIEW, sa.func.coalesce(submitter, unit) == unit))
    return query


def get(approval_id: UUID) -> Approval:
    """The approval, locked, if this bureau has it."""
    approval = db.session.get(Approval, approval_id, with_for_update=True)
    if approval is None:
        raise NotFound()
    return approval


def decide(approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]) -> None:
    """Decide. Returning needs a reason; nobody decides on what they themselves submitted (R-T5)."""
    scope = current_scope()
    if approval.state != ApprovalState.WAITING:
        raise Conflict("《%(title)s》已经有人处理过了，请刷新页面查看结果。", title=approval.title)
    if approval.permission not in permissions:
        raise Forbidden()
    if is_own_matter(approval):
        raise Forbidden(OWN)
    _refuse_other_unit(approval)
    if not approved and not reason.strip():
        text = "退回时请写明理由，以便提交人修改。"
        raise ClerkError(text, fields={"reason": [text]})
    approval.state = "approved" if approved else "returned"
    approval.decided_by, approval.decider_name = scope.actor_id, scope.actor_name
    approval.decided_for = scope.acting_for
    approval.decided_at, approval.reason = now(), reason.strip() or None
    audit.record(
        f"tenants.approval.{'approve' if approved else 'return'}",
        (approval.kind, approval.subject_id),
        _about(approval),
        after={"step": approval.step, "reason": approval.reason},
    )
    db.session.flush()


def withdraw(kind: str, subject_id: UUID) -> Approval:
    """Take back what one submitted oneself, while nobody has decided on it; Conflict when there is nothing to take back."""
    query = sa.select(Approval).where(
        Approval.kind == kind, Approval.subject_id == subject_id, Approval.state == ApprovalState.WAITING
    )
    approval = db.session.scalar(query.with_for_update())
    if approval is None:
        raise Conflict(N_("没有等待审批的提交，可能已经有人处理过了，请刷新页面查看结果。"))
    if not may_withdraw(approval):
        raise Forbidden(N_("只有提交人可以撤回；需要修改的，请负责人退回。"))
    approval.state, approval.decided_at = "withdrawn", now()
    db.session.flush()
    return approval


def may_withdraw(approval: Approval | None) -> bool:
    """Whether this waits, and whoever works here submitted it."""
    return (
        approval is not None
        and approval.state == ApprovalState.WAITING
        and is_mine([approval.submitted_by, approval.submitted_for])
    )


def _refuse_other_unit(approval: Approval) -> None:
    """A unit's reviewer decides on what people of that unit, or of none, submitted; one of no unit on all (R-T5)."""
    if approval.step != REVIEW:
        return
    unit = units.unit_of(approval.submitted_for or approval.submitted_by)
    if unit is not None and units.is_others(unit):
        raise Forbidden(
            N_("这是“%(unit)s”提交的，由该科室的审核人或不属于任何科室的审核人审核。"),
            unit=units.unit(unit).name,
        )


def _about(approval: Approval) -> str:
    """What a decision is about, as the log names it: of a sentence the name in it, which needs no translation."""
    return str(((approval.title_said or {}).get("with") or {}).get("name", approval.title))


def is_own_matter(approval: Approval) -> bool:
    """Whether whoever works here submitted this, or had a hand in an earlier step of it."""
    asked = [one for step in _way_of(approval) for one in (step.submitted_by, step.submitted_for)]
    return is_mine(asked)


def refuse_systems_alone(approval: Approval) -> None:
    """A system decides on what people submitted and reviewed: two tokens may be one hand (R-T5)."""
    actor = current_scope().actor_id
    if actor is None or is_account(actor):
        return
    asked = {
        one.submitted_by
        for one in history(approval.subject_id)
        if one.kind == approval.kind and one.state not in (ApprovalState.RETURNED, ApprovalState.WITHDRAWN)
    }
    if not all(map(is_account, asked)):
        raise Forbidden(N_("由接口提交或审核的事项，请有权限的人员在页面上办理。"))


def refuse_own(submitted_by: UUID | None) -> None:
    """Raise `Forbidden` for what the same person submitted (R-T5)."""
    if is_mine([submitted_by]):
        raise Forbidden(OWN)


def is_mine(accounts: Iterable[UUID | None]) -> bool:
    """Whether any of them is of the person working here, or of the one they act for, by whichever account."""
    return bool(mine(accounts))


def mine(accounts: Iterable[UUID | None]) -> frozenset[UUID]:
    """Those of them that are of the person working here, or of the one they act for, by whichever account."""
    scope = current_scope()
    asked = sa.text(
        "SELECT asked FROM unnest(CAST(:asked AS uuid[])) AS asked WHERE EXISTS"
        " (SELECT FROM unnest(CAST(:said AS uuid[])) AS said WHERE same_person(asked, said))"
    )
    given = {
        "asked": [one for one in accounts if one],
        "said": [one for one in (scope.actor_id, scope.acting_for) if one],
    }
    return frozenset(db.session.scalars(asked, given))


def is_known() -> bool:
    """Whether whoever works here, and the one they act for, have their identity number on file; the platform is known."""
    scope = current_scope()
    asked = sa.text("SELECT bool_and(known_person(said)) FROM unnest(CAST(:said AS uuid[])) AS said")
    given = [one for one in (scope.actor_id, scope.acting_for) if one]
    return not given or bool(db.session.scalar(asked, {"said": given}))


def _way_of(approval: Approval) -> list[Approval]:
    """This step and those that led to it, the latest first: a step that comes again belongs to an earlier round, which the
    unit's review begins anew."""
    found, steps = [approval], {approval.step}
    if approval.step == REVIEW:
        return found
    for former in reversed([one for one in history(approval.subject_id) if one.id != approval.id]):
        if former.submitted_at > approval.submitted_at:
            continue
        if former.state != ApprovalState.APPROVED or former.step in steps or former.kind != approval.kind:
            break
        found.append(former)
        steps.add(former.step)
    return found


def about(subject_ids: Iterable[UUID]) -> list[Approval]:
    """The decisions about several things, oldest first."""
    query = sa.select(Approval).where(Approval.subject_id.in_(list(subject_ids)))
    return list(db.session.scalars(query.order_by(Approval.submitted_at, Approval.id)))


def history(subject_id: UUID) -> list[Approval]:
    """All decisions about a thing, oldest first."""
    query = sa.select(Approval).where(Approval.subject_id == subject_id).order_by(Approval.submitted_at)
    return list(db.session.scalars(query))
