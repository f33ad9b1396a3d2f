"""The plan of a draw: assembling it, and refusing one that is not exactly in shape (draw.md, "Plan")."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, cast

from onedoor.draws.rules.documents import Beacon, Party, Plan, PlanList, PoolFace, TeamRule
from onedoor.draws.rules.wire import json_positions, value_checks
from onedoor.draws.rules.wire.encoding import canonical, hash_function, parse_json, tag
from onedoor.draws.rules.wire.errors import ProtocolError

VERSION = "onedoor-draw/1"
PLAN_KEYS = Plan.__annotations__.keys()
SEQ_LIMIT = 2**32 - 1

# What a refusal says of the place: "plan.lists[0].team.size: must be an integer from 1".
_PLACE = re.compile(r"plan((?:\.\w+|\[\d+\])*): ")
_STEP = re.compile(r"(\w+)|\[(\d+)\]")
_STRANGE = re.compile(r"the key '(.*)' does not belong here")


def plan_digest(plan: Plan) -> bytes:
    """``tag("plan", canonical plan)``; what the register holds of a plan."""
    return tag(hash_function(plan["hash"]), "plan", canonical(plan))


def make_plan(
    *,
    line: str,
    seq: int,
    prev: bytes | None,
    draw: str,
    lists: Sequence[PlanList],
    roster: bytes | None,
    parties: Sequence[tuple[str, bytes]],
    beacon: Beacon | None = None,
    hash_name: Literal["sha256", "sm3"] = "sha256",
    closed: bool = False,
) -> Plan:
    """A plan in shape, ready for ``plan_digest`` and for publishing as ``canonical(plan)``.

    ``line`` is the campaign's code, ``seq`` the number of this draw in it, ``prev`` the proof digest of the draw
    before, ``roster`` the digest of the roster file, ``parties`` who commits, with the commitment. Raises
    ProtocolError for anything out of shape.
    """
    plan: Plan = {
        "v": VERSION,
        "line": line,
        "seq": seq,
        "prev": prev.hex() if prev is not None else None,
        "draw": draw,
        "hash": hash_name,
        "closed": closed,
        "lists": list(lists),
        "roster": roster.hex() if roster is not None else None,
        "parties": [{"id": party, "commit": commit.hex()} for party, commit in parties],
        "beacon": beacon,
    }
    return check_plan(parse_json(canonical(plan), "plan"))


def plan_list(
    name: str,
    face: PoolFace,
    quota: Sequence[tuple[str, int]],
    *,
    reserve: int,
    team: TeamRule | None = None,
    mode: Literal["uniform", "ratio"] = "uniform",
) -> PlanList:
    """One list of a plan, from the face of its pool (``pool_face``) and its quotas in the order they shall stand."""
    return {
        "list": name,
        "mode": mode,
        "quota": [(stratum, number) for stratum, number in quota],
        "reserve": reserve,
        "pool": face,
        "team": team,
    }


def read_plan(data: bytes) -> Plan:
    """A plan from its file, in any spacing. Raises ProtocolError with the line and the reason."""
    try:
        return check_plan(parse_json(data, "plan"))
    except ProtocolError as error:
        raise ProtocolError(_with_line(data, str(error))) from None


def _with_line(data: bytes, reason: str) -> str:
    """The reason with the line that it means; that of broken JSON has one, and of what is nested too deeply none."""
    if reason.startswith(("plan: not ", "plan: nested")):
        return reason
    text = data.decode()
    place = (
        json_positions.innermost(text, _unread)
        if _unread(text)
        else json_positions.place_of(text, _steps(reason))
    )
    return f"plan: line {json_positions.line_at(text, place)}: {reason.removeprefix('plan: ').removeprefix('plan.')}"


def _unread(text: str) -> bool:
    try:
        parse_json(text.encode(), "plan")
    except ProtocolError:
        return True
    return False


def _steps(reason: str) -> Iterator[json_positions.Step]:
    """The way to what a refusal names, as far as it says."""
    way = _PLACE.match(reason)
    for key, number in _STEP.findall(way[1]) if way else ():
        yield key or int(number)
    strange = _STRANGE.search(reason)
    if strange:
        yield strange[1]


def check_plan(value: object) -> Plan:
    """The plan, if it has exactly the shape of the protocol. Raises ProtocolError naming the key that has not."""
    plan = cast(Plan, value_checks.fields(value, PLAN_KEYS, "plan"))
    if plan["v"] != VERSION:
        raise ProtocolError(f"plan: the version is not {VERSION}")
    hash_function(value_checks.text(plan["hash"], "plan.hash"))
    value_checks.name(plan["line"], "plan.line")
    value_checks.text(plan["draw"], "plan.draw")
    if not isinstance(plan["closed"], bool):
        raise ProtocolError("plan.closed: must be true or false")
    _check_sequence(plan)
    _check_lists(plan)
    _check_parties(plan)
    if plan["beacon"] is not None:
        beacon = value_checks.fields(plan["beacon"], Beacon.__annotations__, "plan.beacon")
        value_checks.text(beacon["name"], "plan.beacon.name")
        value_checks.text(beacon["round"], "plan.beacon.round")
        value_checks.moment(beacon["time"], "plan.beacon.time")
    canonical(plan)
    return plan


def _check_sequence(plan: Plan) -> None:
    seq = value_checks.count(plan["seq"], "plan.seq", 1, SEQ_LIMIT)
    if (plan["prev"] is None) != (seq == 1):
        raise ProtocolError("plan.prev: the first draw of a line has none, every later one has")
    if plan["prev"] is not None:
        value_checks.hexadecimal(plan["prev"], "plan.prev")


def _check_lists(plan: Plan) -> None:
    lists = value_checks.items(plan["lists"], "plan.lists")
    if not lists:
        raise ProtocolError("plan.lists: must name a list")
    for number, entry in enumerate(lists):
        _check_list(entry, f"plan.lists[{number}]")
    value_checks.unique([entry["list"] for entry in lists], "plan.lists")
    if any(entry["team"] for entry in lists):
        value_checks.hexadecimal(plan["roster"], "plan.roster")
    elif plan["roster"] is not None:
        raise ProtocolError("plan.roster: must be null, as no list has a team")


def _check_list(value: object, where: str) -> None:
    entry = value_checks.fields(value, PlanList.__annotations__, where)
    value_checks.name(entry["list"], f"{where}.list")
    if entry["mode"] not in ("uniform", "ratio"):
        raise ProtocolError(f"{where}.mode: must be uniform or ratio")
    value_checks.count(entry["reserve"], f"{where}.reserve")
    _check_quota(entry["quota"], f"{where}.quota")
    face = value_checks.fields(entry["pool"], PoolFace.__annotations__, f"{where}.pool")
    value_checks.hexadecimal(face["digest"], f"{where}.pool.digest")
    value_checks.hexadecimal(face["root"], f"{where}.pool.root")
    value_checks.count(face["n"], f"{where}.pool.n")
    if entry["team"] is not None:
        _check_team(entry["team"], f"{where}.team")


def _check_quota(value: object, where: str) -> None:
    strata = []
    for place, item in enumerate(value_checks.items(value, where)):
        stratum, number = value_checks.pair(item, f"{where}[{place}]")
        strata.append(value_checks.matching(value_checks.STRATUM, stratum, f"{where}[{place}]"))
        value_checks.count(number, f"{where}[{place}]")
    value_checks.unique(strata, where)


def _check_team(value: object, where: str) -> None:
    team = value_checks.fields(value, TeamRule.__annotations__, where)
    value_checks.name(team["bureau"], f"{where}.bureau")
    value_checks.count(team["size"], f"{where}.size", 1)
    for qualification in value_checks.items(team["qualifications"], f"{where}.qualifications"):
        value_checks.name(qualification, f"{where}.qualifications")


def _check_parties(plan: Plan) -> None:
    parties = value_checks.items(plan["parties"], "plan.parties")
    if len(parties) < 2:
        raise ProtocolError("plan.parties: two or more must commit")
    for number, party in enumerate(parties):
        where = f"plan.parties[{number}]"
        value_checks.fields(party, Party.__annotations__, where)
        value_checks.text(party["id"], f"{where}.id")
        value_checks.hexadecimal(party["commit"], f"{where}.commit")
    value_checks.unique([party["id"] for party in parties], "plan.parties")
