"""Reads of proposals to enter or leave the inspector library (R-L9)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers.models import Inspector, InspectorProposal, InspectorProposalLine


def proposal(proposal_id: UUID) -> InspectorProposal:
    """A proposal of the current bureau."""
    found = db.session.get(InspectorProposal, proposal_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这件出入库的提请。")
    return found


def proposed_officers(proposal_id: UUID) -> list[Inspector]:
    """Whom a proposal is about, in Chinese order."""
    query = (
        sa.select(Inspector)
        .join(InspectorProposalLine, InspectorProposalLine.inspector_id == Inspector.id)
        .where(InspectorProposalLine.proposal_id == proposal_id)
    )
    return list(db.session.scalars(query.order_by(Inspector.sort_key, Inspector.code)))


def proposals_of(wanted: Inspector) -> list[InspectorProposal]:
    """What was proposed of an officer, the latest first."""
    query = (
        sa.select(InspectorProposal)
        .join(InspectorProposalLine, InspectorProposalLine.proposal_id == InspectorProposal.id)
        .where(InspectorProposalLine.inspector_id == wanted.id)
    )
    return list(
        db.session.scalars(query.order_by(InspectorProposal.submitted_at.desc(), InspectorProposal.id))
    )


def waits_to(direction: str, wanted: Inspector) -> bool:
    """Whether it waits for a decision that an officer enters (`entry`) or leaves (`exit`)."""
    return any(one.state == "submitted" and one.direction == direction for one in proposals_of(wanted))
