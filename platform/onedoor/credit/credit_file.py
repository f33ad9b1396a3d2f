"""The credit file of an entity: what is public of every bureau, lists and classes, each with source and dates (R-O4, R-O5)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from onedoor.credit.models import CreditListing
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure.models import Disclosure
from onedoor.entities.models import CreditClass, Entity
from onedoor.followups.models import Transfer, TransferAnswer
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.visits.rules.results import found_a_problem


@dataclass(frozen=True)
class CreditFile:
    """What any bureau reads of an entity; undisclosed cases and penalties of others are not in it."""

    public: list[Disclosure]
    listings: list[CreditListing]
    classes: list[CreditClass]


def credit_file(entity: Entity) -> CreditFile:
    """The file of an entity, newest first."""
    public = disclosures.search().where(
        Disclosure.kind.in_(("result", "penalty")), Disclosure.entity_code == entity.code
    )
    listings = sa.select(CreditListing).where(CreditListing.entity_id == entity.id)
    classes = sa.select(CreditClass).where(CreditClass.entity_id == entity.id)
    return CreditFile(
        list(db.session.scalars(public.order_by(Disclosure.since.desc(), Disclosure.id.desc()))),
        list(db.session.scalars(listings.order_by(CreditListing.entered_on.desc(), CreditListing.id))),
        list(db.session.scalars(classes.order_by(CreditClass.since.desc(), CreditClass.id.desc()))),
    )


def listing(listing_id: UUID) -> CreditListing | None:
    """One entry of a list."""
    return db.session.get(CreditListing, listing_id, with_for_update=True)


def facts_by_code() -> dict[str, dict[str, int]]:
    """How many facts of each kind there are by the entity's code, as the keeper of the classes reads them."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    public = disclosures.search().where(
        Disclosure.kind.in_(("result", "penalty")), Disclosure.entity_code.is_not(None)
    )
    codes = Disclosure.content["result_codes"]
    for kind, code, results in db.session.execute(
        public.with_only_columns(Disclosure.kind, Disclosure.entity_code, codes)
    ):
        fact = kind if kind == "penalty" else "problem" if found_a_problem(results or ()) else "clean"
        found[code][fact] += 1
    gone = sa.alias(TransferAnswer.__table__)
    listed = sa.select(Transfer.entity_code).join(TransferAnswer, TransferAnswer.transfer_id == Transfer.id)
    listed = listed.where(
        TransferAnswer.listed.is_(True),
        ~sa.exists().where(gone.c.transfer_id == Transfer.id, gone.c.exit_on.is_not(None)),
    )
    for code in db.session.scalars(listed):
        found[code]["abnormal"] += 1
    entries = sa.select(Entity.code, CreditListing.kind).join(Entity, Entity.id == CreditListing.entity_id)
    holds = entries.where(CreditListing.exit_on.is_(None), CreditListing.until > today())
    for code, kind in db.session.execute(holds):
        found[code][kind] += 1
    return {code: dict(facts) for code, facts in found.items()}
