"""Reads of proposals to enter or leave the inspector library (R-L9)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers.models import Inspector, InspectorProposal, InspectorProposalLine
from onedoor.officers.rules.codes import ProposalState


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
    return any(
        one.state == ProposalState.SUBMITTED and one.direction == direction for one in proposals_of(wanted)
    )


def lines_of(proposal_id: UUID) -> list[InspectorProposalLine]:
    """The officers of a proposal as it was made, with what is to change of each."""
    query = sa.select(InspectorProposalLine).where(InspectorProposalLine.proposal_id == proposal_id)
    return list(db.session.scalars(query.order_by(InspectorProposalLine.name, InspectorProposalLine.id)))


def waiting_changes(wanted: Inspector) -> list[InspectorProposalLine]:
    """What is proposed to change of an officer and waits for the head."""
    query = (
        sa.select(InspectorProposalLine)
        .join(InspectorProposal, InspectorProposalLine.proposal_id == InspectorProposal.id)
        .where(
            InspectorProposalLine.inspector_id == wanted.id,
            InspectorProposal.direction == "change",
            InspectorProposal.state == ProposalState.SUBMITTED,
        )
    )
    return list(db.session.scalars(query.order_by(InspectorProposalLine.id)))


def agreed_value(wanted: Inspector, field: str) -> bool:
    """Whether what stands in a field of an officer was agreed to by the head as a change."""
    query = (
        sa.select(InspectorProposalLine.id)
        .join(InspectorProposal, InspectorProposalLine.proposal_id == InspectorProposal.id)
        .where(
            InspectorProposalLine.inspector_id == wanted.id,
            InspectorProposal.direction == "change",
            InspectorProposal.state == ProposalState.APPROVED,
            InspectorProposalLine.changes[field][1].astext == str(getattr(wanted, field)),
        )
    )
    return db.session.scalar(query.limit(1)) is not None
