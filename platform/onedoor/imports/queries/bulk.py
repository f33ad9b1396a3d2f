"""Reads of what was done to many records at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.imports.models import BulkRow, BulkRun
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.jobs import Job
from onedoor.kernel.scope import current_scope


def run(run_id: UUID) -> BulkRun:
    """What the current bureau asked for."""
    found = db.session.get(BulkRun, run_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这次批量办理。")
    return found


def left_out(of: BulkRun) -> sa.Select[Any]:
    """What it was not done to, for a list."""
    return sa.select(BulkRow).where(BulkRow.run_id == of.id, BulkRow.reason.is_not(None))


def next_ids(of: BulkRun, after: UUID | None, most: int) -> list[UUID]:
    """The records chosen, by id, those next after one."""
    query = sa.select(BulkRow.subject_id).where(BulkRow.run_id == of.id)
    query = query.where(BulkRow.subject_id > after) if after else query
    return list(db.session.scalars(query.order_by(BulkRow.subject_id).limit(most)))


def job_of(of: BulkRun) -> Job | None:
    """The job that does it."""
    query = sa.select(Job).where(Job.tenant_id == of.tenant_id, Job.subject_id == of.id)
    return db.session.scalar(query.order_by(Job.created_at.desc()).limit(1))


def count(keys: sa.Select[Any]) -> int:
    """How many records are chosen by a select of their keys."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(keys.subquery())) or 0
