"""The rulebook (抽查细则, R-L10) over the interface: its versions with their sections and filings, and writing the next draft.

Handing a draft in, taking it back, approving and publishing it is for people (R-T5).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import UPLOADS, room
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.lists.rows import columns
from onedoor.api.openapi.document import file_response
from onedoor.edge.attachments import attachment
from onedoor.edge.guard import allow
from onedoor.edge.rate_limits import limiter
from onedoor.filing import queries as filings
from onedoor.filing.rules import FilingState
from onedoor.items import queries, service
from onedoor.items.models import Rulebook
from onedoor.items.rules.codes import SECTIONS
from onedoor.items.schemas.items import RulebookSchema
from onedoor.items.service.rulebooks import WORD, rulebook_title
from onedoor.kernel.errors import ClerkError
from tenants import approvals
from tenants.rules import Permission

blp = room("rulebooks", "随机抽查工作细则")
OWN, PUBLISHED = "own", "published"


class RulebooksArgs(PageArgs):
    """Which rulebooks."""

    of = fields.String(
        load_default=OWN,
        validate=validate.OneOf([OWN, PUBLISHED]),
        metadata={"description": "own: every version of one's own; published: those in force of all bureaus"},
    )


class FileArgs(Schema):
    """In which form."""

    form = fields.String(load_default="docx", validate=validate.OneOf(["docx", "txt"]))


class FiledOut(Schema):
    """One filing of a version with a supervising bureau (R-L12)."""

    id = fields.UUID()
    receiver = fields.UUID(attribute="receiver_id")
    sent_at = fields.AwareDateTime()
    state = fields.Function(filings.state, metadata={"enum": [one.value for one in FilingState]})
    reason = fields.String(attribute="answer.reason", metadata={"description": "why it was returned"})


class RulebookOut(Schema):
    """A version: draft (`waiting`: handed in for approval), published or replaced; filings are told of one's own alone."""

    id = fields.UUID()
    bureau = fields.UUID(attribute="tenant_id")
    version = fields.Integer()
    state = fields.String()
    waiting = fields.Boolean()
    editor_name = fields.String()
    updated_at = fields.AwareDateTime()
    publisher_name = fields.String(allow_none=True)
    published_at = fields.AwareDateTime(allow_none=True)
    filings = fields.List(fields.Nested(FiledOut))


class SectionOut(Schema):
    """A section: `name` is that of the field by which it is written."""

    name = fields.String()
    title = fields.String()
    text = fields.String()


class WholeRulebookOut(RulebookOut):
    """The same with its texts."""

    sections = fields.List(fields.Nested(SectionOut))


class RulebookPage(ListPage):
    """A page of versions, the newest first."""

    items = fields.List(fields.Nested(RulebookOut))


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.arguments(RulebooksArgs, location="query")
@blp.response(200, RulebookPage)
def rulebooks(args: dict[str, Any]) -> dict[str, Any]:
    """本单位细则的各版及其审批、公布、备案，或各单位现行的细则"""
    every = queries.rulebooks_of_bureau() if args["of"] == OWN else queries.rulebooks_in_force()
    page = page_of(every, Rulebook.id, args)
    return {**page, "items": _told(page["items"])}


@blp.route("/<uuid:rulebook_id>")
@allow(Permission.BUREAU_READ)
@blp.response(200, WholeRulebookOut)
def one_rulebook(rulebook_id: UUID) -> dict[str, Any]:
    """一版细则的各部分"""
    return _whole(queries.rulebook(rulebook_id))


@blp.route("/<uuid:rulebook_id>/file")
@limiter.limit(UPLOADS)
@allow(Permission.BUREAU_READ)
@blp.arguments(FileArgs, location="query")
@blp.doc(responses={"200": file_response("The version as a Word file or as plain text.")})
def rulebook_file(args: dict[str, Any], rulebook_id: UUID) -> Response:
    """一版细则的文件"""
    found = queries.rulebook(rulebook_id)
    title = rulebook_title(found)
    if args["form"] == "txt":
        text = service.rulebook_text(found).encode()
        return attachment(text, f"{title}.txt", "text/plain; charset=utf-8")
    return attachment(service.rulebook_document(found), f"{title}.docx", WORD)


@blp.route("/draft", methods=["PUT"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(RulebookSchema(partial=True))
@blp.response(200, WholeRulebookOut)
def write_rulebook(given: dict[str, Any]) -> dict[str, Any]:
    """起草下一版：写明的部分照写，没有写明的部分照上一版；提交审批、公布由人员在页面办理"""
    if not given:
        raise ClerkError("请至少写明细则的一个部分。")
    versions = queries.my_rulebooks()
    former = versions[0].sections if versions else {}
    return _whole(service.save_rulebook({**former, **given}))


def _told(rows: list[Rulebook]) -> list[dict[str, Any]]:
    mine = [one.id for one in rows if queries.is_mine(one)]
    filed, waiting = filings.of_subjects(mine), approvals.waiting_among("rulebook", mine)
    return [{**columns(one), "filings": filed.get(one.id, []), "waiting": one.id in waiting} for one in rows]


def _whole(one: Rulebook) -> dict[str, Any]:
    texts = [
        {"name": name, "title": title, "text": one.sections.get(name, "")} for name, title in SECTIONS.items()
    ]
    return {**_told([one])[0], "sections": texts}
