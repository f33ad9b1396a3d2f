"""A large pool is gone through by two processes, and comes out as by one (draw.md, "Pool", "Tickets")."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onedoor.draws.rules import (
    ProtocolError,
    assignment,
    build_pool,
    parse_line,
    parse_pool,
    plan_list,
    pool_face,
)
from onedoor.draws.rules.assignment import assign
from onedoor.draws.rules.pool_lines import Kind
from onedoor.draws.rules.selection import Ticket, select
from onedoor.draws.rules.wire import pool_sweeps, second_process
from tests.draws.test_teams import ticket, tight
from tests.draws.vectors import Rows

Z = bytes(range(32))
ROWS: Rows = [
    (f"91{n:08d}", "AB"[n % 2], 1 + n % 3, "XGONE" if n % 50 == 0 else "E")
    for n in range(5 * pool_sweeps.RUN + 77)
]
TICKET = Ticket("sha256", bytes(32), None)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Pools of any size go to two processes; what the other one answered."""
    answers: list[Any] = []
    real = second_process.send

    def send(*given: Any) -> Any:
        answers.append(real(*given))
        return answers[-1]

    monkeypatch.setattr(second_process, "WORTH", 0)
    monkeypatch.setattr(second_process, "processors", lambda: 2)
    monkeypatch.setattr(second_process, "send", send)
    yield answers


def of(raw: bytes, hash_name: str) -> tuple[Any, ...]:
    """All that is made of a pool by its lines."""
    pool = parse_pool(raw, "L")
    ticket = Ticket(hash_name, bytes(32), pool.z)
    found = []
    for mode in ("uniform", "ratio"):
        entry: Any = plan_list(
            "L",
            pool_face(hash_name, pool),
            [("A", 30), ("B", 40)],
            reserve=5,
            mode=mode,  # type: ignore[arg-type]
        )
        found.append(select(entry, pool, ticket))
    return pool_face(hash_name, pool), pool.kinds, found


@pytest.mark.parametrize("z", [None, Z])
@pytest.mark.parametrize("hash_name", ["sha256", "sm3"])
def test_two_processes_make_what_one_makes(
    z: bytes | None, hash_name: str, two: list[Any], monkeypatch: Any
) -> None:
    raw = build_pool(ROWS, z)
    both = of(raw, hash_name)
    assert len(two) >= 5 and None not in two
    monkeypatch.setattr(second_process, "processors", lambda: 1)
    assert of(raw, hash_name) == both


@pytest.mark.parametrize("fault", [b"no line\n", b"91%08d\tA\t1\tE\n" % 1])
def test_a_fault_in_the_other_half_is_found(fault: bytes, two: list[Any]) -> None:
    header, _, body = build_pool(ROWS).partition(b"\n")
    lines = body.splitlines(keepends=True)
    raw = b"%s\t%d\n" % (header.split(b"\t")[0], len(lines)) + b"".join([*lines[:-1], fault])
    with pytest.raises(ProtocolError, match=f"line {len(lines) + 1}"):
        parse_pool(raw, "L")


@pytest.mark.parametrize("program", ["", "/nowhere/python", "/bin/false"])
def test_without_another_process_all_is_done_here(
    program: str, two: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = build_pool(ROWS)
    own = of(raw, "sha256")
    monkeypatch.setattr(sys, "executable", program)
    two.clear()
    assert of(raw, "sha256") == own
    assert set(two) <= {None}


def test_who_is_stuck_is_not_waited_for(
    two: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = build_pool(ROWS)
    own = of(raw, "sha256")
    stuck = tmp_path / "python"
    stuck.write_text("#!/bin/sh\nexec sleep 1000\n")
    stuck.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(stuck))
    monkeypatch.setattr(second_process, "PATIENCE", 0.1)
    two.clear()
    assert of(raw, "sha256") == own
    assert two == [None]


def test_many_lists_share_one_other_process(two: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows the half of each, whatever list is asked about, and ends with the last one."""
    raws = [build_pool(ROWS[first:]) for first in (0, 1, 2)]
    begun: list[subprocess.Popen[bytes]] = []
    begin = second_process.another
    monkeypatch.setattr(second_process, "another", lambda *given: begun.append(begin(*given)) or begun[-1])  # type: ignore[func-returns-value, arg-type]
    pools = [parse_pool(raw, "L") for raw in raws]
    faces = [pool_face("sha256", pool) for pool in pools]
    del pools[0]
    assert [pool_face("sha256", pool) for pool in pools] == faces[1:]
    assert len(begun) == 1 and begun[0].poll() is None and None not in two
    pools.clear()
    assert begun[0].poll() is not None
    assert pool_face("sha256", parse_pool(raws[0], "L")) == faces[0] and len(begun) == 2


@pytest.mark.parametrize(
    ("said", "number"), [("max 100000", 8), ("100000 100000", 1), ("150000 100000", 2), ("5000 100000", 1)]
)
def test_a_containers_share_of_the_processors_counts(
    said: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpu.max").write_text(said + "\n")
    monkeypatch.setattr(second_process, "CGROUPS", tmp_path)
    monkeypatch.setattr(second_process, "_affine", lambda: 8)
    assert second_process.processors() == number


def test_a_pool_knows_its_ids_without_reading_them_all() -> None:
    for rows in ([], ROWS[:1], ROWS[:7], ROWS):
        pool = parse_pool(build_pool(rows), "L")
        assert all(row[0] in pool for row in rows)
        assert not any(id_ in pool for id_ in ("", "9", "91", "91000000001", "92", "910000000", "A"))


LINES = st.lists(
    st.sampled_from(["91A", "91B", "92", "A\t1\tE", "B\t2\tXGONE", "A", "1", "\t", "\n", "\0"]), max_size=30
)


@given(
    st.lists(st.tuples(st.integers(0, 99), st.sampled_from(["A\t1\tE", "A\t1\tXCAP", "B\t7\tE"]))),
    LINES,
    st.integers(0, 99),
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_lines_are_sound_by_the_kinds_taken_out_exactly_if_each_one_is(
    monkeypatch: pytest.MonkeyPatch, sound: list[tuple[int, str]], odd: list[str], where: int
) -> None:
    """Lines as they should be with anything among them, in small pieces, against each line read for itself."""
    monkeypatch.setattr(pool_sweeps, "PIECE", 40)
    lines = [f"91{n:03d}\t{kind}\n" for n, kind in sorted(dict(sound).items())]
    body = "".join([*lines[:where], *odd, *lines[where:]]).rstrip("\n") + "\n"
    raw = b"onedoor-pool/1\t%d\n%s" % (body.count("\n"), body.encode())
    try:
        rows = [parse_line(line) for line in body.split("\n")[:-1]]
        good = all(a.id < b.id for a, b in pairwise(rows))
    except ProtocolError:
        good = False
    if good:
        pool = parse_pool(raw, "L")
        assert pool.rows == rows
        assert Counter({Kind(*kind): number for kind, number in pool.kinds.items()}) == Counter(
            Kind(*row[1:]) for row in rows
        )
    else:
        with pytest.raises(ProtocolError):
            parse_pool(raw, "L")


@pytest.mark.parametrize("program", [sys.executable, "/bin/false"])
def test_two_processes_seat_as_one_does(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(3)
    for _ in range(3):
        plan, drawn, roster = tight(chance)
        alone = assign(plan, bytes(32), drawn, roster, ticket)
        with monkeypatch.context() as patch:
            patch.setattr(assignment, "WORTH", 0)
            patch.setattr(second_process, "processors", lambda: 2)
            patch.setattr(sys, "executable", program)
            assert assign(plan, bytes(32), drawn, roster, ticket) == alone


def test_ids_that_fall_between_what_two_processes_read_are_named(two: list[Any]) -> None:
    """Each half ascends by itself, and the second begins below the first."""
    sound = build_pool([(f"91{n:08d}", "A", 1, "E") for n in range(5 * pool_sweeps.RUN)], None)
    start = sound.index(b"\n") + 1
    own = sound.count(b"\n", start, second_process._middle(sound, start))
    rows = [b"91%08d\tA\t1\tE" % (n + 10**7 if n < own else n) for n in range(5 * pool_sweeps.RUN)]
    with pytest.raises(ProtocolError, match="ascend"):
        parse_pool(sound[:start] + b"\n".join(rows) + b"\n", "L")
    assert two
