"""执法检查台账 of the supervised bureaus: the list, F11 to print and as a workbook (R-V9, R-S4)."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.language import word_list
from onedoor.kernel.sentences import Sentence
from onedoor.ledger.rules.f11 import MARK
from onedoor.supervision import queries
from onedoor.supervision.queries import Records
from onedoor.web.ledger import lists, outside_checks
from onedoor.web.shell import page
from onedoor.web.shell.lists import Column, ListPage
from onedoor.web.supervision.blueprint import overseers, pages
from onedoor.web.supervision.details import way
from onedoor.web.supervision.list_page import filters, respond


def _opens(row: Any) -> str:
    if lists.is_outside(row):
        return url_for("supervision.outside_check", check_id=row.id)
    return url_for("supervision.visit", visit_id=row.id)


def _ledger(records: Records) -> ListPage:
    bureau = Column(
        "bureau_name",
        _l("单位"),
        value=lambda row: word_list(row.bureau_name.split(MARK)),
        sort=records.rows.c.bureau_name,
    )
    return lists.listing(
        records.rows, _opens, columns=(bureau,), filters=filters(records, "ledger"), names=False
    )


@pages.get("/ledger", endpoint="ledger")
@overseers
def ledger() -> Any:
    """Every check of the supervised bureaus, the newest first."""
    records = queries.ledger()
    return respond(
        records,
        _ledger(records),
        Sentence("查看执法检查台账"),
        lead=_("监督范围内各单位的每一次检查；联合检查按牵头单位列一行。"),
        **lists.ways("supervision.ledger"),
    )


@pages.get("/ledger/print", endpoint="ledger_print")
@overseers
def printed() -> Any:
    """F11 of what the filters leave, to read and print."""
    records = queries.ledger()
    with queries.reading(Sentence("打印执法检查台账")) as reader:
        return lists.printable(cast("Any", reader), _ledger(records), records.select(), "supervision.ledger")


@pages.get("/ledger/f11.xlsx", endpoint="ledger_f11")
@overseers
def workbook() -> Any:
    """The same as a workbook laid out as the form."""
    records = queries.ledger()
    with queries.reading(Sentence("下载执法检查台账")) as reader:
        return lists.as_file(cast("Any", reader), _ledger(records), records.select())


@pages.get("/ledger/outside/<uuid:check_id>", endpoint="outside_check")
@overseers
def outside_check(check_id: UUID) -> Any:
    """A check that was made outside the platform."""
    seen = queries.outside_check(check_id)
    facts = outside_checks.facts(seen.check)
    return page("supervision/outside_check.html", bureau=seen.bureau, steps=way(seen.steps), **facts)
