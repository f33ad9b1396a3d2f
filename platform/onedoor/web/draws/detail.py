"""A draw's page: what will be drawn, who commits and witnesses, what is registered, what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app, request, url_for
from flask_babel import gettext as _

from onedoor.disclosure import queries as disclosure
from onedoor.draws import queries, service
from onedoor.draws.models import Draw
from onedoor.draws.service.ceremony.witnesses import token_of
from onedoor.draws.states import DrawState
from onedoor.edge.identity import current_user
from onedoor.kernel import clock, jobs, trace
from onedoor.web.draws import closed_pools, labels
from onedoor.web.draws.blueprint import ANSWER, pages, readers
from onedoor.web.draws.change_counts import by_list
from onedoor.web.draws.next_step import next_step, own_part
from onedoor.web.draws.pleas import pleas
from onedoor.web.shell import forms, page
from onedoor.web.shell.renderer import wants_fragment
from tenants.rules import Permission

AT_ONCE = 100
CHOICES = {"open": (60, 180, 300, 600), "closed": (10, 30, 60)}


class Countdown(NamedTuple):
    """What the operator may announce: seconds with their words; nothing later than `latest`, if there is one."""

    choices: list[tuple[int, str]]
    latest: datetime | None


@pages.get("/draws/<uuid:draw_id>")
@readers
def draw(draw_id: UUID) -> Any:
    """One draw, for those who take part in it."""
    return show(draw_id)


def show(draw_id: UUID, form: forms.Form | None = None) -> Any:
    """The page, with the invitation form as it was sent."""
    found = queries.draw(draw_id)
    # The mark is taken first: what changes in between makes the page ask once more, and never leaves it behind.
    glance = queries.glance(draw_id)
    board = queries.board(draw_id)
    leads = found.tenant_id == current_user.tenant_id
    context = {
        "draw": found,
        "board": board,
        "leads": leads,
        "next": next_step(board, leads),
        "own": own_part(draw_id),
        **closed_pools.doors(found),
        "links": links(draw_id) if leads else {},
        "hall_address": address("draws.public_hall", draw_id=draw_id),
        "job": _job(draw_id) if leads else None,
        "files": queries.files(draw_id),
        "roster": _roster(draw_id),
        "trace": trace.of(draw_id),
        "line_draws": line_draws(found),
        "deadline": service.deadline(found),
        "neighbours": queries.neighbours(draw_id),
        "waits": queries.waits(draw_id),
        "form": form or forms.empty(),
        "countdown": countdown(found),
        "operates": leads and current_user.may(Permission.DRAW_OPERATE),
        "live": wants_fragment() == "draw-state",
        "glance": glance,
        "moment": queries.moment(draw_id),
        "now": clock.now().isoformat(),
        **drawn(draw_id, board["state"]),
        "pleas": pleas(draw_id) if board["state"] == DrawState.DRAWN else [],
        "answers": service.may_answer(found) and any(map(current_user.may, ANSWER)),
        "words": labels.vocabulary(),
    }
    context["progress"] = _progress(context["job"])
    return page("draws/draw.html", 200 if form is None or form.ok else 422, **context)


def _roster(draw_id: UUID) -> dict[str, Any] | None:
    """The roster's digest and whether the file is published, as the public reads it."""
    published = disclosure.of_subject("draw", draw_id)
    found: dict[str, Any] | None = published.content.get("roster") if published else None
    return found


def line_draws(found: Draw) -> list[tuple[str, str, Any, bool]]:
    """The draws of its line that this bureau may see: number, address, state, whether it is this one (R-D7)."""
    return [
        (
            each.number,
            url_for("draws.draw", draw_id=each.id),
            labels.STATES[each.state].text,
            each.id == found.id,
        )
        for each in queries.of_line(found.line)
    ]


def _job(draw_id: UUID) -> jobs.Job | None:
    """The newest job about the draw, but one that waits for its hour."""
    found = jobs.latest_for(draw_id)
    return found if found is not None and found.not_before <= clock.now() else None


def _progress(job: jobs.Job | None) -> jobs.JobProgress | None:
    return jobs.progress_of([job.id]).get(job.id) if job else None


def countdown(draw: Draw) -> Countdown:
    """The times that may still be announced, and the latest one where there is one."""
    latest = service.latest(draw)
    left = (latest - clock.now()).total_seconds() if latest else float("inf")
    every = CHOICES.get(draw.state, ())
    return Countdown([(seconds, _duration(seconds)) for seconds in every if seconds < left], latest)


def _duration(seconds: int) -> str:
    minutes = seconds // 60
    return _("%(n)s 分钟", n=minutes) if minutes else _("%(n)s 秒", n=seconds)


def drawn(draw_id: UUID, state: str) -> dict[str, Any]:
    """The published outcome, a page of it: objects with names and teams, and how many there are.

    Of a surprise draw that is not released those who take part read what the public does not.
    """
    published = disclosure.of_subject("draw", draw_id) if state == DrawState.DRAWN else None
    content = published.content if published else {}
    untold = published is not None and queries.is_untold(queries.draw(draw_id))
    # Of a closed draw too they read more: what became of it since.
    if untold or content.get("closed"):
        content = service.result(queries.draw(draw_id))
    objects = content.get("objects", [])
    first = request.args.get("from", 0, type=int)
    first = first if 0 <= first < len(objects) else 0
    return {
        "objects": objects[first : first + AT_ONCE],
        "first": first,
        "total": len(objects),
        "at_once": AT_ONCE,
        "changes": content.get("changes", []),
        "called_off": content.get("called_off", []),
        "changed": by_list({**content, "lists": queries.board(draw_id)["lists"]}),
        "untold": untold,
    }


def address(endpoint: str, **values: Any) -> str:
    """Where a stranger finds a page: by the deployment's own name, whatever host this request was sent to."""
    base: str = current_app.extensions["onedoor.config"].base_url
    return base + url_for(endpoint, **values)


def links(draw_id: UUID) -> dict[str, str]:
    """The invitations' addresses, by who is invited; shown to the lead's operator only."""
    if not current_user.may(Permission.DRAW_OPERATE):
        return {}
    return {
        invitation.who: address("draws.witness", token=token_of(invitation))
        for invitation, _said in queries.invitations(draw_id)
    }
