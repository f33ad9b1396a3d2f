"""The lines of the ledger F11 (执法检查台账): every check that was begun, and those made outside the platform (R-V9).

One statement, however long the page: what stands beside a check is asked of each row by its index. In a bureau's scope a
line has its own part of a joint check, which is one line; in a supervisor's it has all parts that the grant shows.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from onedoor.disclosure.models import Disclosure
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.ledger.models import OutsideCheck
from onedoor.ledger.rules.origins import ORIGINS, Progress, Registration
from onedoor.visits.models import (
    Followup,
    MatterMethod,
    Record,
    Visit,
    VisitMatter,
    VisitMember,
    VisitPart,
    VisitParty,
)
from onedoor.visits.rules.results import Handling
from onedoor.visits.rules.states import FollowupState, RecordState
from tenants.models import Bureau

_TEXTS: Any = sa.ARRAY(sa.Text())
_MARK = sa.literal("、", sa.Text())


def mine() -> sa.Subquery:
    """The ledger of this bureau."""
    return _lines(current_scope().tenant_id)


def all_lines() -> sa.Subquery:
    """That of all bureaus this scope reads: a supervisor's."""
    return _lines(None)


def counts_by_kind(rows: sa.Subquery) -> dict[str, int]:
    """How many checks made on this platform the ledger has, by kind; a joint one counts once."""
    query = (
        sa.select(rows.c.kind, sa.func.count())
        .where(rows.c.registration.not_in([Registration.OUTSIDE.value, Registration.FORMER.value]))
        .group_by(rows.c.kind)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def has_come(rows: sa.Subquery, progress: str) -> sa.ColumnElement[bool]:
    """Whether what 监督检查记录 tells of a check of this platform has come so far."""
    column = rows.c
    return {
        Progress.UNREVIEWED: sa.and_(
            column.accepted_on.is_(None), column.registration.not_in([one.value for one in ORIGINS])
        ),
        Progress.ACCEPTED: column.accepted_on.is_not(None),
        Progress.REPORTED: column.reported_on.is_not(None),
        Progress.PUBLIC: column.public_on.is_not(None),
        Progress.UNPUBLISHED: sa.and_(column.accepted_on.is_not(None), column.public_on.is_(None)),
        Progress.FOLLOWED: column.open_followups > 0,
    }[Progress(progress)]


def _lines(own: UUID | None) -> sa.Subquery:
    return sa.union_all(_visits(own), _outside(own)).subquery("ledger")


def _visits(own: UUID | None) -> sa.Select[Any]:
    parts = _parts(own)
    day = _local(parts.c.begun_at)
    return (
        sa.select(
            Visit.id,
            sa.func.coalesce(Visit.exceptional, sa.literal(Registration.PLATFORM.value, sa.Text())).label(
                "registration"
            ),
            Visit.tenant_id,
            Bureau.code.label("bureau"),
            _bureaus().label("bureau_name"),
            sa.cast(sa.extract("year", day), sa.Integer).label("year"),
            Visit.kind,
            Visit.source,
            Visit.number,
            Visit.entity_code,
            Visit.entity_name,
            Visit.place_number,
            sa.type_coerce(day, sa.Date()).label("day"),
            _officers(own).label("inspectors"),
            _matters(own).label("matters"),
            _array(_ways(own)).label("methods"),
            _array(_followed(sa.select(Followup.kind), own)).label("measures"),
            _array(_accepted(sa.select(sa.func.unnest(Record.results)), own)).label("results"),
            _local(parts.c.accepted_at).label("accepted_on"),
            _local(parts.c.reported_at).label("reported_on"),
            _local(_public_at(own)).label("public_on"),
            _followed(sa.select(sa.func.count()), own)
            .where(Followup.state == FollowupState.OPEN)
            .scalar_subquery()
            .label("open_followups"),
            sa.func.combined_bureaus(Visit.id, type_=_TEXTS).label("together"),
            *[sa.literal("", sa.Text()).label(name) for name in ("measures_text", "supervision")],
            *[sa.cast(sa.null(), sa.Text()).label(name) for name in ("cause", "cause_note")],
        )
        .join(parts, parts.c.visit_id == Visit.id)
        .join(Bureau, Bureau.id == Visit.tenant_id)
    )


def _outside(own: UUID | None) -> Any:
    nothing = sa.cast(sa.null(), sa.Date())
    query = sa.select(
        OutsideCheck.id,
        OutsideCheck.origin,
        OutsideCheck.tenant_id,
        Bureau.code,
        Bureau.short_name,
        sa.cast(sa.extract("year", OutsideCheck.checked_on), sa.Integer),
        OutsideCheck.kind,
        OutsideCheck.source,
        OutsideCheck.number,
        OutsideCheck.entity_code,
        OutsideCheck.entity_name,
        sa.cast(sa.null(), sa.Integer),
        OutsideCheck.checked_on,
        sa.func.array_to_string(OutsideCheck.inspectors, _MARK),
        sa.func.array_to_string(OutsideCheck.matters, _MARK),
        OutsideCheck.methods,
        sa.cast(sa.literal("{}", sa.Text()), _TEXTS),
        OutsideCheck.results,
        nothing,
        nothing,
        nothing,
        sa.literal(0, sa.BigInteger()),
        sa.cast(sa.null(), _TEXTS),
        OutsideCheck.measures,
        OutsideCheck.supervision,
        OutsideCheck.cause,
        OutsideCheck.cause_note,
    ).join(Bureau, Bureau.id == OutsideCheck.tenant_id)
    return query if own is None else query.where(OutsideCheck.tenant_id == own)


def _parts(own: UUID | None) -> sa.Subquery:
    """The visits that were begun, with the first beginning and what was done last."""
    query = sa.select(
        VisitPart.visit_id,
        sa.func.min(VisitPart.begun_at).label("begun_at"),
        sa.func.max(VisitPart.accepted_at).label("accepted_at"),
        sa.func.max(VisitPart.reported_at).label("reported_at"),
    ).where(VisitPart.begun_at.is_not(None))
    if own is not None:
        query = query.where(VisitPart.tenant_id == own)
    return query.group_by(VisitPart.visit_id).subquery("begun")


def _listed(name: Any, order: Any) -> sa.ColumnElement[str]:
    return sa.func.string_agg(name, aggregate_order_by(_MARK, order))


def _bureaus() -> sa.ScalarSelect[Any]:
    names = _listed(VisitParty.bureau_name, VisitParty.position)
    return (
        sa.select(names)
        .where(VisitParty.visit_id == Visit.id, VisitParty.deferred_reason.is_(None))
        .correlate(Visit)
        .scalar_subquery()
    )


def _officers(own: UUID | None) -> sa.ScalarSelect[Any]:
    names = _listed(VisitMember.name, VisitMember.slot)
    query = sa.select(names).where(VisitMember.visit_id == Visit.id, VisitMember.left_at.is_(None))
    return _part_of(query, VisitMember.bureau_id, own).correlate(Visit).scalar_subquery()


def _matters(own: UUID | None) -> sa.ScalarSelect[Any]:
    names = _listed(VisitMatter.name, VisitMatter.position)
    query = sa.select(names).where(VisitMatter.visit_id == Visit.id)
    return _part_of(query, VisitMatter.bureau_id, own).correlate(Visit).scalar_subquery()


def _ways(own: UUID | None) -> sa.Select[Any]:
    """How its matters are checked: as a bureau chose, else as planned (R-V3)."""
    query = (
        sa.select(sa.func.coalesce(MatterMethod.method, VisitMatter.planned))
        .select_from(VisitMatter)
        .outerjoin(MatterMethod, MatterMethod.matter_id == VisitMatter.id)
        .where(VisitMatter.visit_id == Visit.id)
    )
    return _part_of(query, VisitMatter.bureau_id, own)


def _of_record(query: sa.Select[Any], own: UUID | None) -> sa.Select[Any]:
    return _part_of(query.where(Record.visit_id == Visit.id), Record.tenant_id, own)


def _accepted(query: sa.Select[Any], own: UUID | None) -> sa.Select[Any]:
    return _of_record(query, own).where(Record.state == RecordState.ACCEPTED.value)


def _followed(query: sa.Select[Any], own: UUID | None) -> sa.Select[Any]:
    shown = query.where(Followup.visit_id == Visit.id, Followup.kind != Handling.NONE.value)
    return _part_of(shown, Followup.tenant_id, own).correlate(Visit)


def _public_at(own: UUID | None) -> sa.ScalarSelect[Any]:
    query = (
        sa.select(sa.func.max(Disclosure.since))
        .join(Record, sa.and_(Record.id == Disclosure.subject_id, Record.tenant_id == Disclosure.tenant_id))
        .where(
            Disclosure.kind == "result",
            Disclosure.since <= now(),
            sa.or_(Disclosure.until.is_(None), Disclosure.until > now()),
        )
    )
    return _of_record(query, own).correlate(Visit).scalar_subquery()


def _part_of(query: sa.Select[Any], column: Any, own: UUID | None) -> sa.Select[Any]:
    """A bureau's ledger has its own part of a joint check."""
    return query if own is None else query.where(column == own)


def _array(query: sa.Select[Any]) -> sa.ColumnElement[Any]:
    listed: Any = sa.func.array(query.distinct().correlate(Visit).scalar_subquery())
    return sa.type_coerce(listed, _TEXTS)


def _local(moment: Any) -> sa.ColumnElement[date]:
    return sa.type_coerce(sa.func.date(sa.func.timezone("Asia/Shanghai", moment)), sa.Date())
