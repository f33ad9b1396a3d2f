"""Loads of entities in steps (R-L11): killed, taken over, stopped, gone on with, taken back; and files kept in parts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.kernel import progress
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import JobState
from onedoor.registry import queries, service
from onedoor.registry.models import Entity, EntityChange, Import, ImportChunk, ImportPart, ImportRow
from onedoor.registry.queries import search as searching
from onedoor.registry.service import chunks, keeping, load_entities
from tasks import runner
from tests.fixtures.city import City
from tests.registry.files import REAL_FIRMS, as_csv, firm
from tests.registry.test_load_entities import Jobs, count, load


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_entities, "ROWS_OF_A_CHUNK", 10)


def begin(city: City, first: int) -> UUID:
    """A file of thirty-four rows in four chunks: one bad, one whose code stands in the first chunk already."""
    rows = [firm(n) for n in range(first, first + 32)]
    with city.acting("scjg.planner"):
        run = service.begin_import(
            "entities", "分步.csv", as_csv([*rows[:15], ["坏", "1", *rows[0][2:]], *rows[15:], rows[3]])
        )
        return run.id


def interrupt(monkeypatch: pytest.MonkeyPatch, step: str, at: int, happens: Callable[[], None]) -> None:
    """Let something happen, once, when chunk `at` is put by or taken."""
    does = getattr(chunks, step)

    def doing(run: Any, number: int, *given: Any, **named: Any) -> Any:
        if number == at:
            monkeypatch.setattr(chunks, step, does)
            happens()
        return does(run, number, *given, **named)

    monkeypatch.setattr(chunks, step, doing)


def killed() -> None:
    raise RuntimeError("as if the worker were killed here")


def whole(city: City, run_id: UUID, before: int) -> None:
    """All is there, once, and told once."""
    with city.acting("scjg.planner"):
        run = queries.import_run(run_id)
        assert run.outcome is not None and run.cursor is None
        told = [run.outcome[word] for word in ("rows", "valid", "added", "unchanged", "rejected")]
        assert told == [34, 32, 32, 0, 2] and count() == before + 32
        assert len(db.session.scalars(queries.problems(run_id)).all()) == 2
        assert len(db.session.scalars(queries.rows(run_id).where(ImportRow.verdict == "new")).all()) == 32
        kept = sa.select(sa.func.count()).select_from(EntityChange).where(EntityChange.import_id == run_id)
        assert db.session.scalar(kept) == 32
        left = sa.select(sa.func.count()).select_from(ImportChunk)
        assert db.session.scalar(left) == 0


@pytest.mark.parametrize(("step", "written"), [("put_by", 0), ("take", 19)])
def test_what_was_kept_before_a_worker_was_killed_is_not_done_again(
    city: City,
    run_jobs: Jobs,
    owner: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    small_steps: None,
    step: str,
    written: int,
) -> None:
    with city.acting("scjg.planner"):
        before = count()
    run_id = begin(city, 5_000 + 3 * written)
    interrupt(monkeypatch, step, 2, killed)
    run_jobs()
    with city.acting("scjg.planner"):
        assert count() == before + written
    owner.execute("UPDATE job SET lease_until = now() - interval '1 minute' WHERE state = 'running'")
    owner.commit()
    run_jobs()
    whole(city, run_id, before)


def test_a_worker_that_comes_back_late_writes_nothing_more(
    city: City, run_jobs: Jobs, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, small_steps: None
) -> None:
    """While it was at its second step another took the job over: that step is not kept, and the other goes on."""
    with city.acting("scjg.planner"):
        before = count()
    run_id = begin(city, 5_100)

    def taken_over() -> None:
        owner.execute("UPDATE job SET attempt = attempt + 1 WHERE state = 'running'")
        owner.commit()

    interrupt(monkeypatch, "take", 1, taken_over)
    run_jobs()
    with city.acting("scjg.planner"):
        assert count() == before + 10
    owner.execute("UPDATE job SET lease_until = now() - interval '1 minute' WHERE state = 'running'")
    owner.commit()
    run_jobs()
    whole(city, run_id, before)


def test_a_load_stops_where_it_is_asked_to_and_goes_on_or_is_taken_back(
    city: City, run_jobs: Jobs, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, small_steps: None
) -> None:
    def ask() -> None:
        owner.execute("UPDATE import SET stop_asked = true WHERE outcome IS NULL AND cursor IS NOT NULL")
        owner.commit()

    with city.acting("scjg.planner"):
        before = count()
    for first, goes_on in ((5_200, True), (5_300, False)):
        run_id = begin(city, first)
        with city.acting("scjg.planner"):
            assert service.can_stop(queries.import_run(run_id))
            with pytest.raises(ClerkError, match="没有停下"):
                service.go_on(queries.import_run(run_id))
            db.session.rollback()
        interrupt(monkeypatch, "take", 1, ask)
        run_jobs()
        with city.acting("scjg.planner"):
            run = queries.import_run(run_id)
            job = queries.import_of_job(run)
            assert job is not None and job.state == JobState.FAILED and "已按要求停止" in str(job.problem)
            assert count() == before + 19 and service.halted(run)[-4:] == (19, 0, 19, True)
            for refused in (service.stop_load, lambda run: service.begin_load(run, "good")):
                with pytest.raises(ClerkError):
                    refused(run)
                db.session.rollback()
            if goes_on:
                service.go_on(queries.import_run(run_id))
            else:
                assert service.why_not_undone(run) is None
                service.begin_undo(run)
                for refused in (service.begin_undo, service.go_on):
                    with pytest.raises(ClerkError):
                        refused(run)
                assert not service.can_stop(run)
        run_jobs()
        if goes_on:
            whole(city, run_id, before)
            before += 32
    with city.acting("scjg.planner"):
        run = queries.import_run(run_id)
        assert run.undone_at is not None and run.outcome is not None and run.cursor is None
        assert (run.outcome["added"], run.outcome["halted"], count()) == (19, True, before)
        assert not service.can_go_on(run)


def test_a_long_load_lets_others_go_first(
    city: City, run_jobs: Jobs, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, small_steps: None
) -> None:
    monkeypatch.setattr(progress, "TURN", -1.0)
    with city.acting("scjg.planner"):
        before = count()
    run_id = begin(city, 5_400)
    with city.acting("sfj.planner"):
        service.begin_import("entities", "律所.csv", as_csv([firm(5_500, prefix="31990100")]))
    with city.acting("scjg.planner"):
        first = queries.import_of_job(queries.import_run(run_id))
        assert first is not None
    owner.execute("UPDATE job SET not_before = now() - interval '1 minute' WHERE state = 'waiting'")
    owner.commit()
    with city.app.app_context():
        assert runner.run(first.id) == JobState.WAITING
    assert run_jobs() >= 2
    with city.acting("sfj.planner"):
        queries.entity_by_code(made_up_credit_code(5_500, "31990100"))
    whole(city, run_id, before + 1)


def test_a_long_file_is_kept_in_parts_and_read_as_it_was_sent(
    city: City, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PART", 700)
    content = as_csv([firm(n) for n in range(5_600, 5_620)], encoding="gb18030")
    outcome, told, _ = load(city, run_jobs, content)
    assert (outcome["added"], told) == (20, [])
    with city.acting("scjg.planner"):
        run = db.session.scalars(queries.imports().order_by(Import.created_at.desc()).limit(1)).one()
        assert b"".join(keeping.parts_of(run)) == content
        numbers = sa.select(ImportPart.number).where(ImportPart.import_id == run.id)
        assert sorted(db.session.scalars(numbers)) == list(range(1, -(-len(content) // 700)))


@pytest.mark.long
def test_the_real_firms_are_loaded_without_a_false_error(city: City, run_jobs: Jobs) -> None:
    """The 5,636 firms: every row is taken, and one finds what one looks for."""
    if not REAL_FIRMS.exists():
        pytest.skip("the register's export is not on this machine")
    content = REAL_FIRMS.read_bytes()
    for encoded in (content, content.decode("utf-8-sig").encode("gb18030")):
        outcome, told, _ = load(city, run_jobs, encoded)
        kept = outcome["valid"] + sum(outcome["elsewhere"].values())
        assert (outcome["rows"], outcome["rejected"], kept) == (5_636, 0, 5_636)
        assert {sentence for _, _, sentence in told} <= {"代码中的组织机构代码校验位不符，已读入，请核对。"}
    assert (outcome["added"], outcome["changed"]) == (0, 0)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    with city.acting("scjg.planner"):
        for row in rows[:: len(rows) // 20]:
            for text in (row["统一社会信用代码"], row["企业名称"], row["企业名称"][2:8]):
                found = db.session.scalars(searching.matching(sa.select(Entity), text)).all()
                assert row["统一社会信用代码"] in {one.code for one in found}, text
