"""One thing done to many records at once: how many is said first, then a job does it and tells what was not done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select
from werkzeug.datastructures import MultiDict

from onedoor.edge.guard import allow
from onedoor.edge.language import sentence_of_row
from onedoor.entities import queries as entity_queries
from onedoor.imports import queries as import_queries
from onedoor.imports import service
from onedoor.imports.models import BulkRow
from onedoor.items import queries as item_queries
from onedoor.kernel.db import db
from onedoor.kernel.jobs import JobState, progress_of
from onedoor.officers import queries as officer_queries
from onedoor.targets import queries as target_queries
from onedoor.web.bulk_actions import ASKS, Ask
from onedoor.web.entities.entities import register as entities
from onedoor.web.entities.entities import uncovered_listing as uncovered
from onedoor.web.items.items import mine as items
from onedoor.web.officers.inspectors import listing as inspectors
from onedoor.web.registry_blueprint import pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.lists import Column, ListPage, chosen
from onedoor.web.targets.targets import listing as targets
from tenants.rules import Permission


class Listed(NamedTuple):
    """A list many of whose records are acted on at once: its declaration, what it reads, and its page."""

    listing: Callable[[], ListPage]
    query: Callable[[], Select[Any]]
    endpoint: str


LISTS: dict[str, Listed] = {
    "entities": Listed(entities, entity_queries.entities, "registry.entities"),
    "uncovered": Listed(uncovered, target_queries.uncovered, "registry.entities_uncovered"),
    "targets": Listed(targets, target_queries.library, "registry.targets"),
    "inspectors": Listed(inspectors, officer_queries.inspectors, "registry.inspectors"),
    "items": Listed(items, item_queries.items, "registry.items"),
}


def chosen_again(kind: str, asked: Mapping[str, Any]) -> Select[Any]:
    """Whom a list chose, for the job that puts them down."""
    listed = LISTS[kind]
    return chosen(
        listed.listing(), listed.query(), MultiDict([(key, value) for key, value in asked["fields"]])
    ).keys


service.choose_by(chosen_again)
LEFT_OUT = ListPage(
    title=_l("没有办理的记录"),
    key=BulkRow.id,
    columns=(
        Column("name", _l("名称"), sort=BulkRow.name, wide=True),
        Column("reason", _l("原因"), value=lambda row: sentence_of_row(row, "reason"), wide=True),
    ),
    search=(BulkRow.name,),
    search_label=_l("名称"),
    order="name",
    empty=_l("全部办理完毕。"),
)


@pages.post("/bulk/<kind>/<action>")
@allow(Permission.REGISTRY_WRITE)
def bulk_ask(kind: str, action: str) -> Any:
    """Say how many it is for, and ask what is needed."""
    return _ask(kind, action, forms.empty())


@pages.post("/bulk/<kind>/<action>/begin")
@allow(Permission.REGISTRY_WRITE)
def bulk_begin(kind: str, action: str) -> Any:
    """Begin, unless the filter finds another number by now: then it is asked anew."""
    form = forms.read(_known(kind, action).schema())
    listed = LISTS[kind]
    picked = chosen(listed.listing(), listed.query(), request.form)
    count = import_queries.bulk.count(picked.keys)
    if form.ok and str(count) != request.form.get("count"):
        form.errors[forms.WHOLE] = [
            _("现在共有 %(count)s 条，与刚才显示的不同，请核对后再确认。", count=count)
        ]
    if form.ok:
        with form.submission():
            asked = {"fields": picked.fields} if picked.whole else None
            run = service.begin_bulk(kind, action, form.data, picked.keys, count=count, asked=asked)
            return redirect(url_for("registry.bulk_run", run_id=run.id), 303)
    return _ask(kind, action, form)


@pages.get("/bulk/runs/<uuid:run_id>")
@allow(Permission.REGISTRY_WRITE)
def bulk_run(run_id: UUID) -> Any:
    """How far it is, and to which records it was not done and why."""
    run = import_queries.bulk.run(run_id)
    listed, job = LISTS[run.kind], import_queries.bulk.job_of(run)
    return LEFT_OUT.respond(
        db.session(),
        import_queries.bulk.left_out(run),
        "imports/bulk_run.html",
        run=run,
        ask=ASKS[run.kind][run.action],
        list_title=listed.listing().title,
        back=url_for(listed.endpoint),
        job=job,
        progress=progress_of([job.id]).get(job.id) if job else None,
        failed=job is not None and job.state == JobState.FAILED,
    )


def _known(kind: str, action: str) -> Ask:
    found = ASKS.get(kind, {}).get(action)
    if found is None:
        abort(404)
    return found


def _ask(kind: str, action: str, form: forms.Form) -> Any:
    ask, listed = _known(kind, action), LISTS[kind]
    listing = listed.listing()
    picked = chosen(listing, listed.query(), request.form)
    return page(
        "imports/bulk.html",
        form.status,
        form=form,
        ask=ask,
        kind=kind,
        action=action,
        list_title=listing.title,
        back=url_for(listed.endpoint),
        count=import_queries.bulk.count(picked.keys),
        kept=picked.fields,
        whole=picked.whole,
    )
