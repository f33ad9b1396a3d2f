"""Who left a library by a person's word, and not since for another reason (R-L5)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from onedoor.kernel.scope import current_scope
from onedoor.targets.models import Target
from onedoor.targets.rules.exits import BY_ITSELF

# A target that ended, beside an entity.
EXIT = aliased(Target, name="exit")


def by_a_person() -> sa.ColumnElement[bool]:
    """Whether `EXIT` is an exit from the current bureau's library for a reason of a person's, and the entity's last.

    Which of two on one day was the last is not known: a person's counts, and one of several.
    """
    tenant, other = current_scope().tenant_id, aliased(Target)
    later = sa.or_(
        other.ended_on.is_(None),
        other.ended_on > EXIT.ended_on,
        sa.and_(other.ended_on == EXIT.ended_on, other.ended_reason.not_in(BY_ITSELF), other.id > EXIT.id),
    )
    since = sa.exists().where(other.tenant_id == tenant, other.entity_id == EXIT.entity_id, later)
    return sa.and_(
        EXIT.tenant_id == tenant,
        EXIT.ended_on.is_not(None),
        EXIT.ended_reason.not_in(BY_ITSELF),
        sa.not_(since),
    )
