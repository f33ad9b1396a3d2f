"""One return: begun, filled in, filed, corrected; its form to read, print and take away; what each figure counted (R-S1, R-S2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.kernel import jobs, trace
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError, Forbidden, NotFound
from onedoor.kernel.jobs import Job, JobProgress
from onedoor.kernel.trace import TraceStep
from onedoor.statistics import queries, schemas, service
from onedoor.statistics.models import Return, ReturnFile
from onedoor.statistics.queries.differences import Learnt
from onedoor.statistics.queries.place_sheets import Source
from onedoor.statistics.rules.facts import FACTS, Fact
from onedoor.statistics.rules.figures import FIGURES, Figure
from onedoor.statistics.rules.members import Member
from onedoor.statistics.rules.periods import Level, ReturnKind
from onedoor.statistics.rules.sheets import Sheet
from onedoor.statistics.rules.states import ReturnState
from onedoor.web import jobs as jobs_pages
from onedoor.web.shell import exports, forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.pieces import Label
from onedoor.web.statistics.blueprint import pages, readers, tabs, writers
from onedoor.web.statistics.joint_checks import chosen_year
from onedoor.web.statistics.words import STATES, kind_name, period_name, return_name
from tenants import queries as tenants
from tenants.models.bureaus import Bureau
from tenants.rules import Permission

PAGE = 100


@pages.get("/returns", endpoint="return_list")
@allow(Permission.BUREAU_READ)
def own() -> Any:
    """What this bureau has to file in a year, and how it stands."""
    return owed_page(Level.OWN, "statistics.return_list", current_user.may(Permission.FILING_SEND))


def owed_page(level: Level, endpoint: str, may_write: bool) -> Any:
    """The returns of a year that the current bureau owes at a level."""
    year = chosen_year()
    return page(
        "statistics/owed.html",
        tabs=tabs(endpoint),
        level=level.value,
        year=year,
        years=list(range(today().year + 1, today().year - 4, -1)),
        here=url_for(endpoint),
        owed=queries.returns.owed([tenants.my_bureau()], year, level),
        may_write=may_write,
        states=STATES,
        kind_name=kind_name,
        period_name=period_name,
        today=today(),
    )


@pages.post("/returns/new")
@writers
def return_start() -> Any:
    """Begin a return, or open the one that was begun."""
    given = forms.read(schemas.StartSchema())
    if not given.ok:
        raise ClerkError("请从报表清单中选择要填报的报表。")
    _may_write(given.data["level"])
    made = service.start(**given.data)
    return redirect(url_for("statistics.return_page", return_id=made.id), 303)


@pages.get("/returns/<uuid:return_id>", endpoint="return_page")
@readers
def show(return_id: UUID) -> Any:
    """One return with its form, the words of its figures, what was learnt since the one before."""
    return _page(queries.returns.a_return(return_id), None)


@pages.get("/returns/<uuid:return_id>/print")
@readers
def return_print(return_id: UUID) -> Any:
    """The form alone, to print."""
    made = queries.returns.a_return(return_id)
    return page("statistics/print.html", made=made, sheet=queries.forms.sheet_of(made))


@pages.get("/returns/<uuid:return_id>/form.xlsx")
@readers
def return_workbook(return_id: UUID) -> Any:
    """The form as a workbook."""
    name, content = service.workbook(return_id)
    return exports.download(content, name, exports.KINDS["xlsx"][0])


@pages.get("/returns/<uuid:return_id>/report.docx")
@readers
def return_report(return_id: UUID) -> Any:
    """The yearly self-review as a Word draft."""
    name, content = service.report(return_id)
    return exports.download(content, name, service.WORD)


@pages.get("/returns/<uuid:return_id>/files/<uuid:file_id>")
@readers
def return_file(return_id: UUID, file_id: UUID) -> Any:
    """A file of the typed facts."""
    found = queries.returns.file(queries.returns.a_return(return_id), file_id)
    return exports.download(found.content, found.name, found.media_type)


@pages.get("/returns/<uuid:return_id>/figure", endpoint="return_figure")
@readers
def figure(return_id: UUID) -> Any:
    """The records that a figure of a return counted; the address says where it stands in the form."""
    made = queries.returns.a_return(return_id)
    where = {name: request.args.get(name, "") for name in ("section", "row", "figure")}
    cell = queries.forms.sheet_of(made).cell(**where)
    if cell is None:
        raise NotFound("没有找到这项数字，它可能不在这份报表里。")
    members, start = queries.frozen.members(made, cell), max(0, request.args.get("from", 0, type=int))

    def at(place: int) -> str:
        values: dict[str, Any] = {**where, "from": place}
        return url_for("statistics.return_figure", return_id=made.id, **values)

    return page(
        "statistics/figure.html",
        made=made,
        name=return_name(made),
        figure=FIGURES[cell.figure],
        number=cell.number,
        count=len(members),
        members=[(one, _opens(made, one)) for one in members[start : start + PAGE]],
        following=at(start + PAGE) if start + PAGE < len(members) else None,
        former=at(start - PAGE) if start >= PAGE else None,
    )


@pages.post("/returns/<uuid:return_id>/save")
@takes_a_file
@writers
def return_save(return_id: UUID) -> Any:
    """Keep what was typed, and the files."""

    def act(made: Return, data: dict[str, Any]) -> None:
        facts = {one.key: data.get(one.key) or "" for one in FACTS[ReturnKind(made.kind)]}
        service.save(return_id, facts, data.get("recipients") or "", data.get("cutoff"))
        sent = [(one.filename, one.read()) for one in request.files.getlist("files") if one.filename]
        if sent:
            service.add_files(return_id, sent)

    return _act(return_id, schemas.FactsSchema(), act, _("已保存。"))


@pages.post("/returns/<uuid:return_id>/files/<uuid:file_id>/remove")
@writers
def return_file_remove(return_id: UUID, file_id: UUID) -> Any:
    """Take a file from a draft."""
    _may_write(queries.returns.own_return(return_id).level)
    service.remove_file(return_id, file_id)
    return redirect(url_for("statistics.return_page", return_id=return_id), 303)


@pages.post("/returns/<uuid:return_id>/file")
@writers
def return_filed(return_id: UUID) -> Any:
    """Freeze it and hand it in."""
    done = _("正在报送：报表和每个数字所依据的记录会固定保存，完成后本页会更新。")
    return _act(return_id, None, lambda made, _data: service.ask_to_file(made.id), done)


@pages.post("/returns/<uuid:return_id>/correct")
@writers
def return_correct(return_id: UUID) -> Any:
    """Begin a correction of what was filed."""
    made, form = queries.returns.own_return(return_id), forms.read(schemas.CorrectionSchema())
    _may_write(made.level)
    if not form.ok:
        return _page(made, form)
    with form.submission():
        again = service.correct(return_id, form.data["reason"])
        return redirect(url_for("statistics.return_page", return_id=again.id), 303)
    return _page(made, form)


@pages.post("/returns/<uuid:return_id>/discard")
@writers
def return_discard(return_id: UUID) -> Any:
    """Throw a draft away."""
    made = queries.returns.own_return(return_id)
    _may_write(made.level)
    level = made.level
    service.discard(return_id)
    flash(_("草稿已删除。"), "good")
    endpoint = "statistics.return_list" if level == Level.OWN.value else "statistics.place_list"
    return redirect(url_for(endpoint), 303)


def _may_write(level: str) -> None:
    """A bureau's own are its planner's, a place's the supervisor's."""
    needed = Permission.FILING_SEND if level == Level.OWN.value else Permission.OVERSIGHT_ANSWER
    if not current_user.may(needed):
        raise Forbidden("您没有填报这份报表的权限，请由有权限的人员办理。")


def _act(return_id: UUID, schema: Any, act: Callable[[Return, dict[str, Any]], Any], done: str) -> Any:
    made = queries.returns.own_return(return_id)
    _may_write(made.level)
    form = forms.read(schema) if schema is not None else _typed(made)
    if form.ok:
        with form.submission():
            act(made, form.data)
            flash(done, "good")
            return redirect(url_for("statistics.return_page", return_id=return_id), 303)
    return _page(made, form)


def _typed(made: Return) -> Form:
    return forms.empty(**made.facts, recipients=made.recipients, cutoff=made.cutoff)


@dataclass(frozen=True, kw_only=True)
class ReturnPage:
    """What the page of a return shows."""

    made: Return
    name: str
    form: Form
    facts: tuple[Fact, ...]
    sheet: Sheet
    state: ReturnState
    states: dict[Any, Label]
    late: bool
    former: Return | None
    former_name: str
    learnt: list[Learnt]
    figures: dict[str, Figure]
    filings: list[Any]
    versions: list[Return]
    files: list[ReturnFile]
    sources: list[Source]
    sender: Bureau
    job: Job | None
    progress: JobProgress | None
    retry_url: Callable[..., str | None]
    typed: list[tuple[Any, list[Any], list[Any]]]
    may_write: bool
    may_correct: bool
    steps: list[TraceStep]
    today: date


def _page(made: Return, form: Form | None) -> Any:
    state, job = queries.returns.state(made), queries.returns.filing_job(made)
    sheet = queries.forms.sheet_of(made)
    own = made.tenant_id == current_user.tenant_id
    level = Permission.FILING_SEND if made.level == Level.OWN.value else Permission.OVERSIGHT_ANSWER
    former = queries.returns.former(made) if own else None
    newest = queries.returns.versions(made)[0]
    return page(
        "statistics/return.html",
        200 if form is None or form.ok else 422,
        ReturnPage(
            made=made,
            name=return_name(made),
            form=form or _typed(made),
            facts=FACTS[ReturnKind(made.kind)],
            sheet=sheet,
            state=state,
            states=STATES,
            late=queries.returns.is_late(made),
            former=former,
            former_name=return_name(former) if former else "",
            learnt=queries.differences.learnt(former, made, sheet) if former else [],
            figures=FIGURES,
            filings=[(one, tenants.bureau(one.receiver_id)) for one in queries.returns.filings_of(made)],
            versions=queries.returns.versions(made),
            files=queries.returns.files(made),
            sources=queries.place_sheets.sources(made) if made.level != Level.OWN.value and own else [],
            sender=tenants.bureau(made.tenant_id),
            job=job if own else None,
            progress=jobs.progress_of([job.id]).get(job.id) if job else None,
            retry_url=jobs_pages.retry_url,
            typed=_typed_versions(made) if own else [],
            may_write=own
            and current_user.may(level)
            and state is ReturnState.DRAFT
            and not queries.returns.is_being_filed(made),
            may_correct=own
            and current_user.may(level)
            and state is not ReturnState.DRAFT
            and newest.id == made.id,
            steps=trace.of(made.id, made.series_id),
            today=today(),
        ),
    )


def _typed_versions(made: Return) -> list[tuple[Any, list[Any], list[Any]]]:
    """What was typed, the last first: each version with what it changed and the files that were there then."""
    versions, files = queries.returns.facts_versions(made), queries.returns.all_files(made)
    found = []
    for place, one in enumerate(versions):
        before = versions[place + 1].facts if place + 1 < len(versions) else {}
        until = versions[place - 1].written_at if place else None
        changed = [
            (fact.label, one.facts.get(fact.key, ""))
            for fact in FACTS[ReturnKind(made.kind)]
            if one.facts.get(fact.key, "") != before.get(fact.key, "")
        ]
        there = [
            each
            for each in files
            if (until is None or each.added_at < until)
            and (each.removed_at is None or each.removed_at > one.written_at)
        ]
        found.append((one, changed, there))
    return found


# Where the records behind a figure open for the bureau that they are of.
_OPENS = {
    "campaign": ("campaigns.campaign", "campaign_id"),
    "draw": ("draws.draw", "draw_id"),
    "visit": ("visits.visit", "visit_id"),
    "plan": ("plans.plan", "plan_id"),
    "item": ("registry.item", "item_id"),
    "entity": ("registry.entity", "entity_id"),
    "followup": ("followups.followup", "followup_id"),
}
_OPENS_SUPERVISOR = {
    "campaign": ("supervision.campaign", "campaign_id"),
    "draw": ("supervision.draw", "draw_id"),
    "visit": ("supervision.visit", "visit_id"),
    "item": ("registry.item", "item_id"),
}


def _opens(made: Return, one: Member) -> str | None:
    """The page of a record, for who may open it."""
    kind, _colon, key = one.thing.partition(":")
    own = made.tenant_id == current_user.tenant_id and made.level == Level.OWN.value
    found = (_OPENS if own else _OPENS_SUPERVISOR).get(kind)
    if found is None or not key:
        return None
    if not own and not current_user.may(Permission.OVERSIGHT):
        return None
    values: dict[str, Any] = {found[1]: UUID(key)}
    return url_if(found[0], **values)
