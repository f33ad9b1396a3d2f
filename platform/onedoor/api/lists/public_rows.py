"""Public things as a list shows them: of a draw without what was drawn, which may be tens of thousands in each."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from onedoor.disclosure.models import Disclosure

# What of a draw's content grows with what was drawn.
DRAWN = ("objects", "reserve", "changes", "called_off")
COLUMNS = (
    "id",
    "subject_id",
    "kind",
    "version",
    "title",
    "bureau_name",
    "entity_code",
    "entity_name",
    "since",
    "until",
)


def faces(query: sa.Select[Any]) -> sa.Select[Any]:
    """The same disclosures as rows; the parts that are left out never leave the database."""
    less = Disclosure.content.op("-", return_type=JSONB)(sa.literal(list(DRAWN), ARRAY(sa.Text)))
    content = sa.case((Disclosure.kind == "draw", less), else_=Disclosure.content).label("content")
    return query.with_only_columns(*(getattr(Disclosure, name) for name in COLUMNS), content)
