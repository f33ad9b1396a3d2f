"""Photos of a record: taken on the officer's phone, shown to the bureau whose part it is (access.md, "record, report, photos")."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.attachments import picture
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.rate_limits import limiter
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.kernel.errors import ClerkError
from onedoor.visits import queries, service
from onedoor.visits.rules.states import RecordState
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.visits.blueprint import pages
from tenants.rules import Permission


@pages.get("/photos/<uuid:photo_id>.jpg")
@allow(Permission.BUREAU_READ)
def photo(photo_id: UUID) -> Any:
    """One photo, as it is kept."""
    return picture(queries.photo(photo_id).content)


@pages.get("/photos/<uuid:photo_id>/small.jpg")
@allow(Permission.BUREAU_READ)
def photo_small(photo_id: UUID) -> Any:
    """The same, small, for a list."""
    return picture(queries.photo(photo_id).thumbnail)


@pages.route("/<uuid:visit_id>/photos", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@takes_a_file
@allow(Permission.VISIT_RECORD)
def visit_photos(visit_id: UUID) -> Any:
    """Photos of this bureau's part: those there are, and taking more."""
    found, form = queries.visit(visit_id), forms.empty()
    if request.method == "POST" and _photos_kept(visit_id, form):
        return redirect(url_for("visits.visit_photos", visit_id=visit_id), 303)
    record = queries.my_record(visit_id)
    part = queries.parts(found.id).get(current_user.tenant_id)
    begun = part is not None and part.begun_at is not None and queries.my_place(visit_id) is not None
    return page(
        "field/photos.html",
        form.status,
        form=form,
        visit=found,
        photos=queries.photos(record.id) if record else [],
        points_of={
            m.id: [each["point"] for each in m.checklist]
            for m in queries.matters(visit_id, current_user.tenant_id)
        },
        editable=begun and (record is None or record.state in (RecordState.DRAFT, RecordState.RETURNED)),
        most=service.MOST_PHOTOS,
    )


def _photos_kept(visit_id: UUID, form: Form) -> bool:
    """Keep what can be kept and say of the rest why not; False if nothing was."""
    sent = [each for name in ("taken", "chosen") for each in request.files.getlist(name) if each.filename]
    refused: list[ClerkError] = []

    def of_each(act: Callable[[UUID, Any], Any], given: Iterable[Any]) -> Iterator[Any]:
        for one in given:
            try:
                yield act(visit_id, one)
            except ClerkError as error:
                if error.status == 404:
                    raise
                refused.append(error)

    # First all are written anew, which takes a while, then all are kept at once.
    developed = list(of_each(service.develop, (each.read() for each in sent[: service.MOST_PHOTOS])))
    kept = len(list(of_each(service.add_photo, developed)))
    if not sent:
        form.errors["taken"] = [_("请先拍照，或选择照片。")]
    if not kept and refused:
        form.refuse(ClerkError(refused[0].message, fields={"taken": [str(refused[0])]}, **refused[0].params))
    if kept:
        flash(_("已保存 %(count)s 张照片。", count=kept), "good")
        for text in dict.fromkeys(str(error) for error in refused):
            flash(text, "bad")
    return kept > 0


@pages.post("/<uuid:visit_id>/photos/<uuid:photo_id>/remove")
@allow(Permission.VISIT_RECORD)
def visit_photo_remove(visit_id: UUID, photo_id: UUID) -> Any:
    """Take a photo off the record again."""
    service.remove_photo(visit_id, photo_id)
    flash(_("已删去这张照片。"), "good")
    return redirect(url_for("visits.visit_photos", visit_id=visit_id), 303)
