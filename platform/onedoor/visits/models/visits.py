"""What the lead owns: one entry through one door, with whom, for what, by whom (R-J2)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, deferred, mapped_column

from onedoor.kernel.errors import Conflict
from onedoor.visits.models.methods import METHODS
from tenants.models import BUREAU, Owned

_VISIT = ["visit.id", "visit.tenant_id"]
_PARTY = ["visit_party.visit_id", "visit_party.bureau_id", "visit_party.tenant_id"]


class Visit(Owned):
    """One visit; `tenant_id` is the lead.

    `kind` and `source` are those of `rules.kinds`: a drawn one is random, of a campaign and its draw; of any other the
    `VisitSource` says why (R-V9). Of a daily check whose team alone was drawn there is both. `exceptional` is why it began before its approval, `pending` the state until that is made up.

    `state` is what the lead says of it (`rules.states.LEADS_OWN`); what it is by now follows from the
    parties' parts. `number` is 〈机关简称〉查〔年〕n号, `serial` its n. The object is copied as it stood.
    `party_ids` are the bureaus on it, which read it. `code` opens the public page (R-V2), within `starts_on` to `ends_on`. An unannounced visit has no
    notice; any other's says at what hour (`arrives_at`, None: not agreed), whom to ask (an office's phone) and what to prepare. `problem` says why it cannot go on as it is. Until `fill_by` its empty slots can be filled (draw.md), None: until
    `ends_on`. `ordinal` is 2 for a second visit of the object after the same
    draw: it came as a substitute when its first visit had begun, or was called off. Of a draw of places `place_number` is the place's number as it was
    drawn, and `premises_id` the place; `entity_address` says which it is.
    """

    __tablename__ = "visit"
    kind: Mapped[str] = mapped_column(server_default="random")
    source: Mapped[str] = mapped_column(server_default="draw")
    exceptional: Mapped[str | None]
    campaign_id: Mapped[UUID | None]
    draw_id: Mapped[UUID | None]
    party_ids: Mapped[list[UUID]]
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str]
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"), index=True)
    entity_code: Mapped[str]
    entity_name: Mapped[str]
    entity_address: Mapped[str]
    entity_place: Mapped[str]
    place_number: Mapped[int | None]
    premises_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("premises.id"))
    ordinal: Mapped[int] = mapped_column(server_default="1")
    state: Mapped[str]
    announced: Mapped[bool] = mapped_column(server_default=sa.true())
    scheduled_on: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    code: Mapped[str] = mapped_column(unique=True)
    unfilled: Mapped[list[Any]] = mapped_column(server_default="[]")
    fill_by: Mapped[date | None]
    submitted_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    noticed_at: Mapped[datetime | None]
    notice_file_id: Mapped[UUID | None]
    arrives_at: Mapped[time | None]
    notice_contact: Mapped[str] = mapped_column(server_default="")
    notice_phone: Mapped[str] = mapped_column(server_default="")
    notice_papers: Mapped[list[str]] = mapped_column(server_default="{}")
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    cancel_reason_said: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.Index(
            "uq_visit_of_object",
            "draw_id",
            "entity_code",
            sa.text("coalesce(place_number, 0)"),
            "ordinal",
            unique=True,
        ),
        sa.Index("ix_visit_premises_id", "premises_id", postgresql_where=sa.text("premises_id IS NOT NULL")),
        sa.CheckConstraint("premises_id IS NULL OR place_number IS NOT NULL", "place"),
        sa.UniqueConstraint("tenant_id", "year", "serial"),
        sa.ForeignKeyConstraint(["campaign_id", "tenant_id"], ["campaign.id", "campaign.tenant_id"]),
        sa.ForeignKeyConstraint(["draw_id", "tenant_id"], ["draw.id", "draw.tenant_id"]),
        sa.Index("ix_visit_campaign", "campaign_id", "scheduled_on"),
        sa.Index("ix_visit_day", "tenant_id", "scheduled_on", "id"),
        sa.CheckConstraint(
            "state IN ('waiting', 'proposed', 'submitted', 'pending', 'approved', 'noticed', 'cancelled')",
            "state",
        ),
        sa.CheckConstraint("state <> 'cancelled' OR cancel_reason IS NOT NULL", "cancelled"),
        sa.CheckConstraint("kind IN ('random', 'daily', 'special', 'single')", "kind"),
        sa.CheckConstraint(
            "source IN ('draw', 'plan_line', 'complaint', 'accident', 'failed_test', 'deployment', 'monitoring',"
            " 'transfer', 'recheck', 'request', 'owed')",
            "source",
        ),
        sa.CheckConstraint(
            "(source IN ('draw', 'owed')) = (kind = 'random') AND (campaign_id IS NULL) = (draw_id IS NULL)"
            " AND (source <> 'draw' OR draw_id IS NOT NULL) AND (draw_id IS NULL OR source IN ('draw', 'plan_line'))",
            "drawn",
        ),
        sa.CheckConstraint(
            "(exceptional IS NULL OR source <> 'draw') AND (state <> 'pending' OR exceptional IS NOT NULL)",
            "exceptional",
        ),
        sa.CheckConstraint("exceptional IN ('emergency', 'deviation')", "exceptional_kind"),
    )

    @property
    def drawn(self) -> tuple[UUID, UUID] | None:
        """Its campaign and its draw; None of a check that no draw made, and of one that is made up for (`owed`)."""
        if self.campaign_id is None or self.draw_id is None:
            return None
        return self.campaign_id, self.draw_id

    @property
    def by_draw(self) -> bool:
        """Whether a draw chose its object: visited by its campaign, or later by a bureau that owed the check (R-J5)."""
        return self.source in ("draw", "owed")

    @property
    def team_drawn_only(self) -> bool:
        """Whether a draw made its team and not its object: a daily check where the place draws teams."""
        return self.draw_id is not None and self.source != "draw"

    @property
    def required_draw_id(self) -> UUID:
        """Its draw, for what is done with drawn visits alone; `Conflict` for any other."""
        if self.draw_id is None:
            raise Conflict("这次检查不是抽取产生的，没有对应的抽取，不能这样办理。")
        return self.draw_id

    @property
    def required_campaign_id(self) -> UUID:
        """The campaign of its draw, likewise."""
        if self.campaign_id is None:
            raise Conflict("这次检查不是抽取产生的，没有对应的抽查任务，不能这样办理。")
        return self.campaign_id

    @hybrid_property
    def object_code(self) -> str:
        """The object as its draw names it: the code, and the number of the place where it is one."""
        return f"{self.entity_code}:{self.place_number}" if self.place_number else self.entity_code

    @object_code.inplace.expression
    @classmethod
    def _object_code(cls) -> sa.ColumnElement[str]:
        # Written out, as what is grouped by is to be the same in every place of a query.
        number = sa.literal_column("':'", sa.Text()) + sa.cast(cls.place_number, sa.Text())
        return cls.entity_code + sa.func.coalesce(number, sa.literal_column("''", sa.Text()))

    @property
    def called(self) -> str:
        """The entity's name, and which of its places this visit is to, where it is to one."""
        return f"{self.entity_name}（{self.place_number}）" if self.place_number else self.entity_name


class VisitParty(Owned):
    """A bureau with matters at this visit; written by the lead. `deferred_reason`: they are checked later
    (R-J5), or not at this object, for which another came; `owed` says that they are still to be checked."""

    __tablename__ = "visit_party"
    visit_id: Mapped[UUID]
    bureau_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    bureau_name: Mapped[str]
    list_name: Mapped[str]
    position: Mapped[int]
    deferred_reason: Mapped[str | None]
    deferred_reason_said: Mapped[dict[str, Any] | None]
    owed: Mapped[bool] = mapped_column(server_default=sa.false())
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["visit_id", "tenant_id"], _VISIT),
        sa.UniqueConstraint("visit_id", "bureau_id"),
        sa.UniqueConstraint("visit_id", "bureau_id", "tenant_id"),
    )


class VisitMatter(Owned):
    """One item to check at this visit, copied from the party's contribution (R-V1, check sheet).

    `method` are the words of its item, `planned` the one of them by which it is to be checked here, and `entry` whether that
    needs one; its bureau may choose another (`MatterMethod`).
    """

    __tablename__ = "visit_matter"
    visit_id: Mapped[UUID]
    bureau_id: Mapped[UUID]
    item_id: Mapped[UUID]
    number: Mapped[str]
    name: Mapped[str]
    basis: Mapped[str]
    checklist: Mapped[list[Any]]
    method: Mapped[str]
    planned: Mapped[str] = mapped_column(server_default="on_site")
    entry: Mapped[bool] = mapped_column(server_default=sa.true())
    unit_id: Mapped[UUID | None]
    unit_name: Mapped[str] = mapped_column(server_default="")
    position: Mapped[int]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["visit_id", "bureau_id", "tenant_id"], _PARTY),
        sa.UniqueConstraint("id", "bureau_id"),
        sa.ForeignKeyConstraint(["unit_id", "bureau_id"], ["unit.id", "unit.tenant_id"]),
        sa.UniqueConstraint("visit_id", "item_id"),
        sa.CheckConstraint(f"planned IN {METHODS}", "planned"),
    )


class VisitUnit(Owned):
    """A unit with matters at a check of its bureau's several units (R-J2): it agrees to its part, or declines with the reason."""

    __tablename__ = "visit_unit"
    visit_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    unit_name: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="asked")
    reason: Mapped[str] = mapped_column(server_default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    __table_args__ = (
        sa.ForeignKeyConstraint(["visit_id", "tenant_id"], _VISIT),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
        sa.UniqueConstraint("visit_id", "unit_id"),
        sa.CheckConstraint("state IN ('asked', 'agreed', 'declined')", "state"),
        sa.CheckConstraint("state <> 'declined' OR reason <> ''", "declined"),
    )


class VisitMember(Owned):
    """An inspector on the team, with account, name and certificate as they stood; who left keeps a row with the reason (R-D6)."""

    __tablename__ = "visit_member"
    visit_id: Mapped[UUID]
    bureau_id: Mapped[UUID]
    slot: Mapped[int]
    inspector_id: Mapped[UUID] = mapped_column(index=True)
    account_id: Mapped[UUID | None]
    code: Mapped[str]
    name: Mapped[str]
    bureau_name: Mapped[str]
    certificate_number: Mapped[str]
    certificate_expires_on: Mapped[date]
    leader: Mapped[bool]
    since: Mapped[datetime]
    left_at: Mapped[datetime | None]
    left_reason: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["visit_id", "bureau_id", "tenant_id"], _PARTY),
        sa.ForeignKeyConstraint(["inspector_id", "bureau_id"], ["inspector.id", "inspector.tenant_id"]),
        sa.Index(
            "uq_visit_member_slot",
            "visit_id",
            "slot",
            unique=True,
            postgresql_where=sa.text("left_at IS NULL"),
        ),
        sa.CheckConstraint("left_at IS NULL OR left_reason IS NOT NULL", "left"),
    )


class CodeCheck(Owned):
    """One look at a visit's code, written by the public's function alone; `tenant_id` is the visit's lead.

    `origin` is a keyed digest of who asked, kept to hold back guessing and to tell a scan on entry; of somebody signed in it begins
    with `inside:`, and counts as no scan.
    """

    __tablename__ = "code_check"
    visit_id: Mapped[UUID]
    at: Mapped[datetime]
    origin: Mapped[str]
    # What the page showed, for the officer to enter; read by `enter_shown_number()` alone.
    number: Mapped[str | None] = deferred(mapped_column(sa.Text()))
    __table_args__ = (
        sa.ForeignKeyConstraint(["visit_id", "tenant_id"], _VISIT),
        sa.Index("ix_code_check_visit", "visit_id", "at"),
    )
