"""What the pages say of a check that no draw made: where it comes from, its approval, and its next step (R-V9, R-V1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from onedoor.edge.identity import current_user
from onedoor.officers import queries as officer_queries
from onedoor.plans import queries as plans
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.rules.kinds import EXCEPTIONAL_NAMES, KIND_NAMES, SOURCE_NAMES, Exceptional, Kind, Source
from onedoor.visits.rules.states import VisitState
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.pieces import DONE, STOPPED, WAITING, Label, NextStep
from tenants import approvals, units
from tenants.rules import Permission

PROPOSES = (Permission.VISIT_MANAGE, Permission.VISIT_RECORD)


def proposes() -> bool:
    """Whether whoever is signed in may propose checks and submit them."""
    return any(current_user.may(one) for one in PROPOSES)


def facts_of(found: Visit) -> dict[str, Any]:
    """Kind, source and what it refers to, for the page and for whoever decides."""
    source = queries.source_of(found.id)
    line = plans.line(source.line_id) if source and source.line_id else None
    return {
        "source": source,
        "line": line,
        "kind_name": _(KIND_NAMES[Kind(found.kind)]),
        "source_name": _(SOURCE_NAMES[Source(found.source)]),
        "exceptional_name": _(EXCEPTIONAL_NAMES[Exceptional(found.exceptional)]) if found.exceptional else "",
        "made_up_late": service.is_made_up_late(found),
    }


def told(found: Visit) -> dict[str, Any]:
    """Beside that: who decided, whether a complainant is kept, and from whom another team can be named."""
    mine = found.tenant_id == current_user.tenant_id
    waits = approvals.waiting_for("check", found.id) is not None
    begun = queries.visit_state(found).parts.begun
    open_to_change = (
        found.state not in (VisitState.SUBMITTED, VisitState.CANCELLED) and not waits and not begun
    )
    return {
        **facts_of(found),
        "held_back": {},
        "waits": waits,
        "decisions": approvals.history(found.id),
        "complained": mine and queries.complainant_of(found.id) is not None,
        "may_reveal": current_user.may(Permission.PERSONAL_REVEAL),
        "visit_units": queries.visit_units(found.id),
        "unit_labels": unit_labels(),
        "may_answer": _may_answer(found),
        "officers": officers() if mine and proposes() and open_to_change else None,
        "leaders": leaders(),
    }


def unit_labels() -> dict[str, Label]:
    """What a unit said of its part, in the reader's language."""
    return {
        "asked": Label(_("待答复"), WAITING),
        "agreed": Label(_("同意"), DONE),
        "declined": Label(_("不参加"), STOPPED),
    }


def _may_answer(found: Visit) -> set[UUID]:
    """The units for which whoever is signed in may answer now."""
    if (
        found.tenant_id != current_user.tenant_id
        or found.state not in (VisitState.PROPOSED, VisitState.PENDING)
        or not proposes()
    ):
        return set()
    return {one.unit_id for one in queries.visit_units(found.id) if not units.is_others(one.unit_id)}


def officers() -> list[tuple[str, str, str]]:
    """Whom a team can be named from: this bureau's officers with a valid certificate."""
    return [
        (str(one.id), one.name, _("执法证至 %(day)s", day=one.certificate_expires_on))
        for one in officer_queries.my_inspectors()
    ]


def leaders() -> list[tuple[str, str]]:
    """Those of them who may lead a team."""
    return [(str(one.id), one.name) for one in officer_queries.my_inspectors() if one.leads]


def next_step(found: Visit) -> NextStep | None:
    """Submit, send the notice, or decide."""
    if found.tenant_id != current_user.tenant_id:
        return None
    waits = approvals.waiting_for("check", found.id)
    if proposes() and found.state in (VisitState.PROPOSED, VisitState.PENDING) and waits is None:
        label = _("补办审批") if found.state == VisitState.PENDING else _("提交审批")
        return NextStep(label, url_for("visits.submit_check", visit_id=found.id), "post")
    begun = queries.visit_state(found).parts.begun
    if proposes() and found.state == VisitState.APPROVED and found.announced and not begun:
        return NextStep(_("发出检查通知书"), url_for("visits.issue_notice", visit_id=found.id), "post")
    if waits is not None and current_user.may(Permission(waits.permission)):
        return NextStep(_("审批这次检查"), url_if("desk.inbox") or url_for("visits.visits"))
    return None
