"""后续处置 of the supervised bureaus: what was found, who has it now, until when (R-V7, R-S4)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.kernel.sentences import Sentence
from onedoor.supervision import queries
from onedoor.supervision.queries import Records
from onedoor.web.followups.lists import by_kind, columns
from onedoor.web.shell.lists import Column, ListPage
from onedoor.web.supervision.blueprint import overseers, pages
from onedoor.web.supervision.list_page import filters, opens, respond


def _followups(records: Records) -> ListPage:
    rows = records.rows
    shown = columns(rows, opens("record", "record_id", "record_id"))
    return ListPage(
        title=_l("后续处置"),
        key=rows.c.id,
        columns=(shown[0], Column("bureau_name", _l("单位"), sort=rows.c.bureau_name), *shown[1:]),
        search=(rows.c.entity_name, rows.c.entity_code, rows.c.visit_number),
        search_label=_l("名称、统一代码或检查编号"),
        filters=[*filters(records, "followups"), by_kind(rows)],
        order="due",
        empty=_l("监督范围内的单位检查发现问题后的处置会列在这里。"),
    )


@pages.get("/followups", endpoint="followups")
@overseers
def followups() -> Any:
    """What follows findings in each bureau, until it has ended."""
    records = queries.followups()
    lead = _("按检查单位列出；移送出去的，写明现在在谁手里。")
    return respond(records, _followups(records), Sentence("查看后续处置"), lead=lead)
