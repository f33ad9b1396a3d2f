"""The words of orders, circulars and assessments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from onedoor.supervision.queries.causes import Cause
from onedoor.supervision.queries.kinds import NAMES
from onedoor.supervision.rules import Audience, OrderKind, OrderState
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.pieces import Label
from onedoor.web.supervision import labels as oversight

ORDER_KINDS = {OrderKind.REMINDER: _l("提醒"), OrderKind.ORDER: _l("督办")}
ORDER_STATES = {
    OrderState.SENT: Label(_l("待答复"), "waiting"),
    OrderState.ANSWERED: Label(_l("已答复，待核查"), "active"),
    OrderState.ENDED: Label(_l("已办结"), "done"),
}
ORDER_FILTERS: dict[Any, Any] = {**ORDER_STATES, "overdue": _l("逾期未答复")}
AUDIENCES = {
    Audience.SUPERVISOR: _l("只告诉监督机关"),
    Audience.BUREAU: _l("只告诉被监督单位"),
    Audience.BOTH: _l("两边都告诉"),
}
ALERT_STATES = {"standing": Label(_l("未整改"), "stopped"), "mended": Label(_l("已解除"), "done")}
INSPECTION_STATES = {"going": Label(_l("督查中"), "active"), "closed": Label(_l("已结束"), "done")}
TASK_STATES = oversight.TASK_STATES
RECORD_KINDS: Mapping[str, Any] = {
    "filings": _l("备案"),
    "campaigns": _l("抽查任务"),
    "draws": _l("抽取"),
    "visits": _l("检查"),
    "results": _l("检查结果"),
    "followups": _l("后续处置"),
    "owed": _l("待补查"),
    "items": _l("检查事项"),
    "rulebooks": _lp("menu", "抽查细则"),
    "owed_plans": _l("应报计划"),
    "exports": _l("报送记录"),
    "owed_returns": _l("应报统计报表"),
    "trainees": _l("执法人员培训"),
    "outside": _l("平台外检查"),
    "capped": _l("入企次数上限"),
    "findings": _l("督查发现的问题"),
}
# Where a record opens: for the supervisor, and for the bureau that it is of; without an argument, the list it stands in.
_OVERSIGHT: Mapping[str, tuple[str, str]] = {
    "filings": ("supervision.filing", "filing_id"),
    "campaigns": ("supervision.campaign", "campaign_id"),
    "draws": ("supervision.draw", "draw_id"),
    "visits": ("supervision.visit", "visit_id"),
    "results": ("supervision.record", "record_id"),
    "followups": ("supervision.followups", ""),
    "owed": ("supervision.owed", ""),
    "items": ("registry.item", "item_id"),
    "rulebooks": ("registry.rulebook", "rulebook_id"),
    "owed_plans": ("supervision.owed_plans", ""),
    "exports": ("supervision.exports", ""),
    "owed_returns": ("supervision.owed_returns", ""),
    "trainees": ("supervision.trainees", ""),
    "outside": ("supervision.outside_check", "check_id"),
    "capped": ("supervision.capped", ""),
    "findings": ("orders.finding", "finding_id"),
}
_OWN: Mapping[str, tuple[str, str]] = {
    "filings": ("filing.filing", "filing_id"),
    "campaigns": ("campaigns.campaign", "campaign_id"),
    "draws": ("draws.draw", "draw_id"),
    "visits": ("visits.visit", "visit_id"),
    "results": ("visits.record", "record_id"),
    "followups": ("followups.followup", "followup_id"),
    "owed": ("owed.owed", ""),
    "items": ("registry.item", "item_id"),
    "rulebooks": ("registry.rulebook", "rulebook_id"),
    "owed_plans": ("plans.plans", ""),
    "exports": ("credit.exports", ""),
    "owed_returns": ("statistics.return_list", ""),
    "trainees": ("registry.trainings", ""),
    "outside": ("ledger.outside_check", "check_id"),
    "capped": ("plans.caps", ""),
    "findings": ("orders.finding", "finding_id"),
}


def cells() -> list[tuple[str, Any]]:
    """Every cell of the overview as a choice: "kind.state" and its words."""
    found: list[tuple[str, Any]] = []
    for kind in NAMES:
        states = {"all": _("全部"), **oversight.STATES.get(kind, {})}
        found += [
            (f"{kind}.{state}", _("%(kind)s：%(state)s", kind=RECORD_KINDS[kind], state=name))
            for state, name in states.items()
        ]
    return found


def cell_name(key: str) -> str:
    """The words of a cell by its key."""
    return str(dict(cells()).get(key, key))


def cause_name(cause: Cause | Mapping[str, Any] | None) -> str:
    """What an order was opened from, in words."""
    if cause is None:
        return ""
    kind, state, year = (
        (cause.kind, cause.state, cause.year)
        if isinstance(cause, Cause)
        else (cause["kind"], cause["state"], cause["year"])
    )
    return _("%(year)s年度，%(cell)s", year=year, cell=cell_name(f"{kind}.{state}"))


def links(records: Sequence[Mapping[str, str]], own: bool) -> list[tuple[str, str, str | None]]:
    """(kind in words, name, address) of attached records, as this reader opens them; None where there is no page for the reader."""
    return [
        (
            str(RECORD_KINDS[one["kind"]]),
            one["name"],
            _address((_OWN if own else _OVERSIGHT)[one["kind"]], one),
        )
        for one in records
    ]


def _address(found: tuple[str, str], one: Mapping[str, str]) -> str | None:
    endpoint, argument = found
    values: dict[str, Any] = {argument: UUID(one["id"])} if argument else {}
    return url_if(endpoint, **values)


def alert_state(given: Any) -> str:
    """Standing until it is mended."""
    return "standing" if given.ended_at is None else "mended"


def inspection_state(given: Any) -> str:
    """Going until it is closed."""
    return "going" if given.closed_at is None else "closed"
