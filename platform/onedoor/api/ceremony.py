"""A draw on its way, for the bureaus that take part in it: what is in, what is waited for, what is registered (draw.md).

Committing, revealing, reading the beacon and the operator's acts are for people: one person acts for one party (R-T5), and
whose hand a token is in cannot be told.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up
from onedoor.api.draws import blp as blp
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.lists.rows import columns
from onedoor.draws import queries, service
from onedoor.draws.models import Draw
from onedoor.edge.guard import allow
from onedoor.kernel import clock
from tenants.rules import Permission

STATES = ("frozen", "open", "closed", "awaiting", "revealed", "drawn", "void")


def _digest(**more: Any) -> fields.String:
    return fields.String(allow_none=True, metadata={"description": "64 hex digits"}, **more)


class DrawBriefOut(Schema):
    """A draw the bureau leads, has a list in, commits to or holds the lists of; `state` as it is kept."""

    id = fields.UUID()
    campaign_id = fields.UUID()
    number = fields.String()
    title = fields.String()
    line = fields.String()
    seq = fields.Integer()
    state = fields.String(validate=validate.OneOf(["frozen", "open", "closed", "drawn", "void"]))
    created_at = fields.AwareDateTime()


class DrawBriefs(ListPage):
    """A page of draws, the newest first."""

    items = fields.List(fields.Nested(DrawBriefOut))


class ListOut(Schema):
    """A bureau's list: digest, root and counts once it is frozen; never its rows."""

    bureau = fields.String()
    list = fields.String()
    deposited_at = fields.String(allow_none=True)
    digest = _digest()
    root = _digest()
    n = fields.Integer(allow_none=True)
    reserve = fields.Integer(allow_none=True)
    mode = fields.String(allow_none=True)
    strata = fields.List(fields.Dict(), allow_none=True)
    statuses = fields.Dict(allow_none=True)
    inspectors = fields.Integer(allow_none=True)
    recusals = fields.Dict(allow_none=True, metadata={"description": "how many, by kind of reason"})


class CommitterOut(Schema):
    """One who commits to a secret; `nonce` once it is revealed and may be read."""

    name = fields.String()
    keeper = fields.String(validate=validate.OneOf(["system", "browser"]))
    commit = _digest()
    committed_at = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    revealed_at = fields.String(allow_none=True)
    nonce = _digest()


class HolderOut(Schema):
    """One who keeps the files of a closed draw, and since when."""

    name = fields.String()
    received_at = fields.String(allow_none=True)


class WitnessOut(Schema):
    """One who was invited; the text with its place in order once it is given."""

    who = fields.String()
    text = fields.String(allow_none=True)
    position = fields.Integer(allow_none=True)


class EntryOut(Schema):
    """An entry of the register; `own` is its digest, to be noted with its number."""

    n = fields.Integer()
    time = fields.String()
    kind = fields.String()
    digest = fields.String()
    own = fields.String()


class ReadingOut(Schema):
    """What a bureau read of the public random number; `value` is told once the draw is drawn."""

    bureau = fields.String()
    at = fields.String()
    source = fields.String()
    lead = fields.Boolean()
    agrees = fields.Boolean()
    value = fields.String(allow_none=True)


class OwnPartOut(Schema):
    """The bureau's own part as one who commits from its own device."""

    name = fields.String()
    committed = fields.Boolean()
    revealed = fields.Boolean()
    opens_the_line = fields.Boolean(metadata={"description": "the supervisor's part"})
    gives_reason = fields.Boolean(metadata={"description": "after a void draw: with a reason"})
    takes_note = fields.Boolean(metadata={"description": "of why there is another draw of the line (R-D7)"})


class WaitOut(Schema):
    """A list that waits for an earlier draw of the same bureau to have its visits, or its end."""

    bureau = fields.String(attribute="bureau_name")
    number = fields.String(metadata={"description": "of the draw that goes first"})


class CeremonyOut(Schema):
    """A draw as its hall shows it to those who take part."""

    id = fields.UUID()
    campaign_id = fields.UUID()
    number = fields.String()
    title = fields.String()
    lead = fields.String()
    line = fields.String()
    seq = fields.Integer()
    reason = fields.String(allow_none=True)
    state = fields.String(
        validate=validate.OneOf(STATES),
        metadata={"description": "awaiting: the public random number; revealed: it is being drawn"},
    )
    unit = fields.String()
    hash = fields.String()
    closed = fields.Boolean()
    surprise = fields.Boolean()
    watchable = fields.Boolean()
    opened_at = fields.String(allow_none=True)
    closed_at = fields.String(allow_none=True)
    ended_at = fields.String(allow_none=True)
    released_at = fields.String(allow_none=True)
    void_reason = fields.String(allow_none=True)
    until = fields.String(
        allow_none=True,
        metadata={"description": "announced: texts are taken until it, or reveals from it on"},
    )
    now = fields.AwareDateTime(metadata={"description": "by the platform's clock, for the countdown"})
    plan_digest = _digest()
    texts_digest = _digest()
    reveals_digest = _digest()
    proof_digest = _digest()
    lists = fields.List(fields.Nested(ListOut))
    committers = fields.List(fields.Nested(CommitterOut))
    holders = fields.List(fields.Nested(HolderOut))
    waits = fields.List(
        fields.Nested(WaitOut), metadata={"description": "lists freeze together: none before these may"}
    )
    witnesses = fields.List(fields.Nested(WitnessOut), metadata={"description": "texts first, in order"})
    beacon = fields.Dict(allow_none=True)
    readings = fields.List(fields.Nested(ReadingOut))
    withheld = fields.List(fields.String())
    register = fields.List(fields.Nested(EntryOut), metadata={"description": "the entries of this draw"})
    head = fields.Nested(
        EntryOut, allow_none=True, metadata={"description": "the newest entry of the whole register"}
    )
    own = fields.Nested(OwnPartOut, allow_none=True)
    doors = fields.Integer(allow_none=True)
    matters = fields.Integer(allow_none=True)


@blp.route("/ceremonies")
@allow(Permission.BUREAU_READ)
@blp.arguments(PageArgs, location="query")
@blp.response(200, DrawBriefs)
def ceremonies(args: dict[str, Any]) -> dict[str, Any]:
    """本单位牵头、参加、承诺或保管名单的抽取，最近的在前"""
    return page_of(queries.draws(), Draw.id, args)


@blp.route("/<uuid:draw_id>/ceremony")
@allow(Permission.BUREAU_READ)
@looked_up("draw", queries.draw)
@blp.response(200, CeremonyOut)
def ceremony(draw: Draw) -> dict[str, Any]:
    """一次抽取进行到哪一步：名单、承诺、寄语、揭示、公共随机数、登记簿和倒计时；供参加抽取的各方"""
    board = queries.board(draw.id)
    moment = queries.moment(draw.id)
    newest = queries.newest_entry()
    return {
        **board,
        "campaign_id": draw.campaign_id,
        "until": moment["until"],
        "waits": queries.waits(draw.id),
        "now": clock.now(),
        "head": columns(newest) if newest else None,
        "own": _own(draw, board),
    }


def _own(draw: Draw, board: dict[str, Any]) -> dict[str, Any] | None:
    own = queries.own_committer(draw.id)
    if own is None:
        return None
    part = next(each for each in board["committers"] if each["name"] == own.name)
    return {
        "name": own.name,
        "committed": part["commit"] is not None,
        "revealed": part["revealed_at"] is not None,
        "opens_the_line": service.opens_the_line(own),
        "gives_reason": service.opens_the_line(own) and service.follows_void(draw),
        "takes_note": service.asks_to_note(draw, own),
    }
