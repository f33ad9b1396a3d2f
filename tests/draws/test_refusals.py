"""What the rules refuse or leave open that no draw of the other tests happens to meet: one case each."""

from __future__ import annotations

import copy
import hashlib
import inspect
import io
import json
import marshal
import sys
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from onedoor.draws.rules import (
    Inspector,
    assignment,
    build_pool,
    build_roster,
    canonical,
    parse_pool,
    parse_roster,
    plan_list,
    pool_face,
    pool_lines,
    verify,
)
from onedoor.draws.rules import pool as pool_rules
from onedoor.draws.rules.beacons import BeaconRule
from onedoor.draws.rules.change_logs import Standing
from onedoor.draws.rules.changes import make_log
from onedoor.draws.rules.comparison import check_placed
from onedoor.draws.rules.deadlines import Days, due
from onedoor.draws.rules.forecast.cautions import warnings_of
from onedoor.draws.rules.forecast.counts import Counts
from onedoor.draws.rules.forecast.doors import independent_doors
from onedoor.draws.rules.forecast.feasibility import feasibility
from onedoor.draws.rules.forecast.quotas import Quota
from onedoor.draws.rules.forecast.rates import quotas_of
from onedoor.draws.rules.lot import check_lot, is_drawn, lot_of, lots_of
from onedoor.draws.rules.partial_checks import check_teams
from onedoor.draws.rules.plan import read_plan
from onedoor.draws.rules.proof import read_pools, read_roster
from onedoor.draws.rules.proof_shape import check_public, is_public
from onedoor.draws.rules.seed import commit
from onedoor.draws.rules.teams import Assignment
from onedoor.draws.rules.wire import json_positions, pool_sweeps, second_process
from onedoor.draws.rules.wire.errors import ProtocolError
from onedoor.draws.rules.wire.sm3 import SM3
from tests.draws.builders import some_changes, vector, voided
from tests.draws.test_before_and_after import lists_of, staff
from tests.draws.vectors import VECTORS, evidence, files, roster

JOINT, CLOSED = VECTORS["joint"], VECTORS["closed-joint"]
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def refused(vector: Any, **other: Any) -> str:
    verdict = verify(evidence(vector, **other))
    assert not verdict.valid
    return str(verdict.reason)


def changed(vector: Any, *steps: Any, value: Any) -> Any:
    other = copy.deepcopy(vector)
    inner = other["proof"]
    for step in steps[:-1]:
        inner = inner[step]
    inner[steps[-1]] = value
    return other


def test_a_rate_of_all_draws_all_and_one_of_another_shape_is_refused() -> None:
    counts = {"A": Counts(eligible=3, in_scope=4)}
    assert quotas_of(counts, {"*": {"all": True}}) == {"A": Quota(3, 0)}
    with pytest.raises(ProtocolError, match="basis points, a number or all"):
        quotas_of(counts, {"A": {"number": -1}})


def test_a_draw_that_is_over_has_no_step_that_ends() -> None:
    days = Days(1, 1, 1, 1)
    ended = due(
        state="drawn", created_at=NOON, opened_at=NOON, closed_at=NOON, announced=None, reveals_due=None,
        registered=True, speaks_at=None, days=days,
    )  # fmt: skip
    assert ended is None


def test_a_draw_may_take_as_long_as_all_its_steps_together() -> None:
    assert Days(freeze=7, texts=2, reveal=3, beacon=1).together == timedelta(days=13)


def test_cautions_are_of_lists_whose_pool_is_given() -> None:
    assert warnings_of(JOINT["proof"]["plan"], {}) == []


def test_the_doors_of_one_list_are_its_quotas() -> None:
    plan: Any = {"lists": [{"list": "L", "quota": [("A", 2), ("B", 3)]}]}
    assert independent_doors(plan, {}) == Fraction(5)


def test_of_very_many_lists_the_single_ones_the_leaders_and_all_are_looked_at() -> None:
    lists, pools = lists_of(*[1] * 8, bureaus="B" * 8, skills=[()] * 8)
    said = feasibility(lists, pools, staff(("S1", True, 3), ("S2", True, 3)))
    assert [(one.slots, one.room) for one in said.shortages] == [(16, 6)]
    without = plan_list("N", lists[0]["pool"], [("A", 1)], reserve=0)
    assert feasibility([without, *lists[:1]], pools, staff(("S1", True, 3), ("S2", True, 3))) == ([], [])


def test_where_all_are_recused_alike_the_object_is_not_named_beside_the_list() -> None:
    lists, pools = lists_of(1)
    people = staff(("S1", True, 1), recusals=[("S1", lists_of(1)[1]["L0"].ids[0])])
    assert all(one.object is None or one.fit < one.wanted for one in feasibility(lists, pools, people).narrow)


def test_a_change_of_another_kind_is_not_written() -> None:
    with pytest.raises(ProtocolError, match="substitute, replace or fill"):
        make_log(
            bytes(32), 1, "swap", list_name="L", object_="91990100008771776W", slot=0, out=None, into="S", reason="x"  # type: ignore[arg-type]
        )  # fmt: skip


def test_teams_that_are_others_are_named() -> None:
    own = Assignment(teams=[{"object": "A", "team": []}], unfilled=[])
    said: Any = [{"object": "A", "team": [{"bureau": "B", "inspector": "S", "lead": 1}]}]
    with pytest.raises(ProtocolError, match="differs from the recomputation at A"):
        check_placed(own, said, [])


def test_lots_out_of_shape_or_of_another_list_are_refused() -> None:
    name, raw = next(iter(files(JOINT).items()))
    pool = parse_pool(raw, name)
    lot = lot_of(raw, name, pool.ids[0])
    with pytest.raises(ProtocolError, match="is not in the pool"):
        list(lots_of(pool, name, ["91990100MA0000000X"]))
    with pytest.raises(ProtocolError, match="too long"):
        check_lot({**lot, "path": ["00" * 32] * 65})
    with pytest.raises(ProtocolError, match="has no list"):
        is_drawn(JOINT["proof"], {**lot, "list": "nobody"})
    with pytest.raises(ProtocolError, match="must be text"):
        check_lot({**lot, "line": 7})
    with pytest.raises(ProtocolError, match="the version"):
        check_lot({**lot, "v": "onedoor-lot/9"})


def test_a_lot_that_the_proof_contradicts_is_refused() -> None:
    """An eligible object of a stratum without a quota, and a list of the drawn that leaves one out."""
    name = JOINT["proof"]["plan"]["lists"][0]["list"]
    raw = files(JOINT)[name]
    ids = parse_pool(raw, name).ids
    drawn = next(id_ for id_ in ids if is_drawn(JOINT["proof"], lot_of(raw, name, id_)))
    without = copy.deepcopy(JOINT["proof"])
    for stratum in without["result"][0]["strata"]:
        stratum["drawn"] = []
    with pytest.raises(ProtocolError, match="contradict"):
        is_drawn(without, lot_of(raw, name, drawn))
    bare = copy.deepcopy(JOINT["proof"])
    bare["result"][0]["strata"] = []
    with pytest.raises(ProtocolError, match="no quota"):
        is_drawn(bare, lot_of(raw, name, drawn))


def test_missing_files_are_named() -> None:
    with pytest.raises(ProtocolError, match="is missing"):
        read_pools(JOINT["proof"]["plan"], {})
    with pytest.raises(ProtocolError, match="the roster is missing"):
        read_roster(JOINT["proof"]["plan"], None)


def test_the_public_form_is_known_by_its_version_and_is_of_closed_draws_alone() -> None:
    assert is_public(CLOSED["public"]) and not is_public(CLOSED["proof"]) and not is_public([])
    opened = copy.deepcopy(CLOSED["public"])
    opened["plan"]["closed"] = False
    with pytest.raises(ProtocolError, match="open draw"):
        check_public(opened)


def test_a_nonce_has_32_bytes() -> None:
    with pytest.raises(ProtocolError, match="32 bytes"):
        commit("sha256", "R-1", 1, "抽", "P", bytes(31))


def test_a_void_draw_has_no_teams_and_its_silent_source_stays_unchecked() -> None:
    chance = Random("void")
    case = next(one for one in iter(lambda: vector(chance), None) if one["proof"]["plan"]["beacon"])
    case = voided(case, chance)
    said = verify(evidence(case, register=None))
    assert said.valid and any("did not speak" in one for one in said.unchecked)
    assert "empty in a void draw" in refused(changed(case, "unfilled", value=[["A", 0]]), register=None)


def test_a_public_form_with_another_digest_and_a_noted_entry_without_a_register() -> None:
    other = {**CLOSED["public"], "proof": "00" * 32}
    assert "not the digest of this draw's proof" in refused(CLOSED, proof=canonical(other))
    said = verify(evidence(JOINT, register=None, head=(1, bytes(32))))
    assert said.valid and "the noted entry not compared: no register was given" in said.unchecked


def test_steps_that_lead_nowhere_end_where_they_still_led() -> None:
    text = '{"a": {"b": 1}}'
    assert json_positions.place_of(text, ["a", "x"]) == text.index('{"b"')


def test_a_plan_that_is_nested_beyond_reason_is_refused_without_a_line() -> None:
    deep = json.dumps({**JOINT["proof"]["plan"], "beacon": "@"}).replace('"@"', "[" * 60 + "]" * 60)
    with pytest.raises(ProtocolError):
        read_plan(deep.encode())


def test_sm3_goes_on_from_any_place_and_serves_where_openssl_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = SM3(b"ab")
    other = begun.copy()
    begun.update(b"c")
    assert begun.digest().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert other.digest() != begun.digest()

    def lacking(name: str, *_data: bytes) -> Any:
        raise ValueError(name)

    # An OpenSSL that was built without it.
    monkeypatch.setattr(hashlib, "new", lacking)
    pool_sweeps.hashing.cache_clear()
    try:
        assert pool_sweeps.hashing("sm3") is SM3
        with pytest.raises(ValueError, match="md6"):
            pool_sweeps.hashing("md6")
    finally:
        pool_sweeps.hashing.cache_clear()


def test_processors_are_counted_where_a_machine_says_less(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """A machine without affinity, and one that does not show its groups."""
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    assert second_process.processors() >= 1
    monkeypatch.setattr(second_process, "CGROUPS", tmp_path)
    (tmp_path / "cpu.max").write_text("50000 100000")
    assert second_process.processors() == 1
    monkeypatch.setattr(second_process, "Path", lambda _path: tmp_path / "nothing")
    assert second_process._shares() == []


def test_a_file_with_fewer_lines_than_a_run_is_not_divided() -> None:
    assert second_process._middle(b"a\n" * 10, 0) == 0


def test_an_object_with_people_enough_is_not_named_though_one_is_recused() -> None:
    lists, pools = lists_of(1)
    object_ = pools["L0"].ids[0]
    people = staff(*((f"S{n}", True, 9) for n in range(4)), recusals=[("S1", object_)])
    assert feasibility(lists, pools, people).narrow == []


def test_words_of_another_source_are_refused() -> None:
    rule = BeaconRule("源", "1", "2026-03-02T13:15:00Z", "hex", 4)
    assert rule.read("0xDEADBEEF") == "deadbeef" and rule.words() == "十六进制输出，4字节"
    with pytest.raises(ProtocolError, match="not 4 bytes in hex"):
        rule.read("dead")


def test_a_standing_tells_who_sits_where_and_who_comes_next() -> None:
    chance = Random("standing")
    while True:
        case = vector(chance)
        if len(case["proof"]["result"]) == len(case["proof"]["plan"]["lists"]) and some_changes(
            copy.deepcopy(case), chance, 3
        ):
            break
    people = roster(case)
    standing = Standing(case["proof"], {}, parse_roster(people) if people else None)
    assert standing.seat("91990100MA0000000X", 0) is None
    for (object_, slot), inspector in standing.seats.items():
        seat = standing.seat(object_, slot)
        assert seat is not None and seat.inspector == inspector and seat.times == 0
        assert slot in standing.places(seat.list_name, object_)
    for claimed in case["proof"]["result"]:
        for stratum in claimed["strata"]:
            assert standing.reserve(claimed["list"], stratum["stratum"]) == stratum["reserve"]
            for id_ in stratum["drawn"]:
                assert standing.stratum(claimed["list"], id_) == stratum["stratum"]
    assert standing.stratum("nobody", "91990100MA0000000X") is None and standing.reserve("nobody", "A") == []


def test_a_substitute_that_is_drawn_already_and_a_slot_that_is_not_there_are_refused() -> None:
    chance = Random("twice")
    case = next(
        one
        for one in iter(lambda: vector(chance), None)
        if not one["proof"]["plan"]["closed"]
        and any(len(s["drawn"]) > 1 for entry in one["proof"]["result"] for s in entry["strata"])
    )
    people = roster(case)
    standing = Standing(case["proof"], {}, parse_roster(people) if people else None)
    entry = next(e for e in case["proof"]["result"] if any(len(s["drawn"]) > 1 for s in e["strata"]))
    one, other = next(s["drawn"][:2] for s in entry["strata"] if len(s["drawn"]) > 1)
    log: Any = {
        "n": 1,
        "kind": "substitute",
        "list": entry["list"],
        "object": one,
        "slot": None,
        "out": one,
        "in": other,
    }
    with pytest.raises(ProtocolError, match="drawn for the list .* already"):
        standing.apply(log)
    seat: Any = {
        "n": 1,
        "kind": "fill",
        "list": entry["list"],
        "object": one,
        "slot": 99,
        "out": None,
        "in": "S",
    }
    with pytest.raises(ProtocolError, match="has no slot 99"):
        standing.apply(seat)


def test_teams_with_a_person_twice_or_beyond_the_cap_are_refused() -> None:
    plan: Any = {"lists": [{"list": "L", "team": {"bureau": "B", "size": 2, "qualifications": []}}]}
    people = staff(("S1", True, 1), ("S2", True, 9))
    twice: Any = [{"object": "A", "team": [{"bureau": "B", "inspector": "S2", "lead": n} for n in (1, 0)]}]
    with pytest.raises(ProtocolError, match="stands twice"):
        check_teams(plan, [["A"]], twice, [], str, people)
    often: Any = [
        {
            "object": id_,
            "team": [{"bureau": "B", "inspector": who, "lead": n} for who, n in (("S1", 1), ("S2", 0))],
        }
        for id_ in ("A", "B")
    ]
    with pytest.raises(ProtocolError, match="than its cap"):
        check_teams(plan, [["A", "B"]], often, [], str, people)


def test_a_pool_line_with_other_columns_is_said() -> None:
    sound = build_pool([("91990100MA0000001A", "A", 1, "E"), ("91990100MA0000002A", "A", 1, "E")], None)
    for spoilt, what in (
        (sound.replace(b"\tE\n", b"\tE\tE\n", 1), "5 columns, not 4"),
        (sound.replace(b"0001A", b"0009A"), "ascend"),
    ):
        with pytest.raises(ProtocolError, match=what):
            parse_pool(spoilt, "L")
    assert pool_face("sha256", parse_pool(sound, "L"))["n"] == 2


@pytest.mark.parametrize(
    ("state", "registered", "speaks", "reveals_due", "ends"),
    [
        ("frozen", False, None, None, 1),
        ("frozen", False, None, 0, 0),
        ("open", True, None, None, 2),
        ("open", True, None, 1, 1),
        ("closed", True, None, None, 3),
        ("closed", True, 5, None, 9),
        ("closed", False, 5, 4, 4),
    ],
)
def test_each_step_ends_on_its_day(
    state: str, registered: bool, speaks: int | None, reveals_due: int | None, ends: int
) -> None:
    """Days: one for the freeze, two for texts, three for reveals, four to read the source; nothing beyond what the source leaves."""

    def on(day: int | None) -> datetime | None:
        return None if day is None else NOON + timedelta(days=day)

    found = due(
        state=state, created_at=NOON, opened_at=NOON, closed_at=NOON, announced=None, reveals_due=on(reveals_due),
        registered=registered, speaks_at=on(speaks), days=Days(1, 2, 3, 4),
    )  # fmt: skip
    assert found == on(ends)


def test_numbers_of_a_lottery_are_read_as_printed() -> None:
    rule = BeaconRule("彩票", "1", "2026-03-02T13:15:00Z", "numbers", 3, 2)
    assert "号码3个" in rule.words() and rule.in_plan()["name"].startswith("彩票（")
    assert rule.read("01 02，03") == rule.read("010203") == "01 02 03"
    assert rule.bytes_of("01 02 03") == b"01 02 03"
    with pytest.raises(ProtocolError, match="not 3 numbers of 2 digits"):
        rule.read("1 2 3")


def test_unfilled_that_are_others_are_refused() -> None:
    own = Assignment(teams=[], unfilled=[("A", 0)])
    with pytest.raises(ProtocolError, match="'unfilled' differs"):
        check_placed(own, [], [("A", 1)])


def test_a_salt_that_is_not_the_objects_is_refused() -> None:
    name, raw = next(iter(files(CLOSED).items()))
    pool = parse_pool(raw, name)
    lot = lot_of(raw, name, pool.ids[0])
    assert pool.z is not None
    with pytest.raises(ProtocolError, match="not this object's"):
        is_drawn(CLOSED["proof"], {**lot, "salt": "00" * 32}, pool.z)


def test_a_reserve_that_is_exhausted_is_said() -> None:
    chance = Random("exhausted")
    case = next(
        one
        for one in iter(lambda: vector(chance), None)
        if any(
            s["drawn"] and not s["reserve"]
            for e in one["proof"]["result"]
            for s in e["strata"]
            if "drawn" in s
        )
    )
    entry = next(
        e for e in case["proof"]["result"] if any(s.get("drawn") and not s["reserve"] for s in e["strata"])
    )
    out = next(s["drawn"][0] for s in entry["strata"] if s["drawn"] and not s["reserve"])
    log: Any = {"n": 1, "kind": "substitute", "list": entry["list"], "object": out, "slot": None, "out": out,
                "in": "91990100MA0000000X"}  # fmt: skip
    with pytest.raises(ProtocolError, match="exhausted: a new draw is due"):
        Standing(case["proof"], {}, None).apply(log)


def test_more_replacements_at_a_slot_than_one_does_alone_are_pointed_out() -> None:
    standing = Standing(JOINT["proof"], {}, None)
    (object_, slot), sits = next(iter(standing.seats.items()))
    seat = standing.seat(object_, slot)
    assert seat is not None
    for n in range(1, 5):
        log: Any = {"n": n, "kind": "replace", "list": seat.list_name, "object": object_, "slot": slot, "out": sits,
                    "in": f"N-{n}"}  # fmt: skip
        standing.apply(log)
        sits = f"N-{n}"
    assert any("consent to more than 3" in one for one in standing.unchecked)


def test_a_register_without_all_entries_of_a_draw_is_refused() -> None:
    entries = [one for one in JOINT["register"] if one["kind"] == "plan"][:1]
    assert (
        entries
        and "it has the entries"
        in refused(JOINT, register=canonical({**entries[0], "n": 1, "prev": None}) + b"\n", head=None)
        or "register" in refused(JOINT, register=b"", head=None)
    )


def test_of_lists_with_room_for_what_is_certain_the_most_is_looked_at_too() -> None:
    lists, pools = lists_of(*[1] * 8, bureaus="B" * 8, skills=[()] * 8)
    assert feasibility(lists, pools, staff(("S1", True, 9), ("S2", True, 9))) == ([], [])


def test_faults_that_only_a_whole_file_shows_are_named() -> None:
    """Ids that fall between two stretches; and what the look at single lines says of lines without a fault."""
    rows = [(f"91{n:08d}", "A", 1, "E") for n in range(2 * pool_sweeps.RUN + 9)]
    lines = build_pool(rows, None).split(b"\n")
    lines[pool_sweeps.RUN + 1], lines[2] = lines[2], lines[pool_sweeps.RUN + 1]
    with pytest.raises(ProtocolError, match="ascend"):
        parse_pool(b"\n".join(lines), "L")
    assert pool_lines._fault_of_line("91990100MA0000001A\tA\t1\tE") == "malformed line"
    assert "not in order" in str(pool_lines._fault(b"91990100MA0000001A\tA\t1\tE\n", "line", 2))
    assert pool_rules._line_of("91990100MA0000001A", {}) == "pools"
    both = {
        "L": build_pool([("91990100MA0000001A", "A", 1, "E")], None),
        "M": build_pool([("91990100MA0000001A:1", "A", 1, "E"), ("91990100MA0000002A", "A", 1, "E")], None),
        "N": build_pool([("91990100MA0000003A", "A", 1, "E")], None),
    }
    with pytest.raises(ProtocolError, match="pool of L: line 2"):
        pool_rules.check_together(both)
    with pytest.raises(ProtocolError, match="pool of M: line 2"):
        pool_rules.check_together(
            dict(sorted(both.items(), reverse=True)) | {"L": both["N"], "M": both["L"], "N": both["M"]}
        )


def test_a_plan_nested_to_the_edge_is_refused_whatever_its_depth() -> None:
    """Where the file can still be read its faulty line is named; where it cannot, that it is nested too deeply."""
    said, limit = set(), sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 300)
    try:
        for depth in range(100, 320, 2):
            with pytest.raises(ProtocolError) as error:
                read_plan(('{"v":' + "[" * depth + '{"a":1,"a":2}' + "]" * depth + "}").encode())
            said.add(str(error.value).partition("duplicate")[0])
    finally:
        sys.setrecursionlimit(limit)
    assert said == {"plan: line 1: a ", "plan: nested too deeply"}


def test_a_closed_draw_without_teams_leaves_nothing_about_placing_open() -> None:
    chance = Random("nobody")
    case = next(
        one
        for one in iter(lambda: vector(chance), None)
        if one["proof"]["plan"]["closed"] and one["roster"] and not one["proof"]["teams"]
    )
    said = verify(evidence(case, proof=canonical(case["public"]), pools={}, register=None))
    assert said.valid and not any("placed" in one for one in said.unchecked)


class Pipe(io.TextIOWrapper):
    """Standard input or output of the other process, as bytes."""

    def __init__(self, given: bytes = b"") -> None:
        super().__init__(io.BytesIO(given))


def test_the_other_process_says_what_its_sweeps_find(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its loop, asked through its own input: a stretch is sent once, and forgotten when told so."""
    lines = b"91990100MA0000001A\tA\t1\tE\n"
    asked = marshal.dumps(("survey", (pool_lines._ID, pool_lines._KIND), 7, len(lines), [])) + lines
    asked += marshal.dumps(("survey", (pool_lines._ID, pool_lines._KIND), 7, None, [3]))
    monkeypatch.setattr("sys.stdin", Pipe(asked))
    monkeypatch.setattr("sys.stdout", said := Pipe())
    pool_sweeps.main()
    answers = said.buffer.getvalue()  # type: ignore[attr-defined]
    size = int.from_bytes(answers[:8], "big")
    first = marshal.loads(answers[8 : 8 + size])
    assert answers == 2 * answers[: 8 + size] and first[1:] == (b"91990100MA0000001A",) * 2


def test_the_other_process_seats_as_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    people = build_roster(
        [Inspector("S1", "B", frozenset(), True, 9), Inspector("S2", "B", frozenset(), True, 9)],
        [],
        bytes(32),
    )
    team = {"bureau": "B", "size": 2, "qualifications": []}
    asked = marshal.dumps(("sha256", bytes(32), [team], [["A"]], ["A"], people, ["B"]))
    monkeypatch.setattr("sys.stdin", Pipe(asked))
    monkeypatch.setattr("sys.stdout", said := Pipe())
    assignment.main()
    seated, unfilled = marshal.loads(said.buffer.getvalue()[8:])  # type: ignore[attr-defined]
    assert set(seated) == {("A", 0), ("A", 1)} and set(seated.values()) == {"S1", "S2"} and not unfilled
