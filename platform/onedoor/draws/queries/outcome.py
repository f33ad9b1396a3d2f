"""What a draw came to: objects with their lists and teams, substitutes, counts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any, NamedTuple, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from onedoor.draws import rules
from onedoor.draws.models import CallOff, Draw, DrawChange, DrawDocument, DrawnPart, DrawRelease, TeamSlot
from onedoor.draws.queries.ceremony import document, plan
from onedoor.kernel.db import db


class Member(NamedTuple):
    """One of a team: slot from 0, the bureau's code, the inspector's code, whether it leads."""

    slot: int
    bureau: str
    inspector: str
    lead: bool


@dataclass(frozen=True)
class DrawnObject:
    """A door: its code, the lists it is drawn for in the plan's order, its team, slots left unfilled.

    `ended` are lists for which another came, `came` those for which it came itself.
    """

    code: str
    lists: list[str]
    team: list[Member]
    unfilled: list[int]
    ended: list[str] = field(default_factory=list)
    came: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """Objects in the order of tickets; `reserve` by (list, stratum) in the order they come in."""

    objects: list[DrawnObject]
    reserve: dict[tuple[str, str], list[str]] = field(default_factory=dict)


class Counts(NamedTuple):
    """Doors and matters of a draw, and the doors that independent draws would have needed (forms.md)."""

    doors: int
    matters: int
    independent_doors: Decimal


def outcome(draw_id: UUID) -> Outcome:
    """Who was drawn and who checks them, with the changes since; empty before the draw.

    An object for which others came keeps its place, without the lists and slots that ended.
    """
    lists: dict[str, list[str]] = defaultdict(list)
    reserve: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in _parts(draw_id):
        if each.part == "reserve":
            reserve[each.list_name, each.stratum] += each.codes
            continue
        for code in each.codes:
            lists[code].append(each.list_name)
    slots: dict[str, list[_Slot]] = defaultdict(list)
    for slot in _slots(draw_id):
        slots[slot.object_code].append(
            _Slot(slot.slot, slot.list_name, slot.bureau_code, slot.inspector, slot.lead)
        )
    order = [*slots, *(code for code in lists if code not in slots)]
    made = changes(draw_id)
    ended, came = _substituted(draw_id, made, lists, slots, reserve)
    _seated(made, slots)
    order += [code for code in came if code not in order]
    return Outcome(
        [_object(code, lists[code], slots[code], ended[code], came[code]) for code in order], dict(reserve)
    )


def public_outcome(draw_id: UUID) -> Outcome:
    """What the public form of a closed draw's proof tells: who was drawn and who was placed, by code; empty before it."""
    query = sa.select(DrawDocument.content).where(
        DrawDocument.draw_id == draw_id, DrawDocument.kind == "public"
    )
    content = db.session.scalar(query)
    if content is None:
        return Outcome([])
    public = cast(rules.PublicProof, json.loads(content))
    lists: dict[str, list[str]] = defaultdict(list)
    for result in public["result"]:
        for code in result["drawn"]:
            lists[code].append(result["list"])
    empty: dict[str, list[int]] = defaultdict(list)
    for code, slot in public["unfilled"]:
        empty[code].append(slot)
    teams = {team["object"]: _in_their_slots(team, empty[team["object"]]) for team in public["teams"]}
    return Outcome(
        [DrawnObject(code, lists[code], teams.get(code, []), empty[code]) for code in sorted(lists)]
    )


def _in_their_slots(team: rules.Team, empty: list[int]) -> list[Member]:
    """The members with the slots they have: those that are not empty, in order."""
    slots = (slot for slot in count() if slot not in empty)
    return [
        Member(slot, one["bureau"], one["inspector"], bool(one["lead"]))
        for one, slot in zip(team["team"], slots, strict=False)
    ]


@dataclass
class _Slot:
    slot: int
    list_name: str
    bureau: str
    inspector: str | None
    lead: bool
    ended: bool = False


def _substituted(
    draw_id: UUID,
    made: list[DrawChange],
    lists: dict[str, list[str]],
    slots: dict[str, list[_Slot]],
    reserve: dict[tuple[str, str], list[str]],
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Apply the substitutions: lists and slots go over; returns which lists ended at whom, and came to whom."""
    ended: dict[str, list[str]] = defaultdict(list)
    came: dict[str, list[str]] = defaultdict(list)
    logs = [rules.parse_log(change.content) for change in made if change.kind == "substitute"]
    the_plan = plan(draw_id) if logs else None
    for log in logs:
        assert the_plan is not None and log["out"] is not None and log["in"] is not None
        name, out, comes = log["list"], log["out"], log["in"]
        # Of a closed draw, a bureau reads the rows of its own list alone.
        if name in lists[out]:
            lists[out].remove(name)
        lists[comes].append(name)
        ended[out].append(name)
        came[comes].append(name)
        for (of, _stratum), left in reserve.items():
            if of == name and comes in left:
                left.remove(comes)
        for slot in slots[out]:
            slot.ended = slot.ended or slot.list_name == name
        held = len(slots[comes])
        slots[comes] += [
            _Slot(held + number, name, need.bureau, None, need.lead)
            for number, need in enumerate(rules.needs_of_substitute(the_plan, name, held))
        ]
    return ended, came


def _seated(made: list[DrawChange], slots: dict[str, list[_Slot]]) -> None:
    """Put in whoever came to a slot last."""
    for change in made:
        if change.slot is not None:
            slots[change.object_code][change.slot].inspector = change.comes


def drawn_codes(draw_ids: sa.Select[Any], list_name: str) -> sa.Select[str]:
    """The objects that a list drew in these draws and did not give up, with those that came for others; a subquery."""
    log = sa.cast(sa.func.convert_from(DrawChange.content, "UTF8"), JSONB)
    substituted = (DrawChange.draw_id.in_(draw_ids), DrawChange.kind == "substitute")
    of_the_list = (*substituted, log["list"].astext == list_name)
    of = (
        sa.select(DrawnPart.draw_id, DrawnPart.part, sa.func.unnest(DrawnPart.codes).label("code"))
        .where(DrawnPart.draw_id.in_(draw_ids), DrawnPart.list_name == list_name)
        .subquery("of")
    )
    given_up = sa.select(DrawChange.object_code).where(*of_the_list, DrawChange.draw_id == of.c.draw_id)
    came = sa.exists().where(*of_the_list, DrawChange.draw_id == of.c.draw_id, DrawChange.comes == of.c.code)
    return sa.select(of.c.code).where(sa.or_(of.c.part == "drawn", came), of.c.code.not_in(given_up))


def _object(
    code: str, lists: list[str], slots: list[_Slot], ended: list[str], came: list[str]
) -> DrawnObject:
    going = [slot for slot in slots if not slot.ended]
    team = [
        Member(slot.slot, slot.bureau, slot.inspector, slot.lead)
        for slot in going
        if slot.inspector is not None
    ]
    unfilled = [slot.slot for slot in going if slot.inspector is None]
    return DrawnObject(code, lists, team, unfilled, ended, came)


def changes(draw_id: UUID) -> list[DrawChange]:
    """Changes after the draw, in the order they were registered."""
    return list(
        db.session.scalars(sa.select(DrawChange).where(DrawChange.draw_id == draw_id).order_by(DrawChange.n))
    )


def called_off(draw_id: UUID) -> list[CallOff]:
    """Drawn objects whose visits were called off, oldest first."""
    query = sa.select(CallOff).where(CallOff.draw_id == draw_id)
    return list(db.session.scalars(query.order_by(CallOff.at, CallOff.id)))


def lists_called_off(draw_id: UUID, objects: Iterable[DrawnObject]) -> dict[str, set[str]]:
    """By code, the lists for which these drawn objects were called off; a row without lists stands for all of them."""
    found: dict[str, set[str]] = defaultdict(set)
    every = {each.code: each.lists for each in objects}
    for row in called_off(draw_id):
        found[row.object_code] |= {*(row.lists or every.get(row.object_code, []))}
    return found


def is_untold(draw: Draw) -> bool:
    """Whether the draw is a surprise, and its result not released yet."""
    if not draw.surprise:
        return False
    return db.session.scalar(sa.select(DrawRelease.id).where(DrawRelease.draw_id == draw.id)) is None


def how_many_drew(draw_ids: sa.Select[Any], list_name: str) -> int:
    """In how many of these draws a list drew something."""
    query = sa.select(sa.func.count(sa.distinct(DrawnPart.draw_id))).where(
        DrawnPart.draw_id.in_(draw_ids), DrawnPart.list_name == list_name, DrawnPart.part == "drawn"
    )
    return db.session.scalar(query) or 0


def untold() -> sa.Select[Any]:
    """Surprise draws whose result is not released yet, as ids: a subquery for a query over many."""
    released = sa.exists().where(DrawRelease.draw_id == Draw.id)
    return sa.select(Draw.id).where(Draw.surprise, ~released)


def counts(draw_id: UUID) -> Counts | None:
    """Doors, matters and independent doors; None before the draw."""
    query = sa.select(Draw.doors, Draw.matters, Draw.independent_doors).where(Draw.id == draw_id)
    row = db.session.execute(query).first()
    if row is None or row.doors is None:
        return None
    return Counts(row.doors, row.matters, row.independent_doors)


def proof(draw_id: UUID) -> rules.Proof:
    """The proof, as published."""
    return cast(rules.Proof, json.loads(document(draw_id, "proof")))


def _parts(draw_id: UUID) -> list[DrawnPart]:
    query = (
        sa.select(DrawnPart)
        .where(DrawnPart.draw_id == draw_id)
        .order_by(DrawnPart.list_position, DrawnPart.stratum, DrawnPart.part)
    )
    return list(db.session.scalars(query))


def _slots(draw_id: UUID) -> list[TeamSlot]:
    query = (
        sa.select(TeamSlot)
        .where(TeamSlot.draw_id == draw_id)
        .order_by(TeamSlot.object_position, TeamSlot.slot)
    )
    return list(db.session.scalars(query))
