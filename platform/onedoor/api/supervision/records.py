"""The records behind the cells of the overview, with a supervisor's view: what its grants show, and a look that is kept (R-T3, R-S2)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from marshmallow import Schema, fields, validate

from onedoor.api.lists.paging import ListPage, PageArgs, list_name
from onedoor.api.supervision.oversight import blp
from onedoor.edge.guard import allow
from onedoor.edge.lists import keyset
from onedoor.edge.lists.reader import MOST_COUNTED
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import DbRole
from onedoor.kernel.sentences import Sentence
from onedoor.supervision import queries
from onedoor.supervision.queries.kinds import KINDS, NAMES
from tenants.rules import Permission

__all__ = ["blp"]
# Those whose rows have an id of their own; what is owed and not there has none, and stands in the overview as a number.
LISTED = (
    "filings",
    "campaigns",
    "draws",
    "visits",
    "results",
    "followups",
    "owed",
    "items",
    "rulebooks",
    "exports",
    "trainees",
    "outside",
)


class SupervisedArgs(PageArgs):
    """Which records: of a year, in a state that the overview counts, of a bureau by its code."""

    year = fields.Integer(load_default=None, validate=validate.Range(2000, 2100))
    state = fields.String(load_default="all", validate=validate.Length(max=40))
    bureau = fields.String(load_default=None, validate=validate.Length(max=40))


class SupervisedOut(Schema):
    """One record of a supervised bureau, and in which of the overview's states it is counted."""

    id = fields.UUID()
    bureau = fields.String()
    bureau_name = fields.String()
    year = fields.Integer(allow_none=True)
    name = fields.String(allow_none=True)
    states = fields.List(fields.String())


class SupervisedPage(ListPage):
    """A page of them, the newest first."""

    items = fields.List(fields.Nested(SupervisedOut))


@blp.route("/records/<kind>")
@allow(Permission.OVERSIGHT, role=DbRole.SUPERVISOR)
@blp.arguments(SupervisedArgs, location="query")
@blp.response(200, SupervisedPage)
def supervised_records(args: dict[str, Any], kind: str) -> dict[str, Any]:
    """监督范围内各单位一类记录，即总览中一项数据对应的各条；每次查看都留痕"""
    if kind not in LISTED:
        raise NotFound("没有这一类记录，可用的种类见接口说明。")
    found = KINDS[kind]()
    if args["state"] not in found.states:
        raise ClerkError("没有这种情形。", fields={"state": ["请填写总览中列出的情形，如 all。"]})
    rows, size = found.rows, args["size"]
    query = sa.select(
        rows.c.id,
        rows.c.bureau,
        rows.c.bureau_name,
        (rows.c.year if found.yearly else sa.null()).label("year"),
        rows.c[NAMES[kind]].label("name"),
        *(condition.label(f"in_{state}") for state, condition in found.states.items()),
    ).where(found.of_year(args["year"] or today().year), found.states[args["state"]])
    if args["bureau"]:
        query = query.where(rows.c.bureau == args["bureau"].replace("\x00", ""))
    counted = query.with_only_columns(rows.c.id).limit(MOST_COUNTED + 1).subquery()
    start = keyset.unpack(list_name(), args.get("after"))
    part = query if start is None else query.where(rows.c.id < start[1])
    with queries.reading(Sentence("接口：查看监督范围内的记录（%(kind)s）", kind=kind)) as reader:
        count = reader.scalar(sa.select(sa.func.count()).select_from(counted))
        shown = list(reader.execute(part.order_by(rows.c.id.desc()).limit(size + 1)))
    more = len(shown) > size
    return {
        "count": count,
        "next": keyset.pack(list_name(), None, shown[size - 1].id) if more else None,
        "items": [_told(row, found.states) for row in shown[:size]],
    }


def _told(row: Any, states: Any) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("id", "bureau", "bureau_name", "year", "name")}
    return {**plain, "states": [state for state in states if getattr(row, f"in_{state}")]}
