"""Who asked that a drawn officer be replaced, and what the officer's bureau said (R-D6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.visits.rules.absences import ABSENCES
from tenants.models import BUREAU, Owned


class MemberReplacement(Owned):
    """A bureau begins the replacement of an officer at a place; `tenant_id` is the officer's own bureau, which begins it, or the
    lead, which asks it to. With the category `stays` the officer's bureau answers that they come.

    Only the public category stands here: the words are a step of the trace that the two bureaus alone read. That it is
    done is seen at the place.
    """

    __tablename__ = "member_replacement"
    visit_id: Mapped[UUID]
    member_id: Mapped[UUID]
    bureau_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    category: Mapped[str]
    begun_at: Mapped[datetime]
    begun_by: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["visit_id", "tenant_id"],
            ["visit_party.visit_id", "visit_party.bureau_id"],
            name="fk_member_replacement_party",
        ),
        sa.CheckConstraint(f"category IN {ABSENCES}", "category"),
        sa.Index("ix_member_replacement_member", "member_id"),
    )


class CodeEntry(Owned):
    """A number that an officer entered as it stood behind the visit's code: right once, with the look that showed it, or wrong.

    Written by `enter_shown_number()` alone; `tenant_id` is the officer's bureau.
    """

    __tablename__ = "code_entry"
    visit_id: Mapped[UUID]
    check_id: Mapped[UUID | None]
    at: Mapped[datetime]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["visit_id", "tenant_id"],
            ["visit_party.visit_id", "visit_party.bureau_id"],
            name="fk_code_entry_party",
        ),
        sa.UniqueConstraint("tenant_id", "check_id"),
        sa.Index("ix_code_entry_visit", "visit_id", "at"),
    )
