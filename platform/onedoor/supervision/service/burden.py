"""The figures of burden and effect made public by the bureau that supervises all of a place's work, once a day (R-S6)."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID, uuid5

import sqlalchemy as sa

from onedoor.disclosure import queries as disclosures
from onedoor.disclosure import service as disclosure
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import DbRole, current_scope, in_scope
from onedoor.statistics.rules.burden import table
from onedoor.supervision import queries
from tenants import queries as tenants
from tenants.models import SupervisionGrant

KIND = "burden"


def publish_burden() -> int:
    """Publish this year's and last year's figures as far as they changed since; returns how many of them did.

    Only a bureau with a grant over all domains does, so that a place's figures are told once, and whole.
    """
    me = tenants.my_bureau()
    overall = sa.select(SupervisionGrant.id).where(
        SupervisionGrant.bureau_id == me.id, SupervisionGrant.domain == "all"
    )
    if db.session.scalar(overall.limit(1)) is None:
        return 0
    return sum(_publish(me.id, me.name, year) for year in (today().year - 1, today().year))


def subject_of(bureau_id: UUID, year: int) -> UUID:
    """What a year's figures are published under."""
    return uuid5(bureau_id, f"burden {year}")


def _publish(bureau_id: UUID, name: str, year: int) -> int:
    with in_scope(replace(current_scope(), role=DbRole.SUPERVISOR)):
        found = queries.burden.burden(year)
        db.session.commit()
    if not found.total.counts.get("checks"):
        return 0
    kept = found.kept()
    former = disclosures.of_subject(KIND, subject_of(bureau_id, year))
    if former is not None and former.content["rows"] == json.loads(json.dumps(kept["rows"])):
        return 0
    disclosure.publish(
        KIND,
        subject_of(bureau_id, year),
        f"{name}：{year}年检查负担与成效",
        kept,
        files=[
            (f"burden-{year}.csv", "text/csv", table(kept)),
            (
                f"burden-{year}.json",
                "application/json",
                json.dumps(kept, ensure_ascii=False, indent=1).encode(),
            ),
        ],
    )
    return 1
