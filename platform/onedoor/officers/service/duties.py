"""Naming who answers for this work, with its history, and F5 (R-L13)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.spreadsheets import write_xlsx
from onedoor.officers import queries
from onedoor.officers.models import Duty
from onedoor.officers.policies import DUTY_CONTACT
from onedoor.officers.rules.duties import F5_HEAD, F5_TITLE, SINGLE, DutyRole, f5_row
from tenants import queries as tenants


def name_for_duty(given: Mapping[str, Any]) -> Duty:
    """Somebody takes a part from a day on. Of lead, liaison and head of the group the former ends the day before."""
    scope, role, since = current_scope(), DutyRole(given["role"]), given["since"]
    assert scope.tenant_id is not None
    if since > today():
        raise ClerkError("开始日期不能晚于今天。", fields={"since": ["不能晚于今天。"]})
    for former in queries.duties():
        if former.until is None and former.role == role:
            if role in SINGLE:
                _end(former, since - timedelta(days=1) if since > former.since else former.since)
            elif former.name == given["name"].strip():
                raise ClerkError(
                    "%(name)s已经在领导小组里。", name=former.name, fields={"name": ["已经在领导小组里。"]}
                )
    db.session.flush()
    duty = Duty(
        id=new_id(),
        tenant_id=scope.tenant_id,
        role=role.value,
        name=given["name"].strip(),
        post=given["post"].strip(),
        document=given["document"].strip(),
        since=since,
        noted_at=now(),
        noted_by=scope.actor_name,
    )
    contact = given["contact"].strip()
    duty.contact = DUTY_CONTACT.seal(duty.id, contact) if contact else None
    db.session.add(duty)
    after = {"role": role.value, "since": since.isoformat(), "document": duty.document}
    audit.record("registry.duty.add", ("duty", duty.id), duty.name, after=after)
    db.session.flush()
    return duty


def end_duty(duty: Duty) -> None:
    """The part ends today; it stays on record."""
    if duty.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这条记录。")
    if duty.until is not None:
        raise Conflict("%(name)s的职责已经结束。", name=duty.name)
    _end(duty, today())
    db.session.flush()


def contact_of_duty(duty: Duty) -> str:
    """How somebody is reached, in clear, to be masked."""
    return DUTY_CONTACT.open(duty.id, duty.contact) if duty.contact else ""


def liaison_phone(form: str) -> str:
    """The liaison's contact in full, for the foot of a form of one's own; empty if there is none. It is logged (R-T7)."""
    liaison = next(
        (one for one in queries.duties() if one.role == DutyRole.LIAISON and one.until is None), None
    )
    if liaison is None or not liaison.contact:
        return ""
    after = {"what": "contact", "reason": form}
    audit.record("registry.duty.reveal", ("duty", liaison.id), liaison.name, after=after)
    return contact_of_duty(liaison)


def f5() -> tuple[Any, ...]:
    """The row of F5 of the current bureau with both contacts in full, which is logged (R-T7)."""
    bureau = tenants.my_bureau()
    now_in = {one.role: one for one in queries.duties() if one.until is None}
    named = [now_in.get(DutyRole.WORK_LEAD), now_in.get(DutyRole.LIAISON)]
    if not any(named):
        raise ClerkError("还没有登记负责人和联络员，请先登记。")
    for one in named:
        if one is not None and one.contact:
            after = {"what": "contact", "reason": F5_TITLE}
            audit.record("registry.duty.reveal", ("duty", one.id), one.name, after=after)
    cells = [(one.name, one.post, contact_of_duty(one)) if one else None for one in named]
    return f5_row(bureau.name, *cells)


def f5_workbook() -> bytes:
    """F5 as an Excel workbook."""
    row = f5()
    target = io.BytesIO()
    above: list[list[Any]] = [[F5_TITLE]]
    write_xlsx(
        target,
        F5_HEAD,
        [row],
        sheet="负责人和联络员",
        above=above,
        below=[],
        widths=(32, 14, 20, 18, 14, 20, 18),
    )
    return target.getvalue()


def _end(duty: Duty, day: Any) -> None:
    duty.until = day
    after = {"role": duty.role, "until": day.isoformat()}
    audit.record("registry.duty.end", ("duty", duty.id), duty.name, after=after)
