"""`verify.py` against every published vector: the good are valid and told the same as by the rules, the bad are not."""

from __future__ import annotations

from typing import Any

import pytest

from onedoor.draws.rules import canonical
from onedoor.draws.rules.wire.encoding import hash_function
from onedoor.draws.rules.wire.sm3 import sm3
from onedoor.verifier import verify as standalone
from tests.draws.vectors import GOLDEN, VECTORS, files, head, register, roster
from tests.standalone.both_verifiers import both, theirs

Vector = dict[str, Any]
FEWER: list[dict[str, Any]] = [
    {},
    {"pools": {}},
    {"roster": None},
    {"head": None},
    {"pools": {}, "roster": None, "register": None, "head": None},
]


def named(cases: list[Vector]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


@named(GOLDEN["vectors"])
def test_the_good_are_valid_with_all_files_and_with_fewer(case: Vector) -> None:
    for form in ("proof", "public"):
        for fewer in FEWER if form in case else ():
            said = both(case, proof=canonical(case[form]), **fewer)
            assert said.valid, said.reason
        for name, raw in files(case).items() if form in case else ():
            assert both(case, proof=canonical(case[form]), pools={name: raw}).valid


@named(GOLDEN["vectors"])
def test_every_lot_is_told_the_truth(case: Vector) -> None:
    for known in case.get("lots", []):
        for form in ("proof", "public"):
            for fewer in FEWER if form in case else ():
                said = both(case, proof=canonical(case[form]), lot=canonical(known["lot"]), **fewer)
                assert (said.valid, said.drawn) == (True, known["drawn"])


@named(GOLDEN["bad"])
def test_the_bad_are_refused(case: Vector) -> None:
    bad = {**VECTORS["uniform"], "pools": case["pools"], "roster": case["roster"]}
    said = both(bad, proof=case["proof"].encode(), register=None, head=None)
    assert said.valid is False and said.reason


@named(GOLDEN["bad_registers"])
def test_bad_registers_are_refused(case: Vector) -> None:
    vector = VECTORS[case["vector"]]
    said = both(vector, register=register(case["register"]), head=head(case["head"]))
    assert said.valid is False and "register" in said.reason


@named(GOLDEN["bad_lots"])
def test_bad_lots_are_refused(case: Vector) -> None:
    vector = VECTORS[case["vector"]]
    proof = canonical(case["proof"] or vector["proof"])
    two: list[dict[str, Any]] = [{}, {"pools": {}, "roster": None}]
    for fewer in two:
        assert both(vector, proof=proof, lot=canonical(case["lot"]), **fewer).valid is False


def test_its_own_sm3_is_sm3() -> None:
    assert standalone.SM3(b"abc").digest().hex().startswith("66c7f0f462eeedd9d1f2d46bdc10e4e2")
    h = hash_function("sm3")
    for size in (0, 1, 54, 55, 56, 63, 64, 65, 119, 128, 300):
        data = bytes(range(256))[:size] * 2
        assert standalone.SM3(data).digest() == h(data) == sm3(data)


def test_without_openssls_sm3_a_draw_of_sm3_is_verified_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(standalone.HASHES, "sm3", standalone.SM3)
    assert theirs(VECTORS["sm3"]).valid
    assert theirs(VECTORS["closed-sm3-ratio"]).valid


def test_every_changed_byte_of_a_small_draw_is_found() -> None:
    """All bytes of all files, one bit each; the rest is sampled elsewhere."""
    case = VECTORS["inspectors-team-mate"]
    given = {"proof": canonical(case["proof"]), "roster": roster(case) or b"", **files(case)}
    for which, raw in given.items():
        for place in range(len(raw)):
            spoilt = raw[:place] + bytes([raw[place] ^ (1 << place % 8)]) + raw[place + 1 :]
            other: Any = (
                {which: spoilt} if which in ("proof", "roster") else {"pools": {**files(case), which: spoilt}}
            )
            said = theirs(case, register=None, head=None, **other)
            assert said.valid is not True, (which, place)


def test_a_proof_that_is_no_proof_is_refused() -> None:
    for raw in (
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"onedoor-proof/1"',
        b"[" * 100_000,
        b"\xff\xfe",
        b"1" * 10_000,
        b"\xef\xbb\xbf{}",
    ):
        assert theirs(VECTORS["joint"], proof=raw).valid is False


def test_a_giant_team_or_number_is_refused_at_once() -> None:
    proof = canonical(VECTORS["joint"]["proof"]).decode()
    for old, new in (
        ('"size":2', '"size":9007199254740991'),
        ('"seq":1', '"seq":1' + "0" * 5000),
        ('"seq":1', '"seq":1.0'),
    ):
        assert old in proof
        assert theirs(VECTORS["joint"], proof=proof.replace(old, new).encode(), pools={}).valid is False
