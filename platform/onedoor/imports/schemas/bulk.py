"""What actions on many records ask for."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load

from onedoor.imports.schemas.texts import text


class NothingSchema(Schema):
    """Nothing more is asked for."""


class ReasonToManySchema(Schema):
    """A reason in words, for all of them."""

    reason = text(500, required=True)


class GivenTagSchema(Schema):
    """One of the bureau's tags."""

    tag_id = fields.UUID(required=True)

    @post_load
    def as_params(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As it is kept until the job runs."""
        return {"tag_id": str(data["tag_id"])}


class GradeSchema(Schema):
    """A risk level of the bureau's scale, and why."""

    level = text(60, required=True)
    reason = text(500, required=True)


class UnitSchema(Schema):
    """A unit of the bureau, or none."""

    unit_id = fields.UUID(load_default=None, allow_none=True)

    @post_load
    def as_params(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As it is kept until the job runs."""
        return {"unit_id": str(data["unit_id"]) if data["unit_id"] else None}


class ResponsibleSchema(Schema):
    """The bureau that should list them, and why."""

    bureau_id = fields.UUID(required=True)
    reason = text(500, required=True)

    @post_load
    def as_params(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As it is kept until the job runs."""
        return {**data, "bureau_id": str(data["bureau_id"])}
