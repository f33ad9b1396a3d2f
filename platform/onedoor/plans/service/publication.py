"""Publishing first, then filing (R-P1, R-P4)."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from onedoor.disclosure import queries as public
from onedoor.disclosure import service as disclosure
from onedoor.filing import service as filing
from onedoor.filing.models import Filing
from onedoor.kernel import files
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.sentences import Sentence, in_lines, sentence_parts
from onedoor.kernel.spreadsheets import write_xlsx
from onedoor.plans import queries
from onedoor.plans.models import Plan
from onedoor.plans.queries import due, f6
from onedoor.plans.rules import states
from onedoor.plans.rules.states import PlanKind, PlanState
from onedoor.plans.service.audit_trail import record_step
from tenants import queries as bureaus

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (6, 36, 40, 32, 20, 10, 12, 22, 24, 32, 20)


def publish(plan_id: UUID) -> Plan:
    """Make an approved plan public, with what a new version changes; the former version is replaced (R-P4)."""
    plan = queries.my_plan(plan_id)
    if plan.state != PlanState.APPROVED:
        raise Conflict("《%(title)s》还没有经负责人批准，不能公布。", title=plan.title)
    former = queries.former(plan)
    moment = now()
    if former is not None:
        former.state, former.replaced_at = PlanState.REPLACED, moment
        db.session.flush()
    plan.state, plan.published_at = PlanState.PUBLISHED, moment
    db.session.flush()
    files = [(f"{f6.title(plan)}.xlsx", XLSX, workbook(plan))]
    disclosure.publish("plan", plan.series_id, plan.title, content_of(plan), files=files)
    text = (
        Sentence("《%(title)s》第 %(version)s 版向社会公布", title=plan.title, version=plan.version)
        if plan.version > 1
        else Sentence("《%(title)s》向社会公布", title=plan.title)
    )
    record_step(plan, "publish", text, everyone=True, version=plan.version)
    return plan


def file(plan_id: UUID) -> list[Filing]:
    """File a published plan with the bureaus that supervise this one; late is counted (R-P1, R-P4).

    Joint checks that market regulation does not organise are filed for review (R-J1).
    """
    plan = queries.my_plan(plan_id)
    if plan.state != PlanState.PUBLISHED:
        raise Conflict("请先公布《%(title)s》，再报送备案。", title=plan.title)
    shown = public.of_subject("plan", plan.series_id)
    if shown is None or shown.content.get("version") != plan.version:
        raise Conflict(
            "《%(title)s》第 %(version)s 版现在没有向社会公布，请先公布，再报送备案。",
            title=plan.title,
            version=plan.version,
        )
    lines = queries.lines(plan.id)
    joint = any(line.joint for line in lines)
    made = filing.send(
        "plan",
        plan.id,
        plan.title,
        version=plan.version,
        review=states.needs_review(joint, bureaus.my_bureau().domain),
        due_on=due.last_day(plan),
        summary={
            **_summary(plan, len(lines), sum(line.joint for line in lines)),
            **filing.published_first(f"/open/plans/{plan.series_id}", shown.since),
        },
        shared_with=dict.fromkeys(partner for line in lines for partner in line.partner_ids),
        series_id=plan.series_id,
        receivers=recipients(plan),
        files=_documents(plan),
        link=f"/plans/{plan.id}",
    )
    if not made:
        raise Conflict("没有对本单位行使执法监督权的机关，无需报送备案。")
    return made


def recipients(plan: Plan) -> list[UUID]:
    """Justice always, market regulation where a line has an item of the market domain, whoever the sender is (R-P1)."""
    items = queries.items_of(line.id for line in queries.lines(plan.id))
    market = any(item.market for of_line in items.values() for item in of_line)
    return bureaus.supervisors_by_domain(plan.tenant_id, {"all", "market"} if market else {"all"})


def _documents(plan: Plan) -> list[tuple[str, str, bytes]]:
    """The document by which a special plan was approved goes with it (R-P7)."""
    if plan.attachment_id is None:
        return []
    kept = files.get(plan.attachment_id)
    return [(kept.name, kept.media_type, kept.content)]


def content_of(plan: Plan) -> dict[str, Any]:
    """All that the public page of a plan shows: the form F6, what a new version changes, and the caps (R-P6).

    `…_said` tells what sentences were made of, for readers of another language.
    """
    changes, rows = f6.changes(plan), f6.rows(plan)
    return {
        "number": plan.number,
        "year": plan.year,
        "kind": states.KIND_NAMES[PlanKind(plan.kind)],
        "version": plan.version,
        "reason": plan.reason,
        "approving_body": plan.approving_body,
        "document_number": plan.document_number,
        "change_note": plan.change_note,
        "changes": changes,
        "changes_said": [sentence_parts(text) for text in changes],
        "columns": list(f6.COLUMNS),
        "rows": rows,
        "rows_said": [[sentence_parts(cell) for cell in row] for row in rows],
        "lines": [
            {"code": line.code, "name": line.name, "fill_days": line.fill_days}
            for line in queries.lines(plan.id)
        ],
        "caps": [
            {
                "kind": cap.entity_kind,
                "visits": cap.visits,
                "basis": cap.basis,
                "industry": cap.industry,
                "since": cap.since.isoformat(),
            }
            for cap in queries.caps(plan.tenant_id, plan.year)
        ],
    }


def workbook(plan: Plan) -> bytes:
    """The form F6 as an Excel workbook."""
    target = io.BytesIO()
    bureau = bureaus.bureau(plan.tenant_id)
    above = [[f6.title(plan)], [f"填报单位（盖章）：{bureau.name}", "", "", f"编号：{plan.number}"]]
    write_xlsx(target, f6.COLUMNS, f6.rows(plan), sheet=f"{plan.year}", above=above, widths=WIDTHS)
    return target.getvalue()


def _summary(plan: Plan, lines: int, joint: int) -> dict[str, Any]:
    facts: dict[str, Any] = {
        Sentence("计划编号"): plan.number,
        Sentence("计划类别"): Sentence(states.KIND_NAMES[PlanKind(plan.kind)]),
        Sentence("检查内容"): Sentence(
            "共 %(lines)s 项，其中部门联合抽查 %(joint)s 项", lines=lines, joint=joint
        ),
    }
    if plan.approving_body:
        facts[Sentence("批准机关")] = plan.approving_body
        facts[Sentence("批准文号")] = plan.document_number
    if plan.reason:
        facts[Sentence("依据或理由")] = plan.reason
    if plan.version > 1:
        facts[Sentence("变更说明")] = plan.change_note
        facts[Sentence("变更内容")] = in_lines(f6.changes(plan))
    return facts
