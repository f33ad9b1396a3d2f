"""What became of an entity of the shared register: each change, by whom, from which source; only ever added to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel.db import Identified
from tenants.models import BUREAU

# A change of a code, as a condition.
OF_A_CODE = "what = 'changed' AND before ? 'code'"


class EntityChange(Identified):
    """One change of one entity, kept by the statement that made it (triggers of `entities.policies.history`).

    `tenant_id` is the bureau that wrote. `what`: added, changed, removed. `source`: load, interface, undo,
    correction, or hand; `import_id` the load, `correction_id` the proposal, if it was one. `before` and `after` hold the fields that differ; of an entity that was
    removed `before` is all of it. It names its entity without a key, for it outlives it.
    """

    __tablename__ = "entity_change"
    tenant_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    entity_id: Mapped[UUID]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    what: Mapped[str]
    source: Mapped[str]
    import_id: Mapped[UUID | None]
    correction_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    __table_args__ = (
        sa.CheckConstraint("what IN ('added', 'changed', 'removed')", name="what"),
        sa.CheckConstraint("source IN ('load', 'interface', 'undo', 'correction', 'hand')", name="source"),
        sa.Index("ix_entity_change_entity", "entity_id", "at"),
        # For those who keep a copy and ask what is new.
        sa.Index("ix_entity_change_at", "at", "id"),
        # The codes that entities bore before theirs were corrected: few.
        sa.Index("ix_entity_change_code", "entity_id", postgresql_where=sa.text(OF_A_CODE)),
        sa.Index(
            "ix_entity_change_import", "import_id", "what", postgresql_where=sa.text("import_id IS NOT NULL")
        ),
    )
