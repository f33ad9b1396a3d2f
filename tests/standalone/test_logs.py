"""Changes after the draw, before both verifiers: each is the one that the protocol gives, and registered (R-D6)."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedoor.draws.rules import canonical, needs_of, seats_of
from onedoor.draws.rules.change_logs import Standing
from tests.draws.builders import entered, log, some_changes, vector
from tests.draws.vectors import GOLDEN, VECTORS
from tests.standalone.both_verifiers import both, draws

JOINT: dict[str, Any] = {**VECTORS["joint"], "digest": VECTORS["joint"]["digests"]["proof"]}
REPLACED = GOLDEN["misc"]["replace"][0]
DUE = "the register itself not compared with an entry that someone noted"


def replaced(n: Any = 1, **other: Any) -> Any:
    """A replacement of the published vectors, or one changed in something."""
    known = {**REPLACED, **other}
    first = JOINT["proof"]["plan"]["lists"][0]["list"]
    made = log(
        JOINT,
        n,
        other.get("kind", "replace"),
        other.get("list", first),
        known["object"],
        known["slot"],
        known["out"],
        known["in"],
    )
    return made | {key: value for key, value in other.items() if key in ("proof", "reason")}


def substituted(n: int = 1, place: int = 0, **other: Any) -> Any:
    """The first drawn that has two substitutes goes; the one at this place of the reserve comes."""
    for result in JOINT["proof"]["result"]:
        for stratum in result["strata"]:
            if stratum["drawn"] and len(stratum["reserve"]) > 1:
                out = stratum["drawn"][0]
                made = log(JOINT, n, "substitute", result["list"], out, None, out, stratum["reserve"][place])
                return made | other
    raise AssertionError


def judged(case: dict[str, Any], logs: list[Any], **other: Any) -> Any:
    given = {
        "register": entered(case, logs),
        "head": None,
        "logs": [canonical(each) for each in logs],
        **other,
    }
    return both(case, **given)


def test_a_replacement_and_a_substitution_are_checked_to_the_end() -> None:
    said = judged(JOINT, [replaced(), substituted(2)])
    assert said.valid, said.reason
    others = "the register has a plan and no end of: A-1 1"
    assert said.unchecked == {
        DUE,
        others,
        "the parties together could have steered it: the plan names no beacon",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        replaced(**{"in": REPLACED["fit"][-1]}),
        replaced(**{"in": REPLACED["out"]}),
        replaced(**{"in": "S99"}),
        replaced(out="S99"),
        replaced(slot=40),
        replaced(object="91990100000000000X"),
        replaced(kind="fill", out=None),
        replaced(list="990100-XFJY"),
        replaced(list="990100-NONE"),
        replaced(proof="0" * 64),
        replaced(n=2),
        substituted(place=1),
        substituted(slot=0),
        substituted(out="91990100000000000X"),
        substituted(object="91990100000000000X"),
        {**replaced(), "kind": "remove"},
        {**replaced(), "kind": None},
        {**replaced(), "v": "onedoor-log/2"},
        {**replaced(), "more": 1},
        {**replaced(), "in": None},
        {**replaced(), "out": None},
        {**replaced(), "slot": None},
        {**replaced(), "slot": -1},
        {**replaced(), "slot": True},
        {**replaced(), "in": 7},
        {**replaced(), "list": ["990100-SCJG"]},
        {**substituted(), "in": "a b"},
    ],
)  # fmt: skip
def test_what_the_protocol_does_not_give_is_refused(wrong: Any) -> None:
    said = judged(JOINT, [wrong])
    assert said.valid is False and "log" in said.reason


def test_a_file_that_is_no_log_is_refused() -> None:
    good = canonical(replaced())
    for raw in (b"", b"{}", b"[]", b"null", good + b"\n", good.replace(b'"n":1', b'"n":1.0'), b"[" * 50_000, good.replace(b"\xe5", b"\xff"), good.replace('"已停业"'.encode(), b'"\\ud800"')):  # fmt: skip
        assert both(JOINT, logs=[raw], head=None).valid is False


def test_the_register_has_each_in_its_place_and_what_is_missing_is_said() -> None:
    first, second = replaced(), substituted(2)
    files = [canonical(first), canonical(second)]
    both_in, one_in = entered(JOINT, [first, second]), entered(JOINT, [first])
    none: dict[str, Any] = {"head": None}
    assert both(JOINT, logs=files[::-1], register=both_in, **none).valid
    assert both(JOINT, logs=files, register=one_in, **none).valid is False
    assert both(JOINT, logs=files, register=entered(JOINT, [second, first]), **none).valid is False
    # The very same bytes are a second download, and count once; another file of the same number is none of the draw's.
    assert both(JOINT, logs=[files[0], files[0]], register=both_in, **none) == both(
        JOINT, logs=files[:1], register=both_in, **none
    )
    other = canonical({**first, "reason": "另有原因"})
    assert both(JOINT, logs=[files[0], other], register=both_in, **none).valid is False
    for logs, wanted in (
        ([], "changes after the draw not checked: 2 of the register's were not given"),
        (files[:1], "changes after the draw not checked: 1 of the register's were not given"),
        (files[1:], "log 2 not checked: one before it was not given"),
    ):
        said = both(JOINT, logs=logs, register=both_in, **none)
        assert said.valid and wanted in said.unchecked
    said = both(JOINT, logs=files, register=both_in, roster=None, **none)
    assert "log 1: who came in not checked: the roster was not given" in said.unchecked


def test_nothing_changes_after_a_void_draw() -> None:
    assert both(VECTORS["void"], logs=[canonical(replaced())], register=None, head=None).valid is False


def test_of_a_public_form_a_substitute_needs_its_pool() -> None:
    case = {**VECTORS["closed-joint"], "digest": VECTORS["closed-joint"]["public"]["proof"]}
    result = case["proof"]["result"][0]
    stratum = next(each for each in result["strata"] if each["drawn"] and each["reserve"])
    out, comes = stratum["drawn"][0], stratum["reserve"][0]
    logs = [log(case, 1, "substitute", result["list"], out, None, out, comes)]
    public = canonical(case["public"])
    assert judged(case, logs, proof=public).unchecked == judged(case, logs).unchecked
    said = judged(case, logs, proof=public, pools={})
    assert f"log 1: the substitute not checked: the pool of {result['list']} was not given" in said.unchecked
    wrong = [log(case, 1, "substitute", result["list"], out, None, out, stratum["reserve"][-1])]
    assert (judged(case, wrong, proof=public).valid is False) == (len(stratum["reserve"]) > 1)


@given(st.integers(0, 2**32))
@draws(60)
def test_random_chains_of_changes_are_followed_and_a_wrong_one_is_found(seed: int) -> None:
    chance = Random(seed)
    case = vector(chance)
    logs = some_changes(case, chance, 12)
    said = judged(case, logs)
    assert said.valid, said.reason
    if logs:
        wrong = [dict(each) for each in logs]
        one = chance.choice(wrong)
        key = chance.choice(["in", "out", "object", "slot", "list", "proof"])
        one[key] = chance.choice([each[key] for each in logs] + ["B0-1", "9199", 0, None])
        if wrong != logs:
            said = judged(case, wrong)
            # Of two empty slots of an object the other may well be filled by the same one.
            assert said.valid is False or key in ("object", "slot")


def test_the_seats_after_the_draw_are_those_of_the_proof() -> None:
    proof = JOINT["proof"]
    standing = Standing(proof, {}, None)
    assert standing._seats == seats_of(proof["plan"], proof["result"], proof["teams"], proof["unfilled"])
    needs = needs_of(proof["plan"], proof["result"])
    assert set(standing._of) == {(o, slot) for o, each in needs.items() for slot in range(len(each))}
