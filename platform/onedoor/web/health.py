"""Whether this process lives, whether it can serve, and figures: for the proxy, the orchestrator and the operator's monitoring."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from importlib import resources
from typing import Any

from alembic.script import ScriptDirectory
from flask import Blueprint, Response, abort, current_app, jsonify, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from onedoor.edge.guard import public
from onedoor.edge.request_metrics import counted_together
from onedoor.kernel import deployment_figures

pages = Blueprint("health", __name__)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@pages.get("/healthz")
@public
def alive() -> Any:
    """This process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
@public
def ready() -> Any:
    """It can serve: PostgreSQL answers, its tables are ours, and we have the keys of what is sealed in it.

    Redis is only the bell: its absence is said and does not stop the pages.
    """
    found = {"database": database_answers(), "redis": redis_answers()}
    found |= {"migrations": found["database"] and migrated(), "keys": found["database"] and has_keys()}
    good = found["database"] and found["migrations"] and found["keys"]
    return jsonify(status="ok" if good else "unavailable", **found), 200 if good else 503


@pages.get("/metrics")
@public
def metrics() -> Response:
    """Figures for Prometheus, for who has the token; without one in the settings there is no such page."""
    token = current_app.extensions["onedoor.config"].metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(token.encode(), given.encode()):
        abort(404)
    registry = CollectorRegistry()
    if counted_together():
        MultiProcessCollector(registry)
    registry.register(Figures())
    text = generate_latest(registry) + (b"" if counted_together() else generate_latest(REGISTRY))
    return Response(text, content_type=CONTENT_TYPE)


class Figures(Collector):
    """What PostgreSQL and Redis know: asked when somebody looks. Counts only, of the whole deployment."""

    def collect(self) -> Iterator[Metric]:
        """The families; without a database only that it is away."""
        database, bell = database_answers(), redis_answers()
        yield GaugeMetricFamily("onedoor_database_up", "PostgreSQL answers", float(database))
        yield GaugeMetricFamily("onedoor_redis_up", "Redis answers", float(bell))
        if database:
            yield from _counted()


def _counted() -> Iterator[Metric]:
    now = deployment_figures.now()
    jobs = GaugeMetricFamily("onedoor_jobs", "Jobs kept", labels=("name", "state"))
    for (name, state), number in now.jobs.items():
        jobs.add_metric((name, state), number)
    yield jobs
    age = GaugeMetricFamily(
        "onedoor_job_queue_age_seconds", "How long the oldest job that could be done waits", labels=("name",)
    )
    for name, seconds in now.queue_ages.items():
        age.add_metric((name,), seconds)
    yield age
    missed = GaugeMetricFamily("onedoor_deadlines_missed", "Last days that have passed", labels=("kind",))
    for kind, number in now.missed.items():
        missed.add_metric((kind,), number)
    yield missed
    yield GaugeMetricFamily(
        "onedoor_audit_unsealed_seconds", "Age of the oldest audit entry that is not sealed", now.unsealed
    )


def database_answers() -> bool:
    """Whether PostgreSQL answers."""
    try:
        deployment_figures.revision()
    except SQLAlchemyError:
        return False
    return True


def redis_answers() -> bool:
    """Whether Redis answers."""
    url = current_app.extensions["onedoor.config"].redis_url
    try:
        with Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as link:
            return bool(link.ping())
    except RedisError:
        return False


def migrated() -> bool:
    """Whether the tables are as new as this code; newer ones, of the version that follows, are fine (rolling updates)."""
    known = current_app.extensions
    if "onedoor.revisions" not in known:
        known["onedoor.revisions"] = _revisions()
    revisions = known["onedoor.revisions"]
    there = deployment_figures.revision()
    return there not in revisions[1:] and not deployment_figures.of_release_0_1(there, revisions)


def _revisions() -> list[str]:
    """The migrations of this code, the head first."""
    script = ScriptDirectory(str(resources.files("migrations")))
    return [each.revision for each in script.walk_revisions()]


def has_keys() -> bool:
    """Whether every key that seals something is here; once so, it is not asked again."""
    if not current_app.extensions.get("onedoor.keys_found"):
        cipher = current_app.extensions["onedoor.cipher"]
        try:
            current_app.extensions["onedoor.keys_found"] = deployment_figures.key_numbers() <= set(
                cipher.keys
            )
        except SQLAlchemyError:
            return False
    return bool(current_app.extensions["onedoor.keys_found"])
