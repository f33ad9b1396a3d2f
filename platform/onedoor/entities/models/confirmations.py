"""That a keeper's file had an entity of the register, whether or not it changed anything (data quality, R-L5)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from tenants.models import Owned


class Confirmation(Owned):
    """Codes of some thousand entities that a load of their keeper's had, and when.

    A load leaves alone what is equal: a row of a few of these says of a million entities that they are still so, without
    a row of each. A code may stand in several; `service.confirmations` forgets those that say nothing any more.
    """

    __tablename__ = "register_confirmation"
    import_id: Mapped[UUID]
    at: Mapped[datetime]
    codes: Mapped[list[str]]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["import_id", "tenant_id"], ["import.id", "import.tenant_id"], ondelete="CASCADE"
        ),
        sa.Index("ix_register_confirmation_at", "at"),
        sa.Index("ix_register_confirmation_import", "import_id"),
    )
