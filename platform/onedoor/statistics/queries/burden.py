"""How burden and effect are counted (R-S6): over checks that took place, by the conditions of the returns (`as_of`, `campaigns`).

Read through an `execute`, the session's or a crossing's; the scope decides whose checks are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules.states import CampaignState
from onedoor.draws.models import Draw
from onedoor.draws.states import DrawState
from onedoor.entities.models import Entity
from onedoor.entities.rules.industries import SECTIONS, words_of
from onedoor.followups.models import Recheck
from onedoor.kernel.clock import today
from onedoor.ledger.models import OutsideCheck
from onedoor.plans.models import CapEntry
from onedoor.statistics.queries.as_of import PROBLEMS, accepted, going_on, with_problem
from onedoor.statistics.queries.campaigns import objects
from onedoor.statistics.rules.burden import NAMES, Burden, Row
from onedoor.visits.models import Followup, Record, Visit, VisitMatter, VisitPart
from onedoor.visits.rules.states import VisitState
from tenants.models import Bureau

Execute = Callable[[Any], Iterable[Any]]
_SECTION_OF = {word: section for section in SECTIONS for word in words_of(section)}
Counts = dict[str, dict[str, float]]


def burden(year: int, execute: Execute) -> Burden:
    """All figures of a year; before and after joint checks are told over all years."""
    parts = _doors(_parts().subquery("checks"))
    first = next(iter(execute(sa.select(sa.func.min(parts.c.since)).where(parts.c.bureaus > 1))))[0]
    of_year = sa.extract("year", parts.c.since) == year
    phase = sa.case((parts.c.since < first, "before"), else_="after") if first else sa.literal("before")
    mode = sa.case((parts.c.together, "joint"), else_="alone")
    asked = {
        "total": (sa.literal("total"), of_year),
        "bureau": (parts.c.bureau, of_year),
        "trade": (parts.c.trade, of_year),
        "month": (parts.c.month, of_year),
        "mode": (mode, of_year),
        "phase": (phase, sa.true()),
    }
    counts = {name: _counts(parts, key, only, execute) for name, (key, only) in asked.items()}
    _add_followed(counts, year, execute)
    _add_joint(counts, year, parts, first, execute)
    names = {row.code: row.short_name for row in execute(sa.select(Bureau.code, Bureau.short_name))}
    by = {
        "bureau": _rows(counts["bureau"], lambda key: names.get(key, key)),
        "trade": _rows(_folded(counts["trade"]), lambda key: SECTIONS.get(key, "")),
        "month": _rows(counts["month"], str),
        "mode": _rows(counts["mode"], lambda key: NAMES[key]),
        "phase": _rows(counts["phase"], lambda key: NAMES[key]),
    }
    total = Row("total", "", counts["total"].get("total", {}))
    return Burden(year, today().isoformat(), total, by)


def _rows(counts: Counts, name: Callable[[str], str]) -> list[Row]:
    return [Row(key, name(key), counts[key]) for key in sorted(counts)]


def _folded(counts: Counts) -> Counts:
    """By section, however the register writes a trade; an entity has one, so that entities add up."""
    found: Counts = {}
    for word, figures in counts.items():
        into = found.setdefault(_SECTION_OF.get(word, ""), defaultdict(float))
        for key, number in figures.items():
            into[key] += number
    return found


def _doors(checks: Any) -> Any:
    """With each row whether several bureaus went through its door `together`: on one visit, or each with its own (R-J2, R-J4)."""
    same = {"partition_by": checks.c.door}
    several = sa.func.max(checks.c.bureaus).over(**same) > 1
    combined = sa.func.min(checks.c.visit).over(**same) != sa.func.max(checks.c.visit).over(**same)
    return sa.select(*checks.c, sa.or_(several, combined).label("together")).subquery("parts")


def _parts() -> Any:
    """One row for each bureau's part of a check that took place: its accepted record, or its line of a check elsewhere."""
    own = sa.and_(VisitPart.visit_id == Record.visit_id, VisitPart.tenant_id == Record.tenant_id)
    matters = (
        sa.select(sa.func.count())
        .where(VisitMatter.visit_id == Record.visit_id, VisitMatter.bureau_id == Record.tenant_id)
        .correlate(Record)
        .scalar_subquery()
    )
    counted = sa.and_(
        CapEntry.visit_id == Record.visit_id, CapEntry.tenant_id == Record.tenant_id, CapEntry.entered
    )
    until = _day(Record.ended_at)
    here = (
        sa.select(
            sa.cast(Visit.id, sa.Text).label("visit"),
            sa.cast(Visit.entity_id, sa.Text).label("entity"),
            Bureau.code.label("bureau"),
            Entity.industry.label("trade"),
            sa.func.to_char(until, "YYYY-MM").label("month"),
            sa.func.least(sa.func.coalesce(_day(Record.started_at), until), until).label("since"),
            until.label("until"),
            VisitPart.entered.label("entered"),
            matters.label("matters"),
            with_problem().label("problem"),
            sa.func.count().over(partition_by=Visit.id).label("bureaus"),
            sa.func.min(sa.cast(sa.func.coalesce(CapEntry.door_id, Visit.id), sa.Text))
            .over(partition_by=Visit.id)
            .label("door"),
        )
        .select_from(Record)
        .join(Visit, Visit.id == Record.visit_id)
        .join(VisitPart, own)
        .join(Bureau, Bureau.id == Record.tenant_id)
        .join(Entity, Entity.id == Visit.entity_id)
        .outerjoin(CapEntry, counted)
        .where(accepted(), going_on(), VisitPart.begun_at.is_not(None))
    )
    elsewhere = (
        sa.select(
            sa.cast(OutsideCheck.id, sa.Text),
            sa.func.coalesce(sa.cast(OutsideCheck.entity_id, sa.Text), OutsideCheck.entity_code),
            Bureau.code,
            sa.func.coalesce(Entity.industry, ""),
            sa.func.to_char(OutsideCheck.checked_on, "YYYY-MM"),
            OutsideCheck.checked_on,
            OutsideCheck.checked_on,
            OutsideCheck.entered,
            sa.func.cardinality(OutsideCheck.matters),
            sa.type_coerce(OutsideCheck.results, ARRAY(sa.Text)).overlap(PROBLEMS),
            sa.literal(1),
            sa.cast(OutsideCheck.id, sa.Text),
        )
        .join(Bureau, Bureau.id == OutsideCheck.tenant_id)
        .outerjoin(Entity, Entity.id == OutsideCheck.entity_id)
    )
    return sa.union_all(here, elsewhere)


def _day(moment: Any) -> Any:
    return sa.cast(sa.func.timezone("Asia/Shanghai", moment), sa.Date)


def _counts(parts: Any, key: Any, only: Any, execute: Execute) -> Counts:
    rows = parts.c
    query = (
        sa.select(
            key.label("key"),
            sa.func.count(rows.entity.distinct()).label("entities"),
            sa.func.count(rows.visit.distinct()).label("checks"),
            sa.func.count(rows.door.distinct()).filter(rows.entered).label("entries"),
            (
                sa.func.count(rows.visit.distinct()).filter(rows.entered)
                - sa.func.count(rows.door.distinct()).filter(rows.entered)
            ).label("combined"),
            sa.func.coalesce(sa.func.sum(rows.matters), 0).label("matters"),
            sa.func.count().label("parts"),
            sa.func.count(rows.visit.distinct()).filter(rows.problem).label("problems"),
        )
        .where(only)
        .group_by(sa.text("1"))
    )
    found: Counts = {
        row.key: {name: int(value) for name, value in row._mapping.items() if name != "key"}
        for row in execute(query)
    }
    each = sa.func.generate_series(
        sa.cast(rows.since, sa.DateTime), sa.cast(rows.until, sa.DateTime), sa.text("interval '1 day'")
    )
    inside = sa.select(key.label("key"), rows.entity, each.label("day")).where(only, rows.entered).subquery()
    days = sa.select(
        inside.c.key, sa.func.count(sa.tuple_(inside.c.entity, inside.c.day).distinct()).label("days")
    ).group_by(inside.c.key)
    for row in execute(days):
        found[row.key]["days"] = int(row.days)
    return found


def _put(counts: dict[str, Counts], dimension: str, key: Any, measure: str, number: Any) -> None:
    if key is not None:
        figures = counts[dimension].setdefault(str(key), {})
        figures[measure] = figures.get(measure, 0) + (float(number) if number % 1 else int(number))


def _add_followed(counts: dict[str, Counts], year: int, execute: Execute) -> None:
    """Re-checks, and those that found it mended, by whose order it was."""
    day = _day(Recheck.at)
    query = (
        sa.select(
            Bureau.code,
            Entity.industry,
            sa.func.to_char(day, "YYYY-MM").label("month"),
            sa.func.count().label("rechecks"),
            sa.func.count().filter(Recheck.result == "corrected").label("mended"),
        )
        .join(Followup, Followup.id == Recheck.followup_id)
        .join(Visit, Visit.id == Followup.visit_id)
        .join(Entity, Entity.id == Visit.entity_id)
        .join(Bureau, Bureau.id == Recheck.tenant_id)
        .where(sa.extract("year", day) == year)
        .group_by(Bureau.code, Entity.industry, sa.text("3"))
    )
    for row in execute(query):
        for measure in ("rechecks", "mended"):
            keys = {"total": "total", "bureau": row.code, "trade": row.industry, "month": row.month}
            for dimension, key in keys.items():
                _put(counts, dimension, key, measure, getattr(row, measure))


def _add_joint(
    counts: dict[str, Counts], year: int, parts: Any, first: date | None, execute: Execute
) -> None:
    """The three measures of joint checks under their own names; of a draw with visits still untold nothing."""
    for row in execute(_drawn(year)):
        for measure in ("independent_doors", "doors", "drawn_matters"):
            for dimension, key in (("total", "total"), ("bureau", row.code), ("month", row.month)):
                _put(counts, dimension, key, measure, getattr(row, measure) or 0)
    found = objects()
    held = (
        sa.select(parts.c.visit, sa.func.min(parts.c.month).label("month"))
        .group_by(parts.c.visit)
        .subquery("held")
    )
    query = (
        sa.select(Bureau.code, Entity.industry, held.c.month, sa.func.sum(found.c.saved).label("saved"))
        .select_from(found)
        .join(held, held.c.visit == found.c.visit)
        .join(Visit, sa.cast(Visit.id, sa.Text) == found.c.visit)
        .join(Campaign, Campaign.id == found.c.campaign_id)
        .join(Bureau, Bureau.id == Campaign.tenant_id)
        .join(Entity, Entity.id == Visit.entity_id)
        .where(found.c.saved != 0)
        .group_by(Bureau.code, Entity.industry, held.c.month)
    )
    for row in execute(query):
        if first is not None:
            _put(counts, "phase", "after", "saved", row.saved)
        if not row.month.startswith(str(year)):
            continue
        keys = {
            "total": "total",
            "bureau": row.code,
            "trade": row.industry,
            "month": row.month,
            "mode": "joint",
        }
        for dimension, key in keys.items():
            _put(counts, dimension, key, "saved", row.saved)


def _drawn(year: int) -> Any:
    begun = sa.exists().where(VisitPart.visit_id == Visit.id, VisitPart.begun_at.is_not(None))
    untold = sa.exists().where(
        Visit.draw_id == Draw.id,
        sa.not_(Visit.announced),
        Visit.state != VisitState.CANCELLED.value,
        sa.not_(begun),
    )
    day = _day(Draw.ended_at)
    return (
        sa.select(
            Bureau.code,
            sa.func.to_char(day, "YYYY-MM").label("month"),
            sa.func.sum(Draw.independent_doors).label("independent_doors"),
            sa.func.sum(Draw.doors).label("doors"),
            sa.func.sum(Draw.matters).label("drawn_matters"),
        )
        .join(Campaign, Campaign.draw_id == Draw.id)
        .join(Bureau, Bureau.id == Campaign.tenant_id)
        .where(
            Draw.state == DrawState.DRAWN,
            Campaign.joint,
            Campaign.state != CampaignState.CANCELLED,
            sa.extract("year", day) == year,
            sa.not_(untold),
        )
        .group_by(Bureau.code, sa.text("2"))
    )
