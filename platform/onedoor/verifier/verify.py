#!/usr/bin/env python3
# 一门（OneDoor）随机抽取核验程序。只有这一个文件，只用 Python 3.8 及以上自带的标准库；不联网，不写文件，不需要安装。
#
# 怎样核验：从抽取的公示页面下载全部文件，与本文件放在同一个文件夹，在命令行里运行（清单编号和文件名照页面上的写）：
#
#     python3 -I verify.py proof.json --pool 清单编号=pool-清单编号.txt --roster roster.txt --register register.jsonl
#
# 有哪些文件就写哪些，--pool 和 --log 可以写多次。还可以加上：
#     --head N:指纹      自己当场记下的登记簿条目编号和指纹，用来核对登记簿没有被换过
#     --log log-1.json   抽取以后的变更记录（更换检查人员、替补对象）
#     --lot lot.json     自己的签（自己在待抽取库里的那一行和路径），核验自己抽中没有
#
# 结果：第一行是 VALID（核验通过）或者 INVALID: 原因（核验不通过）；给了 --lot 时第二行是 DRAWN（抽中）或者
# NOT DRAWN（没有抽中）；其余各行是没有核对的内容。退出码：0 通过，1 不通过，2 命令写错了。
"""Checks a random draw of the protocol onedoor-draw/1 from its published files, trusting nobody.

Written from the text of the protocol alone, apart from the platform's own program, so that it is a second opinion.
Reads from the top: what is checked, one step after the other; then each step; last how bytes and shapes are made.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import io
import itertools
import json
import operator
import re
import sys
import unicodedata
from collections import defaultdict, deque
from datetime import datetime, timezone
from typing import Any, Callable, Iterable, NamedTuple, NoReturn


class Fault(Exception):
    """A file is not what the protocol asks for, or two of them contradict each other: the draw is INVALID."""


class WrongUse(Exception):
    """The command names a file that this draw does not have: neither valid nor invalid."""


# ---- the steps -------------------------------------------------------------------------------------------------------


def check(
    proof_raw: bytes,
    pools: dict[str, bytes],
    roster_raw: bytes | None = None,
    register_raw: bytes | None = None,
    head: tuple[int, str] | None = None,
    logs: Iterable[bytes] = (),
    lot_raw: bytes | None = None,
) -> tuple[bool | None, list[str]]:
    """Recomputes all that the files allow. Gives whether the lot was drawn, and what could not be checked.

    Raises Fault at the first difference.
    """
    draw = Draw(proof_raw, pools)
    if roster_raw is not None and draw.plan["roster"] is None:
        raise WrongUse("the plan of this draw has no roster")
    check_parties(draw)  # who committed to a nonce has revealed that nonce
    check_seed(draw)  # the seed follows from nonces, witnesses' texts and beacon
    own = read_pools(draw, pools)  # the pools are those of the plan; whom they give
    check_result(draw, own)  # nobody else was drawn
    roster = None if roster_raw is None else read_roster(draw, roster_raw)
    slots = slots_of(draw)
    teams = check_teams(draw, slots, roster)  # who goes there
    digest = proof_digest(draw, own, teams)
    entries = check_register(draw, register_raw, head, digest)  # what was published before what
    check_logs(draw, own, slots, roster, [*logs], entries, digest)  # what changed since
    drawn = None if lot_raw is None else check_lot(draw, read_json(lot_raw, "lot"))
    if draw.drawn and draw.plan["beacon"] is None:
        draw.note("the parties together could have steered it: the plan names no beacon")
    return drawn, draw.notes


class Draw:
    """A proof or a public form whose shape is in order, and what follows from it at once."""

    def __init__(self, raw: bytes, pools: Iterable[str]) -> None:
        self.proof = read_json(raw, "proof", exact=True)
        self.public = isinstance(self.proof, dict) and self.proof.get("v") == "onedoor-public/1"
        fits(self.proof, PUBLIC if self.public else PROOF, "proof")
        self.plan, self.drawn = self.proof["plan"], self.proof["void"] is None
        check_plan(self.plan)
        need(self.plan["closed"] or not self.public, "proof: only a closed draw has a public form")
        self.lists = {entry["list"]: entry for entry in self.plan["lists"]}
        for name in pools:
            if name not in self.lists:
                raise WrongUse(f"the plan has no list {name}; it has {', '.join(sorted(self.lists))}")
        self.hash = HASHES[self.plan["hash"]]
        self.plan_digest = self.tag("plan", canonical(self.plan))
        spoken = [part for said in self.proof["witness"] for part in said]
        self.texts_digest = self.tag("texts", self.plan_digest, u32(len(spoken) // 2), *spoken)
        self.nonces = [part for who, nonce in self.proof["reveals"] for part in (who, unhex(nonce or ""))]
        self.reveals_digest = self.tag("reveals", self.plan_digest, *self.nonces)
        self.seed = unhex(self.proof["seed"] or "")
        self.z = b""  # the salt of a closed draw, known from any of its pools
        self.notes: list[str] = []
        self.note = self.notes.append

    def tag(self, what: str, *parts: bytes | str) -> bytes:
        return tag(self.hash, what, *parts)

    def key(self, purpose: str) -> bytes:
        return self.tag("key", self.seed, purpose)

    def salt(self, id_: bytes) -> bytes:
        return self.tag("salt", self.z, id_) if self.z else b""

    def ticket(self, id_: str, salt: bytes) -> bytes:
        """An object's ticket, the same for all lists of the draw."""
        return self.hash(self.key("object") + salt + bytes([len(id_)]) + id_.encode()).digest()

    def by_ticket(self, objects: Iterable[str]) -> list[str]:
        return sorted(objects, key=lambda id_: (self.ticket(id_, self.salt(id_.encode())), id_))

    @property
    def has_tickets(self) -> bool:
        return self.drawn and (bool(self.z) or not self.plan["closed"])


def check_plan(plan: Any) -> None:
    """What the shape alone does not say."""
    need((plan["seq"] == 1) == (plan["prev"] is None), "plan: prev names the draw before, if there was one")
    need(len(plan["lists"]) > 0 and len(plan["parties"]) > 1, "plan: one list and two parties at least")
    unique([entry["list"] for entry in plan["lists"]], "plan: lists")
    unique([party["id"] for party in plan["parties"]], "plan: parties")
    for entry in plan["lists"]:
        unique([stratum for stratum, _ in entry["quota"]], f"plan: strata of {entry['list']}")
    teams = any(entry["team"] for entry in plan["lists"])
    need(teams == (plan["roster"] is not None), "plan: a roster stands there exactly if teams are drawn")


# ---- commitments and seed --------------------------------------------------------------------------------------------


def check_parties(draw: Draw) -> None:
    plan, reveals = draw.plan, draw.proof["reveals"]
    same = [who for who, _ in reveals] == [party["id"] for party in plan["parties"]]
    need(same, "reveals: not the plan's parties in its order")
    for party, (who, nonce) in zip(plan["parties"], reveals):
        if nonce is not None:
            made = draw.tag("commit", plan["line"], u32(plan["seq"]), plan["draw"], who, unhex(nonce))
            need(made.hex() == party["commit"], f"commitment of {who} is not to the nonce revealed")


def check_seed(draw: Draw) -> None:
    proof, named = draw.proof, draw.plan["beacon"]
    withheld = [who for who, nonce in proof["reveals"] if nonce is None]
    if not draw.drawn:
        need(proof["beacon"] == "" and proof["seed"] is None, "a void draw has neither beacon nor seed")
        for part in ("result", "teams", "unfilled"):
            need(proof[part] == [], f"{part!r} must be empty in a void draw")
        need(named or withheld, "nothing makes this draw void: all revealed, and the plan names no beacon")
        if named:
            draw.note("beacon not checked: that its source did not speak")
        return
    need(bool(proof["beacon"]) == bool(named), "beacon: its bytes stand there exactly if the plan names one")
    need(named or not withheld, f"{', '.join(withheld)} withheld and no beacon: the draw is void")
    if named:
        draw.note(f"beacon not checked: compare it with {named['name']}, round {named['round']}, {named['time']}")
    count, beacon = u32(len(proof["reveals"])), unhex(proof["beacon"])
    seed = draw.tag("seed", draw.plan_digest, count, *draw.nonces, draw.texts_digest, beacon)
    need(seed.hex() == proof["seed"], "'seed' differs from the recomputation")


# ---- pools and selection ---------------------------------------------------------------------------------------------

BLOCK = 1 << 16  # lines at a time: a whole subtree of the Merkle tree, and little memory
_ID, _STRATUM = "[0-9A-Z][0-9A-Z._-]{0,63}(?::[1-9][0-9]{0,8})?", "[0-9A-Za-z][0-9A-Za-z._-]{0,31}"
_CELLS = [_ID, _STRATUM, "[1-9][0-9]{0,6}", "E|X[A-Z0-9]{1,8}"]
ONE_LINE = re.compile("\t".join(f"({cell})" for cell in _CELLS).encode())
ALL_LINES = re.compile(("(?:" + "\t".join(f"(?:{cell})" for cell in _CELLS) + "\n)*").encode())
POOL_HEADER = re.compile(b"onedoor-pool/1\t(0|[1-9][0-9]{0,14})(?:\t([0-9a-f]{64}))?")


class Stratum:
    """Counts of a stratum's eligible, and their smallest rank + ticket + id, as many as are wanted."""

    def __init__(self, wanted: int) -> None:
        self.wanted, self.eligible, self.weight, self.heaviest = wanted, 0, 0, 0
        self.best: list[bytes] = []
        self.bound = b"\xff" * 33  # above every rank

    def add(self, ranks: list[bytes], tickets: list[bytes], ids: list[bytes]) -> None:
        bound, three = self.bound, zip(ranks, tickets, ids)
        self.best += [rank + ticket + id_ for rank, ticket, id_ in three if rank <= bound]
        if len(self.best) > 2 * self.wanted + 1000:
            self.sort()

    def sort(self) -> None:
        self.best.sort()
        del self.best[self.wanted :]
        if self.best and len(self.best) == self.wanted:
            self.bound = self.best[-1][:32]


def read_pools(draw: Draw, pools: dict[str, bytes]) -> dict[str, Any]:
    """What each pool that is given makes of its list."""
    own = {name: read_pool(draw, draw.lists[name], raw) for name, raw in pools.items()}
    places = [raw for raw in pools.values() if b":" in raw]
    codes = {code for raw in places for code in re.findall(b"^([^:\n\t]+):", raw, re.M)}
    for name in pools if codes else ():
        beside = codes.intersection(re.findall(b"^[^:\n\t]+(?=\t)", pools[name], re.M))
        need(not beside, f"pool of {name}: a code beside the same code with a number")
    for name in draw.lists:
        if name not in pools:
            draw.note(f"pool of {name} not checked: its file was not given")
    return own


def read_pool(draw: Draw, entry: Any, raw: bytes) -> Any:
    """Checks a pool file against the plan, and draws from it."""
    where, file = f"pool of {entry['list']}", io.BytesIO(raw)
    header = POOL_HEADER.fullmatch(file.readline()[:-1])
    if header is None:
        raise Fault(f"{where}: line 1: the header must be onedoor-pool/1, the number of lines, and z if closed")
    need(raw.endswith(b"\n"), f"{where}: the file must end with LF")
    need(raw.count(b"\n") == int(header[1]) + 1, f"{where}: line 1: the header counts other lines than there are")
    z = unhex((header[2] or b"").decode())
    need(bool(z) == draw.plan["closed"], f"{where}: line 1: z stands there exactly if the draw is closed")
    need(draw.z in (b"", z), f"{where}: line 1: there is one z for all lists of a draw")
    draw.z = z
    strata = {stratum: Stratum(quota + entry["reserve"]) for stratum, quota in entry["quota"]}
    roots, number, last = [], 2, b""
    for block in iter(lambda: b"".join(itertools.islice(file, BLOCK)), b""):
        lines = block[:-1].split(b"\n")
        if not ALL_LINES.fullmatch(block):
            number += next(at for at, line in enumerate(lines) if not ONE_LINE.fullmatch(line))
            raise Fault(f"{where}: line {number}: not id, stratum, weight and status between TABs")
        ids, alike = ([last], defaultdict(list))  # all ids; and those that have the same stratum, weight and status
        for line in lines:
            id_, _, rest = line.partition(b"\t")
            ids.append(id_)
            alike[rest].append(id_)
        if not all(map(operator.lt, ids, ids[1:])):
            number += next(at for at in range(len(lines)) if ids[at] >= ids[at + 1])
            raise Fault(f"{where}: line {number}: ids must ascend, each once")
        salts = salts_of(draw, ids[1:])
        roots.append(tree(draw.hash, leaves(draw.hash, lines, ids[1:], salts)))
        draw_block(draw, entry, strata, alike, salts)
        number, last = number + len(lines), ids[-1]
    face = {"digest": draw.hash(raw).hexdigest(), "root": tree(draw.hash, roots).hex(), "n": number - 2}
    need(face == entry["pool"], f"{where} is not the one that was published")
    return result_of(entry, strata)


def salts_of(draw: Draw, ids: list[bytes]) -> dict[bytes, bytes]:
    """tag("salt", z, id) of each id in a closed draw; the beginning is the same for all."""
    h, start = draw.hash, LP(b"onedoor-draw/1/salt") + LP(draw.z)
    return {id_: h(start + LP(id_)).digest() for id_ in ids} if draw.z else {}


def leaves(h: Any, lines: list[bytes], ids: list[bytes], salts: dict[bytes, bytes]) -> list[bytes]:
    if not salts:
        return [h(b"\0" + line).digest() for line in lines]
    return [h(b"\0" + salts[id_] + line).digest() for id_, line in zip(ids, lines)]


def tree(h: Any, nodes: list[bytes]) -> bytes:
    """The root over nodes of one height (RFC 9162): pairs are joined, an odd last one goes up as it is."""
    while len(nodes) > 1:
        two = iter(nodes)
        above = [h(b"\1" + left + right).digest() for left, right in zip(two, two)]
        nodes = above + nodes[-1:] if len(nodes) % 2 else above
    return nodes[0] if nodes else h(b"").digest()


def draw_block(draw: Draw, entry: Any, strata: dict[str, Stratum], alike: Any, salts: dict[bytes, bytes]) -> None:
    """Gives the eligible of a block of lines their tickets, and keeps the smallest of each stratum."""
    h, key, where = draw.hash, draw.key("object"), f"pool of {entry['list']}"
    starts = [key + bytes([length]) for length in range(256)]
    for rest, ids in alike.items():
        name, digits, status = rest.decode().split("\t")
        weight = int(digits)
        need(weight <= 1 << 20, f"{where}: {ids[0].decode()}: the weight is above 2^20")
        if status != "E":
            continue
        need(name in strata, f"{where}: stratum {name} has eligible objects and no quota")
        stratum = strata[name]
        stratum.eligible, stratum.weight = stratum.eligible + len(ids), stratum.weight + len(ids) * weight
        stratum.heaviest = max(stratum.heaviest, weight)
        if not stratum.wanted or not draw.drawn:
            continue
        if salts:
            tickets = [h(key + salts[id_] + bytes([len(id_)]) + id_).digest() for id_ in ids]
        else:
            tickets = [h(starts[len(id_)] + id_).digest() for id_ in ids]
        ranks = tickets if entry["mode"] == "uniform" else [rank_of(ticket, weight) for ticket in tickets]
        stratum.add(ranks, tickets, ids)


def rank_of(ticket: bytes, weight: int) -> bytes:
    return (int.from_bytes(ticket, "big") // weight).to_bytes(32, "big")


def result_of(entry: Any, strata: dict[str, Stratum]) -> Any:
    """What the proof must say of this list."""
    found = []
    for name, quota in entry["quota"]:
        stratum, where = strata[name], f"list {entry['list']}, stratum {name}"
        need(quota <= stratum.eligible, f"{where}: the quota exceeds the eligible")
        light = quota * stratum.heaviest < stratum.weight or quota == stratum.eligible
        need(light or entry["mode"] == "uniform", f"{where}: a weight is too heavy for the quota")
        stratum.sort()
        ids = [each[64:].decode() for each in stratum.best]
        cutoff = stratum.best[quota - 1][:32].hex() if quota and stratum.best else None
        both = {"drawn": ids[:quota], "reserve": ids[quota:]}
        found.append({"stratum": name, "eligible": stratum.eligible, "cutoff": cutoff, **both})
    return {"list": entry["list"], "strata": found}


def drawn_of(result: Any) -> list[str]:
    if "drawn" in result:
        return list(result["drawn"])
    return [id_ for stratum in result["strata"] for id_ in stratum["drawn"]]


def public_result(result: Any) -> Any:
    strata = [{key: stratum[key] for key in ("stratum", "eligible", "cutoff")} for stratum in result["strata"]]
    return {"list": result["list"], "drawn": sorted(drawn_of(result)), "strata": strata}


def check_result(draw: Draw, own: dict[str, Any]) -> None:
    names = [each["list"] for each in draw.proof["result"]]
    need(not draw.drawn or names == [*draw.lists], "result: not the plan's lists in its order")
    for claimed in draw.proof["result"]:
        name = claimed["list"]
        if name in own:
            right = public_result(own[name]) if draw.public else own[name]
            need(claimed == right, f"'result' of {name} differs from the recomputation")
        else:
            check_outline(draw, draw.lists[name], claimed)


def check_outline(draw: Draw, entry: Any, claimed: Any) -> None:
    """What can be seen of a list's result without its pool: counts, and tickets where there are no weights."""
    where, strata, drawn = f"result of {entry['list']}", claimed["strata"], drawn_of(claimed)
    names = [each["stratum"] for each in strata]
    need(names == [name for name, _ in entry["quota"]], f"{where}: not the plan's strata in its order")
    need(len(drawn) == sum(quota for _, quota in entry["quota"]), f"{where}: not as many drawn as the quota")
    unique(drawn + [id_ for each in strata for id_ in each.get("reserve", ())], where)
    need(sum(each["eligible"] for each in strata) <= entry["pool"]["n"], f"{where}: more eligible than lines")
    need(not draw.public or drawn == sorted(drawn), f"{where}: drawn must ascend")
    for each, (name, quota) in zip(strata, entry["quota"]):
        at = f"{where}, stratum {name}"
        need(quota <= each["eligible"], f"{at}: the quota exceeds the eligible")
        need((each["cutoff"] is None) == (quota == 0), f"{at}: a cutoff stands there exactly if any are drawn")
        if draw.public:
            continue
        need(len(each["drawn"]) == quota, f"{at}: not as many drawn as the quota")
        need(len(each["reserve"]) == min(entry["reserve"], each["eligible"] - quota), f"{at}: number in reserve")
        if entry["mode"] == "uniform" and draw.has_tickets:
            ids = each["drawn"] + each["reserve"]
            need(ids == draw.by_ticket(ids), f"{at}: tickets do not ascend")
            last = each["drawn"][-1:]
            tickets = [draw.ticket(id_, draw.salt(id_.encode())).hex() for id_ in last]
            need(tickets in ([], [each["cutoff"]]), f"{at}: the cutoff is not the last ticket")


# ---- inspectors and teams --------------------------------------------------------------------------------------------

_NAME = "[0-9A-Za-z][0-9A-Za-z._-]{0,63}"
ROSTER_HEADER = re.compile("onedoor-roster/1\t(0|[1-9][0-9]{0,14})\t[0-9a-f]{64}")
INSPECTOR = re.compile(f"({_NAME})\t({_NAME})\t((?:{_NAME}(?:,{_NAME})*)?)\t([01])\t(0|[1-9][0-9]{{0,14}})")
RECUSAL = re.compile(f"!\t({_NAME})\t({_ID})\t[A-Z]{{1,8}}")
Place = Any  # (object, slot number)


class Slot(NamedTuple):
    """A seat on an object's team: for which list, and whom it needs."""

    list: str
    bureau: str
    qualifications: frozenset[str]
    lead: bool


class Inspector(NamedTuple):
    bureau: str
    qualifications: frozenset[str]
    lead: bool
    cap: int

    def suits(self, slot: Slot) -> bool:
        able = self.bureau == slot.bureau and slot.qualifications <= self.qualifications
        return able and (self.lead or not slot.lead)


class Roster:
    def __init__(self) -> None:
        self.people: dict[str, Inspector] = {}
        self.recused: dict[str, set[str]] = defaultdict(set)  # by object

    def fit(self, slot: Slot) -> list[str]:
        """All who may sit there, but for recusals."""
        return [i for i, inspector in self.people.items() if inspector.suits(slot)]


def read_roster(draw: Draw, raw: bytes) -> Roster:
    need(draw.hash(raw).hexdigest() == draw.plan["roster"], "roster digest: not the roster that was published")
    lines, roster = raw.decode("ascii", "replace").split("\n"), Roster()
    header = ROSTER_HEADER.fullmatch(lines[0])
    if header is None:
        raise Fault("roster: line 1: the header must be onedoor-roster/1, the number of inspectors and a salt")
    need(lines.pop() == "", "roster: the file must end with LF")
    first_recusal = int(header[1]) + 2
    need(first_recusal - 1 <= len(lines), "roster: line 1: the header counts more inspectors than there are")
    for number, line in enumerate(lines[1:], 2):
        where = f"roster: line {number}"
        found = (INSPECTOR if number < first_recusal else RECUSAL).fullmatch(line)
        if found is None:
            raise Fault(f"{where}: not an {'inspector' if number < first_recusal else 'inspector recused'}")
        if number not in (2, first_recusal):
            need(line > lines[number - 2], f"{where}: lines must ascend, each once")
        if number < first_recusal:
            able = found[3].split(",") if found[3] else []
            need(able == sorted({*able}), f"{where}: qualifications must ascend, each once")
            need(found[1] not in roster.people, f"{where}: the inspector is there twice")
            roster.people[found[1]] = Inspector(found[2], frozenset(able), found[4] == "1", int(found[5]))
        else:
            need(found[1] in roster.people, f"{where}: the recused is not in the roster")
            roster.recused[found[2]].add(found[1])
    return roster


def slots_of(draw: Draw) -> dict[str, list[Slot]]:
    """The slots of each object that any list has drawn, numbered from 0 in the plan's order of lists."""
    proof, slots = draw.proof, {}  # type: Any, dict[str, list[Slot]]
    drawn = [(entry, drawn_of(result)) for entry, result in zip(draw.plan["lists"], proof["result"])]
    sent = [(entry, ids) for entry, ids in drawn if entry["team"]]
    said = sum(len(team["team"]) for team in proof["teams"]) + len(proof["unfilled"])
    need(said == sum(entry["team"]["size"] * len(ids) for entry, ids in sent), "teams: not as many as the slots")
    for entry, ids in sent:
        for id_ in ids:
            add_slots(slots.setdefault(id_, []), entry)
    return slots


def add_slots(slots: list[Slot], entry: Any) -> None:
    team = entry["team"]
    for _ in range(team["size"]):
        slots.append(Slot(entry["list"], team["bureau"], frozenset(team["qualifications"]), not slots))


def check_teams(draw: Draw, slots: dict[str, list[Slot]], roster: Roster | None) -> Any:
    """Gives teams and unfilled slots in drawing order, None where they could not be recomputed."""
    teams, unfilled = draw.proof["teams"], draw.proof["unfilled"]
    if draw.plan["roster"] and roster is None:
        draw.note("who was placed in the teams not checked: the roster was not given")
    order = [team["object"] for team in teams]
    right = sorted(slots) if draw.public or not draw.has_tickets else draw.by_ticket(slots)
    need((order if draw.public or draw.has_tickets else sorted(order)) == right, "teams: the objects or their order")
    check_seats(teams, unfilled, slots, roster)
    if not slots or roster is None:
        return None if slots else ([], [])
    if not draw.has_tickets:
        draw.note("how the teams were placed not checked: a closed draw needs one of its pools")
        return None
    own = Placing(draw, slots, roster).fill(draw.by_ticket(slots))
    shown = (sorted(own[0], key=lambda team: str(team["object"])), sorted(own[1])) if draw.public else own
    need(shown[0] == teams, "'teams' differs from the recomputation")
    need(shown[1] == unfilled, "'unfilled' differs from the recomputation")
    return own


def check_seats(teams: Any, unfilled: Any, slots: dict[str, list[Slot]], roster: Roster | None) -> None:
    """Each slot is filled by one who may sit there, or said to be unfilled."""
    empty, load = {(object_, slot) for object_, slot in unfilled}, defaultdict(int)  # type: Any, dict[str, int]
    places = [(team["object"], slot) for team in teams for slot in range(len(slots[team["object"]]))]
    told = [[*place] for place in places if place in empty]
    need(told == unfilled, "'unfilled' does not name slots of the teams in their order")
    for team in teams:
        object_, where = team["object"], f"team of {team['object']}"
        held = [slot for number, slot in enumerate(slots[object_]) if (object_, number) not in empty]
        need(len(held) == len(team["team"]), f"{where}: not as many as its slots")
        unique([member["inspector"] for member in team["team"]], where)
        for slot, member in zip(held, team["team"]):
            who, asked = member["inspector"], (slot.bureau, slot.lead)
            need((member["bureau"], member["lead"]) == asked, f"{where}: {who} is not at a slot for them")
            load[who] += 1
            if roster is not None:
                one = roster.people.get(who)
                right = one is not None and one.suits(slot) and who not in roster.recused.get(object_, ())
                need(right and one and load[who] <= one.cap, f"{where}: {who} does not fit, or is above the cap")


class Placing:
    """Placing inspectors slot by slot: the least loaded first; a chain of moves where nobody is free."""

    def __init__(self, draw: Draw, slots: dict[str, list[Slot]], roster: Roster) -> None:
        self.h, self.key, self.slots, self.roster = draw.hash, draw.key("assign"), slots, roster
        self.lp = {i: LP(i.encode()) for i in roster.people}
        self.seats: dict[Place, str] = {}
        self.held: dict[str, set[Place]] = {i: set() for i in roster.people}
        self.free: dict[Slot, dict[int, set[str]]] = {}  # for each kind of slot: who is below the cap, by load
        self.dead: set[str] = set()

    def fill(self, objects: list[str]) -> tuple[list[Any], list[Any]]:
        places = [(object_, number) for object_ in objects for number in range(len(self.slots[object_]))]
        unfilled = [[*place] for place in places if not (self.place_free(place) or self.chain(place))]
        teams: dict[str, list[Any]] = {object_: [] for object_ in objects}
        for object_, number in places:
            if (object_, number) in self.seats:
                slot, who = self.slots[object_][number], self.seats[object_, number]
                teams[object_].append({"bureau": slot.bureau, "inspector": who, "lead": int(slot.lead)})
        return [{"object": object_, "team": team} for object_, team in teams.items()], unfilled

    def t(self, object_: str) -> Callable[[str], bytes]:
        h, start, lp = self.h, self.key + LP(object_.encode()), self.lp
        return lambda i: bytes(h(start + lp[i]).digest())

    def has_room(self, i: str) -> bool:
        return len(self.held[i]) < self.roster.people[i].cap

    def team(self, object_: str) -> dict[str, int]:
        """Who sits where on the object's team."""
        numbers = range(len(self.slots[object_]))
        return {self.seats[object_, n]: n for n in numbers if (object_, n) in self.seats}

    def place_free(self, place: Place) -> bool:
        """Step 1: of those with room the least loaded, among equals the least t."""
        object_, number = place
        out = self.team(object_).keys() | self.roster.recused.get(object_, set())
        for _, equal in sorted(self.by_load(self.slots[object_][number]).items()):
            if equal - out:
                h, start, lp = self.h, self.key + LP(object_.encode()), self.lp
                self.sit(min([(h(start + lp[i]).digest(), i) for i in equal - out])[1], place)
                return True
        return False

    def by_load(self, slot: Slot) -> dict[int, set[str]]:
        if slot not in self.free:
            self.free[slot] = defaultdict(set)
            for i in filter(self.has_room, self.roster.fit(slot)):
                self.free[slot][len(self.held[i])].add(i)
        return self.free[slot]

    def sit(self, i: str, place: Place) -> None:
        """Someone takes a slot more."""
        load = len(self.held[i])
        self.held[i].add(place)
        self.seats[place] = i
        for equal in self.free.values():
            if i in equal.get(load, ()):
                equal[load].remove(i)
                if self.has_room(i):
                    equal[load + 1].add(i)

    def chain(self, start: Place) -> bool:
        """Steps 2 and 3: the shortest chain of moves that frees the slot; without one, all it has seen are dead."""
        back: dict[Place, Any] = {start: None}  # each slot reached, and that to which its holder would move
        seen: set[str] = set()
        queue = deque([start])
        while queue:
            here = queue.popleft()
            team, recused = self.team(here[0]), self.roster.recused.get(here[0], ())
            fit = [i for i in self.roster.fit(self.slots[here[0]][here[1]]) if i not in recused]
            around = [i for i in fit if i in team or not (i in seen or i in self.dead)]
            for i in sorted(around, key=self.t(here[0])):
                if i not in team:
                    seen.add(i)
                    if self.has_room(i):
                        self.move(i, here, back)
                        return True
                reached = [(here[0], team[i])] if i in team else sorted(self.held[i], key=lambda p: self.t(p[0])(i))
                for place in reached:
                    if place not in back:
                        back[place] = here
                        queue.append(place)
        self.dead |= seen
        return False

    def move(self, i: str, place: Place, back: dict[Place, Any]) -> None:
        """The one with room takes the last slot of the chain; each holder on it takes the slot before."""
        holder = self.seats.get(place)
        self.sit(i, place)
        while holder is not None:
            self.held[holder].remove(place)
            i, place = holder, back[place]
            holder = self.seats.get(place)
            self.held[i].add(place)
            self.seats[place] = i


# ---- the proof's own digest ------------------------------------------------------------------------------------------


def proof_digest(draw: Draw, own: dict[str, Any], teams: Any) -> str | None:
    """As far as the files give it; of a public form what it says itself, recomputed if all files are there."""
    blind = [draw.tag("blind", draw.z)] if draw.z else []
    if not draw.public:
        if draw.plan["closed"] and not draw.z:
            draw.note("the proof's digest not checked: a closed draw needs one of its pools")
            return None
        return draw.tag("proof", canonical(draw.proof), *blind).hex()
    said: str = draw.proof["proof"]
    if len(own) < len(draw.lists) or teams is None:
        draw.note("the proof's digest not checked: it needs all pools and the roster")
        return said
    whole = {**draw.proof, "v": "onedoor-proof/1", "teams": teams[0], "unfilled": teams[1]}
    whole["result"] = [own[name] for name in draw.lists] if draw.drawn else []
    del whole["proof"]
    need(draw.tag("proof", canonical(whole), *blind).hex() == said, "'proof' is not the digest of this draw's proof")
    return said


# ---- the register ----------------------------------------------------------------------------------------------------

AFTER = {"texts": ["plan"], "reveals": ["texts"], "log": ["proof", "log"]}
AFTER["proof"] = AFTER["void"] = ["texts", "reveals"]


def check_register(draw: Draw, raw: bytes | None, head: tuple[int, str] | None, digest: str | None) -> Any:
    """Gives the entries of this draw, None without a register."""
    if raw is None:
        draw.note("precedence not checked: no register was given")
        return None
    entries, digests, newest = [], ["0" * 64], {}  # type: list[Any], list[str], dict[str, Any]
    lines = (raw[:-1] if raw.endswith(b"\n") else raw).split(b"\n")
    for number, line in enumerate(lines, 1):
        where = f"register: line {number}"
        entry = read_json(line, where, exact=True)
        fits(entry, ENTRY, where)
        need(entry["n"] == number and entry["prev"] == digests[-1], f"{where}: the chain is broken")
        need(not entries or entry["time"] >= entries[-1]["time"], f"{where}: the time goes back")
        check_order(entry, newest, entries, where)
        digests.append(tag(hashlib.sha256, "entry", line).hex())
        entries.append(entry)
    if head is None:
        draw.note("the register itself not compared with an entry that someone noted")
    else:
        found = head[0] < len(digests) and digests[head[0]] == head[1]
        need(found, "register: the noted head is not in this register")
    return check_precedence(draw, entries, digest)


def check_order(entry: Any, newest: dict[str, Any], entries: list[Any], where: str) -> None:
    """For one draw a plan, texts, perhaps reveals, then proof or void, then logs; the next starts only then."""
    line, seq, kind = entry["line"], entry["seq"], entry["kind"]
    at, last = newest.get(line, (0, "void"))
    if kind == "plan":
        right = seq == at + 1 and last in ("proof", "void", "log")
    elif kind == "log" and seq < at:  # a change of an earlier draw of the line, which had a proof
        right = any((one["line"], one["seq"], one["kind"]) == (line, seq, "proof") for one in entries)
    else:
        right = seq == at and last in AFTER[kind]
    need(right, f"{where}: {kind} of {line} {seq} is out of order")
    if seq >= at:
        newest[line] = (seq, kind)


def check_precedence(draw: Draw, entries: list[Any], digest: str | None) -> list[Any]:
    """What the proof contains stands in the register, before what depends on it."""
    plan, end = draw.plan, "proof" if draw.drawn else "void"
    line = [entry for entry in entries if entry["line"] == plan["line"]]
    mine = [entry for entry in line if entry["seq"] == plan["seq"]]
    at = {entry["kind"]: entry for entry in mine}
    wanted = {"plan": draw.plan_digest.hex(), "texts": draw.texts_digest.hex(), end: digest}
    if plan["beacon"]:
        wanted["reveals"] = draw.reveals_digest.hex()
    for kind, right in wanted.items():
        need(kind in at, f"register: it has no {kind} of this draw")
        need(right in (None, at[kind]["digest"]), f"register: the {kind} is another than was registered")
    need(plan["beacon"] or "reveals" not in at, "register: reveals of a draw without a beacon")
    if plan["beacon"]:
        time = plan["beacon"]["time"]
        need(at["reveals"]["time"] < time, "register: the reveals were registered after the beacon's time")
        need(end == "void" or at[end]["time"] >= time, "register: the proof was registered before the beacon's time")
    ends = [one["digest"] for one in line if one["seq"] == plan["seq"] - 1 and one["kind"] in ("proof", "void")]
    need(ends == ([plan["prev"]] if plan["prev"] else []), "register: prev of the plan is not the draw before")
    return mine


# ---- after the draw --------------------------------------------------------------------------------------------------


def check_logs(
    draw: Draw, own: Any, slots: Any, roster: Roster | None, raws: list[bytes], entries: Any, digest: str | None
) -> None:
    """Each change is registered in its place, and is the one that the protocol gives."""
    logs = {}
    for raw in raws:
        log = read_json(raw, "log", exact=True)
        fits(log, LOG, "log")
        need(log["n"] not in logs, f"log {log['n']}: there are two of this number")
        need(draw.drawn, f"log {log['n']}: nothing changes after a void draw")
        need(digest in (None, log["proof"]), f"log {log['n']}: of another draw")
        logs[log["n"]] = log
    registered = [entry["digest"] for entry in entries or () if entry["kind"] == "log"]
    changes = Changes(draw, own, slots, roster)
    for n, log in sorted(logs.items()):
        if entries is not None:
            need(n <= len(registered), f"log {n}: not in the register")
            same = draw.tag("log", canonical(log)).hex() == registered[n - 1]
            need(same, f"log {n}: another was registered")
        if n == changes.done + 1:
            changes.apply(log, f"log {n}")
        else:
            draw.note(f"log {n} not checked: one before it was not given")
    if len(registered) > len(logs):
        draw.note(f"changes after the draw not checked: {len(registered) - len(logs)} of the register's were not given")


class Changes:
    """The draw as it stands after the changes so far."""

    def __init__(self, draw: Draw, own: Any, slots: dict[str, list[Slot]], roster: Roster | None) -> None:
        self.draw, self.roster, self.done = draw, roster, 0
        self.slots = {object_: [*each] for object_, each in slots.items()}
        self.drawn: dict[str, dict[str, Any]] = {}  # by list: each object's stratum, None if it is not known
        self.reserve: dict[tuple[str, str], list[str]] = {}
        for claimed in draw.proof["result"]:
            name, result = claimed["list"], own.get(claimed["list"], claimed)
            self.drawn[name] = dict.fromkeys(drawn_of(result))
            for each in result["strata"] if "drawn" not in result else ():
                self.drawn[name].update(dict.fromkeys(each["drawn"], each["stratum"]))
                self.reserve[name, each["stratum"]] = [*each["reserve"]]
        self.seats: dict[Place, str] = {}
        empty = {(object_, number) for object_, number in draw.proof["unfilled"]}
        for team in draw.proof["teams"]:
            places = [(team["object"], number) for number in range(len(slots[team["object"]]))]
            members = (member["inspector"] for member in team["team"])
            self.seats.update(zip([place for place in places if place not in empty], members))
        self.ended: set[Place] = set()  # slots of objects that were substituted
        self.left: dict[str, set[str]] = defaultdict(set)  # by object: who has left it, for good
        self.times: dict[Place, int] = defaultdict(int)  # replacements at a slot

    def apply(self, log: Any, where: str) -> None:
        self.done = log["n"]
        need(log["list"] in self.drawn, f"{where}: the plan has no list {log['list']}")
        (self.substitute if log["kind"] == "substitute" else self.replace)(log, where)

    def substitute(self, log: Any, where: str) -> None:
        """An object goes with its slots of this list; the next of its stratum's reserve comes."""
        name, gone, comes = log["list"], log["out"], log["in"]
        need(gone in self.drawn[name], f"{where}: {gone} is not drawn for list {name}")
        need(
            log["slot"] is None and log["object"] in (gone, comes), f"{where}: slot is null, and object one of the two"
        )
        need(OBJECT(comes) and comes not in self.drawn[name], f"{where}: in must be an object not drawn yet")
        stratum = self.drawn[name].pop(gone)
        if stratum is None:
            self.draw.note(f"{where}: the substitute not checked: the pool of {name} was not given")
        else:
            need(self.reserve[name, stratum], f"{where}: the reserve of stratum {stratum} is exhausted")
            right = self.reserve[name, stratum].pop(0) == comes
            need(right, f"{where}: in is not the next substitute of stratum {stratum}")
        self.drawn[name][comes] = stratum
        self.ended |= {(gone, number) for number, slot in enumerate(self.slots.get(gone, ())) if slot.list == name}
        self.seats = {place: i for place, i in self.seats.items() if place not in self.ended}
        if self.draw.lists[name]["team"]:
            add_slots(self.slots.setdefault(comes, []), self.draw.lists[name])

    def replace(self, log: Any, where: str) -> None:
        """An inspector leaves a slot, or it was empty; another comes."""
        object_, out, comes, place = log["object"], log["out"], log["in"], (log["object"], log["slot"])
        slots = self.slots.get(object_, [])
        there = log["slot"] is not None and log["slot"] < len(slots) and place not in self.ended
        need(there and slots[log["slot"]].list == log["list"], f"{where}: the list has no such slot there")
        need((out is None) == (log["kind"] == "fill"), f"{where}: out is null exactly if an empty slot is filled")
        need(out == self.seats.pop(place, None), f"{where}: out is not who sits there")
        need(NAME(comes), f"{where}: in must be an inspector")
        self.left[object_] |= {out} - {None}
        self.times[place] += 1
        barred = self.left[object_] | {i for (other, _), i in self.seats.items() if other == object_}
        need(comes not in barred, f"{where}: {comes} is on the team, or has left it")
        if self.roster is None:
            self.draw.note(f"{where}: who came in not checked: the roster was not given")
        else:
            right = comes == self.next(slots[log["slot"]], place, barred, self.roster)
            need(right, f"{where}: in is not whom the protocol gives")
        if self.times[place] > 3:
            self.draw.note(f"{where}: the supervisor's consent to more than three at one slot not checked")
        self.seats[place] = comes

    def next(self, slot: Slot, place: Place, barred: set[str], roster: Roster) -> str | None:
        """The least loaded of those who fit and have room, among equals by a key of this replacement."""
        h, key = self.draw.hash, self.draw.key(f"assign#{place[0]}#{place[1]}#{self.times[place]}")
        load: dict[str, int] = defaultdict(int)
        for i in self.seats.values():
            load[i] += 1
        barred = barred | roster.recused.get(place[0], set())
        fit = [i for i in roster.fit(slot) if i not in barred and load[i] < roster.people[i].cap]
        t = {i: h(key + LP(place[0].encode()) + LP(i.encode())).digest() for i in fit}
        return min(fit, key=lambda i: (load[i], t[i]), default=None)


# ---- one's own lot ---------------------------------------------------------------------------------------------------


def check_lot(draw: Draw, lot: Any) -> bool:
    """Whether the object was drawn, from its own line and path alone."""
    fits(lot, LOTS, "lot")
    need(lot["list"] in draw.lists, f"lot: the plan has no list {lot['list']}")
    entry, salt = draw.lists[lot["list"]], unhex(lot["salt"])
    line = ONE_LINE.fullmatch(lot["line"].encode("utf-8", "replace"))
    if line is None or int(line[3]) > 1 << 20:
        raise Fault("lot: the line is not one of a pool")
    need(len(salt) == (32 if draw.plan["closed"] else 0), "lot: a salt stands there exactly if the draw is closed")
    need(not draw.z or salt == draw.salt(line[1]), "lot: the salt is not this object's")
    node, path = draw.hash(b"\0" + salt + line[0]).digest(), [unhex(each) for each in lot["path"]]
    index, last = lot["index"], entry["pool"]["n"] - 1
    need(index <= last, "lot: not in the pool, the index is beyond it")
    while last:  # up the tree; a last node without a neighbour goes up as it is
        if index % 2 or index < last:
            need(path, "lot: not in the pool, the path is too short")
            beside = path.pop(0)
            node = draw.hash(b"\1" + (beside + node if index % 2 else node + beside)).digest()
        index, last = index // 2, last // 2
    need(not path and node.hex() == entry["pool"]["root"], "lot: not in the pool, the path does not lead to its root")
    if not draw.drawn:
        return False
    id_, stratum = line[1].decode(), line[2].decode()
    result = next(each for each in draw.proof["result"] if each["list"] == lot["list"])
    cutoffs = {each["stratum"]: each["cutoff"] for each in result["strata"]}
    need(line[4] != b"E" or stratum in cutoffs, f"lot: stratum {stratum} has an eligible object and no quota")
    ticket = draw.ticket(id_, salt)
    rank = ticket if entry["mode"] == "uniform" else rank_of(ticket, int(line[3]))
    drawn = line[4] == b"E" and rank.hex() <= (cutoffs[stratum] or "")
    need(drawn == (id_ in drawn_of(result)), "lot: the proof's drawn contradict this lot")
    return drawn


# ---- bytes and shapes ------------------------------------------------------------------------------------------------

unhex = bytes.fromhex


def u32(n: int) -> bytes:
    return n.to_bytes(4, "big")


def LP(x: bytes) -> bytes:
    return len(x).to_bytes(4, "big") + x


def tag(h: Any, what: str, *parts: bytes | str) -> bytes:
    raw = [part.encode() if isinstance(part, str) else part for part in ("onedoor-draw/1/" + what, *parts)]
    return bytes(h(b"".join(map(LP, raw))).digest())


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_json(raw: bytes, what: str, exact: bool = False) -> Any:
    """The value; with `exact` only of its canonical bytes."""

    def unlike(text: str) -> NoReturn:
        raise Fault(f"{what}: {text[:40]} is not a whole number below 2^53")

    def whole(text: str) -> int:
        return int(text) if len(text) < 18 and abs(int(text)) < 1 << 53 else unlike(text)

    def once(pairs: list[Any]) -> Any:
        unique([key for key, _ in pairs], f"{what}: keys")
        return dict(pairs)

    numbers: Any = {"parse_int": whole, "parse_float": unlike, "parse_constant": unlike}
    try:
        value = json.loads(raw.decode(), object_pairs_hook=once, **numbers)
        same = not exact or canonical(value) == raw
    except RecursionError:
        raise Fault(f"{what}: nested too deeply") from None
    except ValueError as error:
        raise Fault(f"{what}: not JSON in UTF-8: {error}") from None
    need(same, f"{what}: not canonical bytes")
    return value


def need(right: Any, why: str) -> None:
    if not right:
        raise Fault(why)


def unique(values: list[str], where: str) -> None:
    need(len(set(values)) == len(values), f"{where}: one is there twice")


class Maybe(NamedTuple):
    """The shape, or null."""

    shape: Any


def fits(value: Any, shape: Any, where: str) -> None:
    """A dict has exactly these keys, [each] of any number, (one, after, the other), or what a test accepts."""
    if isinstance(shape, Maybe):
        if value is not None:
            fits(value, shape.shape, where)
    elif isinstance(shape, dict):
        same = isinstance(value, dict) and value.keys() == shape.keys()
        need(same, f"{where}: keys must be {', '.join(shape)}")
        for key in shape:
            fits(value[key], shape[key], f"{where}: {key}")
    elif isinstance(shape, (list, tuple)):
        need(isinstance(value, list), f"{where}: must be a list")
        shapes = shape if isinstance(shape, tuple) else shape * len(value)
        need(len(value) == len(shapes), f"{where}: must be {len(shapes)} values")
        for each, one in zip(value, shapes):
            fits(each, one, where)
    else:
        need(shape(value), f"{where}: not as the protocol asks")


def matching(pattern: str) -> Callable[[Any], bool]:
    fullmatch = re.compile(pattern).fullmatch
    return lambda value: isinstance(value, str) and fullmatch(value) is not None


def one_of(*values: Any) -> Callable[[Any], bool]:
    return lambda value: any(type(value) is type(each) and value == each for each in values)


def count(least: int, most: int = (1 << 53) - 1) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


def TEXT(value: Any) -> bool:
    """Not empty, in NFC, no control characters (nor halves of a character)."""
    if not isinstance(value, str) or not value or not unicodedata.is_normalized("NFC", value):
        return False
    return all(unicodedata.category(character) not in ("Cc", "Cs") for character in value)


def TIME(value: Any) -> bool:
    parts = (
        re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", value, re.A) if isinstance(value, str) else None
    )
    try:
        year, *rest = map(int, parts.groups() if parts else [0])
        return bool(datetime(year, *rest, tzinfo=timezone.utc))  # type: ignore[arg-type, misc]
    except (ValueError, TypeError):
        return False


# fmt: off
NAME, STRATUM, OBJECT, DIGEST, HEX = map(matching, (_NAME, _STRATUM, _ID, "[0-9a-f]{64}", "(?:[0-9a-f]{2})*"))
PLAN = {
    "v": one_of("onedoor-draw/1"), "line": NAME, "seq": count(1, (1 << 32) - 1), "prev": Maybe(DIGEST), "draw": TEXT,
    "hash": one_of("sha256", "sm3"), "closed": one_of(True, False), "roster": Maybe(DIGEST),
    "lists": [{
        "list": NAME, "mode": one_of("uniform", "ratio"), "quota": [(STRATUM, count(0))], "reserve": count(0),
        "pool": {"digest": DIGEST, "root": DIGEST, "n": count(0)},
        "team": Maybe({"bureau": NAME, "size": count(1), "qualifications": [NAME]}),
    }],
    "parties": [{"id": TEXT, "commit": DIGEST}], "beacon": Maybe({"name": TEXT, "round": TEXT, "time": TIME}),
}
OUTLINE = {"stratum": STRATUM, "eligible": count(0), "cutoff": Maybe(DIGEST)}
PROOF = {
    "v": one_of("onedoor-proof/1"), "plan": PLAN, "reveals": [(TEXT, Maybe(DIGEST))], "witness": [(TEXT, TEXT)],
    "beacon": HEX, "seed": Maybe(DIGEST),
    "result": [{"list": NAME, "strata": [{**OUTLINE, "drawn": [OBJECT], "reserve": [OBJECT]}]}],
    "teams": [{"object": OBJECT, "team": [{"bureau": NAME, "inspector": NAME, "lead": one_of(0, 1)}]}],
    "unfilled": [(OBJECT, count(0))], "void": Maybe(TEXT),
}
PUBLIC = {**PROOF, "v": one_of("onedoor-public/1"), "proof": DIGEST,
          "result": [{"list": NAME, "drawn": [OBJECT], "strata": [OUTLINE]}]}
ENTRY = {"n": count(1), "prev": DIGEST, "time": TIME, "line": NAME, "seq": count(1), "digest": DIGEST,
         "kind": one_of("plan", "texts", "reveals", "proof", "void", "log")}
LOG = {"v": one_of("onedoor-log/1"), "proof": DIGEST, "n": count(1), "kind": one_of("substitute", "replace", "fill"),
       "list": NAME, "object": OBJECT, "slot": Maybe(count(0)), "out": Maybe(TEXT), "in": Maybe(TEXT), "reason": TEXT}
LOTS = {"v": one_of("onedoor-lot/1"), "list": NAME, "line": lambda value: isinstance(value, str), "index": count(0),
        "path": [DIGEST], "salt": HEX}
# fmt: on


class SM3:
    """SM3 (GB/T 32905-2016), for a Python whose OpenSSL has none; slow."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data

    def hexdigest(self) -> str:
        return self.digest().hex()

    def digest(self) -> bytes:
        data = self.data + b"\x80" + bytes(-(len(self.data) + 9) % 64) + (8 * len(self.data)).to_bytes(8, "big")
        start = "7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e"
        state = [int(start[i : i + 8], 16) for i in range(0, 64, 8)]
        for at in range(0, len(data), 64):
            state = [a ^ b for a, b in zip(state, self.compress(state, data[at : at + 64]))]
        return b"".join(map(u32, state))

    @staticmethod
    def compress(state: list[int], block: bytes) -> list[int]:
        def left(x: int, n: int) -> int:
            return ((x << n % 32) | ((x & 0xFFFFFFFF) >> (32 - n % 32))) & 0xFFFFFFFF

        w = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ left(w[j - 3], 15)
            w.append(x ^ left(x, 15) ^ left(x, 23) ^ left(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            ss1 = left(left(a, 12) + e + left(0x79CC4519 if j < 16 else 0x7A879D8A, j), 7)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
            tt1 = (ff + d + (ss1 ^ left(a, 12)) + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            tt2 = (gg + h + ss1 + w[j]) & 0xFFFFFFFF
            a, b, c, d, e, f, g, h = (tt1, a, left(b, 9), c, tt2 ^ left(tt2, 9) ^ left(tt2, 17), e, left(f, 19), g)
        return [a, b, c, d, e, f, g, h]


def sm3() -> Any:
    try:
        hashlib.new("sm3")
    except ValueError:
        return SM3
    return lambda data: hashlib.new("sm3", data)


HASHES = {"sha256": hashlib.sha256, "sm3": sm3()}


# ---- the command line ------------------------------------------------------------------------------------------------

CHINESE = {
    "the parties together could have steered it": "方案没有约定公共随机数源，承诺各方如果全部串通，可以左右结果",
    "the register itself not compared": "登记簿没有与任何人当场记下的条目比对",
    "precedence not checked": "没有给登记簿，未核对方案等公布在先",
    "beacon not checked: that": "未核对公共随机数源确实没有发布",
    "beacon not checked": "公共随机数未核对，请与其来源公布的数值比对",
    "pool of": "没有给这份待抽取库，名单未核对",
    "who was placed in the teams": "没有给人员名册，检查组的选派未核对",
    "how the teams were placed": "没有给任何一份待抽取库，检查组的选派过程未核对",
    "the proof's digest": "文件不全，证明的指纹未核对",
    "changes after the draw": "登记簿里的变更记录没有全部给出，未核对",
    "log": "这条变更记录的这一点未核对",
}


def main(arguments: list[str] | None = None) -> int:
    """Reads the files, prints the verdict; gives the exit code."""
    parser = argparse.ArgumentParser(prog="verify.py", description=(__doc__ or "").split("\n")[0], allow_abbrev=False)
    add = parser.add_argument
    add("proof", metavar="PROOF", help="the proof of a draw, or its public form")
    add("--pool", action="append", default=[], metavar="LIST=FILE", help="the pool file of a list; may repeat")
    add("--roster", metavar="FILE", help="the roster of the inspectors")
    add("--register", metavar="FILE", help="the public register, one entry a line")
    add("--head", metavar="N:HEX", help="number and digest of a register entry that someone noted")
    add("--log", action="append", default=[], metavar="FILE", help="a change after the draw; may repeat")
    add("--lot", metavar="FILE", help="one's own lot: was it drawn?")
    for stream in (sys.stdout, sys.stderr):  # a terminal that cannot show a name gets it escaped
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    given = parser.parse_args(arguments)
    gc.disable()  # much is made here and nothing in circles: to search for them would take a third of the time
    try:
        drawn, notes = check(*files_of(given))
    except (WrongUse, OSError) as error:
        parser.error(str(error))
    except Fault as fault:
        print(f"INVALID: {fault}")
        print("核验不通过：文件不合协议，或者相互对不上。请保留全部文件和上面这行原因，向监督部门反映。")
        return 1
    print("VALID")
    if drawn is not None:
        print("DRAWN" if drawn else "NOT DRAWN")
    for note in notes:
        print(f"{note}（{next(said for start, said in CHINESE.items() if note.startswith(start))}）")
    print("核验通过。" + ("" if drawn is None else "这个对象抽中了。" if drawn else "这个对象没有抽中。"))
    return 0


def files_of(given: argparse.Namespace) -> tuple[Any, ...]:
    head, pools = None, {}
    if given.head is not None:
        noted = re.fullmatch("([1-9][0-9]{0,15}):([0-9a-f]{64})", given.head)
        if noted is None or given.register is None:
            raise WrongUse("--head must be N:HEX, and needs --register")
        head = (int(noted[1]), noted[2])
    for each in given.pool:
        name, _, file = each.partition("=")
        if not name or not file or name in pools:
            raise WrongUse(f"--pool must be LIST=FILE, each list once, not {each}")
        pools[name] = read(file)
    roster, register, lot = (None if file is None else read(file) for file in (given.roster, given.register, given.lot))
    return read(given.proof), pools, roster, register, head, [read(file) for file in given.log], lot


def read(name: str) -> bytes:
    with open(name, "rb") as file:
        return file.read()


if __name__ == "__main__":
    sys.exit(main())
