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

Written from the text of the protocol alone, apart from the platform's own program: a second opinion. To be read from
the top: check() asks its questions in turn, and the sections after it answer them one by one. Words in “ ” are the
headings of the protocol (docs/draw.md) under which a rule stands.
"""

from __future__ import annotations

import argparse
import functools
import gc
import hashlib
import io
import itertools
import json
import operator
import re
import struct
import sys
import unicodedata
from collections import Counter, defaultdict, deque
from datetime import datetime
from pathlib import Path
from typing import Any, Iterable, NamedTuple


class Fault(Exception):
    """A file is not what the protocol asks for, or two of them contradict each other: the draw is INVALID."""


class WrongUse(Exception):
    """The command names a file that this draw does not have: neither valid nor invalid."""


# ==== What is asked, in this order ====================================================================================


def check(
    proof_raw: bytes,
    pools: dict[str, bytes],
    roster_raw: bytes | None = None,
    register_raw: bytes | None = None,
    head: tuple[int, str] | None = None,
    logs: dict[str, bytes] | None = None,  # by the name of the file
    lot_raw: bytes | None = None,
) -> tuple[bool | None, list[str]]:
    """Computes anew all that the files allow, and raises Fault at the first difference.

    Gives whether the lot was drawn (None without one), and what could not be checked.
    """
    draw = Draw(proof_raw)  # 1. Is it a proof, in the one form a proof can have?
    for name in pools:
        if name not in draw.lists:
            raise WrongUse(f"the plan has no list {name}; it has {', '.join(sorted(draw.lists))}")
    if roster_raw is not None and draw.plan["roster"] is None:
        raise WrongUse("the plan of this draw has no roster")
    check_seed(draw)  # 2. Did the parties keep their word, and does the seed follow from what they said?
    own = read_pools(draw, pools)  # 3. Are the pools those of the plan, and whom does the seed draw?
    check_result(draw, own)  # 4. Does the proof name them and nobody else?
    seats = check_teams(draw, roster_raw)  # 5. Are the inspectors those of the plan, sent where the seed sends them?
    digest = proof_digest(draw, own, seats)  # 6. By what digest is this proof known?
    registered = check_register(draw, register_raw, head, digest)  # 7. Was each thing published before the next?
    check_logs(draw, own, seats, logs or {}, registered, digest)  # 8. Is what changed since what had to come?
    drawn = None if lot_raw is None else check_lot(draw, lot_raw)  # 9. And was I drawn?
    return drawn, draw.notes


def need(right: Any, why: str) -> None:
    if not right:
        raise Fault(why)


def parsed(pattern: Any, text: Any, why: str) -> Any:
    """The match of the whole text."""
    found = re.fullmatch(pattern, text)
    need(found, why)
    return found


def unique(values: list[Any], where: str) -> None:
    need(len(set(values)) == len(values), f"{where}: one stands there twice")


# ==== 1. “Bytes”, “Plan”, “Proof”: is it a proof, in the one form a proof can have? ===================================

unhex, u8, u32 = bytes.fromhex, struct.Struct(">B").pack, struct.Struct(">I").pack
ABOVE = b"\xff" * 33  # every digest


def LP(x: bytes) -> bytes:
    return u32(len(x)) + x


def tag(h: Any, what: str, *parts: bytes | str) -> bytes:
    texts = ("onedoor-draw/1/" + what, *parts)
    return bytes(h(b"".join(LP(x.encode() if isinstance(x, str) else x) for x in texts)).digest())


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


CHARACTERS = (  # those that every version of Unicode since 9.0 normalizes alike
    "["
    "\0-\u0377\u0391-\u03a1\u03a3-\u03ce\u0400-\u052f\u0606-\u061b\u061e-\u06dc\u06de-\u06ff\u0750-\u077f"
    "\u0e01-\u0e3a\u0e3f-\u0e5b\u0f00-\u0f47\u0f49-\u0f6c\u0f71-\u0f97\u0f99-\u0fbc\u0fbe-\u0fcc"
    "\u0fce-\u0fda\u1000-\u109f\u1100-\u11ff\u1800-\u180e\u1810-\u1819\u1820-\u1878\u1880-\u18aa"
    "\u1950-\u196d\u1970-\u1974\u1980-\u19ab\u19b0-\u19c9\u19d0-\u19da\u19de-\u19ff\u1a20-\u1a5e"
    "\u1a60-\u1a7c\u1a7f-\u1a89\u1a90-\u1a99\u1aa0-\u1aad\u1e00-\u1eff\u2000-\u200a\u200c-\u200d"
    "\u2010-\u2027\u202f-\u205f\u2070-\u20f0\u2100-\u2bff\u2e80-\u2fdf\u2ff0-\u303f\u3041-\u3096"
    "\u3099-\u30ff\u3105-\u312f\u3131-\u318e\u3190-\ua48c\ua490-\ua4c6\ua4d0-\ua4ff\uac00-\ud7a3"
    "\uf900-\ufa6d\ufa70-\ufad9\ufe00-\ufe0f\ufe30-\ufe52\ufe54-\ufe66\ufe68-\ufe6b\uff01-\uff9f"
    "\uffe0-\uffe6\U0001f000-\U0001faff\U00020000-\U0002fa1d\U00030000-\U0003fffd\U000e0100-\U000e01ef"
    "]+"
)


def read_json(raw: bytes, what: str, exact: bool = True) -> Any:
    """The value; with `exact` only of its canonical bytes."""

    def once(pairs: list[Any]) -> Any:
        unique([key for key, _ in pairs], f"{what}: keys")
        return dict(pairs)

    try:  # no number of the protocol has more than 16 digits
        value = json.loads(raw.decode(), object_pairs_hook=once, parse_int=lambda digits: int(digits[:17]))
        need(not exact or canonical(value) == raw, f"{what}: not canonical bytes")
    except (RecursionError, ValueError) as error:
        raise Fault(f"{what}: not JSON in UTF-8: {error}") from None
    odd = re.sub(CHARACTERS, "", raw.decode())
    need(not odd, f"{what}: text holds {odd[:1]!a}, none of the protocol's characters")
    need(unicodedata.is_normalized("NFC", raw.decode()), f"{what}: text not in NFC")
    return value


class Maybe(NamedTuple):
    """This shape, or null."""

    shape: Any


def TIME(value: Any) -> bool:
    try:
        return bool(re.fullmatch("[0-9-]{10}T[0-9:]{8}Z", value) and datetime.fromisoformat(value[:-1]))
    except (TypeError, ValueError):  # not text; or no time
        return False


def fits(value: Any, shape: Any, where: str) -> None:
    """Refuses what has not the shape: a pattern of text, a range of whole numbers, Maybe, a function that tells,
    {exactly these keys: shapes}, [one shape any number of times], or (some shapes one after the other)."""
    if isinstance(shape, Maybe):
        if value is not None:
            fits(value, shape.shape, where)
    elif isinstance(shape, dict):
        need(isinstance(value, dict) and value.keys() == shape.keys(), f"{where}: keys must be {', '.join(shape)}")
        for key in shape:
            fits(value[key], shape[key], f"{where}: {key}")
    elif isinstance(shape, (list, tuple)):
        need(isinstance(value, list), f"{where}: must be a list")
        shapes = shape * len(value) if isinstance(shape, list) else shape
        need(len(value) == len(shapes), f"{where}: must be {len(shapes)} values")
        for each, one in zip(value, shapes):
            fits(each, one, where)
    elif isinstance(shape, str):
        need(isinstance(value, str) and re.fullmatch(shape, value), f"{where}: not as the protocol asks")
    elif isinstance(shape, range):  # true and false are no numbers
        need(type(value) is int and value in shape, f"{where}: not as the protocol asks")
    else:
        need(shape(value), f"{where}: not as the protocol asks")


# fmt: off
TEXT = "[^\0-\x1f\x7f-\x9f]+"  # not empty, no control characters
NAME, STRATUM = "[0-9A-Za-z][0-9A-Za-z._-]{0,63}", "[0-9A-Za-z][0-9A-Za-z._-]{0,31}"
OBJECT = "[0-9A-Z][0-9A-Z._-]{0,63}(?::[1-9][0-9]{0,8})?"
DIGEST, HEX = "[0-9a-f]{64}", "(?:[0-9a-f]{2})*"
FROM_0, FROM_1, SEQ = range(1 << 53), range(1, 1 << 53), range(1, 1 << 32)
PLAN = {
    "v": "onedoor-draw/1", "line": NAME, "seq": SEQ, "prev": Maybe(DIGEST), "draw": TEXT, "hash": "sha256|sm3",
    "closed": lambda value: isinstance(value, bool), "roster": Maybe(DIGEST),
    "lists": [{
        "list": NAME, "mode": "uniform|ratio", "quota": [(STRATUM, FROM_0)], "reserve": FROM_0,
        "pool": {"digest": DIGEST, "root": DIGEST, "n": FROM_0},
        "team": Maybe({"bureau": NAME, "size": FROM_1, "qualifications": [NAME]}),
    }],
    "parties": [{"id": TEXT, "commit": DIGEST}], "beacon": Maybe({"name": TEXT, "round": TEXT, "time": TIME}),
}
OUTLINE = {"stratum": STRATUM, "eligible": FROM_0, "cutoff": Maybe(DIGEST)}
PROOF = {
    "v": "onedoor-proof/1", "plan": PLAN, "reveals": [(TEXT, Maybe(DIGEST))], "witness": [(TEXT, TEXT)],
    "beacon": HEX, "seed": Maybe(DIGEST), "void": Maybe(TEXT),
    "result": [{"list": NAME, "strata": [{**OUTLINE, "drawn": [OBJECT], "reserve": [OBJECT]}]}],
    "teams": [{"object": OBJECT, "team": [{"bureau": NAME, "inspector": NAME, "lead": range(2)}]}],
    "unfilled": [(OBJECT, FROM_0)],
}
PUBLIC = {**PROOF, "v": "onedoor-public/1", "proof": DIGEST,
          "result": [{"list": NAME, "drawn": [OBJECT], "strata": [OUTLINE]}]}
ENTRY = {"n": FROM_1, "prev": DIGEST, "time": TIME, "line": NAME, "seq": SEQ, "digest": DIGEST,
         "kind": "plan|texts|reveals|proof|void|log"}
LOG = {"v": "onedoor-log/1", "proof": DIGEST, "n": FROM_1, "kind": "substitute|replace|fill", "list": NAME,
       "object": OBJECT, "slot": Maybe(FROM_0), "out": Maybe(TEXT), "in": TEXT, "reason": TEXT}  # more: WHO, below
LOT = {"v": "onedoor-lot/1", "list": NAME, "line": "(?s:.*)", "index": FROM_0, "path": [DIGEST], "salt": HEX}
# fmt: on


class Draw:
    """A proof, or the public form of one, in its one form; and what follows from it alone."""

    def __init__(self, raw: bytes) -> None:
        self.proof = proof = read_json(raw, "proof")
        self.public = isinstance(proof, dict) and proof.get("v") == "onedoor-public/1"
        fits(proof, PUBLIC if self.public else PROOF, "proof")
        plan, self.plan, self.void = proof["plan"], proof["plan"], proof["void"] is not None
        need((plan["seq"] == 1) == (plan["prev"] is None), "plan: prev names the draw before, if there was one")
        need(plan["lists"] and len(plan["parties"]) > 1, "plan: one list and two parties at least")
        unique([entry["list"] for entry in plan["lists"]], "plan: lists")
        unique([party["id"] for party in plan["parties"]], "plan: parties")
        for entry in plan["lists"]:
            unique([name for name, _ in entry["quota"]], f"plan: strata of {entry['list']}")
        sends = any(entry["team"] for entry in plan["lists"])
        need(sends == (plan["roster"] is not None), "plan: a roster stands there exactly if teams are drawn")
        need(plan["closed"] or not self.public, "proof: only a closed draw has a public form")
        self.lists = {entry["list"]: entry for entry in plan["lists"]}
        self.hash = HASHES[plan["hash"]]
        self.tag = functools.partial(tag, self.hash)
        self.plan_digest = self.tag("plan", canonical(plan))
        said = proof["witness"]
        self.texts_digest = self.tag("texts", self.plan_digest, u32(len(said)), *itertools.chain(*said))
        self.nonces = [part for who, nonce in proof["reveals"] for part in (who, unhex(nonce or ""))]
        self.seed, self.z = unhex(proof["seed"] or ""), b""  # z: of a closed draw, once any of its pools is read
        self.object_key = self.key("object")
        self.starts = [self.object_key + u8(size) for size in range(75)]  # no id is longer
        self.notes: list[str] = []  # what could not be checked
        self.note = self.notes.append

    def key(self, purpose: str) -> bytes:
        return self.tag("key", self.seed, purpose)

    def has_tickets(self) -> bool:
        return not self.void and (self.z != b"" or not self.plan["closed"])

    def salts(self, ids: list[bytes]) -> dict[bytes, bytes]:
        """tag("salt", z, id) of each in a closed draw; its beginning is the same for all."""
        h, start = self.hash, LP(b"onedoor-draw/1/salt") + LP(self.z)
        return {id_: h(start + LP(id_)).digest() for id_ in ids} if self.z else {}

    def ranked(self, ids: list[bytes], salts: Any, weight: int = 1, most: bytes = ABOVE) -> list[bytes]:
        """rank + ticket + id of each whose rank is not above `most`; an object has one ticket for all lists."""
        h, key, starts = self.hash, self.object_key, self.starts
        if salts:
            tickets = [h(key + salts[id_] + u8(len(id_)) + id_).digest() for id_ in ids]
        else:
            tickets = [h(starts[len(id_)] + id_).digest() for id_ in ids]
        ranks = tickets
        if weight > 1:
            ranks = [(int.from_bytes(ticket, "big") // weight).to_bytes(32, "big") for ticket in tickets]
        return [rank + ticket + id_ for rank, ticket, id_ in zip(ranks, tickets, ids) if rank <= most]

    def tickets(self, objects: Iterable[str]) -> dict[str, str]:
        ids = [id_.encode() for id_ in objects]  # in ascending order of the tickets:
        return {each[64:].decode(): each[32:64].hex() for each in sorted(self.ranked(ids, self.salts(ids)))}


# ==== 2. “Plan”: did the parties keep their word, and does the seed follow from what they said? =======================


def check_seed(draw: Draw) -> None:
    proof, plan, named = draw.proof, draw.plan, draw.plan["beacon"]
    parties = [party["id"] for party in plan["parties"]]
    need([who for who, _ in proof["reveals"]] == parties, "reveals: not the plan's parties in its order")
    for party, (who, nonce) in zip(plan["parties"], proof["reveals"]):
        made = draw.tag("commit", plan["line"], u32(plan["seq"]), plan["draw"], who, unhex(nonce or "")).hex()
        need(nonce is None or made == party["commit"], f"commitment of {who} is not to the nonce revealed")
    withheld = [who for who, nonce in proof["reveals"] if nonce is None]
    speaks = bool(named and not draw.void)
    need(bool(proof["beacon"]) == speaks, "beacon: its bytes stand there exactly if the plan names one and it spoke")
    if draw.void:
        need(named or withheld, "nothing makes this draw void: all revealed, and the plan names no beacon")
        for part in ("seed", "result", "teams", "unfilled"):
            need(not proof[part], f"{part!r} must be empty in a void draw")
        if named:
            draw.note("beacon not checked: that its source did not speak")
        return
    need(named or not withheld, f"{', '.join(withheld)} withheld and no beacon: the draw is void")
    beacon = unhex(proof["beacon"])
    seed = draw.tag("seed", draw.plan_digest, u32(len(parties)), *draw.nonces, draw.texts_digest, beacon)
    first, source = ("the first three", ", the beacon with its source") if named else ("plan and texts", "")
    made_of = "nonces, texts and beacon" if named else "nonces and texts"
    other = f"'seed' differs from what plan, {made_of} give: compare {first} with the register{source}"
    need(seed == draw.seed, other)
    if not named:
        draw.note("the parties together could have steered it: the plan names no beacon")
        return
    said = beacon.decode("latin-1")  # a lottery's numbers stand in the seed as they are printed
    said = said if re.fullmatch(r"[0-9]+( [0-9]+)*", said) else proof["beacon"]
    draw.note(f"beacon not checked: compare {said} with {named['name']}, round {named['round']}, {named['time']}")


# ==== 3. “Pool”, “Tickets”: are the pools those of the plan, and whom does the seed draw? =============================

BLOCK = 1 << 16  # lines at a time: a whole subtree of the Merkle tree, and little memory
HEAVIEST = 1 << 20
CELLS = (OBJECT, STRATUM, "[1-9][0-9]{0,6}", "E|X[A-Z0-9]{1,8}")
ONE_LINE = "\t".join(f"({cell})" for cell in CELLS).encode()
ALL_LINES = ("(?:" + "\t".join(f"(?:{cell})" for cell in CELLS) + "\n)*").encode()
POOL_HEADER = b"onedoor-pool/1\t(0|[1-9][0-9]{0,15})(?:\t([0-9a-f]{64}))?\n"


def read_pools(draw: Draw, pools: dict[str, bytes]) -> dict[str, Any]:
    """What each pool that is given makes of its list."""
    own = {name: read_pool(draw, draw.lists[name], raw) for name, raw in pools.items()}
    numbered = {code for raw in pools.values() if b":" in raw for code in re.findall(b"^([^:\n\t]+):", raw, re.M)}
    for name, raw in pools.items() if numbered else ():
        alone = re.findall(b"^([^:\n\t]+)\t", raw, re.M)
        need(numbered.isdisjoint(alone), f"pool of {name}: a code beside the same code with a number")
    for name in [name for name in draw.lists if name not in pools]:
        draw.note(f"pool of {name} not checked: its file was not given")
    return own


def read_pool(draw: Draw, entry: Any, raw: bytes) -> Any:
    """Holds a pool file against the plan, and gives what the proof must say of this list."""
    where, file, h = f"pool of {entry['list']}", io.BytesIO(raw), draw.hash
    why = "the header must be onedoor-pool/1, the number of lines, and z if closed"
    check_ends(raw, where)
    header = parsed(POOL_HEADER, file.readline(), f"{where}: line 1: {why}")
    z = unhex((header[2] or b"").decode())
    need(bool(z) == draw.plan["closed"], f"{where}: line 1: z stands there exactly if the draw is closed")
    need(draw.z in (b"", z), f"{where}: line 1: there is one z for all lists of a draw")
    draw.z = z
    weights: dict[str, Counter[int]] = {name: Counter() for name, _ in entry["quota"]}  # of the eligible
    wanted = {name: 0 if draw.void else quota + entry["reserve"] for name, quota in entry["quota"]}
    least: dict[str, list[bytes]] = {name: [] for name in wanted}  # the least rank + ticket + id, as many as are wanted
    roots, number, last = [], 2, b""
    for block in iter(lambda: b"".join(itertools.islice(file, BLOCK)), b""):
        lines, ids, alike = block[:-1].split(b"\n"), [last], defaultdict(list)
        for line in lines:
            id_, _, kind = line.partition(b"\t")
            ids.append(id_)
            alike[kind].append(id_)  # those of one stratum, weight and status
        sound = re.fullmatch(ALL_LINES, block) and all(map(operator.lt, ids, ids[1:]))
        if not sound or any(int(kind.split(b"\t")[1]) > HEAVIEST for kind in alike):
            for at, line in enumerate(lines):  # one by one, to say which
                read_line(line, f"{where}: line {number + at}")
                need(ids[at] < ids[at + 1], f"{where}: line {number + at}: ids must ascend, each once")
        number, last = number + len(lines), ids[-1]
        salts = draw.salts(ids[1:])
        if salts:
            lines = [salts[id_] + line for id_, line in zip(ids[1:], lines)]
        roots.append(tree(h, [h(b"\0" + line).digest() for line in lines]))
        bounds = {name: (found[wanted[name] - 1 :] or [ABOVE])[0][:32] for name, found in least.items()}
        for kind, same in alike.items():
            name, weight, status = kind.decode().split("\t")
            if status == "E":
                need(name in wanted, f"{where}: stratum {name} has eligible objects and no quota")
                weights[name][int(weight)] += len(same)
                if wanted[name]:
                    divisor = int(weight) if entry["mode"] == "ratio" else 1
                    least[name] += draw.ranked(same, salts, divisor, bounds[name])
        least = {name: sorted(found)[: wanted[name]] for name, found in least.items()}
    need(number == int(header[1]) + 2, f"{where}: line 1: the header counts other lines than there are")
    face = {"digest": h(raw).digest().hex(), "root": tree(h, roots).hex(), "n": number - 2}
    need(face == entry["pool"], f"{where} is not the one that was published")
    return {"list": entry["list"], "strata": [result_of(entry, name, weights[name], least[name]) for name in wanted]}


def check_ends(raw: bytes, where: str) -> None:
    """Refuses what an editor makes of a file of lines."""
    if raw.startswith(b"\xef\xbb\xbf") or b"\r" in raw or not raw.endswith(b"\n"):
        before, mark = parsed(b"(?s)(.*?)(?:(\\A\xef\xbb\xbf|\r|\\Z).*)", raw, where).groups()
        what = {b"\r": "CR LF instead of LF", b"": "no LF at its end"}.get(mark, "a byte order mark at its beginning")
        raise Fault(f"{where}: line {before.count(10) + 1}: {what}, as an editor leaves it: download the file anew")


def read_line(line: bytes, where: str) -> tuple[bytes, str, int, str]:
    """Its id, stratum, weight and status."""
    found = parsed(ONE_LINE, line, f"{where}: not id, stratum, weight and status between TABs")
    need(int(found[3]) <= HEAVIEST, f"{where}: the weight is above 2^20")
    return found[1], found[2].decode(), int(found[3]), found[4].decode()


def tree(h: Any, nodes: list[bytes]) -> bytes:
    """The root over nodes of one height (RFC 9162): pairs are joined, an odd last one goes up as it is."""
    while len(nodes) > 1:
        two = iter(nodes)
        above = [h(b"\1" + left + right).digest() for left, right in zip(two, two)]
        nodes = above + nodes[-1:] if len(nodes) % 2 else above
    return nodes[0] if nodes else h(b"").digest()


def result_of(entry: Any, name: str, weights: Counter[int], least: list[bytes]) -> Any:
    """What the proof must say of a stratum."""
    where, quota, eligible = f"list {entry['list']}, stratum {name}", dict(entry["quota"])[name], sum(weights.values())
    need(quota <= eligible, f"{where}: the quota exceeds the eligible")
    if entry["mode"] == "ratio" and quota < eligible:
        total = sum(weight * count for weight, count in weights.items())
        need(quota * max(weights) < total, f"{where}: a weight is too heavy for the quota")
    ids = [each[64:].decode() for each in least]
    cutoff = least[quota - 1][:32].hex() if quota and ids else None
    return {"stratum": name, "eligible": eligible, "drawn": ids[:quota], "reserve": ids[quota:], "cutoff": cutoff}


# ==== 4. “Proof”: does the proof name them and nobody else? ===========================================================


def drawn_of(result: Any) -> list[str]:
    return [id_ for part in (result, *result["strata"]) for id_ in part.get("drawn", ())]  # of a public form in one


def check_result(draw: Draw, own: dict[str, Any]) -> None:
    names = [claimed["list"] for claimed in draw.proof["result"]]
    need(draw.void or names == [*draw.lists], "result: not the plan's lists in its order")
    for name, claimed in zip(names, draw.proof["result"]):
        if name in own:
            right = own[name]
            if draw.public:
                strata = [{key: each[key] for key in OUTLINE} for each in right["strata"]]
                right = {"list": name, "drawn": sorted(drawn_of(right)), "strata": strata}
            pairs = zip(right["strata"], claimed["strata"])
            where = next((f", stratum {each['stratum']}," for each, other in pairs if each != other), "")
            need(claimed == right, f"'result' of {name}{where} differs from the recomputation")
        else:
            check_outline(draw, draw.lists[name], claimed)


def check_outline(draw: Draw, entry: Any, claimed: Any) -> None:
    """What can be seen without the pool: counts; and tickets, where there are no weights."""
    where, strata, drawn = f"result of {entry['list']}", claimed["strata"], drawn_of(claimed)
    need(
        [each["stratum"] for each in strata] == [name for name, _ in entry["quota"]], f"{where}: not the plan's strata"
    )
    need(len(drawn) == sum(quota for _, quota in entry["quota"]), f"{where}: not as many drawn as the quota")
    need(not draw.public or drawn == sorted(drawn), f"{where}: drawn must ascend")
    unique(drawn + [id_ for each in strata for id_ in each.get("reserve", ())], where)
    need(sum(each["eligible"] for each in strata) <= entry["pool"]["n"], f"{where}: more eligible than lines")
    for each, (name, quota) in zip(strata, entry["quota"]):
        at, eligible, cutoff = f"{where}, stratum {name}", each["eligible"], each["cutoff"]
        need(quota <= eligible and (cutoff is None) == (quota == 0), f"{at}: contradicts its quota")
        if not draw.public:
            ids, most = each["drawn"] + each["reserve"], min(quota + entry["reserve"], eligible)
            need((len(each["drawn"]), len(ids)) == (quota, most), f"{at}: not as many drawn or in reserve as asked")
            if entry["mode"] == "uniform" and draw.has_tickets():
                tickets = draw.tickets(ids)
                need([*tickets] == ids, f"{at}: tickets do not ascend")
                need(not quota or tickets[each["drawn"][-1]] == cutoff, f"{at}: the cutoff is not the last ticket")


# ==== 5. “Inspectors”: are they those of the plan, and do those go where the seed sends them? =========================

ROSTER_HEADER = "onedoor-roster/1\t(0|[1-9][0-9]{0,15})\t[0-9a-f]{64}"
INSPECTOR = f"({NAME})\t({NAME})\t((?:{NAME}(?:,{NAME})*)?)\t([01])\t(0|[1-9][0-9]{{0,15}})"
RECUSAL = f"!\t({NAME})\t({OBJECT})\t[A-Z]{{1,8}}"
Place = Any  # an object, and the number of its slot


class Slot(NamedTuple):
    """For which list someone sits on an object's team, and whom it asks for."""

    list: str
    bureau: str
    qualifications: frozenset[str]
    lead: bool


def slot_of(entry: Any, lead: bool) -> Slot:
    return Slot(entry["list"], entry["team"]["bureau"], frozenset(entry["team"]["qualifications"]), lead)


def check_teams(draw: Draw, roster: bytes | None) -> Seats:
    """Gives who sits where."""
    seats = Seats(draw)
    if roster is not None:
        seats.read_roster(roster)
    elif draw.plan["roster"]:
        draw.note("who was placed in the teams not checked: the roster was not given")
    sent = [(draw.lists[each["list"]], drawn_of(each)) for each in draw.proof["result"]]
    said = sum(len(each["team"]) for each in draw.proof["teams"]) + len(draw.proof["unfilled"])
    size = sum(entry["team"]["size"] * len(ids) for entry, ids in sent if entry["team"])
    need(said == size, "teams: not as many as the slots")
    for id_, entry in [(id_, entry) for entry, ids in sent for id_ in ids]:
        seats.add_slots(id_, entry)
    claimed = claimed_by(draw, seats)
    load = Counter(claimed.values())
    for (object_, number), i in claimed.items() if seats.known else ():
        fits_there = i in seats.fit[seats.slots[object_][number]] and i not in seats.recused.get(object_, ())
        need(fits_there and load[i] <= seats.cap[i], f"team of {object_}: {i} does not fit, or is above the cap")
    if seats.known and draw.has_tickets():
        seats.fill()
        places = seats.places(each["object"] for each in draw.proof["teams"])
        others = [place[0] for place in places if seats.taken.get(place) != claimed.get(place)]
        need(not others, f"'teams' differs from the recomputation at {''.join(others[:1])}")
    else:
        for place, i in claimed.items():
            seats.sit(i, place)
        if seats.known and seats.slots:
            draw.note("how the teams were placed not checked: a closed draw needs one of its pools")
    return seats


def claimed_by(draw: Draw, seats: Seats) -> dict[Place, str]:
    """Who sits where, says the proof; in the order of objects and slots."""
    teams, unfilled = draw.proof["teams"], draw.proof["unfilled"]
    claimed: dict[Place, str] = {}
    order = [each["object"] for each in teams]
    need(sorted(order) == sorted(seats.slots), "teams: not the objects drawn")
    if draw.public or draw.has_tickets():
        need(order == (sorted(order) if draw.public else [*draw.tickets(order)]), "teams: the objects are out of order")
    empty = {(object_, number) for object_, number in unfilled}
    told = [[*place] for place in seats.places(order) if place in empty]
    need(told == unfilled, "'unfilled' does not name slots of the teams in their order")
    for each in teams:
        object_, where = each["object"], f"team of {each['object']}"
        places = [place for place in seats.places([object_]) if place not in empty]
        slots = [seats.slots[object_][number] for _, number in places]
        members = [one["inspector"] for one in each["team"]]
        unique(members, where)
        same = [(one["bureau"], one["lead"]) for one in each["team"]] == [(slot.bureau, slot.lead) for slot in slots]
        need(same, f"{where}: not its slots in their order")
        claimed.update(zip(places, members))
    return claimed


class Seats:
    """The slots of each object, and who sits there, as one after the other sits down or gets up."""

    def __init__(self, draw: Draw) -> None:
        self.draw, self.known = draw, False
        self.slots: dict[str, list[Slot]] = {}
        self.taken: dict[Place, str] = {}
        self.held: dict[str, set[Place]] = defaultdict(set)
        self.cap: dict[str, int] = {}
        self.fit: dict[Slot, set[str]] = {}  # for each kind of slot, who fits, but for recusals;
        self.free: dict[Slot, dict[int, set[str]]] = {}  # of these those below their cap, by load
        self.recused: dict[str, set[str]] = defaultdict(set)  # by object

    def read_roster(self, raw: bytes) -> None:
        plan, self.known = self.draw.plan, True
        check_ends(raw, "roster")
        lines = raw.decode("ascii", "replace")[:-1].split("\n")
        why = "roster: line 1: the header must be onedoor-roster/1, the number of inspectors and a salt"
        first_recusal = int(parsed(ROSTER_HEADER, lines[0], why)[1]) + 2
        need(first_recusal <= len(lines) + 1, "roster: line 1: the header counts more inspectors than there are")
        sent = [entry for entry in plan["lists"] if entry["team"]]
        self.fit = {slot_of(entry, lead): set() for entry in sent for lead in (False, True)}
        for number, line in enumerate(lines[1:], 2):
            where, recusal = f"roster: line {number}", number >= first_recusal
            found = parsed(RECUSAL if recusal else INSPECTOR, line, f"{where}: not as the protocol asks")
            need(number in (2, first_recusal) or line > lines[number - 2], f"{where}: lines must ascend, each once")
            need((found[1] in self.cap) == recusal, f"{where}: an inspector twice, or one recused who is not there")
            if recusal:
                self.recused[found[2]].add(found[1])
                continue
            able = found[3].split(",") if found[3] else []
            right = able == sorted({*able}) and int(found[5]) in FROM_0
            need(right, f"{where}: qualifications must ascend, each once, and the cap be below 2^53")
            self.cap[found[1]] = int(found[5])
            for slot, fit in self.fit.items():
                if slot.bureau == found[2] and slot.qualifications <= {*able} and (found[4] == "1" or not slot.lead):
                    fit.add(found[1])
        need(self.draw.hash(raw).digest().hex() == plan["roster"], "roster digest: not the roster that was published")
        self.free = {slot: defaultdict(set, {0: {i for i in fit if self.cap[i]}}) for slot, fit in self.fit.items()}
        self.lp = {i: LP(i.encode()) for i in self.cap}

    def add_slots(self, object_: str, entry: Any) -> None:
        """A list's slots come after those that the object has; its first asks for a lead."""
        for _ in range(entry["team"]["size"] if entry["team"] else 0):
            held = self.slots.setdefault(object_, [])
            held.append(slot_of(entry, lead=not held))

    def places(self, objects: Iterable[str]) -> list[Place]:
        return [(object_, number) for object_ in objects for number in range(len(self.slots.get(object_, ())))]

    def team(self, object_: str) -> dict[str, Place]:
        """Who sits on the object's team, and where."""
        return {self.taken[place]: place for place in self.places([object_]) if place in self.taken}

    def sit(self, comes: str | None, place: Place) -> None:
        """Who sat there gets up; None leaves the seat empty."""
        for i, change in ((self.taken.pop(place, None), set.remove), (comes, set.add)):
            if i is not None:
                before = len(self.held[i])
                change(self.held[i], place)
                for slot, by_load in self.free.items():
                    if i in self.fit[slot]:
                        by_load[before].discard(i)
                        if len(self.held[i]) < self.cap[i]:
                            by_load[len(self.held[i])].add(i)
        if comes is not None:
            self.taken[place] = comes

    def by_t(self, key: bytes, object_: str, people: Iterable[str]) -> list[tuple[bytes, str]]:
        h, start, lp = self.draw.hash, key + LP(object_.encode()), self.lp
        return [(h(start + lp[i]).digest(), i) for i in people]

    def least(self, key: bytes, place: Place, out: Iterable[str] = ()) -> str | None:
        """Step 1: of those who fit, have room and are not on the team: the least (load, t)."""
        out = {*out, *self.team(place[0]), *self.recused.get(place[0], ())}
        for _, equal in sorted(self.free[self.slots[place[0]][place[1]]].items()):
            if not equal <= out:
                return min(self.by_t(key, place[0], equal - out))[1]
        return None

    def fill(self) -> None:
        key, dead = self.draw.key("assign"), set()  # type: bytes, set[str]
        for place in self.places(self.draw.tickets(self.slots)):
            i = self.least(key, place)
            if i is not None:
                self.sit(i, place)
            else:
                dead |= self.chain(key, place, dead)

    def chain(self, key: bytes, start: Place, dead: set[str]) -> set[str]:
        """Steps 2 and 3: the shortest chain of moves that fills the slot; without one, all it has seen are dead."""
        back: dict[Place, Place] = {start: None}  # each slot reached, and that to which its holder would move
        seen, queue = set(), deque([start])  # type: set[str], deque[Place]
        while queue:
            here = queue.popleft()
            team, recused = self.team(here[0]), self.recused.get(here[0], ())
            fit = self.fit[self.slots[here[0]][here[1]]].difference(recused)
            for _, i in sorted(self.by_t(key, here[0], (fit - seen - dead) | (fit & team.keys()))):
                if i in team:
                    reached = [team[i]]
                else:
                    seen.add(i)
                    reached = sorted(self.held[i], key=lambda place: self.by_t(key, place[0], [i]))
                    if len(reached) < self.cap[i]:
                        comes: Any = i
                        while here is not None:  # each one on the chain moves back one slot
                            gets_up = self.taken.get(here)
                            self.sit(comes, here)
                            comes, here = gets_up, back[here]
                        return set()
                for place in reached:
                    if place not in back:
                        back[place] = here
                        queue.append(place)
        return seen


# ==== 6. “Proof”: by what digest is this proof known? =================================================================


def proof_digest(draw: Draw, own: dict[str, Any], seats: Seats) -> str | None:
    """As far as the files give it; of a public form what it says itself, computed anew if all pools are there."""
    whole = {**draw.proof, "v": "onedoor-proof/1"}
    said: str | None = whole.pop("proof", None)
    if draw.plan["closed"] and len(own) < (len(draw.lists) if draw.public and not draw.void else 1):
        draw.note("the proof's digest not checked: it needs more of the pools")
        return said
    if draw.public:
        place = {id_: number for number, id_ in enumerate(draw.tickets(seats.slots))}
        whole["teams"] = sorted(whole["teams"], key=lambda each: place[each["object"]])
        whole["unfilled"] = sorted(whole["unfilled"], key=lambda each: (place[each[0]], each[1]))
        whole["result"] = [] if draw.void else [own[name] for name in draw.lists]
    digest = draw.tag("proof", canonical(whole), *([draw.tag("blind", draw.z)] if draw.z else [])).hex()
    need(said in (None, digest), "'proof' is not the digest of this draw's proof")
    return digest


# ==== 7. “Register”: was each thing published before the next? ========================================================

BEFORE: Any = {  # what the newest entry of a draw must be for one of each kind to come next
    "plan": [None], "texts": ["plan"], "reveals": ["texts"],
    "proof": ["texts", "reveals"], "void": ["texts", "reveals"], "log": ["proof", "log"],
}  # fmt: skip


def check_register(draw: Draw, raw: bytes | None, head: tuple[int, str] | None, digest: str | None) -> Any:
    """Gives the digests of the changes after this draw, None without a register."""
    if raw is None:
        for what in ["precedence not checked"] + ["the noted entry not compared"] * (head is not None):
            draw.note(f"{what}: no register was given")
        return None
    entries: list[Any] = []
    digests, newest, time = ["0" * 64], {}, ""  # type: list[str], dict[Any, str], str
    for number, line in enumerate((raw[:-1] if raw.endswith(b"\n") else raw).split(b"\n"), 1):
        where = f"register: line {number}"
        entry = read_json(line, where)
        fits(entry, ENTRY, where)
        need(entry["n"] == number and entry["prev"] == digests[-1], f"{where}: the chain is broken")
        need(entry["time"] >= time, f"{where}: the time goes back")
        code, seq, kind = entry["line"], entry["seq"], entry["kind"]
        first = kind != "plan" or seq == 1 or newest.get((code, seq - 1)) in ("proof", "void", "log")
        need(first and newest.get((code, seq)) in BEFORE[kind], f"{where}: {kind} of {code} {seq} is out of order")
        newest[code, seq], time = kind, entry["time"]
        digests.append(tag(hashlib.sha256, "entry", line).hex())
        entries.append(entry)
    if head is None:
        draw.note("the register itself not compared with an entry that someone noted")
    elif head[1] not in digests[head[0] :][:1]:
        short = f"it ends at {len(entries)}, before the noted {head[0]}: take the register as it is now"
        why = short if head[0] > len(entries) else f"its entry {head[0]} is another"
        need(False, f"register: the noted head is not in this register: {why}")
    logs = check_precedence(draw, [entry for entry in entries if entry["line"] == draw.plan["line"]], digest)
    for said, kinds in (("a plan and no end of", ("plan", "texts", "reveals")), ("as void", ("void",))):
        found = [f"{code} {seq}" for (code, seq), kind in newest.items() if kind in kinds]
        if found:
            draw.note(f"the register has {said}: {', '.join(found)}")
    return logs


def check_precedence(draw: Draw, line: list[Any], digest: str | None) -> list[str]:
    """What the proof contains stands in the register, before what depends on it."""
    plan, beacon, end = draw.plan, draw.plan["beacon"], "void" if draw.void else "proof"
    mine = {entry["kind"]: entry for entry in line if entry["seq"] == plan["seq"]}
    right = {"plan": draw.plan_digest.hex(), "texts": draw.texts_digest.hex(), end: digest}
    if beacon:
        right["reveals"] = draw.tag("reveals", draw.plan_digest, *draw.nonces).hex()
    need(mine.keys() - {"log"} == right.keys(), f"register: of this draw it has {', '.join(mine) or 'nothing'}")
    for kind, each in right.items():
        need(each in (None, mine[kind]["digest"]), f"register: the {kind} is another than was registered")
    if beacon:
        need(mine["reveals"]["time"] < beacon["time"], "register: the reveals came after the beacon's time")
        need(draw.void or mine[end]["time"] >= beacon["time"], "register: the proof came before the beacon's time")
    before = [one["digest"] for one in line if one["seq"] == plan["seq"] - 1 and one["kind"] in ("proof", "void")]
    need(before == [plan["prev"]][: plan["seq"] - 1], "register: prev of the plan is not the draw before")
    return [entry["digest"] for entry in line if (entry["seq"], entry["kind"]) == (plan["seq"], "log")]


# ==== 8. “After the draw”: is what changed since what had to come? ====================================================

NOBODY = Maybe(lambda value: False)
WHO = {  # slot, out and in of a change
    "substitute": (NOBODY, OBJECT, OBJECT), "replace": (FROM_0, NAME, NAME), "fill": (FROM_0, NOBODY, NAME),
}  # fmt: skip


def check_logs(draw: Draw, own: Any, seats: Seats, raws: dict[str, bytes], registered: Any, digest: str | None) -> None:
    """Each change is registered in its place, and is the one that the protocol gives."""
    logs, changes, seen = {}, Changes(draw, own, seats), set()  # type: dict[int, Any], Changes, set[bytes]
    for name, raw in raws.items():
        if raw in seen:  # a second download of the very same file
            continue
        seen.add(raw)
        log = read_json(raw, f"log file {name}")
        fits(log, LOG, f"log file {name}")
        fits([log["slot"], log["out"], log["in"]], WHO[log["kind"]], f"log file {name}: slot, out and in")
        n, where = log["n"], f"log {log['n']}"
        need(n not in logs, f"{where}: there are two of this number")
        need(not draw.void, f"{where}: nothing changes after a void draw")
        need(digest in (None, log["proof"]), f"{where}: of another draw")
        entered = registered is None or registered[n - 1 : n] == [draw.tag("log", canonical(log)).hex()]
        need(entered, f"{where}: the register has not this one in its place")
        logs[n] = log
    for done, (n, log) in enumerate(sorted(logs.items())):
        if n == done + 1:
            (changes.substitute if log["kind"] == "substitute" else changes.replace)(log, f"log {n}")
        else:
            draw.note(f"log {n} not checked: one before it was not given")
    missing = len(registered or ()) - len(logs)
    if missing > 0:
        draw.note(f"changes after the draw not checked: {missing} of the register's were not given")


class Changes:
    """The draw as the changes so far have left it."""

    def __init__(self, draw: Draw, own: dict[str, Any], seats: Seats) -> None:
        self.draw, self.seats = draw, seats
        self.drawn: dict[str, Any] = {}  # by list: each object drawn with its stratum's reserve, None if unknown
        self.left: dict[str, set[str]] = defaultdict(set)  # by object: who has left it, for good
        self.times: Counter[Place] = Counter()  # replacements at a slot
        for claimed in draw.proof["result"]:
            known = own.get(claimed["list"], claimed)
            self.drawn[claimed["list"]] = dict.fromkeys(drawn_of(claimed))
            for each in known["strata"] if "drawn" not in known else ():
                self.drawn[claimed["list"]].update(dict.fromkeys(each["drawn"], [*each["reserve"]]))

    def substitute(self, log: Any, where: str) -> None:
        """An object goes with its slots of this list; the next of its stratum's reserve comes."""
        name, out, comes, drawn = log["list"], log["out"], log["in"], self.drawn.get(log["list"], {})
        need(out in drawn and comes not in drawn, f"{where}: out must be drawn for list {name}, and in not yet")
        need(log["object"] in (out, comes), f"{where}: object is neither out nor in")
        reserve = drawn[comes] = drawn.pop(out)
        if reserve is None:
            self.draw.note(f"{where}: the substitute not checked: the pool of {name} was not given")
        else:
            need(reserve, f"{where}: the reserve of the stratum is exhausted")
            need(reserve.pop(0) == comes, f"{where}: in is not the next substitute of the stratum")
        slots = self.seats.slots.get(out, [])
        for number, slot in enumerate(slots):
            if slot.list == name:
                slots[number] = slot._replace(list="")  # it has ended
                self.seats.sit(None, (out, number))
        self.seats.add_slots(comes, self.draw.lists[name])

    def replace(self, log: Any, where: str) -> None:
        """An inspector leaves a slot, or it was empty; another comes."""
        object_, number, out, comes = log["object"], log["slot"], log["out"], log["in"]
        place, slots, left = (object_, number), self.seats.slots.get(object_, []), self.left[object_]
        there = number < len(slots) and slots[number].list == log["list"]
        need(there, f"{where}: list {log['list']} has no such slot there")
        need(out == self.seats.taken.get(place), f"{where}: out is not who sits there")
        self.seats.sit(None, place)
        self.times[place] += 1
        left.update({out} - {None})
        need(comes not in {*left, *self.seats.team(object_)}, f"{where}: {comes} is on the team, or has left it")
        if self.seats.known:
            key = self.draw.key(f"assign#{object_}#{number}#{self.times[place]}")
            need(comes == self.seats.least(key, place, left), f"{where}: in is not whom the protocol gives")
        else:
            self.draw.note(f"{where}: who came in not checked: the roster was not given")
        if self.times[place] > 3:
            self.draw.note(f"{where}: the supervisor's consent to more than three at one slot not checked")
        self.seats.sit(comes, place)


# ==== 9. “One's own lot”: and was I drawn? ============================================================================


def check_lot(draw: Draw, raw: bytes) -> bool:
    """Whether the object was drawn, from its own line and path alone."""
    lot = read_json(raw, "lot", exact=False)
    fits(lot, LOT, "lot")
    need(lot["list"] in draw.lists, f"lot: the plan has no list {lot['list']}")
    entry, salt, line = draw.lists[lot["list"]], unhex(lot["salt"]), lot["line"].encode("utf-8", "replace")
    id_, stratum, weight, status = read_line(line, "lot: the line")
    need(len(salt) == (32 if draw.plan["closed"] else 0), "lot: a salt stands there exactly if the draw is closed")
    need(draw.salts([id_]) in ({}, {id_: salt}), "lot: the salt is not this object's")
    index, last, path = lot["index"], entry["pool"]["n"] - 1, deque(lot["path"])
    need(index <= last, "lot: not in the pool, the index is beyond it")
    node = draw.hash(b"\0" + salt + line).digest()
    while last:  # up the tree; a last node without a neighbour goes up as it is
        if index % 2 or index < last:
            need(path, "lot: not in the pool, the path is too short")
            beside = unhex(path.popleft())
            node = draw.hash(b"\1" + (beside + node if index % 2 else node + beside)).digest()
        index, last = index // 2, last // 2
    need(not path and node.hex() == entry["pool"]["root"], "lot: not in the pool, the path does not lead to its root")
    if draw.void:
        return False
    result = next(each for each in draw.proof["result"] if each["list"] == lot["list"])
    cutoffs = {each["stratum"]: each["cutoff"] for each in result["strata"]}
    need(status != "E" or stratum in cutoffs, f"lot: stratum {stratum} has an eligible object and no quota")
    [ranked] = draw.ranked([id_], {id_: salt} if salt else {}, weight if entry["mode"] == "ratio" else 1)
    drawn = status == "E" and ranked[:32].hex() <= (cutoffs[stratum] or "")
    places = (result, *result["strata"])  # of a public form the first alone, which has no stratum
    there = [each.get("stratum", stratum) for each in places if id_.decode() in each.get("drawn", ())]
    need(there == [stratum] * drawn, "lot: the proof's drawn contradict this lot")
    return drawn


# ==== SM3, and the command line =======================================================================================


class SM3:
    """SM3 (GB/T 32905-2016), for a Python whose OpenSSL has none; slow."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def digest(self) -> bytes:
        data = self.data + b"\x80" + bytes(-(len(self.data) + 9) % 64) + struct.pack(">Q", 8 * len(self.data))
        state = struct.unpack(">8I", unhex("7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e"))
        for at in range(0, len(data), 64):
            state = tuple(x ^ y for x, y in zip(state, self.compressed(state, data[at : at + 64])))
        return struct.pack(">8I", *state)

    @staticmethod
    def compressed(state: Any, block: bytes) -> Any:
        def left(x: int, n: int) -> int:
            return (x << n % 32 | (x & 0xFFFFFFFF) >> (32 - n % 32)) & 0xFFFFFFFF

        w = [*struct.unpack(">16I", block)]
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
            a, b, c, d, e, f, g, h = tt1, a, left(b, 9), c, tt2 ^ left(tt2, 9) ^ left(tt2, 17), e, left(f, 19), g
        return a, b, c, d, e, f, g, h


HAS_SM3 = "sm3" in hashlib.algorithms_available
HASHES = {"sha256": hashlib.sha256, "sm3": functools.partial(hashlib.new, "sm3") if HAS_SM3 else SM3}
CHINESE = {
    "the parties together could have steered it": "方案没有约定公共随机数源，承诺各方如果全部串通，可以左右结果",
    "the register has a plan and no end": "登记簿里这些抽取公布了方案、还没有结果",
    "the register has as void": "登记簿里这些抽取已经作废",
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
        print("核验不通过：文件不合协议，或者相互对不上。另存、转发也会改动文件，请先重新下载，原样再核验一次；")
        print("仍不通过的，请保留全部文件和上面这行原因，向监督部门反映。")
        return 1
    print("VALID")
    if drawn is not None:
        print("DRAWN" if drawn else "NOT DRAWN")
    for note in notes:
        print(f"{note}（{next(said for start, said in CHINESE.items() if note.startswith(start))}）")
    print("核验通过。" + ("" if drawn is None else "这个对象抽中了。" if drawn else "这个对象没有抽中。"))
    return 0


def files_of(given: argparse.Namespace) -> tuple[Any, ...]:
    """What check() takes."""
    head = re.fullmatch("([1-9][0-9]{0,15}):([0-9a-f]{64})", given.head or "")
    if given.head is not None and (head is None or given.register is None):
        raise WrongUse("--head must be N:HEX, and needs --register")
    named = [each.partition("=") for each in given.pool]
    if not all(name and file for name, _, file in named) or len({name for name, _, _ in named}) < len(named):
        raise WrongUse("--pool must be LIST=FILE, each list once")
    pools = {name: Path(file).read_bytes() for name, _, file in named}
    others = (given.proof, given.roster, given.register, given.lot)
    proof, roster, register, lot = (None if file is None else Path(file).read_bytes() for file in others)
    logs = {file: Path(file).read_bytes() for file in given.log}
    return proof, pools, roster, register, head and (int(head[1]), head[2]), logs, lot


if __name__ == "__main__":
    sys.exit(main())
