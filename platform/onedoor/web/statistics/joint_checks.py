"""报表: F8 as a page and as a workbook, computed from records; each figure opens the objects behind it (R-S1, R-S2)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.campaigns import queries as campaigns
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.spreadsheets import write_xlsx
from onedoor.kernel.text.source_strings import N_
from onedoor.statistics import queries
from onedoor.web.shell import exports, page
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.statistics.blueprint import pages, tabs
from tenants.rules import Permission

# Column heads as forms.md writes them (F8), the figure, and which objects it opens.
F8: tuple[tuple[str, str, str], ...] = (
    (N_("参与部门数"), "partners", ""),
    (N_("检查事项数"), "brought", ""),
    (N_("抽取户数"), "doors", "all"),
    (N_("入户次数"), "entered", "entered"),
    (N_("应检事项数"), "due", "all"),
    (N_("已检事项数"), "checked", "checked"),
    (N_("减少入户次数"), "saved", "saved"),
    (N_("发现问题户数"), "problems", "problem"),
    (N_("已公示户数"), "publics", "public"),
)
F8_NOTE = N_(
    "说明：减少入户次数为到该户检查的部门数减去实际入户次数，检查记录审核通过后计入；全市合计时一次联合检查只计一次，各部门数之和因此大于合计。"
)
SHOWN = {
    "entered": _l("已入户"),
    "saved": _l("减少了入户"),
    "checked": _l("已检"),
    "left": _l("还有未检事项"),
    "cancelled": _l("已取消检查"),
    "problem": _l("发现问题"),
    "public": _l("已公示"),
}


def chosen_year() -> int:
    """The year the address asks for, else this one."""
    asked = request.args.get("year", type=int)
    return asked if asked and 2000 <= asked <= 2100 else today().year


def totals(rows: Sequence[Any]) -> dict[str, int]:
    """The last row of F8."""
    return {name: sum(getattr(row, name) or 0 for row in rows) for _head, name, _show in F8}


def f8_page(rows: Sequence[Any], year: int, template: str, **context: Any) -> Response:
    """F8 to read and print."""
    return page(template, rows=rows, year=year, columns=F8, totals=totals(rows), note=F8_NOTE, **context)


def f8_file(rows: Sequence[Any], year: int) -> Response:
    """F8 as a workbook laid out as the form: title, head, table, total, note."""
    title, sums = f"{year}年度联合检查工作进展情况统计表", totals(rows)
    file = io.BytesIO()
    write_xlsx(
        file,
        ["名称", "牵头部门", *[head for head, _name, _show in F8]],
        [[row.name, row.bureau_name, *[getattr(row, name) for _head, name, _show in F8]] for row in rows],
        sheet="联合检查",
        above=[[title], ["填报单位：", current_user.bureau_name, "填表时间：", today().isoformat()]],
        below=[["合计", "", *sums.values()], [F8_NOTE]],
        widths=(34, 18, *(12 for _column in F8)),
    )
    return exports.download(file.getvalue(), f"{title}.xlsx", exports.KINDS["xlsx"][0])


def objects_list(rows: sa.Subquery, visit_endpoint: str) -> ListPage:
    """The objects of a campaign with what was done there, for the bureau's and the supervisor's page."""
    conditions = queries.shown(rows)
    return ListPage(
        title=_l("检查对象"),
        key=rows.c.entity_code,
        row_key=lambda row: row.entity_code,
        columns=(
            Column(
                "entity_name",
                _l("检查对象"),
                link=lambda row: url_for(visit_endpoint, visit_id=row.visit),
                sort=rows.c.entity_name,
                wide=True,
            ),
            Column("entity_code", _l("统一社会信用代码"), kind="code", sort=rows.c.entity_code),
            Column("entered", _l("入户次数"), kind="number", sort=rows.c.entered),
            Column("bureaus", _l("已检部门数"), kind="number", sort=rows.c.bureaus),
            Column("saved", _l("减少入户次数"), kind="number", sort=rows.c.saved),
            Column("due", _l("应检事项数"), kind="number", sort=rows.c.due),
            Column("checked", _l("已检事项数"), kind="number", sort=rows.c.checked),
            Column("problem", _l("发现问题"), value=lambda row: _("是") if row.problem else _("否")),
            Column("public", _l("已公示"), value=lambda row: _("是") if row.public else _("否")),
        ),
        search=(rows.c.entity_name, rows.c.entity_code),
        search_label=_l("名称或统一代码"),
        filters=(
            Filter(
                "show",
                _l("情形"),
                tuple(SHOWN.items()),
                apply=lambda query, value: query.where(conditions[value]),
            ),
        ),
        order="entity_name",
        empty=_l("抽取完成并安排检查后，检查对象会列在这里。"),
    )


@pages.get("", endpoint="returns")
@allow(Permission.BUREAU_READ)
def returns() -> Any:
    """F8 of a year, over the joint checks this bureau leads or is part of."""
    year = chosen_year()
    years = sorted({today().year, year, *queries.years()}, reverse=True)
    return f8_page(
        queries.joint_rows(year), year, "statistics/f8.html", years=years, tabs=tabs("statistics.returns")
    )


@pages.get("/f8.xlsx")
@allow(Permission.BUREAU_READ)
def f8() -> Any:
    """The same as a workbook."""
    return f8_file(queries.joint_rows(chosen_year()), chosen_year())


@pages.get("/campaigns/<uuid:campaign_id>/objects")
@allow(Permission.BUREAU_READ)
def objects(campaign_id: UUID) -> Any:
    """The objects of a campaign this bureau leads or is part of."""
    campaign = campaigns.campaign(campaign_id)
    rows = queries.objects_of(campaign_id)
    listing = objects_list(rows, "visits.visit")
    return listing.respond(db.session(), sa.select(*rows.c), "statistics/objects.html", campaign=campaign)
