"""What is said of a frozen list to those who take part, above all the supervisor, which reads it before it commits.

It is what a bureau could have chosen to somebody's good (draw.md, "Who could cheat").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from onedoor.campaigns.models import PartyList
from onedoor.campaigns.service.trial import Asked, recent_changes
from onedoor.kernel.sentences import Sentence, series
from onedoor.registry.rules.selection import describe, read_conditions
from tenants import queries as tenants


def what_a_supervisor_asks(
    own: Asked | PartyList, bureau: str, statuses: Mapping[str, int]
) -> Iterator[Sentence]:
    """The conditions this bureau added of its own, with how many they leave out, and how its library changed lately."""
    if own.conditions:
        yield Sentence(
            "%(bureau)s本单位另加的条件——%(conditions)s；名录中属于抽查范围而不列入的%(count)s户",
            bureau=bureau,
            conditions=_in_words(own.conditions),
            count=statuses.get("XSCOPE", 0),
        )
    changed = recent_changes()
    yield Sentence(
        "%(bureau)s的名录在冻结前 30 天内新增%(joined)s户、移出%(left)s户",
        bureau=bureau,
        joined=changed.joined,
        left=sum(changed.left.values()),
    )


def _in_words(conditions: Mapping[str, object]) -> str:
    names = {place.code: place.name for place in tenants.places()}
    told = describe(read_conditions(conditions), lambda code: names.get(code, code))
    return series([Sentence("%(label)s：%(value)s", label=label, value=value) for label, value in told])
