"""What an answer sets off at the sender, and a transfer at the receiver: jobs, each in the scope of the bureau it writes for."""

from __future__ import annotations

from uuid import UUID

from onedoor.followups import queries
from onedoor.followups.models import Transfer, TransferAnswer
from onedoor.followups.rules import MODE_NAMES, Answer, Mode
from onedoor.followups.service.steps import due_after, me, set_due, step
from onedoor.followups.service.transfers import answer_sentence, send_designated
from onedoor.kernel.errors import NotFound
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Followup
from onedoor.visits.rules.conclusions import Conclusion
from onedoor.visits.rules.states import FollowupState
from tenants import queries as tenants
from tenants import settings
from tenants.rules import Permission

_ENDS = {Answer.ANSWER.value, Answer.RECEIPT.value}


def note_transfer(transfer_id: UUID) -> None:
    """Tell the receiver's people that something came."""
    found = queries.transfer(transfer_id)
    if found.receiver_id != me():
        raise NotFound()
    text = Sentence(
        "%(name)s送来“%(what)s”：%(entity)s",
        name=tenants.bureau(found.tenant_id).short_name,
        what=Sentence(MODE_NAMES[Mode(found.mode)]),
        entity=found.entity_name,
    )
    to = Permission.OVERSIGHT_ANSWER if found.mode == Mode.DESIGNATE else Permission.VISIT_MANAGE
    messages.send_message(text, f"/followups/transfers/{found.id}", to)


def note_answer(transfer_id: UUID) -> None:
    """Go on at the sender with what the receiver said; the same answer noted twice changes nothing."""
    found = queries.transfer(transfer_id)
    if found.tenant_id != me():
        raise NotFound()
    said, followup = queries.answers(transfer_id), visits.followup(found.followup_id, lock=True)
    if not said:
        return
    last = said[-1]
    if last.kind != Answer.EXIT and followup.state == FollowupState.DONE:
        return
    _say(found, last)
    if last.kind == Answer.ACCEPT:
        set_due(followup, found.answer_by)
    elif last.kind == Answer.DECLINE:
        set_due(followup, due_after(settings.value("followup_begin_days")))
    elif last.kind in _ENDS:
        _end(followup, found, last)


def _end(followup: Followup, found: Transfer, last: TransferAnswer) -> None:
    mode = Mode(found.mode)
    if mode is Mode.DESIGNATE:
        name = tenants.bureau(last.named_id).name if last.named_id else ""
        text = Sentence("指定%(name)s管辖（%(paper)s）", name=name, paper=last.paper)
        step(followup, text, "transfer.designated", {"name": name, "paper": last.paper})
        send_designated(followup, found, last)
        return
    conclusions = {Mode.INFORM: Conclusion.INFORMED, Mode.DAILY: Conclusion.ANSWERED}
    conclusion = conclusions.get(mode, Conclusion.ANSWERED)
    if mode is Mode.ABNORMAL:
        conclusion = Conclusion.LISTED if last.listed else Conclusion.NOT_LISTED
    outcome = last.text or str(answer_sentence(last))
    visiting.end_followup(followup.id, outcome, conclusion.value)


def _say(found: Transfer, last: TransferAnswer) -> None:
    name = tenants.bureau(found.receiver_id).short_name
    text = Sentence(
        "%(entity)s：%(name)s%(what)s", entity=found.entity_name, name=name, what=answer_sentence(last)
    )
    messages.send_message(text, f"/followups/{found.followup_id}", Permission.VISIT_MANAGE)
