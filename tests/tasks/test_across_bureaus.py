"""R-T1: a job runs in its bureau's scope, so which jobs another bureau may cause is a short list."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy.exc import ProgrammingError

from onedoor.kernel import jobs
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.jobs import ACROSS, JobName, JobState
from tests.fixtures.city import City


@pytest.mark.parametrize("name", sorted(set(JobName) - ACROSS))
def test_a_bureau_causes_no_work_of_its_own_choice_in_another(city: City, name: JobName) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), city.acting("sfj.planner"):
        jobs.enqueue(name, {"export_id": str(uuid4())}, for_bureau=city.bureaus["SCJG"])


@pytest.mark.parametrize("name", sorted(ACROSS))
def test_what_a_joint_check_needs_of_a_partner_is_sent(city: City, name: JobName) -> None:
    with city.acting("sfj.planner"):
        sent = jobs.enqueue(name, {}, for_bureau=city.bureaus["SCJG"])
        assert sent.sender_id == city.bureaus["SFJ"]


def test_the_sender_reads_what_it_sent_and_cannot_ask_again(city: City) -> None:
    """access.md, "jobs": a sender reads what it sent; retrying is the bureau's in which it runs."""
    with city.acting("sfj.planner"):
        job_id = jobs.enqueue(JobName.FREEZE_LIST, {}, for_bureau=city.bureaus["SCJG"], title="冻结名单").id
    with city.acting("scjg.planner"):
        jobs.get(job_id).state = JobState.FAILED
    client = city.client("sfj.planner")
    shown = client.get(f"/jobs/{job_id}")
    assert shown.status_code == 200 and f"/jobs/{job_id}/retry" not in shown.get_data(as_text=True)
    assert client.post(f"/jobs/{job_id}/retry").status_code == 404
    with city.acting("sfj.planner"), pytest.raises(NotFound):
        jobs.retry(job_id)
    with city.acting("scjg.planner"):
        assert db.session.get_one(jobs.Job, job_id).state == JobState.FAILED
