"""Marking sentences that are said later, so that the translations find them; what objects are counted in."""

from __future__ import annotations

from onedoor.kernel.sentences import Sentence


def N_(text: str) -> str:
    """The sentence as it is; marks it for the translations."""
    return text


def counted_in(unit: str) -> Sentence:
    """What the objects of a campaign or draw are counted in (量词), as a parameter of a sentence: entities, or places of business."""
    return Sentence("处") if unit == "place" else Sentence("户")
