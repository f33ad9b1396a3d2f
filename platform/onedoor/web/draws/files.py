"""Files of a draw, and the public register."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from onedoor.draws import queries
from onedoor.edge.attachments import attachment
from onedoor.edge.guard import public
from onedoor.web.draws.blueprint import pages, readers


@pages.get("/draws/<uuid:draw_id>/files/<name>")
@readers
def file(draw_id: UUID, name: str) -> Any:
    """One published file of a draw, its exact bytes; the proof of a surprise draw also before it is published."""
    draw = queries.draw(draw_id)
    if name == "proof.json" and queries.is_untold(draw):
        answer = download(name, "application/json", queries.document(draw_id, "proof"))
        answer.headers["Cache-Control"] = "no-store"
        return answer
    found = queries.file(draw_id, name)
    return download(found.name, found.media_type, found.content)


@pages.get("/register.jsonl")
@public
def register() -> Any:
    """The register of all draws of this deployment, for anybody."""
    return download("register.jsonl", "application/jsonl", queries.register_file())


def download(name: str, media_type: str, content: bytes) -> Response:
    """Exact bytes, as a file to keep."""
    answer = attachment(content, name, media_type)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
