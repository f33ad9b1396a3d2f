"""Filings, campaigns, draws, and who looked at what: the lists behind the overview's figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.language import sentence_of_row, word_list
from onedoor.filing.rules import FilingState, state_of
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence
from onedoor.supervision import queries
from onedoor.supervision.queries import Records
from onedoor.web.campaigns.labels import STATES as CAMPAIGNS
from onedoor.web.draws.labels import STATES as DRAWS
from onedoor.web.draws.labels import end_reason
from onedoor.web.filing.labels import FILING_STATES
from onedoor.web.settings.labels import PERMISSIONS
from onedoor.web.settings.stand_ins import KINDS as STAND_INS
from onedoor.web.settings.stand_ins import STATES as STAND_IN_STATES
from onedoor.web.shell import ui
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.supervision import labels
from onedoor.web.supervision.blueprint import overseers, pages
from onedoor.web.supervision.list_page import filters, opens, respond, status
from tenants.models import CrossingEntry
from tenants.rules import Permission


def _filing_state(row: Any) -> FilingState:
    return state_of(row.accepted, row.replaced_at is not None)


def _filings(records: Records) -> ListPage:
    rows = records.rows.c
    return ListPage(
        title=_l("备案"),
        key=rows.id,
        columns=(
            Column("title", _l("材料"), link=opens("filing", "filing_id"), sort=rows.title, wide=True),
            Column("bureau_name", _l("报送单位"), sort=rows.bureau_name),
            Column("kind", _l("种类"), value=lambda row: str(labels.KINDS.get(row.kind, "—"))),
            Column(
                "state",
                _l("状态"),
                cell=lambda row: ui.status(_filing_state(row), FILING_STATES),
                export=lambda row: str(FILING_STATES[_filing_state(row)]),
            ),
            Column("sent_at", _l("报送时间"), kind="time", sort=rows.sent_at),
            Column("due_on", _l("期限"), kind="date", sort=rows.due_on),
            Column("late", _l("是否逾期"), value=lambda row: _late(row)),
        ),
        search=(rows.title, rows.bureau_name),
        search_label=_l("材料名称或单位"),
        filters=[*filters(records, "filings"), Filter("kind", _l("种类"), _kinds, column=rows.kind)],
        order="-sent_at",
        empty=_l("监督范围内的单位报送计划、清单和报表后，会列在这里。"),
    )


@pages.get("/filings", endpoint="filings")
@overseers
def filings() -> Any:
    """备案箱: what was filed with this bureau."""
    records = queries.filings()
    return respond(
        records, _filings(records), Sentence("查看备案清单"), lead=_("监督范围内各单位报送本单位的备案材料。")
    )


def _late(row: Any) -> str:
    return _("逾期") if row.due_on is not None and row.sent_on > row.due_on else _("按期")


def _kinds() -> Sequence[tuple[Any, Any]]:
    return list(labels.KINDS.items())


def _campaigns(records: Records) -> ListPage:
    rows = records.rows.c
    return ListPage(
        title=_l("抽查任务"),
        key=rows.id,
        columns=(
            Column("name", _l("任务"), link=opens("campaign", "campaign_id"), sort=rows.name, wide=True),
            Column("bureau_name", _l("牵头部门"), sort=rows.bureau_name),
            status("state", _l("状态"), CAMPAIGNS),
            Column("partners", _l("参与部门数"), kind="number", sort=rows.partners),
            Column("independent_doors", _l("各自抽取预计户数"), kind="number", sort=rows.independent_doors),
            Column("doors", _l("抽中户数"), kind="number", sort=rows.doors),
            Column("matters", _l("抽中事项次数"), kind="number", sort=rows.matters),
            Column("entered", _l("入户次数"), kind="number", sort=rows.entered),
            Column("saved", _l("减少入户次数"), kind="number", sort=rows.saved),
            Column("ends_on", _l("期限"), kind="date", sort=rows.ends_on),
        ),
        search=(rows.name, rows.number, rows.bureau_name),
        search_label=_l("任务名称、编号或单位"),
        filters=filters(records, "campaigns"),
        order="-name",
        empty=_l("监督范围内的单位建立抽查任务后，会列在这里。"),
    )


@pages.get("/campaigns", endpoint="campaigns")
@overseers
def campaigns() -> Any:
    """Campaigns with the three measures of joint checking, each in a column of its own."""
    records = queries.campaigns()
    return respond(
        records, _campaigns(records), Sentence("查看抽查任务清单"), lead=_("监督范围内各单位牵头的抽查任务。")
    )


def _draws(records: Records) -> ListPage:
    rows = records.rows.c
    return ListPage(
        title=_l("抽取"),
        key=rows.id,
        columns=(
            Column("number", _l("抽取编号"), link=opens("draw", "draw_id"), kind="code", sort=rows.number),
            Column("title", _l("任务"), sort=rows.title, wide=True),
            Column("bureau_name", _l("牵头部门"), sort=rows.bureau_name),
            status("state", _l("状态"), DRAWS),
            Column("seq", _l("第几次"), kind="number", sort=rows.seq),
            Column(
                "reason",
                _l("再次抽取或作废的理由"),
                value=lambda row: end_reason(row.void_reason) or row.reason,
            ),
            Column("doors", _l("抽中户数"), kind="number", sort=rows.doors),
            Column("created_at", _l("建立日期"), kind="date", sort=rows.created_at),
            Column("ended_at", _l("抽取时间"), kind="time", sort=rows.ended_at),
        ),
        search=(rows.number, rows.title, rows.bureau_name),
        search_label=_l("抽取编号、任务或单位"),
        filters=filters(records, "draws"),
        order="-created_at",
        empty=_l("监督范围内的单位开始抽取后，会列在这里。"),
    )


@pages.get("/draws", endpoint="draws")
@overseers
def draws() -> Any:
    """抽取复核: all draws; none is ever replaced or deleted, so those run again stand beside the first (R-D7)."""
    records = queries.draws()
    return respond(
        records,
        _draws(records),
        Sentence("查看抽取清单"),
        lead=_("任何一次抽取都不会被替换或删除，再次抽取须写明理由。"),
    )


def _stand_ins(records: Records) -> ListPage:
    rows = records.rows.c
    return ListPage(
        title=_l("代办和委托"),
        key=rows.id,
        columns=(
            Column("bureau_name", _l("单位"), sort=rows.bureau_name),
            Column("principal_name", _l("委托人"), sort=rows.principal_name),
            Column("agent_name", _l("代办人"), sort=rows.agent_name),
            Column("kind", _l("种类"), value=lambda row: str(STAND_INS.get(row.kind, "—"))),
            Column("permissions", _l("代办事项"), value=_permissions, wide=True),
            Column("since", _l("自"), kind="date", sort=rows.since),
            Column("until", _l("至"), kind="date", sort=rows.until),
            status("state", _l("状态"), STAND_IN_STATES),
            Column("basis", _l("依据"), wide=True),
        ),
        search=(rows.principal_name, rows.agent_name, rows.basis, rows.bureau_name),
        search_label=_l("人员、依据或单位"),
        filters=filters(records, "stand_ins"),
        order="-since",
        empty=_l("监督范围内的单位设定代办或书面委托后，会列在这里。"),
    )


def _permissions(row: Any) -> str:
    return word_list(PERMISSIONS.get(Permission(one), one) for one in row.permissions)


@pages.get("/stand-ins", endpoint="stand_ins")
@overseers
def stand_ins() -> Any:
    """代办和委托: who acts for whom, on what basis and how long (R-T5)."""
    records = queries.stand_ins()
    return respond(
        records,
        _stand_ins(records),
        Sentence("查看代办和委托"),
        lead=_("监督范围内各单位由谁代谁办理、办理什么、依据什么和到什么时候。"),
    )


LOOKS = ListPage(
    title=_l("查阅记录"),
    key=CrossingEntry.id,
    columns=(
        Column("at", _l("时间"), kind="time", sort=CrossingEntry.at),
        Column("actor_name", _l("查阅人"), sort=CrossingEntry.actor_name),
        Column(
            "purpose",
            _l("查阅事由"),
            value=lambda look: sentence_of_row(look, "purpose"),
            sort=CrossingEntry.purpose,
            wide=True,
        ),
        Column("rows", _l("查阅条数"), kind="number", sort=CrossingEntry.rows),
    ),
    search=(CrossingEntry.purpose, CrossingEntry.actor_name),
    search_label=_l("事由或查阅人"),
    filters=(
        Filter("from", _l("自"), column=CrossingEntry.at, kind="from"),
        Filter("to", _l("至"), column=CrossingEntry.at, kind="to"),
    ),
    order="-at",
    empty=_l("本单位人员查阅其他单位的记录后，会列在这里。"),
)


@pages.get("/looks", endpoint="looks")
@overseers
def looks() -> Any:
    """查阅记录: what this bureau's people looked at across bureaus; its own log, so no crossing (R-T1)."""
    lead = _("本单位人员每次跨单位查阅，都会记下何人、何时、为何和多少条。")
    return LOOKS.respond(db.session(), queries.looks(), "supervision/list.html", lead=lead)
