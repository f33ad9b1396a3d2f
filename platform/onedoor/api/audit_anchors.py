"""What a supervising bureau's integration fetches to keep outside: the anchors of the audit chains (R-T6)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import room
from onedoor.edge.guard import allow
from onedoor.kernel.db import db
from onedoor.kernel.scope import DbRole
from tenants import audit_anchors
from tenants.audit_anchors import AuditAnchor
from tenants.models import Bureau
from tenants.rules import Permission

blp = room("oversight", "执法监督：日志锚点")


class AnchorArgs(Schema):
    """Which anchors."""

    since = fields.Date(load_default=None, metadata={"description": "自哪一天起，例如 2026-03-05"})
    size = fields.Integer(load_default=10_000, validate=validate.Range(1, 10_000))


class AnchorOut(Schema):
    """The head of a bureau's chain as it stood on a day."""

    bureau = fields.String()
    day = fields.String()
    sequence = fields.Integer()
    digest = fields.String()


class Anchors(Schema):
    """Anchors, oldest first."""

    items = fields.List(fields.Nested(AnchorOut))


@blp.route("/anchors")
@allow(Permission.OVERSIGHT, role=DbRole.SUPERVISOR)
@blp.arguments(AnchorArgs, location="query")
@blp.response(200, Anchors)
def anchors(args: dict[str, Any]) -> dict[str, Any]:
    """本单位保存的各单位日志链锚点"""
    query = audit_anchors.anchors().order_by(AuditAnchor.day, Bureau.code).limit(args["size"])
    if args["since"] is not None:
        query = query.where(AuditAnchor.day >= args["since"])
    return {"items": [audit_anchors.as_line(row) for row in db.session.execute(query)]}
