"""Using another bureau's recent result instead of checking again (结果互认), said in the record (R-J7)."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

from onedoor.disclosure.models import Disclosure
from onedoor.kernel import audit, files
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import RecordPaper
from onedoor.visits.rules.methods import PaperKind
from onedoor.visits.rules.results import Method
from onedoor.visits.service.audit_trail import record_step
from onedoor.visits.service.methods.choice import choose_method
from onedoor.visits.service.records import expect_open, open_record


def recognise(visit_id: UUID, matter_id: UUID, disclosure_id: UUID | None, reason: str) -> RecordPaper:
    """Have a published result of another bureau stand for a matter of this bureau's; the result as it was then is kept with it.

    The matter is checked by others' findings from now on, where its item allows that. Sent twice it counts once.
    """
    visit, matter = queries.visit(visit_id), queries.matter(visit_id, matter_id)
    record = open_record(visit_id)
    expect_open(record)
    result = _chosen(visit_id, disclosure_id)
    if not reason.strip():
        text = N_("请写明这个结果为什么可以用于本事项。")
        raise ClerkError(text, fields={"recognition_reason": [text]})
    there = [one for one in queries.papers(record.id, matter.id) if one.disclosure_id == result.id]
    if there:
        return there[0]
    choose_method(visit_id, matter.id, Method.OPINION.value)
    content = json.dumps(result.content, ensure_ascii=False, indent=1, sort_keys=True).encode()
    number = str(result.content["visit_number"])
    kept = files.store_file(files.plain_name(f"{number}.json"), content, "application/json")
    paper = RecordPaper(
        id=new_id(),
        tenant_id=record.tenant_id,
        record_id=record.id,
        matter_id=matter.id,
        kind=PaperKind.FINDING.value,
        title=f"{result.bureau_name}的检查结果：{'、'.join(result.content['results'])}",
        origin=result.bureau_name,
        number=number,
        disclosure_id=result.id,
        found_on=date.fromisoformat(result.content["finished_on"]),
        reason=reason.strip(),
        received_at=now(),
        received_by=current_scope().actor_name,
        file_id=kept.id,
        file_name=kept.name,
        size=kept.size,
        digest=kept.digest,
        added_at=now(),
        added_by=current_scope().actor_name,
    )
    db.session.add(paper)
    db.session.flush()
    told = {"matter": matter.name, "bureau": result.bureau_name, "day": paper.found_on, "number": number}
    text = Sentence("“%(matter)s”采用%(bureau)s %(day)s 的检查结果（%(number)s），不再重复检查", **told)
    record_step(visit, "record", text, "result.recognise", {"number": number, "digest": kept.digest})
    audit.record("visits.paper.add", ("record", record.id), record.entity_name, after={"number": number})
    return paper


def _chosen(visit_id: UUID, disclosure_id: UUID | None) -> Disclosure:
    visit = queries.visit(visit_id)
    for one in queries.recognisable(visit):
        if one.id == disclosure_id:
            return one
    raise ClerkError(
        "请选择其他部门近期对“%(name)s”公示的检查结果；已经撤下或者时间太久的不能采用。",
        name=visit.entity_name,
        fields={"disclosure_id": [N_("请选择一项检查结果。")]},
    )
