"""What things of the registry look like over the interface: the same wherever they are told."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.items.rules.points import KIND_NAMES as POINT_KINDS
from onedoor.officers.rules.certificate_rows import REVOKED, SUSPENDED, VALID
from onedoor.officers.rules.expert_rows import KIND_NAMES as EXPERT_KINDS


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


class OwnTargetOut(Schema):
    """What a bureau's library says of a target; it has left when `ended_on` is set."""

    id = fields.UUID()
    rule_id = fields.UUID(allow_none=True, metadata={"description": "the rule of selection that chose it"})
    unit = fields.String(allow_none=True, metadata={"description": "name of the unit it belongs to"})
    risk = fields.String(allow_none=True, metadata={"description": "its level on the bureau's own scale"})
    grounds = fields.String(metadata={"description": "why, of a level set by hand or by a file"})
    tags = fields.List(fields.String(), metadata={"description": "shared ones, and the bureau's own"})
    person = fields.String(
        metadata={"description": "whom the bureau noted as contact; phones are never sent"}
    )
    listed_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    ended_reason = fields.String(allow_none=True)


class TargetOut(OwnTargetOut):
    """An object of the bureau's library, by the code of its entity."""

    entity_code = fields.String()
    entity_name = fields.String()


class ListedOut(OwnTargetOut):
    """A target of one's own library, with its entity."""

    entity = fields.Nested(EntityOut)


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


class PointOut(Schema):
    """A point of a checklist (R-L1): how it is answered, within what, and upon which answers more is asked for."""

    point = fields.String()
    kind = fields.String(validate=validate.OneOf(list(POINT_KINDS)), dump_default="yes_no")
    options = fields.List(fields.String(), metadata={"description": "of a choice"})
    unit = fields.String(metadata={"description": "of a number"})
    lowest = fields.String(metadata={"description": "of a number, a decimal, included"})
    highest = fields.String(metadata={"description": "of a number, a decimal, included"})
    default = fields.String(metadata={"description": "wording that stands there before the officer writes"})
    hint = fields.String(metadata={"description": "how to check"})
    photo = fields.List(fields.String(), metadata={"description": "answers upon which a photo is required"})
    note = fields.List(fields.String(), metadata={"description": "answers upon which a word is required"})


class SourceOut(Schema):
    """The version of another bureau's shared item from which this one was copied; not `in_force`: there is a newer, or none."""

    bureau = fields.String()
    number = fields.String()
    version = fields.Integer()
    in_force = fields.Boolean()


class ItemOut(Schema):
    """A version of an item. `state`: draft (`ending`: that it leaves the list), published, replaced or ended."""

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
    checklist = fields.List(fields.Nested(PointOut))
    method = fields.String()
    rate_bp = fields.Integer(allow_none=True)
    frequency = fields.Integer(allow_none=True, metadata={"description": "times in `every_years` years"})
    every_years = fields.Integer()
    key = fields.Boolean()
    market = fields.Boolean()
    mode = fields.String()
    qualifications = fields.List(fields.String())
    results_use = fields.String()
    life = fields.String(
        metadata={"description": "by which it directly touches life and property, or empty (R-P3)"}
    )
    remark = fields.String()
    unit = fields.String(allow_none=True, metadata={"description": "name of the unit that keeps it"})
    ending = fields.Boolean()
    source = fields.Nested(SourceOut, allow_none=True)
    updated_at = fields.AwareDateTime()


class InspectorOut(Schema):
    """An officer of the bureau, without numbers of the person; `status` is proposed, active, suspended or left."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    sex = fields.String()
    body = fields.String()
    unit = fields.String(allow_none=True, metadata={"description": "name of the unit"})
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


class ExpertOut(Schema):
    """An expert or a testing institute of the bureau (R-L7); one who left is not `active`."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(list(EXPERT_KINDS)))
    name = fields.String()
    organisation = fields.String()
    title = fields.String()
    qualifications = fields.List(fields.String())
    credential = fields.String(metadata={"description": "number of the title or accreditation"})
    credential_expires_on = fields.Date(allow_none=True, metadata={"description": "null: without end"})
    active = fields.Boolean()
    remark = fields.String()
    unit = fields.String(allow_none=True, metadata={"description": "the unit that keeps them (R-T5)"})
    updated_at = fields.AwareDateTime()


class CertificateOut(Schema):
    """An enforcement certificate (R-T4); `stopped_on` is the first day one that is suspended or revoked does not serve."""

    id = fields.UUID()
    kept_by = fields.UUID(attribute="tenant_id", metadata={"description": "the justice bureau that keeps it"})
    number = fields.String()
    name = fields.String()
    body = fields.String()
    kinds = fields.String()
    area = fields.String()
    expires_on = fields.Date()
    status = fields.String(validate=validate.OneOf([VALID, SUSPENDED, REVOKED]))
    stopped_on = fields.Date(allow_none=True)
    remark = fields.String()
    updated_at = fields.AwareDateTime()


def with_code(one: Any, code: str | None) -> dict[str, Any]:
    """What belongs to an entity, told with the entity's code in place of its id."""
    return {**{column.key: getattr(one, column.key) for column in one.__table__.columns}, "entity_code": code}
