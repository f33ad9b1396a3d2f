"""A real worker with its beat seals what was committed, without being asked (R-T6)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from onedoor.kernel import audit
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.db import db, new_id
from tasks.celery_app import SCHEDULE, celery
from tasks.worker import install
from tests.fixtures.databases import Databases
from tests.fixtures.deployment import Deployment, deployed

# A worker takes its time to start where ten others are tested beside it.
PATIENCE = 180.0


def test_what_beat_rings_is_soon_enough() -> None:
    """A bell lost, and one more: still within the minute."""
    assert 2 * float(str(SCHEDULE["seal"]["schedule"])) < 60
    assert {"sweep", "seal", "anchor", "rotate"} <= set(SCHEDULE)


def test_whatever_beat_rings_a_worker_knows(app: Flask) -> None:
    """And goes through every bureau with it."""
    install(app)
    assert {str(one["task"]) for one in SCHEDULE.values()} <= set(celery.tasks)
    celery.tasks["registry.risk"]()


@pytest.mark.long
def test_the_worker_seals_by_itself(databases: Databases, tmp_path: Path) -> None:
    with deployed(databases, tmp_path) as house:
        with house.city.acting("scjg.planner"):
            audit.record("plans.plan.submit", ("plan", new_id()), "等待封存")
        house.worker.start()
        until = time.monotonic() + PATIENCE
        while not _sealed(house):
            assert time.monotonic() < until, house.worker.log_end()
            time.sleep(0.5)


def _sealed(house: Deployment) -> bool:
    with house.city.acting("scjg.admin"):
        query = sa.select(AuditEntry.sequence).where(AuditEntry.subject_name == "等待封存")
        return db.session.scalars(query).one() is not None
