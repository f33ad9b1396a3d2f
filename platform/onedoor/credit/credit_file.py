"""The credit file of an entity: what is public of every bureau, lists and classes, each with source and dates (R-O4, R-O5)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from onedoor.credit.models import CreditListing
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure.models import Disclosure
from onedoor.entities.models import CreditClass, Entity
from onedoor.kernel.db import db


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


def listings_of(entity_id: UUID) -> list[CreditListing]:
    """An entity's entries on lists, of all keepers."""
    return list(db.session.scalars(sa.select(CreditListing).where(CreditListing.entity_id == entity_id)))
