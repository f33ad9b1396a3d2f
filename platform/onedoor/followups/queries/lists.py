"""后续处置: the one list over all kinds, with who has each now and until when (R-V7, R-S3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from onedoor.followups.models import PoliceTransfer
from onedoor.followups.queries.transfers import handed_over
from onedoor.followups.rules import Answer
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.visits.models import Followup, Record, Visit
from onedoor.visits.rules.results import Handling
from onedoor.visits.rules.states import FollowupState
from tenants.models import Bureau, Unit

_ANSWERED = (Answer.DECLINE.value, Answer.ANSWER.value, Answer.RECEIPT.value)


def rows() -> sa.Subquery:
    """All that this scope may read, without what had nothing to follow.

    `holder` is in whose hands it is: own, receiver or police; `due` the day of the next step, whoever has to take it.
    """
    passed, receiver, to_unit = handed_over(), sa.alias(Bureau.__table__), sa.alias(Unit.__table__)
    at_receiver = sa.and_(
        passed.c.transfer_id.is_not(None), sa.func.coalesce(passed.c.last.not_in(_ANSWERED), True)
    )
    at_police = sa.and_(PoliceTransfer.sent_on.is_not(None), PoliceTransfer.answered_on.is_(None))
    return (
        sa.select(
            Followup.id,
            Followup.tenant_id,
            Bureau.code.label("bureau"),
            Bureau.short_name.label("bureau_name"),
            sa.cast(sa.extract("year", Followup.created_at), sa.Integer).label("year"),
            Followup.record_id,
            Followup.visit_id,
            Record.entity_code,
            Record.entity_name,
            Visit.number.label("visit_number"),
            Followup.kind,
            Followup.note,
            Followup.state,
            Followup.unit_id,
            Followup.warned,
            Unit.name.label("unit_name"),
            Followup.created_at,
            Followup.done_at,
            Followup.conclusion,
            sa.func.coalesce(sa.func.nullif(Followup.opened_by, ""), Record.submitter_name, "").label(
                "person"
            ),
            passed.c.transfer_id,
            passed.c.mode,
            passed.c.last,
            receiver.c.short_name.label("receiver_name"),
            to_unit.c.name.label("to_unit_name"),
            sa.case(
                (Followup.state == FollowupState.DONE, None),
                (at_receiver, "receiver"),
                (at_police, "police"),
                else_="own",
            ).label("holder"),
            sa.case(
                (at_receiver, passed.c.due),
                (at_police, PoliceTransfer.answer_by),
                (
                    sa.and_(PoliceTransfer.approved_at.is_not(None), PoliceTransfer.sent_on.is_(None)),
                    PoliceTransfer.send_by,
                ),
                else_=Followup.due_on,
            ).label("due"),
        )
        .join(Bureau, Bureau.id == Followup.tenant_id)
        .join(Record, Record.id == Followup.record_id)
        .outerjoin(Visit, Visit.id == Followup.visit_id)
        .outerjoin(Unit, Unit.id == Followup.unit_id)
        .outerjoin(PoliceTransfer, PoliceTransfer.followup_id == Followup.id)
        .outerjoin(passed, passed.c.followup_id == Followup.id)
        .outerjoin(receiver, receiver.c.id == passed.c.receiver_id)
        .outerjoin(to_unit, to_unit.c.id == passed.c.to_unit_id)
        .where(Followup.kind != Handling.NONE.value)
        .subquery("followups")
    )


def of_bureau(found: sa.Subquery) -> sa.Select[Any]:
    """Those of the current bureau's findings."""
    return sa.select(*found.c).where(found.c.tenant_id == current_scope().tenant_id)


def counts() -> dict[str, int]:
    """Of the current bureau: how many ended, are open, and are overdue among those."""
    found = rows()
    is_open = found.c.state == FollowupState.OPEN
    row = db.session.execute(
        sa.select(
            sa.func.count().filter(found.c.state == FollowupState.DONE),
            sa.func.count().filter(is_open),
            sa.func.count().filter(is_open, found.c.due < today()),
        ).where(found.c.tenant_id == current_scope().tenant_id)
    ).one()
    return {"ended": row[0], "open": row[1], "overdue": row[2]}


def overdue() -> sa.Select[Any]:
    """Those of the current bureau that are open though their day has passed, for a count."""
    found = rows()
    return of_bureau(found).where(found.c.state == FollowupState.OPEN, found.c.due < today())


def overdue_by_person() -> list[Any]:
    """Of the current bureau: who opened what is overdue today, and how many (R-V7)."""
    found = rows()
    query = (
        sa.select(found.c.person, sa.func.count().label("number"))
        .where(
            found.c.tenant_id == current_scope().tenant_id,
            found.c.state == FollowupState.OPEN,
            found.c.due < today(),
        )
        .group_by(found.c.person)
        .order_by(sa.desc("number"), found.c.person)
    )
    return list(db.session.execute(query))


def people() -> list[str]:
    """Who opened any of the current bureau's."""
    found = rows()
    query = sa.select(found.c.person).where(found.c.tenant_id == current_scope().tenant_id).distinct()
    return [name for name in db.session.scalars(query.order_by(found.c.person)) if name]


def unwarned(near: date, day: date) -> list[Any]:
    """Open ones of this bureau due until `near` that were not warned of, and those overdue on `day` of which that was not told."""
    found = rows()
    warned = sa.func.coalesce(found.c.warned, "")
    late = found.c.due < day
    query = of_bureau(found).where(
        found.c.state == FollowupState.OPEN,
        found.c.due <= near,
        sa.or_(sa.and_(late, warned != "overdue"), sa.and_(~late, warned == "")),
    )
    return list(db.session.execute(query))
