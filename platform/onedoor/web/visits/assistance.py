"""Choosing who assists, their entrustment, and their opinion (R-L7, R-V3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema

from onedoor.edge.attachments import attachment
from onedoor.edge.guard import allow
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.kernel import files
from onedoor.kernel.errors import NotFound
from onedoor.visits import queries, service
from onedoor.visits.schemas import AssistantSchema, OpinionSchema
from onedoor.visits.service import Entrustment
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import forms, page
from onedoor.web.visits.blueprint import pages
from onedoor.web.visits.methods import CHOOSES, LIMIT, sent_file
from onedoor.web.visits.visit import act
from tenants.rules import Permission


@pages.post("/<uuid:visit_id>/assistants")
@limiter.limit(LIMIT)
@takes_a_file
@allow(*CHOOSES)
def assistant_add(visit_id: UUID) -> Any:
    """An expert or institute of the bureau's own list assists."""

    def choose(data: dict[str, Any]) -> None:
        expert_id = data.pop("expert_id")
        service.choose_assistant(visit_id, expert_id, Entrustment(**data, document=sent_file()))

    return act(visit_id, AssistantSchema(), choose, _("已选为协助人员，会写入通知书、检查方案和记录。"))


@pages.post("/<uuid:visit_id>/assistants/<uuid:assistant_id>/drop")
@allow(*CHOOSES)
def assistant_drop(visit_id: UUID, assistant_id: UUID) -> Any:
    """And no longer."""
    done = _("已取消协助。")
    return act(visit_id, Schema(), lambda data: service.drop_assistant(visit_id, assistant_id), done)


@pages.route("/<uuid:visit_id>/assistants/<uuid:assistant_id>/opinion", methods=["GET", "POST"])
@limiter.limit(LIMIT, methods=["POST"])
@takes_a_file
@allow(*CHOOSES)
def assistant_opinion(visit_id: UUID, assistant_id: UUID) -> Any:
    """What they say, signed by them apart from the record."""
    found, one, form = queries.visit(visit_id), queries.my_assistant(visit_id, assistant_id), forms.empty()
    if request.method == "POST":
        form = forms.read(OpinionSchema())
        if form.ok:
            with form.submission():
                service.sign_opinion(visit_id, assistant_id, **form.data, signed=sent_file())
                flash(_("协助人员的意见已登记。"), "good")
                return redirect(url_for("visits.visit", visit_id=visit_id), 303)
    return page("visits/opinion.html", form.status, form=form, visit=found, one=one)


@pages.get("/<uuid:visit_id>/assistants/<uuid:assistant_id>/entrustment")
@allow(Permission.BUREAU_READ)
def assistant_entrustment(visit_id: UUID, assistant_id: UUID) -> Any:
    """The paper that entrusts them."""
    return _file(queries.my_assistant(visit_id, assistant_id).entrusted_file_id)


@pages.get("/<uuid:visit_id>/assistants/<uuid:assistant_id>/signed")
@allow(Permission.BUREAU_READ)
def assistant_signed(visit_id: UUID, assistant_id: UUID) -> Any:
    """Their opinion as they signed it."""
    return _file(queries.my_assistant(visit_id, assistant_id).opinion_file_id)


def _file(file_id: UUID | None) -> Any:
    if file_id is None:
        raise NotFound()
    kept = files.get(file_id)
    return attachment(kept.content, kept.name, kept.media_type, digest=kept.digest)
