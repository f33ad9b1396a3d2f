"""Which queue a job waits in: its room's, so that a load of a million rows keeps no draw waiting."""

from __future__ import annotations

import pytest

from onedoor.kernel.jobs import FORMER_LOADS, JobName
from tasks.celery_app import QUEUES, SCHEDULE, route


@pytest.mark.parametrize("name", [*JobName, *FORMER_LOADS, *(one["task"] for one in SCHEDULE.values())])
def test_a_worker_listens_where_a_job_waits(name: str) -> None:
    assert route(name)["queue"] in QUEUES


@pytest.mark.parametrize(
    ("name", "queue"),
    [
        (JobName.LOAD_FILE, "registry"),
        (JobName.UNDO_IMPORT, "registry"),
        (JobName.RUN_DRAW, "draws"),
        ("draws.deadlines", "draws"),
        (JobName.SCHEDULE_VISITS, "visits"),
        ("kernel.seal", "kernel"),
    ],
)
def test_heavy_work_has_its_own_queue(name: str, queue: str) -> None:
    assert route(name)["queue"] == queue
