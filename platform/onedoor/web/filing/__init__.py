"""Pages of filings (备案): what this bureau filed, what was filed with it, and answering (R-P4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.filing import queries, service
from onedoor.filing.models import Filing
from onedoor.filing.rules import FilingState
from onedoor.filing.schemas import AnswerSchema
from onedoor.kernel import trace
from onedoor.kernel.db import db
from onedoor.plans import queries as plans
from onedoor.plans.queries import f6
from onedoor.web.filing.labels import FILING_KINDS, FILING_STATES
from onedoor.web.shell import exports, forms, page, ui
from onedoor.web.shell.forms import Form
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import NextStep, label_of
from tenants import queries as bureaus
from tenants.rules import Permission

pages = Blueprint("filing", __name__, url_prefix="/filing")

COLUMNS = (
    Column("title", _l("材料"), link=lambda f: url_for("filing.filing", filing_id=f.id), wide=True),
    Column("kind", _l("类别"), value=lambda f: label_of(f.kind, FILING_KINDS).text),
    Column("review", _l("方式"), value=lambda f: _("备案审核") if f.review else _("备案")),
    Column(
        "state",
        _l("状态"),
        cell=lambda f: ui.status(queries.state(f), FILING_STATES),
        export=lambda f: str(label_of(queries.state(f), FILING_STATES)),
    ),
    Column("sent_at", _l("报送时间"), kind="time", sort=Filing.sent_at),
    Column("late", _l("是否逾期"), value=lambda f: _("逾期") if queries.is_late(f) else _("按期")),
)
FILTERS = (
    Filter("state", _l("状态"), as_choices(FILING_STATES), apply=queries.in_state),
    Filter("kind", _l("类别"), as_choices(FILING_KINDS), column=Filing.kind),
    Filter("late", _l("期限"), (("late", _l("逾期报送")),), apply=lambda query, _value: queries.late(query)),
)
SENT = ListPage(
    title=_l("报送的备案"),
    key=Filing.id,
    columns=(
        COLUMNS[0],
        Column("receiver", _l("报送给"), value=lambda f: bureaus.bureau(f.receiver_id).short_name),
        *COLUMNS[1:],
    ),
    search=(Filing.title,),
    search_label=_l("材料名称"),
    filters=FILTERS,
    order="-sent_at",
    empty=_l("清单、名录、细则和计划公布后报送执法监督机关备案，报送记录会列在这里。"),
)
RECEIVED = ListPage(
    title=_l("收到的备案"),
    key=Filing.id,
    columns=(
        COLUMNS[0],
        Column("sender", _l("报送部门"), value=lambda f: bureaus.bureau(f.tenant_id).short_name),
        *COLUMNS[1:],
    ),
    search=(Filing.title,),
    search_label=_l("材料名称"),
    filters=(
        *FILTERS,
        Filter(
            "sender",
            _l("报送部门"),
            lambda: [(b.id, b.short_name) for b in bureaus.bureaus()],
            column=Filing.tenant_id,
        ),
    ),
    order="-sent_at",
    empty=_l("各部门报送备案的材料会列在这里。"),
)


@pages.get("/", endpoint="filings")
@allow(Permission.BUREAU_READ)
def sent() -> Any:
    """What this bureau filed."""
    return SENT.respond(db.session(), queries.sent(), "filing/filings.html", tabs=_tabs(0))


@pages.get("/inbox")
@allow(Permission.OVERSIGHT_ANSWER)
def inbox() -> Any:
    """What was filed with this bureau (备案箱)."""
    return RECEIVED.respond(db.session(), queries.inbox(), "filing/filings.html", tabs=_tabs(1))


@pages.get("/<uuid:filing_id>")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def filing(filing_id: UUID) -> Any:
    """One filing, and for its receiver the answer below it."""
    return _page(queries.filing(filing_id), forms.empty())


@pages.get("/<uuid:filing_id>/files/<uuid:file_id>")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def filing_file(filing_id: UUID, file_id: UUID) -> Any:
    """A file as it was handed in."""
    found = queries.file(filing_id, file_id)
    return exports.download(found.content, found.name, found.media_type)


@pages.post("/<uuid:filing_id>/answer")
@allow(Permission.OVERSIGHT_ANSWER)
def answer(filing_id: UUID) -> Any:
    """Accept or return; then on to the next that waits."""
    found, form = queries.filing(filing_id), forms.read(AnswerSchema())
    if form.ok:
        accepted = form.data["decision"] == "accept"
        with form.submission():
            service.answer(filing_id, accepted, form.data["reason"])
            text = (
                _("已通过《%(title)s》的备案。")
                if accepted
                else _("已退回《%(title)s》，报送部门会看到理由。")
            )
            flash(text % {"title": found.title}, "good")
            return redirect(url_for("filing.filing", filing_id=filing_id), 303)
    return _page(found, form)


def _following(state: str) -> NextStep | None:
    """Once one is answered, the next that waits."""
    waiting = queries.next_waiting() if state in (FilingState.ACCEPTED, FilingState.RETURNED) else None
    if waiting is None:
        return None
    return NextStep(_("下一件备案"), url_for("filing.filing", filing_id=waiting.id), hint=waiting.title)


def _plan_of(found: Filing) -> dict[str, Any]:
    """The whole plan that was filed, where the reader may see it."""
    plan = plans.visible_plan(found.subject_id) if found.kind == "plan" else None
    if plan is None:
        return {"plan": None}
    return {
        "plan": plan,
        "columns": f6.COLUMNS,
        "rows": f6.rows(plan),
        "lines": plans.lines(plan.id),
        "form_title": f6.title(plan),
    }


def _page(found: Filing, form: Form) -> Any:
    state = queries.state(found)
    answerable = (
        state == FilingState.SENT
        and found.receiver_id == current_user.tenant_id
        and current_user.may(Permission.OVERSIGHT_ANSWER)
    )
    own = answerable and queries.is_own(found)
    received = found.receiver_id == current_user.tenant_id
    return page(
        "filing/filing.html",
        form.status,
        filing=found,
        form=form,
        state=state,
        late=queries.is_late(found),
        states=FILING_STATES,
        kinds=FILING_KINDS,
        sender=bureaus.bureau(found.tenant_id),
        receiver=bureaus.bureau(found.receiver_id),
        received=received,
        next=_following(state) if received and current_user.may(Permission.OVERSIGHT_ANSWER) else None,
        **_plan_of(found),
        may_answer=answerable and not own,
        own=own,
        files=queries.files(found.id),
        others=[one for one in queries.of_subject(found.series_id) if one.id != found.id],
        steps=trace.of(found.id, found.subject_id),
    )


def _tabs(current: int) -> list[tuple[str, str, bool]]:
    tabs = [
        (_("本单位报送"), "filing.filings", Permission.BUREAU_READ),
        (_("收到的备案"), "filing.inbox", Permission.OVERSIGHT_ANSWER),
    ]
    return [
        (label, url_for(endpoint), place == current)
        for place, (label, endpoint, permission) in enumerate(tabs)
        if current_user.may(permission)
    ]
