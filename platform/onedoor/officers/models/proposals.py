"""Who is to enter the inspector library, and who to leave it, by proposal and approval (R-L9)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class InspectorProposal(Owned):
    """Officers proposed together, as one load or one act brings them: `direction` entry or exit.

    `state`: submitted, approved, returned; the decision itself is the approval of the same subject.
    """

    __tablename__ = "inspector_proposal"
    direction: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="submitted")
    submitter_name: Mapped[str]
    submitted_at: Mapped[datetime]
    # The load that brought them, if one did.
    import_id: Mapped[UUID | None]
    __table_args__ = (
        Owned.pair(),
        sa.CheckConstraint("direction IN ('entry', 'exit')", name="direction"),
        sa.CheckConstraint("state IN ('submitted', 'approved', 'returned')", name="state"),
    )


class InspectorProposalLine(Owned):
    """An officer of a proposal; `name` as it was then."""

    __tablename__ = "inspector_proposal_line"
    proposal_id: Mapped[UUID]
    inspector_id: Mapped[UUID]
    name: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["proposal_id", "tenant_id"], ["inspector_proposal.id", "inspector_proposal.tenant_id"]
        ),
        sa.ForeignKeyConstraint(["inspector_id", "tenant_id"], ["inspector.id", "inspector.tenant_id"]),
        sa.UniqueConstraint("proposal_id", "inspector_id"),
        sa.Index("ix_inspector_proposal_line_inspector", "inspector_id"),
    )
