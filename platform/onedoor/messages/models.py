"""A bureau's own templates of letters."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from tenants.models import Owned


class LetterTemplate(Owned):
    """A template a bureau put in place of ours, as .docx; the newest version of a kind counts.

    `kind` is one of `rules.LETTERS`; `active` is false for a version that says "ours again".
    """

    __tablename__ = "letter_template"
    kind: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary))
    __table_args__ = (sa.UniqueConstraint("tenant_id", "kind", "version"),)
