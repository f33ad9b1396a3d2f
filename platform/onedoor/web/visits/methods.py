"""How each matter is checked, and the papers that stand instead of an entry (R-V3): the bureau's page, and the officer's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.attachments import attachment
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language, word_list
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.kernel import files
from onedoor.kernel.errors import NotFound
from onedoor.visits import queries, service
from onedoor.visits.models import Visit, VisitMatter
from onedoor.visits.rules.methods import NEEDED, PAPER_NAMES, PaperKind, allowed
from onedoor.visits.rules.results import METHOD_NAMES, Method
from onedoor.visits.rules.states import RecordState, VisitState
from onedoor.visits.schemas import MethodSchema, PaperSchema, RecognitionSchema
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.visits.blueprint import pages
from tenants.rules import Permission

CHOOSES = (Permission.VISIT_MANAGE, Permission.VISIT_RECORD)
LIMIT = "30/minute"


def method_choices(methods: Iterable[Method]) -> list[tuple[str, str]]:
    """Methods to choose from, by their names, in the order given: those without the door first."""
    return [(method.value, _(METHOD_NAMES[method])) for method in methods]


def matter_ways(visit: Visit) -> dict[UUID, str]:
    """By matter how it is checked, for a page."""
    return {matter_id: _(METHOD_NAMES[way.method]) for matter_id, way in queries.ways(visit.id).items()}


def sent_file(name: str = "file") -> tuple[str, str, bytes] | None:
    """A file of the form: its name, media type and content."""
    sent = request.files.get(name)
    return (sent.filename or "", sent.mimetype, sent.read()) if sent and sent.filename else None


@pages.get("/<uuid:visit_id>/methods", endpoint="visit_methods")
@allow(*CHOOSES)
def shown(visit_id: UUID) -> Any:
    """This bureau's matters and how each is checked."""
    return _methods_page(queries.visit(visit_id), forms.empty())


@pages.post("/<uuid:visit_id>/matters/<uuid:matter_id>/method", endpoint="visit_method")
@allow(*CHOOSES)
def choose(visit_id: UUID, matter_id: UUID) -> Any:
    """Another method for one matter."""
    found, form = queries.visit(visit_id), forms.read(MethodSchema())
    queries.matter(visit_id, matter_id)
    if form.ok:
        with form.submission():
            service.choose_method(visit_id, matter_id, form.data["method"])
            flash(_("检查方式已保存。"), "good")
            return redirect(url_for("visits.visit_methods", visit_id=visit_id), 303)
    return _methods_page(found, form, 422)


def _methods_page(found: Visit, form: Form, status: int = 200) -> Any:
    mine = queries.matters(found.id, current_user.tenant_id)
    if not mine:
        raise NotFound("本单位在这次检查中没有检查事项。")
    part = queries.parts(found.id).get(current_user.tenant_id)
    return page(
        "visits/methods.html",
        status,
        form=form,
        visit=found,
        matters=[(one, method_choices(allowed(one.method))) for one in mine],
        ways=queries.ways(found.id),
        names=matter_ways(found),
        entry=queries.needs_entry(found.id, current_user.tenant_id),
        open=found.state != VisitState.CANCELLED and (part is None or part.submitted_at is None),
    )


@pages.route("/<uuid:visit_id>/matters/<uuid:matter_id>/papers", methods=["GET", "POST"], endpoint="papers")
@limiter.limit(LIMIT, methods=["POST"])
@takes_a_file
@allow(Permission.VISIT_RECORD)
def papers(visit_id: UUID, matter_id: UUID) -> Any:
    """The papers of one matter: asked for, received, captured, attached."""
    found, matter = queries.visit(visit_id), queries.matter(visit_id, matter_id)
    form = forms.empty(kind=_first_kind(matter).value)
    if request.method == "POST":
        form = forms.read(PaperSchema())
        if form.ok and _done(form, lambda: _add(visit_id, matter_id, form.data)):
            return _back(visit_id, matter_id)
    return _papers_page(found, matter, form)


def _add(visit_id: UUID, matter_id: UUID, data: dict[str, Any]) -> None:
    given = service.GivenPaper(**{**data, "kind": PaperKind(data["kind"])})
    sent = sent_file()
    service.add_paper(visit_id, matter_id, given, service.SentFile(*sent) if sent else None)


@pages.post("/<uuid:visit_id>/matters/<uuid:matter_id>/recognition", endpoint="recognise")
@allow(Permission.VISIT_RECORD)
def recognise(visit_id: UUID, matter_id: UUID) -> Any:
    """Another bureau's published result stands for the matter (R-J7)."""
    found, matter = queries.visit(visit_id), queries.matter(visit_id, matter_id)
    form = forms.read(RecognitionSchema())

    def use() -> None:
        service.recognise(visit_id, matter_id, form.data["disclosure_id"], form.data["recognition_reason"])

    if form.ok and _done(form, use):
        return _back(visit_id, matter_id)
    return _papers_page(found, matter, form)


@pages.post("/<uuid:visit_id>/papers/<uuid:record_paper_id>/receive", endpoint="paper_receive")
@limiter.limit(LIMIT)
@takes_a_file
@allow(Permission.VISIT_RECORD)
def receive(visit_id: UUID, record_paper_id: UUID) -> Any:
    """The paper that was asked for has come."""
    found, paper, form = queries.visit(visit_id), queries.paper(record_paper_id), forms.empty()
    matter, sent = queries.matter(visit_id, paper.matter_id), sent_file()
    if _done(
        form,
        lambda: service.receive_paper(visit_id, record_paper_id, service.SentFile(*sent) if sent else None),
    ):
        return _back(visit_id, matter.id)
    return _papers_page(found, matter, form)


@pages.post("/<uuid:visit_id>/papers/<uuid:record_paper_id>/remove", endpoint="paper_remove")
@allow(Permission.VISIT_RECORD)
def remove(visit_id: UUID, record_paper_id: UUID) -> Any:
    """Off the open record again."""
    matter_id = queries.paper(record_paper_id).matter_id
    service.remove_paper(visit_id, record_paper_id)
    flash(_("已删去这份材料。"), "good")
    return redirect(url_for("visits.papers", visit_id=visit_id, matter_id=matter_id), 303)


@pages.get("/papers/<uuid:record_paper_id>", endpoint="paper_file")
@allow(Permission.BUREAU_READ)
def file(record_paper_id: UUID) -> Any:
    """The file of a paper, as it is kept."""
    paper = queries.paper(record_paper_id)
    if paper.file_id is None:
        raise NotFound("这份材料还没有收到。")
    kept = files.get(paper.file_id)
    return attachment(kept.content, kept.name, kept.media_type, digest=kept.digest)


def _papers_page(found: Visit, matter: VisitMatter, form: Form) -> Any:
    record = queries.my_record(found.id)
    part = queries.parts(found.id).get(current_user.tenant_id)
    begun = part is not None and part.begun_at is not None and queries.my_place(found.id) is not None
    return page(
        "field/papers.html",
        form.status,
        form=form,
        visit=found,
        matter=matter,
        method=matter_ways(found)[matter.id],
        papers=queries.papers(record.id, matter.id) if record else [],
        kinds=[(kind.value, _(name)) for kind, name in PAPER_NAMES.items()],
        kind_names={kind.value: name for kind, name in PAPER_NAMES.items()},
        results=_recognisable(found, matter),
        editable=begun and (record is None or record.state in (RecordState.DRAFT, RecordState.RETURNED)),
    )


def _recognisable(found: Visit, matter: VisitMatter) -> list[tuple[str, str]]:
    """What other bureaus published of the object lately, where the item allows others' findings."""
    if Method.OPINION not in allowed(matter.method):
        return []
    return [
        (
            str(one.id),
            f"{one.bureau_name}　{one.content['finished_on']}　"
            + word_list([in_language(result) for result in one.content["results"]]),
        )
        for one in queries.recognisable(found)
    ]


def _first_kind(matter: VisitMatter) -> PaperKind:
    method = queries.ways(matter.visit_id)[matter.id].method
    return NEEDED.get(method, PaperKind.PAPER)


def _done(form: Form, act: Any) -> bool:
    with form.submission():
        act()
        return True
    return False


def _back(visit_id: UUID, matter_id: UUID) -> Any:
    flash(_("材料已保存。"), "good")
    return redirect(url_for("visits.papers", visit_id=visit_id, matter_id=matter_id), 303)
