"""The worker killed in the middle: a new one finishes the job, and it takes effect once.

The middle is held still by a lock the test takes, so nothing here depends on how fast the machine is.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from onedoor.campaigns import service as campaigns
from onedoor.commands.demo import firms
from onedoor.disclosure import queries as disclosures
from onedoor.draws import queries as draws
from onedoor.draws import rules
from onedoor.draws import service as drawing
from onedoor.kernel import jobs
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.jobs import Job, JobName, JobState
from onedoor.kernel.scope import entering
from onedoor.registry import service as registry
from onedoor.registry.models import Entity
from onedoor.visits import queries as visits
from tasks import runner
from tasks import worker as bells
from tenants import scope
from tests.campaigns.making import World
from tests.fixtures.databases import Databases
from tests.fixtures.living import Deployment, deployed

JUSTICE = "示范市司法局"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A deployment whose worker the tests start and kill."""
    with deployed(databases, tmp_path_factory.mktemp("house"), concurrency=1) as made:
        yield made


@pytest.fixture
def held(house: Deployment, databases: Databases) -> Iterator[psycopg.Connection]:
    """A superuser's connection with a transaction open, to hold a lock with."""
    name = make_url(house.worker.config.database_url).database or ""
    url = make_url(databases.url("SUPERUSER", name)).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as link:
        yield link
        link.rollback()


def test_a_worker_killed_while_it_draws(house: Deployment, held: psycopg.Connection, tmp_path: Path) -> None:
    campaign_id, draw_id, nonce = ready_to_reveal(house)
    held.execute("SELECT pg_advisory_lock(hashtext('onedoor.draw_register'))")
    with house.city.acting("sfj.supervisor"):
        drawing.reveal(draw_id, nonce.hex())
    job = running(house, "scjg.operator", JobName.RUN_DRAW, held)
    house.worker.kill()
    held.execute("SELECT pg_advisory_unlock_all()")
    held.rollback()
    with rolled_back(held):
        assert state_of(house, draw_id) == "closed"

    taken_over(house, "scjg.operator", job)
    assert state_of(house, draw_id) == "drawn"
    with house.city.acting("scjg.operator"):
        entries = [each["kind"] for each in draws.register() if each["line"] == draws.draw(draw_id).line]
        assert entries.count("proof") == 1
        assert len(visits.of_campaign(campaign_id)) == draws.draw(draw_id).doors
    assert verdict(house, draw_id, tmp_path).startswith("VALID")


def test_a_worker_killed_while_it_loads_a_file(house: Deployment, held: psycopg.Connection) -> None:
    name, content = firms.social_organisations()
    with house.city.acting("mzj.planner"):
        before = db.session.scalar(sa.select(sa.func.count()).select_from(Entity))
    house.worker.start()
    held.execute("LOCK TABLE entity IN EXCLUSIVE MODE")
    with house.city.acting("mzj.planner"):
        registry.begin_import("entities", name, content)
    job = running(house, "mzj.planner", JobName.IMPORT_ENTITIES, held)
    house.worker.kill()
    held.rollback()
    with rolled_back(held), house.city.acting("mzj.planner"):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Entity)) == before

    done = taken_over(house, "mzj.planner", job)
    assert done.outcome is not None and done.outcome["added"] > 0
    with house.city.acting("mzj.planner"):
        after = db.session.scalar(sa.select(sa.func.count()).select_from(Entity))
    assert after == (before or 0) + done.outcome["added"]


def ready_to_reveal(house: Deployment) -> tuple[UUID, UUID, bytes]:
    """A campaign whose texts are closed and whose one missing nonce is justice's."""
    house.worker.start()
    campaign_id = World(house.city).fill().ready()
    with house.city.acting("scjg.operator"):
        draw_id = campaigns.begin_draw(campaign_id).draw_id
    assert draw_id is not None
    nonce = secrets.token_bytes(32)
    with house.city.acting("sfj.supervisor"):
        found = draws.draw(draw_id)
        digest = rules.commit("sha256", found.line, found.seq, found.number, JUSTICE, nonce)
        drawing.commit(draw_id, digest.hex())
    house.cast.settle()
    with house.city.acting("scjg.operator"):
        drawing.close_texts(draw_id)
        drawing.reveal_system(draw_id)
    return campaign_id, draw_id, nonce


def running(house: Deployment, who: str, name: JobName, held: psycopg.Connection) -> UUID:
    """The job's id, once it stands in its middle before the lock the test holds."""
    deadline = time.monotonic() + PATIENCE
    while not held.execute(
        "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    ).fetchone():
        assert time.monotonic() < deadline, house.worker.told()
        time.sleep(0.02)
    with house.city.acting(who):
        job = db.session.scalars(sa.select(Job).where(Job.name == name.value)).one()
        assert (job.state, job.attempt) == (JobState.RUNNING, 1)
        return job.id


@contextmanager
def rolled_back(link: psycopg.Connection) -> Iterator[None]:
    """From when PostgreSQL has noticed that the killed worker is gone, and undone what it wrote."""
    deadline = time.monotonic() + PATIENCE
    busy = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND xact_start IS NOT NULL AND backend_xid IS NOT NULL"
    )
    while link.execute(busy).fetchone():
        assert time.monotonic() < deadline, "the killed worker's transaction stays"
        link.rollback()
        time.sleep(0.02)
    yield


def taken_over(house: Deployment, who: str, job_id: UUID) -> Job:
    """The lease runs out, the sweep rings, a new worker does the job; returns it done, at its second attempt."""
    with house.app.app_context():
        assert job_id not in [found for _, found in runner.waiting()]
        with db.engines[None].begin() as link:
            link.execute(sa.text("SELECT set_config('role', 'onedoor_dispatch', true)"))
            link.execute(
                sa.text("UPDATE job SET lease_until = :past WHERE id = :id"),
                {"past": now() - timedelta(seconds=1), "id": job_id},
            )
    house.worker.start()
    assert bells.sweep(house.app) >= 1
    house.cast.settle()
    with house.city.acting(who):
        job = jobs.get(job_id)
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    return job


def state_of(house: Deployment, draw_id: UUID) -> str:
    with house.city.acting("scjg.operator"):
        return draws.draw(draw_id).state


def verdict(house: Deployment, draw_id: UUID, folder: Path) -> str:
    """What the command says of the draw's public files."""
    with entering(scope.public("test"), house.app):
        shown = disclosures.of_subject("draw", draw_id)
        assert shown is not None
        for one in disclosures.files(shown.id):
            (folder / one.name).write_bytes(disclosures.file(shown.id, one.name).content)
    proof = json.loads((folder / "proof.json").read_text())
    arguments = [str(folder / "proof.json"), "--roster", str(folder / "roster.txt")]
    for entry in proof["plan"]["lists"]:
        arguments += ["--pool", f"{entry['list']}={folder / ('pool-' + entry['list'] + '.txt')}"]
    arguments += ["--register", str(folder / "register.jsonl")]
    command = [sys.executable, "-m", "onedoor", "verify", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
