"""Shape of a certificate by hand (R-T4)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.imports.schemas.texts import mark, person, text
from onedoor.officers.rules.certificate_rows import REVOKED, SUSPENDED, VALID


class CertificateSchema(Schema):
    """Fields of `models.Certificate`."""

    number = mark(60, required=True)
    name = person(60)
    body = text(200)
    kinds = text(200)
    area = text(200)
    expires_on = fields.Date(required=True)
    status = fields.String(load_default=VALID, validate=validate.OneOf([VALID, SUSPENDED, REVOKED]))
    stopped_on = fields.Date(load_default=None, allow_none=True)
    remark = text(2_000)
