"""A worker killed while it loads a file, sends a batch, writes notices: each is done once, or not at all."""

from __future__ import annotations

import csv
import io
import os
import signal
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.commands.demo import firms
from onedoor.credit import queries as exports
from onedoor.credit import service as credit
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity, EntityChange, QualityFinding, QualityReview
from onedoor.entities.rules.entity_rows import COLUMNS
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.imports.models import Import
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.files import StoredFile
from onedoor.kernel.jobs import JobName, JobState
from onedoor.visits import service as visits
from onedoor.visits.models import Visit
from tests.campaigns.builders import World
from tests.credit import results
from tests.faults.process_kill import (
    gone,
    job_of,
    killed_before,
    lapse,
    page,
    standing_before,
    taken_over,
    until,
)
from tests.fixtures.deployment import Deployment
from tests.visits.builders import draw, settle

MANY = 100_000
LONG = 1800.0


@pytest.mark.long
def test_a_file_that_was_being_loaded(house: Deployment, held: psycopg.Connection) -> None:
    name, content = firms.social_organisations()
    before = _entities(house)

    def upload() -> None:
        with house.city.acting("mzj.planner"):
            import_service.begin_import("entities", name, content)

    job = killed_before(house, held, "entity", JobName.LOAD_FILE, upload)
    assert _entities(house) == before
    assert "正在处理" in page(house, f"/jobs/{job}", "mzj.planner")
    done = taken_over(house, job)
    assert done.outcome is not None and done.outcome["added"] > 0
    assert _entities(house) == before + done.outcome["added"]
    assert "已完成" in page(house, f"/jobs/{job}", "mzj.planner")


def test_only_the_process_at_work_is_killed(house: Deployment, held: psycopg.Connection) -> None:
    """As when a machine runs out of memory: the worker lives, its process does not; another one takes its place."""
    house.worker.start()
    held.execute("LOCK TABLE entity IN SHARE ROW EXCLUSIVE MODE")
    name, content = firms.law_firms()
    with house.city.acting("sfj.planner"):
        import_service.begin_import("entities", name, content)
    job = standing_before(house, held, JobName.LOAD_FILE)
    assert house.worker.process is not None
    for child in _children(house.worker.process.pid):
        os.kill(child, signal.SIGKILL)
    held.rollback()
    gone(held)
    assert house.worker.process.poll() is None
    assert taken_over(house, job).outcome is not None


def test_a_batch_that_the_platform_took_and_we_forgot(house: Deployment, held: psycopg.Connection) -> None:
    """Killed after the platform answered and before we kept the receipts: asked again, it gives the same ones."""
    for number in range(3):
        results.publish(house.city, number)
    made = []

    def send() -> None:
        with house.city.acting("scjg.discloser"):
            export = credit.make_batch()
            assert export is not None
            made.append(export.id)

    job = killed_before(house, held, "receipt", JobName.SEND_EXPORT, send)
    assert len(house.platform.batches) == 1
    given = [each["receipt"] for each in house.platform.receipts]
    with house.city.acting("scjg.discloser"):
        assert exports.export(made[0]).answered_at is None
        assert exports.reconciliation().accepted == 0
    assert "正在处理" in page(house, f"/exports/{made[0]}", "scjg.discloser")
    taken_over(house, job)
    assert len(house.platform.batches) == 1 and len(house.platform.records) == 3
    with house.city.acting("scjg.discloser"):
        assert exports.reconciliation().accepted == 3
        kept = [each.receipt.number for each in exports.attempts(made[0]) if each.receipt]
    assert sorted(kept) == sorted(given)


@pytest.mark.long
def test_notices_that_were_being_written(house: Deployment, held: psycopg.Connection) -> None:
    """Killed at the second visit's notice: none is noticed, and afterwards each has one notice."""
    house.worker.stop()
    drawn = draw(settle(World(house.city).fill())).approve()
    with house.city.acting("scjg.planner"):
        before = db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile))

    def issue() -> None:
        with house.city.acting("scjg.planner"):
            visits.issue_notices(drawn.campaign_id)

    job = killed_before(house, held, "stored_file", JobName.ISSUE_NOTICES, issue)
    with house.city.acting("scjg.planner"):
        assert {visit.state for visit in drawn.visits() if visit.noticed_at} == set()
    done = taken_over(house, job)
    with house.city.acting("scjg.planner"):
        noticed = [visit for visit in drawn.visits() if visit.noticed_at]
        files = [visit.notice_file_id for visit in noticed]
        assert done.outcome == {"notices": len(noticed)} and len(noticed) > 1
        assert len(set(files)) == len(files) and None not in files
        after = db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile))
        assert after == (before or 0) + len(noticed)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Visit)) == len(drawn.visits())


@pytest.mark.long
def test_a_hundred_thousand_rows_that_were_being_loaded(house: Deployment, held: psycopg.Connection) -> None:
    """Killed when thousands of rows are in, then stopped by a person, then gone on with: all are there, once."""
    before = _entities(house)
    house.worker.start()
    with house.city.acting("scjg.planner"):
        import_service.begin_import("entities", "十万户.csv", _many())
    running = "SELECT j.id FROM job j JOIN job_progress p ON p.job_id = j.id WHERE j.state = 'running' AND p.done > 20000 AND p.note LIKE '正在写入%'"

    def far() -> bool:
        held.rollback()
        return held.execute(running).fetchone() is not None

    until(far, "the import never came far", house.worker.log_end, LONG)
    found = held.execute(running).fetchone()
    assert found is not None
    house.worker.kill()
    gone(held)
    written = _entities(house) - before
    assert 20_000 <= written < MANY and written % 5_000 == 0
    job = found[0]
    assert job_of(house, job).state == JobState.RUNNING
    lapse(house, job)
    with house.city.acting("scjg.planner"):
        import_service.stop_load(_load(house, job))
    house.worker.start()
    _ended(house, job)
    stopped = job_of(house, job)
    assert (stopped.state, stopped.attempt) == (JobState.FAILED, 2) and "已按要求停止" in str(stopped.problem)
    assert _entities(house) - before == written
    place = f"/registry/imports/{stopped.subject_id}"
    assert f"已写入 {written:,} 行" in page(house, place, "scjg.planner")
    with house.city.acting("scjg.planner"):
        import_service.go_on(_load(house, job))
    _ended(house, job)
    done = job_of(house, job)
    assert (done.state, done.attempt) == (JobState.DONE, 3) and done.outcome is not None
    assert done.outcome["added"] == MANY and _entities(house) == before + MANY
    with house.city.acting("scjg.planner"):
        result = sa.select(sa.func.count()).where(EntityChange.import_id == stopped.subject_id)
        assert db.session.scalar(result) == MANY


@pytest.mark.long
def test_a_load_that_was_being_taken_back(house: Deployment, held: psycopg.Connection) -> None:
    """Of three steps; killed before the first row is removed: all are there, and then none, once."""
    before = _entities(house)
    with house.city.acting("scjg.planner"):
        run_id = import_service.begin_import("entities", "撤销.csv", _many(12_000, 700_000)).id
    house.worker.start()
    house.cast.settle()
    assert _entities(house) == before + 12_000

    def take_back() -> None:
        with house.city.acting("scjg.planner"):
            import_service.begin_undo(import_queries.import_run(run_id))

    job = killed_before(house, held, "entity", JobName.UNDO_IMPORT, take_back)
    assert _entities(house) == before + 12_000
    with house.city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        assert run.undone_at is None
        with pytest.raises(ClerkError):
            import_service.begin_undo(run)
        db.session.rollback()
    assert taken_over(house, job).outcome == {"removed": 12_000, "restored": 0}
    assert _entities(house) == before
    with house.city.acting("scjg.planner"):
        result = sa.select(EntityChange.what, sa.func.count()).where(EntityChange.import_id == run_id)
        kept = db.session.execute(result.group_by(EntityChange.what)).all()
        assert {row[0]: row[1] for row in kept} == {"added": 12_000, "removed": 12_000}


@pytest.mark.long
def test_a_review_of_the_records_that_was_going_on(house: Deployment, held: psycopg.Connection) -> None:
    """Killed when the faults are found and the pairs are not: what the review before found stands, then the new one."""
    house.worker.start()
    with house.city.acting("scjg.planner"):
        entity_service.begin_review()
    house.cast.settle()

    def again() -> None:
        with house.city.acting("scjg.planner"):
            entity_service.begin_review()

    def found() -> tuple[int | None, int | None]:
        with house.city.acting("scjg.planner"):
            reviews = sa.select(sa.func.count()).select_from(QualityReview)
            faults = sa.select(sa.func.count()).select_from(QualityFinding)
            return db.session.scalar(reviews), db.session.scalar(faults)

    before = found()
    assert before[0] == 1
    job = killed_before(house, held, "duplicate_pair", JobName.REVIEW_REGISTRY, again)
    assert found() == before
    taken_over(house, job)
    assert found() == (2, before[1])


def _load(house: Deployment, job: UUID) -> Import:
    subject = job_of(house, job).subject_id
    assert subject is not None
    return import_queries.import_run(subject)


def _ended(house: Deployment, job: UUID) -> None:
    until(
        lambda: job_of(house, job).state not in (JobState.RUNNING, JobState.WAITING),
        "the import never ended",
        house.worker.log_end,
        LONG,
    )


def _entities(house: Deployment) -> int:
    with house.city.acting("mzj.planner"):
        return db.session.scalar(sa.select(sa.func.count()).select_from(Entity)) or 0


def _children(leader: int) -> list[int]:
    """Processes of a worker that do jobs."""
    return [int(each) for each in Path(f"/proc/{leader}/task/{leader}/children").read_text().split()]


def _many(count: int = MANY, first: int = 500_000) -> bytes:
    """A made-up register of a large city, or so many of it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.name for column in COLUMNS])
    for number in range(count):
        row = {
            "统一社会信用代码": made_up_credit_code(first + number),
            "企业名称": f"示范虚构大名录{number:06d}号商店",
            "名称": f"示范虚构大名录{number:06d}号商店",
        }
        writer.writerow([row.get(column.name, "") for column in COLUMNS])
    return text.getvalue().encode()
