"""Targets that leave a library (R-L6).

Nightly those whose entity was deregistered, revoked or moved away leave by themselves, however they came in.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from onedoor.entities.models import Entity, Premises
from onedoor.entities.rules.codes import GONE, STATUS_NAMES
from onedoor.entities.rules.quality import NIGHT
from onedoor.imports.service.library_updates import note_update
from onedoor.kernel import audit
from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.targets import queries
from onedoor.targets.models import Target, TargetMatter

BY_NIGHT = "已注销、吊销、迁出的自动移出"
CLOSED = "经营场所已停用"
# So many codes stand in the log's entry; the library has them all.
_MOST_NAMED = 100


def leave_by_night(moment: datetime | None = None) -> int:
    """By night take out of the current bureau's library those that ceased or moved; returns how many left.

    What is public of the library does not follow: figures that differ from yesterday's by these alone would tell that they
    were in it (docs/adr/0010).
    """
    if (moment or now()).astimezone(SHANGHAI).hour not in NIGHT:
        return 0
    gone = queries.ceased().with_only_columns(Entity.code).order_by(Entity.code).limit(_MOST_NAMED)
    codes = list(db.session.scalars(gone))
    found = end_gone() if codes else {}
    count = sum(found.values())
    if count:
        total = note_update("targets", 0, count, Sentence(BY_NIGHT))
        after = {"ended": count, "reasons": found, "codes": codes, "total": total}
        audit.record("registry.target.end", ("target_library", None), BY_NIGHT, after=after)
        db.session.flush()
    _leave_closed()
    return count


def _leave_closed() -> None:
    """Places of business that are closed leave; the entity stays, at its other places and as a whole."""
    closed = sa.select(Premises.id).where(
        Premises.id == TargetMatter.premises_id, Premises.closed_on.is_not(None)
    )
    mine = sa.and_(TargetMatter.tenant_id == current_scope().tenant_id, TargetMatter.ended_on.is_(None))
    leaving = sa.update(TargetMatter).where(mine, closed.exists())
    ended = leaving.values(ended_on=today(), ended_reason=CLOSED).returning(TargetMatter.id)
    if count := len(db.session.scalars(ended).all()):
        after = {"ended": count}
        audit.record("registry.matter.end", ("target_library", None), CLOSED, after=after)
        db.session.flush()


def end_gone() -> dict[str, int]:
    """Take out those that are deregistered, revoked or moved away (R-L6); returns how many left for which reason."""
    found = {}
    for status in GONE:
        ceased = sa.select(Entity.id).where(Entity.status == status)
        found[STATUS_NAMES[status]] = end(Target.entity_id.in_(ceased), STATUS_NAMES[status])
    return {reason: count for reason, count in found.items() if count}


def end(which: sa.ColumnElement[bool], reason: str) -> int:
    """Targets leave, and with them their products, projects and activities, for the same reason in one statement."""
    mine = sa.and_(Target.tenant_id == current_scope().tenant_id, Target.ended_on.is_(None))
    leaving = {"ended_on": today(), "ended_reason": reason}
    ended = sa.update(Target).where(which, mine).values(leaving).returning(Target.entity_id).cte("ended")
    theirs = sa.and_(TargetMatter.tenant_id == current_scope().tenant_id, TargetMatter.ended_on.is_(None))
    followed = (
        sa.update(TargetMatter)
        .where(theirs, TargetMatter.entity_id.in_(sa.select(ended.c.entity_id)))
        .values(leaving)
        .returning(TargetMatter.id)
        .cte("followed")
    )
    # What the session holds of them is read anew.
    db.session.flush()
    count = db.session.scalar(sa.select(sa.func.count()).select_from(ended).add_cte(followed)) or 0
    if count:
        db.session.expire_all()
    return count
