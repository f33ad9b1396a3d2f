"""The planner's work: drafting a plan, its lines, changing a published one, submitting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from onedoor.items import queries as item_queries
from onedoor.kernel import audit, files
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.plans import queries
from onedoor.plans.models import Plan, PlanLine, PlanLineItem
from onedoor.plans.rules import states
from onedoor.plans.rules.states import OPEN, PlanKind, PlanState
from onedoor.plans.service.audit_trail import record_step
from onedoor.plans.service.numbers import lock_numbers, next_number
from tenants import approvals, settings
from tenants import queries as bureaus
from tenants.rules import Permission


def draft(year: int, kind: str = PlanKind.YEARLY, title: str = "", reason: str = "") -> Plan:
    """Begin a plan of the current bureau (R-P1, R-P2, R-P7); a special or added one says why."""
    scope, bureau = current_scope(), bureaus.my_bureau()
    wanted = PlanKind(kind)
    if wanted in states.WITH_REASON and not reason.strip():
        raise ClerkError("专项计划和增补计划请写明依据或理由。", fields={"reason": ["请写明依据或理由。"]})
    lock_numbers(bureau.id, year)
    series = new_id()
    plan = Plan(
        id=series,
        tenant_id=bureau.id,
        series_id=series,
        kind=wanted.value,
        year=year,
        version=1,
        number=states.number_of(bureau.abbreviation, year, next_number(bureau.id, year)),
        title=title.strip() or states.title_of(bureau.name, year, wanted),
        reason=reason.strip(),
        state=PlanState.DRAFT,
        created_at=now(),
        drafter_name=scope.actor_name,
    )
    db.session.add(plan)
    db.session.flush()
    record_step(
        plan, "draft", Sentence("起草《%(title)s》", title=plan.title), number=plan.number, kind=plan.kind
    )
    return plan


def change(plan_id: UUID, change_note: str) -> Plan:
    """Begin a new version of a published plan, with its lines as they are and what is to change (R-P4)."""
    former = queries.my_plan(plan_id)
    if former.state != PlanState.PUBLISHED:
        raise Conflict("只有正在公布的计划才能变更；《%(title)s》不是。", title=former.title)
    if not change_note.strip():
        raise ClerkError("请写明变更的内容和理由。", fields={"change_note": ["请写明变更的内容和理由。"]})
    if queries.versions(former.series_id)[0].id != former.id:
        raise Conflict("《%(title)s》已有正在办理的变更，请在那一版上修改。", title=former.title)
    copied = {
        name: getattr(former, name)
        for name in (
            *("tenant_id", "series_id", "kind", "year", "number", "title", "reason"),
            *("approving_body", "document_number", "attachment_id"),
        )
    }
    plan = Plan(
        id=new_id(),
        version=former.version + 1,
        change_note=change_note.strip(),
        state=PlanState.DRAFT,
        created_at=now(),
        drafter_name=current_scope().actor_name,
        **copied,
    )
    db.session.add(plan)
    db.session.flush()
    for line in queries.lines(former.id):
        _copy(line, plan)
    record_step(
        plan,
        "change",
        Sentence(
            "起草《%(title)s》第 %(version)s 版：%(note)s",
            title=plan.title,
            version=plan.version,
            note=plan.change_note,
        ),
        version=plan.version,
    )
    return plan


def rename(plan_id: UUID, title: str, reason: str, change_note: str = "") -> Plan:
    """Mend the head of a plan that is with its planner."""
    plan = _open(queries.my_plan(plan_id))
    before = {"title": plan.title, "reason": plan.reason, "change_note": plan.change_note}
    plan.title, plan.reason = title.strip() or plan.title, reason.strip()
    plan.change_note = change_note.strip() or plan.change_note
    audit.record("plans.plan.rename", ("plan", plan.id), plan.title, before=before)
    return plan


def submit(plan_id: UUID) -> Plan:
    """Hand the plan to the unit's reviewer; it can no longer be edited. Raises if it has nothing to check."""
    plan = _open(queries.my_plan(plan_id))
    lines = queries.lines(plan.id)
    if not lines:
        raise Conflict("计划里还没有内容，请先添加检查事项再提交。")
    for line in lines:
        _still_listed(line)
    if plan.kind == PlanKind.SPECIAL and plan.version == 1:
        _check_special(plan)
    before = {"state": plan.state}
    plan.state, plan.submitted_by = PlanState.SUBMITTED, current_scope().actor_id
    plan.submitted_at, plan.approved_at = now(), None
    approvals.ask("plan", plan.id, plan.title, "review", Permission.PLAN_REVIEW)
    record_step(
        plan,
        "submit",
        Sentence("《%(title)s》提交科室审核", title=plan.title),
        before=before,
        state=plan.state,
    )
    db.session.flush()
    return plan


def set_approval_document(
    plan_id: UUID, approving_body: str, document_number: str, document: tuple[str, bytes, str] | None
) -> Plan:
    """Who approved a special plan, the document's number, and the document itself: name, content, media type (R-P7)."""
    plan = _open(queries.my_plan(plan_id))
    if plan.kind != PlanKind.SPECIAL:
        raise Conflict("只有专项检查计划才登记批准文件。")
    if document is None and plan.attachment_id is None:
        raise ClerkError("请附上批准文件。", fields={"document": ["请选择批准文件。"]})
    before = {"approving_body": plan.approving_body, "document_number": plan.document_number}
    plan.approving_body, plan.document_number = approving_body.strip(), document_number.strip()
    if document is not None:
        plan.attachment_id = files.store_file(files.plain_name(document[0]), *document[1:]).id
    after = {"approving_body": plan.approving_body, "document_number": plan.document_number}
    audit.record("plans.plan.document", ("plan", plan.id), plan.title, before=before, after=after)
    db.session.flush()
    return plan


def _check_special(plan: Plan) -> None:
    """Approved by the county's or a higher government or the superior body, and at most so many a year (R-P7)."""
    if not (plan.approving_body and plan.document_number and plan.attachment_id):
        raise Conflict(
            "专项检查计划须经县级以上人民政府或上级机关批准，请先登记批准机关、文号并附上批准文件。"
        )
    most = settings.value("plans.special_a_year")
    if most is not None and queries.special_plans(plan.tenant_id, plan.year) >= most:
        raise Conflict(
            "%(year)s 年的专项检查计划已有 %(most)s 个，达到本地规定的上限，不能再提交。",
            year=plan.year,
            most=most,
        )


def _open(plan: Plan) -> Plan:
    if plan.state not in OPEN:
        raise Conflict(
            "《%(title)s》已经提交，不能再修改；如需修改，请审核人退回，或在公布后办理变更。",
            title=plan.title,
        )
    return plan


def _copy(line: PlanLine, plan: Plan) -> None:
    left = ("id", "plan_id")
    made = PlanLine(id=new_id(), plan_id=plan.id, **_values(line, left))
    db.session.add(made)
    db.session.flush()
    for item in queries.line_items(line.id):
        db.session.add(PlanLineItem(id=new_id(), line_id=made.id, **_values(item, ("id", "line_id"))))
    db.session.flush()


def _values(row: PlanLine | PlanLineItem, without: tuple[str, ...]) -> Mapping[str, Any]:
    names = (column.key for column in row.__table__.columns)
    return {name: getattr(row, name) for name in names if name not in without}


def _still_listed(line: PlanLine) -> None:
    """What is not listed may not be checked (R-L1): an item may have ended since the line was written."""
    for item in queries.line_items(line.id):
        listed = {
            one.number
            for one in item_queries.published_items(item.bureau_id)
            if line.kind != "random" or one.mode == "random"
        }
        if item.item_number not in listed:
            raise Conflict(
                "“%(line)s”里的检查事项“%(item)s”已不在公布的随机抽查事项清单中，请修改这一行后再提交。",
                line=line.name,
                item=item.item_name,
            )
