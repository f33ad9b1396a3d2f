"""Joint inspections (联合督查): opened with scope and bureaus, findings by each that inspects, orders from them, an end (R-S4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from onedoor.kernel import audit, locks, trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.supervision import queries
from onedoor.supervision.models import InspectionFinding, JointInspection, Order
from onedoor.supervision.service.numbers import next_number
from onedoor.supervision.service.orders import order_about
from tenants import queries as tenants


def open_inspection(
    title: str,
    scope: str,
    starts_on: date,
    ends_on: date,
    bureaus: Sequence[UUID],
    partners: Sequence[UUID] = (),
) -> JointInspection:
    """Begin to inspect bureaus that the current one supervises, together with others, who need no grant of their own."""
    here = current_scope()
    if ends_on < starts_on:
        raise ClerkError("结束日期不能早于开始日期。", fields={"ends_on": ["请填写开始日期以后的日期。"]})
    looked_at = [queries.causes.supervised(one).id for one in dict.fromkeys(bureaus)]
    with_us = [tenants.bureau(one).id for one in dict.fromkeys(partners) if one != here.tenant_id]
    if set(with_us) & set(looked_at):
        raise ClerkError(
            "同一个单位不能既参加督查又接受督查。", fields={"partners": ["请去掉接受督查的单位。"]}
        )
    made = JointInspection(
        id=new_id(),
        tenant_id=here.tenant_id,
        **next_number(JointInspection, "督查"),
        title=title.strip(),
        scope=scope.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        partner_ids=with_us,
        bureau_ids=looked_at,
        opened_at=now(),
        opened_by=here.actor_name,
    )
    db.session.add(made)
    db.session.flush()
    _leave(made, "open", Sentence("%(number)s：%(title)s", number=made.number, title=made.title), made.id)
    return made


def add_finding(
    inspection_id: UUID, bureau_id: UUID, found_on: date, text: str, demand: str = ""
) -> InspectionFinding:
    """Write down what was found in one of the inspected bureaus, as one of those who inspect."""
    made = _open(inspection_id)
    if bureau_id not in made.bureau_ids:
        raise ClerkError(
            "这个单位不在本次督查的范围内。", fields={"bureau_id": ["请从接受督查的单位中选择。"]}
        )
    if found_on > today() or found_on < made.starts_on:
        raise ClerkError(
            "发现日期应在督查开始以后、今天以前。", fields={"found_on": ["请填写督查期间的日期。"]}
        )
    finding = InspectionFinding(
        id=new_id(),
        tenant_id=current_scope().tenant_id,
        inspection_id=made.id,
        leader_id=made.tenant_id,
        bureau_id=bureau_id,
        found_on=found_on,
        text=text.strip(),
        demand=demand.strip(),
        written_at=now(),
        writer_name=current_scope().actor_name,
    )
    db.session.add(finding)
    db.session.flush()
    text_ = Sentence("%(number)s发现：%(text)s", number=made.number, text=finding.text)
    _leave(made, "find", text_, finding.id, only=bureau_id)
    return finding


def order_from_finding(finding_id: UUID, demand: str, due_on: date) -> Order:
    """Make an order of one's own finding, to the bureau it is of."""
    finding = queries.inspections.finding(finding_id)
    if finding.tenant_id != current_scope().tenant_id:
        raise Forbidden("这项问题不是本单位发现的，由发现的单位督办。")
    locks.hold(f"inspection finding {finding.id}")
    db.session.refresh(finding)
    if finding.order_id is not None:
        raise Conflict("这项问题已经督办：%(number)s。", number=finding.order_number)
    made = queries.inspections.inspection(finding.inspection_id)
    order = order_about(
        finding.bureau_id,
        Sentence("%(title)s：督查发现问题的整改", title=made.title),
        demand,
        due_on,
        {"kind": "findings", "id": str(finding.id), "name": finding.text[:200]},
    )
    finding.order_id, finding.order_number = order.id, order.number
    db.session.flush()
    return order


def close_inspection(inspection_id: UUID, conclusion: str) -> JointInspection:
    """End it with its conclusion, as the bureau that leads it."""
    made = _open(inspection_id)
    if made.tenant_id != current_scope().tenant_id:
        raise Forbidden("这次督查由牵头单位结束。")
    made.closed_at, made.closed_by = now(), current_scope().actor_name
    made.conclusion = conclusion.strip()
    db.session.flush()
    _leave(made, "close", Sentence("%(number)s结束", number=made.number), made.id)
    return made


def _open(inspection_id: UUID) -> JointInspection:
    made = queries.inspections.inspection(inspection_id)
    if not queries.inspections.inspects(made):
        raise Forbidden("本单位是接受督查的单位，不能填写督查情况。")
    locks.hold(f"inspection {made.id}")
    db.session.refresh(made)
    if made.closed_at is not None:
        raise Conflict("%(number)s 已经结束，不能再填写。", number=made.number)
    return made


def _leave(made: JointInspection, act: str, text: Sentence, about: UUID, only: UUID | None = None) -> None:
    shared = {made.tenant_id, *made.partner_ids, *([only] if only else made.bureau_ids)}
    trace.step(
        "oversight",
        text,
        list(dict.fromkeys([made.id, about])),
        shared_with=sorted(shared),
        link=f"/orders/inspections/{made.id}",
    )
    audit.record(f"supervision.inspection.{act}", ("inspection", about), made.title)
