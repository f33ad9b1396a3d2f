"""Withdrawing after having accepted: before the freeze, and after it with what becomes of the matters (R-J5)."""

from __future__ import annotations

from uuid import UUID

from onedoor.campaigns import queries
from onedoor.campaigns.models import Answer
from onedoor.campaigns.rules import AnswerState, CampaignState, Disposition, PartyState
from onedoor.campaigns.rules.states import BEGUN
from onedoor.campaigns.service import campaign_locks
from onedoor.campaigns.service.audit_trail import record_step
from onedoor.campaigns.service.party_answers import clear
from onedoor.campaigns.service.visit_schedule import schedule_visits
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from tenants import queries as tenants


def withdraw(
    campaign_id: UUID, reason: str, *, disposition: str | None = None, handed_to: UUID | None = None
) -> None:
    """Withdraw after having accepted.

    Before the freeze its part is left out. After it, its matters stay drawn: `disposition` says whether
    they are checked later or handed over to another participant, and everybody reads the reason (R-J5).
    """
    campaign_locks.lock_shared(campaign_id)
    campaign = queries.campaign(campaign_id)
    db.session.refresh(campaign)
    party = queries.my_party(campaign_id)
    if campaign.tenant_id == current_scope().tenant_id:
        raise Conflict("牵头部门不能退出自己牵头的抽查。")
    if party.answer is None or party.state is not PartyState.ACCEPTED:
        raise Conflict("本部门没有参加这项抽查，无需退出。")
    if campaign.state in (CampaignState.CLOSED, CampaignState.CANCELLED):
        raise Conflict("抽查任务已经结束，不能再退出。")
    if not reason.strip():
        raise ClerkError("请写明退出的理由。", fields={"reason": ["请填写此项。"]})
    after = campaign.state in BEGUN
    if after:
        _check_disposition(campaign_id, disposition, handed_to)
    else:
        clear(campaign_id)
    _withdraw(party.answer, reason.strip(), after, disposition, handed_to)
    bureau, why = party.bureau.short_name, reason.strip()
    text = (
        Sentence(
            "%(bureau)s名单冻结后退出，已抽中的事项%(what)s，理由：%(reason)s",
            bureau=bureau,
            what=_disposition_words(disposition, handed_to),
            reason=why,
        )
        if after
        else Sentence("%(bureau)s退出抽查，理由：%(reason)s", bureau=bureau, reason=why)
    )
    record_step(campaign, "answer.withdraw", text)
    if campaign.state in (CampaignState.DRAWN, CampaignState.VISITING):
        schedule_visits(campaign)


def _withdraw(
    answer: Answer, reason: str, after: bool, disposition: str | None, handed_to: UUID | None
) -> None:
    if answer.tenant_id != current_scope().tenant_id:
        raise Forbidden()
    answer.state, answer.reason, answer.withdrawn_at = AnswerState.WITHDRAWN, reason, now()
    answer.after_freeze = after
    answer.disposition = disposition if after else None
    answer.handed_to = handed_to if after and disposition == Disposition.HANDED_OVER else None


def _check_disposition(campaign_id: UUID, disposition: str | None, handed_to: UUID | None) -> None:
    if disposition not in tuple(Disposition):
        raise ClerkError(
            "名单已冻结，本部门的事项仍会抽取。请说明以后补查还是移交其他部门。",
            fields={"disposition": ["请选择已抽中的事项如何处理。"]},
        )
    others = {
        party.tenant_id
        for party in queries.parties(campaign_id)
        if party.state is PartyState.ACCEPTED and party.tenant_id != current_scope().tenant_id
    }
    if disposition == Disposition.HANDED_OVER and handed_to not in others:
        raise ClerkError(
            "请选择接手的部门，须是仍参加本次抽查的部门。", fields={"handed_to": ["请选择接手的部门。"]}
        )


def _disposition_words(disposition: str | None, handed_to: UUID | None) -> Sentence:
    if disposition == Disposition.HANDED_OVER and handed_to is not None:
        return Sentence("移交%(bureau)s", bureau=tenants.bureau(handed_to).short_name)
    return Sentence("由本部门以后补查")
