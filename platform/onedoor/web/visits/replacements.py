"""How often the places of a team were filled anew, and what the supervisor said of going on (draw.md)."""

from __future__ import annotations

from typing import Any

from onedoor.draws import queries as draws
from onedoor.draws.rules import REPLACEMENTS_ALONE
from onedoor.visits.models import Visit


def replacement_counts(visit: Visit) -> dict[str, Any]:
    """By slot: `held_back`, where the next replacement needs the supervisor, with its plea and answer if asked."""
    times = draws.replacements(visit.required_draw_id, visit.object_code)
    spent = {slot: count for slot, count in times.items() if count >= REPLACEMENTS_ALONE}
    if not spent:
        return {"held_back": {}}
    held: dict[int, Any] = {slot: (count, None, None) for slot, count in spent.items()}
    for plea, answer in draws.pleas(visit.required_draw_id):
        if plea.object_code == visit.object_code and plea.number == spent.get(plea.slot, 0) + 1:
            held[plea.slot] = (spent[plea.slot], plea, answer)
    return {
        "held_back": {
            slot: each for slot, each in held.items() if not (each[2] is not None and each[2].agreed)
        }
    }
