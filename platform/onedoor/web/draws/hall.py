"""The draw hall (抽取大厅): full screen and live, for those who take part, and for everybody the lead lets in.

Watchers are told that something changed and fetch the true state, so whoever drops out comes back to it. A stream
looks with one short query a second and holds neither transaction nor connection while it waits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, Response, current_app, url_for
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from onedoor.disclosure import queries as disclosure
from onedoor.disclosure.models import Disclosure
from onedoor.draws import queries
from onedoor.edge.guard import public
from onedoor.edge.identity import current_user
from onedoor.kernel import clock
from onedoor.kernel.db import db
from onedoor.kernel.scope import Scope, current_scope, in_scope
from onedoor.web.draws import labels
from onedoor.web.draws.blueprint import pages, readers
from onedoor.web.draws.detail import address, links
from onedoor.web.draws.next_step import next_step
from onedoor.web.draws.published_content import saved
from onedoor.web.shell import page
from onedoor.web.shell.renderer import wants_fragment

LOOK_EVERY, SAY_SOMETHING, LIFE = 1.0, 15, 600
# Streams hold a thread each; beyond these the browser asks now and then instead. The crowd takes none of the bureaus'.
PLACES = threading.BoundedSemaphore(6)
PUBLIC_PLACES = threading.BoundedSemaphore(4)
# So many of the drawn on the screen, a quarter of an hour of turning; tens of thousands are on the public page.
SHOWN = 300
# What the operator has beside what everybody sees; the public hall shows it to nobody, signed in or not.
NOTHING: dict[str, Any] = {"next": None, "links": {}}


@pages.get("/draws/<uuid:draw_id>/hall")
@readers
def hall(draw_id: UUID) -> Any:
    """The hall for those who take part."""
    leads = queries.draw(draw_id).tenant_id == current_user.tenant_id
    return _hall(draw_id, url_for("draws.events", draw_id=draw_id), leads)


@pages.get("/hall/<uuid:draw_id>")
@public
def public_hall(draw_id: UUID) -> Any:
    """The hall for everybody, while the lead has opened it."""
    return _hall(draw_id, url_for("draws.public_events", draw_id=draw_id))


@pages.get("/draws/<uuid:draw_id>/events")
@readers
def events(draw_id: UUID) -> Any:
    """Tell those who take part that the draw changed."""
    queries.draw(draw_id)
    return _stream(draw_id, PLACES)


@pages.get("/hall/<uuid:draw_id>/events")
@public
def public_events(draw_id: UUID) -> Any:
    """Tell everybody that the draw changed, while the lead has opened it."""
    queries.board(draw_id)
    return _stream(draw_id, PUBLIC_PLACES)


def _hall(draw_id: UUID, stream: str, leads: bool = False) -> Any:
    # The mark is taken first: what changes in between makes the watcher ask once more, and never leaves it behind.
    glance = queries.glance(draw_id)
    board = queries.board(draw_id)
    objects, number = _drawn(draw_id) if board["state"] == "drawn" else ([], 0)
    return page(
        "draws/hall.html",
        board=board,
        objects=objects,
        number=number,
        saved=saved(board),
        address=address("portal.draw", subject_id=draw_id),
        stream=stream,
        glance=glance,
        live=wants_fragment() == "hall-board",
        now=clock.now().isoformat(),
        moment=queries.moment(draw_id),
        **(_of_operator(draw_id, board) if leads else NOTHING),
        words=labels.vocabulary(),
    )


def _drawn(draw_id: UUID) -> tuple[list[dict[str, Any]], int]:
    """The first of the drawn, as published, and how many there are: each watcher asks, so the others stay where they are."""
    first = sa.cast(f"$.objects[0 to {SHOWN - 1}]", JSONPATH)
    query = disclosure.search("draw").where(Disclosure.subject_id == draw_id)
    columns = (
        sa.func.jsonb_path_query_array(Disclosure.content, first, type_=JSONB),
        sa.func.jsonb_array_length(Disclosure.content["objects"]),
    )
    found = db.session.execute(query.with_only_columns(*columns)).one_or_none()
    return (found[0], found[1]) if found else ([], 0)


def _of_operator(draw_id: UUID, board: dict[str, Any]) -> dict[str, Any]:
    """What the lead's operator has beside what everybody sees: the next step, and the witnesses' own links."""
    step = next_step(board, leads=True)
    if step is not None and step.method == "post":
        step = replace(step, url=f"{step.url}?at=hall")
    return {**NOTHING, "next": step, "links": links(draw_id)}


def _stream(draw_id: UUID, places: threading.BoundedSemaphore) -> Response:
    if not places.acquire(blocking=False):
        return Response(status=204)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    answer = Response(_changes(app, current_scope(), draw_id), mimetype="text/event-stream")
    answer.call_on_close(places.release)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _changes(app: Flask, scope: Scope, draw_id: UUID) -> Iterator[str]:
    """An event for every version of the board, the one there is first; ends when nothing more will come."""
    seen, silent, until = None, 0, time.monotonic() + LIFE
    yield "retry: 2000\n\n"
    while time.monotonic() < until:
        with in_scope(scope, app):
            glance = queries.glance(draw_id)
            # Once a second: a rollback would make the driver forget what it has prepared.
            db.session.commit()
        if glance is None:
            yield "event: end\ndata: gone\n\n"
            return
        if glance.mark != seen:
            seen, silent = glance.mark, 0
            yield f"event: state\ndata: {glance.mark}\n\n"
        elif (silent := silent + 1) % SAY_SOMETHING == 0:
            yield "event: still\ndata: here\n\n"
        if glance.ended:
            yield "event: end\ndata: ended\n\n"
            return
        time.sleep(LOOK_EVERY)
