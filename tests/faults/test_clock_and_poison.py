"""A clock that jumps and a job that kills whoever does it, through the real runner in this process."""

from __future__ import annotations

import datetime as times
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from onedoor.kernel import clock, files, jobs
from onedoor.kernel.db import db
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import ATTEMPTS, Job, JobName, JobState
from tasks import lease, runner
from tests.fixtures.city import City

# More than any lease, less than the life of a session.
JUMP = timedelta(minutes=20)


class Clock:
    """The kernel's clock, which a test sets off by some time."""

    off = timedelta(0)

    def now(self, zone: Any = None) -> times.datetime:
        """The true time and what it is off."""
        return times.datetime.now(zone) + self.off


@pytest.fixture
def kernel_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Everything of ours asks this clock."""
    made = Clock()
    monkeypatch.setattr(clock, "datetime", made)
    yield made


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A table of handlers of this test's own: the effect keeps a file, so that it can be counted."""
    table: dict[str, Any] = {JobName.SELECT_TARGETS.value: _keep}
    monkeypatch.setattr(runner, "HANDLERS", table)
    return table


def _keep(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    files.store_file("a.txt", b"a", "text/plain")
    return {"kept": 1}


def test_the_clock_jumps_forward_while_a_job_runs(
    app: Flask, city: City, handlers: dict[str, Any], kernel_clock: Clock
) -> None:
    """Its lease seems to have run out, another worker does it: the first one's effect is rolled back."""
    before, job_id = _kept(city), _ask(city)
    others: list[JobState | None] = []

    def slow(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        outcome = _keep(payload, progress)
        if not kernel_clock.off:
            kernel_clock.off = JUMP
            assert job_id in _waiting()
            others.append(runner.run(job_id))
        return outcome

    handlers[JobName.SELECT_TARGETS.value] = slow
    with app.app_context():
        assert runner.run(job_id) is None
    assert others == [JobState.DONE]
    assert _kept(city) == before + 1 and _job(city, job_id).attempt == 2


def test_the_clock_jumps_back_after_a_worker_was_killed(app: Flask, city: City, kernel_clock: Clock) -> None:
    """A lease that ends in what is now the far future was taken by another clock: nobody waits for it."""
    before, job_id = _kept(city), _ask(city)
    kernel_clock.off = JUMP
    with app.app_context():
        assert runner.claim(job_id) is not None
        assert job_id not in _waiting()
        kernel_clock.off = timedelta(0)
        assert job_id in _waiting()
        assert runner.run(job_id) is JobState.DONE
    assert _kept(city) == before + 1


def test_the_clock_jumps_back_before_a_job_began(app: Flask, city: City, kernel_clock: Clock) -> None:
    """What was asked for at once is due at once; what was asked for later still waits."""
    kernel_clock.off = JUMP
    at_once = _ask(city)
    later = _ask(city, not_before=clock.now() + timedelta(hours=1))
    kernel_clock.off = timedelta(0)
    with app.app_context():
        assert at_once in _waiting() and later not in _waiting()
        assert runner.run(later) is None
        assert runner.run(at_once) is JobState.DONE


def test_a_lease_is_renewed_while_its_job_runs(
    app: Flask, city: City, handlers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job longer than its lease stays with its worker: nobody else begins it in the meantime."""
    monkeypatch.setattr(lease, "BEAT", timedelta(milliseconds=50))
    seen: list[times.datetime] = []

    def long(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        first = _lease(job_id)
        while _lease(job_id) <= first:
            pass
        seen.append(_lease(job_id))
        return _keep(payload, progress)

    handlers[JobName.SELECT_TARGETS.value] = long
    job_id = _ask(city)
    with app.app_context():
        assert runner.run(job_id) is JobState.DONE
    assert len(seen) == 1 and _job(city, job_id).lease_until is None


def test_a_job_that_kills_its_worker_ends(app: Flask, city: City) -> None:
    """It never comes to an exception. After five beginnings it is over, and says what to do; asked again, it goes on."""
    before, job_id = _kept(city), _ask(city)
    with app.app_context():
        for _ in range(ATTEMPTS):
            # A worker that is killed has done this and nothing else.
            assert runner.claim(job_id) is not None
            _lapse(job_id)
        assert job_id in _waiting()
        assert runner.run(job_id) is JobState.FAILED
        assert job_id not in _waiting() and runner.run(job_id) is None
    assert _kept(city) == before
    page = city.client("scjg.planner").get(f"/jobs/{job_id}").get_data(as_text=True)
    assert "作业多次中断" in page and "请稍后重试" in page and f"/jobs/{job_id}/retry" in page
    with city.acting("scjg.planner"):
        again = jobs.retry(job_id)
        assert (again.state, again.finished_at, again.problem) == (JobState.WAITING, None, None)
    with app.app_context():
        assert runner.run(job_id) is JobState.DONE
    assert _kept(city) == before + 1


def test_a_retried_job_never_gets_an_old_number_again(app: Flask, city: City) -> None:
    """The number tells a worker that comes back late that the job is another's by now."""
    job_id = _ask(city)
    with app.app_context():
        first = runner.claim(job_id)
        assert first is not None
        _lapse(job_id)
        second = runner.claim(job_id)
        assert second is not None and second.number == first.number + 1
        runner._fail(job_id, second.tenant_id, second.number, runner.FAILED)
    with city.acting("scjg.planner"):
        jobs.retry(job_id)
    with app.app_context():
        third = runner.claim(job_id)
        assert third is not None and third.number > second.number
        assert third.last - third.number == ATTEMPTS - 1
        assert runner._fail(job_id, first.tenant_id, first.number, runner.FAILED) is None
    assert _job(city, job_id).state == JobState.RUNNING


def _ask(city: City, **more: Any) -> UUID:
    with city.acting("scjg.planner"):
        return jobs.enqueue(JobName.SELECT_TARGETS, {}, title="试验作业", **more).id


def _kept(city: City) -> int:
    with city.acting("scjg.planner"):
        return db.session.scalar(sa.select(sa.func.count()).select_from(files.StoredFile)) or 0


def _job(city: City, job_id: UUID) -> Job:
    with city.acting("scjg.planner"):
        return jobs.get(job_id)


def _waiting() -> list[UUID]:
    return [found for _, found in runner.jobs_to_ring()]


def _dispatched(statement: str, **values: Any) -> Any:
    with db.engines[None].begin() as link:
        link.execute(sa.text("SELECT set_config('role', 'onedoor_dispatch', true)"))
        found = link.execute(sa.text(statement), values)
        return found.scalar() if found.returns_rows else None


def _lease(job_id: UUID) -> times.datetime:
    found = _dispatched("SELECT lease_until FROM job WHERE id = :id", id=job_id)
    assert isinstance(found, times.datetime)
    return found


def _lapse(job_id: UUID) -> None:
    _dispatched(
        "UPDATE job SET lease_until = :past WHERE id = :id",
        id=job_id,
        past=clock.now() - timedelta(seconds=1),
    )
