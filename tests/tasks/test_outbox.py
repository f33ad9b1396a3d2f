"""The outbox: state, job and audit in one commit; a job takes effect once, however often its bell rings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from onedoor.kernel import audit, files, jobs
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import Job, JobName, JobState
from onedoor.kernel.scope import current_scope
from tasks import kernel, runner
from tasks.job_policies import ONE_AT_A_TIME
from tenants import people, units
from tenants.rules import Permission
from tests.fixtures.city import City
from tests.tenants.test_delegation import standing_in_for


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A table of handlers of this test's own: the effect keeps a file, so that it can be counted."""
    table: dict[str, Any] = {}
    monkeypatch.setattr(runner, "HANDLERS", table)
    return table


def _ask(city: City, payload: dict[str, Any] | None = None) -> UUID:
    with city.acting("scjg.planner"):
        return jobs.enqueue(JobName.CHECK_AUDIT, payload or {}, title="试验作业").id


def _kept(city: City) -> int:
    with city.acting("scjg.planner"):
        return db.session.scalar(sa.select(sa.func.count()).select_from(files.StoredFile)) or 0


def _job(city: City, job_id: UUID) -> Job:
    with city.acting("scjg.planner"):
        return jobs.get(job_id)


def _keep(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    progress(1, 2, "一半")
    files.store_file("a.txt", b"a", "text/plain")
    return {"kept": 1}


def test_a_bell_that_rings_twice_takes_effect_once(app: Flask, city: City, handlers: dict[str, Any]) -> None:
    handlers[JobName.CHECK_AUDIT.value] = _keep
    before, job_id = _kept(city), _ask(city)
    with app.app_context():
        assert runner.run(job_id) is JobState.DONE
        assert runner.run(job_id) is None
    assert _kept(city) == before + 1
    assert _job(city, job_id).outcome == {"kept": 1}


def test_a_state_that_is_rolled_back_leaves_no_job_and_rings_no_bell(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[UUID] = []
    monkeypatch.setattr(jobs.Bell, "ring", lambda name, job_id: rung.append(job_id))
    with pytest.raises(Conflict), city.acting("scjg.planner"):
        lost = jobs.enqueue(JobName.CHECK_AUDIT, {}).id
        raise Conflict("撤销")
    with pytest.raises(NotFound):
        _job(city, lost)
    assert rung == []
    assert rung == [] and _ask(city) in rung


def test_a_lost_lease_rolls_the_effect_back(app: Flask, city: City, handlers: dict[str, Any]) -> None:
    """Another worker took over while the first was at it: the first one's effect is not kept."""

    def overtaken(payload: dict[str, Any], progress: Progress) -> None:
        files.store_file("late.txt", b"a", "text/plain")
        with db.engines[None].begin() as link:
            link.execute(sa.text("SELECT set_config('role', 'onedoor_dispatch', true)"))
            link.execute(sa.text("UPDATE job SET attempt = attempt + 1 WHERE id = :id"), {"id": job_id})

    handlers[JobName.CHECK_AUDIT.value] = overtaken
    before, job_id = _kept(city), _ask(city)
    with app.app_context():
        assert runner.run(job_id) is None
    assert _kept(city) == before


def test_what_a_lost_attempt_told_is_shown_no_more(app: Flask, city: City, handlers: dict[str, Any]) -> None:
    """Neither what it told before it lost the job, nor what it says afterwards; what was found goes with it."""

    def late(payload: dict[str, Any], progress: Progress) -> None:
        progress(1, 2, "一半", {"doors": 3})
        result.append(_progress(city, job_id))
        with db.engines[None].begin() as link:
            link.execute(sa.text("SELECT set_config('role', 'onedoor_dispatch', true)"))
            link.execute(sa.text("UPDATE job SET attempt = attempt + 1 WHERE id = :id"), {"id": job_id})
        result.append(_progress(city, job_id))
        progress(2, 2, "做完")
        result.append(_progress(city, job_id))

    result: list[tuple[int, str, Any] | None] = []
    handlers[JobName.CHECK_AUDIT.value] = late
    job_id = _ask(city)
    with app.app_context():
        assert runner.run(job_id) is None
    assert result == [(1, "一半", {"doors": 3}), None, None]


def _progress(city: City, job_id: UUID) -> tuple[int, str, Any] | None:
    with city.acting("scjg.planner"):
        found = jobs.progress_of([job_id]).get(job_id)
        return (found.done, found.note, found.found) if found else None


def test_a_killed_worker_is_swept_and_the_job_goes_on(
    app: Flask, city: City, handlers: dict[str, Any]
) -> None:
    handlers[JobName.CHECK_AUDIT.value] = _keep
    job_id = _ask(city)
    with app.app_context():
        assert runner.claim(job_id) is not None
        assert job_id not in [found for _, found in runner.jobs_to_ring()]
        with db.engines[None].begin() as link:
            link.execute(sa.text("SELECT set_config('role', 'onedoor_dispatch', true)"))
            link.execute(
                sa.text("UPDATE job SET lease_until = :past WHERE id = :id"),
                {"past": now() - timedelta(seconds=1), "id": job_id},
            )
        assert job_id in [found for _, found in runner.jobs_to_ring()]
        assert runner.run(job_id) is JobState.DONE
    assert _job(city, job_id).attempt == 2


def test_a_clerks_error_is_said_and_can_be_retried(app: Flask, city: City, handlers: dict[str, Any]) -> None:
    def refuse(payload: dict[str, Any], progress: Progress) -> None:
        raise ClerkError("文件第 %(row)s 行缺少企业名称，请补上后重试。", row=3)

    handlers[JobName.CHECK_AUDIT.value] = refuse
    job_id = _ask(city)
    with app.app_context():
        assert runner.run(job_id) is JobState.FAILED
    assert _job(city, job_id).problem == "文件第 3 行缺少企业名称，请补上后重试。"
    handlers[JobName.CHECK_AUDIT.value] = _keep
    with city.acting("scjg.planner"):
        jobs.retry(job_id)
    with app.app_context():
        assert runner.run(job_id) is JobState.DONE


def test_a_poisoned_job_stops_after_five_attempts_and_says_so(
    app: Flask, city: City, handlers: dict[str, Any]
) -> None:
    def poison(payload: dict[str, Any], progress: Progress) -> None:
        raise ZeroDivisionError

    handlers[JobName.CHECK_AUDIT.value] = poison
    job_id = _ask(city)
    with app.app_context():
        for attempt in range(1, jobs.ATTEMPTS + 1):
            state = runner.run(job_id)
            assert state is (JobState.FAILED if attempt == jobs.ATTEMPTS else JobState.RUNNING)
            with db.engines[None].begin() as link:
                link.execute(sa.text("SELECT set_config('role', 'onedoor_dispatch', true)"))
                link.execute(
                    sa.text("UPDATE job SET lease_until = :past WHERE id = :id"),
                    {"past": now() - timedelta(seconds=1), "id": job_id},
                )
    assert "多次出错" in (_job(city, job_id).problem or "")


def test_another_bureau_sees_no_job(city: City) -> None:
    job_id = _ask(city)
    assert city.client("sfj.planner").get(f"/jobs/{job_id}").status_code == 404
    assert city.client("scjg.planner").get(f"/jobs/{job_id}").status_code == 200
    assert city.client("sfj.planner").post(f"/jobs/{job_id}/retry").status_code == 404


def test_a_bureau_loads_one_file_at_a_time_and_nobody_else_waits_for_it(
    app: Flask, city: City, handlers: dict[str, Any]
) -> None:
    """Two loads of one bureau would hold both of a worker's hands, and every other bureau's jobs behind them."""

    def load(who: str) -> UUID:
        with city.acting(who):
            return jobs.enqueue(JobName.LOAD_FILE, {}, title="试验导入").id

    handlers[JobName.LOAD_FILE.value] = lambda payload, progress: {}
    first, second, neighbour = load("scjg.planner"), load("scjg.planner"), load("yjgl.planner")
    other = _ask(city)
    with city.acting("scjg.planner"):
        assert runner.no_load_running()
    with app.app_context():
        assert runner.claim(first) is not None
        with city.acting("scjg.planner"):
            assert not runner.no_load_running(), "the night leaves a library alone that a worker is at"
        assert runner.run(second) is None
        offered = {job_id for _name, job_id in runner.jobs_to_ring()}
        assert {neighbour, other} <= offered and second not in offered
        assert runner.run(neighbour) is JobState.DONE
        handlers[JobName.CHECK_AUDIT.value] = lambda payload, progress: {}
        assert runner.run(other) is JobState.DONE
    with city.acting("scjg.planner"):
        db.session.execute(
            sa.update(Job).where(Job.id == first).values(lease_until=now() - timedelta(seconds=1))
        )
    with app.app_context():
        assert runner.run(second) is JobState.DONE, "a load whose worker is gone holds nobody up"
        assert runner.run(first) is JobState.DONE
    # What goes over a whole library or register takes as long.
    whole = {JobName.UNDO_IMPORT, JobName.SELECT_TARGETS, JobName.REVIEW_REGISTRY, JobName.COMPUTE_RISK}
    assert whole <= set(ONE_AT_A_TIME)


def test_what_goes_wrong_in_one_bureau_keeps_no_other_waiting(app: Flask, city: City) -> None:
    """What the house does in every bureau: the one it fails in keeps nothing of it, and the error is told at the end."""
    bureaus: list[UUID] = []

    def work() -> int:
        tenant_id = current_scope().tenant_id
        assert tenant_id is not None
        bureaus.append(tenant_id)
        files.store_file("夜里.txt", b"1", "text/plain")
        if tenant_id == city.bureaus["SCJG"]:
            raise RuntimeError("out of order")
        db.session.rollback()
        return 1

    before = _kept(city)
    with app.app_context(), pytest.raises(RuntimeError, match="out of order"):
        kernel.in_each_bureau(work)
    with app.app_context():
        assert len(bureaus) == len(set(bureaus)) == len(kernel.each_bureau()) > 1
    assert _kept(city) == before


def test_whoever_acts_for_another_does_so_in_the_background_too(
    app: Flask, city: City, handlers: dict[str, Any], owner: psycopg.Connection
) -> None:
    """R-T5: both names under the work, and the unit of the one they act for, as in their requests."""
    result: list[tuple[UUID | None, UUID | None, UUID | None]] = []

    def effect(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
        scope = current_scope()
        result.append((scope.actor_id, scope.acting_for, units.my_unit()))
        audit.record("kernel.audit.check", ("audit_log", None), "代办的作业")
        return {}

    handlers[JobName.CHECK_AUDIT.value] = effect
    agent, principal = (city.person(f"scjg.{one}") for one in ("discloser", "planner"))
    with city.acting("scjg.admin"):
        unit_id = units.add_unit("登记科").id
    owner.execute("UPDATE user_account SET unit_id = %s WHERE id = %s", [unit_id, principal.user_id])
    mine = _ask(city)
    with standing_in_for(city, "scjg.planner", "scjg.discloser", permissions=[Permission.REGISTRY_WRITE]):
        with city.acting("scjg.discloser"):
            theirs = jobs.enqueue(JobName.CHECK_AUDIT, {}).id
    with app.app_context():
        assert [runner.run(one) for one in (mine, theirs)] == [JobState.DONE] * 2
    assert result == [(principal.user_id, None, unit_id), (agent.user_id, principal.user_id, unit_id)]
    with city.acting("scjg.planner"):
        query = sa.select(AuditEntry.actor_name).where(AuditEntry.request == str(theirs))
        assert db.session.scalars(query).all() == [f"{agent.display_name} 代 {principal.display_name}"]


def test_work_asked_for_while_standing_in_is_done_though_that_was_ended(
    app: Flask, city: City, handlers: dict[str, Any]
) -> None:
    """The database refuses what is written in somebody's name who no longer wants it: the job goes on without."""
    result: list[UUID | None] = []
    handlers[JobName.CHECK_AUDIT.value] = lambda payload, progress: result.append(current_scope().acting_for)
    with standing_in_for(city, "scjg.planner", "scjg.discloser", permissions=[Permission.REGISTRY_WRITE]):
        with city.acting("scjg.discloser"):
            job_id = jobs.enqueue(JobName.CHECK_AUDIT, {}).id
    with city.acting("scjg.planner"):
        for one in people.arrangements():
            people.end(one.id, by_administrator=True)
    with app.app_context():
        assert runner.run(job_id) is JobState.DONE
    assert result == [None]
