"""Experts and testing institutes on a visit: chosen by a bureau on it, on top of its team, entrusted, and signing apart (R-L7, R-D5, R-V3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from onedoor.entities import queries as entity_queries
from onedoor.kernel import audit, files
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.source_strings import N_
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Expert
from onedoor.officers.rules.expert_rows import why_not_chosen
from onedoor.visits import queries
from onedoor.visits.models import Visit, VisitAssistant
from onedoor.visits.rules.states import VisitState

LARGEST = 10_000_000
FILL = N_("请填写此项。")


@dataclass(frozen=True)
class Entrustment:
    """The paper that entrusts somebody: its number, what it covers, and the file. `unbiased`: nothing ties them to the object."""

    number: str = ""
    scope: str = ""
    unbiased: bool = False
    document: tuple[str, str, bytes] | None = None


def choose_assistant(visit_id: UUID, expert_id: UUID, entrusted: Entrustment) -> VisitAssistant:
    """Have one of the bureau's own list assist, with an entrustment and after the recusal check. Nobody is drawn for it, and
    no officer is replaced by it: who assists neither begins nor ends the visit."""
    visit = queries.visit(visit_id)
    party = queries.my_party(visit.id)
    _refuse_when_over(visit)
    expert = officer_queries.experts.expert(expert_id)
    reason = why_not_chosen(expert.active, expert.credential_expires_on, queries.visit_state(visit).day)
    if reason is not None:
        raise ClerkError("%(name)s不能协助：%(reason)s", name=expert.name, reason=str(reason))
    if any(one.expert_id == expert.id for one in queries.assistants(visit.id)):
        raise Conflict("%(name)s已选为协助人员。", name=expert.name)
    _check_recusal(expert, visit)
    document = _complete(entrusted)
    kept = files.store_file(files.plain_name(document[0]), document[2], document[1])
    chosen = VisitAssistant(
        id=new_id(),
        tenant_id=party.bureau_id,
        visit_id=visit.id,
        expert_id=expert.id,
        kind=expert.kind,
        name=expert.name,
        organisation=expert.organisation,
        title=expert.title,
        bureau_name=party.bureau_name,
        entrusted_number=entrusted.number.strip(),
        entrusted_scope=entrusted.scope.strip(),
        entrusted_file_id=kept.id,
        unbiased=True,
        added_by=current_scope().actor_name,
        added_at=now(),
    )
    db.session.add(chosen)
    after = {"name": expert.name, "number": chosen.entrusted_number, "digest": kept.digest}
    audit.record("visits.assistant.add", ("visit", visit.id), visit.entity_name, after=after)
    db.session.flush()
    return chosen


def drop_assistant(visit_id: UUID, assistant_id: UUID) -> None:
    """Take one off again, unless they have signed."""
    visit = queries.visit(visit_id)
    chosen = queries.my_assistant(visit.id, assistant_id)
    _refuse_when_over(visit)
    if chosen.signed_on is not None:
        raise Conflict("%(name)s已签署意见，不能取消协助。", name=chosen.name)
    chosen.left_at = now()
    audit.record(
        "visits.assistant.remove", ("visit", visit.id), visit.entity_name, before={"name": chosen.name}
    )
    db.session.flush()


def sign_opinion(
    visit_id: UUID,
    assistant_id: UUID,
    opinion: str,
    signed_on: date | None,
    signed: tuple[str, str, bytes] | None,
) -> VisitAssistant:
    """What who assists says, signed by them apart from the record; kept once, with the signed paper."""
    visit = queries.visit(visit_id)
    chosen = queries.my_assistant(visit.id, assistant_id)
    part = queries.parts(visit.id).get(chosen.tenant_id)
    if part is None or part.begun_at is None or part.accepted_at is not None:
        raise Conflict("协助人员的意见在检查开始以后、记录审核通过以前登记。")
    if chosen.signed_on is not None:
        raise Conflict("%(name)s的意见已经登记，不能再改。", name=chosen.name)
    fields = {} if opinion.strip() else {"opinion": [FILL]}
    if signed_on is None or not visit.created_at.date() <= signed_on <= today():
        fields["signed_on"] = [N_("请填写签署的日期，不晚于今天。")]
    if signed is None or not signed[2]:
        fields["file"] = [N_("请选择签署的意见文件。")]
    if fields:
        raise ClerkError("意见还没有填完，或有几处需要修改。", fields=fields)
    assert signed is not None
    kept = files.store_file(files.plain_name(signed[0]), _small(signed[2]), signed[1])
    chosen.opinion, chosen.signed_on = opinion.strip(), signed_on
    chosen.opinion_file_id, chosen.opinion_digest = kept.id, kept.digest
    chosen.opinion_entered_by = current_scope().actor_name
    after = {"name": chosen.name, "digest": kept.digest}
    audit.record("visits.assistant.sign", ("visit", visit.id), visit.entity_name, after=after)
    db.session.flush()
    return chosen


def _check_recusal(expert: Expert, visit: Visit) -> None:
    """Who is the object, or works for it, does not assist there (R-D5); by its name then and now."""
    names = {visit.entity_name, entity_queries.entity(visit.entity_id).name}
    if {expert.name, expert.organisation} & names:
        raise ClerkError(
            "%(name)s与检查对象“%(entity)s”是同一单位或在那里任职，应当回避。",
            name=expert.name,
            entity=visit.entity_name,
            fields={"expert_id": [N_("应当回避，请另选。")]},
        )


def _complete(entrusted: Entrustment) -> tuple[str, str, bytes]:
    fields = {
        name: [FILL]
        for name, text in (("number", entrusted.number), ("scope", entrusted.scope))
        if not text.strip()
    }
    if not entrusted.unbiased:
        fields["unbiased"] = [N_("请核对并确认没有应当回避的情形。")]
    if entrusted.document is None or not entrusted.document[2]:
        fields["file"] = [N_("请选择委托书文件。")]
    if fields:
        raise ClerkError("协助人员须有委托书，并核对回避情形。", fields=fields)
    assert entrusted.document is not None
    return (*entrusted.document[:2], _small(entrusted.document[2]))


def _small(content: bytes) -> bytes:
    if len(content) > LARGEST:
        text = N_("文件超过 10 MB，请压缩后上传。")
        raise ClerkError(text, fields={"file": [text]})
    return content


def _refuse_when_over(visit: Visit) -> None:
    part = queries.parts(visit.id).get(queries.my_party(visit.id).bureau_id)
    if visit.state == VisitState.CANCELLED or (part is not None and part.submitted_at is not None):
        raise Conflict("检查记录已经提交或检查已经取消，协助人员不能再改。")
