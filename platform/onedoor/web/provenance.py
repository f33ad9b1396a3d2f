"""Where a page's thing comes from and what came of it, on every page that shows one (R-D9): read by the trace piece.

`PAGES` says once for each area which page shows which kind of thing: by it a page knows what it shows, and where the
other things of the way are opened. Nothing leads to the page one is on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask, request, url_for
from flask_babel import gettext as _

from onedoor.credit.platforms import titles
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language
from onedoor.followups.rules import MODE_NAMES, Mode
from onedoor.kernel.db import db
from onedoor.kernel.scope import DbRole, current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.provenance import queries
from onedoor.provenance.rules import STAGES, Stage, Thing
from onedoor.supervision import queries as supervision
from onedoor.visits.rules.results import HANDLING_NAMES, Handling
from onedoor.web.portal import ways
from onedoor.web.statistics.words import kind_name, period_name

BUREAU: Mapping[str, tuple[str, str]] = {
    "list": ("registry.item_list", "list_id"),
    "item": ("registry.item", "item_id"),
    "plan": ("plans.plan", "plan_id"),
    "line": ("plans.plan_line", "line_id"),
    "task": ("orders.task", "task_id"),
    "campaign": ("campaigns.campaign", "campaign_id"),
    "pool": ("draws.draw", "draw_id"),
    "draw": ("draws.draw", "draw_id"),
    "visit": ("visits.visit", "visit_id"),
    "team": ("visits.visit", "visit_id"),
    "owed": ("owed.matter", "owed_id"),
    "record": ("visits.record", "record_id"),
    "followup": ("followups.followup", "followup_id"),
    "transfer": ("followups.transfer", "transfer_id"),
    "penalty": ("followups.followup", "followup_id"),
    "result": ("disclosure.publication", "disclosure_id"),
    "export": ("credit.export", "export_id"),
    "receipt": ("credit.export_record", "record_id"),
    "return": ("statistics.return_page", "return_id"),
    "alert": ("orders.alert", "alert_id"),
    "inspection": ("orders.inspection", "inspection_id"),
    "order": ("orders.order", "order_id"),
    "circular": ("orders.circular", "circular_id"),
}
OVERSIGHT: Mapping[str, tuple[str, str]] = {
    "campaign": ("supervision.campaign", "campaign_id"),
    "pool": ("supervision.draw", "draw_id"),
    "draw": ("supervision.draw", "draw_id"),
    "visit": ("supervision.visit", "visit_id"),
    "team": ("supervision.visit", "visit_id"),
    "record": ("supervision.record", "record_id"),
    "return": ("statistics.return_page", "return_id"),
    "alert": ("orders.alert", "alert_id"),
    "inspection": ("orders.inspection", "inspection_id"),
    "order": ("orders.order", "order_id"),
    "circular": ("orders.circular", "circular_id"),
}
PUBLIC: Mapping[str, tuple[str, str]] = {
    "list": ("portal.item_list", "subject_id"),
    "item": ("portal.item_list", "subject_id"),
    "plan": ("portal.plan", "subject_id"),
    "line": ("portal.plan", "subject_id"),
    "pool": ("portal.draw", "subject_id"),
    "draw": ("portal.draw", "subject_id"),
    "result": ("portal.result", "subject_id"),
    "penalty": ("portal.penalty", "subject_id"),
    "circular": ("portal.circular", "subject_id"),
}
# What another bureau reads on the public site alone.
OWN = {"result", "export", "receipt"}
# Kinds whose page is that of another kind, which it does not stand for.
ELSEWHERE = {"pool", "team", "penalty", "line", "item"}
STARTS = {
    **{
        page: (kind, name) for kind, (page, name) in BUREAU.items() if kind not in {"pool", "team", "penalty"}
    },
    **{page: (kind, name) for kind, (page, name) in OVERSIGHT.items() if kind not in {"pool", "team"}},
    "visits.batch": ("campaign", "campaign_id"),
    "credit.repair": ("repair", "repair_id"),
    "owed.handover": ("handover", "handover_id"),
    "filing.filing": ("filing", "filing_id"),
    "supervision.filing": ("filing", "filing_id"),
}
PUBLIC_STARTS = {page: (kind, name) for kind, (page, name) in PUBLIC.items() if kind not in ELSEWHERE}


@dataclass(frozen=True)
class Link:
    """A thing of the way as a page shows it: its words, where it is opened (None: here, or nowhere), and whether it is this one."""

    text: str
    url: str | None
    here: bool


@dataclass(frozen=True)
class Part:
    """A stage of the way as a page shows it."""

    label: str
    links: Sequence[Link]
    more: int | None


def way_here() -> list[Part]:
    """The way of the thing that the page of this request shows; nothing on other pages, and of a thing that stands alone."""
    endpoint = request.endpoint or ""
    if endpoint in PUBLIC_STARTS:
        kind, argument = PUBLIC_STARTS[endpoint]
        return _parts(ways.public_way(kind, (request.view_args or {})[argument]), kind, None)
    if endpoint not in STARTS:
        return []
    kind, argument = STARTS[endpoint]
    thing = (request.view_args or {})[argument]
    if current_scope().role is DbRole.SUPERVISOR:
        with supervision.reading(Sentence("查看全程留痕")) as reader:
            return _parts(queries.way(kind, thing, reader.execute), kind, thing)
    return _parts(queries.way(kind, thing, db.session.execute), kind, thing)


def _parts(stages: Sequence[Stage], kind: str, thing: UUID | None) -> list[Part]:
    if sum(len(stage.things) for stage in stages) < 2:
        return []
    return [
        Part(
            _(STAGES[stage.key]),
            [
                Link(_text(one), _address(one), one.kind == kind and thing in (one.id, one.page))
                for one in stage.things
            ],
            stage.more,
        )
        for stage in stages
    ]


def _address(one: Thing) -> str | None:
    """Where the reader opens it; of pages inside the reader's area the first, then the public one; never the page one is on."""
    endpoint = request.endpoint or ""
    inside: Mapping[str, tuple[str, str]] = {}
    if endpoint not in PUBLIC_STARTS:
        inside = OVERSIGHT if current_scope().role is DbRole.SUPERVISOR else BUREAU
    own = one.kind not in OWN or one.owner == getattr(current_user, "tenant_id", None)
    if one.kind in inside and own:
        page, argument = inside[one.kind]
        value = one.page
    elif one.kind in PUBLIC and one.public is not None:
        page, argument = PUBLIC[one.kind]
        value = one.public
    else:
        return None
    values: dict[str, Any] = {argument: value}
    found = url_for(page, **values)
    return None if found == request.path else found


def _text(one: Thing) -> str:
    """What a thing is called, in the reader's language as far as it is a word of ours."""
    if one.kind == "list":
        bureau, _space, version = one.name.rpartition(" ")
        return _("%(bureau)s第 %(version)s 版", bureau=bureau, version=version) if bureau else one.name
    if one.kind == "followup":
        return _(HANDLING_NAMES[Handling(one.name)])
    if one.kind == "transfer":
        return _(MODE_NAMES[Mode(one.name)])
    if one.kind == "receipt":
        platform, _space, number = one.name.partition(" ")
        # Which platforms there are is no business of the public.
        known = {} if current_scope().role is DbRole.PUBLIC else titles()
        title = in_language(known[platform]) if platform in known else _("报送平台")
        return _("%(platform)s，回执 %(number)s", platform=title, number=number) if number else title
    if one.kind == "return":
        form, year, part = one.name.split(" ")
        return f"{kind_name(form)} {period_name(int(year), part)}"
    return one.name


def install(app: Flask) -> None:
    """Give the trace piece the way of the page's thing."""
    app.jinja_env.globals["way_here"] = way_here
