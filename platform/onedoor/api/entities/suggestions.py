"""Who should list an entity that is in nobody's library, said by one bureau to another, and its answer (R-L6)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up
from onedoor.api.entities import corrections as corrections
from onedoor.api.entities.premises import blp
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.lists.rows import columns
from onedoor.edge.guard import allow
from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.targets import queries, service
from onedoor.targets.models import ListingSuggestion
from onedoor.targets.queries.suggestions import RECEIVED, SENT
from onedoor.targets.rules.codes import SuggestionState
from onedoor.targets.schemas.suggestions import SuggestionAnswerSchema
from tenants import queries as tenants
from tenants.rules import Permission

__all__ = ["blp"]
STATES = ("sent", "accepted", "refused")


class UncoveredOut(Schema):
    """An entity of the bureau's trade and place that stands in no bureau's library."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    kind = fields.String()
    status = fields.String()
    jurisdiction_code = fields.String(allow_none=True)
    industry = fields.String(allow_none=True)


class UncoveredPage(ListPage):
    """A page of them."""

    items = fields.List(fields.Nested(UncoveredOut))


class SuggestionsArgs(PageArgs):
    """Those received or sent, in a state."""

    part = fields.String(load_default=RECEIVED, validate=validate.OneOf([RECEIVED, SENT]))
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class SuggestionIn(Schema):
    """Entities by their codes, the bureau that should list them, and why."""

    entities = fields.List(fields.String(), required=True, validate=validate.Length(1, 200))
    receiver_id = fields.UUID(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class SuggestionOut(Schema):
    """What was said of one entity, and the answer."""

    id = fields.UUID()
    entity_code = fields.String()
    entity_name = fields.String()
    sender = fields.String()
    receiver = fields.String()
    receiver_id = fields.UUID()
    reason = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    asked_at = fields.AwareDateTime()
    asked_by = fields.String()
    answer = fields.String()
    answered_at = fields.AwareDateTime(allow_none=True)
    answered_by = fields.String(allow_none=True)


class SuggestionPage(ListPage):
    """A page of them, the newest first."""

    items = fields.List(fields.Nested(SuggestionOut))


@blp.route("/uncovered")
@allow(Permission.BUREAU_READ)
@blp.arguments(PageArgs, location="query")
@blp.response(200, UncoveredPage)
def uncovered(args: dict[str, Any]) -> dict[str, Any]:
    """本单位领域和辖区内不在任何单位名录库里的主体"""
    return page_of(queries.uncovered(), Entity.id, args)


@blp.route("/suggestions")
@allow(Permission.BUREAU_READ)
@blp.arguments(SuggestionsArgs, location="query")
@blp.response(200, SuggestionPage)
def suggestions(args: dict[str, Any]) -> dict[str, Any]:
    """收到的（received）或者提出的（sent）列入名录库的提请，最近的在前"""
    query = queries.listing_suggestions(args["part"]).with_only_columns(
        ListingSuggestion, maintain_column_froms=True
    )
    if args["state"]:
        query = query.where(ListingSuggestion.state == args["state"])
    found = page_of(query, ListingSuggestion.id, args)
    return {**found, "items": [_told(one) for one in found["items"]]}


@blp.route("/suggestions", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(SuggestionIn)
@blp.response(201, SuggestionPage)
def suggest(given: dict[str, Any]) -> dict[str, Any]:
    """提请另一个单位把这些无人监管的主体列入名录库；已经提请、还没有答复的不重复"""
    found = [
        entity_queries.entity_by_code(code.replace("\x00", "")) for code in dict.fromkeys(given["entities"])
    ]
    covered = {one.id for one in found} - _uncovered([one.id for one in found])
    if covered:
        names = [one.name for one in found if one.id in covered]
        raise ClerkError(
            "“%(names)s”不在本单位可以提请的范围，或者已有单位列入。", fields={"entities": names}, names=names
        )
    service.suggest_bureau(found, given["receiver_id"], given["reason"])
    ids = {one.id for one in found}
    made = db.session.scalars(
        queries.listing_suggestions(SENT)
        .with_only_columns(ListingSuggestion, maintain_column_froms=True)
        .where(
            ListingSuggestion.receiver_id == given["receiver_id"],
            ListingSuggestion.state == SuggestionState.SENT,
        )
    )
    items = [_told(one) for one in made if one.entity_id in ids]
    return {"items": items, "count": len(items), "next": None}


@blp.route("/suggestions/<uuid:suggestion_id>")
@allow(Permission.BUREAU_READ)
@looked_up("suggestion", queries.listing_suggestion)
@blp.response(200, SuggestionOut)
def one_suggestion(suggestion: ListingSuggestion) -> dict[str, Any]:
    """一条列入名录库的提请和它的答复"""
    return _told(suggestion)


@blp.route("/suggestions/<uuid:suggestion_id>/answer", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("suggestion", queries.listing_suggestion)
@blp.arguments(SuggestionAnswerSchema)
@blp.response(200, SuggestionOut)
def answer_suggestion(given: dict[str, Any], suggestion: ListingSuggestion) -> dict[str, Any]:
    """被提请的单位答复：列入 accept，或不列入 refuse 并说明理由"""
    service.answer_suggestion(suggestion, given["decision"] == "accept", given["answer"])
    return _told(suggestion)


def _uncovered(ids: list[Any]) -> set[Any]:
    return set(db.session.scalars(queries.uncovered().with_only_columns(Entity.id).where(Entity.id.in_(ids))))


def _told(one: ListingSuggestion) -> dict[str, Any]:
    entity = entity_queries.entity(one.entity_id)
    return {
        **columns(one),
        "entity_code": entity.code,
        "entity_name": entity.name,
        "sender": tenants.bureau(one.tenant_id).name,
        "receiver": tenants.bureau(one.receiver_id).name,
    }
