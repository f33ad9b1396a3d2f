"""Where the three verifiers once disagreed: each says the stricter of what they said (R-D8)."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from onedoor.draws.rules import (
    Inspector,
    TeamRule,
    build_pool,
    build_roster,
    canonical,
    lot_of,
    make_proof,
    parse_pool,
)
from onedoor.draws.rules.wire import merkle
from onedoor.draws.rules.wire.encoding import hash_function
from tests.draws.builders import shown
from tests.draws.forgeries import STRANGERS, speaking
from tests.draws.vectors import NONCES, READ_ALIKE, VECTORS, files, firms, small_draw, small_plan
from tests.draws.vectors import roster as roster_of
from tests.verifier.cases import NODE, Browser
from tests.verifier.cases import case as case_of
from tests.verifier.three_verifiers import BARE, agreed, together

Z = bytes(range(32))
ROWS = [(f"91{i:03d}", "AB"[i % 2], 1 + i % 3, "E") for i in range(40)]
TEAM: dict[str, TeamRule] = {"L": {"bureau": "B1", "size": 2, "qualifications": []}}
PEOPLE = [Inspector(name, "B1", frozenset(), True, 9) for name in "AB"]


def copied(document: Any) -> Any:
    return json.loads(canonical(document))


def vector(made: Any, pools: dict[str, bytes], roster: bytes | None = None) -> dict[str, Any]:
    """A draw in the shape of a published vector."""
    texts = {name: raw.decode() for name, raw in pools.items()}
    return {**shown(made), "pools": texts, "roster": roster and roster.decode(), "register": [], "head": None}


def two_lists(z: bytes | None) -> tuple[dict[str, Any], dict[str, bytes]]:
    pools = {name: build_pool(ROWS, z) for name in ("L1", "L2")}
    made = small_draw(pools, {"L1": {"A": 3, "B": 3}, "L2": {"A": 4, "B": 2}}, reserve=1)
    return vector(made, pools), pools


@pytest.mark.parametrize("forged", ["two swapped", "another object", "substitute swapped in", "cutoff"])
@pytest.mark.parametrize("z", [None, Z], ids=["open", "closed"])
def test_tickets_are_checked_of_a_list_without_its_pool_once_they_can_be_computed(
    browser: Browser, z: bytes | None, forged: str
) -> None:
    """In a closed draw any of its pools gives the secret, and with it everybody's ticket."""
    case, pools = two_lists(z)
    one: dict[str, Any] = {"pools": {"L1": pools["L1"]}, **BARE}
    assert agreed(browser, case, **one).valid
    proof = copied(case["proof"])
    stratum = proof["result"][1]["strata"][0]
    drawn, reserve = stratum["drawn"], stratum["reserve"]
    if forged == "two swapped":
        drawn[0], drawn[1] = drawn[1], drawn[0]
    elif forged == "another object":
        drawn[2] = next(row[0] for row in ROWS if row[1] == "A" and row[0] not in drawn + reserve)
    elif forged == "substitute swapped in":
        drawn[-1], reserve[0] = reserve[0], drawn[-1]
    else:
        stratum["cutoff"] = "f" * 64
    assert not agreed(browser, case, **one, proof=canonical(proof)).valid


def test_whom_the_proof_lists_under_another_stratum_it_does_not_list(browser: Browser) -> None:
    """Two of the drawn change places; without the pool only the lot of one of them can tell."""
    pools = {"L": build_pool(ROWS)}
    case = vector(small_draw(pools, {"L": {"A": 3, "B": 3}}, mode="ratio"), pools)
    proof = copied(case["proof"])
    a, b = (stratum["drawn"] for stratum in proof["result"][0]["strata"])
    for id_ in (*a, *b):
        lot = canonical(lot_of(pools["L"], "L", id_))
        assert agreed(browser, case, lot=lot, pools={}, **BARE).drawn is True
    a[0], b[0] = b[0], a[0]
    for id_, drawn in ((a[0], None), (b[0], None), (a[1], True)):
        lot = canonical(lot_of(pools["L"], "L", id_))
        assert agreed(browser, case, proof=canonical(proof), lot=lot, pools={}, **BARE).drawn is drawn


def test_a_salt_that_is_not_the_objects_own_is_found_once_the_secret_is_known(browser: Browser) -> None:
    """The tree of the second list was made with a salt that suits: its own path leads to the root that was published."""
    pools = {name: build_pool(ROWS, Z) for name in ("L1", "L2")}
    plan = small_plan(pools, {name: {"A": 3, "B": 3} for name in pools})
    pool, salt = parse_pool(pools["L2"], "L2"), b"\1" * 32
    own = {each: lot_of(pools["L2"], "L2", each)["salt"] for each in pool.ids}
    h = hash_function("sha256")
    leaves = [
        merkle.leaf(h, line, bytes.fromhex(own[id_]) if at else salt)
        for at, (id_, line) in enumerate(zip(pool.ids, pool.lines(), strict=True))
    ]
    tree = merkle.levels(h, leaves)
    plan["lists"][1]["pool"]["root"] = tree[-1][0].hex()
    case = vector(make_proof(plan, pools, None, NONCES, [], own_roots=True), pools)
    lot = {
        **lot_of(pools["L2"], "L2", pool.ids[0]),
        "path": [node.hex() for node in merkle.path(tree, 0)],
        "salt": salt.hex(),
    }
    for form in ("proof", "public"):
        given: dict[str, Any] = {"proof": canonical(case[form]), "lot": canonical(lot), **BARE}
        alone = agreed(browser, case, **given, pools={})
        # The whole proof names the drawn by their tickets, which a wrong salt changes; at times it changes nothing.
        assert alone.valid is (alone.drawn is not None)
        assert not agreed(browser, case, **given, pools={"L1": pools["L1"]}).valid


def public_form(quota: int, size: int = 2) -> tuple[dict[str, Any], dict[str, bytes]]:
    pools = {"L": build_pool(ROWS, Z), "M": build_pool(ROWS, Z)}
    roster = build_roster(PEOPLE, [], bytes(32))
    quotas = {"L": {"A": quota, "B": quota}, "M": {"A": 1, "B": 1}}
    return vector(small_draw(pools, quotas, teams=TEAM, roster_raw=roster), pools, roster), pools


@pytest.mark.parametrize("quota", [0, 2])
def test_a_public_form_s_digest_is_computed_from_all_pools_also_without_the_roster(
    browser: Browser, quota: int
) -> None:
    """The pools give the order of the tickets, in which the proof behind it has its teams."""
    case, pools = public_form(quota)
    public = copied(case["public"])
    forged = canonical({**public, "proof": "ab" * 32})
    none: dict[str, Any] = {"roster": None, **BARE}
    whole = agreed(browser, case, proof=canonical(public), **none)
    assert whole.valid and not any("digest" in remark for remark in whole.unchecked)
    assert not agreed(browser, case, proof=forged, **none).valid
    some = agreed(browser, case, proof=forged, **none, pools={"L": pools["L"]})
    assert some.valid and "the proof's digest not checked: it needs more of the pools" in some.unchecked
    if quota:
        public["teams"][0]["team"].reverse()
        assert not agreed(browser, case, proof=canonical(public), **none).valid


def test_a_void_draw_s_public_form_needs_one_of_its_pools(browser: Browser) -> None:
    pools = {name: build_pool(ROWS, Z) for name in ("L1", "L2")}
    plan = small_plan(pools, {name: {"A": 3, "B": 3} for name in pools})
    withheld = {**NONCES, "justice": None}
    case = vector(make_proof(plan, pools, None, withheld, [], void="没有揭示"), pools)
    one: dict[str, Any] = {"pools": {"L2": pools["L2"]}, **BARE}
    public = copied(case["public"])
    said = agreed(browser, case, proof=canonical(public), **one)
    assert said.valid and not any("digest" in remark for remark in said.unchecked)
    forged = canonical({**public, "proof": "ab" * 32})
    assert not agreed(browser, case, proof=forged, **one).valid
    assert agreed(browser, case, proof=forged, pools={}, **BARE).valid


@pytest.mark.parametrize(
    ("cap", "right"),
    [("9" * 9, True), ("1" + "0" * 9, True), (str(2**53 - 1), True), (str(2**53), False), ("9" * 16, False)],
)
def test_a_cap_is_a_whole_number_below_2_to_the_53(browser: Browser, cap: str, right: bool) -> None:
    pools = {"L": build_pool(firms(6))}
    roster = build_roster(PEOPLE, [], bytes(32)).replace(b"\t9\nB\t", f"\t{cap}\nB\t".encode())
    plan = small_plan(pools, {"L": {"A": 2}}, teams=TEAM, roster_raw=roster)
    if right:
        case = vector(make_proof(plan, pools, roster, NONCES, []), pools, roster)
    else:  # Nothing is wrong with a void draw but its roster.
        known = vector(small_draw(pools, {"L": {"A": 2}}), pools, roster)
        nothing: dict[str, Any] = {
            "result": [],
            "teams": [],
            "unfilled": [],
            "seed": None,
            "void": "没有揭示",
        }
        said = [("operator", NONCES["operator"].hex()), ("justice", None)]
        case = {**known, "proof": {**known["proof"], "plan": plan, "reveals": said, **nothing}}
        assert agreed(browser, case, roster=None, **BARE).valid
    assert agreed(browser, case, **BARE).valid is right


def test_a_giant_team_is_refused_at_once_for_its_number(browser: Browser) -> None:
    """There is no most to the slots of a draw but that the proof has them all, filled or not."""
    pools = {"L": build_pool(firms(6))}
    roster = build_roster(PEOPLE, [], bytes(32))
    case = vector(small_draw(pools, {"L": {"A": 2}}, teams=TEAM, roster_raw=roster), pools, roster)
    proof = canonical(case["proof"]).replace(b'"size":2', b'"size":9007199254740991')
    assert not agreed(browser, case, proof=proof, **BARE).valid


def test_a_noted_entry_that_no_register_was_given_for_is_said_to_be_unchecked(browser: Browser) -> None:
    noted = (3, b"\1" * 32)
    said = agreed(browser, VECTORS["joint"], register=None, head=noted)
    assert said.valid
    assert {each for each in said.unchecked if "register" in each or "noted" in each} == {
        "precedence not checked: no register was given",
        "the noted entry not compared: no register was given",
    }
    assert not agreed(browser, VECTORS["joint"], head=noted).valid


JOINT = VECTORS["joint"]
POOLS, ROSTER = files(JOINT), roster_of(JOINT) or b""
NAME = next(iter(POOLS))
ENDS = len(POOLS[NAME].splitlines()), len(ROSTER.splitlines())


def at_line(raw: bytes, number: int, old: bytes, new: bytes) -> bytes:
    """The file with something else in one of its lines."""
    lines = raw.split(b"\n")
    assert old in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(old, new, 1)
    return b"\n".join(lines)


@pytest.mark.parametrize(
    ("line", "raw", "message"),
    [
        (1, POOLS[NAME].replace(b"\n", b"\r\n"), "CR LF.*download"),
        (1, b"\xef\xbb\xbf" + POOLS[NAME], "byte order mark.*download"),
        (ENDS[0], POOLS[NAME][:-1], "LF.*download"),
        (7, at_line(POOLS[NAME], 7, b"\t", b"\r\t"), "CR"),
        (5, at_line(POOLS[NAME], 5, b"9", b"\xff"), ""),
        (6, at_line(POOLS[NAME], 6, b"\t1\t", b"\t0\t"), ""),
        (4, at_line(POOLS[NAME], 4, b"9", b"1"), "ascend"),
        (1, at_line(POOLS[NAME], 1, b"\t", b"\t1"), "header"),
    ],
    ids=["CRLF", "byte order mark", "no LF", "a stray CR", "a stray byte", "a weight", "the order", "the count"],
)  # fmt: skip
def test_of_a_changed_pool_each_names_the_line(browser: Browser, line: int, raw: bytes, message: str) -> None:
    """An editor or a mail program leaves such files; who has one is told what to do."""
    for said in together(browser, JOINT, pools={**POOLS, NAME: raw}, **BARE):
        assert not said.valid and f": line {line}: " in said.reason, said
        assert re.search(message, said.reason), said


@pytest.mark.parametrize(
    ("line", "raw", "message"),
    [
        (1, ROSTER.replace(b"\n", b"\r\n"), "CR LF.*download"),
        (1, b"\xef\xbb\xbf" + ROSTER, "byte order mark.*download"),
        (ENDS[1], ROSTER[:-1], "LF.*download"),
        (3, at_line(ROSTER, 3, b"\t", b"\xff\t"), ""),
        (4, at_line(ROSTER, 4, ROSTER.split(b"\n")[3], ROSTER.split(b"\n")[2]), ""),
        (2, at_line(ROSTER, 2, b"\t", b" "), ""),
        (1, at_line(ROSTER, 1, b"\t", b"\t99"), "header"),
    ],
    ids=["CRLF", "byte order mark", "no LF", "a stray byte", "twice", "a column", "the count"],
)  # fmt: skip
def test_of_a_changed_roster_each_names_the_line(
    browser: Browser, line: int, raw: bytes, message: str
) -> None:
    for said in together(browser, JOINT, roster=raw, **BARE):
        assert not said.valid and f": line {line}: " in said.reason, said
        assert re.search(message, said.reason), said


def test_of_a_sound_file_that_is_another_each_says_so(browser: Browser) -> None:
    pool = POOLS[NAME].replace(b"\tE\n", b"\tXYEAR\n", 1)
    for said in together(browser, JOINT, pools={**POOLS, NAME: pool}, **BARE):
        assert "not the one that was published" in said.reason and "line" not in said.reason
    other = build_roster(PEOPLE, [], bytes(32))
    for said in together(browser, JOINT, roster=other, **BARE):
        assert "that was published" in said.reason and "line" not in said.reason


def test_each_says_in_which_stratum_and_at_whom_it_found_something_else(browser: Browser) -> None:
    """A list can have thousands of objects: who doubts must know where to look."""
    result, teams = copied(JOINT["proof"]), copied(JOINT["proof"])
    stratum = next(each for each in result["result"][1]["strata"] if each["drawn"] and each["reserve"])
    stratum["drawn"][-1], stratum["reserve"][0] = stratum["reserve"][0], stratum["drawn"][-1]
    where = f"'result' of {result['result'][1]['list']}, stratum {stratum['stratum']}, differs"
    for said in together(browser, JOINT, proof=canonical(result), **BARE):
        assert where in said.reason, said
    one, other = (each for each in teams["teams"][:2])
    pair = [one["team"][0], other["team"][0]]
    pair[0]["inspector"], pair[1]["inspector"] = pair[1]["inspector"], pair[0]["inspector"]
    for said in together(browser, JOINT, proof=canonical(teams), **BARE):
        assert f"differs from the recomputation at {one['object']}" in said.reason, said


def test_an_older_register_is_told_from_one_that_was_changed(browser: Browser) -> None:
    """Who noted an entry since the files were published does not cry tampering, and whose entry is another does."""
    last = len(JOINT["register"])
    assert last
    for said in together(browser, JOINT, head=(last + 3, bytes(32))):
        assert (
            f"it ends at {last}, before the noted {last + 3}: take the register as it is now" in said.reason
        )
    for said in together(browser, JOINT, head=(1, bytes(32))):
        assert "the noted head is not in this register: its entry 1 is another" in said.reason


@pytest.mark.parametrize("spoken", [b"", b"03 07 12"], ids=["without a beacon", "with a beacon"])
def test_what_another_seed_is_made_of_and_where_to_look_is_said(browser: Browser, spoken: bytes) -> None:
    """A text that was changed afterwards is no change of the seed: its reader learns what else it may be."""
    pools = {"L": build_pool(ROWS)}
    plan = small_plan(pools, {"L": {"A": 3, "B": 3}})
    if spoken:
        plan["beacon"] = {"name": "彩票", "round": "7期", "time": "2026-03-02T03:00:00Z"}
    known = vector(make_proof(plan, pools, None, NONCES, [("甲", "平安")], spoken), pools)
    proof = copied(known["proof"])
    proof["witness"] = [["甲", "平安。"]]
    if spoken:
        result = "nonces, texts and beacon give: compare the first three with the register, the beacon with its source"
    else:
        result = "nonces and texts give: compare plan and texts with the register"
    for said in together(browser, known, proof=canonical(proof), **BARE):
        assert said.reason == f"'seed' differs from what plan, {result}"


@pytest.mark.parametrize(("spoken", "message"), [(b"03 07 12", "03 07 12"), (b"\xab03 07", "ab3033203037")])
def test_what_a_lottery_said_is_shown_as_it_was_printed(
    browser: Browser, spoken: bytes, message: str
) -> None:
    """Nobody compares the hex of its letters with an announcement; an output in hex stays as it is."""
    pools = {"L": build_pool(ROWS)}
    plan = small_plan(pools, {"L": {"A": 3, "B": 3}})
    plan["beacon"] = {"name": "彩票（号码3个，每个2位）", "round": "7期", "time": "2026-03-02T03:00:00Z"}
    known = vector(make_proof(plan, pools, None, NONCES, [], spoken), pools)
    compare = f"beacon not checked: compare {message} with 彩票（号码3个，每个2位）, round 7期, "
    assert any(each.startswith(compare) for each in agreed(browser, known, **BARE).unchecked)
    verdict = browser.judge(case_of(known, **BARE))
    assert verdict["valid"], verdict["fault"]
    (said,) = (each for each in verdict["unchecked"] if each["code"] == "beacon")
    assert said["params"]["value"] == message


def test_files_of_all_vectors_get_one_verdict(browser: Browser) -> None:
    for known in VECTORS.values():
        assert agreed(browser, known).valid
        assert agreed(browser, known, pools=dict([*files(known).items()][:1]), roster=None).valid


@pytest.mark.parametrize("text", [*STRANGERS.values()], ids=[*STRANGERS])
def test_a_text_that_not_everybody_reads_alike_is_in_no_proof(browser: Browser, text: str) -> None:
    """Each names the character. A verifier of another Unicode would else say the contrary of the same files."""
    for said in together(browser, speaking(f"公开公正 {text}"), **BARE):
        assert said.valid is False and "none of the protocol's characters" in said.reason, said


FIT = "公正 é à 々〇 𠮷𰻝 ཀི ᠮᠣ ئۇيغۇر ꆈꌠ ᥖᥭ 한글 Ωж ①②③ ℃ ㎡ “”…—— 👍🏻❤️👨‍👩‍👧🇨🇳"


def test_what_people_write_in_china_is_fit(browser: Browser) -> None:
    assert agreed(browser, speaking(FIT), **BARE).valid


ALIKE = """
import { createHash } from "node:crypto";
import { stranger } from "./platform/onedoor/web/static/src/verifier/characters.js";
const read = createHash("sha256");
for (let n = 0; n < 0x110000; n++) {
  const char = String.fromCodePoint(n);
  if (stranger(char)) continue;
  for (const text of [char, `a${char}\\u0323`, `a\\u0345${char}`]) read.update(text.normalize("NFC"));
}
console.log(read.digest("hex"));
"""


def test_the_characters_are_those_of_the_others_and_read_as_they_read_them() -> None:
    """What stands beside it in tests/standalone asks every Python there is the same."""
    said = subprocess.run(
        [NODE, "--input-type=module", "-e", ALIKE], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == READ_ALIKE
