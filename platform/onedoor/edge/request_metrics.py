"""What the operator sees of requests: one log line each, and counts by route and status. Never a path: paths name things."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

from onedoor.edge import identity

log = logging.getLogger("onedoor.requests")
# With more than one process per server each writes its counts there, and whoever is asked adds them up.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
REQUESTS = Counter("onedoor_requests", "Requests answered", ("method", "route", "status"))
SECONDS = Histogram(
    "onedoor_request_seconds",
    "How long answers took",
    ("route",),
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/static/<path:filename>"})


def install(app: Flask) -> None:
    """Count and log every answer of the application."""
    app.before_request(_begin)
    app.after_request(_end)


def begin_counting() -> None:
    """At the start of a server: what a former one counted is forgotten, as its own counters would be."""
    if counted_together():
        folder = Path(os.environ[FOLDER])
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in folder.glob("*.db"):
            file.unlink()


def counted_together() -> bool:
    """Whether several processes count in one folder."""
    return FOLDER in os.environ


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule is not None else "-"
    method = request.method if request.method in METHODS else "-"
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    REQUESTS.labels(method, route, response.status_code).inc()
    SECONDS.labels(route).observe(seconds)
    if route not in QUIET:
        person = identity.known()
        line = {
            "method": method,
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000),
            "request": g.get("request_id", ""),
            "bureau": str(person.tenant_id) if person is not None else "",
        }
        log.info("request", extra={"fields": {name: value for name, value in line.items() if value != ""}})
    return response
