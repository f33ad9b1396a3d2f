"""A case (立案), its penalty, whether it was paid or contested, and its end (R-V7; forms.md, 双公示)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.followups import queries
from onedoor.followups.models import Case, Penalty, Remedy
from onedoor.followups.rules import Party, check_past, penalty_problems
from onedoor.followups.service.steps import due_after, of_kind, set_due, step
from onedoor.kernel.clock import local_day, now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Followup
from onedoor.visits.rules.conclusions import Conclusion
from onedoor.visits.rules.results import Handling
from tenants import queries as tenants
from tenants import settings, units

Given = Mapping[str, Any]


def open_case(followup_id: UUID, given: Given) -> Case:
    """Open a case; its number is the bureau's own and comes once."""
    followup = of_kind(followup_id, Handling.CASE)
    if queries.case(followup_id) is not None:
        raise Conflict("这项处置已经立案。")
    if given.get("unit_id"):
        units.unit(given["unit_id"])
    record = visits.record(followup.record_id)
    checked = local_day(record.started_at) if record.started_at else None
    case = Case(
        id=new_id(),
        tenant_id=followup.tenant_id,
        followup_id=followup.id,
        number=given["number"].strip(),
        opened_on=check_past("opened_on", given["opened_on"], today(), checked),
        cause=given["cause"].strip(),
        unit_id=given.get("unit_id"),
        opened_by=current_scope().actor_name,
    )
    _keep_once(case, "number", N_("案号“%(number)s”已经用过，请核对。"), case.number)
    followup.unit_id = case.unit_id or followup.unit_id
    set_due(followup, due_after(settings.value("case_days"), case.opened_on))
    step(followup, Sentence("立案：%(number)s", number=case.number), "case.open", {"number": case.number})
    return case


def suggested_penalty(followup_id: UUID) -> dict[str, Any]:
    """What of a decision is known already: the party and who decides."""
    record, bureau = visits.record(visits.followup(followup_id).record_id), tenants.my_bureau()
    case = queries.case(followup_id)
    sole = record.entity_code.startswith("92")
    return {
        "party_name": record.entity_name,
        "party_code": record.entity_code,
        "party_kind": (Party.SOLE if sole else Party.LEGAL).value,
        "authority": bureau.name,
        "authority_code": bureau.credit_code or "",
        "source": bureau.name,
        "source_code": bureau.credit_code or "",
        "reason": case.cause if case else "",
    }


def decide_penalty(followup_id: UUID, given: Given) -> Penalty:
    """Enter the penalty decision of a case; raises with every field that is still lacking."""
    followup, case = _opened(followup_id)
    if queries.penalty(followup_id) is not None:
        raise Conflict("行政处罚决定已经录入。")
    problems = penalty_problems(given, given.get("sanctions") or [])
    if problems:
        raise ClerkError("行政处罚决定还没有填完。", fields=problems)
    decided = check_past("decided_on", given["decided_on"], today(), case.opened_on)
    natural = given["party_kind"] == Party.NATURAL.value
    penalty = Penalty(
        id=new_id(),
        tenant_id=followup.tenant_id,
        followup_id=followup.id,
        case_id=case.id,
        entered_at=now(),
        entered_by=current_scope().actor_name,
        **{
            **{name: value.strip() if isinstance(value, str) else value for name, value in given.items()},
            "decided_on": decided,
            "party_code": None if natural else given["party_code"].strip(),
        },
    )
    _keep_once(penalty, "number", N_("决定书文号“%(number)s”已经用过，请核对。"), penalty.number)
    text = Sentence("作出行政处罚决定 %(number)s", number=penalty.number)
    step(followup, text, "case.penalty", {"number": penalty.number, "sanctions": list(penalty.sanctions)})
    return penalty


def note_paid(followup_id: UUID, on: date) -> Penalty:
    """The fine was paid, or the penalty carried out."""
    followup, _case = _opened(followup_id)
    penalty = _decided(followup_id)
    if penalty.paid_on is not None:
        raise Conflict("履行情况已经登记。")
    penalty.paid_on = check_past("on", on, today(), penalty.decided_on)
    step(followup, Sentence("行政处罚已履行"), "case.paid", {"on": on.isoformat()})
    return penalty


def contest(followup_id: UUID, given: Given) -> Remedy:
    """The firm went to a reviewing body or a court."""
    followup, _case = _opened(followup_id)
    penalty = _decided(followup_id)
    remedy = Remedy(
        id=new_id(),
        tenant_id=followup.tenant_id,
        penalty_id=penalty.id,
        kind=given["kind"],
        body=given["body"].strip(),
        filed_on=check_past("filed_on", given["filed_on"], today(), penalty.decided_on),
    )
    db.session.add(remedy)
    step(
        followup,
        Sentence("当事人申请救济：%(body)s", body=remedy.body),
        "case.contest",
        {"kind": remedy.kind},
    )
    return remedy


def end_remedy(followup_id: UUID, remedy_id: UUID, given: Given) -> Remedy:
    """What the body said."""
    followup, _case = _opened(followup_id)
    remedy = queries.remedy(remedy_id)
    if remedy.penalty_id != _decided(followup_id).id:
        raise NotFound()
    if remedy.ended_on is not None:
        raise Conflict("结果已经登记。")
    remedy.ended_on = check_past("ended_on", given["ended_on"], today(), remedy.filed_on)
    remedy.outcome = given["outcome"].strip()
    step(followup, Sentence("救济结果：%(outcome)s", outcome=remedy.outcome), "case.remedy")
    return remedy


def end_case(followup_id: UUID, given: Given) -> Case:
    """End a case: penalised and paid, not penalised, or taken back; not while it is contested."""
    followup, case = _opened(followup_id)
    conclusion, penalty = Conclusion(given["conclusion"]), queries.penalty(followup_id)
    if conclusion is Conclusion.PENALISED and (penalty is None or penalty.paid_on is None):
        raise Conflict("先录入行政处罚决定和履行情况，再以“已作出行政处罚”结案。")
    if conclusion is Conclusion.NOT_PENALISED and penalty is not None:
        raise Conflict("已经录入行政处罚决定，不能以“不予行政处罚”结案。")
    if penalty is not None and any(one.ended_on is None for one in queries.remedies(penalty.id)):
        raise Conflict("行政复议或者诉讼还没有结果，不能结案。")
    case.ended_on = check_past("ended_on", given["ended_on"], today(), case.opened_on)
    visiting.end_followup(followup.id, given["outcome"], conclusion.value)
    step(
        followup,
        Sentence("结案：%(number)s", number=case.number),
        "case.end",
        {"conclusion": conclusion.value},
    )
    return case


def _opened(followup_id: UUID) -> tuple[Followup, Case]:
    followup = of_kind(followup_id, Handling.CASE)
    case = queries.case(followup_id, lock=True)
    if case is None:
        raise Conflict("请先立案，填写案号、立案日期和案由。")
    return followup, case


def _decided(followup_id: UUID) -> Penalty:
    penalty = queries.penalty(followup_id, lock=True)
    if penalty is None:
        raise Conflict("请先录入行政处罚决定。")
    return penalty


def _keep_once(row: Case | Penalty, field: str, text: str, number: str) -> None:
    """Insert it; a number that was used is told, also where two enter it at the same moment."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except sa.exc.IntegrityError as error:
        said = Sentence(text, number=number)
        raise ClerkError(said, fields={field: [said]}) from error
