"""Entrusted bodies (受委托组织): those of a bureau, and which of them act on a day (R-T5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers.models import EntrustedBody, Inspector


def entrusted_bodies() -> list[EntrustedBody]:
    """All that this bureau ever entrusted, those in force first."""
    mine = sa.select(EntrustedBody).where(EntrustedBody.tenant_id == current_scope().tenant_id)
    found = list(db.session.scalars(mine.order_by(EntrustedBody.name, EntrustedBody.since)))
    return sorted(found, key=lambda one: not acts(one, today()))


def every_entrusted_body() -> list[EntrustedBody]:
    """Those of all bureaus, for the operator."""
    return list(
        db.session.scalars(sa.select(EntrustedBody).order_by(EntrustedBody.name, EntrustedBody.since))
    )


def entrusted_body(body_id: UUID) -> EntrustedBody:
    """One of this bureau's; raises NotFound for another's."""
    found = db.session.get(EntrustedBody, body_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这个受委托组织。")
    return found


def acts(one: EntrustedBody, day: date) -> bool:
    """Whether it acts in its principal's name on a day."""
    return one.since <= day <= (one.ended_on or one.until)


def entrusted_names(inspector_ids: Collection[UUID], day: date) -> list[str]:
    """The names of this bureau's entrusted bodies to which these officers belong on a day: papers name both (R-T5)."""
    if not inspector_ids:
        return []
    query = (
        sa.select(EntrustedBody.name)
        .join(
            Inspector,
            sa.and_(
                Inspector.unit_id == EntrustedBody.unit_id, Inspector.tenant_id == EntrustedBody.tenant_id
            ),
        )
        .where(
            Inspector.id.in_(inspector_ids),
            EntrustedBody.tenant_id == current_scope().tenant_id,
            EntrustedBody.since <= day,
            sa.func.coalesce(EntrustedBody.ended_on, EntrustedBody.until) >= day,
        )
        .distinct()
        .order_by(EntrustedBody.name)
    )
    return list(db.session.scalars(query))
