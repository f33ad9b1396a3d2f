"""Draws with their files: what anyone needs to recompute them (R-D8)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from onedoor.api.document import file_response
from onedoor.api.paging import PageArgs, page_of
from onedoor.api.rooms import room
from onedoor.disclosure import queries
from onedoor.disclosure.models import Disclosure
from onedoor.edge.attachments import attachment
from onedoor.edge.guard import public
from onedoor.kernel.errors import NotFound

blp = room("draws", "随机抽取及其可验证文件")


class FileOut(Schema):
    """A file of a draw; `digest` is SHA-256 in hex."""

    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    digest = fields.String()


class DrawOut(Schema):
    """A draw as it is public."""

    id = fields.UUID()
    title = fields.String()
    bureau = fields.String(attribute="bureau_name")
    since = fields.AwareDateTime()
    content = fields.Dict()


class DrawWithFiles(DrawOut):
    """A draw with its files."""

    files = fields.List(fields.Nested(FileOut))


class DrawPage(Schema):
    """A page of draws."""

    items = fields.List(fields.Nested(DrawOut))
    next = fields.UUID(allow_none=True)


@blp.route("/")
@public
@blp.arguments(PageArgs, location="query")
@blp.response(200, DrawPage)
def draws(args: dict[str, Any]) -> dict[str, Any]:
    """已公示的随机抽取"""
    return page_of(queries.search("draw"), Disclosure.id, args["limit"], args["after"])


@blp.route("/<uuid:draw_id>")
@public
@blp.response(200, DrawWithFiles)
def one_draw(draw_id: UUID) -> dict[str, Any]:
    """一次抽取及其文件目录"""
    found = _draw(draw_id)
    shown = {name: getattr(found, name) for name in ("id", "title", "bureau_name", "since", "content")}
    return {**shown, "files": queries.files(found.id)}


@blp.route("/<uuid:draw_id>/files/<name>")
@public
@blp.doc(responses={"200": file_response("The file, its exact bytes; the ETag is its SHA-256.")})
def draw_file(draw_id: UUID, name: str) -> Response:
    """下载一个文件：计划、待抽取库、人员名单、证明、登记册"""
    found = queries.file(_draw(draw_id).id, name)
    return attachment(found.content, found.name, found.media_type, digest=found.digest)


def _draw(draw_id: UUID) -> Disclosure:
    found = queries.one(draw_id)
    if found.kind != "draw":
        raise NotFound("没有找到这次抽取。")
    return found
