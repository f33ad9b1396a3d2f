"""Laws that items rest on, and what of them ended (R-L4): one list for all bureaus, kept by the operator."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel.db import Identified


class Law(Identified):
    """A law, regulation or rule by its title, with its number and the day from which it is in force."""

    __tablename__ = "law"
    title: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str]
    since: Mapped[date]


class LawChange(Identified):
    """An article that ended or was changed on a day, or the whole law (`article` empty), with the document that says so."""

    __tablename__ = "law_change"
    law_id: Mapped[UUID] = mapped_column(sa.ForeignKey("law.id"), index=True)
    article: Mapped[str] = mapped_column(server_default="")
    changed_on: Mapped[date]
    repealed: Mapped[bool] = mapped_column(server_default=sa.false())
    document: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    __table_args__ = (sa.UniqueConstraint("law_id", "article", "changed_on"),)
