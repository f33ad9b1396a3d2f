"""From a drawn outcome to visits: one visit an object, one team, every bureau's matters (R-J2)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns import service as campaigning
from onedoor.campaigns.models import Campaign, PartyItem
from onedoor.campaigns.rules import Unit
from onedoor.draws import queries as draws
from onedoor.draws.source_strings import counted_in
from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity, Premises
from onedoor.entities.queries.places import in_words
from onedoor.kernel import audit, trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, sentence_parts
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Inspector
from onedoor.targets import queries as target_queries
from onedoor.targets.rules.codes import LISTED_NAMES
from onedoor.visits import queries
from onedoor.visits.models import Visit, VisitMatter, VisitMember, VisitParty, VisitSource
from onedoor.visits.rules.codes import from_bytes
from onedoor.visits.rules.dates import spread, working_days
from onedoor.visits.rules.methods import usual
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.audit_trail import last_serial as last_serial
from onedoor.visits.service.cancellations import (
    call_off,
    defer,
    deferred,
    drop_empty,
    drop_former,
    tell_owed,
)
from onedoor.visits.service.empty_slots import last_day_to_fill
from onedoor.visits.service.merged_objects import visit_once
from onedoor.visits.service.methods.choice import planned_way
from tenants import queries as tenants

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Ground:
    """What all visits of a campaign share: parties by list, matters by bureau, inspectors by code."""

    campaign: Campaign
    draw_id: UUID
    parties: dict[str, campaigns.Party]
    matters: dict[UUID, list[PartyItem]]
    inspectors: dict[str, Inspector]
    # The lead's own risk levels of the objects, and the method that the plan line has for each level (R-P5).
    levels: dict[str, str]
    methods: dict[str, str]


def schedule(campaign_id: UUID, draw_id: UUID, progress: Progress | None = None) -> dict[str, Any]:
    """Make the visits of a draw that are not there yet; returns how many there are and what waits.

    Runs in the lead's scope; doing it again adds nothing. An object with an unfilled slot is waiting and
    is not visited until it is filled (draw.md). Dates are even over the campaign's working days that are
    still to come.
    """
    campaign = campaigns.campaign(campaign_id)
    if campaign.tenant_id != current_scope().tenant_id:
        raise Forbidden("检查由牵头部门统一安排。")
    if campaign.draw_id != draw_id:
        raise Conflict("这次抽取不是该抽查任务现行的抽取，不能据此安排检查。")
    outcome = draws.outcome(draw_id)
    campaigns.campaign(campaign_id, lock=True)
    drop_former(campaign, draw_id)
    defer(campaign)
    there = queries.scheduled_codes(draw_id)
    objects = [found for found in outcome.objects if found.lists and found.code not in there]
    if objects:
        ground = ground_of(campaign, draw_id, objects)
        made = _make(ground, objects, progress)
        _tell(campaign, draw_id, made)
    visit_once(draw_id)
    db.session.flush()
    counts = queries.counts(campaign_id)
    return {
        "visits": counts["all"],
        "added": len(objects),
        "waiting": counts.get(VisitState.WAITING.value, 0),
    }


def ground_of(campaign: Campaign, draw_id: UUID, objects: Sequence[draws.DrawnObject]) -> Ground:
    """What the visits of these objects share."""
    parties = {party.participation.list_name: party for party in campaigns.parties(campaign.id)}
    matters: dict[UUID, list[PartyItem]] = {}
    for matter in campaigns.party_items(campaign.id):
        matters.setdefault(matter.tenant_id, []).append(matter)
    codes = {place.inspector for found in objects for place in found.team}
    inspectors = db.session.scalars(sa.select(Inspector).where(Inspector.code.in_(codes)))
    by_risk = campaigning.by_risk(campaign)
    return Ground(
        levels=target_queries.risk_codes({found.code.partition(":")[0] for found in objects})
        if by_risk
        else {},
        methods={level: own["method"] for level, own in by_risk.items() if own.get("method")},
        campaign=campaign,
        draw_id=draw_id,
        parties=parties,
        matters=matters,
        inspectors={inspector.code: inspector for inspector in inspectors},
    )


def _make(ground: Ground, objects: Sequence[draws.DrawnObject], progress: Progress | None) -> list[Visit]:
    campaign = ground.campaign
    days = days_left(campaign)
    teams = [[place.inspector for place in found.team] for found in objects]
    dates = spread(days, teams, officer_queries.days_away(ground.inspectors.values(), days))
    serial = last_serial()
    made = []
    for number, (found, day) in enumerate(zip(objects, dates, strict=True), start=1):
        made.append(visit_of(ground, found, day, serial + number))
        if progress is not None and number % 20 == 0:
            progress(number, len(objects), "")
    # Parents before their children: the tables point to each other, the classes do not.
    for add in (parties_of, matters_of, team_of, source_of):
        db.session.flush()
        for visit, found in zip(made, objects, strict=True):
            db.session.add_all(add(ground, visit, found))
    db.session.flush()
    _leave_out(ground, made)
    return made


def _leave_out(ground: Ground, made: Sequence[Visit]) -> None:
    """Of the visits just made: matters of those that withdrew late, and visits on which nothing else is left (R-J5)."""
    late = {name: why for name, party in ground.parties.items() if (why := deferred(party)) is not None}
    left = []
    for visit in made if late else ():
        names = (party.list_name for party in queries.parties(visit.id))
        left += [(visit, name, late[name]) for name in names if name in late]
        drop_empty(visit)
    call_off(left)
    tell_owed(ground.campaign, {ground.parties[name].tenant_id for _, name, _ in left})


def days_left(campaign: Campaign) -> list[date]:
    """The working days of a campaign that are still to come, from tomorrow if there is one."""
    first = max(campaign.starts_on, min(today() + timedelta(days=1), campaign.ends_on), today())
    return working_days(queries.calendar(), first, campaign.ends_on)


def visit_of(ground: Ground, found: draws.DrawnObject, day: date, serial: int) -> Visit:
    """The visit of an object, added; its children follow once it is there."""
    code, _, number = found.code.partition(":")
    entity, year = entity_queries.entity_by_code(code), today().year
    address, place = _where(ground.campaign, entity, int(number) if number else None)
    visit = Visit(
        id=new_id(),
        tenant_id=ground.campaign.tenant_id,
        kind=ground.campaign.kind,
        source="draw" if ground.campaign.kind == "random" else "plan_line",
        campaign_id=ground.campaign.id,
        draw_id=ground.draw_id,
        party_ids=[party.tenant_id for party in _on(ground, found)],
        entity_id=entity.id,
        # As it was drawn, also where the code was corrected since.
        entity_code=code,
        entity_name=entity.name,
        # Which place it is stands with its address wherever that is shown: notice, code, record.
        entity_address=address,
        entity_place=place.jurisdiction_code if place else entity.jurisdiction_code,
        place_number=int(number) if number else None,
        premises_id=place.id if place else None,
        state=VisitState.WAITING.value if found.unfilled else VisitState.PROPOSED.value,
        announced=True,
        scheduled_on=day,
        starts_on=ground.campaign.starts_on,
        ends_on=ground.campaign.ends_on,
        code=from_bytes(secrets.token_bytes(10)),
        year=year,
        serial=serial,
        number=f"{tenants.my_bureau().abbreviation}查〔{year}〕{serial}号",
        unfilled=list(found.unfilled),
        fill_by=last_day_to_fill(ground.campaign) if found.unfilled else None,
        created_at=now(),
    )
    db.session.add(visit)
    return visit


def _where(campaign: Campaign, entity: Entity, number: int | None) -> tuple[str, Premises | None]:
    """The address as the visit shows it, saying which place or which product, project or activity it is; the place."""
    if number is None:
        return entity.address, None
    if campaign.unit != Unit.MATTER:
        place = entity_queries.place_at(entity.id, number)
        return (
            (place.address + in_words(place.number, place.name), place) if place else (entity.address, None)
        )
    matter = target_queries.matter_at(entity.id, number)
    if matter is None:
        return entity.address, None
    called = " ".join(filter(None, (matter.name, matter.number)))
    return f"{entity.address}（{LISTED_NAMES[matter.kind]}：{called}）", None


def _on(ground: Ground, found: draws.DrawnObject) -> list[campaigns.Party]:
    """The parties whose lists drew the object, the lead first."""
    return sorted((ground.parties[name] for name in found.lists), key=lambda p: p.participation.position)


def parties_of(ground: Ground, visit: Visit, found: draws.DrawnObject) -> list[VisitParty]:
    """The bureaus on a visit, as its lists are."""
    return [
        VisitParty(
            tenant_id=visit.tenant_id,
            visit_id=visit.id,
            bureau_id=party.tenant_id,
            bureau_name=party.bureau.name,
            list_name=party.participation.list_name,
            position=position,
            deferred_reason=deferred(party),
            deferred_reason_said=sentence_parts(deferred(party)),
            owed=deferred(party) is not None,
        )
        for position, party in enumerate(_on(ground, found))
    ]


def matters_of(ground: Ground, visit: Visit, found: draws.DrawnObject) -> list[VisitMatter]:
    """What each of them checks."""
    matters = [matter for party in _on(ground, found) for matter in ground.matters.get(party.tenant_id, ())]
    return [
        VisitMatter(
            tenant_id=visit.tenant_id,
            visit_id=visit.id,
            bureau_id=matter.tenant_id,
            item_id=matter.item_id,
            number=matter.number,
            name=matter.name,
            basis=matter.basis,
            checklist=matter.checklist,
            method=matter.method,
            **planned_way(matter.method, chosen=way_by_risk(ground, matter, found)),
            unit_id=matter.unit_id,
            unit_name=matter.unit_name,
            position=position,
        )
        for position, matter in enumerate(matters)
    ]


def way_by_risk(ground: Ground, matter: PartyItem, found: draws.DrawnObject) -> str:
    """How the plan has the lead's matters checked at an object of its level, where the item allows that; else nothing."""
    words = ground.methods.get(ground.levels.get(found.code.partition(":")[0], ""), "")
    if matter.tenant_id != ground.campaign.tenant_id or words not in matter.method.split("、"):
        return ""
    return usual(words).value


def team_of(ground: Ground, visit: Visit, found: draws.DrawnObject) -> list[VisitMember]:
    """Who was drawn for it."""
    return [member_of(visit, ground.inspectors[p.inspector], p.slot, p.lead) for p in found.team]


def source_of(ground: Ground, visit: Visit, _found: draws.DrawnObject) -> list[VisitSource]:
    """What a check goes back to whose object no draw chose; nothing of one that was drawn."""
    campaign = ground.campaign
    if not visit.team_drawn_only:
        return []
    return [
        VisitSource(
            tenant_id=visit.tenant_id,
            visit_id=visit.id,
            reason=campaign.reason,
            reference=campaign.reference or "",
            line_id=campaign.plan_line_id,
            line_code=campaign.line_code,
            key=visit.id.hex,
            registered_at=now(),
            registered_by=current_scope().actor_name,
        )
    ]


def member_of(visit: Visit, inspector: Inspector, slot: int, leader: bool) -> VisitMember:
    """A place on a team, with account, name and certificate as they stand now."""
    if inspector.certificate_number is None or inspector.certificate_expires_on is None:
        raise ClerkError("%(name)s没有有效的执法证，不能参加检查。", name=inspector.name)
    return VisitMember(
        tenant_id=visit.tenant_id,
        visit_id=visit.id,
        bureau_id=inspector.tenant_id,
        slot=slot,
        inspector_id=inspector.id,
        account_id=inspector.user_id,
        code=inspector.code,
        name=inspector.name,
        bureau_name=tenants.bureau(inspector.tenant_id).name,
        certificate_number=inspector.certificate_number,
        certificate_expires_on=inspector.certificate_expires_on,
        leader=leader,
        since=now(),
    )


def _tell(campaign: Campaign, draw_id: UUID, made: Sequence[Visit]) -> None:
    waiting = sum(visit.state == VisitState.WAITING.value for visit in made)
    unit = counted_in(campaign.unit)
    text = Sentence("安排检查 %(count)s %(unit)s", count=len(made), unit=unit)
    if waiting:
        said = {"text": text, "waiting": waiting, "unit": unit}
        text = Sentence("%(text)s，其中 %(waiting)s %(unit)s检查组有空缺，补齐前不检查", **said)
    partners = [party.tenant_id for party in campaigns.parties(campaign.id)]
    about = [campaign.id, draw_id, *(visit.id for visit in made)]
    trace.step("visit", text, about, link=f"/visits/campaigns/{campaign.id}", shared_with=partners)
    after = {"visits": len(made), "waiting": waiting}
    subject = ("campaign", campaign.id)
    audit.record("visits.visit.schedule", subject, campaign.name, after=after, shared_with=partners)
