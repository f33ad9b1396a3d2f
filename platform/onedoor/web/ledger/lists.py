"""The ledger F11 as a list, to print, and as a workbook laid out as the form (R-V9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import word_list
from onedoor.edge.lists import reader
from onedoor.items import queries as item_queries
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.ledger import queries, service
from onedoor.ledger.rules import f11
from onedoor.ledger.rules.origins import CAUSE_NAMES, ORIGINS, PROGRESS_NAMES, REGISTRATION_NAMES
from onedoor.officers import queries as officer_queries
from onedoor.visits.rules.kinds import KIND_NAMES, SOURCE_NAMES
from onedoor.visits.rules.results import HANDLING_NAMES, METHOD_NAMES, RESULT_NAMES
from onedoor.web.ledger.blueprint import pages
from onedoor.web.shell import exports, page
from onedoor.web.shell.lists import Column, Filter, ListPage, State
from tenants.rules import Permission

# A print-out of more would be no reading.
MOST_PRINTED = 2_000
FORM = {**f11.HEADS, **f11.MORE}


def is_outside(row: Any) -> bool:
    """Whether no visit of this platform stands behind a line."""
    return row.registration in {one.value for one in ORIGINS}


def _opens(row: Any) -> str:
    if is_outside(row):
        return url_for("ledger.outside_check", check_id=row.id)
    return url_for("visits.visit", visit_id=row.id)


def listing(
    rows: sa.Subquery,
    opens: Callable[[Any], str],
    *,
    columns: Sequence[Column] = (),
    filters: Sequence[Filter] = (),
    names: bool = True,
) -> ListPage:
    """The ledger of a bureau; with a supervisor's own columns and filters, and no `names` to choose from, that of many."""
    column = rows.c
    return ListPage(
        title=_l("执法检查台账"),
        key=column.id,
        columns=(
            Column(
                "entity", _l("检查对象"), value=f11.called, link=opens, sort=column.entity_name, wide=True
            ),
            *columns,
            _word("kind", column.kind),
            _word("source", column.source),
            Column("day", _l("检查日期"), kind="date", sort=column.day),
            _word("inspectors", column.inspectors),
            _word("matters", column.matters),
            _word("methods"),
            _word("measures"),
            _word("results"),
            _word("supervision", wide=True),
            _word("registration", column.registration),
            _word("cause", column.cause),
            Column("number", _l("检查编号"), kind="code", sort=column.number),
            Column("entity_code", _l("统一社会信用代码"), kind="code", sort=column.entity_code),
        ),
        search=(column.entity_name, column.entity_code, column.number, column.inspectors, column.matters),
        search_label=_l("对象、代码、编号、人员或内容"),
        filters=(*filters, *_filters(rows), *(_own_filters(rows) if names else ())),
        order="-day",
        empty=_l(
            "检查开始后会自动列入台账；未通过平台的检查用“登记平台外检查”补录，原平台的检查用“导入”补录。"
        ),
    )


def _word(key: str, sort: Any = None, *, wide: bool = False) -> Column:
    label = _l(FORM[key])
    return Column(key, label, value=lambda row: f11.words(row, _, word_list)[key], sort=sort, wide=wide)


def _filters(rows: sa.Subquery) -> tuple[Filter, ...]:
    column = rows.c
    return (
        Filter("kind", _l("检查类别"), lambda: _choices(KIND_NAMES), column.kind),
        Filter("source", _l("来源"), lambda: _choices(SOURCE_NAMES), column.source),
        Filter("method", _l("检查方式"), lambda: _choices(METHOD_NAMES), apply=_has(column.methods)),
        Filter("measure", _l("检查措施"), lambda: _choices(HANDLING_NAMES), apply=_has(column.measures)),
        Filter("result", _l("检查结果"), lambda: _choices(RESULT_NAMES), apply=_has(column.results)),
        Filter(
            "progress",
            _l("监督检查记录"),
            lambda: _choices(PROGRESS_NAMES),
            apply=lambda query, value: query.where(queries.has_come(rows, value)),
        ),
        Filter("registration", _l("登记方式"), lambda: _choices(REGISTRATION_NAMES), column.registration),
        Filter("cause", _l("未通过平台的原因"), lambda: _choices(CAUSE_NAMES), column.cause),
        Filter("from", _l("日期自"), column=column.day, kind="from"),
        Filter("to", _l("日期至"), column=column.day, kind="to"),
    )


def _own_filters(rows: sa.Subquery) -> tuple[Filter, ...]:
    """By whom and of what: this bureau's officers and items, as a choice."""
    return (
        Filter("inspector", _l("检查人员"), _officers, apply=_says(rows.c.inspectors)),
        Filter("matter", _l("检查内容"), _items, apply=_says(rows.c.matters)),
    )


def _officers() -> list[tuple[str, str]]:
    return [(name, name) for name in dict.fromkeys(one.name for one in officer_queries.my_inspectors())]


def _items() -> list[tuple[str, str]]:
    items = item_queries.published_items(current_user.tenant_id)
    return [(name, name) for name in dict.fromkeys(item.name for item in items)]


def _choices(names: Any) -> list[tuple[str, str]]:
    return [(one.value, _(name)) for one, name in names.items()]


def _has(column: Any) -> Callable[[sa.Select[Any], str], sa.Select[Any]]:
    return lambda query, value: query.where(sa.literal(value, sa.Text()) == sa.any_(column))


def _says(column: Any) -> Callable[[sa.Select[Any], str], sa.Select[Any]]:
    """The name stands there whole, not within another's."""
    return lambda query, value: query.where(
        sa.literal(value, sa.Text()) == sa.any_(sa.func.string_to_array(column, "、"))
    )


def _own() -> tuple[ListPage, sa.Select[Any]]:
    rows = queries.mine()
    return listing(rows, _opens), sa.select(*rows.c)


@pages.get("", endpoint="ledger")
@allow(Permission.BUREAU_READ)
def ledger() -> Any:
    """Every check of this bureau, the newest first."""
    shown, query = _own()
    return shown.respond(
        db.session(),
        query,
        "ledger/ledger.html",
        **ways("ledger.ledger"),
    )


def ways(endpoint: str) -> dict[str, Any]:
    """Where F11 of what the filters leave is printed, and where it is a workbook."""
    # Written into the query by hand: url_for takes some names for its own.
    asked = urlencode(
        [pair for pair in request.args.items(multi=True) if pair[0] not in ("export", "after", "before")]
    )
    return {
        "printed": f"{url_for(f'{endpoint}_print')}?{asked}",
        "form_file": f"{url_for(f'{endpoint}_f11')}?{asked}",
    }


@pages.get("/print", endpoint="ledger_print")
@allow(Permission.BUREAU_READ)
def printed() -> Any:
    """F11 of what the filters leave, to read and print."""
    return printable(db.session(), *_own(), "ledger.ledger")


@pages.get("/f11.xlsx", endpoint="ledger_f11")
@allow(Permission.BUREAU_READ)
def workbook() -> Any:
    """The same as a workbook laid out as the form."""
    return as_file(db.session(), *_own())


def printable(session: Any, shown: ListPage, query: sa.Select[Any], back: str) -> Any:
    """F11 on paper; told when it is too long to print."""
    lines = _every(
        session, shown, query, MOST_PRINTED, "台账超过 %(most)s 行，请先筛选再打印，或下载 Excel。"
    )
    return page(
        "ledger/print.html",
        cells=[f11.words(line) for line in lines],
        heads=FORM,
        title=f11.TITLE,
        note=f11.NOTE,
        back=url_for(back),
    )


def as_file(session: Any, shown: ListPage, query: sa.Select[Any]) -> Any:
    """F11 as an attachment."""
    too_many = "台账超过一张 Excel 工作表的上限 %(most)s 行，请先筛选再下载。"
    lines = _every(session, shown, query, exports.MOST_IN_A_SHEET, too_many)
    content = service.write_f11(lines, current_user.bureau_name)
    return exports.download(content, f"{f11.TITLE}.xlsx", exports.KINDS["xlsx"][0])


def _every(session: Any, shown: ListPage, query: sa.Select[Any], most: int, too_many: str) -> Any:
    state = State.read(shown, request.args)
    narrowed = reader.apply_filters(query, state)
    if reader.count_of(session, narrowed, shown.key, most + 1) > most:
        raise Conflict(too_many, most=most)
    return reader.every_row(session, narrowed, state.order())
