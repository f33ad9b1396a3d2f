"""The audit log's own work: checking a bureau's chain, and each day's anchors with a check of every chain (R-T6)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from onedoor.kernel import audit_chain
from onedoor.kernel.audit_chain import check as chain_check
from onedoor.kernel.db import db
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import DbRole, Scope, current_scope, in_scope
from tasks.runner import handles
from tenants import audit_anchors
from tenants.models import Bureau

log = logging.getLogger("onedoor.jobs")
# So many are named on the page; `onedoor audit verify` names all.
MOST_NAMED = 50


@handles(JobName.CHECK_AUDIT)
def check_audit(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Recompute the chain of the job's bureau; the log's page shows what was found."""
    bureau = current_scope().tenant_id
    assert bureau is not None
    link = db.session.connection()
    total = (audit_chain.head(link, bureau) or (0, ""))[0]
    found = chain_check.examine(link, bureau, report=lambda done: progress(done, total))
    progress(found.entries, max(total, found.entries))
    return {
        "entries": found.entries,
        "unsealed": found.unsealed,
        "broken": len(found.breaks),
        "breaks": [asdict(one) for one in found.breaks[:MOST_NAMED]],
    }


def anchor_and_check(day: date | None = None) -> int:
    """Once a day: the heads go to the supervisors, and every chain is walked; returns how many anchors were made."""
    made = audit_anchors.make_anchors(day)
    if made:
        for scope in each_bureau():
            with in_scope(scope):
                audit_anchors.ask_for_check()
                db.session.commit()
    return made


def each_bureau() -> list[Scope]:
    """The scope of the house's own work in each bureau that is active."""
    with in_scope(Scope(DbRole.OPERATOR)):
        bureaus = db.session.scalars(sa.select(Bureau).where(Bureau.active))
        return [_house_keeper(one.id, one.name) for one in bureaus]


def in_each_bureau(work: Callable[[], int]) -> int:
    """Do the house's own work in every active bureau, each in a transaction of its own; returns the sum.

    What goes wrong in one is logged and taken back there, and the bureaus after it have theirs done; the first error is
    raised at the end.
    """
    done, first = 0, None
    for scope in each_bureau():
        with in_scope(scope):
            try:
                done += work()
                db.session.commit()
            except Exception as error:
                db.session.rollback()
                log.exception(
                    "work for one bureau failed", extra={"fields": {"bureau": str(scope.tenant_id)}}
                )
                first = first or error
    if first is not None:
        raise first
    return done


def _house_keeper(bureau_id: Any, name: str) -> Scope:
    return Scope(DbRole.BUREAU, tenant_id=bureau_id, actor_name="后台作业", bureau_name=name, origin="job")
