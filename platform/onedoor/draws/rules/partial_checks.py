"""What a verifier still checks of a proof without the files: counts, tickets, and the slots of the teams."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import cast

from onedoor.draws.rules.documents import (
    ListResult,
    Plan,
    PlanList,
    PublicResult,
    PublicStratum,
    StratumResult,
    Team,
)
from onedoor.draws.rules.roster import Roster
from onedoor.draws.rules.selection import Ticket
from onedoor.draws.rules.teams import Fitting, Need, slot_count, slots_of
from onedoor.draws.rules.wire.errors import ProtocolError


def check_result(entry: PlanList, result: ListResult, ticket: Ticket | None) -> None:
    """A list's result against its quotas; against the tickets too in a uniform list, where they are known (``ticket``)."""
    name = entry["list"]
    everyone = [i for s in result["strata"] for i in (*s["drawn"], *s["reserve"])]
    if len(set(everyone)) != len(everyone):
        raise ProtocolError(f"result of {name}: an object stands twice")
    _check_size(entry, result["strata"])
    for stratum, (_, quota) in zip(result["strata"], entry["quota"], strict=True):
        spare = min(entry["reserve"], stratum["eligible"] - quota)
        if len(stratum["drawn"]) != quota or len(stratum["reserve"]) != spare:
            raise ProtocolError(
                f"result of {name}: stratum {stratum['stratum']} has other counts than its quota"
            )
        if ticket and entry["mode"] == "uniform":
            _check_tickets(name, stratum, ticket)


def check_public_result(entry: PlanList, result: PublicResult) -> None:
    """A list's public result against its quotas."""
    _check_size(entry, result["strata"])
    total = sum(quota for _, quota in entry["quota"])
    if len(result["drawn"]) != total or any(a >= b for a, b in pairwise(result["drawn"])):
        raise ProtocolError(
            f"result of {entry['list']}: the drawn are not as many as the quotas, ascending, each once"
        )


def _check_size(entry: PlanList, strata: Sequence[StratumResult] | Sequence[PublicStratum]) -> None:
    for stratum, (name, quota) in zip(strata, entry["quota"], strict=True):
        if stratum["eligible"] < quota or (stratum["cutoff"] is None) != (quota == 0):
            raise ProtocolError(f"result of {entry['list']}: stratum {name} contradicts its quota")
    if sum(stratum["eligible"] for stratum in strata) > entry["pool"]["n"]:
        raise ProtocolError(f"result of {entry['list']}: more eligible than the pool has rows")


def _check_tickets(name: str, stratum: StratumResult, ticket: Ticket) -> None:
    order = [(ticket(id_), id_) for id_ in (*stratum["drawn"], *stratum["reserve"])]
    if any(a >= b for a, b in pairwise(order)):
        raise ProtocolError(f"result of {name}: the tickets of stratum {stratum['stratum']} do not ascend")
    last = order[len(stratum["drawn"]) - 1][0].hex() if stratum["drawn"] else None
    if last != stratum["cutoff"]:
        raise ProtocolError(
            f"result of {name}: the tickets of stratum {stratum['stratum']} do not end at the cutoff"
        )


def check_teams(
    plan: Plan,
    drawn: Sequence[Sequence[str]],
    teams: Sequence[Team],
    unfilled: Sequence[tuple[str, int]],
    place: Callable[[str], object],
    roster: Roster | None,
) -> None:
    """That every team stands in order with its slots, the objects ascending by ``place``.

    With a roster also that each member fits its slot and none is above its cap.
    """
    filled = sum(len(team["team"]) for team in teams)
    if slot_count(plan, drawn) != filled + len(unfilled):
        raise ProtocolError("teams: teams and unfilled are not the slots of the plan")
    slots = slots_of(plan, drawn)
    order = [team["object"] for team in teams]
    if len(order) != len(slots) or set(order) != slots.keys() or order != sorted(slots, key=place):  # type: ignore[arg-type]
        raise ProtocolError("teams: the objects are not those drawn, in order")
    empty = {(object_, slot) for object_, slot in unfilled}
    met = [
        (object_, slot)
        for object_ in order
        for slot in range(len(slots[object_]))
        if (object_, slot) in empty
    ]
    if met != [(object_, slot) for object_, slot in unfilled]:
        raise ProtocolError("unfilled: must be slots of the plan, each once, in order")
    _check_members(teams, slots, empty, roster)


def _check_members(
    teams: Sequence[Team],
    slots: Mapping[str, Sequence[Need]],
    empty: set[tuple[str, int]],
    roster: Roster | None,
) -> None:
    load: dict[str, int] = {}
    fitting = Fitting(roster) if roster else None
    for team in teams:
        object_ = team["object"]
        needs = [need for slot, need in enumerate(slots[object_]) if (object_, slot) not in empty]
        asked = [(need.bureau, int(need.lead)) for need in needs]
        if asked != [(member["bureau"], member["lead"]) for member in team["team"]]:
            raise ProtocolError(f"teams: the team of {object_} does not have its slots in order")
        people = [member["inspector"] for member in team["team"]]
        if len(set(people)) != len(people):
            raise ProtocolError(f"teams: an inspector stands twice in the team of {object_}")
        for inspector, need in zip(people, needs, strict=True):
            load[inspector] = load.get(inspector, 0) + 1
            if fitting and all(i.id != inspector for i in fitting.fit(object_, need)):
                raise ProtocolError(f"teams: {inspector} does not fit a slot of {object_}")
    _check_caps(load, roster)


def _check_caps(load: Mapping[str, int], roster: Roster | None) -> None:
    for inspector, number in load.items():
        if roster and number > roster.inspectors[inspector].cap:
            raise ProtocolError(f"teams: {inspector} has more objects than its cap")


def drawn_ids(results: Sequence[ListResult] | Sequence[PublicResult]) -> list[list[str]]:
    """The ids each list drew, from a proof's result or a public one."""
    return [_ids(cast(dict[str, object], result)) for result in results]


def _ids(result: dict[str, object]) -> list[str]:
    if "drawn" in result:
        return cast(list[str], result["drawn"])
    return [id_ for stratum in cast(list[StratumResult], result["strata"]) for id_ in stratum["drawn"]]
