"""What a draw leaves: its files, the register, who was drawn, teams and later changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from onedoor.draws.models.draw import of_draw
from onedoor.kernel.db import Base
from tenants.models import Owned


class DrawDocument(Owned):
    """A file of a draw: `kind` is plan, roster, proof, or public, the public form of a closed draw's proof.

    `digest` is the protocol's (hex), of the public form that of the proof. Plan and proof, of a closed draw the public form,
    are for everybody; a roster that names recusals is for the lead (access.md, "inspectors").
    """

    __tablename__ = "draw_document"
    draw_id: Mapped[UUID]
    kind: Mapped[str]
    digest: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary))
    __table_args__ = (
        of_draw(),
        sa.UniqueConstraint("draw_id", "kind"),
        sa.CheckConstraint("kind IN ('plan', 'roster', 'proof', 'public')", "kind"),
    )


class DrawRegister(Base):
    """The public log, one for the deployment, chained (draw.md, "Register"); `append_register()` alone writes.

    `time` is text as in the published file; `own` is the digest of this entry (hex), which witnesses note.
    """

    __tablename__ = "draw_register"
    n: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    prev: Mapped[str]
    time: Mapped[str]
    line: Mapped[str]
    seq: Mapped[int]
    kind: Mapped[str]
    digest: Mapped[str]
    own: Mapped[str] = mapped_column(unique=True)
    draw_id: Mapped[UUID] = mapped_column(sa.ForeignKey("draw.id"), index=True)
    __table_args__ = (
        sa.CheckConstraint("kind IN ('plan', 'texts', 'reveals', 'proof', 'void', 'log')", "kind"),
        sa.Index(
            "uq_draw_register_once",
            "line",
            "seq",
            "kind",
            unique=True,
            postgresql_where=sa.text("kind <> 'log'"),
        ),
    )


class DrawnPart(Owned):
    """What a list drew of a stratum, or keeps as its substitutes: `codes` of the objects in drawing order.

    Of a draw there are tens of thousands, so they stand in one row. No object is in two rows of a list (policies).
    """

    __tablename__ = "drawn_part"
    draw_id: Mapped[UUID]
    list_name: Mapped[str]
    list_position: Mapped[int]
    stratum: Mapped[str]
    part: Mapped[str]
    codes: Mapped[list[str]]
    __table_args__ = (
        of_draw(),
        sa.UniqueConstraint("draw_id", "list_name", "stratum", "part"),
        sa.CheckConstraint("part IN ('drawn', 'reserve')", "part"),
    )


class TeamSlot(Owned):
    """A slot of a drawn object's team, from 0; `inspector` is None where nobody was to be had.

    `object_position` is the object's place in the order of tickets. Their bureau is that of the draw, which says that
    there is one.
    """

    __tablename__ = "team_slot"
    tenant_id: Mapped[UUID] = mapped_column()
    draw_id: Mapped[UUID]
    object_code: Mapped[str]
    object_position: Mapped[int]
    slot: Mapped[int]
    list_name: Mapped[str]
    bureau_code: Mapped[str]
    inspector: Mapped[str | None]
    lead: Mapped[bool]
    __table_args__ = (of_draw(), sa.UniqueConstraint("draw_id", "object_code", "slot"))


class DrawRelease(Owned):
    """The result of a surprise draw made public, once its visits are over (draw.md, "After the draw")."""

    __tablename__ = "draw_release"
    draw_id: Mapped[UUID] = mapped_column(unique=True)
    released_at: Mapped[datetime]
    released_by: Mapped[str]
    __table_args__ = (of_draw(),)


class DrawChange(Owned):
    """A change after the draw (R-D6): its `log` document as registered; `n` counts those of the draw from 1."""

    __tablename__ = "draw_change"
    draw_id: Mapped[UUID]
    n: Mapped[int]
    kind: Mapped[str]
    object_code: Mapped[str]
    slot: Mapped[int | None]
    leaves: Mapped[str | None]
    comes: Mapped[str | None]
    reason: Mapped[str]
    content: Mapped[bytes]
    digest: Mapped[str]
    at: Mapped[datetime]
    made_by: Mapped[str]
    __table_args__ = (
        of_draw(),
        sa.UniqueConstraint("draw_id", "n"),
        sa.CheckConstraint("kind IN ('substitute', 'replace', 'fill')", "kind"),
    )
