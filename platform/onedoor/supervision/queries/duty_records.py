"""What else a supervised bureau has to do, as records behind the overview's cells (R-S4): lists, rulebooks, plans and returns
owed, exports, training, checks outside the platform, entities near their cap.

Plans and returns that are owed have a row though nothing was ever sent: `id` is then made of bureau, form and year.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa

from onedoor.credit.models import ExportRecord
from onedoor.items.models import Item, Rulebook
from onedoor.items.rules.codes import ItemState, RulebookState
from onedoor.kernel.clock import today
from onedoor.ledger.models import OutsideCheck
from onedoor.officers.models import Inspector
from onedoor.officers.queries.duties import trained_in
from onedoor.officers.queries.inspectors import in_library
from onedoor.plans.models import CapEntry, VisitCap
from onedoor.plans.queries import due
from onedoor.plans.rules import caps as cap_rules
from onedoor.plans.rules.states import CapState, DueState
from onedoor.statistics.queries import returns
from onedoor.statistics.rules.states import ReturnState
from onedoor.supervision.queries.records import BUREAU, Records
from tenants import queries as tenants
from tenants import settings
from tenants.models import Bureau

# Of how many years one asks what was owed: this one and the one before.
YEARS = 2
LATE, MISSING, SENT, RETURNED, COMING = "late", "missing", "sent", "returned", "coming"
_OF_PLANS = {
    DueState.FILED: SENT,
    DueState.LATE: LATE,
    DueState.RETURNED: RETURNED,
    DueState.COMING: COMING,
    DueState.NEAR: COMING,
    DueState.MISSING: MISSING,
}


def items() -> Records:
    """Matters in force on the supervised bureaus' lists (R-L3); what a bureau has today, of whatever year."""
    rows = (
        sa.select(Item.id, *BUREAU, _this_year(), Item.number, Item.name, Item.mode, Item.basis)
        .join(Bureau, Bureau.id == Item.tenant_id)
        .where(Item.state == ItemState.PUBLISHED, sa.not_(Item.ending), _supervised())
        .subquery("items")
    )
    modes = {mode: rows.c.mode == mode for mode in ("random", "unfit", "unlisted")}
    return Records(rows, {"all": sa.true(), **modes}, yearly=False)


def rulebooks() -> Records:
    """Rulebooks in force (R-L5)."""
    name = sa.literal("抽查细则第") + sa.cast(Rulebook.version, sa.Text) + sa.literal("版")
    rows = (
        sa.select(
            Rulebook.id, *BUREAU, _this_year(), name.label("name"), Rulebook.version, Rulebook.published_at
        )
        .join(Bureau, Bureau.id == Rulebook.tenant_id)
        .where(Rulebook.state == RulebookState.PUBLISHED, _supervised())
        .subquery("rulebooks")
    )
    return Records(rows, {"all": sa.true()}, yearly=False)


def trainees() -> Records:
    """Officers in the libraries, and whether they took part in a training this year (R-L13)."""
    trained = trained_in(today().year)
    rows = (
        sa.select(
            Inspector.id, *BUREAU, _this_year(), Inspector.name, Inspector.code, trained.label("trained")
        )
        .join(Bureau, Bureau.id == Inspector.tenant_id)
        .where(in_library(), _supervised())
        .subquery("trainees")
    )
    states = {"trained": rows.c.trained, "untrained": sa.not_(rows.c.trained)}
    return Records(rows, {"all": sa.true(), **states}, yearly=False)


def exports() -> Records:
    """Results and penalties for the platforms (R-O2), and what these said."""
    rows = (
        sa.select(
            ExportRecord.id,
            *BUREAU,
            _year(ExportRecord.made_at).label("year"),
            ExportRecord.platform,
            ExportRecord.title,
            ExportRecord.entity_name,
            ExportRecord.state,
            ExportRecord.reason,
            ExportRecord.made_at,
        )
        .join(Bureau, Bureau.id == ExportRecord.tenant_id)
        .subquery("exports")
    )
    states = ("waiting", "sent", "accepted", "rejected", "withdrawn")
    return Records(rows, {"all": sa.true(), **{one: rows.c.state == one for one in states}})


def outside() -> Records:
    """Checks that were made outside the platform, by their cause (R-V9)."""
    rows = (
        sa.select(
            OutsideCheck.id,
            *BUREAU,
            sa.cast(sa.extract("year", OutsideCheck.checked_on), sa.Integer).label("year"),
            OutsideCheck.entity_name,
            OutsideCheck.cause,
            OutsideCheck.cause_note,
            OutsideCheck.checked_on,
        )
        .join(Bureau, Bureau.id == OutsideCheck.tenant_id)
        .where(OutsideCheck.cause.is_not(None))
        .subquery("outside")
    )
    return Records(rows, {"all": sa.true()})


def capped() -> Records:
    """Entities by bureau and year whose visits are one below the cap, at it or beyond it (R-P6)."""
    exempt = list(settings.value("caps.exempt_kinds"))
    of_place = settings.value("caps.visits_per_year")
    number = sa.func.count(CapEntry.visit_id.distinct())
    counted = (
        sa.select(CapEntry.tenant_id, CapEntry.year, CapEntry.entity_code, number.label("visits"))
        .where(CapEntry.kind.not_in(exempt), CapEntry.entered)
        .group_by(CapEntry.tenant_id, CapEntry.year, CapEntry.entity_code)
        .subquery("counted")
    )
    cap = sa.func.coalesce(
        _cap(counted, sa.func.left(counted.c.entity_code, 2)),
        _cap(counted, sa.literal(cap_rules.OTHERS)),
        sa.literal(of_place, sa.Integer()),
    )
    key = sa.func.concat(counted.c.tenant_id, "-", counted.c.entity_code, "-", counted.c.year)
    rows = (
        sa.select(
            sa.cast(sa.func.md5(key), sa.Uuid).label("id"),
            *BUREAU,
            counted.c.year,
            counted.c.entity_code,
            counted.c.visits,
            cap.label("cap"),
        )
        .join(Bureau, Bureau.id == counted.c.tenant_id)
        .where(counted.c.visits >= cap - 1)
        .subquery("capped")
    )
    broken = rows.c.visits > rows.c.cap
    return Records(rows, {"all": sa.true(), "near": sa.not_(broken), "broken": broken})


def owed_plans() -> Records:
    """Plans that the supervised bureaus have to file, sent or not (R-P1, R-P2)."""
    return _owed(
        "owed_plans",
        (
            (
                one.bureau,
                f"plan-{one.kind.value}",
                year,
                one.due_on,
                _OF_PLANS[one.state],
                one.filing.id if one.filing else None,
            )
            for year in _years()
            for one in due.owed(tenants.supervised_bureaus(), year)
        ),
    )


def owed_returns() -> Records:
    """Returns that the supervised bureaus have to file, sent or not (R-S1)."""
    return _owed(
        "owed_returns",
        (
            (
                one.bureau,
                f"return-{one.kind.value}-{one.part}",
                year,
                one.due_on,
                _return_state(one),
                one.found.id if one.found else None,
            )
            for year in _years()
            for one in returns.owed(tenants.supervised_bureaus(), year)
        ),
    )


def _return_state(one: returns.Owed) -> str:
    if one.state in (None, ReturnState.DRAFT):
        return MISSING if one.late else COMING
    if one.state is ReturnState.SENT_BACK:
        return RETURNED
    return LATE if one.late else SENT


_Owed = tuple[Bureau, str, int, date, str, UUID | None]


def _owed(name: str, found: Iterable[_Owed]) -> Records:
    """The rows of what is owed, as the database reads them; `form` is what, `found` the paper that was sent."""
    columns = (
        sa.column("id", sa.Uuid),
        sa.column("bureau", sa.Text),
        sa.column("bureau_name", sa.Text),
        sa.column("year", sa.Integer),
        sa.column("form", sa.Text),
        sa.column("name", sa.Text),
        sa.column("due_on", sa.Date),
        sa.column("state", sa.Text),
        sa.column("found", sa.Uuid),
    )
    data = [
        (
            uuid5(NAMESPACE_URL, f"{bureau.id}/{form}/{year}"),
            bureau.code,
            bureau.short_name,
            year,
            form,
            name_of_form(form, year),
            due_on,
            state,
            paper,
        )
        for bureau, form, year, due_on, state, paper in found
    ]
    source: Any
    if data:
        source = sa.values(*columns, name=f"{name}_given").data(data).alias(f"{name}_given")
        rows = sa.select(*(sa.cast(source.c[one.name], one.type).label(one.name) for one in columns))
    else:
        rows = sa.select(*(sa.cast(sa.null(), one.type).label(one.name) for one in columns)).where(sa.false())
    made = rows.subquery(name)
    state = made.c.state
    states = {one: state == one for one in (SENT, LATE, MISSING, RETURNED, COMING)}
    return Records(
        made,
        {
            "all": sa.true(),
            "done": state.in_((SENT, LATE)),
            "wanting": state.in_((MISSING, RETURNED)),
            **states,
        },
    )


FORMS = {
    "plan-yearly": "年度检查计划",
    "plan-first_half": "上半年检查计划",
    "plan-second_half": "下半年检查计划",
}


def name_of_form(form: str, year: int) -> str:
    """What a plan or a return that is owed is called where it is attached: 2026年 F4 Q1."""
    if form in FORMS:
        return f"{year}年{FORMS[form]}"
    _kind, name, part = form.split("-")
    return f"{year}年统计报表 {name} {part}"


def _cap(counted: sa.Subquery, kind: Any) -> Any:
    """The bureau's approved cap of that kind of entity, the one that began last; those of one industry are left to the bureau."""
    return (
        sa.select(VisitCap.visits)
        .where(
            VisitCap.tenant_id == counted.c.tenant_id,
            VisitCap.year == counted.c.year,
            VisitCap.state == CapState.APPROVED,
            VisitCap.industry == "",
            VisitCap.entity_kind == kind,
            VisitCap.since <= today(),
        )
        .order_by(VisitCap.since.desc())
        .limit(1)
        .correlate(counted)
        .scalar_subquery()
    )


def _supervised() -> sa.ColumnElement[bool]:
    """Of what every bureau may read, what is of a supervised one."""
    return Bureau.id.in_(sa.text("SELECT supervised_bureaus()"))


def _years() -> list[int]:
    return [today().year - back for back in range(YEARS)]


def _this_year() -> sa.ColumnElement[int]:
    return sa.literal(today().year, sa.Integer()).label("year")


def _year(moment: Any) -> Any:
    return sa.cast(sa.extract("year", sa.func.timezone("Asia/Shanghai", moment)), sa.Integer)
