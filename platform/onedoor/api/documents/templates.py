"""The bureau's own templates over the interface: uploaded and checked, tried, put in place, and back to ours (R-V7)."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import UPLOADS, looked_up
from onedoor.api.documents.documents import KINDS, blp
from onedoor.api.openapi.document import file_response
from onedoor.edge.attachments import attachment
from onedoor.edge.guard import allow
from onedoor.edge.rate_limits import limiter
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.messages import queries, service
from onedoor.messages.models import LetterTemplate
from onedoor.messages.rules import LETTERS, Letter
from tenants.rules import Permission

ADMINISTRATORS = allow(Permission.USERS_MANAGE)


class TemplateVersionOut(Schema):
    """A version of the bureau's own template."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(KINDS))
    version = fields.Integer()
    name = fields.String()
    digest = fields.String()
    added_at = fields.AwareDateTime()
    added_by = fields.String()


class TemplateFieldOut(Schema):
    """A field that a template may have, with a made-up value; of a list its rows' fields stand behind `[]`."""

    name = fields.String()
    example = fields.String()


class TemplateOut(Schema):
    """A kind of document, its own versions, and which is in use: `in_use` null stands for the house's template."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    title = fields.String()
    in_use = fields.UUID(allow_none=True)
    versions = fields.List(fields.Nested(TemplateVersionOut))
    fields_known = fields.List(fields.Nested(TemplateFieldOut))


class Templates(Schema):
    """All kinds."""

    items = fields.List(fields.Nested(TemplateOut))


class TemplateKindIn(Schema):
    """Of which kind."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))


class TemplateFileIn(Schema):
    """The Word file (.docx) without macros, up to 2 MB."""

    file = Upload(required=True)


@blp.route("/templates")
@ADMINISTRATORS
@blp.response(200, Templates)
def templates() -> dict[str, Any]:
    """每种文书正在使用的模板、本单位的各个版本和可用的字段"""
    return {"items": [_told(letter) for letter in Letter]}


@blp.route("/templates", methods=["POST"])
@limiter.limit(UPLOADS)
@takes_a_file
@ADMINISTRATORS
@blp.arguments(TemplateKindIn, location="form")
@blp.arguments(TemplateFileIn, location="files")
@blp.response(201, TemplateVersionOut)
def add_template(given: dict[str, Any], sent: dict[str, Any]) -> LetterTemplate:
    """上传本单位的模板（multipart/form-data）：检查后保存为新的一版，启用后才使用"""
    file = sent["file"]
    return service.add_template(Letter(given["kind"]), file.filename or "模板.docx", file.read())


@blp.route("/templates/<uuid:template_id>/preview")
@limiter.limit(UPLOADS)
@ADMINISTRATORS
@looked_up("template", queries.letter_template)
@blp.doc(responses={"200": file_response("The template with made-up values, as Word.")})
def preview_template(template: LetterTemplate) -> Response:
    """用举例的内容填写的 Word 文件"""
    letter = Letter(template.kind)
    made = service.preview(letter, template).content
    return attachment(made, f"{LETTERS[letter].title}（预览）.docx", service.DOCX)


@blp.route("/templates/<uuid:template_id>/use", methods=["POST"])
@ADMINISTRATORS
@looked_up("template", queries.letter_template)
@blp.response(200, TemplateOut)
def use_template(template: LetterTemplate) -> dict[str, Any]:
    """启用一版：以后出具的文书用这一版"""
    service.use_template(template.id)
    return _told(Letter(template.kind))


@blp.route("/templates/default", methods=["POST"])
@ADMINISTRATORS
@blp.arguments(TemplateKindIn)
@blp.response(200, TemplateOut)
def use_default(given: dict[str, Any]) -> dict[str, Any]:
    """恢复系统模板"""
    service.use_default(Letter(given["kind"]))
    return _told(Letter(given["kind"]))


def _told(letter: Letter) -> dict[str, Any]:
    held = queries.template_in_use(letter)
    return {
        "kind": letter.value,
        "title": LETTERS[letter].title,
        "in_use": held.id if held else None,
        "versions": queries.letter_templates(letter),
        "fields_known": [{"name": name, "example": example} for name, example in service.fields_of(letter)],
    }
