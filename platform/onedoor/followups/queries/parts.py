"""One follow-up and what its kind keeps of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.followups.models import (
    Case,
    CorrectionOrder,
    CorrectionProof,
    Penalty,
    PoliceTransfer,
    Recheck,
    Remedy,
    Transfer,
    TransferAnswer,
)
from onedoor.followups.rules import Answer, Mode
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.visits import queries as visits
from onedoor.visits.models import Followup


def followup(followup_id: UUID) -> Followup:
    """One follow-up of this bureau."""
    return visits.followup(followup_id)


def order(followup_id: UUID, *, lock: bool = False) -> CorrectionOrder | None:
    """The order to correct, once it was given."""
    return _of(CorrectionOrder, followup_id, lock)


def proofs(followup_id: UUID) -> list[CorrectionProof]:
    """What the firm brought, as it came."""
    query = sa.select(CorrectionProof).where(CorrectionProof.followup_id == followup_id)
    return list(db.session.scalars(query.order_by(CorrectionProof.entered_at, CorrectionProof.id)))


def proof(proof_id: UUID) -> CorrectionProof:
    """One of them."""
    return _one(CorrectionProof, proof_id)


def rechecks(followup_id: UUID) -> list[Recheck]:
    """The re-checks, as they were made."""
    query = sa.select(Recheck).where(Recheck.followup_id == followup_id)
    return list(db.session.scalars(query.order_by(Recheck.at, Recheck.id)))


def case(followup_id: UUID, *, lock: bool = False) -> Case | None:
    """The case, once it was opened."""
    return _of(Case, followup_id, lock)


def cases() -> sa.Select[Any]:
    """The cases of this bureau."""
    return sa.select(Case).where(Case.tenant_id == current_scope().tenant_id)


def penalty(followup_id: UUID, *, lock: bool = False) -> Penalty | None:
    """The penalty decided in the case, if any was."""
    return _of(Penalty, followup_id, lock)


def penalties() -> sa.Select[Any]:
    """The penalties of this bureau."""
    return sa.select(Penalty).where(Penalty.tenant_id == current_scope().tenant_id)


def remedies(penalty_id: UUID) -> list[Remedy]:
    """How the penalty was contested."""
    query = sa.select(Remedy).where(Remedy.penalty_id == penalty_id)
    return list(db.session.scalars(query.order_by(Remedy.filed_on, Remedy.id)))


def remedy(remedy_id: UUID) -> Remedy:
    """One of them."""
    return _one(Remedy, remedy_id)


def police(followup_id: UUID, *, lock: bool = False) -> PoliceTransfer | None:
    """What goes to the police, once it was prepared."""
    return _of(PoliceTransfer, followup_id, lock)


def police_transfer(police_id: UUID) -> PoliceTransfer:
    """The same by its own id, as its approval names it."""
    return _one(PoliceTransfer, police_id)


def transfer(transfer_id: UUID) -> Transfer:
    """What this bureau passed on, or was passed on to it."""
    found = db.session.get(Transfer, transfer_id)
    if found is None:
        raise NotFound("没有找到这份移送，它可能不是由本单位发出或者送给本单位的。")
    return found


def transfers(followup_id: UUID) -> list[Transfer]:
    """What was passed on of one follow-up, as it was sent."""
    query = sa.select(Transfer).where(Transfer.followup_id == followup_id)
    return list(db.session.scalars(query.order_by(Transfer.sent_at, Transfer.id)))


def latest_transfer(followup_id: UUID) -> Transfer | None:
    """What was passed on last."""
    return next(reversed(transfers(followup_id)), None)


def answers(transfer_id: UUID) -> list[TransferAnswer]:
    """What the receiver said, step by step."""
    query = sa.select(TransferAnswer).where(TransferAnswer.transfer_id == transfer_id)
    return list(db.session.scalars(query.order_by(TransferAnswer.at, TransferAnswer.id)))


def declines(followup_id: UUID) -> int:
    """How many bureaus declined it."""
    query = (
        sa.select(sa.func.count())
        .select_from(TransferAnswer)
        .join(Transfer, Transfer.id == TransferAnswer.transfer_id)
        .where(
            Transfer.followup_id == followup_id,
            Transfer.mode == Mode.TRANSFER.value,
            TransferAnswer.kind == Answer.DECLINE.value,
        )
    )
    return db.session.scalar(query) or 0


def _of(model: Any, followup_id: UUID, lock: bool) -> Any:
    query = sa.select(model).where(model.followup_id == followup_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def _one(model: Any, key: UUID) -> Any:
    found = db.session.get(model, key)
    if found is None:
        raise NotFound()
    return found
