"""The search in the head of every page: firms, plans, campaigns, draws, visits, items and officers, by name, number or pinyin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, request, url_for
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.search import queries
from onedoor.web.campaigns.labels import STATES as CAMPAIGN_STATES
from onedoor.web.draws.labels import STATES as DRAW_STATES
from onedoor.web.plans.labels import STATES as PLAN_STATES
from onedoor.web.shell import page
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.pieces import label_of
from onedoor.web.visits.blueprint import visit_labels
from tenants.rules import Permission

pages = Blueprint("search", __name__)


class Kind(NamedTuple):
    """A kind: its words, the page of a thing of it, and the words of its states."""

    label: Any
    url: Callable[[UUID], str | None]
    states: Callable[[], Mapping[Any, Any]] | None = None


KINDS = {
    "entity": Kind(_l("经营主体"), lambda key: url_if("registry.entity", entity_id=key)),
    "plan": Kind(_l("检查计划"), lambda key: url_if("plans.plan", plan_id=key), lambda: PLAN_STATES),
    "line": Kind(_l("计划内容"), lambda key: url_if("plans.plan_line", line_id=key)),
    "campaign": Kind(
        _l("抽查任务"), lambda key: url_if("campaigns.campaign", campaign_id=key), lambda: CAMPAIGN_STATES
    ),
    "draw": Kind(_l("抽取"), lambda key: url_if("draws.draw", draw_id=key), lambda: DRAW_STATES),
    "visit": Kind(_l("检查"), lambda key: url_if("visits.visit", visit_id=key), visit_labels),
    "item": Kind(_l("检查事项"), lambda key: url_if("registry.item", item_id=key)),
    "officer": Kind(_l("执法人员"), lambda key: url_if("registry.inspector", inspector_id=key)),
}


@pages.get("/search")
@allow(Permission.BUREAU_READ)
def search() -> Any:
    """What was typed, and what is called or numbered so, kind by kind."""
    typed = request.args.get("q", "").replace("\x00", "").strip()[: queries.LONGEST]
    found = queries.find(typed)
    groups = [
        (kind.label, [(one, kind.url(one.id), _note(kind, one.note)) for one in found if one.kind == name])
        for name, kind in KINDS.items()
    ]
    return page(
        "search/results.html",
        typed=typed,
        short=bool(typed) and len(typed) < queries.SHORTEST,
        groups=[(label, rows) for label, rows in groups if rows],
        action=url_for("search.search"),
    )


def _note(kind: Kind, note: str) -> str:
    """Of a thing with states the state in words; of others what is kept beside the name."""
    return str(label_of(note, kind.states())) if kind.states and note else note
