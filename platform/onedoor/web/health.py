"""Whether this process lives, and whether it can serve: for the proxy and the orchestrator."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app, jsonify
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from onedoor.edge.guard import public
from onedoor.kernel.db import db

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
def alive() -> Any:
    """This process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
@public
def ready() -> Any:
    """PostgreSQL answers; Redis is only the bell, so its absence is said and does not stop the pages."""
    found = {"database": database_answers(), "redis": redis_answers()}
    return jsonify(status="ok" if found["database"] else "unavailable", **found), 200 if found[
        "database"
    ] else 503


def database_answers() -> bool:
    """Whether PostgreSQL answers."""
    try:
        db.session.execute(sa.text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
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
