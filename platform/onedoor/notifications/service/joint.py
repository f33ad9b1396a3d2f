"""Who is told of filings, of invitations and answers, and of draws: mostly people of other bureaus."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from onedoor.campaigns import queries as campaigns
from onedoor.draws import queries as draws
from onedoor.draws.states import DrawState
from onedoor.filing import queries as filings
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.notifications import queries
from onedoor.notifications.service.notices import Notice, Occurrence
from tenants import queries as bureaus
from tenants.rules import Permission

_P = Permission


def receiver(occurrence: Occurrence) -> Iterable[UUID]:
    """To whom it was filed."""
    return (filings.filing(occurrence.thing).receiver_id,)


def sender(occurrence: Occurrence) -> Iterable[UUID]:
    """Who filed it."""
    return (filings.filing(occurrence.thing).tenant_id,)


def filed(occurrence: Occurrence) -> Iterable[Notice]:
    """Those who answer filings, but not those who had a hand in this one."""
    filing = filings.filing(occurrence.thing)
    who = bureaus.bureau(filing.tenant_id).short_name
    text = Sentence("%(bureau)s报送《%(title)s》，请办理", bureau=who, title=filing.title)
    people = queries.people_who_may(_P.OVERSIGHT_ANSWER) - set(filing.senders or ())
    yield Notice(frozenset(people), text, f"/filing/{filing.id}", str(filing.id))


def filing_answered(occurrence: Occurrence) -> Iterable[Notice]:
    """Those who sent it, and who else sends filings there."""
    filing = filings.filing(occurrence.thing)
    if filing.answer is None:
        return
    pattern = (
        N_("《%(title)s》备案通过")
        if filing.answer.accepted
        else N_("《%(title)s》备案材料被退回，请修改后重新报送")
    )
    people = queries.people_who_may(_P.FILING_SEND) | queries.active(filing.senders or ())
    yield Notice(
        frozenset(people), Sentence(pattern, title=filing.title), f"/filing/{filing.id}", str(filing.id)
    )


def invited_partners(occurrence: Occurrence) -> Iterable[UUID]:
    """The partners of a campaign that were invited."""
    found = campaigns.parties(occurrence.thing)
    return [
        one.tenant_id
        for one in found
        if one.participation.part == "partner" and one.participation.invited_at is not None
    ]


def invited(occurrence: Occurrence) -> Iterable[Notice]:
    """Those who answer invitations."""
    campaign = campaigns.campaign(occurrence.thing)
    text = Sentence(
        "%(bureau)s邀请本单位参加“%(name)s”，请在 %(day)s 前答复",
        bureau=bureaus.bureau(campaign.tenant_id).short_name,
        name=campaign.name,
        day=campaign.answer_due,
    )
    yield _of_campaign(campaign.id, _P.CAMPAIGN_ANSWER, text, str(campaign.id))


def reminded_partner(occurrence: Occurrence) -> Iterable[UUID]:
    """The party that was reminded last."""
    reminded = [one.participation for one in campaigns.parties(occurrence.thing)]
    latest = max((one.reminded_at for one in reminded if one.reminded_at), default=None)
    return [one.tenant_id for one in reminded if latest is not None and one.reminded_at == latest]


def reminded(occurrence: Occurrence) -> Iterable[Notice]:
    """Those who answer invitations, each time."""
    campaign = campaigns.campaign(occurrence.thing)
    times = campaigns.my_party(campaign.id).participation.reminders
    text = Sentence("催办：请在 %(day)s 前答复“%(name)s”的邀请", day=campaign.answer_due, name=campaign.name)
    yield _of_campaign(campaign.id, _P.CAMPAIGN_ANSWER, text, f"{campaign.id} {times}")


def lead_of_campaign(occurrence: Occurrence) -> Iterable[UUID]:
    """The lead, if a partner acted."""
    return {campaigns.campaign(occurrence.thing).tenant_id} - {occurrence.bureau}


def answered(occurrence: Occurrence) -> Iterable[Notice]:
    """The lead's people who hold the campaign together; each answer that says something new."""
    campaign = campaigns.campaign(occurrence.thing)
    party = campaigns.party(campaign.id, occurrence.bureau)
    said = party.answer
    if said is None:
        return
    pattern = {
        "accepted": N_("%(bureau)s同意参加“%(name)s”"),
        "declined": N_("%(bureau)s不参加“%(name)s”"),
        "withdrawn": N_("%(bureau)s退出“%(name)s”"),
    }[said.state]
    text = Sentence(pattern, bureau=party.bureau.short_name, name=campaign.name)
    occasion = f"{campaign.id} {party.bureau.id} {said.state}"
    yield _of_campaign(campaign.id, _P.CAMPAIGN_LEAD, text, occasion)


def cancelled(occurrence: Occurrence) -> Iterable[Notice]:
    """The partners' people who answer for their part."""
    campaign = campaigns.campaign(occurrence.thing)
    text = Sentence(
        "抽查任务“%(name)s”已取消：%(reason)s", name=campaign.name, reason=campaign.cancel_reason or ""
    )
    yield _of_campaign(campaign.id, _P.CAMPAIGN_ANSWER, text, str(campaign.id))


def committers(occurrence: Occurrence) -> Iterable[UUID]:
    """The bureaus that commit from their own devices."""
    return {one.bureau_id for one, _ in draws.committers(occurrence.thing) if one.keeper == "browser"}


def commitment_due(occurrence: Occurrence) -> Iterable[Notice]:
    """Those who commit for their bureau."""
    draw = draws.draw(occurrence.thing)
    text = Sentence("抽取%(number)s等待本单位提交承诺", number=draw.number)
    people = queries.people_who_may(_P.DRAW_COMMIT, _P.DRAW_OPERATE)
    yield Notice(frozenset(people), text, f"/draws/{draw.id}", str(draw.id))


def lead_of_draw(occurrence: Occurrence) -> Iterable[UUID]:
    """Who leads the draw, if another acted."""
    return {draws.draw(occurrence.thing).tenant_id} - {occurrence.bureau}


def committed(occurrence: Occurrence) -> Iterable[Notice]:
    """The lead's draw operators."""
    draw = draws.draw(occurrence.thing)
    who = bureaus.bureau(occurrence.bureau).short_name
    text = Sentence("%(bureau)s为抽取%(number)s提交了承诺", bureau=who, number=draw.number)
    people = queries.people_who_may(_P.DRAW_OPERATE)
    yield Notice(frozenset(people), text, f"/draws/{draw.id}", f"{draw.id} {occurrence.bureau}")


def drawing_parties(occurrence: Occurrence) -> Iterable[UUID]:
    """The lead, and whoever has a list in the draw."""
    with_lists = [one for one in draws.parties(occurrence.thing) if one.list_name is not None]
    return {draws.draw(occurrence.thing).tenant_id, *(one.bureau_id for one in with_lists)}


def drawn(occurrence: Occurrence) -> Iterable[Notice]:
    """The lead's people of campaigns and draws, and the partners' who answer for their part."""
    draw = draws.draw(occurrence.thing)
    ended = (
        N_("抽取%(number)s已完成：%(title)s")
        if draw.state == DrawState.DRAWN
        else N_("抽取%(number)s作废：%(title)s")
    )
    leads = draw.tenant_id == current_scope().tenant_id
    people = queries.people_who_may(
        *((_P.CAMPAIGN_LEAD, _P.DRAW_OPERATE) if leads else (_P.CAMPAIGN_ANSWER,))
    )
    text = Sentence(ended, number=draw.number, title=draw.title)
    yield Notice(frozenset(people), text, f"/draws/{draw.id}", str(draw.id))


def _of_campaign(campaign_id: UUID, permission: Permission, text: Sentence, occasion: str) -> Notice:
    people = queries.people_who_may(permission)
    return Notice(frozenset(people), text, f"/campaigns/{campaign_id}", occasion)
