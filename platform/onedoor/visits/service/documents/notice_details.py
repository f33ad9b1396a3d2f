"""What a notice tells beside day, matters and team: the hour, whom to ask, what to prepare, and its own number (R-V1, forms.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any
from uuid import UUID

from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import Visit
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.audit_trail import led_visit, record_step

_PHONE = re.compile(r"[0-9][0-9 ()（）+\-转]{4,28}[0-9]")
MOST_PAPERS, LONGEST_PAPER = 20, 100
USUAL_PAPERS = ("与检查事项有关的证照、台账等材料",)
OVER = frozenset({VisitState.NOTICED.value, VisitState.CANCELLED.value})


def set_notice_details(visit_id: UUID, given: Mapping[str, Any]) -> Visit:
    """Say before the notice is written at what hour the team comes, whom to ask, and what to prepare. The same again changes nothing."""
    visit = led_visit(visit_id)
    hour, papers = given.get("hour"), [one.strip() for one in given.get("papers") or () if one.strip()]
    contact, phone = (given.get("contact") or "").strip(), (given.get("phone") or "").strip()
    told = (hour, contact, phone, papers)
    if told == (visit.arrives_at, visit.notice_contact, visit.notice_phone, list(visit.notice_papers)):
        return visit
    if visit.state in OVER or not visit.announced:
        raise Conflict("通知书已经发出，或者这次检查不发通知书，不能再改。")
    wrong = {
        name: [text]
        for name, lacking, text in (
            ("contact", bool(phone) and not contact, N_("填写了电话的，请写明联系人。")),
            ("phone", bool(phone) and not _PHONE.fullmatch(phone), N_("请填写办公电话，如 0990-1234567。")),
            ("papers", len(papers) > MOST_PAPERS, N_("需要准备的材料最多写 20 项。")),
            ("papers", any(len(one) > LONGEST_PAPER for one in papers), N_("每项材料最多 100 个字。")),
        )
        if lacking
    }
    if wrong:
        raise ClerkError("通知书的内容还没有填完。", fields=wrong)
    visit.arrives_at, visit.notice_contact, visit.notice_phone = hour, contact, phone
    visit.notice_papers = papers
    text = Sentence("填写通知书的到达时间、联系人和需要准备的材料")
    record_step(visit, "notice", text, "visit.notice_details", {"hour": _clock(hour), "papers": len(papers)})
    db.session.flush()
    return visit


def notice_number(visit: Visit) -> str:
    """The notice's own: 〈机关简称〉查通〔年〕n号, with the n of its check."""
    return visit.number.replace("查〔", "查通〔", 1)


def notice_details(visit: Visit) -> dict[str, Any]:
    """As the letter says it; whom to ask is the team's leader where nobody is named."""
    mine = [one for one in queries.team(visit.id) if one.bureau_id == visit.tenant_id]
    leader = next((one.name for one in mine if one.leader), mine[0].name if mine else "")
    return {
        "number": notice_number(visit),
        "check_number": visit.number,
        "hour": _clock(visit.arrives_at),
        "contact": visit.notice_contact or leader,
        "phone": visit.notice_phone,
        "papers": list(visit.notice_papers) or list(USUAL_PAPERS),
    }


def _clock(hour: time | None) -> str:
    if hour is None:
        return ""
    return f"{hour.hour}时{hour.minute}分" if hour.minute else f"{hour.hour}时"
