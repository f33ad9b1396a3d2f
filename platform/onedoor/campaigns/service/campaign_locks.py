"""Turns: parties answer side by side, but nobody while the lead begins the draw (R-D2).

A party may not lock the campaign's row, which is the lead's; so both take an advisory lock by its id, and
read the campaign only after it.
"""

from __future__ import annotations

from uuid import UUID

from onedoor.kernel import locks


def lock_shared(campaign_id: UUID) -> None:
    """Write a party's part: others may too, the freeze waits for all of them."""
    locks.hold(f"campaign {campaign_id}", shared=True)


def lock_exclusive(campaign_id: UUID) -> None:
    """Begin the freeze: whoever is writing finishes first, whoever comes later finds it begun."""
    locks.hold(f"campaign {campaign_id}")
