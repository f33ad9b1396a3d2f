"""The verifier never raises for what a file holds, and no changed proof passes for the draw's (R-D8)."""

import copy
import json
from random import Random
from typing import Any

import pytest

from onedoor.draws.rules import Verdict, canonical, verify
from tests.draws.vectors import VECTORS, evidence, files, roster

STRANGE: list[Any] = [
    None, True, False, 0, 1, -1, 2, 7, 2**32, 2**53 - 1, -(2**53) + 1, "", "A", "0" * 64, "f" * 64, "ab" * 32, "AB" * 32,
    "公", "91990100008771776W", "a\tb", "\x00", "\x7f", "990100-SCJG", [], {}, [[]], [None], [["A", 1]], [["A", 2**52]],
    "a\u0897\u0323", "\U000105d2\u0307", {"list": 1}, {"v": "onedoor-proof/1"}, "onedoor-public/1", "uniform", "ratio", "sm3", [0] * 50,
]  # fmt: skip


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document, as the keys that lead there."""
    found = [way] if way else []
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in steps:
        found += places(inner, (*way, key))
    return found


def at(document: Any, way: tuple[Any, ...]) -> Any:
    for step in way:
        document = document[step]
    return document


def changed(document: Any, chance: Random) -> Any:
    """The document with one value replaced, taken out, doubled, swapped with another or nudged."""
    other = copy.deepcopy(document)
    ways = places(other)
    *above, last = chance.choice(ways)
    parent = at(other, tuple(above))
    match chance.randrange(5):
        case 0:
            parent[last] = chance.choice(STRANGE)
        case 1:
            del parent[last]
        case 2 if isinstance(parent, list):
            parent.insert(last, copy.deepcopy(parent[last]))
        case 3:
            parent[last] = copy.deepcopy(at(other, chance.choice(ways)))
        case _:
            parent[last] = nudged(parent[last], chance)
    return other


def nudged(value: Any, chance: Random) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + chance.choice([-1, 1])
    if isinstance(value, str) and value:
        place = chance.randrange(len(value))
        return value[:place] + chance.choice("0123456789abcdefABC") + value[place + 1 :]
    if isinstance(value, list):
        return value[::-1]
    return {"another": value}


@pytest.mark.parametrize("form", ["proof", "public"])
@pytest.mark.parametrize(
    "name", ["joint", "closed-joint", "beacon-withheld", "void", "inspectors-short", "ratio"]
)
def test_no_changed_proof_passes_with_all_files_and_none_breaks_the_verifier(name: str, form: str) -> None:
    vector = VECTORS[name]
    if form not in vector:
        form = "proof"
    chance = Random(name + form)
    for _ in range(250):
        proof = changed(vector[form], chance)
        if proof == vector[form]:
            continue
        raw = json.dumps(proof, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        lot = canonical(vector["lots"][0]["lot"]) if "lots" in vector else None
        try:
            whole = verify(evidence(vector, proof=raw))
            assert isinstance(verify(evidence(vector, proof=raw, pools={}, lot=lot)), Verdict)
            assert isinstance(verify(evidence(vector, proof=raw, pools={}, roster=None)), Verdict)
        except ValueError as error:
            # A list renamed, or the roster struck out: then the files are not this plan's.
            assert type(error).__name__ == "UnknownFile"
            continue
        assert not whole.valid, proof


@pytest.mark.parametrize("name", ["joint", "closed-joint"])
def test_no_changed_lot_or_register_breaks_the_verifier(name: str) -> None:
    vector = VECTORS[name]
    chance = Random(name)
    lot = vector["lots"][0]["lot"]
    for _ in range(300):
        other = changed(lot, chance)
        verdict = verify(evidence(vector, pools={}, lot=json.dumps(other).encode()))
        assert other == lot or not verdict.valid
        entries = changed(vector["register"], chance)
        lines = [
            json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for entry in entries
        ]
        verdict = verify(evidence(vector, pools={}, register="\n".join(lines).encode()))
        assert entries == vector["register"] or not verdict.valid


@pytest.mark.parametrize("name", ["joint", "closed-joint"])
def test_no_changed_byte_of_a_pool_or_roster_passes(name: str) -> None:
    vector = VECTORS[name]
    chance = Random(name)

    def spoilt(raw: bytes) -> bytes:
        place = chance.randrange(len(raw))
        return (
            raw[:place] + bytes([raw[place] ^ chance.randrange(1, 256)]) + raw[place + chance.randrange(2) :]
        )

    for _ in range(200):
        pools = files(vector)
        which = chance.choice(list(pools))
        raw = spoilt(pools[which])
        assert raw == pools[which] or not verify(evidence(vector, pools={which: raw})).valid
        people = roster(vector) or b""
        raw = spoilt(people)
        assert raw == people or not verify(evidence(vector, pools={}, roster=raw)).valid


def test_a_proof_that_is_no_object_is_refused() -> None:
    for raw in (b"", b"null", b"[]", b"{}", b'"onedoor-proof/1"', b"[" * 10_000, b"\xff\xfe", b"1" * 10_000):
        assert not verify(evidence(VECTORS["joint"], proof=raw)).valid


def test_a_proof_of_a_giant_team_is_refused_at_once() -> None:
    proof = copy.deepcopy(VECTORS["joint"]["proof"])
    proof["plan"]["lists"][0]["team"]["size"] = 2**53 - 1
    assert not verify(evidence(VECTORS["joint"], proof=canonical(proof), pools={}, roster=None)).valid
