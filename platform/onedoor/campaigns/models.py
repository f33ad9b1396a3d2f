"""A campaign, who takes part, and what each party contributes.

The lead alone writes `Campaign` and `Participation`; a party writes its answer, items, list,
inspectors and readiness, and the shared state is derived from them (architecture, "one writer per
row"). Who may read what stands in `policies.py`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tenants.models import BUREAU, Owned


class Campaign(Owned):
    """An action of a plan line (抽查任务); `tenant_id` is the lead.

    `code` is the `line` of its draws: the plan line's code (`line_code`, the same through the plan's
    versions), with `-B2` and on for later batches.
    Scope, rates, team size and the days to fill an empty slot in are copied from the line, so that a new version of the plan does not
    move what partners were invited to. `source` is plan or ad_hoc (with reason and reference, and the `ground` on which it is
    exempt from the plan: a deployment from above, or matters of life and property, R-P3);
    `kind` is random, or daily where all its objects are chosen and only their teams are drawn (R-V9). `directed` says whether the draw aims at a named group (定向). `unit` is what is drawn, an entity, a place of business, or a product, project or activity (matter),
    the same in all its lists. States stand in `rules`.
    """

    __tablename__ = "campaign"
    number: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    batch: Mapped[int] = mapped_column(server_default="1")
    name: Mapped[str]
    year: Mapped[int]
    plan_id: Mapped[UUID | None]
    plan_line_id: Mapped[UUID | None] = mapped_column(index=True)
    line_code: Mapped[str | None] = mapped_column(index=True)
    source: Mapped[str] = mapped_column(server_default="plan")
    reason: Mapped[str | None]
    reference: Mapped[str | None]
    ground: Mapped[str | None]
    kind: Mapped[str] = mapped_column(server_default="random")
    joint: Mapped[bool]
    directed: Mapped[bool] = mapped_column(server_default=sa.false())
    unit: Mapped[str] = mapped_column(server_default="entity")
    conditions: Mapped[dict[str, Any]]
    stratify: Mapped[str] = mapped_column(server_default="none")
    rates: Mapped[dict[str, Any]]
    rate_rules: Mapped[list[Any]] = mapped_column(server_default="[]")
    reserve: Mapped[int] = mapped_column(server_default="0")
    team_size: Mapped[int] = mapped_column(server_default="2")
    fill_days: Mapped[int | None]
    method: Mapped[str] = mapped_column(server_default="")
    person_responsible: Mapped[str] = mapped_column(server_default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    answer_due: Mapped[date]
    state: Mapped[str] = mapped_column(server_default="draft")
    draw_id: Mapped[UUID | None] = mapped_column(index=True)
    filing_decision: Mapped[str | None]
    filing_reason: Mapped[str | None]
    filing_decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    invited_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "number"),
        sa.ForeignKeyConstraint(["plan_id", "tenant_id"], ["plan.id", "plan.tenant_id"]),
        sa.ForeignKeyConstraint(["plan_line_id", "tenant_id"], ["plan_line.id", "plan_line.tenant_id"]),
        sa.ForeignKeyConstraint(["draw_id", "tenant_id"], ["draw.id", "draw.tenant_id"]),
        sa.CheckConstraint(
            "state IN ('draft', 'inviting', 'planned', 'drawn', 'visiting', 'closed', 'cancelled')", "state"
        ),
        sa.CheckConstraint("source = 'plan' OR (reason IS NOT NULL AND reference IS NOT NULL)", "source"),
        sa.CheckConstraint("kind IN ('random', 'daily')", "kind"),
        sa.CheckConstraint(
            "ground IS NULL OR (ground IN ('deployment', 'life') AND source = 'ad_hoc')", "ground"
        ),
        sa.CheckConstraint("team_size >= 2", "team_size"),
        sa.CheckConstraint("unit IN ('entity', 'place', 'matter')", "unit"),
        sa.CheckConstraint("ends_on >= starts_on", "period"),
    )


class Participation(Owned):
    """A bureau's part in a campaign, written by the lead; `tenant_id` is the party (the lead is one too).

    `list_name` names its list in the draw. `left_out_*` says that the lead goes on without it, and
    why (R-J5); what the party itself says stands in its `Answer`.
    """

    __tablename__ = "participation"
    campaign_id: Mapped[UUID]
    lead_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    part: Mapped[str]
    list_name: Mapped[str]
    position: Mapped[int]
    invited_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(server_default="0")
    left_out_at: Mapped[datetime | None]
    left_out_reason: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("campaign_id", "tenant_id"),
        sa.UniqueConstraint("campaign_id", "list_name"),
        sa.ForeignKeyConstraint(["campaign_id", "lead_id"], ["campaign.id", "campaign.tenant_id"]),
        sa.CheckConstraint("part IN ('lead', 'partner')", "part"),
        sa.CheckConstraint("(part = 'lead') = (tenant_id = lead_id)", "lead"),
    )


class _OfParty(Owned):
    """A row of one party in a campaign, written by that party alone."""

    __abstract__ = True
    campaign_id: Mapped[UUID]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            sa.ForeignKeyConstraint(
                ["campaign_id", "tenant_id"], ["participation.campaign_id", "participation.tenant_id"]
            ),
            sa.UniqueConstraint("campaign_id", "tenant_id", *cls.unique_within_party()),
            sa.Index(None, "campaign_id"),
            *(
                sa.ForeignKeyConstraint([f"{table}_id", "tenant_id"], [f"{table}.id", f"{table}.tenant_id"])
                for table in cls.copies_of()
            ),
        )

    @classmethod
    def unique_within_party(cls) -> tuple[str, ...]:
        """Columns that with campaign and party name one row."""
        return ()

    @classmethod
    def copies_of(cls) -> tuple[str, ...]:
        """Tables of the party's own rows that a row here is a copy of."""
        return ()


class Answer(_OfParty):
    """What a party says to the invitation; part of the shared face (R-J5).

    `state` is accepted, declined or withdrawn. A withdrawal `after_freeze` leaves its matters drawn:
    `disposition` is later (checked later) or handed_over (to `handed_to`), with the reason.
    """

    __tablename__ = "campaign_answer"
    lead_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    state: Mapped[str]
    reason: Mapped[str | None]
    answered_at: Mapped[datetime]
    answered_by: Mapped[str]
    items: Mapped[int] = mapped_column(server_default="0")
    inspectors: Mapped[int] = mapped_column(server_default="0")
    withdrawn_at: Mapped[datetime | None]
    after_freeze: Mapped[bool] = mapped_column(server_default=sa.false())
    disposition: Mapped[str | None]
    handed_to: Mapped[UUID | None] = mapped_column(sa.ForeignKey(BUREAU))


class PartyItem(_OfParty):
    """One matter a party brings, copied from its published item list as it stood."""

    __tablename__ = "party_item"
    item_id: Mapped[UUID]
    number: Mapped[str]
    name: Mapped[str]
    basis: Mapped[str] = mapped_column(server_default="")
    checklist: Mapped[list[Any]]
    method: Mapped[str] = mapped_column(server_default="")
    unit_id: Mapped[UUID | None]
    unit_name: Mapped[str] = mapped_column(server_default="")
    qualifications: Mapped[list[str]] = mapped_column(server_default="{}")

    @classmethod
    def unique_within_party(cls) -> tuple[str, ...]:
        return ("item_id",)

    @classmethod
    def copies_of(cls) -> tuple[str, ...]:
        return ("item", "unit")


class PartyList(_OfParty):
    """A party's own list: conditions within the campaign's scope, rates per stratum, team (R-J3, R-D5).

    `rates` as in the plan line: `{stratum or "*": {"bp": 300} | {"number": 5} | {"all": true}}`.
    `skip_drawn` leaves out what it drew earlier in the year (R-D3), save `kept`: `[{"code", "reason"}]`.
    `cap` is the most objects one of its inspectors is given. With `weights`, `{"by": "kind" | "place", "of": {"91": 3}}`,
    the list is drawn by ratio: whatever is not named weighs 1 (R-P5). `levels` are the names of the bureau's risk levels
    on the day of the answer, ascending, where the list asks for them: its strata R1, R2, … are named by their places there.
    Where it is divided by the line's `rate_rules`, `joined` says which of their strata are drawn as one, being small, and the rates
    of those: `{"strata": {"P300": "P300-P800", …}, "rates": {…}}`.
    """

    __tablename__ = "party_list"
    list_name: Mapped[str]
    conditions: Mapped[dict[str, Any]]
    stratify: Mapped[str]
    rates: Mapped[dict[str, Any]]
    rate_rules: Mapped[list[Any]] = mapped_column(server_default="[]")
    joined: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    reserve: Mapped[int]
    team_size: Mapped[int]
    qualifications: Mapped[list[str]] = mapped_column(server_default="{}")
    cap: Mapped[int]
    skip_drawn: Mapped[bool] = mapped_column(server_default=sa.true())
    kept: Mapped[list[Any]] = mapped_column(server_default="[]")
    weights: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    levels: Mapped[list[str]] = mapped_column(server_default="{}")


class PartyInspector(_OfParty):
    """An inspector a party puts on the roster, copied as valid on the day of the answer (R-L8)."""

    __tablename__ = "party_inspector"
    inspector_id: Mapped[UUID]
    code: Mapped[str]
    name: Mapped[str]
    leads: Mapped[bool]
    qualifications: Mapped[list[str]] = mapped_column(server_default="{}")
    cap: Mapped[int]
    certificate_expires_on: Mapped[date]

    @classmethod
    def unique_within_party(cls) -> tuple[str, ...]:
        return ("inspector_id",)

    @classmethod
    def copies_of(cls) -> tuple[str, ...]:
        return ("inspector",)


class PartyUnit(_OfParty):
    """What a unit of a party says of its part, where the party's matters belong to several units (R-J2).

    `state` is asked, agreed or declined (with the reason); who answered for the unit is a person of that unit, or of none.
    """

    __tablename__ = "party_unit"
    unit_id: Mapped[UUID]
    unit_name: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="asked")
    reason: Mapped[str] = mapped_column(server_default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]

    @classmethod
    def unique_within_party(cls) -> tuple[str, ...]:
        return ("unit_id",)

    @classmethod
    def copies_of(cls) -> tuple[str, ...]:
        return ("unit",)


class PartyReadiness(_OfParty):
    """What a party's list and roster come to, as counts the lead may read (not the list itself).

    `strata`: `[{"stratum", "rows", "eligible", "quota", "shortfall", "bp"}]`; `problems`:
    `[{"code", "params"}]`, sentences in `rules.problems`; `slots` are places in teams, `capacity`
    the places its inspectors can take, `unfilled` those a dry run left empty. `sample`: keyed hash and stratum of
    some of its eligible objects, which tell how far the parties' lists meet and name nobody (`rules.doors`).
    """

    __tablename__ = "party_readiness"
    lead_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    computed_at: Mapped[datetime]
    rows: Mapped[int]
    eligible: Mapped[int]
    quota: Mapped[int]
    strata: Mapped[list[Any]]
    inspectors: Mapped[int]
    leaders: Mapped[int]
    slots: Mapped[int]
    capacity: Mapped[int]
    unfilled: Mapped[int]
    problems: Mapped[list[Any]]
    sample: Mapped[list[Any]] = mapped_column(server_default="[]")


class CampaignDeviation(_OfParty):
    """Where a party departs from the plan line, as its last answer or a moved period has it (R-P3).

    `kind` as in `rules.deviations`; `text` and `text_said` are what it says, `stops` that the draw waits for a new version of the
    plan. A period that was moved has the head's `reason` and name; what an answer departs in has none.
    """

    __tablename__ = "campaign_deviation"
    lead_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    kind: Mapped[str]
    text: Mapped[str]
    text_said: Mapped[dict[str, Any] | None]
    stops: Mapped[bool]
    found_at: Mapped[datetime]
    reason: Mapped[str | None]
    approved_by: Mapped[str | None]

    @classmethod
    def unique_within_party(cls) -> tuple[str, ...]:
        return ("kind",)
