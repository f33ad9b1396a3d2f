"""What changes after the draw: an officer's certificate ends (R-D6, R-L8), a firm moves away (R-L6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from onedoor.commands.demo.cast import Cast
from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.rules.codes import EntityStatus
from onedoor.kernel.clock import today
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.targets import service as target_service
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.rules.absences import Absence

CANNOT_COME = "执法证已到期，新证尚未核发"
WHERE_TO = "住所迁往示范市以外，登记机关已变更"


@dataclass(frozen=True)
class Change:
    """What the terminal and the README point at: a sentence in English, and the page that shows it."""

    text: str
    path: str


def certificate_ends(cast: Cast, campaign_id: UUID, letters: str) -> Change:
    """A partner notes that a certificate ends; and has every place of that officer drawn anew.

    The officer with the fewest places, and not the bureau's first, whose account the terminal names.
    """
    code, places = _least_busy(cast, campaign_id, letters)
    with cast.acting(f"{letters.lower()}.planner"):
        officer = next(one for one in officer_queries.my_inspectors(today()) if one.code == code)
        name = officer.name
        officer_service.save_inspector(
            officer, {"name": name, "certificate_expires_on": today() - timedelta(days=1)}
        )
        unfit = [(visit.id, member) for visit, member, _ in queries.unfit(campaign_id) if member.code == code]
        for _, member in unfit:
            service.replace_member(member.id, CANNOT_COME, Absence.CERTIFICATE.value)
    cast.settle()
    with cast.acting("scjg.planner"):
        came = {
            one.name for visit_id, gone in unfit for one in queries.team(visit_id) if one.slot == gone.slot
        }
    text = (
        f"{name}'s certificate ended after the draw: for {len(unfit)} visits another was drawn "
        f"({'、'.join(sorted(came))}), each with an entry in the public register"
    )
    return Change(text, f"/visits/{places[0]}")


def _least_busy(cast: Cast, campaign_id: UUID, letters: str) -> tuple[str, list[UUID]]:
    """Code of the officer of a bureau with the fewest visits, and these visits."""
    with cast.acting(f"{letters.lower()}.planner") as person:
        first = {
            one.code
            for one in officer_queries.my_inspectors(today())
            if officer_service.username_of(one) == f"{letters.lower()}.officer"
        }
        places: list[tuple[str, UUID]] = [
            (member.code, visit.id)
            for visit in queries.of_campaign(campaign_id)
            for member in queries.team(visit.id)
            if member.bureau_id == person.tenant_id and member.code not in first
        ]
    counted = Counter(code for code, _ in places)
    chosen = min(counted, key=lambda code: (counted[code], code))
    return chosen, [visit_id for code, visit_id in places if code == chosen]


def firm_moves_away(cast: Cast, visit: Visit) -> Change:
    """The register's keeper notes that a drawn firm has left the city; its visit is called off with the reason.

    The lead and every bureau on the visit then bring their libraries up to date, and the firm leaves them.
    """
    with cast.acting("scjg.planner"):
        entity = entity_queries.entity_by_code(visit.entity_code)
        entity_service.set_status(entity, EntityStatus.MOVED, today(), WHERE_TO)
        service.cancel(visit.id, f"检查对象已迁出：{WHERE_TO}")
        # The lead keeps the register; the others have the firm in their libraries as well.
        parties = {visit.tenant_id, *queries.party_ids(visit.id)}
    for letters, tenant_id in cast.bureaus.items():
        if tenant_id in parties:
            with cast.acting(f"{letters.lower()}.planner"):
                job = target_service.begin_refresh()
            cast.finish(job.id, tenant_id)
    return Change(
        f"{visit.entity_name} moved away after the draw: its visit was called off with the reason",
        f"/visits/{visit.id}",
    )
