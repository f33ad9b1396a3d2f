"""The fields of one matter on the officer's phone: its points with what is known of them, and taking them in (R-V4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, request
from flask_babel import gettext as _

from onedoor.edge.guard import keep_all_the_same
from onedoor.edge.language import in_language
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.visits import queries, service
from onedoor.visits.models import RecordItem, VisitMatter
from onedoor.visits.rules.checklists import lacking
from onedoor.visits.rules.methods import allowed
from onedoor.visits.rules.results import Result
from onedoor.visits.service import AskedFor
from onedoor.web.checklist_points import asked_when, within
from onedoor.web.shell.forms import Form
from onedoor.web.visits.methods import method_choices

_ANSWERED = ("point-", "note-")


def entered(matter: VisitMatter, item: RecordItem | None) -> dict[str, Any]:
    """What stands in the fields: what was saved, or the default wording of the points."""
    method = queries.ways(matter.visit_id)[matter.id].method.value
    if item is None:
        return {"revision": 0, "method": method, **_defaults(matter)}
    values = {f"point-{n}": answer["value"] for n, answer in enumerate(item.answers)}
    notes = {f"note-{n}": answer.get("note", "") for n, answer in enumerate(item.answers)}
    return {
        "revision": item.revision,
        "method": method,
        "results": item.results,
        "note": item.note,
        **values,
        **notes,
    }


def _defaults(matter: VisitMatter) -> dict[str, Any]:
    """Default wording is for what is written: nobody's answer is chosen beforehand (R-V4)."""
    return {
        f"{'point' if point.get('kind') == 'text' else 'note'}-{n}": point.get("default", "")
        for n, point in enumerate(matter.checklist)
    }


def saved(visit_id: UUID, matter: VisitMatter, form: Form) -> bool:
    """Keep the photos that were taken for points, then the answers; False if something is to be mended."""
    kept = _photos_kept(visit_id, matter, form)
    if form.ok:
        answers = {name: value for name, value in request.form.items() if name.startswith(_ANSWERED)}
        with form.submission():
            with db.session.begin_nested():
                method = form.data.pop("method")
                if method:
                    service.choose_method(visit_id, matter.id, method)
                service.save_item(visit_id, matter.id, answers=answers, **form.data)
    if not form.ok and kept:
        flash(_("已保存 %(count)s 张照片。", count=kept), "good")
    return form.ok


def status_of(form: Form) -> int:
    """What the page is answered with. A photo that was kept is kept though a field is to be mended: the shop is not
    photographed a second time for a forgotten number, while what is answered with an error is undone otherwise."""
    if not form.ok and any(each.filename for each in request.files.values()):
        keep_all_the_same()
    return form.status


def _photos_kept(visit_id: UUID, matter: VisitMatter, form: Form) -> int:
    kept = 0
    for place, point in enumerate(matter.checklist if request.method == "POST" else ()):
        for sent in request.files.getlist(f"photo-{place}") if point.get("photo") else ():
            if not sent.filename:
                continue
            try:
                photo = service.develop(visit_id, sent.read())
                # By itself: what a refused photo had begun to change is not kept with the others.
                with db.session.begin_nested():
                    service.add_photo(visit_id, photo, AskedFor(matter.id, place))
                kept += 1
            except ClerkError as refused:
                if refused.status == 404:
                    raise
                form.errors.setdefault(f"photo-{place}", []).append(str(_(refused.message, **refused.params)))
    return kept


def about(visit_id: UUID, matter: VisitMatter) -> dict[str, Any]:
    """What the fields need beside their values."""
    record = queries.my_record(visit_id)
    return {
        "photos": queries.photos_of(record.id, matter.id) if record else {},
        "methods": method_choices(allowed(matter.method)),
        "way": queries.ways(visit_id)[matter.id],
        "papers": len(queries.papers(record.id, matter.id)) if record else 0,
        "takes_photos": any(point.get("photo") for point in matter.checklist),
        "asked_when": asked_when,
        "within": within,
    }


def missing(record_id: UUID, matter: VisitMatter, item: RecordItem | None) -> list[str]:
    """What is still to be filled in of a matter that was begun, in sentences."""
    if item is None:
        return []
    idle = Result.NO_ACTIVITY.value in item.results
    photos = queries.photos_of(record_id, matter.id)
    found = [] if idle else lacking(matter.checklist, item.answers, photos)
    record = queries.record(record_id)
    paper = queries.missing_paper(record, matter) if record.whole is None else None
    found += [paper] if paper is not None else []
    return [in_language(sentence) for sentence in found]
