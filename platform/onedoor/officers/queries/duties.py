"""Reads of who answers for this work, and of training (R-L13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers.models import Duty, Inspector, Training, TrainingPlace
from onedoor.officers.queries.inspectors import in_library


@dataclass(frozen=True)
class TrainingYear:
    """A year's figures: trainings held, hours of all who took part, places taken of those there were, officers trained of all."""

    held: int
    hours: Decimal
    places: int
    attended: int
    officers: int
    trained: int


def duties(bureau_id: UUID | None = None) -> list[Duty]:
    """All who have or had a part in a bureau (the current one), the latest first."""
    query = sa.select(Duty).where(Duty.tenant_id == (bureau_id or current_scope().tenant_id))
    return list(
        db.session.scalars(query.order_by(Duty.until.desc().nulls_first(), Duty.since.desc(), Duty.id))
    )


def duties_with_contacts() -> sa.Select[Any]:
    """The same of the current bureau with how each is reached, for a list."""
    return sa.select(Duty).options(undefer(Duty.contact)).where(Duty.tenant_id == current_scope().tenant_id)


def duties_now() -> sa.Select[Any]:
    """Who has a part now, of every bureau that may be read."""
    return sa.select(Duty).where(Duty.until.is_(None)).order_by(Duty.tenant_id, Duty.since, Duty.id)


def my_duty(duty_id: UUID) -> Duty:
    """One of the current bureau's."""
    found = db.session.get(Duty, duty_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这条记录。")
    return found


def trainings() -> sa.Select[Any]:
    """The current bureau's trainings, for a list: `Training`, `places` and `attended`."""
    counted = (
        sa.select(
            TrainingPlace.training_id,
            sa.func.count().label("places"),
            sa.func.count().filter(TrainingPlace.attended).label("attended"),
        )
        .group_by(TrainingPlace.training_id)
        .subquery()
    )
    query: Any = sa.select(
        Training,
        sa.func.coalesce(counted.c.places, 0).label("places"),
        sa.func.coalesce(counted.c.attended, 0).label("attended"),
    )
    found: sa.Select[Any] = query.outerjoin(counted, counted.c.training_id == Training.id)
    return found.where(Training.tenant_id == current_scope().tenant_id)


def my_training(training_id: UUID) -> Training:
    """One of the current bureau's trainings."""
    found = db.session.get(Training, training_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这次培训。")
    return found


def places_of(training: Training) -> list[tuple[TrainingPlace, Inspector]]:
    """Who was to take part, in Chinese order."""
    query = (
        sa.select(TrainingPlace, Inspector)
        .join(Inspector, Inspector.id == TrainingPlace.inspector_id)
        .where(TrainingPlace.training_id == training.id)
        .order_by(Inspector.sort_key, Inspector.code)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def trainings_of(wanted: Inspector) -> list[tuple[Training, TrainingPlace]]:
    """The trainings an officer was to take part in, the latest first."""
    query = (
        sa.select(Training, TrainingPlace)
        .join(TrainingPlace, TrainingPlace.training_id == Training.id)
        .where(TrainingPlace.inspector_id == wanted.id)
        .order_by(Training.held_on.desc(), Training.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def trained_in(year: int) -> sa.ColumnElement[bool]:
    """Whether an officer took part in a training of a year, as a condition."""
    first, last = _year(year)
    return sa.exists().where(
        TrainingPlace.inspector_id == Inspector.id,
        TrainingPlace.attended,
        TrainingPlace.training_id == Training.id,
        Training.held_on.between(first, last),
    )


def training_year(year: int) -> TrainingYear:
    """The current bureau's figures of a year."""
    bureau = current_scope().tenant_id
    assert bureau is not None
    return training_years(year, [bureau])[bureau]


def training_years(year: int, bureaus: Sequence[UUID]) -> dict[UUID, TrainingYear]:
    """The figures of a year, by bureau."""
    of_year = sa.and_(Training.tenant_id.in_(bureaus), Training.held_on.between(*_year(year)))
    held = sa.select(Training.tenant_id, sa.func.count()).where(of_year).group_by(Training.tenant_id)
    places = (
        sa.select(
            Training.tenant_id,
            sa.func.count(),
            sa.func.count().filter(TrainingPlace.attended),
            sa.func.coalesce(sa.func.sum(Training.hours).filter(TrainingPlace.attended), 0),
        )
        .join(TrainingPlace, TrainingPlace.training_id == Training.id)
        .where(of_year)
        .group_by(Training.tenant_id)
    )
    officers = (
        sa.select(Inspector.tenant_id, sa.func.count(), sa.func.count().filter(trained_in(year)))
        .where(Inspector.tenant_id.in_(bureaus), in_library())
        .group_by(Inspector.tenant_id)
    )
    counted = {row[0]: row[1] for row in db.session.execute(held)}
    taken = {row[0]: row for row in db.session.execute(places)}
    there = {row[0]: row for row in db.session.execute(officers)}
    nothing = (None, 0, 0, Decimal(0))
    return {
        bureau: TrainingYear(
            held=counted.get(bureau, 0),
            hours=taken.get(bureau, nothing)[3],
            places=taken.get(bureau, nothing)[1],
            attended=taken.get(bureau, nothing)[2],
            officers=there.get(bureau, nothing)[1],
            trained=there.get(bureau, nothing)[2],
        )
        for bureau in bureaus
    }


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)
