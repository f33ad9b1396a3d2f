"""Reads of who began the replacement of an officer, and of what their bureau said (R-D6)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.jobs import Job, JobName
from onedoor.visits.models import MemberReplacement, VisitMember
from onedoor.visits.rules.absences import Absence


def member_request(member: VisitMember) -> MemberReplacement | None:
    """That the lead asked for another bureau's member to be replaced, the latest; what a third bureau wrote is no request."""
    if member.tenant_id == member.bureau_id:
        return None
    return _first(_of(member, MemberReplacement.tenant_id == member.tenant_id).limit(1))


def begun_replacement(member: VisitMember) -> MemberReplacement | None:
    """That the member's own bureau began it."""
    own = MemberReplacement.tenant_id == member.bureau_id
    return _first(_of(member, own, MemberReplacement.category != Absence.STAYS.value).limit(1))


def replacement_job(member: VisitMember) -> Job | None:
    """The lead's job that finds who comes, as the officer's bureau sent it; both see it."""
    query = sa.select(Job).where(
        Job.subject_id == member.visit_id,
        Job.name == JobName.REPLACE_MEMBER,
        Job.payload["member_id"].as_string() == str(member.id),
    )
    return db.session.scalars(query.order_by(Job.created_at.desc(), Job.id.desc()).limit(1)).first()


def answer_of(member: VisitMember, request: MemberReplacement) -> MemberReplacement | None:
    """What the member's own bureau did or said since it was asked."""
    own = MemberReplacement.tenant_id == member.bureau_id
    return _first(_of(member, own, MemberReplacement.begun_at >= request.begun_at).limit(1))


def _of(member: VisitMember, *which: sa.ColumnElement[bool]) -> Any:
    query = sa.select(MemberReplacement).where(MemberReplacement.member_id == member.id, *which)
    return query.order_by(MemberReplacement.begun_at.desc())


def _first(query: Any) -> MemberReplacement | None:
    found: MemberReplacement | None = db.session.scalar(query)
    return found
