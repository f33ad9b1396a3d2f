"""Work in the background as it is told over the interface: asked for once, and then looked at until it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.kernel.jobs import Job, JobState, progress_of


class JobOut(Schema):
    """A job: waiting, running, done (with its `outcome` in figures) or failed (`problem` says why)."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf([one.value for one in JobState]))
    done = fields.Integer(allow_none=True, metadata={"description": "so far, of `total`"})
    total = fields.Integer(allow_none=True)
    outcome = fields.Dict(allow_none=True)
    problem = fields.String(allow_none=True)
    created_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime(allow_none=True)


def job_out(job: Job) -> dict[str, Any]:
    """A job with how far it is."""
    return job_outs([job])[0]


def job_outs(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """Several of them, by one look at how far they are."""
    far = progress_of([job.id for job in jobs])
    shown = ("id", "state", "outcome", "problem", "created_at", "finished_at")
    return [
        {
            **{name: getattr(job, name) for name in shown},
            "done": far[job.id].done if job.id in far else None,
            "total": far[job.id].total if job.id in far else None,
        }
        for job in jobs
    ]
