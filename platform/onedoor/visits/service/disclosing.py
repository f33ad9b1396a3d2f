"""Making results public: who checks, discloses (R-O1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from onedoor.campaigns import queries as campaigns
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure import service as disclosure
from onedoor.draws import queries as draws
from onedoor.kernel.clock import local_day
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.sentences import Sentence
from onedoor.visits import queries
from onedoor.visits.models import Record, RecordItem, Visit, VisitMatter
from onedoor.visits.rules.results import HANDLING_NAMES, METHOD_NAMES, Handling, Method, names
from onedoor.visits.rules.states import RecordState
from onedoor.visits.service.telling import left_step, me
from tenants import queries as tenants

KIND = "result"


def disclose(record_ids: Iterable[UUID]) -> int:
    """Publish the results of accepted records; returns how many. What is public already is left alone."""
    records = [queries.record(record_id, lock=True) for record_id in record_ids]
    if not records:
        raise ClerkError("请先选择要公示的检查结果。")
    for record in records:
        _check(record)
    fresh = [record for record in records if disclosures.of_subject(KIND, record.id) is None]
    for record in fresh:
        publish(record)
    return len(fresh)


def publish(record: Record) -> None:
    """Publish one result, or its corrected version in place of the former."""
    visit = queries.visit(record.visit_id)
    disclosure.publish(
        KIND,
        record.id,
        f"{visit.called if visit.place_number else record.entity_name}：检查结果",
        public_content(record, visit),
        entity_code=record.entity_code,
        entity_name=record.entity_name,
        place=visit.entity_place,
    )
    left_step(visit, "disclosure", Sentence("公示检查结果"), "result.disclose", {"results": record.results})


def public_content(record: Record, visit: Visit) -> dict[str, Any]:
    """What the public reads of a result: the national system's fields, and where it came from (R-D9)."""
    campaign = campaigns.campaign(visit.campaign_id)
    assert record.ended_at is not None
    return {
        "visit_number": visit.number,
        "campaign_number": campaign.number,
        "campaign_name": campaign.name,
        "campaign_code": campaign.code,
        "directed": campaign.directed,
        "draw_number": draws.draw(visit.draw_id).number,
        "draw_id": str(visit.draw_id),
        "bureau": tenants.my_bureau().name,
        # Which of the firm's places it was, where the draw was of places.
        **({"premises": visit.entity_address} if visit.place_number else {}),
        "finished_on": local_day(record.ended_at).isoformat(),
        "method": METHOD_NAMES[Method(record.method)],
        "items": _items(record, visit),
        "results": names(record.results),
        "result_codes": record.results,
        "handling": HANDLING_NAMES[Handling(record.handling or Handling.NONE)],
    }


def _items(record: Record, visit: Visit) -> list[dict[str, Any]]:
    """Each matter and its results; if the object was not found or refused, each has that result."""
    if record.whole is not None:
        told = [(matter, record.results) for matter in queries.matters(visit.id, record.tenant_id)]
        return [_item(matter, results) for matter, results in told]
    return [_item(item, item.results) for item in queries.items(record.id)]


def _item(thing: VisitMatter | RecordItem, results: list[str]) -> dict[str, Any]:
    return {"number": thing.number, "name": thing.name, "basis": thing.basis, "results": names(results)}


def _check(record: Record) -> None:
    if record.tenant_id != me():
        raise NotFound()
    if record.state != RecordState.ACCEPTED.value:
        raise Conflict("%(name)s的检查记录还没有经科室审核通过，不能公示。", name=record.entity_name)
