"""Ordered to correct (责令改正): the order, the firm's receipt and proof, the re-check, and what becomes of it (R-V7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.followups import queries
from onedoor.followups.models import CorrectionOrder, CorrectionProof, Recheck
from onedoor.followups.rules import RecheckNext, RecheckResult, check_coming, check_past
from onedoor.followups.service.letters import issue_order, issue_recheck
from onedoor.followups.service.steps import of_kind, set_due, step
from onedoor.kernel import files
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Followup, Visit
from onedoor.visits.rules.conclusions import Conclusion
from onedoor.visits.rules.kinds import Source
from onedoor.visits.rules.results import Handling

Given = Mapping[str, Any]
LARGEST_PROOF = 10 * 1024 * 1024


def order_correction(followup_id: UUID, demands: str, due_on: date | None) -> CorrectionOrder:
    """Order a firm to correct, one demand a line, until a day to come."""
    followup = of_kind(followup_id, Handling.CORRECT)
    if queries.order(followup_id) is not None:
        raise Conflict("责令改正已经作出；需要延长期限的，请在复查时办理。")
    until = check_coming("due_on", due_on, today())
    asked = [line.strip() for line in demands.splitlines() if line.strip()]
    if not asked:
        raise ClerkError("请逐条写明改正要求。", fields={"demands": [N_("请逐条写明改正要求。")]})
    order = CorrectionOrder(
        id=new_id(),
        tenant_id=followup.tenant_id,
        followup_id=followup.id,
        demands=asked,
        ordered_on=today(),
        first_due_on=until,
        due_on=until,
        ordered_by=current_scope().actor_name,
    )
    db.session.add(order)
    set_due(followup, until)
    text = Sentence("责令改正，限 %(day)s 前改正", day=until)
    step(followup, text, "correction.order", {"demands": asked, "due_on": until.isoformat()})
    issue_order(followup, order)
    return order


def note_receipt(followup_id: UUID, receipt_on: date, receipt_by: str) -> CorrectionOrder:
    """The firm signed for the order."""
    followup, order = _ordered(followup_id)
    if order.receipt_on is not None:
        raise Conflict("签收情况已经登记。")
    order.receipt_on = check_past("receipt_on", receipt_on, today(), order.ordered_on)
    order.receipt_by = receipt_by.strip()
    text = Sentence("%(name)s签收责令改正通知书", name=order.receipt_by)
    step(followup, text, "correction.receipt", {"on": receipt_on.isoformat()})
    return order


def add_proof(followup_id: UUID, given: Given, file: tuple[str, str, bytes] | None = None) -> CorrectionProof:
    """What the firm brought, entered by the receiving clerk and marked so. `file` is its name, media type and content."""
    followup, order = _ordered(followup_id)
    if file is not None and len(file[2]) > LARGEST_PROOF:
        text = N_("材料文件超过 10 MB，请压缩或分次上传。")
        raise ClerkError(text, fields={"file": [text]})
    kept = files.store_file(files.plain_name(file[0]), file[2], file[1]) if file else None
    proof = CorrectionProof(
        id=new_id(),
        tenant_id=followup.tenant_id,
        followup_id=followup.id,
        received_on=check_past("received_on", given["received_on"], today(), order.ordered_on),
        brought_by=given["brought_by"].strip(),
        text=given["text"].strip(),
        file_id=kept.id if kept else None,
        entered_by=current_scope().actor_name,
        entered_at=now(),
    )
    db.session.add(proof)
    said = Sentence("收到改正材料（由收件人员代为录入）")
    step(followup, said, "correction.proof", {"by": proof.brought_by})
    return proof


def recheck(followup_id: UUID, given: Given) -> Recheck:
    """What was seen after the time to correct, and what becomes of it: ended, prolonged with a reason, or a case."""
    followup, order = _ordered(followup_id)
    result, following = RecheckResult(given["result"]), RecheckNext(given["next"])
    if (result is RecheckResult.CORRECTED) != (following is RecheckNext.ENDED):
        text = N_("已改正的办结；未改正的延长期限或者转立案。")
        raise ClerkError(text, fields={"next": [text]})
    visit = _visit_of_recheck(followup, given.get("visit") or "")
    prolonged = following is RecheckNext.PROLONGED
    made = Recheck(
        id=new_id(),
        tenant_id=followup.tenant_id,
        followup_id=followup.id,
        by_papers=visit is None,
        visit_id=visit.id if visit else None,
        result=result.value,
        seen=given["seen"].strip(),
        next=following.value,
        due_on=_prolonged_to(order, given) if prolonged else None,
        reason=(given.get("reason") or "").strip() if prolonged else "",
        at=now(),
        by=current_scope().actor_name,
    )
    db.session.add(made)
    text = Sentence("复查：%(seen)s", seen=made.seen)
    step(followup, text, "correction.recheck", {"next": made.next}, also=[visit.id] if visit else [])
    issue_recheck(followup, made)
    _go_on(followup, order, made)
    return made


def _go_on(followup: Followup, order: CorrectionOrder, made: Recheck) -> None:
    if made.due_on is not None:
        order.due_on = made.due_on
        set_due(followup, made.due_on)
        text = Sentence("改正期限延长至 %(day)s：%(reason)s", day=made.due_on, reason=made.reason)
        step(followup, text, "correction.prolong", {"due_on": made.due_on.isoformat()})
    elif made.next == RecheckNext.CASE:
        visiting.end_followup(followup.id, made.seen, Conclusion.TURNED.value)
        record = visits.record(followup.record_id)
        visiting.open_followup(record, Handling.CASE, None, made.seen, followup.id)
    else:
        visiting.end_followup(followup.id, made.seen, Conclusion.CORRECTED.value)


def _ordered(followup_id: UUID) -> tuple[Followup, CorrectionOrder]:
    followup = of_kind(followup_id, Handling.CORRECT)
    order = queries.order(followup_id, lock=True)
    if order is None:
        raise Conflict("请先作出责令改正，写明改正要求和期限。")
    return followup, order


def _prolonged_to(order: CorrectionOrder, given: Given) -> date:
    if not (given.get("reason") or "").strip():
        text = N_("请写明延长期限的理由。")
        raise ClerkError(text, fields={"reason": [text]})
    until = check_coming("due_on", given.get("due_on"), today())
    if until <= order.due_on:
        text = N_("延长后的期限须晚于原来的期限。")
        raise ClerkError(text, fields={"due_on": [text]})
    return until


def _visit_of_recheck(followup: Followup, number: str) -> Visit | None:
    """The visit of the re-check by its number: one of this bureau's at the same object, after the first."""
    if not number.strip():
        return None
    found = db.session.scalar(sa.select(Visit).where(Visit.number == number.strip()))
    record = visits.record(followup.record_id)
    is_recheck = found is not None and found.source == Source.RECHECK and found.id != followup.visit_id
    if found is None or not is_recheck or found.entity_code != record.entity_code:
        text = N_("没有找到这个编号的、对同一检查对象的复查，请核对检查编号；书面复查的，不填编号。")
        raise ClerkError(text, fields={"visit": [text]})
    return found
