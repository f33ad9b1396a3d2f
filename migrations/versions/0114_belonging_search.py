"""The indexes places of business and licences are found by, as entities are; made beside the traffic."""

from __future__ import annotations

from migrations import online

revision = "0114_belonging_search"
down_revision = "0113_messages_to_people"


def upgrade() -> None:
    """Make both."""
    online.index("ix_premises_grams", "premises USING gin (entity_grams(name, address, '', '', ''))")
    online.index("ix_licence_grams", "licence USING gin (entity_grams(kind, number, '', '', ''))")
