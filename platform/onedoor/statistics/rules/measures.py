"""What the figures mean (forms.md, "Definitions of the figures"); pure.

Three measures of joint checking never go under one label: `independent_doors`, expected before the draw; the
doors and matters of the draw; and the entries saved (减少入户次数), counted after the visits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple


class Checked(NamedTuple):
    """One bureau's own accepted record of a visit: this bureau's matters were checked there."""

    campaign: Hashable
    object: str
    visit: Hashable
    bureau: Hashable


def saved_entries(checked: Iterable[Checked]) -> int:
    """减少入户次数: Σ over objects visited of (bureaus whose matters were checked there − visits made).

    Summed campaign by campaign, so that a total is the sum of its rows and a joint visit counts once. A bureau
    that has to come twice costs what it saved.
    """
    bureaus: dict[tuple[Hashable, str], set[Hashable]] = defaultdict(set)
    visits: dict[tuple[Hashable, str], set[Hashable]] = defaultdict(set)
    for one in checked:
        bureaus[one.campaign, one.object].add(one.bureau)
        visits[one.campaign, one.object].add(one.visit)
    return sum(len(bureaus[key]) - len(visits[key]) for key in bureaus)


def share(part: int, whole: int) -> Fraction | None:
    """A share of one; None of nothing, which is no share and not zero."""
    return Fraction(part, whole) if whole else None


def on_time(disclosed_on: date | None, due_on: date | None) -> bool:
    """按期公示: public by its last day; what no day is known for is never late (R-S3)."""
    return disclosed_on is not None and (due_on is None or disclosed_on <= due_on)
