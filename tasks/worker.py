"""The worker's Celery tasks: one per job name, each one call of the runner, and the sweep."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from uuid import UUID

from celery import signals
from flask import Flask

from onedoor.kernel import audit_chain, encrypted_columns
from onedoor.kernel.db import db
from tasks import (
    credit,
    draws,
    entities,
    events,
    followups,
    kernel,
    notifications,
    officers,
    owed_matters,
    runner,
    statistics,
    supervision,
    targets,
    visits,
)
from tasks.celery_app import celery, send

ROOMS = (
    "kernel",
    "imports",
    "entities",
    "officers",
    "targets",
    "draws",
    "visits",
    "owed_matters",
    "followups",
    "credit",
    "events",
    "notifications",
    "statistics",
)


def load_handlers() -> None:
    """Import the modules that register handlers."""
    for room in ROOMS:
        if importlib.util.find_spec(f"tasks.{room}") is not None:
            importlib.import_module(f"tasks.{room}")


def install(app: Flask) -> None:
    """Give Celery a task for every job name, the sweep, the sealing and the anchors, working in `app`."""
    load_handlers()
    for name in runner.HANDLERS:
        celery.task(_running(app), name=name)
    celery.task(_sweeping(app), name="kernel.sweep")
    celery.task(_timed(app, audit_chain.seal), name="kernel.seal")
    celery.task(_timed(app, kernel.anchor_and_check), name="kernel.anchor")
    celery.task(_timed(app, encrypted_columns.rotate), name="kernel.rotate")
    celery.task(_timed(app, officers.watch_certificates), name="registry.certificates")
    celery.task(_timed(app, supervision.tell_orders), name="supervision.orders")
    celery.task(_timed(app, supervision.publish_burden), name="supervision.burden")
    celery.task(_timed(app, supervision.watch_alerts), name="supervision.alerts")
    celery.task(_timed(app, supervision.remind_of_tasks), name="supervision.tasks")
    celery.task(_timed(app, statistics.remind_of_returns), name="statistics.returns")
    celery.task(_timed(app, entities.review_by_night), name="registry.quality")
    celery.task(_timed(app, targets.compute_by_night), name="registry.risk")
    celery.task(_timed(app, targets.leave_by_night), name="registry.leaving")
    celery.task(_timed(app, visits.fold_merged), name="visits.merged")
    celery.task(_timed(app, visits.tell_of_apart), name="visits.apart")
    celery.task(_timed(app, draws.keep_deadlines), name="draws.deadlines")
    celery.task(_timed(app, owed_matters.watch_owed), name="owed.watch")
    celery.task(_timed(app, followups.watch_followups), name="followups.watch")
    celery.task(_timed(app, followups.watch_result_deadlines), name="followups.results")
    celery.task(_timed(app, credit.follow_publications), name="credit.publications")
    celery.task(_timed(app, credit.classify), name="credit.classes")
    celery.task(_timed(app, events.dispatch), name="events.dispatch")
    celery.task(_timed(app, notifications.dispatch), name="notifications.dispatch")
    celery.task(_timed(app, notifications.watch), name="notifications.watch")
    celery.task(_timed(app, credit.note_measures), name="credit.measures")

    @signals.worker_process_init.connect(weak=False)
    def _own_connections(**_: object) -> None:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose(close=False)


def sweep(app: Flask) -> int:
    """Ring again for what fell through; returns how many bells."""
    with app.app_context():
        open_jobs = runner.jobs_to_ring()
    for name, job_id in open_jobs:
        send(name, job_id)
    return len(open_jobs)


def _running(app: Flask):  # type: ignore[no-untyped-def]
    def run(job_id: str) -> None:
        with app.app_context():
            runner.run(UUID(job_id))

    return run


def _sweeping(app: Flask):  # type: ignore[no-untyped-def]
    def sweep_now() -> None:
        sweep(app)

    return sweep_now


def _timed(app: Flask, work: Callable[[], object]) -> Callable[[], None]:
    """Work that beat asks for: whole in itself, and done at once if nothing waits."""

    def do() -> None:
        with app.app_context():
            work()

    return do
