"""The browser's verifier against every published vector: the good pass with their digests, the bad are refused (R-D8)."""

from __future__ import annotations

from typing import Any

from onedoor.draws.rules import canonical
from tests.draws.vectors import GOLDEN, VECTORS, files, register, roster
from tests.verifier.cases import case, judge, packed

EVERY = list(VECTORS.values())
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
        assert codes(verdict) == without, name


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
