"""What this bureau passed on, and what was passed on to it, for lists."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from onedoor.followups.models import Transfer, TransferAnswer
from onedoor.followups.rules import Answer, Mode
from onedoor.kernel.scope import current_scope

_LAST: Any = (
    sa.select(TransferAnswer.kind)
    .where(TransferAnswer.transfer_id == Transfer.id, TransferAnswer.kind != Answer.EXIT.value)
    .order_by(TransferAnswer.at.desc(), TransferAnswer.id.desc())
    .limit(1)
    .correlate(Transfer)
    .scalar_subquery()
)


def last_answer() -> Any:
    """The receiver's last word on a transfer, as a column beside it; an exit from the list says nothing new of it."""
    return _LAST


def due_by() -> sa.ColumnElement[Any]:
    """Until when the receiver has to say the next word."""
    return sa.case(
        (Answer.ACCEPT.value == _LAST, Transfer.answer_by),
        (_LAST.is_(None), sa.func.coalesce(Transfer.accept_by, Transfer.answer_by)),
    )


def inbox() -> sa.Select[Any]:
    """What was passed on to this bureau (收件箱), with the last word and the day of the next."""
    return _listed().where(Transfer.receiver_id == current_scope().tenant_id)


def sent() -> sa.Select[Any]:
    """What this bureau passed on."""
    return _listed().where(Transfer.tenant_id == current_scope().tenant_id)


def to_answer() -> sa.Select[Any]:
    """Those that wait for a word of this bureau, for a list."""
    return inbox().where(sa.or_(_LAST.is_(None), Answer.ACCEPT.value == _LAST))


def _listed() -> sa.Select[Any]:
    return sa.select(Transfer, _LAST.label("last"), due_by().label("due"))


def handed_over() -> sa.Subquery:
    """Of each follow-up what was passed on last, with the receiver's last word and the day of the next."""
    return (
        sa.select(
            Transfer.followup_id,
            Transfer.id.label("transfer_id"),
            Transfer.receiver_id,
            Transfer.unit_id.label("to_unit_id"),
            Transfer.mode,
            _LAST.label("last"),
            due_by().label("due"),
        )
        .ext(distinct_on(Transfer.followup_id))
        .where(Transfer.mode.in_([mode.value for mode in Mode]))
        .order_by(Transfer.followup_id, Transfer.sent_at.desc(), Transfer.id.desc())
        .subquery("handed_over")
    )
