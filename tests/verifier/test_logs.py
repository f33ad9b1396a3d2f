"""The browser's verifier computes anew who comes in after the draw, and holds it against the register (R-D6)."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from onedoor.draws.rules import canonical, log_digest, make_entry, make_log, verify
from onedoor.draws.rules.wire.encoding import hash_function, tag
from tests.draws.test_hostile import changed
from tests.draws.vectors import GOLDEN, VECTORS, evidence, files, register, roster
from tests.standalone.both_verifiers import both
from tests.verifier.cases import Browser, case, judge, packed
from tests.verifier.three_verifiers import together

JOINT = VECTORS["joint"]
REPLACED = GOLDEN["misc"]["replace"]


def logs(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    made = []
    for n, change in enumerate(changes, 1):
        own = {
            "slot": None,
            "reason": "证件到期",
            "list_name": JOINT["proof"]["plan"]["lists"][0]["list"],
            **change,
        }
        made.append(dict(make_log(bytes.fromhex(JOINT["digests"]["proof"]), n, **own)))
    return made


def registered(made: list[dict[str, Any]]) -> bytes:
    digests = [log_digest("sha256", log) for log in made]  # type: ignore[arg-type]
    return register([*JOINT["register"], *entered(digests)])


def entered(digests: list[bytes]) -> list[Any]:
    """The entries of changes, after those of the draw."""
    entries = [JOINT["register"][-1]]
    for digest in digests:
        line, seq = entries[0]["line"], entries[0]["seq"]
        entries.append(make_entry(entries[-1], "2026-03-09T01:00:00Z", line, seq, "log", digest))
    return entries[1:]


def replacement(known: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "replace",
        "object_": known["object"],
        "slot": known["slot"],
        "out": known["out"],
        "into": known["in"],
    }


def substitution(place: int = 0) -> dict[str, Any]:
    for entry in JOINT["proof"]["result"]:
        for stratum in entry["strata"]:
            if stratum["drawn"] and len(stratum["reserve"]) > 1:
                out = stratum["drawn"][0]
                return {
                    "kind": "substitute", "object_": out, "out": out, "into": stratum["reserve"][place],
                    "list_name": entry["list"], "reason": "已停业，无法联系",
                }  # fmt: skip
    raise AssertionError


def test_each_published_replacement_is_found_again() -> None:
    every = [logs(replacement(known)) for known in REPLACED]
    asked = [case(JOINT, logs=[canonical(log) for log in made], register=registered(made)) for made in every]
    for verdict in judge(asked):
        assert verdict["valid"], verdict["fault"]
        assert {"code": "logs", "params": {"count": 1}} in verdict["done"]


def test_a_substitute_is_the_next_of_the_reserve_and_a_slot_of_its_own_is_filled() -> None:
    made = logs(substitution())
    [verdict] = judge([case(JOINT, logs=[canonical(log) for log in made], register=registered(made))])
    assert verdict["valid"], verdict["fault"]


def test_a_second_download_of_the_same_bytes_counts_once() -> None:
    """A browser names it log-1 (1).json: no forgery, nor is another file of the same number any the less one."""
    made = logs(replacement(REPLACED[0]))
    [raw], entries = [canonical(log) for log in made], registered(made)
    other = canonical({**made[0], "reason": "另有原因"})
    given: dict[str, Any] = {"register": entries, "head": None}
    for twice, right in (([raw, raw], True), ([raw, other], False)):
        assert both(JOINT, logs=twice, **given).valid is right
        assert judge([case(JOINT, logs=twice, **given)])[0]["valid"] is right
    heap = [
        ("proof", ".json", canonical(JOINT["proof"])),
        *((f"pool-{name}", ".txt", pool) for name, pool in files(JOINT).items()),
        ("roster", ".txt", roster(JOINT) or b""),
        ("log-1", ".json", raw),
    ]
    named = [("register.jsonl", entries)]
    for name, end, content in heap:
        named += [(f"{name}{end}", content), (f"{name} (1){end}", content)]
    [whole] = judge([{"heap": [(name, packed(content)) for name, content in named]}])
    assert whole["valid"], whole
    assert [each["n"] for each in whole["facts"]["logs"]] == [1]
    strange = [*named, ("pool-X (1).txt", next(iter(files(JOINT).values())) + b"x")]
    assert judge([{"heap": [(name, packed(content)) for name, content in strange]}]) == [{"refused": "files"}]


def test_which_of_several_files_is_none_is_said_by_all_three(browser: Browser) -> None:
    """Each is named as the reader named it, also where one cannot be read far enough to know its number."""
    made = logs(replacement(REPLACED[0]), substitution())
    first, second = (canonical(log) for log in made)
    for broken, answer in (
        (second + b"\n", "log file log-2.json: not canonical bytes"),
        (b"{", "log file log-2.json: not JSON"),
        (canonical({**made[1], "list": "a b"}), "log file log-2.json: list: "),
    ):
        for said in together(browser, JOINT, logs=[first, broken], register=registered(made), head=None):
            assert not said.valid and said.reason.startswith(answer), said
    other = canonical({**made[0], "reason": "另有原因"})
    for said in together(browser, JOINT, logs=[first, other], register=None, head=None):
        assert not said.valid and said.reason.startswith("log 1: "), said


@pytest.mark.parametrize(
    "change",
    [
        {**replacement(REPLACED[0]), "into": REPLACED[0]["fit"][-1]},
        {**replacement(REPLACED[0]), "out": "S09"},
        {**replacement(REPLACED[0]), "kind": "fill", "out": None},
        {**replacement(REPLACED[0]), "slot": 40},
        substitution(1),
    ],
    ids=["another comes", "another leaves", "not empty", "no slot", "not the next"],
)
def test_a_change_that_was_not_drawn_is_found(change: dict[str, Any]) -> None:
    made = logs(change)
    [verdict] = judge([case(JOINT, logs=[canonical(log) for log in made], register=registered(made))])
    assert not verdict["valid"] and verdict["fault"]["code"] == "log", verdict


def test_what_the_register_does_not_have_or_has_more_of_is_said() -> None:
    first, both = logs(replacement(REPLACED[0])), logs(replacement(REPLACED[0]), substitution())
    there = [canonical(log) for log in first]
    without, more = judge(
        [case(JOINT, logs=there), case(JOINT, logs=there, register=registered(both), head=None)]
    )
    assert not without["valid"] and without["fault"]["code"] == "log"
    assert more["valid"] and {"code": "logs", "message": "changes after the draw not checked: 1 of the register's were not given", "params": {"count": 1}} in more["unchecked"]  # fmt: skip


def test_of_changed_logs_the_house_s_rules_say_the_same() -> None:
    chance = Random(11)
    whole = logs(replacement(REPLACED[0]), substitution(), replacement(REPLACED[1]))
    asked, known = [], []
    for number in range(160):
        made = changed(whole, chance) if number else whole
        raws = [
            json.dumps(log, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            for log in made
        ]
        book = None
        if chance.random() < 0.7:
            book = register(
                [*JOINT["register"], *entered([tag(hash_function("sha256"), "log", raw) for raw in raws])]
            )
        fewer: dict[str, Any] = chance.choice([{}, {"roster": None}, {"pools": {}, "roster": None}])
        given = {"register": book, "head": None, **fewer}
        asked.append(case(JOINT, logs=raws, **given))
        known.append(verify(evidence(JOINT, logs=raws, **given)))
    for verdict, ours in zip(judge(asked), known, strict=True):
        assert verdict["valid"] == ours.valid, (verdict["fault"], ours.reason)
        assert not ours.valid or len(verdict["unchecked"]) == len(ours.unchecked)
