"""What things of the registry look like over the interface: the same wherever they are told."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields


class EntityOut(Schema):
    """An entity of the shared register as it stands."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    kind = fields.String()
    status = fields.String()
    status_since = fields.Date(allow_none=True)
    jurisdiction_code = fields.String()
    address = fields.String()
    scope = fields.String()
    entity_type = fields.String()
    industry = fields.String()
    registered_on = fields.Date(allow_none=True)
    capital = fields.String()
    province = fields.String()
    region = fields.String()
    updated_at = fields.AwareDateTime()


class _OfEntity(Schema):
    """What belongs to an entity is told with the entity's code."""

    id = fields.UUID()
    entity_code = fields.String()


class TargetOut(_OfEntity):
    """An object of the bureau's library; it has left when `ended_on` is set."""

    entity_name = fields.String()
    listed_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    ended_reason = fields.String(allow_none=True)


class PremisesOut(_OfEntity):
    """A place where an entity works, in use until `closed_on`; `number` and the entity's code name it for good."""

    number = fields.Integer()
    name = fields.String()
    address = fields.String()
    jurisdiction_code = fields.String()
    closed_on = fields.Date(allow_none=True)
    note = fields.String()
    updated_at = fields.AwareDateTime()


class LicenceOut(_OfEntity):
    """A licence of an entity, valid to a day (null: without end) unless it was cancelled; `premises_number` is its place."""

    kind = fields.String()
    number = fields.String()
    premises_number = fields.Integer(allow_none=True)
    issued_by = fields.String()
    issued_on = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)
    cancelled_on = fields.Date(allow_none=True)
    note = fields.String()
    updated_at = fields.AwareDateTime()


class TagOut(_OfEntity):
    """A tag on an entity; one that is not `shared` is the bureau's own."""

    name = fields.String()
    shared = fields.Boolean()
    at = fields.AwareDateTime()


class ItemOut(Schema):
    """A version of an item that was published; `state` is published, replaced or ended."""

    id = fields.UUID()
    number = fields.String()
    version = fields.Integer()
    state = fields.String()
    name = fields.String()
    basis = fields.String()
    enforcing_body = fields.String()
    inspecting_body = fields.String()
    object_kinds = fields.List(fields.String())
    content = fields.String()
    method = fields.String()
    rate_bp = fields.Integer(allow_none=True)
    frequency = fields.Integer(allow_none=True)
    key = fields.Boolean()
    market = fields.Boolean()
    mode = fields.String()
    qualifications = fields.List(fields.String())
    results_use = fields.String()
    remark = fields.String()
    updated_at = fields.AwareDateTime()


class InspectorOut(Schema):
    """An officer of the bureau, without numbers of the person; `status` is active, suspended or left."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    sex = fields.String()
    body = fields.String()
    post = fields.String()
    certificate_number = fields.String(allow_none=True)
    certificate_expires_on = fields.Date(allow_none=True)
    kinds = fields.String()
    area = fields.String()
    qualifications = fields.List(fields.String())
    leads = fields.Boolean()
    status = fields.String()
    remark = fields.String()
    updated_at = fields.AwareDateTime()


def with_code(one: Any, code: str | None) -> dict[str, Any]:
    """What belongs to an entity, told with the entity's code in place of its id."""
    return {**{column.key: getattr(one, column.key) for column in one.__table__.columns}, "entity_code": code}
