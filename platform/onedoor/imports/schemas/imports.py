"""Shapes of how files are brought in (R-L11)."""

from __future__ import annotations

import json
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from onedoor.imports.schemas.texts import checked
from onedoor.kernel.errors import ClerkError

_MODES = validate.OneOf(["good", "all", "check"])


def _read_mapping(text: str) -> dict[str, str]:
    try:
        mapping = json.loads(text or "{}")
    except ValueError:
        mapping = None
    if not isinstance(mapping, dict) or not all(isinstance(head, str) for head in mapping.values()):
        raise ClerkError('列的对应应为 JSON 对象，例如 {"企业名称": "商户"}。')
    return mapping


class UploadSchema(Schema):
    """How a file is brought in; the file itself travels beside it.

    `columns` is a JSON object: by our column the head that stands for it, where the heads are not ours.
    """

    mode = fields.String(load_default="good", validate=_MODES)
    columns = fields.String(load_default="", validate=validate.Length(max=10_000))

    @post_load
    def as_mapping(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The columns as a mapping."""
        data["columns"] = checked("columns", lambda: _read_mapping(data["columns"]))
        return data


class LoadSchema(Schema):
    """How a file that was looked over is loaded."""

    mode = fields.String(load_default="good", validate=validate.OneOf(["good", "all"]))
