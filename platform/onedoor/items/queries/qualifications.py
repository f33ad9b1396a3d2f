"""Reads of the vocabulary of qualifications and of what bureaus propose for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.imports.rules.vocabulary import Vocabulary
from onedoor.items.models import Qualification, QualificationProposal
from onedoor.items.rules.codes import QualificationProposalState
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from tenants.models import Bureau


def qualifications() -> sa.Select[Any]:
    """Every word of the vocabulary, for a list."""
    return sa.select(Qualification)


def qualification(qualification_id: UUID) -> Qualification:
    """One word."""
    found = db.session.get(Qualification, qualification_id)
    if found is None:
        raise NotFound("没有找到这项资格专长。")
    return found


def vocabulary() -> Vocabulary:
    """The words one may use now."""
    query = sa.select(Qualification.name, Qualification.aliases).where(Qualification.active)
    return Vocabulary({row.name: row.aliases for row in db.session.execute(query)})


def names(carried: Iterable[str] = ()) -> list[str]:
    """The words one may use now, and those carried already, in order."""
    query = sa.select(Qualification.name).where(Qualification.active)
    return sorted({*db.session.scalars(query), *carried})


def my_proposals() -> list[QualificationProposal]:
    """What the current bureau proposed, newest first."""
    query = sa.select(QualificationProposal).where(
        QualificationProposal.tenant_id == current_scope().tenant_id
    )
    return list(db.session.scalars(query.order_by(QualificationProposal.asked_at.desc())))


def waiting() -> list[tuple[QualificationProposal, str]]:
    """What waits for the operator's answer, with the bureau's name, oldest first."""
    query = (
        sa.select(QualificationProposal, Bureau.name)
        .join(Bureau, Bureau.id == QualificationProposal.tenant_id)
        .where(QualificationProposal.state == QualificationProposalState.WAITING)
        .order_by(QualificationProposal.asked_at)
    )
    return [(found, bureau) for found, bureau in db.session.execute(query)]


def proposal(proposal_id: UUID) -> QualificationProposal:
    """One proposal, locked for its answer."""
    found = db.session.get(QualificationProposal, proposal_id, with_for_update=True)
    if found is None:
        raise NotFound("没有找到这条建议。")
    return found
