"""Too few inspectors, said before the draw (draw.md, "Who could cheat"; R-D5, R-J5).

    said = feasibility(plan["lists"], pools, roster)
    said.narrow       # slots that fewer than two fit, or fewer than the team needs: for a list, or for one object
    said.shortages    # bureaus whose inspectors have not enough room, and for which lists

Which objects will be drawn is not known yet; how many slots each list will have is.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from onedoor.draws.rules.documents import PlanList
from onedoor.draws.rules.pool import Pool
from onedoor.draws.rules.pool_lines import ELIGIBLE
from onedoor.draws.rules.roster import Inspector, Roster
from onedoor.draws.rules.teams import Fitting, Need

SUBSET_NODES = 12


class Narrow(NamedTuple):
    """A slot of a list that ``fit`` inspectors with room fit, where ``wanted`` should: two, or the team's size.

    ``object`` is one object of the pool, by its recusals, or None for every object; ``lead`` tells the leader's slot.
    """

    list: str
    object: str | None
    lead: bool
    fit: int
    wanted: int


class Shortage(NamedTuple):
    """A bureau's lists that together ask for ``slots`` places where its inspectors have room for ``room``.

    ``leads`` means that the leaders' slots alone are short. ``certain`` is False where it depends on how many
    objects the lists draw in common.
    """

    bureau: str
    lists: tuple[str, ...]
    leads: bool
    slots: int
    room: int
    certain: bool


class Feasibility(NamedTuple):
    narrow: list[Narrow]
    shortages: list[Shortage]


class _Demand(NamedTuple):
    """The leaders' or the other slots of one list: how many, of how many objects, and who fits."""

    list: str
    lead: bool
    slots: int
    objects: int
    able: frozenset[str]


def feasibility(lists: Sequence[PlanList], pools: Mapping[str, Pool], roster: Roster) -> Feasibility:
    """What of the teams would fail, from the plan's lists, their pools and the roster."""
    fitting = Fitting(roster)
    narrow = [flag for entry in lists for flag in _narrow(entry, pools.get(entry["list"]), fitting, roster)]
    bureaus = sorted({entry["team"]["bureau"] for entry in lists if entry["team"]})
    worst = (_shortage(bureau, lists, fitting, roster) for bureau in bureaus)
    return Feasibility(narrow, [shortage for shortage in worst if shortage])


def _need(entry: PlanList, lead: bool) -> Need | None:
    team = entry["team"]
    return Need(team["bureau"], frozenset(team["qualifications"]), lead) if team else None


def _narrow(entry: PlanList, pool: Pool | None, fitting: Fitting, roster: Roster) -> Iterable[Narrow]:
    if entry["team"] is None or not any(quota for _, quota in entry["quota"]):
        return
    recused = {recusal.object for recusal in roster.recusals}
    both = zip(pool.columns.ids, pool.columns.statuses, strict=True) if pool else ()
    objects = sorted(id_ for id_, status in both if status == ELIGIBLE and id_ in recused)
    for lead, wanted in ((True, 2), (False, max(2, entry["team"]["size"]))):
        need = _need(entry, lead)
        assert need is not None
        everyone = _with_room(fitting.able(need))
        if everyone < wanted:
            yield Narrow(entry["list"], None, lead, everyone, wanted)
        for object_ in objects:
            fit = _with_room(fitting.fit(object_, need))
            if fit < wanted and fit < everyone:
                yield Narrow(entry["list"], object_, lead, fit, wanted)


def _with_room(inspectors: Iterable[Inspector]) -> int:
    return sum(1 for inspector in inspectors if inspector.cap)


def _shortage(bureau: str, lists: Sequence[PlanList], fitting: Fitting, roster: Roster) -> Shortage | None:
    for certain in (True, False):
        short = _worst(_demands(bureau, lists, fitting, certain), roster, bureau, certain)
        if short:
            return short
    return None


def _demands(bureau: str, lists: Sequence[PlanList], fitting: Fitting, certain: bool) -> list[_Demand]:
    """The least leaders' slots each list can come to have (``certain``), or the most, and its other slots."""
    found, before = [], 0
    for entry in lists:
        team = entry["team"]
        if team is None:
            continue
        objects = sum(quota for _, quota in entry["quota"])
        leads = max(0, objects - before) if certain else objects
        before += objects
        if team["bureau"] == bureau:
            for lead, slots in ((True, leads), (False, objects * team["size"] - leads)):
                need = _need(entry, lead)
                assert need is not None
                able = frozenset(i.id for i in fitting.able(need))
                found.append(_Demand(entry["list"], lead, slots, objects, able))
    return [demand for demand in found if demand.slots]


def _worst(demands: Sequence[_Demand], roster: Roster, bureau: str, certain: bool) -> Shortage | None:
    """By max-flow min-cut: slots stay empty exactly if some set of demands asks for more than those who fit it have."""
    worst, missing = None, 0
    for chosen in _subsets(demands):
        slots = sum(demand.slots for demand in chosen)
        room = _room(chosen, roster)
        if slots - room > missing:
            missing = slots - room
            names = tuple(dict.fromkeys(demand.list for demand in chosen))
            worst = Shortage(bureau, names, all(demand.lead for demand in chosen), slots, room, certain)
    return worst


def _subsets(demands: Sequence[_Demand]) -> Iterable[Sequence[_Demand]]:
    """All sets, smallest first; of very many demands only the single ones, the leaders' and all."""
    if len(demands) <= SUBSET_NODES:
        for size in range(1, len(demands) + 1):
            yield from combinations(demands, size)
        return
    yield from ([demand] for demand in demands)
    yield [demand for demand in demands if demand.lead]
    yield demands


def _room(chosen: Sequence[_Demand], roster: Roster) -> int:
    """Places that the inspectors have for these demands: each within its cap, and once per object of a list."""
    total = 0
    for inspector in roster.inspectors.values():
        lists = {demand.list: demand.objects for demand in chosen if inspector.id in demand.able}
        total += min(inspector.cap, sum(lists.values()))
    return total
