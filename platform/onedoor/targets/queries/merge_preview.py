"""What a merge would move, as far as the current bureau may see it: its own rows, and what all share (R-T4)."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from onedoor.entities.models import Correction, CreditClass, Entity, EntityContact, Licence, Premises
from onedoor.entities.rules.codes import CorrectionState
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.targets.models import EntityTag, TargetMatter, TargetRisk

# Of the room of officers, which stands beside this one; the merge itself moves them in the database, too (`merges`).
_RECUSAL = sa.table(
    "recusal",
    sa.column("tenant_id", sa.Uuid),
    sa.column("entity_code", sa.Text),
    sa.column("until", sa.Date),
)


class Moves(NamedTuple):
    """`libraries`: in how many bureaus' libraries it is, for who keeps it; `parts`: how much of each part follows."""

    libraries: int
    parts: list[tuple[str, int]]


def moves_of(gone: Entity) -> Moves:
    """What would follow an entity that is merged away; parts of which there is nothing are left out."""
    tenant, of = current_scope().tenant_id, gone.id
    lasts = sa.or_(_RECUSAL.c.until.is_(None), _RECUSAL.c.until >= today())
    counted: dict[str, tuple[Any, tuple[Any, ...]]] = {
        "recusal": (_RECUSAL, (_RECUSAL.c.tenant_id == tenant, _RECUSAL.c.entity_code == gone.code, lasts)),
        "entity_tag": (EntityTag, (EntityTag.entity_id == of,)),
        "premises": (Premises, (Premises.entity_id == of,)),
        "licence": (Licence, (Licence.entity_id == of,)),
        "entity_contact": (EntityContact, (EntityContact.tenant_id == tenant, EntityContact.entity_id == of)),
        "target_risk": (
            TargetRisk,
            (TargetRisk.tenant_id == tenant, TargetRisk.entity_id == of, TargetRisk.until.is_(None)),
        ),
        "target_matter": (
            TargetMatter,
            (TargetMatter.tenant_id == tenant, TargetMatter.entity_id == of, TargetMatter.ended_on.is_(None)),
        ),
        "credit_class": (CreditClass, (CreditClass.entity_id == of, CreditClass.until.is_(None))),
        "correction": (Correction, (Correction.entity_id == of, Correction.state == CorrectionState.SENT)),
    }
    found = [
        (part, db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0)
        for part, (model, where) in counted.items()
    ]
    libraries = db.session.scalar(sa.text("SELECT libraries_with(:asked)"), {"asked": of}) or 0
    return Moves(libraries, [(part, count) for part, count in found if count])
