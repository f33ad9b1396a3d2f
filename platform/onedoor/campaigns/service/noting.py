"""What is said of a frozen list to those who take part, above all the supervisor, which reads it before it commits.

It is what a bureau could have chosen to somebody's good (draw.md, "Who could cheat").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from onedoor.campaigns.models import PartyList
from onedoor.campaigns.schemas import REASON_NAMES
from onedoor.campaigns.service.trial import Asked, recent_changes
from onedoor.kernel.sentences import Sentence, series
from onedoor.registry.rules.selection import describe, read_conditions
from tenants import queries as tenants


def what_a_supervisor_asks(
    own: Asked | PartyList, bureau: str, statuses: Mapping[str, int]
) -> Iterator[Sentence]:
    """The conditions this bureau added of its own, with how many they leave out, whom it keeps in, and how its library changed lately."""
    if own.conditions:
        yield Sentence(
            "%(bureau)s本单位另加的条件——%(conditions)s；名录中属于抽查范围而不列入的%(count)s户",
            bureau=bureau,
            conditions=_in_words(own.conditions),
            count=statuses.get("XSCOPE", 0),
        )
    if own.skip_drawn and own.kept:
        yield Sentence(
            "%(bureau)s今年抽中过仍保留的对象——%(kept)s", bureau=bureau, kept=kept_in_words(own.kept)
        )
    changed = recent_changes()
    yield Sentence(
        "%(bureau)s的名录在冻结前 30 天内新增%(joined)s户、移出%(left)s户；改过所在地、主体类型或经营范围的%(moved)s户",
        bureau=bureau,
        joined=changed.joined,
        left=sum(changed.left.values()),
        moved=changed.moved,
    )


def kept_in_words(kept: Sequence[Mapping[str, str]]) -> str:
    """How many stay in though drawn this year, by the kind of reason, with the references (R-D3); no names."""
    told = []
    for code, name in REASON_NAMES.items():
        references = [each.get("reference", "") for each in kept if each["reason"] == code]
        if references:
            said = Sentence("%(words)s", words=sorted({*references}))
            told.append(
                Sentence(
                    "%(reason)s%(count)s户（%(references)s）",
                    reason=name,
                    count=len(references),
                    references=said,
                )
            )
    return series(told)


def kept_one_by_one(kept: Sequence[Mapping[str, str]]) -> list[str]:
    """Code, kind of reason and reference of each, for this bureau's own audit."""
    return [" ".join((each["code"], each["reason"], each.get("reference", ""))) for each in kept]


def _in_words(conditions: Mapping[str, object]) -> str:
    names = {place.code: place.name for place in tenants.places()}
    told = describe(read_conditions(conditions), lambda code: names.get(code, code))
    return series([Sentence("%(label)s：%(value)s", label=label, value=value) for label, value in told])
