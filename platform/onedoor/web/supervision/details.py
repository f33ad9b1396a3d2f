"""One filing, campaign, draw, visit or record of a supervised bureau: to read, not to change (R-T3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from onedoor.campaigns.models import Answer, Participation
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language, sentence_of_row, word_list
from onedoor.filing.queries import is_late, state
from onedoor.kernel.trace import TraceStep
from onedoor.supervision import queries
from onedoor.supervision.queries.details import DrawView
from onedoor.visits.rules.results import METHOD_NAMES
from onedoor.web.campaigns import labels as campaigns
from onedoor.web.draws import labels as draws
from onedoor.web.draws.files import download
from onedoor.web.filing.labels import FILING_STATES
from onedoor.web.shell import page, ui
from onedoor.web.shell.formats import number
from onedoor.web.shell.pieces import Step
from onedoor.web.supervision import labels
from onedoor.web.supervision.blueprint import overseers, pages
from onedoor.web.visits.blueprint import (
    handling_name,
    kind_labels,
    record_labels,
    result_names,
    source_names,
    visit_labels,
)
from tenants.models import Bureau
from tenants.rules import Permission

SEEN_HERE = re.compile(r"^/(?:campaigns|draws|visits)/[0-9a-f-]{36}$")


def way(steps: Iterable[TraceStep]) -> list[Step]:
    """The trace with links that open here: a bureau's own pages are not the supervisor's."""
    return [
        Step(
            sentence_of_row(step, "text"),
            step.at,
            in_language(step.actor_name),
            step.bureau_name,
            f"/oversight{step.link}" if SEEN_HERE.match(step.link or "") else None,
            step.stage,
        )
        for step in steps
    ]


@pages.get("/filings/<uuid:filing_id>")
@overseers
def filing(filing_id: UUID) -> Any:
    """A filing with its answer, to read: who has to answer it does so in the own bureau's scope, on its page there (R-T3)."""
    seen = queries.filing(filing_id)
    # There is one page of a filing: for whom it was sent to, that on which it is answered.
    if seen.filing.receiver_id == current_user.tenant_id and current_user.may(Permission.OVERSIGHT_ANSWER):
        return redirect(url_for("filing.filing", filing_id=filing_id))
    return page(
        "supervision/filing.html",
        seen=seen,
        filing=seen.filing,
        state=state(seen.filing),
        states=FILING_STATES,
        late=is_late(seen.filing),
        steps=way(seen.steps),
        words=labels,
    )


@pages.get("/campaigns/<uuid:campaign_id>")
@overseers
def campaign(campaign_id: UUID) -> Any:
    """A campaign: parties, draws, and the three measures under three labels."""
    seen = queries.campaign(campaign_id)
    return page(
        "supervision/campaign.html",
        seen=seen,
        campaign=seen.campaign,
        figures=seen.figures,
        parties=[_party(*row) for row in seen.parties],
        steps=way(seen.steps),
        labels=campaigns,
        draw_states=draws.STATES,
        words=labels,
    )


def _party(part: Participation, bureau: Bureau, answer: Answer | None) -> tuple[Any, ...]:
    """Bureau, part, what it said, and why."""
    said = labels.ANSWERS.get(answer.state) if answer else _("尚未答复")
    reason = part.left_out_reason or (answer.reason if answer else "")
    role = _("牵头") if part.part == "lead" else _("参与")
    return bureau.short_name, role, _("不等其参加") if part.left_out_at else said, reason


@pages.get("/draws/<uuid:draw_id>")
@overseers
def draw(draw_id: UUID) -> Any:
    """A draw with its proof files, what the register has of it, and the other draws of its line (R-D7)."""
    seen = queries.draw(draw_id)
    return page(
        "supervision/draw.html",
        seen=seen,
        draw=seen.draw,
        deposits=_deposits(seen),
        chosen=_chosen(seen),
        committers=[
            (one.name, ui.when(one.made_at), ui.when(one.revealed_at), draws.short(one.digest))
            for one in seen.committers
        ],
        changes=[
            (
                _code(one.object_code),
                _code(one.leaves or _("空缺")),
                _code(one.comes),
                draws.reason(one.reason),
                ui.when(one.at),
            )
            for one in seen.changes
        ],
        called_off=_called_off(seen),
        steps=way(seen.steps),
        words=draws.vocabulary(),
    )


def _code(text: str | None) -> Markup:
    """A code in one line, however narrow the table."""
    return Markup('<span class="text-nowrap">{}</span>').format(text or "—")


def _called_off(seen: DrawView) -> list[tuple[Any, ...]]:
    """Drawn objects that are not visited, the bureaus that do not come, why, by whom and when."""
    names = {party.list_name: party.bureau_name for party in seen.parties}
    return [
        (
            _code(one.object_code),
            word_list(names.get(name, name) for name in one.lists) or _("全部部门"),
            sentence_of_row(one, "reason"),
            one.made_by,
            Markup('<span class="text-nowrap">{}</span>').format(ui.when(one.at)),
        )
        for one in seen.called_off
    ]


def _deposits(seen: DrawView) -> list[tuple[Any, ...]]:
    """The face of each frozen list: bureau, rows, eligible, quota, inspectors, digest."""
    names = {party.list_name: party.bureau_name for party in seen.parties}
    return [
        (
            names.get(one.list_name, one.list_name),
            number(one.n),
            number(sum(stratum["eligible"] for stratum in one.strata)),
            number(sum(stratum["quota"] for stratum in one.strata)),
            number(one.inspectors),
            draws.short(one.digest),
        )
        for one in seen.deposits
    ]


def _chosen(seen: DrawView) -> list[tuple[str, list[str]]]:
    """Of each list for which something was chosen: the bureau, and what in sentences."""
    names = {party.list_name: party.bureau_name for party in seen.parties}
    found = [
        (
            names.get(one.list_name, one.list_name),
            draws.chosen(
                {
                    "scope": one.scope,
                    "scope_said": one.scope_said,
                    "narrowed": one.narrowed,
                    "narrowed_said": one.narrowed_said,
                    "kept_in": one.kept_in,
                }
            ),
        )
        for one in seen.deposits
    ]
    return [(bureau, texts) for bureau, texts in found if texts]


@pages.get("/draws/<uuid:draw_id>/files/<name>")
@overseers
def draw_file(draw_id: UUID, name: str) -> Any:
    """One published file of a draw, its exact bytes (R-D8)."""
    content, media_type = queries.draw_file(draw_id, name)
    return download(name, media_type, content)


@pages.get("/visits/<uuid:visit_id>")
@overseers
def visit(visit_id: UUID) -> Any:
    """A visit: who, when, for what, and how far each bureau is."""
    seen = queries.visit(visit_id)
    return page(
        "supervision/visit.html",
        seen=seen,
        visit=seen.visit,
        records={record.tenant_id: record for record in seen.records},
        steps=way(seen.steps),
        labels=visit_labels(),
        kinds=kind_labels(),
        sources=source_names(),
        source=seen.source,
        record_labels=record_labels(),
        result_names=result_names,
        words=labels,
    )


@pages.get("/results/<uuid:record_id>")
@overseers
def record(record_id: UUID) -> Any:
    """One bureau's record with its report, what follows, and its disclosure."""
    seen = queries.record(record_id)
    return page(
        "supervision/record.html",
        seen=seen,
        record=seen.record,
        labels=record_labels(),
        result_names=result_names,
        handling_name=handling_name,
        methods=METHOD_NAMES,
        steps=way(seen.steps),
        words=labels,
    )
