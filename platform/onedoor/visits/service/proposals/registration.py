"""Proposing a check that no draw made: of whom, for what, when, by whom, and why (R-V9, R-V1, R-P3)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from onedoor.entities.queries.places import in_words
from onedoor.items.models import Item
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.visits import queries
from onedoor.visits.models import Visit, VisitComplainant, VisitMatter, VisitParty, VisitSource
from onedoor.visits.policies import COMPLAINANT_NAME, COMPLAINANT_PHONE
from onedoor.visits.rules.codes import from_bytes
from onedoor.visits.rules.dates import approve_by
from onedoor.visits.rules.kinds import EXCEPTIONAL_NAMES, KIND_NAMES, SOURCE_NAMES, Kind, Source
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.audit_trail import own_bureau, record_step
from onedoor.visits.service.proposals.objects import special_plan
from onedoor.visits.service.proposals.proposal import Found, Proposal, checked, scheduled_day
from onedoor.visits.service.teams import ask_units
from onedoor.visits.service.visit_schedule import last_serial, member_of
from tenants import queries as tenants
from tenants import settings


def propose(proposal: Proposal) -> Visit:
    """Register a check that no draw made; it waits for its submission, or is pending where it begins before its approval.

    The same key again is the same check. Raises `ClerkError` with the sentences beside the fields.
    """
    there = queries.source_with_key(proposal.key) if proposal.key else None
    if there is not None:
        return _same(queries.visit(there.visit_id), proposal)
    found = checked(proposal)
    visit = _visit(proposal, found)
    db.session.add(visit)
    db.session.flush()
    db.session.add(_party(visit))
    db.session.flush()
    db.session.add_all(_matters(visit, proposal, found.items))
    db.session.add_all(
        member_of(visit, officer, slot, officer is found.leader) for slot, officer in enumerate(found.team)
    )
    db.session.add(_source(visit, proposal, found))
    _keep_complainant(visit, proposal)
    db.session.flush()
    ask_units(visit)
    _tell(visit, proposal)
    return visit


def _same(visit: Visit, proposal: Proposal) -> Visit:
    told = (proposal.kind.value, proposal.source.value, proposal.entity_code.strip().upper())
    if (visit.kind, visit.source, visit.entity_code) != told:
        raise Conflict("这个编号（key）已经用于另一次检查 %(number)s，请换一个编号。", number=visit.number)
    return visit


def _visit(proposal: Proposal, found: Found) -> Visit:
    year, place = today().year, found.place
    serial = last_serial() + 1
    pending = proposal.exceptional is not None
    return Visit(
        id=new_id(),
        tenant_id=own_bureau(),
        kind=proposal.kind.value,
        source=proposal.source.value,
        exceptional=proposal.exceptional,
        party_ids=[own_bureau()],
        entity_id=found.entity.id,
        entity_code=found.entity.code,
        entity_name=found.entity.name,
        entity_address=place.address + in_words(place.number, place.name) if place else found.entity.address,
        entity_place=place.jurisdiction_code if place else found.entity.jurisdiction_code,
        place_number=place.number if place else None,
        premises_id=place.id if place else None,
        state=VisitState.PENDING.value if pending else VisitState.PROPOSED.value,
        announced=proposal.announced and not pending,
        scheduled_on=scheduled_day(proposal),
        starts_on=proposal.starts_on,
        ends_on=proposal.last_day,
        code=from_bytes(secrets.token_bytes(10)),
        year=year,
        serial=serial,
        number=f"{tenants.my_bureau().abbreviation}查〔{year}〕{serial}号",
        created_at=now(),
    )


def _party(visit: Visit) -> VisitParty:
    bureau = tenants.my_bureau()
    return VisitParty(
        tenant_id=bureau.id,
        visit_id=visit.id,
        bureau_id=bureau.id,
        bureau_name=bureau.name,
        list_name=bureau.code,
        position=0,
    )


def _matters(visit: Visit, proposal: Proposal, items: Sequence[Item]) -> list[VisitMatter]:
    names = {unit.id: unit.name for unit in tenants.units()}
    return [
        VisitMatter(
            tenant_id=visit.tenant_id,
            visit_id=visit.id,
            bureau_id=visit.tenant_id,
            item_id=item.id,
            number=item.number,
            name=item.name,
            basis=item.basis,
            checklist=item.checklist,
            method=item.method,
            **proposal.way_of(item),
            unit_id=item.unit_id,
            unit_name=names.get(item.unit_id, "") if item.unit_id else "",
            position=position,
        )
        for position, item in enumerate(items)
    ]


def _source(visit: Visit, proposal: Proposal, found: Found) -> VisitSource:
    number, approval = _special(proposal)
    return VisitSource(
        tenant_id=visit.tenant_id,
        visit_id=visit.id,
        reason=proposal.reason.strip(),
        reference=proposal.reference.strip(),
        line_id=proposal.line_id,
        line_code=found.line_code,
        special_number=number,
        special_approval=approval,
        unannounced_basis=proposal.unannounced_basis.strip(),
        exceptional_reason=proposal.exceptional_reason.strip(),
        approve_by=_approve_by() if proposal.exceptional else None,
        repeat_reason=proposal.repeat_reason.strip(),
        owed_visit_id=proposal.owed_visit_id,
        key=proposal.key or visit.id.hex,
        registered_at=now(),
        registered_by=current_scope().actor_name,
    )


def _special(proposal: Proposal) -> tuple[str | None, str | None]:
    """Number and approval of the special plan: as the published plan says them, else as they were entered (R-P7)."""
    if proposal.kind is not Kind.SPECIAL:
        return None, None
    plan = special_plan(proposal.line_id)
    if plan is not None and plan.document_number:
        return plan.number, f"{plan.approving_body} {plan.document_number}"
    return proposal.special_number.strip(), proposal.special_approval.strip()


def _approve_by() -> date | None:
    """By when the approval is made up, as the place sets it (R-V1)."""
    return approve_by(queries.calendar(), today(), settings.value("visit_emergency_days"))


def _keep_complainant(visit: Visit, proposal: Proposal) -> None:
    name, phone = proposal.complainant_name.strip(), proposal.complainant_phone.strip()
    if not name and not phone:
        return
    row = VisitComplainant(id=new_id(), tenant_id=visit.tenant_id, visit_id=visit.id)
    row.name = COMPLAINANT_NAME.seal(row.id, name) if name else None
    row.phone = COMPLAINANT_PHONE.seal(row.id, phone) if phone else None
    db.session.add(row)


def _tell(visit: Visit, proposal: Proposal) -> None:
    kind, source = Sentence(KIND_NAMES[proposal.kind]), Sentence(SOURCE_NAMES[proposal.source])
    text = Sentence("登记%(kind)s（不经抽取），来源：%(source)s", kind=kind, source=source)
    if proposal.owed_visit_id is not None:
        text = Sentence("登记对抽中而未检查事项的补查（抽取编号：%(draw)s）", draw=proposal.reference.strip())
    if proposal.exceptional is not None:
        why = Sentence(EXCEPTIONAL_NAMES[proposal.exceptional])
        text = Sentence("%(text)s；%(why)s", text=text, why=why)
    after: dict[str, Any] = {
        "kind": visit.kind,
        "source": visit.source,
        "reference": proposal.reference.strip(),
    }
    record_step(visit, "visit", text, "visit.propose", after)


def form_again(visit: Visit) -> Proposal:
    """What was asked for a check, to be asked again; without who complained."""
    source = queries.source_of(visit.id)
    assert source is not None
    team = queries.team(visit.id)
    proposal = Proposal(
        kind=Kind(visit.kind),
        source=Source(visit.source),
        entity_code=visit.entity_code,
        item_ids=[matter.item_id for matter in queries.matters(visit.id)],
        inspector_ids=[member.inspector_id for member in team],
        starts_on=max(visit.scheduled_on, today()),
        reason=source.reason,
        leader_id=next((member.inspector_id for member in team if member.leader), None),
        place_number=visit.place_number,
        reference=source.reference,
        line_id=source.line_id,
        special_number=source.special_number or "",
        special_approval=source.special_approval or "",
        announced=visit.announced,
        unannounced_basis=source.unannounced_basis,
        methods={matter.item_id: matter.planned for matter in queries.matters(visit.id)},
    )
    return replace(proposal, ends_on=max(visit.ends_on, proposal.starts_on))
