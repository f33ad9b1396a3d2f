"""The browser's verifier against every published vector: the good pass with their digests, the bad are refused (R-D8)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from onedoor.draws.rules import canonical, lot_of, parse_pool
from tests.draws.vectors import GOLDEN, VECTORS, files, register, roster
from tests.verifier.cases import case, judge, packed

EVERY = list(VECTORS.values())
JOINT = VECTORS["joint"]
CLOSED = [vector for vector in EVERY if "public" in vector]


def codes(verdict: dict[str, Any], what: str = "unchecked") -> set[str]:
    return {each["code"] for each in verdict[what]}


def test_with_all_files_each_verifies_and_every_step_has_the_published_digest() -> None:
    lots = [[canonical(each["lot"]) for each in vector.get("lots", [])] for vector in EVERY]
    asked = [case(vector, lots=own) for vector, own in zip(EVERY, lots, strict=True)]
    for vector, verdict in zip(EVERY, judge(asked), strict=True):
        name, proof, digests = vector["name"], vector["proof"], vector["digests"]
        assert verdict["valid"], (name, verdict["fault"])
        found = verdict["facts"]["digests"]
        assert {**found, "proof": found["end"]} == {**digests, "end": digests["proof"]}, name
        assert verdict["facts"]["seed"] == proof["seed"], name
        assert [lot["drawn"] for lot in verdict["lots"]] == [each["drawn"] for each in vector.get("lots", [])]
        without = set() if proof["void"] else {"beacon" if proof["plan"]["beacon"] else "parties"}
        # A register in which a draw is void says so to whoever verifies any draw of it, and all else stays verified.
        noted = {"void"} if any(entry["kind"] == "void" for entry in vector["register"]) else set()
        assert codes(verdict) == without | noted, name


def test_with_fewer_files_it_says_what_it_could_not_check() -> None:
    bare: dict[str, Any] = {"register": None, "head": None}
    asked = [case(vector, **bare, pools={}, roster=None) for vector in EVERY]
    asked += [case(vector, **bare, roster=None) for vector in EVERY]
    asked += [case(vector, **bare, pools={}) for vector in EVERY]
    verdicts = judge(asked)
    for vector, verdict in zip(EVERY * 3, verdicts, strict=True):
        assert verdict["valid"], (vector["name"], verdict["fault"])
        assert "precedence" in codes(verdict)
    for vector, verdict in zip(EVERY, verdicts[: len(EVERY)], strict=True):
        assert ("roster" in codes(verdict)) == (vector["roster"] is not None)
        assert sum(each["code"] == "pool" for each in verdict["unchecked"]) == len(vector["pools"])


def test_the_public_form_of_a_closed_draw_verifies_with_all_files_and_with_none() -> None:
    public = [{**vector, "proof": vector["public"]} for vector in CLOSED]
    for verdict in judge([case(vector) for vector in public]):
        assert verdict["valid"] and "digest" in codes(verdict, "done") and codes(verdict) == {"parties"}
    for verdict in judge([case(vector, pools={}, roster=None) for vector in public]):
        assert verdict["valid"] and "digest" in codes(verdict)


def test_everyone_finds_its_own_lot_in_the_pool_by_its_code_with_the_published_path() -> None:
    known = [(vector, each["lot"]) for vector in EVERY for each in vector.get("lots", [])]
    codes_of = [lot["line"].split("\t")[0].partition(":")[0] for _, lot in known]
    asked = [{**case(vector), "code": code} for (vector, _), code in zip(known, codes_of, strict=True)]
    for (vector, lot), verdict in zip(known, judge(asked), strict=True):
        own = [
            each for each in verdict["lots"] if each["list"] == lot["list"] and each["index"] == lot["index"]
        ]
        assert [(each["path"], each["salt"]) for each in own] == [(lot["path"], lot["salt"])], vector["name"]


def answered(code: str, lots: list[Any], vector: dict[str, Any] = JOINT) -> Any:
    """What is said of a host's answer about a code, where the pools themselves are too large to fetch."""
    own = [canonical(each) for each in lots]
    return {
        **case(vector, pools={}, roster=None, register=None, head=None, lots=own),
        "code": code,
        "told": True,
    }


def test_a_host_s_answer_about_a_code_is_held_against_the_code_and_the_proof() -> None:
    """An honest one, that of another firm, none at all, and one that leaves out the list which drew the firm."""
    drawn = {
        each["list"]: {i for s in each["strata"] for i in s["drawn"]} for each in JOINT["proof"]["result"]
    }
    twice = Counter(id_ for ids in drawn.values() for id_ in ids)
    code = min(id_ for id_, times in twice.items() if times > 1)
    pools = {name: raw for name, raw in files(JOINT).items() if code in parse_pool(raw, name).ids}
    lots = {name: lot_of(raw, name, code) for name, raw in pools.items()}
    drew = [name for name in lots if code in drawn[name]]
    without = [[lot for name, lot in lots.items() if name != left_out] for left_out in drew]
    stray = lot_of(pools[drew[0]], drew[0], other(drew[0], drawn[drew[0]]))
    asked = [[*lots.values()], [*without[0], stray], [], *without]
    honest, *lies = judge([answered(code, each) for each in asked])
    assert honest["valid"] and {lot["list"] for lot in honest["lots"] if lot["drawn"]} == {*drew}
    found = [(each["valid"], each["fault"]["code"]) for each in lies]
    assert found == [(False, "lot-other")] + [(False, "lot-missing")] * (1 + len(drew))
    # A firm in no list, as the host says: nobody can tell without the pools, and it is told of each.
    [absent] = judge([answered("91990100X999999999", [])])
    untold = [each["params"]["list"] for each in absent["unchecked"] if each["code"] == "lot"]
    assert absent["valid"] and untold == [*drawn]


def other(name: str, drawn: set[str]) -> str:
    """An object of this pool that nobody drew."""
    return next(id_ for id_ in parse_pool(files(JOINT)[name], name).ids if id_ not in drawn)


def test_a_substitute_is_in_the_list_as_well() -> None:
    result = next(each for each in JOINT["proof"]["result"] if any(s["reserve"] for s in each["strata"]))
    code = next(s["reserve"][0] for s in result["strata"] if s["reserve"])
    [said] = judge([answered(code, [])])
    assert (said["valid"], said["fault"]["code"]) == (False, "lot-missing")


def test_who_did_not_reveal_is_named() -> None:
    """Of a void draw, and of one in which a beacon spoke instead."""
    silent = [each for each in EVERY if any(nonce is None for _party, nonce in each["proof"]["reveals"])]
    assert {each["proof"]["void"] is None for each in silent} == {True, False}
    for each, said in zip(silent, judge([case(each) for each in silent]), strict=True):
        who = [party for party, nonce in each["proof"]["reveals"] if nonce is None]
        code = "unrevealed" if each["proof"]["plan"]["beacon"] else "void-unrevealed"
        assert {"code": code, "params": {"who": who}} in said["done"], said["done"]


def test_two_different_rosters_are_none() -> None:
    """A browser names a second download roster (1).txt: read beside the published one, one of the two would be passed over."""
    proof, one = canonical(JOINT["proof"]), roster(JOINT) or b""
    heaps = [
        [("proof.json", proof), ("roster.txt", one), ("roster (1).txt", other)] for other in (one, one + b"x")
    ]
    same, different = judge([{"heap": [(name, packed(raw)) for name, raw in heap]} for heap in heaps])
    assert [each["kind"] for each in same["kinds"]] == ["proof", "roster", "roster"]
    assert different == {"refused": "two-rosters"}


def test_the_bad_are_refused() -> None:
    asked = [
        {
            "proof": packed(bad["proof"].encode()),
            "pools": {name: packed(raw) for name, raw in files(bad).items()},
            "roster": packed(roster(bad)),
        }
        for bad in GOLDEN["bad"]
    ]
    for bad, verdict in zip(GOLDEN["bad"], judge(asked), strict=True):
        assert not verdict["valid"] and verdict["fault"]["message"], bad["name"]


def test_bad_registers_are_refused() -> None:
    asked = [
        {**case(VECTORS[bad["vector"]], register=register(bad["register"])), "head": bad["head"]}
        for bad in GOLDEN["bad_registers"]
    ]
    for bad, verdict in zip(GOLDEN["bad_registers"], judge(asked), strict=True):
        assert not verdict["valid"] and verdict["fault"]["code"].startswith("register-"), bad["name"]


def test_bad_lots_are_refused() -> None:
    fewer: dict[str, Any] = {"pools": {}, "roster": None}
    asked = []
    for bad in GOLDEN["bad_lots"]:
        vector = VECTORS[bad["vector"]]
        proof = canonical(bad["proof"] or vector["proof"])
        asked.append(case(vector, proof=proof, lots=[canonical(bad["lot"])], **fewer))
    for bad, verdict in zip(GOLDEN["bad_lots"], judge(asked), strict=True):
        assert not verdict["valid"], bad["name"]
