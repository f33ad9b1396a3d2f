"""PostgreSQL killed and started again, Redis away and flushed, two beats: on servers of the test's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

import httpx
import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis

from onedoor import embedded
from onedoor.app import create_app
from onedoor.commands.database import upgrade
from onedoor.config import Config
from onedoor.embedded.processes import running_in
from onedoor.entities.models import Entity
from onedoor.imports import service as import_service
from onedoor.kernel import jobs
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.jobs import Job, JobState
from tasks import worker as bells
from tests.faults.process_kill import BLOCKED, until
from tests.faults.web_server import Web
from tests.fixtures import city as cities
from tests.fixtures.deployment import Worker, forget_bells


@dataclass
class Alone:
    """A city on servers of its own: what happens to them happens to nobody else."""

    servers: embedded.Servers
    config: Config
    app: Flask
    city: cities.City
    worker: Worker
    web: Web
    port: int

    def link(self) -> psycopg.Connection:
        """A superuser's connection."""
        return psycopg.connect(self.servers.dsn("postgres"))

    def ask(self, number: int) -> UUID:
        """Have three made-up firms loaded; returns the job."""
        rows = [
            f"示范虚构{number:03d}-{one}号商店,{made_up_credit_code(700_000 + number * 10 + one)}"
            for one in range(3)
        ]
        content = "企业名称,统一社会信用代码\n" + "\n".join(rows) + "\n"
        with self.city.acting("scjg.planner"):
            run = import_service.begin_import("entities", f"{number}.csv", content.encode())
            job = jobs.latest_for(run.id)
            assert job is not None
            return job.id

    def job(self, job_id: UUID) -> Job:
        """The job now."""
        with self.city.acting("scjg.planner"):
            return jobs.get(job_id)

    def done(self, *job_ids: UUID) -> bool:
        """Whether all these are done."""
        with self.city.acting("scjg.planner"):
            states = db.session.scalars(sa.select(Job.state).where(Job.id.in_(job_ids))).all()
        return list(states) == [JobState.DONE] * len(job_ids)

    def firms(self) -> int:
        """Firms in the register."""
        with self.city.acting("scjg.planner"):
            return db.session.scalar(sa.select(sa.func.count()).select_from(Entity)) or 0


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    """The servers, a city, its worker (not started) and its web server (running)."""
    folder = tmp_path_factory.mktemp("alone")
    with embedded.start(folder / "servers", durable=False) as servers:
        upgrade(servers.owner_url)
        config = Config(
            database_url=servers.app_url,
            public_database_url=servers.public_url,
            owner_database_url=servers.owner_url,
            redis_url=servers.redis_url,
            secret_key=os.environ["ONEDOOR_TEST_SECRET"],
            field_keys=os.environ["ONEDOOR_TEST_FIELD"],
            base_url="http://127.0.0.1",
        )
        forget_bells()
        app = create_app(config)
        city = cities.found(app, cities.settle(app))
        port = int(config.database_url.rsplit(":", 1)[1].split("/")[0])
        web = Web(config, folder / "web.log").start()
        worker = Worker(config, folder / "worker.log", concurrency=2)
        yield Alone(servers, config, app, city, worker, web, port)
        worker.stop()
        web.kill()
        jobs.Bell.ring = None
        forget_bells()
        with app.app_context():
            for engine in app.extensions["sqlalchemy"].engines.values():
                engine.dispose()


def test_postgresql_is_killed_in_the_middle_of_a_job(alone: Alone) -> None:
    """Pages say what is the matter and come back by themselves; the job is done once, by the worker that was at it."""
    browser = alone.web.browser(alone.city, "scjg.planner")
    before = alone.firms()
    alone.worker.start()
    # Not closed in order: it dies with the server.
    with closing(alone.link()) as held:
        held.execute("LOCK TABLE entity IN SHARE ROW EXCLUSIVE MODE")
        job_id = alone.ask(1)
        until(
            lambda: held.execute(BLOCKED).fetchone() is not None,
            "the job never came there",
            alone.worker.log_end,
        )
        _kill_postgresql(alone)
    _say_that_it_is_away(alone, browser, job_id)

    alone.servers.postgres.prepare()
    alone.servers.postgres.start(alone.port)
    until(
        lambda: alone.web.get("/readyz").status_code == 200,
        "never ready again",
        alone.web.log_end,
    )
    shown = browser.get(f"/jobs/{job_id}")
    assert shown.status_code == 200 and "已完成" not in shown.text
    assert alone.firms() == before
    _lapse(alone, job_id)
    bells.sweep(alone.app)
    until(lambda: alone.done(job_id), "the job did not go on", alone.worker.log_end)
    assert alone.firms() == before + 3
    assert "已完成" in browser.get(f"/jobs/{job_id}").text
    assert alone.worker.process is not None and alone.worker.process.poll() is None


@pytest.mark.long
def test_postgresql_is_stopped_and_started_in_order(alone: Alone) -> None:
    """As for an update of the machine: the worker and the pages live through it."""
    browser = alone.web.browser(alone.city, "scjg.planner")
    alone.worker.start()
    alone.servers.postgres.stop()
    assert browser.get("/jobs/").status_code == 503
    alone.servers.postgres.start(alone.port)
    job_id, before = alone.ask(2), alone.firms()
    until(lambda: alone.done(job_id), "the job was not done", alone.worker.log_end)
    assert alone.firms() == before + 3
    assert browser.get("/jobs/").status_code == 200


@pytest.mark.long
def test_redis_is_away_and_flushed(alone: Alone) -> None:
    """The pages go on, what is asked waits, and the sweep of the worker's own beat finds it without any bell."""
    browser = alone.web.browser(alone.city, "scjg.planner")
    alone.worker.stop()
    before = alone.firms()
    rung = alone.ask(3)
    with Redis.from_url(alone.config.redis_url) as link:
        assert link.llen("registry") == 1
        link.flushall()
    port = int(alone.config.redis_url.rsplit(":", 1)[1].split("/")[0])
    alone.servers.valkey.stop()
    unheard = alone.ask(4)
    ready = alone.web.get("/readyz")
    assert ready.status_code == 200 and ready.json()["redis"] is False
    shown = browser.get(f"/jobs/{unheard}")
    assert shown.status_code == 200 and "等待开始" in shown.text
    alone.servers.valkey.prepare()
    alone.servers.valkey.start(port)
    alone.worker.start()
    until(lambda: alone.done(rung, unheard), "the sweep found nothing", alone.worker.log_end)
    assert alone.firms() == before + 6
    assert {alone.job(rung).attempt, alone.job(unheard).attempt} == {1}


@pytest.mark.long
def test_redis_goes_away_under_the_worker(alone: Alone) -> None:
    """The worker waits for it and goes on when it is back."""
    alone.worker.start()
    port = int(alone.config.redis_url.rsplit(":", 1)[1].split("/")[0])
    alone.servers.valkey.stop()
    job_id = alone.ask(5)
    alone.servers.valkey.prepare()
    alone.servers.valkey.start(port)
    until(lambda: alone.done(job_id), "the worker did not come back", alone.worker.log_end)
    assert alone.job(job_id).attempt == 1


@pytest.mark.long
def test_two_beats_at_once(alone: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every bell rings twice and more; each job is done once."""
    alone.worker.stop()
    monkeypatch.setattr(jobs.Bell, "ring", None)
    before = alone.firms()
    asked = [alone.ask(10 + number) for number in range(5)]
    assert bells.sweep(alone.app) == bells.sweep(alone.app) == 5
    second = subprocess.Popen(
        [sys.executable, "-m", "onedoor", "beat"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **alone.config.to_environment()},
    )
    try:
        alone.worker.start()
        until(lambda: alone.done(*asked), "not all were done", alone.worker.log_end)
        assert second.poll() is None
    finally:
        second.terminate()
        second.wait(60)
    assert [alone.job(each).attempt for each in asked] == [1] * 5
    assert alone.firms() == before + 15


def _kill_postgresql(alone: Alone) -> None:
    server = alone.servers.postgres
    leader = int((server.data / "postmaster.pid").read_text().split()[0])
    os.kill(leader, signal.SIGKILL)
    until(lambda: server.failure() is not None, "PostgreSQL did not die")
    # Its children notice by themselves, and until then go on answering whoever is connected.
    until(lambda: not running_in(server.data, "postgres"), "its children did not end")


def _say_that_it_is_away(alone: Alone, browser: httpx.Client, job_id: UUID) -> None:
    for path in (f"/jobs/{job_id}", "/", "/sign-in"):
        answer = browser.get(path)
        assert answer.status_code == 503 and "数据库连接不上" in answer.text, (
            path,
            answer.status_code,
            answer.text[:500],
        )
    assert alone.web.get("/healthz").status_code == 200
    ready = alone.web.get("/readyz")
    assert ready.status_code == 503 and ready.json()["database"] is False


def _lapse(alone: Alone, job_id: UUID) -> None:
    with alone.link() as link:
        link.execute("UPDATE job SET lease_until = now() - interval '1 second' WHERE id = %s", (job_id,))
