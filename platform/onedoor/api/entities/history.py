"""What became of one entity and of what belongs to it, over the interface (R-T6); what is new in all is told by `changes`."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from onedoor.api.blueprints import looked_up, room
from onedoor.edge.guard import allow
from onedoor.entities import queries
from onedoor.entities.models import Entity
from onedoor.entities.queries.history import Line, history_page
from onedoor.entities.queries.history_position import read_moment
from tenants.rules import Permission

blp = room("histories", "经营主体的变更记录")


def _moment(text: str) -> None:
    if read_moment(text) is None:
        raise ValidationError("请原样填写上一页的 next。")


class HistoryArgs(Schema):
    """Which part of it."""

    after = fields.String(
        validate=_moment, metadata={"description": "`next` of the page before: what was earlier than that"}
    )
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class StepOut(Schema):
    """A change: of the entity itself, or of a place, a licence or a tag of it. `before` and `after` have what differed."""

    at = fields.AwareDateTime()
    part = fields.String(validate=validate.OneOf(["entity", "premises", "licence", "entity_tag"]))
    what = fields.String(validate=validate.OneOf(["added", "changed", "removed"]))
    source = fields.String(
        metadata={"description": "load, interface, undo, correction, hand, merge: from where it was done"}
    )
    bureau = fields.String(
        metadata={"description": "the bureau that did it; who there did it is on the page and in its log"}
    )
    load_id = fields.UUID(allow_none=True, metadata={"description": "the load, if one's own"})
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)


class StepPage(Schema):
    """Changes, newest first; `next`, sent as `after`, asks for those before them."""

    items = fields.List(fields.Nested(StepOut))
    next = fields.String(allow_none=True)


@blp.route("/<uuid:entity_id>")
@allow(Permission.BUREAU_READ)
@looked_up("entity", queries.entity)
@blp.arguments(HistoryArgs, location="query")
@blp.response(200, StepPage)
def history(args: dict[str, Any], entity: Entity) -> dict[str, Any]:
    """一个主体及其经营场所、许可证、标签的变更记录，由新到旧，可一直翻到最早"""
    page = history_page(entity.id, read_moment(args.get("after", "")), args["size"])
    return {"items": [_told(one) for one in page.lines], "next": str(page.older) if page.older else None}


def _told(line: Line) -> dict[str, Any]:
    step = line.step
    change = step.change
    return {
        "at": change.at,
        "part": "entity" if line.own else change.part,
        "what": change.what,
        "source": change.source,
        "bureau": step.bureau,
        "load_id": step.load.id if step.load else None,
        "before": change.before,
        "after": change.after,
    }
