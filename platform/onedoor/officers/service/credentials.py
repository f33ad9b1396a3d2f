"""Credentials of experts and institutes watched day by day, as officers' certificates are (`certificates`): told 90, 30 and
7 days before their end, once each (R-L7, R-L8).

Who may assist is decided by the date itself (`queries.experts.who_may_assist`), so nothing depends on whether this ran.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.officers import queries
from onedoor.officers.models import Expert, ExpertNotice
from onedoor.officers.rules.certificates import RENEWED, looked_at, stage_of


def watch_credentials(on: date | None = None) -> int:
    """Tell of the current bureau's experts and institutes what is to be told on a day (today); returns of how many.

    Doing it again on the same day tells nothing.
    """
    day = on or today()
    query = queries.experts.experts().where(Expert.active, Expert.credential_expires_on <= looked_at(day))
    warnings = 0
    for one in db.session.scalars(query).all():
        expires = one.credential_expires_on
        stage = stage_of(expires, day) if expires else None
        warnings += bool(expires and stage and _tell(one, expires, stage))
    return warnings


def note_renewal(expert: Expert) -> None:
    """That a credential is valid for longer, where its end was told before."""
    expires = expert.credential_expires_on
    if expires is None or stage_of(expires, today()) is not None:
        return
    earlier = sa.select(ExpertNotice.id).where(
        ExpertNotice.expert_id == expert.id, ExpertNotice.expires_on < expires
    )
    if db.session.scalar(earlier.limit(1)) is not None:
        _tell(expert, expires, RENEWED)


def _tell(expert: Expert, expires: date, stage: str) -> bool:
    row = {
        "id": new_id(),
        "tenant_id": expert.tenant_id,
        "expert_id": expert.id,
        "expires_on": expires,
        "stage": stage,
        "made_at": now(),
    }
    made = insert(ExpertNotice).values(row).on_conflict_do_nothing().returning(ExpertNotice.id)
    return db.session.scalar(made) is not None
