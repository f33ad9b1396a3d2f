"""Every kind of record that a supervisor counts, by the name its list, its cells and its alerts have."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from onedoor.supervision.queries import duty_records, records
from onedoor.supervision.queries.records import Records

KINDS: Mapping[str, Callable[[], Records]] = {
    "filings": records.filings,
    "campaigns": records.campaigns,
    "draws": records.draws,
    "visits": records.all_visits,
    "results": records.results,
    "followups": records.followups,
    "owed": records.owed,
    "repeats": records.repeats,
    "items": duty_records.items,
    "rulebooks": duty_records.rulebooks,
    "owed_plans": duty_records.owed_plans,
    "exports": duty_records.exports,
    "owed_returns": duty_records.owed_returns,
    "trainees": duty_records.trainees,
    "outside": duty_records.outside,
    "capped": duty_records.capped,
}
# Of each kind of record, the column that names it to a person; entities visited twice are no one bureau's.
NAMES = {
    "filings": "title",
    "campaigns": "name",
    "draws": "number",
    "visits": "entity_name",
    "results": "entity_name",
    "followups": "entity_name",
    "owed": "entity_name",
    "items": "name",
    "rulebooks": "name",
    "owed_plans": "name",
    "exports": "entity_name",
    "owed_returns": "name",
    "trainees": "name",
    "outside": "entity_name",
    "capped": "entity_code",
}
