"""What can be done to the files of a draw: some taken away, one changed, or the whole made anew around a change."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random
from typing import Any
from unittest import mock

from onedoor.draws.rules import (
    ProtocolError,
    build_pool,
    build_roster,
    canonical,
    make_proof,
    parse_pool,
    parse_roster,
    proof_digest,
    public_form,
    seed_of,
)
from onedoor.draws.rules.proof import draw_lists, draw_teams, secret_of
from onedoor.draws.rules.wire import encoding, merkle, value_checks
from onedoor.draws.rules.wire.encoding import hash_function
from tests.draws.builders import CAPS, entered, shown, some_changes, vector, voided
from tests.draws.test_hostile import changed
from tests.draws.vectors import NONCES, firms, reveals, roster, small_plan, texts
from tests.draws.vectors import files as pool_files

STRANGERS = {
    "Unicode 17": "a\u1acf\u0323",
    "Unicode 16": "\U000105d2\u0307",
    "Unicode 16, a mark": "a\u0897\u0323",
    "Unicode 15, a mark": "a\U0001e08f\u0323",
    "Unicode 13": "\U00011935\U00011930",
    "of no Unicode yet": "a\U0001e0ff\u0323",
    "of one's own": "\ue000",
    "turned round": "\u202e",
}
"""Texts that are in NFC for one version of Unicode and not for another, or that do not look like what they are."""

Files = dict[str, Any]
"""As ``Evidence`` takes them, and ``lots``: of a few objects, of which one is given."""


def some_files(chance: Random) -> tuple[Files, dict[str, Any]]:
    """All files of a random draw, of a closed one at times its public form; and the draw."""
    case = vector(chance)
    if chance.random() < 0.2:
        case = voided(case, chance)
    if chance.random() < 0.4:
        case = around(case, chance)
    logs: list[Any] = []
    if chance.random() < 0.4:
        with suppress(ProtocolError, LookupError):  # A roster that is none gives nobody.
            logs = some_changes(case, chance, 3)
    return files_of(case, logs, chance), case


def files_of(case: dict[str, Any], logs: list[Any], chance: Random) -> Files:
    form = chance.choice([form for form in ("proof", "public") if form in case])
    book = entered(case, logs)
    n = chance.randint(1, book.count(b"\n"))
    return {
        "proof": written(case[form]),
        "pools": pool_files(case),
        "roster": roster(case),
        "register": book,
        "head": (n, entry_of(book, n)),
        "logs": [written(log) for log in logs],
        "lot": lot(case, chance),
    }


def entry_of(book: bytes, n: int) -> bytes:
    """The digest of an entry."""
    line = book.split(b"\n")[n - 1]
    begun = b"".join(len(part).to_bytes(4, "big") + part for part in (b"onedoor-draw/1/entry", line))
    return hash_function("sha256")(begun)


def lot(case: dict[str, Any], chance: Random) -> bytes | None:
    """Of any object of any pool: one that was drawn as often as not."""
    if "lots" in case:
        return written(chance.choice(case["lots"]))
    name, raw = chance.choice([*pool_files(case).items()])
    drawn = {id_ for each in case["proof"]["result"] for s in each["strata"] for id_ in s["drawn"]}
    lines = raw.split(b"\n")[1:-1]
    lucky = [at for at, line in enumerate(lines) if line.split(b"\t")[0].decode(errors="replace") in drawn]
    places = chance.choice([range(len(lines)), lucky])
    if not places:
        return None
    return written(_lot(case["proof"]["plan"]["hash"], name, raw, chance.choice(places), {}))


def fewer(files: Files, chance: Random) -> Files:
    """Each but the proof is there or not."""
    left = {key: value if chance.random() < 0.6 else None for key, value in files.items()}
    most = chance.choice([0.4, 0.7, 1])
    pools = {name: raw for name, raw in files["pools"].items() if chance.random() < most}
    logs = [log for log in files["logs"] if chance.random() < 0.8]
    return {**left, "proof": files["proof"], "pools": pools, "logs": logs}


def written(document: Any) -> bytes:
    """Canonical but for what has no canonical form."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def speaking(text: str) -> dict[str, Any]:
    """A small draw whose witness said this, sound but for what the text may be: as a host of its own mind would publish it."""
    pools = {"L": build_pool(firms(30))}
    plan = small_plan(pools, {"L": {"A": 5}})
    with mock.patch.object(encoding, "check_text"), mock.patch.object(value_checks, "check_text"):
        made = shown(make_proof(plan, pools, None, NONCES, [("人大代表", text)]))
    return {
        **made,
        "proof": written(made["proof"]),
        "pools": {"L": pools["L"].decode()},
        "roster": None,
        "register": [],
        "head": None,
    }


# ---- One change to one file ---------------------------------------------------------------------------------------


def spoilt(files: Files, chance: Random) -> Files:
    """One of the files that are there is changed in one place."""
    there = ["proof", *(key for key in ("roster", "register", "lot") if files[key]), *files["pools"]]
    there += ["logs"] * bool(files["logs"])
    which = chance.choice(there)
    if which == "logs":
        place = chance.randrange(len(files["logs"]))
        one = document_changed(files["logs"][place], chance)
        return {**files, "logs": [*files["logs"][:place], one, *files["logs"][place + 1 :]]}
    if which in files["pools"]:
        return {**files, "pools": {**files["pools"], which: text_changed(files["pools"][which], chance)}}
    if which == "proof":
        return {**files, which: proof_changed(files["proof"], chance)}
    change = document_changed if which == "lot" else text_changed
    return {**files, which: change(files[which], chance)}


def misnamed(files: Files, case: dict[str, Any], chance: Random) -> Files:
    """Two of a list change places among its drawn and its reserve; its pool is not there, the lot is of one of them."""
    proof = json.loads(files["proof"])
    lists = [each for each in proof["result"] if "drawn" not in each and each["list"] in files["pools"]]
    if not lists:
        return fewer(files, chance)
    result = chance.choice(lists)
    rows = [
        stratum[key] for stratum in result["strata"] for key in ("drawn", "drawn", "reserve") if stratum[key]
    ]
    if rows:
        one, other = chance.choice(rows), chance.choice(rows)
        _swap(one, other, chance)
        sole = {name: raw for name, raw in case["pools"].items() if name == result["list"]}
        ids = chance.choice([one, other])
        of_one = {
            "proof": {**case["proof"], "result": [{**result, "strata": [{"drawn": ids}]}]},
            "pools": sole,
        }
        files = {**files, "lot": lot(of_one, chance) if chance.random() < 0.5 else None}
    pools = {name: raw for name, raw in files["pools"].items() if name != result["list"]}
    return {**files, "proof": written(proof), "pools": pools, "register": None, "head": None, "logs": []}


def bytes_changed(raw: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(raw))
    other = bytes([raw[place] ^ chance.randrange(1, 256)]) * chance.randrange(3)
    return chance.choice(
        [
            raw[:place] + other + raw[place + 1 :],
            raw[:-1],
            raw + b"\n",
            raw[:place],
            b"\xef\xbb\xbf" + raw,
            raw.replace(b"\n", b"\r\n"),
            raw.replace(b"\n", b"\r\n", 1),
        ]
    )


def document_changed(raw: bytes, chance: Random) -> bytes:
    if chance.random() < 0.2:
        return bytes_changed(raw, chance)
    return written(changed(json.loads(raw), chance))


def text_changed(raw: bytes, chance: Random) -> bytes:
    """A file of lines, with a cell or a line changed."""
    lines = raw.decode().split("\n")
    if chance.random() < 0.3 or len(lines) < 3:
        return bytes_changed(raw, chance)
    one, two = (chance.randrange(len(lines) - 1) for _ in range(2))
    match chance.randrange(5):
        case 0:
            lines[one], lines[two] = lines[two], lines[one]
        case 1:
            del lines[one]
        case 2:
            lines.insert(one, lines[two])
        case _:
            cells, others = lines[one].split("\t"), lines[two].split("\t")
            cell = chance.randrange(len(cells))
            odd = ["", "0", "00", "1", "E", "XYEAR", "1048577", str(2**53), "!", "A", cells[0] + ":1"]
            cells[cell] = chance.choice([*odd, chance.choice(others)])
            lines[one] = "\t".join(cells)
    return "\n".join(lines).encode()


def proof_changed(raw: bytes, chance: Random) -> bytes:
    """As a forger would: somebody else is drawn or sent; or anything at all."""
    proof = json.loads(raw)
    places = [*_changeable(proof)]
    if places and chance.random() < 0.5:
        chance.choice(places)(chance)
        return written(proof)
    return document_changed(raw, chance)


def _changeable(proof: Any) -> Iterator[Callable[[Random], None]]:
    """What stands in a row and can change places, or be another."""
    rows: list[list[Any]] = [proof["teams"], proof["unfilled"], proof["witness"]]
    rows += [team["team"] for team in proof["teams"]]
    for each in proof["result"]:
        strata = each["strata"]
        rows += [stratum[key] for stratum in strata for key in ("drawn", "reserve") if key in stratum]
        rows += [each["drawn"]] if "drawn" in each else []
        yield from (_nudge(stratum, key) for stratum in strata for key in ("eligible", "cutoff"))
    full = [row for row in rows if row]
    if full:
        yield from [lambda chance: _swap(chance.choice(full), chance.choice(full), chance)] * 6
    for team in proof["teams"]:
        yield from (_nudge(member, "inspector") for member in team["team"])
    if "proof" in proof:
        yield _nudge(proof, "proof")


def _swap(one: list[Any], other: list[Any], chance: Random) -> None:
    at, to = chance.randrange(len(one)), chance.randrange(len(other))
    one[at], other[to] = other[to], one[at]


def _nudge(parent: Any, key: str) -> Callable[[Random], None]:
    def change(chance: Random) -> None:
        value = parent[key]
        if isinstance(value, int):
            parent[key] = value + chance.choice([-1, 1])
        elif value:
            place = chance.randrange(len(value))
            parent[key] = value[:place] + chance.choice("0123456789abcdef") + value[place + 1 :]

    return change


# ---- A draw made anew around a change: all digests are right, so only the rule that is broken can be found --------------


def around(case: dict[str, Any], chance: Random) -> dict[str, Any]:
    """Plan, a pool, a salt or the roster changed before the draw, as by an operator who has all parties with him."""
    with suppress(Exception):  # At times the change leaves nothing that a draw can be made of.
        return _around(case, chance)
    return case


def _around(case: dict[str, Any], chance: Random) -> dict[str, Any]:
    other = {**copy.deepcopy(case), "pools": dict(case["pools"])}
    plan = json.loads(canonical(other["proof"]["plan"]))
    match chance.randrange(4):
        case 0:
            plan = _plan_changed(plan, chance)
        case 1:
            name = chance.choice([*other["pools"]])
            raw = text_changed(other["pools"][name].encode(), chance)
            with suppress(UnicodeDecodeError):
                other["pools"][name] = raw.decode()
        case 2 if other["roster"]:
            other["roster"] = _people_changed(other["roster"].encode(), chance).decode()
        case _:
            pass
    salts = _salts_changed(other, plan, chance) if plan.get("closed") and chance.random() < 0.5 else {}
    for entry in plan["lists"]:
        raw = other["pools"].get(entry["list"])
        if raw is not None and salts.get("list") != entry["list"]:
            entry["pool"] = _face(plan, raw.encode())
    if other["roster"] and plan.get("roster"):
        plan["roster"] = hash_function(case["proof"]["plan"]["hash"])(other["roster"].encode()).hex()
    made = {"lots": salts["lots"]} if salts else {}
    with suppress(Exception):
        return _made(other, plan, other) | made
    return _made(other, plan, case) | made


def _plan_changed(plan: Any, chance: Random) -> Any:
    """What a seed can still be computed of."""
    for _ in range(20):
        other = changed(plan, chance)
        same = ("v", "hash", "closed", "parties", "beacon", "line", "seq", "draw", "prev")
        if isinstance(other.get("lists"), list) and all(other.get(key) == plan[key] for key in same):
            return other
    return plan


def _people_changed(raw: bytes, chance: Random) -> bytes:
    known = parse_roster(raw)
    people = [each._replace(cap=chance.choice(CAPS)) for each in known.inspectors.values()]
    if chance.random() < 0.5:
        return build_roster(people, known.recusals, bytes(32))
    return text_changed(raw, chance).decode("ascii", "ignore").encode()


def _face(plan: Any, raw: bytes) -> Any:
    """As it would be published of any bytes, a pool or not."""
    leaves = _leaves(plan["hash"], raw, {})
    h = hash_function(plan["hash"])
    return {"digest": h(raw).hex(), "root": merkle.levels(h, leaves)[-1][0].hex(), "n": len(leaves)}


def _leaves(hash_name: str, raw: bytes, salts: dict[bytes, bytes]) -> list[bytes]:
    h = hash_function(hash_name)
    header, *lines = raw.removesuffix(b"\n").split(b"\n")
    z = _secret(header)
    if not z:
        return [merkle.leaf(h, line) for line in lines]
    ids = [line.split(b"\t")[0] for line in lines]
    return [
        merkle.leaf(h, line, salts.get(id_) or _salt(h, z, id_)) for id_, line in zip(ids, lines, strict=True)
    ]


def _secret(header: bytes) -> bytes:
    found = re.search(b"\t([0-9a-f]{64})$", header)
    return bytes.fromhex(found[1].decode()) if found else b""


def _salt(h: Any, z: bytes, id_: bytes) -> bytes:
    parts = (b"onedoor-draw/1/salt", z, id_)
    return h(b"".join(len(part).to_bytes(4, "big") + part for part in parts))  # type: ignore[no-any-return]


def _salts_changed(case: dict[str, Any], plan: Any, chance: Random) -> dict[str, Any]:
    """The tree of a list with one salt that is not the object's; and the lot that goes with it."""
    name = chance.choice([*case["pools"]])
    raw = case["pools"][name].encode()
    ids = [line.split(b"\t")[0] for line in raw.split(b"\n")[1:-1]]
    if not ids:
        return {}
    h, salt, place = hash_function(plan["hash"]), chance.randbytes(32), chance.randrange(len(ids))
    salts = {ids[place]: salt}
    for entry in plan["lists"]:
        if entry["list"] == name:
            root = merkle.levels(h, _leaves(plan["hash"], raw, salts))[-1][0]
            entry["pool"] = {"digest": h(raw).hex(), "root": root.hex(), "n": len(ids)}
    return {"list": name, "lots": [_lot(plan["hash"], name, raw, place, salts)]}


def _lot(hash_name: str, name: str, raw: bytes, place: int, salts: dict[bytes, bytes]) -> Any:
    """The lot of a line of any bytes, a pool or not."""
    h = hash_function(hash_name)
    header, *lines = raw.removesuffix(b"\n").split(b"\n")
    id_, z = lines[place].split(b"\t")[0], _secret(header)
    path = merkle.path(merkle.levels(h, _leaves(hash_name, raw, salts)), place)
    return {
        "v": "onedoor-lot/1",
        "list": name,
        "line": lines[place].decode(errors="replace"),
        "index": place,
        "path": [node.hex() for node in path],
        "salt": (salts.get(id_) or _salt(h, z, id_)).hex() if z else "",
    }


def _made(case: dict[str, Any], plan: Any, sound: dict[str, Any]) -> dict[str, Any]:
    """The draw with this plan, by the rules but without asking whether it may be; of what is no pool or roster, the outcome
    of what it was before is taken."""
    proof: Any = {**case["proof"], "plan": plan}
    pools = {name: parse_pool(raw, name) for name, raw in pool_files(sound).items()}
    if proof["void"] is None:
        seed = seed_of(plan, reveals(proof), texts(proof), bytes.fromhex(proof["beacon"]))
        proof["seed"] = seed.hex()
        proof["result"] = draw_lists(plan, pools, seed)
        people = roster(sound)
        if people:
            teams = draw_teams(plan, pools, seed, proof["result"], parse_roster(people))
            proof |= {"teams": teams.teams, "unfilled": teams.unfilled}
    digest = proof_digest(proof, secret_of(pools))
    public = {"public": public_form(proof, digest)} if plan["closed"] else {}
    return {**case, "proof": proof, "digest": digest.hex(), **public}
