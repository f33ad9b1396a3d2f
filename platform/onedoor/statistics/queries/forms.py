"""A return's form as it is: filed, a bureau's draft, or a place's draft."""

from __future__ import annotations

from onedoor.statistics.models import Return
from onedoor.statistics.queries import frozen, place_sheets, sheets
from onedoor.statistics.rules.periods import Level
from onedoor.statistics.rules.sheets import Sheet


def sheet_of(made: Return) -> Sheet:
    """The form."""
    if made.filed_at is not None:
        return frozen.filed_sheet(made)
    return place_sheets.place(made) if made.level == Level.PLACE.value else sheets.own(made)
