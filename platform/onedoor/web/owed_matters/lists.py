"""待补查: what this bureau owes, what others owe at visits it leads, and what it is asked to take (R-J5)."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.language import in_language
from onedoor.kernel.db import db
from onedoor.owed_matters import queries
from onedoor.owed_matters.models import Handover, HandoverAnswer
from onedoor.owed_matters.rules import CAUSE_NAMES, STATE_NAMES
from onedoor.web.owed_matters.blueprint import answer_labels, cause_name, pages, state_labels
from onedoor.web.shell import ui
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.visits.blueprint import called
from tenants.rules import Permission

ROWS = queries.rows()


def columns(rows: Any, link: Any) -> tuple[Column, ...]:
    """The columns of the list, for the bureau, the lead and the supervisor."""
    return (
        Column("entity_name", _l("检查对象"), value=called, link=link, sort=rows.c.entity_name, wide=True),
        Column("item_name", _l("检查事项"), sort=rows.c.item_name, wide=True),
        Column("visit_number", _l("检查编号"), kind="code", sort=rows.c.visit_number),
        Column("draw_number", _l("抽取编号"), kind="code", sort=rows.c.draw_number),
        Column("lead_name", _l("牵头部门"), sort=rows.c.lead_name),
        Column("cause", _l("未检查的原因"), value=lambda row: cause_name(row.cause)),
        Column("reason", _l("说明"), value=lambda row: in_language(row.reason)),
        Column("since", _l("列入日期"), kind="date", sort=rows.c.since),
        Column(
            "state",
            _l("状态"),
            cell=lambda row: ui.status(row.state, state_labels()),
            export=lambda row: str(state_labels()[row.state]),
        ),
        Column("end_reason", _l("办结说明"), value=lambda row: in_language(row.end_reason or "")),
    )


def _by_state(query: Any, value: str) -> Any:
    return query.where(ROWS.c.stands) if value == "standing" else query.where(ROWS.c.state == value)


def _list(title: Any, empty: Any, *more: Column) -> ListPage:
    shown = columns(ROWS, lambda row: url_for("owed.matter", owed_id=row.id))
    return ListPage(
        title=title,
        key=ROWS.c.id,
        columns=(shown[0], *more, *shown[1:]),
        search=(ROWS.c.entity_name, ROWS.c.entity_code, ROWS.c.item_name, ROWS.c.visit_number),
        search_label=_l("名称、统一代码、事项或检查编号"),
        filters=(
            Filter(
                "state",
                _l("状态"),
                lambda: [
                    ("standing", _("未办结")),
                    *((state.value, _(name)) for state, name in STATE_NAMES.items()),
                ],
                apply=_by_state,
            ),
            Filter(
                "cause",
                _l("未检查的原因"),
                lambda: [(cause.value, _(name)) for cause, name in CAUSE_NAMES.items()],
                ROWS.c.cause,
            ),
        ),
        order="since",
        empty=empty,
    )


OWED = _list(_l("待补查"), _l("联合抽查抽中、本单位没有检查的事项会列在这里，直到补查、移交或由负责人核销。"))
LED = _list(
    _l("参与部门待补查"),
    _l("本单位牵头的联合检查，参与部门没有检查的事项会列在这里。"),
    Column("bureau_name", _l("单位"), sort=ROWS.c.bureau_name),
)


def _by_answer(query: Any, value: str) -> Any:
    if value == "waiting":
        return query.where(HandoverAnswer.id.is_(None))
    return query.where(HandoverAnswer.accepted == (value == "accepted"))


RECEIVED = ListPage(
    title=_l("请本单位接手的"),
    key=Handover.id,
    row_key=lambda row: row.Handover.id,
    columns=(
        Column(
            "entity",
            _l("检查对象"),
            value=lambda row: called(row.Handover),
            link=lambda row: url_for("owed.handover", handover_id=row.Handover.id),
            sort=Handover.entity_name,
            wide=True,
        ),
        Column(
            "item",
            _l("检查事项"),
            value=lambda row: row.Handover.item_name,
            sort=Handover.item_name,
            wide=True,
        ),
        Column("sender_name", _l("送出单位")),
        Column("reason", _l("理由"), value=lambda row: in_language(row.Handover.reason)),
        Column(
            "sent", _l("送出时间"), value=lambda row: row.Handover.sent_at, kind="time", sort=Handover.sent_at
        ),
        Column(
            "state",
            _l("状态"),
            cell=lambda row: ui.status(row.accepted, answer_labels()),
            export=lambda row: str(answer_labels()[row.accepted]),
        ),
    ),
    search=(Handover.entity_name, Handover.entity_code, Handover.item_name),
    search_label=_l("名称、统一代码或事项"),
    filters=(
        Filter(
            "state",
            _l("状态"),
            [("waiting", _l("待答复")), ("accepted", _l("已接手")), ("declined", _l("不接手"))],
            apply=_by_answer,
        ),
    ),
    order="-sent",
    empty=_l("其他部门请本单位接手的待补查事项会列在这里。"),
)


@pages.get("", endpoint="owed")
@allow(Permission.BUREAU_READ)
def owed() -> Any:
    """What this bureau owes."""
    return OWED.respond(db.session(), queries.mine(ROWS), "owed_matters/owed.html", tabs=_tabs(0))


@pages.get("/led", endpoint="led")
@allow(Permission.BUREAU_READ)
def led() -> Any:
    """What the others owe at visits that this bureau leads."""
    return LED.respond(db.session(), queries.led(ROWS), "owed_matters/owed.html", tabs=_tabs(1))


@pages.get("/received", endpoint="received")
@allow(Permission.BUREAU_READ)
def received() -> Any:
    """What this bureau is asked to take."""
    return RECEIVED.respond(db.session(), queries.received(), "owed_matters/owed.html", tabs=_tabs(2))


def _tabs(current: int) -> list[tuple[str, str, bool]]:
    tabs = [
        (_("本单位的"), "owed.owed"),
        (_("本单位牵头的"), "owed.led"),
        (_("请本单位接手的"), "owed.received"),
    ]
    return [(label, url_for(endpoint), place == current) for place, (label, endpoint) in enumerate(tabs)]
