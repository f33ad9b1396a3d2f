"""A further replacement at a place that has had three: what was asked, by name, for the draw's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.draws import queries
from onedoor.draws.service.stages import names_of


def pleas(draw_id: UUID) -> list[tuple[Any, Any, str]]:
    """What the lead asked of the supervisor, with the answer and the object's name."""
    asked = queries.pleas(draw_id)
    names = names_of([plea.object_code for plea, _answer in asked])
    return [(plea, answer, names[plea.object_code]) for plea, answer in asked]
