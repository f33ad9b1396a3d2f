"""Who is to enter the inspector library, who to leave it, and what of an officer is to change, by proposal and approval (R-L9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class InspectorProposal(Owned):
    """Officers proposed together, as one load or one act brings them: `direction` entry, exit or change.

    `state`: submitted, approved, returned; the decision itself is the approval of the same subject. `paper` names what a
    change is based on, `file_id` is that paper.
    """

    __tablename__ = "inspector_proposal"
    direction: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="submitted")
    submitter_name: Mapped[str]
    submitted_at: Mapped[datetime]
    # The load that brought them, if one did.
    import_id: Mapped[UUID | None]
    paper: Mapped[str] = mapped_column(server_default="")
    file_id: Mapped[UUID | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["file_id", "tenant_id"], ["stored_file.id", "stored_file.tenant_id"]),
        sa.CheckConstraint("direction IN ('entry', 'exit', 'change')", name="direction"),
        sa.CheckConstraint("state IN ('submitted', 'approved', 'returned')", name="state"),
    )


class InspectorProposalLine(Owned):
    """An officer of a proposal; `name` as it was then. Of a change `changes` has what differs, `[before, after]` by field, and
    `identity_number` the new number, sealed (R-T7)."""

    __tablename__ = "inspector_proposal_line"
    proposal_id: Mapped[UUID]
    inspector_id: Mapped[UUID]
    name: Mapped[str]
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    identity_number: Mapped[bytes | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["proposal_id", "tenant_id"], ["inspector_proposal.id", "inspector_proposal.tenant_id"]
        ),
        sa.ForeignKeyConstraint(["inspector_id", "tenant_id"], ["inspector.id", "inspector.tenant_id"]),
        sa.UniqueConstraint("proposal_id", "inspector_id"),
        sa.Index("ix_inspector_proposal_line_inspector", "inspector_id"),
    )
