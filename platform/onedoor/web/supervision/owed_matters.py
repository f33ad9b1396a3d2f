"""待补查 of the supervised bureaus: drawn matters that were not checked at their visit, until they are (R-J5, R-S4)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.kernel.sentences import Sentence
from onedoor.supervision import queries
from onedoor.supervision.queries import Records
from onedoor.web.owed_matters.lists import columns
from onedoor.web.shell.lists import Column, ListPage
from onedoor.web.supervision.blueprint import overseers, pages
from onedoor.web.supervision.list_page import filters, opens, respond


def _owed(records: Records) -> ListPage:
    rows = records.rows
    shown = columns(rows, opens("visit", "visit_id", "visit_id"))
    return ListPage(
        title=_l("待补查"),
        key=rows.c.id,
        columns=(shown[0], Column("bureau_name", _l("单位"), sort=rows.c.bureau_name), *shown[1:]),
        search=(rows.c.entity_name, rows.c.entity_code, rows.c.item_name, rows.c.visit_number),
        search_label=_l("名称、统一代码、事项或检查编号"),
        filters=filters(records, "owed"),
        order="since",
        empty=_l("监督范围内的单位有抽中而未检查的事项，会列在这里，直到补查、移交或核销。"),
    )


@pages.get("/owed", endpoint="owed")
@overseers
def owed() -> Any:
    """What each bureau owes, and what became of it."""
    records = queries.owed()
    lead = _("抽中的事项，参与部门退出、不能到场或到期未检查的，须补查、移交或由负责人核销。")
    return respond(records, _owed(records), Sentence("查看待补查事项"), lead=lead)
