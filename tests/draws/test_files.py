"""Pools, rosters, plans and JSON: what is malformed is refused, with the reason and the line."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedoor.draws.rules import (
    Inspector,
    ProtocolError,
    Recusal,
    Row,
    build_pool,
    build_roster,
    canonical,
    check_plan,
    check_together,
    counts_by_status,
    counts_by_stratum,
    parse_json,
    parse_pool,
    parse_register,
    parse_roster,
    read_plan,
)
from onedoor.draws.rules.wire.encoding import parse_canonical
from onedoor.draws.rules.wire.sm3 import sm3
from tests.draws.vectors import SALT, VECTORS, firms

Z = bytes(range(32))
ROWS = [("91A", "A", 1, "E"), ("91B", "B", 1048576, "XCAP"), ("91C:2", "A", 7, "E")]
OPEN = b"onedoor-pool/1\t3\n91A\tA\t1\tE\n91B\tB\t1048576\tXCAP\n91C:2\tA\t7\tE\n"


def test_a_pool_is_the_copy_of_its_columns() -> None:
    assert build_pool(ROWS) == OPEN
    assert build_pool(ROWS, Z) == OPEN.replace(b"/1\t3\n", b"/1\t3\t" + Z.hex().encode() + b"\n")


def test_a_pool_read_back_has_its_rows() -> None:
    assert parse_pool(build_pool(ROWS, Z), "L").rows == [Row(*row) for row in ROWS]
    assert parse_pool(build_pool(ROWS, Z), "L").z == Z
    assert parse_pool(build_pool([]), "L").rows == []


@pytest.mark.parametrize(
    ("raw", "line", "what"),
    [
        (OPEN.replace(b"\t3\n", b"\t4\n"), "line 1", "header"),
        (OPEN.replace(b"\t3\n", b"\t03\n"), "line 1", "header"),
        (OPEN.replace(b"\t3\n", b"\t3\t\n"), "line 1", "header"),
        (OPEN.replace(b"\t3\n", b"\t3\t" + b"AB" * 32 + b"\n"), "line 1", "header"),
        (OPEN.replace(b"/1", b"/2"), "line 1", "header"),
        (b"\xef\xbb\xbf" + OPEN, "line 1", "byte order mark"),
        (b"", "", "LF"),
        (OPEN[:-1], "", "LF"),
        (OPEN.replace(b"\n", b"\r\n"), "line 1", "CR LF"),
        (OPEN.replace(b"91B", "厂".encode()), "line 3", "ASCII"),
        (OPEN.replace(b"91B", b"91b"), "line 3", "id"),
        (OPEN.replace(b"91B", b"91B:0"), "line 3", "id"),
        (OPEN.replace(b"91B", b"91B:1:1"), "line 3", "id"),
        (OPEN.replace(b"91B", b""), "line 3", "id"),
        (OPEN.replace(b"91B", b"91A"), "line 3", "ascend"),
        (OPEN.replace(b"91B", b"90B"), "line 3", "ascend"),
        (OPEN.replace(b"1048576", b"1048577"), "line 3", "weight"),
        (OPEN.replace(b"1048576", b"0"), "line 3", "weight"),
        (OPEN.replace(b"1048576", b"-1"), "line 3", "weight"),
        (OPEN.replace(b"1048576", b"9" * 5000), "line 3", "weight"),
        (OPEN.replace(b"XCAP", b"XCAP "), "line 3", "status"),
        (OPEN.replace(b"XCAP", b"XTOOLONGER"), "line 3", "status"),
        (OPEN.replace(b"XCAP", b"X"), "line 3", "status"),
        (OPEN.replace(b"\tB\t", b"\t.B\t"), "line 3", "stratum"),
        (OPEN.replace(b"\tB\t", b"\t" + b"B" * 33 + b"\t"), "line 3", "stratum"),
        (OPEN.replace(b"\tB\t", b"\t"), "line 3", "columns"),
        (OPEN.replace(b"\t3\n", b"\t4\n") + b"\n", "line 5", "columns"),
    ],
)
def test_a_malformed_pool_is_refused_with_its_line(raw: bytes, line: str, what: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        parse_pool(raw, "990100-SCJG")
    assert str(refused.value).startswith("pool of 990100-SCJG: ")
    assert line in str(refused.value) and what in str(refused.value)


@pytest.mark.parametrize(
    "rows",
    [
        [("91B", "A", 1, "E"), ("91A", "A", 1, "E")],
        [("91A", "A", 1, "E"), ("91A", "A", 1, "E")],
        [("91A", "A", 0, "E")],
        [("91A", "A", 1, "E\n91B\tA\t1\tE")],
    ],
)
def test_a_pool_is_not_built_of_malformed_rows(rows: list[Any]) -> None:
    with pytest.raises(ProtocolError, match="row"):
        build_pool(rows)


def test_counts_tell_who_was_left_out() -> None:
    """R-D2: who was left out, and why, is part of the pool."""
    rows = [
        ("1", "A", 2, "E"),
        ("2", "A", 9, "XGONE"),
        ("3", "A", 5, "XYEAR"),
        ("4", "A", 3, "E"),
        ("5", "B", 1, "XSCOPE"),
    ]
    pool = parse_pool(build_pool(rows), "L")
    assert counts_by_status(pool) == {"E": 2, "XGONE": 1, "XSCOPE": 1, "XYEAR": 1}
    a, b = counts_by_stratum(pool).values()
    assert (a.rows, a.in_scope, a.eligible, a.least_weight, a.greatest_weight) == (4, 3, 2, 2, 3)
    assert (b.rows, b.in_scope, b.eligible, b.least_weight, b.greatest_weight) == (1, 0, 0, 0, 0)


def test_a_code_never_stands_beside_its_place_even_in_another_list() -> None:
    whole, place = (
        parse_pool(build_pool([("91A", "A", 1, "E")]), "L"),
        parse_pool(build_pool([("91A:1", "A", 1, "E")]), "M"),
    )
    with pytest.raises(ProtocolError) as refused:
        check_together({"L": whole, "M": place})
    assert (refused.value.code, refused.value.params) == ("mixed-units", {"id": "91A"})


PEOPLE = [
    Inspector("S02", "B1", frozenset({"food", "boiler"}), True, 3),
    Inspector("S01", "B1", frozenset(), False, 0),
]
ROSTER = (
    b"onedoor-roster/1\t2\t"
    + b"00" * 32
    + b"\nS01\tB1\t\t0\t0\nS02\tB1\tboiler,food\t1\t3\n!\tS02\t91A\tKIN\n"
)


def test_a_roster_is_built_ascending_and_read_back() -> None:
    raw = build_roster(PEOPLE, [Recusal("S02", "91A", "KIN")], SALT)
    assert raw == ROSTER
    roster = parse_roster(raw)
    assert sorted(roster.inspectors.values()) == sorted(PEOPLE)
    assert roster.recused() == {("S02", "91A")}


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (ROSTER.replace(b"\t2\t", b"\t9\t"), "line 1"),
        (ROSTER.replace(b"00" * 32, b"00" * 31), "line 1"),
        (ROSTER.replace(b"\t0\t0\n", b"\t2\t0\n"), "line 2"),
        (ROSTER.replace(b"\t0\t0\n", b"\t0\t00\n"), "line 2"),
        (ROSTER.replace(b"boiler,food", b"food,boiler"), "line 3"),
        (ROSTER.replace(b"boiler,food", b"food,food"), "line 3"),
        (ROSTER.replace(b"boiler,food", b"food,"), "line 3"),
        (ROSTER.replace(b"S01", b"S03"), "line 3"),
        (ROSTER.replace(b"S02\tB1", b"S01\tB1"), "line 3: the inspector S01 stands twice"),
        (ROSTER.replace(b"!\tS02", b"!\tS09"), "line 4"),
        (ROSTER.replace(b"KIN", b"kin"), "line 4"),
        (ROSTER.replace(b"91A", b"91a"), "line 4"),
        (ROSTER + b"!\tS02\t91A\tKIN\n", "line 5"),
        (ROSTER + b"!\tS01\t91A\tKIN\n", "line 5"),
        (ROSTER + b"\n", "line 5"),
        (ROSTER[:-1], "LF"),
        (ROSTER.replace(b"KIN", "亲".encode()), "line 4"),
    ],
)
def test_a_malformed_roster_is_refused_with_its_line(raw: bytes, line: str) -> None:
    with pytest.raises(ProtocolError, match=f"roster.*{line}"):
        parse_roster(raw)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The plan of the joint vector with one value changed, or a key taken away (``...``)."""
    plan: Any = json.loads(json.dumps(VECTORS["joint"]["proof"]["plan"]))
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = plan
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return plan  # type: ignore[no-any-return]


HEX = "ab" * 32


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("v", "onedoor-draw/2"),
        ("line", "一号"),
        ("line", "a" * 65),
        ("line", ...),
        ("seq", 0),
        ("seq", 2),
        ("seq", True),
        ("seq", 2**32),
        ("prev", HEX),
        ("draw", ""),
        ("draw", "a\tb"),
        ("draw", "a\x7f"),
        ("draw", 7),
        ("draw", "e\u0301"),
        ("hash", "md5"),
        ("hash", []),
        ("closed", 0),
        ("lists", []),
        ("lists", {}),
        ("lists.0.mode", "best"),
        ("lists.0.quota", [["A", 1], ["A", 1]]),
        ("lists.0.quota", [["A", -1]]),
        ("lists.0.quota", [["A", 1.0]]),
        ("lists.0.quota", [["A"]]),
        ("lists.0.quota", {"A": 1}),
        ("lists.0.reserve", -1),
        ("lists.0.reserve", 2**53),
        ("lists.0.pool.digest", HEX.upper()),
        ("lists.0.pool.root", HEX + "00"),
        ("lists.0.pool.n", None),
        ("lists.0.pool.more", 1),
        ("lists.0.team.size", 0),
        ("lists.0.team.qualifications", ["fire department"]),
        ("lists.0.team.qualifications", None),
        ("lists.0.team", {}),
        ("lists.1.list", "990100-SCJG"),
        ("roster", None),
        ("roster", "00"),
        ("parties", []),
        ("parties.1.id", "运行平台"),
        ("parties.0.commit", HEX[:-1]),
        ("parties.0.id", ""),
        ("beacon", {"name": "drand", "round": 1, "time": "2026-03-02T01:09:00Z"}),
        ("beacon", {"name": "drand", "round": "1", "time": "2026-02-30T01:09:00Z"}),
        ("beacon", {"name": "drand", "round": "1", "time": "2026-03-02T01:09:60Z"}),
        ("beacon", {"name": "drand", "round": "1", "time": "2026-03-02T01:09:00+00:00"}),
        ("extra", 1),
    ],
)
def test_a_plan_out_of_shape_is_refused_and_the_place_is_named(path: str, value: Any) -> None:
    with pytest.raises(ProtocolError, match="plan"):
        check_plan(changed(path, value))


PLAN = json.dumps(VECTORS["joint"]["proof"]["plan"], ensure_ascii=False, indent=1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"mode": "uniform"', '"mode": "best"', r"lists\[0\].mode: must be uniform"),
        ('"seq": 1', '"seq": 0', "seq: must be an integer from 1"),
        ('"seq": 1', '"seq": 1.0', "1.0 is not an integer"),
        ('"seq": 1', '"seq": 1' + "0" * 5000, "2\\^53"),
        ('"seq": 1', '"seq": one', "not JSON at line"),
        ('"size": 2', '"size": 0', r"lists\[0\].team.size: must be"),
        ('"closed": false', '"more": 1, "closed": false', "the key 'more' does not belong"),
        ('"draw": "', '"draw": "e\u0301', "NFC"),
        ('"prev": null', '"prev": "00"', "prev: the first draw"),
        ('"commit": "', '"commit": "A', r"parties\[0\].commit: must be 32 bytes"),
        ('"name": "', '"more": "', "'more' does not belong"),
    ],
)
def test_a_plan_that_is_refused_has_its_line_named(old: str, new: str, message: str) -> None:
    beacon = '"beacon": {"name": "彩票",\n"round": "1", "time": "2026-03-02T01:09:00Z"}'
    plan = PLAN.replace('"beacon": null', beacon)
    assert read_plan(plan.encode())["beacon"]
    line = plan[: plan.index(old)].count("\n") + 1
    with pytest.raises(ProtocolError, match=f"^plan: .*{message}") as refused:
        read_plan(plan.replace(old, new, 1).encode())
    assert f"line {line}" in str(refused.value)


def test_of_a_key_twice_the_line_of_its_object_is_named() -> None:
    with pytest.raises(ProtocolError, match="^plan: line 32: a duplicate key 'size'"):
        read_plan(PLAN.replace('"size": 2', '"size": 2,\n\n"size": 2', 1).encode())


def test_a_plan_without_teams_has_no_roster() -> None:
    plan = changed("roster", HEX)
    for entry in plan["lists"]:
        entry["team"] = None
    with pytest.raises(ProtocolError, match="roster"):
        check_plan(plan)


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"", "not JSON"),
        (b"\xff", "UTF-8"),
        (b'\xef\xbb\xbf{"a":1}', "JSON"),
        ('{"a":1}'.encode("utf-16"), "UTF-8"),
        (b'{"a":1,"a":1}', "duplicate"),
        (b'{"a":1.0}', "integer"),
        (b'{"a":1e9}', "integer"),
        (b'{"a":NaN}', "integer"),
        (b'{"a":-Infinity}', "integer"),
        (b'{"a":9007199254740992}', "2\\^53"),
        (b'{"a":' + b"9" * 100_000 + b"}", "2\\^53"),
        (b"[" * 100_000, "nested"),
        (b"[" * 100 + b"]" * 100, "nested"),
        (b'{"a":' * 50_000, "nested"),
        (b'"\\ud800"', "U\\+D800"),
        ('{"é":1}'.encode(), "ASCII"),
        ('"e\u0301"'.encode(), "NFC"),
        (b'{"b":1,"a":1}', "canonical"),
        (b'{"a": 1}', "canonical"),
        (b'{"a":1}\n', "canonical"),
        (b'"\\u00e9"', "canonical"),
        (b'{"a":-0}', "canonical"),
    ],
)
def test_other_bytes_than_the_canonical_are_refused(raw: bytes, what: str) -> None:
    with pytest.raises(ProtocolError, match=f"^proof: .*{what}"):
        parse_canonical(raw, "proof")


def test_what_has_no_canonical_form_is_not_written() -> None:
    for value in (1.5, {1: 2}, {"a": b""}, 2**53, "\ud800", {"é": 1}):
        with pytest.raises(ProtocolError):
            canonical(value)


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.from_regex(r"[a-z一-龥\t]*", fullmatch=True),
    lambda inner: st.lists(inner) | st.dictionaries(st.from_regex(r"[a-z]+", fullmatch=True), inner),
    max_leaves=20,
)


@given(JSON)
def test_canonical_bytes_read_back_and_are_those_of_pythons_json(value: Any) -> None:
    raw = canonical(value)
    assert parse_canonical(raw, "it") == value
    assert raw == json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(raw: bytes) -> None:
    for read in (
        lambda: parse_json(raw, "it"),
        lambda: parse_pool(raw, "L"),
        lambda: parse_roster(raw),
        lambda: parse_register(raw),
    ):
        try:
            read()
        except ProtocolError as error:
            assert str(error)


@given(st.binary(max_size=200))
def test_our_sm3_is_that_of_openssl(data: bytes) -> None:
    assert sm3(data) == hashlib.new("sm3", data).digest()


def test_our_sm3_is_that_of_the_standard() -> None:
    """GB/T 32905-2016, appendix A."""
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_ten_thousand_rows_are_read_in_order() -> None:
    rows = firms(10_000)
    assert [tuple(row) for row in parse_pool(build_pool(rows), "L").rows] == rows
