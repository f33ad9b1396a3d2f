"""What a merge would move, as far as the current bureau may see it: its own rows, and what all share (R-T4)."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.registry.models import (
    Correction,
    CreditClass,
    Entity,
    EntityContact,
    EntityTag,
    Licence,
    Premises,
    Recusal,
    TargetMatter,
    TargetRisk,
)


class Moves(NamedTuple):
    """`libraries`: in how many bureaus' libraries it is, for who keeps it; `parts`: how much of each part follows."""

    libraries: int
    parts: list[tuple[str, int]]


def moves_of(gone: Entity) -> Moves:
    """What would follow an entity that is merged away; parts of which there is nothing are left out."""
    tenant, of = current_scope().tenant_id, gone.id
    lasts = sa.or_(Recusal.until.is_(None), Recusal.until >= today())
    counted = {
        "recusal": (Recusal, (Recusal.tenant_id == tenant, Recusal.entity_code == gone.code, lasts)),
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
        "correction": (Correction, (Correction.entity_id == of, Correction.state == "sent")),
    }
    found = [
        (part, db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0)
        for part, (model, where) in counted.items()
    ]
    libraries = db.session.scalar(sa.text("SELECT libraries_with(:asked)"), {"asked": of}) or 0
    return Moves(libraries, [(part, count) for part, count in found if count])
