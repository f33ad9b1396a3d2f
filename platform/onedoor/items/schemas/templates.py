"""Shapes of shared items (R-L1) and of a rulebook's sections (R-L10)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load

from onedoor.imports.schemas.texts import text


class AdoptSchema(Schema):
    """That the law gives the bureau this check: what no law provides for may not be listed (R-L1)."""

    empowered = fields.Boolean(load_default=False)

    @post_load
    def only_if_empowered(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """A box left empty does not come in at all."""
        if not data["empowered"]:
            raise ValidationError("请先核对并确认本单位有这项检查的法定职权。", "empowered")
        return data


class ShareSchema(Schema):
    """A word to those who may adopt a shared item."""

    note = text(200)


class SectionSchema(Schema):
    """One section of a rulebook."""

    text = text(20_000)
