"""Who assists and what certifies, over the interface: experts and testing institutes (R-L7), enforcement certificates (R-T4)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from onedoor.api.items.items import blp as blp
from onedoor.api.lists import rows
from onedoor.api.lists.arguments import Part, orders
from onedoor.api.lists.search import (
    Library,
    LibraryArgs,
    equal,
    has,
    of_unit,
    page_of_library,
    until,
)
from onedoor.api.shapes import CertificateOut, ExpertOut
from onedoor.edge.guard import allow
from onedoor.officers import queries
from onedoor.officers.models import Certificate, Expert
from onedoor.officers.queries import certificates as kept_certificates
from onedoor.officers.rules.certificate_rows import REVOKED, SUSPENDED, VALID
from onedoor.officers.rules.expert_rows import KIND_NAMES
from tenants.rules import Permission

EXPERTS = Library(
    Expert.id,
    (Expert.name, Expert.organisation, Expert.credential, queries.initials(Expert.sort_key)),
    {"name": Expert.sort_key, "credential_expires_on": Expert.credential_expires_on},
    {
        "kind": equal(Expert.kind),
        "active": equal(Expert.active),
        "qualification": has(Expert.qualifications),
        "unit": of_unit(Expert.unit_id),
        "expires_until": until(Expert.credential_expires_on),
    },
)
CERTIFICATES = Library(
    Certificate.id,
    (Certificate.name, Certificate.number, Certificate.body, queries.initials(Certificate.sort_key)),
    {"name": Certificate.sort_key, "number": Certificate.number, "expires_on": Certificate.expires_on},
    {
        "status": equal(Certificate.status),
        "kept_by": equal(Certificate.tenant_id),
        "expires_until": until(Certificate.expires_on),
    },
)


class ExpertArgs(LibraryArgs):
    """What part of the list is asked for; words are looked for in name, organisation, credential and initials."""

    kind = fields.String(validate=validate.OneOf(list(KIND_NAMES)))
    active = fields.Boolean(metadata={"description": "true: on the list; false: those who left"})
    qualification = fields.String(metadata={"description": "a word of the vocabulary of qualifications"})
    unit = fields.String(
        validate=validate.Length(max=100),
        metadata={"description": "kept by the unit of this name; `-`: by none, the whole bureau's (R-T5)"},
    )
    expires_until = fields.Date(metadata={"description": "credential ends on this day or earlier"})
    sort = fields.String(load_default="name", validate=validate.OneOf(orders(EXPERTS.sorts)))


class CertificateArgs(LibraryArgs):
    """What part of the register is asked for; words are looked for in name, number, body and initials."""

    status = fields.String(validate=validate.OneOf([VALID, SUSPENDED, REVOKED]))
    kept_by = fields.UUID(metadata={"description": "of this justice bureau"})
    expires_until = fields.Date(metadata={"description": "ends on this day or earlier"})
    sort = fields.String(load_default="name", validate=validate.OneOf(orders(CERTIFICATES.sorts)))


class ExpertPage(Part):
    """A page of one's own experts and institutes."""

    items = fields.List(fields.Nested(ExpertOut))


class CertificatePage(Part):
    """A page of the certificates that count for the bureau."""

    items = fields.List(fields.Nested(CertificateOut), attribute="page.rows")


@blp.route("/experts")
@allow(Permission.BUREAU_READ)
@blp.arguments(ExpertArgs, location="query")
@blp.response(200, ExpertPage)
def experts(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的专家和检验检测机构及其资格：搜索、筛选、排序、翻页；经 loads/experts 导入"""
    page = page_of_library(queries.experts.experts(), EXPERTS, args)
    return {"page": page, "items": rows.experts(page.rows)}


@blp.route("/certificates")
@allow(Permission.BUREAU_READ)
@blp.arguments(CertificateArgs, location="query")
@blp.response(200, CertificatePage)
def certificates(args: dict[str, Any]) -> dict[str, Any]:
    """本单位可以选用的执法证件：搜索、筛选、排序、翻页；由司法行政部门经 loads/certificates 导入"""
    return {"page": page_of_library(kept_certificates.certificates(), CERTIFICATES, args)}
