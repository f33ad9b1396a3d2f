"""What is said of a frozen list to those who take part, above all the supervisor, which reads it before it commits.

It is what a bureau could have chosen to somebody's good (draw.md, "Who could cheat").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from onedoor.campaigns.models import Campaign, PartyList
from onedoor.campaigns.rules import Unit
from onedoor.campaigns.rules.readiness import PlacesPerCode
from onedoor.campaigns.schemas import REASON_NAMES
from onedoor.campaigns.service.trial import TrialRequest, Window, keeps, look_back, recent_changes
from onedoor.kernel.sentences import Sentence, series
from onedoor.targets import queries as target_queries
from onedoor.targets.queries import LibraryChanges
from onedoor.targets.rules.selection import describe, read_conditions
from tenants import queries as tenants

# Of a target's face these are its bureau's alone (access.md, "target").
PRIVATE = ("tags", "risk", "classes")


def what_a_supervisor_asks(
    campaign: Campaign,
    own: TrialRequest | PartyList,
    bureau: str,
    statuses: Mapping[str, int],
    places: PlacesPerCode | None = None,
) -> Iterator[Sentence]:
    """The campaign's scope and the conditions this bureau added of its own, with how many each leaves out, whom it keeps in, and how its
    library changed lately.

    Of a list of places also how many of them its entities have, and who is listed at none.
    """
    if places is None:
        yield _scope(campaign, bureau)
    elif campaign.unit == Unit.MATTER:
        yield Sentence(
            "%(bureau)s的名单是它的名录列入、由所选事项检查的产品、项目和行为——%(scope)s",
            bureau=bureau,
            scope=_in_words(_of_pools(campaign.conditions)) or Sentence("抽查范围没有限定"),
        )
        yield from _of_matters(places, bureau)
    else:
        yield _scope_of_places(campaign, bureau)
        yield from _of_places(places, bureau)
    if own.conditions:
        said = {"bureau": bureau, "conditions": _in_words(own.conditions), "count": statuses.get("XSCOPE", 0)}
        yield (
            Sentence(
                "%(bureau)s本单位另加的条件——%(conditions)s；名录中属于抽查范围而不列入的%(count)s户", **said
            )
            if campaign.unit != Unit.PLACE
            else Sentence(
                "%(bureau)s本单位另加的条件——%(conditions)s；名录中属于抽查范围而不列入的经营场所%(count)s处",
                **said,
            )
        )
    if keeps(campaign, own):
        yield Sentence(
            "%(bureau)s今年抽中过仍保留的对象——%(kept)s", bureau=bureau, kept=kept_in_words(own.kept)
        )
    yield _library(bureau, look_back(campaign), recent_changes(campaign))


def _scope(campaign: Campaign, bureau: str) -> Sentence:
    """Outside of it nobody stands in the file, not with a reason either, whatever the lead asked for (draw.md, "Pool")."""
    asked = _of_pools(campaign.conditions)
    if not asked:
        return Sentence("%(bureau)s的名单是它的名录的全部，抽查范围没有限定", bureau=bureau)
    within = sum(sum(each.values()) for each in target_queries.pool_counts(asked).values())
    return Sentence(
        "%(bureau)s的名单只有抽查范围以内的对象——%(scope)s；名录中不属于抽查范围、不在名单里的%(count)s户",
        bureau=bureau,
        scope=_in_words(asked),
        count=target_queries.target_count() - within,
    )


def _scope_of_places(campaign: Campaign, bureau: str) -> Sentence:
    asked = _of_pools(campaign.conditions)
    if not asked:
        return Sentence("%(bureau)s的名单是它的名录列入的全部经营场所，抽查范围没有限定", bureau=bureau)
    return Sentence(
        "%(bureau)s的名单只有抽查范围以内的经营场所——%(scope)s；名录列入的经营场所中不属于抽查范围、不在名单里的%(count)s处",
        bureau=bureau,
        scope=_in_words(asked),
        count=target_queries.listed_places({}) - target_queries.listed_places(asked),
    )


def _library(bureau: str, window: Window, changed: LibraryChanges) -> Sentence:
    counts = {"joined": changed.joined, "left": sum(changed.left.values()), "moved": changed.moved}
    if not window.former:
        return Sentence(
            "%(bureau)s的名录在冻结前 30 天内新增%(joined)s户、移出%(left)s户；改过所在地、主体类型或经营范围的%(moved)s户",
            bureau=bureau,
            **counts,
        )
    return Sentence(
        "%(bureau)s的名录自 %(since)s 上次为这一计划事项冻结名单以来新增%(joined)s户、移出%(left)s户；改过所在地、主体类型或经营范围的%(moved)s户",
        bureau=bureau,
        since=window.since,
        **counts,
    )


def _of_matters(found: PlacesPerCode, bureau: str) -> Iterator[Sentence]:
    if found.several:
        yield Sentence(
            "%(bureau)s的名单里有%(several)s户不止一件产品、项目或行为，最多的一户有%(most)s件",
            bureau=bureau,
            several=found.several,
            most=found.greatest[0][2],
        )


def _of_places(found: PlacesPerCode, bureau: str) -> Iterator[Sentence]:
    if found.several:
        yield Sentence(
            "%(bureau)s的名单里有%(several)s户不止一处经营场所，最多的一户有%(most)s处",
            bureau=bureau,
            several=found.several,
            most=found.greatest[0][2],
        )
    if found.unlisted:
        yield Sentence(
            "%(bureau)s的名录里还有%(count)s户在抽查范围内而没有列入在用的经营场所，不在名单里",
            bureau=bureau,
            count=found.unlisted,
        )


def kept_in_words(kept: Sequence[Mapping[str, str]]) -> str:
    """How many stay in though drawn this year, by the kind of reason, with the references (R-D3); no names."""
    sentences = []
    for code, name in REASON_NAMES.items():
        references = [each.get("reference", "") for each in kept if each["reason"] == code]
        if references:
            said = Sentence("%(words)s", words=sorted({*references}))
            sentences.append(
                Sentence(
                    "%(reason)s%(count)s户（%(references)s）",
                    reason=name,
                    count=len(references),
                    references=said,
                )
            )
    return series(sentences)


def scope_for_all(conditions: Mapping[str, object]) -> str:
    """A campaign's scope as everybody may read it, told as `narrowed_for_all` tells; that there is none too."""
    return narrowed_for_all(_of_pools(conditions)) or Sentence("不限，名录内的全部对象")


def _of_pools(conditions: Mapping[str, object]) -> dict[str, object]:
    """What of a campaign's conditions decides its pools: those on the status do not."""
    return {key: value for key, value in conditions.items() if value and key not in ("status", "statuses")}


def narrowed_for_all(conditions: Mapping[str, object]) -> str | None:
    """The conditions a bureau added of its own as everybody may read them; None if there are none.

    Of its own tags and levels that it asked for some, and not for which: who is drawn would be known to have them.
    """
    shown = {key: value for key, value in conditions.items() if key not in PRIVATE}
    sentences: list[str] = [_in_words(shown)] if shown else []
    if len(shown) < len(conditions):
        sentences.append(Sentence("另有不公开的条件（标签、风险等级或信用等级）"))
    return series(sentences) or None


def kept_by_kind(kept: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """How many stay in though drawn this year, by the kind of reason (R-D3)."""
    counts = Counter(each["reason"] for each in kept)
    return {code: counts[code] for code in REASON_NAMES if counts[code]}


def kept_one_by_one(kept: Sequence[Mapping[str, str]]) -> list[str]:
    """Code, kind of reason and reference of each, for this bureau's own audit."""
    return [" ".join((each["code"], each["reason"], each.get("reference", ""))) for each in kept]


def _in_words(conditions: Mapping[str, object]) -> str:
    names = {place.code: place.name for place in tenants.places()}
    sentences = describe(read_conditions(conditions), lambda code: names.get(code, code))
    return series([Sentence("%(label)s：%(value)s", label=label, value=value) for label, value in sentences])
