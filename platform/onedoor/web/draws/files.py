"""Files of a draw, the public register, and the announcement to print."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask_babel import gettext as _

from onedoor.disclosure import queries as disclosure
from onedoor.draws import queries
from onedoor.edge.attachments import attachment
from onedoor.edge.guard import public
from onedoor.kernel.errors import NotFound
from onedoor.web.draws import words
from onedoor.web.draws.blueprint import pages, readers
from onedoor.web.shell import page


@pages.get("/draws/<uuid:draw_id>/files/<name>")
@readers
def file(draw_id: UUID, name: str) -> Any:
    """One published file of a draw, its exact bytes."""
    queries.draw(draw_id)
    found = queries.file(draw_id, name)
    return download(found.name, found.media_type, found.content)


@pages.get("/register.jsonl")
@public
def register() -> Any:
    """The register of all draws of this deployment, for anybody."""
    return download("register.jsonl", "application/jsonl", queries.register_file())


@pages.get("/draws/<uuid:draw_id>/announcement")
@readers
def announcement(draw_id: UUID) -> Any:
    """抽取结果公告, to print and sign."""
    found = queries.draw(draw_id)
    published = disclosure.of_subject("draw", draw_id)
    if published is None or found.state not in ("drawn", "void"):
        raise NotFound(_("抽取完成后才有公告。"))
    return page(
        "draws/announcement.html",
        draw=found,
        content=published.content,
        back=url_for("draws.draw", draw_id=draw_id),
        words=words.vocabulary(),
    )


def download(name: str, media_type: str, content: bytes) -> Response:
    """Exact bytes, as a file to keep."""
    answer = attachment(content, name, media_type)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
