"""Draws with their files: what anyone needs to recompute them (R-D8)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from onedoor.api.blueprints import room
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.lists.public_rows import faces
from onedoor.api.openapi.document import file_response
from onedoor.disclosure import queries
from onedoor.disclosure.models import Disclosure
from onedoor.draws.queries import register_file
from onedoor.draws.queries.evidence import evidence, lots_in, proof_of
from onedoor.draws.rules import is_drawn
from onedoor.edge.attachments import attachment
from onedoor.edge.guard import public
from onedoor.edge.rate_limits import limiter
from onedoor.kernel.codes import read_entity_code
from onedoor.kernel.errors import ClerkError, Conflict, NotFound

# A pool's tree is made once, and kept; as the public page does it.
# A thousand hashes each.
LOOKUPS = "120/minute"
blp = room("draws", "随机抽取及其可验证文件")


class FileOut(Schema):
    """A file of a draw; `digest` is SHA-256 in hex."""

    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    digest = fields.String()


class DrawOut(Schema):
    """A draw as it is public; in the list its content is without what was drawn, which may be tens of thousands.

    `draw_id` is the draw's own and stays, as on its page; `id` is that of what is published of it now.
    """

    id = fields.UUID()
    draw_id = fields.UUID(attribute="subject_id")
    title = fields.String()
    bureau = fields.String(attribute="bureau_name")
    since = fields.AwareDateTime()
    content = fields.Dict()


class DrawWithFiles(DrawOut):
    """A draw with its files."""

    files = fields.List(fields.Nested(FileOut))


class LotOut(Schema):
    """One row of a list: whether it was drawn, and its lot, which a verifier checks against the proof alone."""

    list = fields.String()
    drawn = fields.Boolean()
    lot = fields.Dict()


class LotsOut(Schema):
    """The lots of a code and of its places; none where it stood in no list."""

    code = fields.String()
    lots = fields.List(fields.Nested(LotOut))


class DrawPage(ListPage):
    """A page of draws."""

    items = fields.List(fields.Nested(DrawOut))


@blp.route("/")
@public
@blp.arguments(PageArgs, location="query")
@blp.response(200, DrawPage)
def draws(args: dict[str, Any]) -> dict[str, Any]:
    """已公示的随机抽取"""
    return page_of(faces(queries.search("draw")), Disclosure.id, args)


@blp.route("/<uuid:draw_id>")
@public
@blp.response(200, DrawWithFiles)
def one_draw(draw_id: UUID) -> dict[str, Any]:
    """一次抽取及其文件目录"""
    found = _draw(draw_id)
    shown = {
        name: getattr(found, name)
        for name in ("id", "subject_id", "title", "bureau_name", "since", "content")
    }
    return {**shown, "files": queries.files(found.id)}


@blp.route("/register.jsonl")
@public
@blp.doc(
    responses={"200": file_response("The draw register as it is now, one entry a line (draw.md, Register).")}
)
def register_now() -> Response:
    """现在的抽取登记簿"""
    return attachment(register_file(), "register.jsonl", "application/jsonl")


@blp.route("/<uuid:draw_id>/lots/<code>")
@limiter.limit(LOOKUPS)
@public
@blp.response(200, LotsOut)
def lots_of_code(draw_id: UUID, code: str) -> dict[str, Any]:
    """一个统一社会信用代码在一次抽取中的签号：每份名单中的行、路径，可交给自己的核验程序；封闭名单的签号不公开"""
    files = evidence(_draw(draw_id))
    try:
        known = read_entity_code(code).text
    except ClerkError as problem:
        raise ClerkError(problem.message, fields={"code": [problem.message]}, **problem.params) from None
    proof = proof_of(files)
    if "plan" not in proof:
        # What was given up before its plan is public too, and froze no list that anybody may see.
        raise NotFound()
    if proof["plan"]["closed"]:
        # An empty list would say that it stood in none.
        raise Conflict("这次抽取的名单不公开。请向组织抽取的部门索取本企业的签号文件，用它来核对。")
    found = [
        {"list": name, "drawn": is_drawn(proof, lot), "lot": lot}
        for name in files.pools
        for _, lot in lots_in(files, name, known)
    ]
    return {"code": known, "lots": found}


@blp.route("/<uuid:draw_id>/files/<name>")
@public
@blp.doc(responses={"200": file_response("The file, its exact bytes; the ETag is its SHA-256.")})
def draw_file(draw_id: UUID, name: str) -> Response:
    """下载一个文件：计划、待抽取库、人员名单、证明、登记册"""
    found = queries.file(_draw(draw_id).id, name)
    return attachment(found.content, found.name, found.media_type, digest=found.digest)


def _draw(draw_id: UUID) -> Disclosure:
    """By the draw's own id, as its page is, or by that of what is published of it now, which each version has anew."""
    found = queries.of_subject("draw", draw_id) or queries.one(draw_id)
    if found.kind != "draw":
        raise NotFound("没有找到这次抽取。")
    return found
