"""The lists: my plans, what other bureaus published, lines that have me as a partner."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.plans import queries
from onedoor.plans.models import Plan
from onedoor.plans.queries import due
from onedoor.plans.rules.states import DueState
from onedoor.web.plans.blueprint import pages
from onedoor.web.plans.labels import DUE_STATES, KINDS, STATES
from onedoor.web.shell import page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import label_of
from tenants import queries as bureaus
from tenants.rules import Permission

COLUMNS = (
    Column(
        "title", _l("计划"), link=lambda p: url_for("plans.plan", plan_id=p.id), sort=Plan.title, wide=True
    ),
    Column("number", _l("编号"), kind="code"),
    Column("kind", _l("类别"), value=lambda p: label_of(p.kind, KINDS).text),
    Column("year", _l("年度"), value=lambda p: str(p.year), sort=Plan.year),
    Column("version", _l("版本"), value=lambda p: _("第 %(version)s 版", version=p.version)),
    Column(
        "state",
        _l("状态"),
        cell=lambda p: ui.status(p.state, STATES),
        export=lambda p: str(label_of(p.state, STATES)),
    ),
    Column("published_at", _l("公布时间"), kind="time", sort=Plan.published_at),
)
YEARS = Filter(
    "year",
    _l("年度"),
    lambda: [(y, y) for y in range(today().year + 1, today().year - 4, -1)],
    column=Plan.year,
)
KIND = Filter("kind", _l("类别"), as_choices(KINDS), column=Plan.kind)


def _mine() -> ListPage:
    return ListPage(
        title=_l("检查计划"),
        key=Plan.id,
        columns=COLUMNS,
        search=(Plan.title, Plan.number),
        search_label=_l("计划名称或编号"),
        filters=(Filter("state", _l("状态"), as_choices(STATES), column=Plan.state), KIND, YEARS),
        order="-year",
        empty=_l("由计划员从事项清单起草本年度检查计划，经科室审核、负责人批准后公布并报送备案。"),
    )


def _published() -> ListPage:
    columns = (
        COLUMNS[0],
        Column("bureau", _l("制定部门"), value=lambda p: bureaus.bureau(p.tenant_id).short_name),
        *(column for column in COLUMNS[1:] if column.key != "state"),
    )
    return ListPage(
        title=_l("各部门公布的计划"),
        key=Plan.id,
        columns=columns,
        search=(Plan.title, Plan.number),
        search_label=_l("计划名称或编号"),
        filters=(
            Filter(
                "bureau",
                _l("部门"),
                lambda: [(b.id, b.short_name) for b in bureaus.bureaus()],
                column=Plan.tenant_id,
            ),
            KIND,
            YEARS,
        ),
        order="-published_at",
        empty=_l("各部门的计划公布后会列在这里。"),
    )


@pages.get("/", endpoint="plans")
@allow(Permission.BUREAU_READ)
def mine() -> Any:
    """This bureau's plans, each in its newest version."""
    return _mine().respond(
        db.session(),
        queries.my_plans(),
        "plans/plans.html",
        tabs=_tabs(0),
        owed=_owed(),
        due_states=DUE_STATES,
        kinds=KINDS,
    )


@pages.get("/published", endpoint="plans_published")
@allow(Permission.BUREAU_READ)
def published() -> Any:
    """What every bureau published."""
    return _published().respond(db.session(), queries.published_plans(), "plans/plans.html", tabs=_tabs(1))


@pages.get("/with-us", endpoint="plan_lines_with_us")
@allow(Permission.BUREAU_READ)
def with_us() -> Any:
    """Lines of other bureaus' plans in which this one is a partner."""
    lines = queries.lines_with_me()
    return page(
        "plans/with_us.html",
        tabs=_tabs(2),
        lines=lines,
        leads={line.id: bureaus.bureau(line.tenant_id) for line in lines},
    )


def _owed() -> list[due.Owed]:
    """What this bureau has to file this year and next, as far as it is near, missing or returned."""
    mine, pressing = bureaus.my_bureau(), (DueState.NEAR, DueState.MISSING, DueState.RETURNED)
    years = (today().year, today().year + 1)
    return [one for year in years for one in due.owed([mine], year) if one.state in pressing]


def _tabs(current: int) -> list[tuple[str, str, bool]]:
    tabs = [
        (_("本单位"), "plans.plans"),
        (_("各部门已公布"), "plans.plans_published"),
        (_("其他部门牵头、本单位参与"), "plans.plan_lines_with_us"),
    ]
    return [(label, url_for(endpoint), place == current) for place, (label, endpoint) in enumerate(tabs)]
