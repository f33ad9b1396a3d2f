"""后续处置: one list over all kinds; and what was passed on and came in (R-V7)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language
from onedoor.followups import queries
from onedoor.followups.models import Transfer
from onedoor.followups.rules import MODE_NAMES, Mode, TransferState
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.visits.rules.results import HANDLING_NAMES, Handling
from onedoor.visits.rules.states import FollowupState
from onedoor.web.followups.blueprint import (
    STATES,
    conclusion_name,
    holder_name,
    pages,
    transfer_labels,
    transfer_now,
)
from onedoor.web.shell import ui
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.visits.blueprint import deadline, handling_name
from tenants import queries as tenants
from tenants.rules import Permission

ROWS = queries.rows()


def columns(rows: Any, link: Any) -> tuple[Column, ...]:
    """The columns of the list, for a bureau and for its supervisor."""
    return (
        Column("entity_name", _l("检查对象"), link=link, sort=rows.c.entity_name, wide=True),
        Column("visit_number", _l("检查编号"), kind="code", sort=rows.c.visit_number),
        Column("kind", _l("处置方式"), value=lambda row: handling_name(row.kind)),
        Column("note", _l("要求"), value=lambda row: in_language(row.note)),
        Column("holder", _l("在谁手里"), value=holder_name),
        Column(
            "due",
            _l("期限"),
            cell=lambda row: deadline(row.due, row.state == FollowupState.DONE) if row.due else "—",
            export=lambda row: row.due,
            kind="date",
            sort=rows.c.due,
        ),
        Column(
            "state",
            _l("状态"),
            cell=lambda row: ui.status(row.state, STATES),
            export=lambda row: str(STATES[row.state]),
        ),
        Column("conclusion", _l("结果"), value=lambda row: conclusion_name(row.conclusion)),
    )


def by_state(rows: Any) -> Filter:
    """Open, ended, and overdue among the open."""

    def narrow(query: Any, value: str) -> Any:
        if value == "overdue":
            return query.where(rows.c.state == FollowupState.OPEN, rows.c.due < today())
        return query.where(rows.c.state == value)

    choices = [("open", _l("办理中")), ("overdue", _l("已逾期")), ("done", _l("已办结"))]
    return Filter("state", _l("状态"), choices, apply=narrow)


def by_kind(rows: Any) -> Filter:
    """The kinds of handling."""
    return Filter(
        "kind",
        _l("处置方式"),
        lambda: [(kind.value, _(name)) for kind, name in HANDLING_NAMES.items() if kind is not Handling.NONE],
        rows.c.kind,
    )


FOLLOWUPS = ListPage(
    title=_l("后续处置"),
    key=ROWS.c.id,
    columns=columns(ROWS, lambda row: url_for("followups.followup", followup_id=row.id)),
    search=(ROWS.c.entity_name, ROWS.c.entity_code, ROWS.c.visit_number),
    search_label=_l("名称、统一代码或检查编号"),
    filters=(
        by_state(ROWS),
        by_kind(ROWS),
        Filter("person", _l("经办人"), lambda: [(one, one) for one in queries.people()], ROWS.c.person),
        Filter(
            "unit",
            _l("科室"),
            lambda: [(str(one.id), one.name) for one in tenants.units()],
            apply=lambda query, value: query.where(sa.cast(ROWS.c.unit_id, sa.Text) == value),
        ),
    ),
    order="due",
    empty=_l("检查发现问题并确定处置方式后，列在这里直到办结。"),
)


@pages.get("", endpoint="followups")
@allow(Permission.BUREAU_READ)
def followups() -> Any:
    """What follows from findings, until it has ended (R-V7)."""
    return FOLLOWUPS.respond(
        db.session(),
        queries.of_bureau(ROWS),
        "followups/followups.html",
        counts=queries.counts(),
        late=queries.overdue_by_person(),
    )


def _last() -> Any:
    return queries.last_answer()


def _by_transfer_state(query: Any, value: str) -> Any:
    last = _last()
    conditions = {
        TransferState.SENT: last.is_(None),
        TransferState.ACCEPTED: last == "accept",
        TransferState.DECLINED: last == "decline",
        TransferState.ANSWERED: last.in_(["answer", "receipt"]),
    }
    return query.where(conditions[TransferState(value)])


def _transfers(title: Any, other: Column, empty: Any) -> ListPage:
    return ListPage(
        title=title,
        key=Transfer.id,
        row_key=lambda row: row.Transfer.id,
        columns=(
            Column(
                "entity",
                _l("检查对象"),
                value=lambda row: row.Transfer.entity_name,
                link=lambda row: url_for("followups.transfer", transfer_id=row.Transfer.id),
                sort=Transfer.entity_name,
                wide=True,
            ),
            Column("mode", _l("方式"), value=lambda row: _(MODE_NAMES[Mode(row.Transfer.mode)])),
            other,
            Column(
                "sent_on",
                _l("送出日期"),
                value=lambda row: row.Transfer.sent_on,
                kind="date",
                sort=Transfer.sent_at,
            ),
            Column(
                "due",
                _l("期限"),
                cell=lambda row: deadline(row.due) if row.due else "—",
                export=lambda row: row.due,
                kind="date",
            ),
            Column(
                "state",
                _l("状态"),
                cell=lambda row: ui.status(transfer_now(row.last), transfer_labels()),
                export=lambda row: str(transfer_labels()[transfer_now(row.last)]),
            ),
        ),
        search=(Transfer.entity_name, Transfer.entity_code, Transfer.visit_number),
        search_label=_l("名称、统一代码或检查编号"),
        filters=(
            Filter(
                "state",
                _l("状态"),
                lambda: [(state, label.text) for state, label in transfer_labels().items()],
                apply=_by_transfer_state,
            ),
            Filter(
                "mode",
                _l("方式"),
                lambda: [(mode.value, _(name)) for mode, name in MODE_NAMES.items()],
                Transfer.mode,
            ),
        ),
        order="-sent_on",
        empty=empty,
    )


RECEIVED = _transfers(
    _l("收到的移送"),
    Column("sender", _l("送出单位"), value=lambda row: tenants.bureau(row.Transfer.tenant_id).short_name),
    _l("其他单位移送、抄告给本单位的，本单位科室要办理的，会列在这里。"),
)
SENT = _transfers(
    _l("送出的移送"),
    Column("receiver", _l("接收单位"), value=lambda row: tenants.bureau(row.Transfer.receiver_id).short_name),
    _l("在后续处置里移送、抄告的，会列在这里，可以看到对方的每一步。"),
)


@pages.get("/transfers", endpoint="transfers")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def received() -> Any:
    """The inbox: what others passed on to this bureau."""
    return RECEIVED.respond(db.session(), queries.inbox(), "followups/transfers.html", tabs=_tabs(0))


@pages.get("/transfers/sent", endpoint="transfers_sent")
@allow(Permission.BUREAU_READ)
def sent() -> Any:
    """What this bureau passed on."""
    return SENT.respond(db.session(), queries.sent(), "followups/transfers.html", tabs=_tabs(1))


def _tabs(current: int) -> list[tuple[str, str, bool]]:
    tabs = [(_("收到的"), "followups.transfers"), (_("送出的"), "followups.transfers_sent")]
    shown = tabs if current_user.may(Permission.BUREAU_READ) else tabs[:1]
    return [(label, url_for(endpoint), place == current) for place, (label, endpoint) in enumerate(shown)]
