"""A draw as the registered changes have left it: seats, slots, and what is left of the reserves (R-D6)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Consent, DrawChange, DrawnPart, Plea
from onedoor.draws.queries.outcome import changes, proof
from onedoor.kernel.db import db


def current_state(draw_id: UUID) -> rules.Standing:
    """How a draw stands now; each change is applied as its log file says."""
    found = rules.Standing(proof(draw_id), {}, None)
    for change in changes(draw_id):
        found.apply(rules.parse_log(change.content))
    return found


def reserve_of(draw_id: UUID, list_name: str, object_code: str) -> tuple[dict[str, str], list[str]] | None:
    """What a bureau reads of its own list, without the proof, which of a closed draw it has not.

    The objects drawn now with their strata, and what is left to come for `object_code`, in order; None for an object
    that the list does not have drawn now.
    """
    query = sa.select(DrawnPart).where(DrawnPart.draw_id == draw_id, DrawnPart.list_name == list_name)
    parts = list(db.session.scalars(query))
    came = {out: comes for (name, out), comes in substitutes(draw_id).items() if name == list_name}
    in_place = set(came.values())
    drawn = {
        code: each.stratum
        for each in parts
        for code in each.codes
        if code not in came and (each.part == "drawn" or code in in_place)
    }
    if object_code not in drawn:
        return None
    left = [
        code
        for each in parts
        if (each.part, each.stratum) == ("reserve", drawn[object_code])
        for code in each.codes
        if code not in in_place
    ]
    return drawn, left


def substitutes(draw_id: UUID) -> dict[tuple[str, str], str]:
    """Who came for whom: by list and the object that could not be visited, the one that came."""
    query = sa.select(DrawChange.content).where(
        DrawChange.draw_id == draw_id, DrawChange.kind == "substitute"
    )
    logs = map(rules.parse_log, db.session.scalars(query))
    return {(log["list"], log["out"] or ""): log["in"] or "" for log in logs}


def replacements(draw_id: UUID, object_code: str) -> dict[int, int]:
    """How often each slot of an object was filled anew, by slot."""
    query = (
        sa.select(DrawChange.slot, sa.func.count())
        .where(
            DrawChange.draw_id == draw_id,
            DrawChange.object_code == object_code,
            DrawChange.slot.is_not(None),
        )
        .group_by(DrawChange.slot)
    )
    return {row[0]: row[1] for row in db.session.execute(query) if row[0] is not None}


def pleas(draw_id: UUID) -> list[tuple[Plea, Consent | None]]:
    """What the lead asked the supervisor of a draw's slots, with the answer, oldest first."""
    query = (
        sa.select(Plea, Consent)
        .outerjoin(Consent, Consent.plea_id == Plea.id)
        .where(Plea.draw_id == draw_id)
        .order_by(Plea.asked_at, Plea.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def plea(plea_id: UUID) -> Plea | None:
    """One of them, if this scope may see it."""
    return db.session.get(Plea, plea_id)


def supervisor_agreed(draw_id: UUID, object_code: str, slot: int, number: int) -> bool:
    """Whether the supervisor agreed to the replacement of this number at a slot."""
    return any(
        (asked.object_code, asked.slot, asked.number) == (object_code, slot, number)
        and answer is not None
        and answer.agreed
        for asked, answer in pleas(draw_id)
    )
