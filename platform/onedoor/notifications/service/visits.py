"""Who is told of visits: the officers on the team, in their own bureau, whichever bureau leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from onedoor.campaigns import queries as campaigns
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.notifications import queries
from onedoor.notifications.service.notices import Notice, Occurrence
from onedoor.visits import queries as visits
from onedoor.visits.models import Visit, VisitMember
from onedoor.visits.rules.states import VisitState

SETTLED = ("approved", "noticed")


def bureaus_of_team(occurrence: Occurrence) -> Iterable[UUID]:
    """The bureaus whose officers are, or were, on the team of the visit, or of any visit of the campaign."""
    if occurrence.kind == "campaign":
        return {one.tenant_id for one in campaigns.parties(occurrence.thing)}
    return {one.bureau_id for one in visits.team(occurrence.thing, former=True)}


def assigned(occurrence: Occurrence) -> Iterable[Notice]:
    """The officers of what was approved: of a campaign once each, with how many visits are theirs."""
    if occurrence.kind == "visit":
        visit = visits.visit(occurrence.thing)
        pattern = N_("%(visit)s已批准，由您参加，日期 %(day)s")
        yield _to_team(visit, pattern, f"{visit.id} {visit.approved_at}")
        return
    settled = [one for one in visits.of_campaign(occurrence.thing) if one.state in SETTLED]
    if not settled:
        return
    latest = max(one.approved_at for one in settled if one.approved_at)
    campaign = campaigns.campaign(occurrence.thing)
    share = Counter(person for one in settled for person in _officers(visits.team(one.id)))
    for count in sorted(set(share.values())):
        text = Sentence("“%(name)s”有 %(count)s 次已批准的检查由您参加", name=campaign.name, count=count)
        people = frozenset(person for person, number in share.items() if number == count)
        yield Notice(people, text, f"/visits/campaigns/{campaign.id}", f"{campaign.id} {latest}")


def noticed(occurrence: Occurrence) -> Iterable[Notice]:
    """The team; of a campaign each officer once a day, however many of its notices go out."""
    visit = visits.visit(occurrence.thing)
    if visit.campaign_id is None or visit.noticed_at is None:
        yield _to_team(
            visit, N_("%(visit)s的通知书已发出，检查日期 %(day)s"), f"{visit.id} {visit.noticed_at}"
        )
        return
    campaign = campaigns.campaign(visit.campaign_id)
    text = Sentence("“%(name)s”的检查通知书已发出，其中有您参加的检查", name=campaign.name)
    people = frozenset(_officers(visits.team(visit.id)))
    day = visit.noticed_at.date()
    yield Notice(people, text, f"/visits/campaigns/{campaign.id}", f"{campaign.id} {day}")


def rescheduled(occurrence: Occurrence) -> Iterable[Notice]:
    """The team, of each new day."""
    visit = visits.visit(occurrence.thing)
    me = current_scope().tenant_id
    part = visits.parts(visit.id).get(me) if me else None
    day = max(visit.scheduled_on, part.postponed_to) if part and part.postponed_to else visit.scheduled_on
    text = Sentence("%(visit)s改在 %(day)s 检查", visit=name_of(visit), day=day)
    yield Notice(frozenset(_officers(visits.team(visit.id))), text, _page(visit), f"{visit.id} {day}")


def called_off(occurrence: Occurrence) -> Iterable[Notice]:
    """The team."""
    visit = visits.visit(occurrence.thing)
    yield _to_team(visit, N_("%(visit)s已取消，原定 %(day)s 检查"), str(visit.id))


def team_changed(occurrence: Occurrence) -> Iterable[Notice]:
    """Those who came last, and those who left last."""
    visit = visits.visit(occurrence.thing)
    team = visits.team(visit.id, former=True)
    left_at = max((one.left_at for one in team if one.left_at), default=None)
    since = max((one.since for one in team), default=None)
    filled = occurrence.event == "visits.team.fill"
    gone = [one for one in team if one.left_at is not None and one.left_at == left_at and not filled]
    comes = [one for one in team if one.left_at is None and one.since == since]
    staying = set(_officers(one for one in team if one.left_at is None))
    page, occasion = _page(visit), f"{visit.id} {since}"
    text = Sentence("您接替参加%(visit)s，日期 %(day)s", visit=name_of(visit), day=visit.scheduled_on)
    yield Notice(frozenset(_officers(comes)), text, page, occasion)
    text = Sentence("您不再参加%(visit)s", visit=name_of(visit))
    yield Notice(frozenset(_officers(gone)) - staying, text, page, occasion)


def object_changed(occurrence: Occurrence) -> Iterable[Notice]:
    """The teams of the visit that ends and of the one that comes in its place."""
    visit = visits.visit(occurrence.thing)
    pattern = (
        N_("%(visit)s由替补对象接替，不再检查")
        if visit.state == VisitState.CANCELLED
        else N_("%(visit)s涉及替补对象，请查看由谁检查、何时检查")
    )
    yield _to_team(visit, pattern, str(visit.id))


def record_accepted(occurrence: Occurrence) -> Iterable[Notice]:
    """The officers of the bureau whose record it is."""
    visit = visits.visit(occurrence.thing)
    if occurrence.bureau == current_scope().tenant_id:
        yield _to_team(visit, N_("%(visit)s的检查记录已审核通过"), str(visit.id))


def name_of(visit: Visit) -> Sentence:
    """A visit by its number, with the firm where that was told of it too."""
    if visit.announced:
        return Sentence("对“%(name)s”的检查（%(number)s）", name=visit.called, number=visit.number)
    return Sentence("检查 %(number)s", number=visit.number)


def _to_team(visit: Visit, pattern: str, occasion: str) -> Notice:
    given = {"visit": name_of(visit), **({"day": visit.scheduled_on} if "%(day)s" in pattern else {})}
    people = frozenset(_officers(visits.team(visit.id)))
    return Notice(people, Sentence(pattern, **given), _page(visit), occasion)


def _officers(team: Iterable[VisitMember]) -> set[UUID]:
    """The accounts of the current bureau's officers among them."""
    mine = [one for one in team if one.bureau_id == current_scope().tenant_id]
    return queries.active([one.account_id for one in mine])


def _page(visit: Visit) -> str:
    return f"/visits/{visit.id}"
