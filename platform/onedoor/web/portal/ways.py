"""The way of a public thing through what is public: list, plan, draw, result, penalty (R-D9, R-O1). Only disclosure is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.disclosure import queries
from onedoor.disclosure.models import Disclosure
from onedoor.kernel.db import db
from onedoor.provenance.rules import NAMED, STAGES, Stage, Thing

Found = dict[str, Any]


def public_way(kind: str, subject_id: UUID) -> list[Stage]:
    """The stages of a public thing's way, from the list on, as far as it is public."""
    start = queries.of_subject("items" if kind == "list" else kind, subject_id)
    if start is None:
        return []
    found = _AROUND[kind](start)
    found.setdefault(kind, sa.select(Disclosure).where(Disclosure.id == start.id))
    made = []
    for key, query in found.items():
        version = sa.func.coalesce(Disclosure.content["version"].astext, sa.cast(Disclosure.version, sa.Text))
        # A list is called by its bureau and version, in the reader's language, as inside.
        name = sa.func.concat(Disclosure.bureau_name, " ", version) if key == "list" else Disclosure.title
        named = query.with_only_columns(
            Disclosure.subject_id, name.label("title"), sa.func.count().over().label("total")
        )
        rows = db.session.execute(named.order_by(Disclosure.since, Disclosure.id).limit(NAMED)).all()
        if rows:
            things = [Thing(key, row.subject_id, row.title, row.subject_id, row.subject_id) for row in rows]
            made.append(Stage(key, things, rows[0].total))
    order = list(STAGES)
    return sorted(made, key=lambda stage: order.index(stage.key))


def _public(kind: str, *conditions: Any) -> sa.Select[Any]:
    return queries.search(kind).where(*conditions)


def _lists(bureaus: Iterable[UUID]) -> sa.Select[Any]:
    return _public("items", Disclosure.tenant_id.in_(list(bureaus)))


def _plans(code: str) -> sa.Select[Any]:
    """Plans one of whose lines has a code."""
    return _public("plan", Disclosure.content["lines"].contains([{"code": code}]))


def _line_of(draw_id: str) -> str:
    """The code of the plan line that a public draw was of."""
    found = queries.search("draw").where(sa.cast(Disclosure.subject_id, sa.Text) == draw_id)
    return db.session.scalar(found.with_only_columns(Disclosure.content["line"].astext)) or ""


def _around_result(start: Disclosure) -> Found:
    content = start.content
    draw = str(content.get("draw_id") or "")
    by_number = Disclosure.content["number"].astext == str(content.get("plan_number") or "")
    plan = _plans(_line_of(draw)) if draw else _public("plan", by_number)
    return {
        "list": _lists([start.tenant_id]),
        "plan": plan,
        "draw": _public("draw", sa.cast(Disclosure.subject_id, sa.Text) == draw),
        "penalty": _public("penalty", Disclosure.content["result"].astext == str(start.subject_id)),
    }


def _around_draw(start: Disclosure) -> Found:
    names = [one.get("bureau") for one in start.content.get("lists") or []]
    tenants = sa.select(Disclosure.tenant_id).where(
        Disclosure.bureau_name.in_([name for name in names if name])
    )
    return {
        "list": _public("items", Disclosure.tenant_id.in_(tenants)),
        "plan": _plans(str(start.content.get("line") or "")),
        "result": _public("result", Disclosure.content["draw_id"].astext == str(start.subject_id)),
    }


def _around_plan(start: Disclosure) -> Found:
    codes = [str(line.get("code")) for line in start.content.get("lines") or []]
    draws = sa.orm.aliased(Disclosure)
    of_plan = sa.select(sa.cast(draws.subject_id, sa.Text)).where(
        draws.kind == "draw", draws.content["line"].astext.in_(codes)
    )
    planned = Disclosure.content["plan_number"].astext == str(start.content.get("number"))
    drawn = Disclosure.content["draw_id"].astext.in_(of_plan)
    return {
        "list": _lists([start.tenant_id]),
        "draw": _public("draw", Disclosure.content["line"].astext.in_(codes)),
        "result": _public("result", sa.or_(drawn, planned)),
    }


def _around_list(start: Disclosure) -> Found:
    """A list goes on to its bureau's plans, the draws it led, and its results."""
    own = Disclosure.tenant_id == start.tenant_id
    return {"plan": _public("plan", own), "draw": _public("draw", own), "result": _public("result", own)}


def _around_penalty(start: Disclosure) -> Found:
    result = (
        queries.of_subject("result", UUID(start.content["result"])) if start.content.get("result") else None
    )
    if result is None:
        return {}
    around = _around_result(result)
    around["result"] = sa.select(Disclosure).where(Disclosure.id == result.id)
    del around["penalty"]
    return around


_AROUND: dict[str, Any] = {
    "list": _around_list,
    "plan": _around_plan,
    "draw": _around_draw,
    "result": _around_result,
    "penalty": _around_penalty,
    "circular": lambda start: {},
}
