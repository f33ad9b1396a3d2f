"""Celery is the bell: a message holds a job's name and id, and nothing else.

PostgreSQL is the truth, so a message may be lost or come twice: losing is mended by the sweep, and
the claim lets one through.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from celery import Celery, signals
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from onedoor.kernel.clock import real_now
from tasks import broker

celery = Celery("onedoor")
QUEUES = ("draws", "registry", "visits", "credit", "kernel")
# What beat rings, by seconds. A bell that nobody heard in time is not wanted any more: the next does its work.
SCHEDULE = {
    "sweep": {"task": "kernel.sweep", "schedule": 10.0},
    # R-T6: in the chain within a minute
    "seal": {"task": "kernel.seal", "schedule": 20.0, "options": {"expires": 60}},
    # what was sealed goes to whoever asked for it; with nothing to send it is done at once
    "events": {"task": "events.dispatch", "schedule": 20.0, "options": {"expires": 60}},
    # e-mail and messages to people; with nothing to send it is done at once
    "notifications": {"task": "notifications.dispatch", "schedule": 20.0, "options": {"expires": 60}},
    # what is due tomorrow and what is overdue; each is told once
    "deadlines_told": {"task": "notifications.watch", "schedule": 3600.0, "options": {"expires": 3600}},
    # and a walk of every chain; takes effect once a day, and is asked often, so that an hour without beat costs no day
    "anchor": {"task": "kernel.anchor", "schedule": 600.0, "options": {"expires": 600}},
    # R-T7: what is under an old key moves to the one that writes; with nothing to move it is done at once
    "rotate": {"task": "kernel.rotate", "schedule": 3600.0, "options": {"expires": 3600}},
    # R-D7: every step of a draw has its end
    "deadlines": {"task": "draws.deadlines", "schedule": 60.0, "options": {"expires": 60}},
    # R-L8: certificates that end; what was told today is not told again
    "certificates": {"task": "registry.certificates", "schedule": 3600.0, "options": {"expires": 3600}},
    # the quality of records, once a night and bureau; asked often, so that an hour without beat costs no night
    "quality": {"task": "registry.quality", "schedule": 1800.0, "options": {"expires": 1800}},
    # R-O4: levels follow their factors, once a night and bureau, and asked often as above
    "risk": {"task": "registry.risk", "schedule": 1800.0, "options": {"expires": 1800}},
    # R-L6: who ceased or moved away leaves the libraries by night; with nobody to leave it is done at once
    "leaving": {"task": "registry.leaving", "schedule": 1800.0, "options": {"expires": 1800}},
    # R-S4: orders that came or became overdue; each is told once
    "orders": {"task": "supervision.orders", "schedule": 600.0, "options": {"expires": 600}},
    # R-S6: burden and effect as the public reads them; what did not change is not published again
    "burden": {"task": "supervision.burden", "schedule": 21600.0, "options": {"expires": 21600}},
    # R-S4: what supervisors' rules watch; each alert is made and told once, and ends by itself
    "alerts": {"task": "supervision.alerts", "schedule": 3600.0, "options": {"expires": 3600}},
    # 001 §13: tasks of bureaus' timetables that are overdue; each is told once
    "tasks": {"task": "supervision.tasks", "schedule": 3600.0, "options": {"expires": 3600}},
    # R-S1: returns that are soon due, late or sent back; each is told once
    "returns": {"task": "statistics.returns", "schedule": 3600.0, "options": {"expires": 3600}},
    # R-T4, R-J2: what was merged since it was drawn is visited once; with nothing merged it is done at once
    "merged": {"task": "visits.merged", "schedule": 600.0, "options": {"expires": 600}},
    # R-J5: what is owed enters its list, and its bureau is reminded; what was told is not told again
    "apart": {"task": "visits.apart", "schedule": 3600.0, "options": {"expires": 3600}},
    "owed": {"task": "owed.watch", "schedule": 3600.0, "options": {"expires": 3600}},
    # R-S3: what follows a finding and is due; what was told is not told again
    # R-O4: classes follow their facts; where nothing changed it is done at once
    "classes": {"task": "credit.classes", "schedule": 3600.0, "options": {"expires": 3600}},
    # R-O4: measures that came, and answers to them, are told once
    "measures": {"task": "credit.measures", "schedule": 600.0, "options": {"expires": 600}},
    # R-O3: what was corrected, repaired or expired follows to every platform
    "publications": {"task": "credit.publications", "schedule": 1800.0, "options": {"expires": 1800}},
    # R-O1, R-V5: days that count from completion; reports and disclosures that are due, each told once
    "results": {"task": "followups.results", "schedule": 3600.0, "options": {"expires": 3600}},
    "followups": {"task": "followups.watch", "schedule": 3600.0, "options": {"expires": 3600}},
}


def configure(redis_url: str) -> None:
    """Point Celery at Redis; JSON only, late acknowledgement, one job at a time per process."""
    broker.install()
    celery.conf.update(
        broker_url=redis_url,
        result_backend=None,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        task_default_queue="kernel",
        task_routes=route,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": 3600, "socket_connect_timeout": 2, "max_retries": 1},
        worker_hijack_root_logger=False,
        timezone="UTC",
        beat_schedule=SCHEDULE,
    )


def route(name: str, *_: object, **__: object) -> dict[str, str]:
    """The queue of a job: that of its room."""
    room = name.split(".", 1)[0]
    return {
        "queue": {"campaigns": "draws", "imports": "registry"}.get(room, room if room in QUEUES else "kernel")
    }


def send(name: str, job_id: UUID) -> None:
    """Ring for a job. Redis being away is no error: the sweep rings again."""
    try:
        celery.send_task(name, args=[str(job_id)], retry=False)
    except (OperationalError, RedisError, OSError):
        return


# Where beat says that it still rings; forgotten with Redis, and said again ten seconds later.
TICK, TICK_KEPT = "onedoor:beat", 86_400
LISTENING = 1.0


@signals.after_task_publish.connect(sender="kernel.sweep", weak=False)
def _ticked(**_: object) -> None:
    """Only beat rings for the sweep."""
    try:
        with _redis() as link:
            link.set(TICK, str(real_now().timestamp()), ex=TICK_KEPT)
    except RedisError:
        return


def workers() -> list[str]:
    """The workers that answer within a second; none if Redis is away."""
    try:
        answers = celery.control.ping(timeout=LISTENING)
    except (OperationalError, RedisError, OSError):
        return []
    return sorted(name for answer in answers for name in answer)


def last_tick() -> datetime | None:
    """When beat last rang for the sweep; None if nobody knows."""
    try:
        with _redis() as link:
            kept = link.get(TICK)
    except RedisError:
        return None
    return datetime.fromtimestamp(float(str(kept, "ascii")), UTC) if isinstance(kept, bytes) else None


def _redis() -> Redis:
    return Redis.from_url(str(celery.conf.broker_url), socket_connect_timeout=1, socket_timeout=1)
