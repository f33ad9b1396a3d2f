"""Rate limits, counted in Redis; while Redis is away they are counted in this process."""

from __future__ import annotations

import hashlib

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, in_memory_fallback_enabled=True, strategy="moving-window")


def by_link() -> str:
    """Whoever holds this link, for routes with a `token`: a room full of people comes from one address.

    Another link is cheap to make up, so a larger limit by address stands beside it.
    """
    token = (request.view_args or {}).get("token", "")
    return hashlib.sha256(str(token).encode()).hexdigest()


def install(app: Flask, redis_url: str) -> None:
    """Count in Redis, apart from Celery's queues."""
    app.config["RATELIMIT_STORAGE_URI"] = redis_url
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"socket_connect_timeout": 1}
    app.config["RATELIMIT_KEY_PREFIX"] = "onedoor-limit"
    app.config["RATELIMIT_ENABLED"] = not app.testing
    # How much is left, and when to come again (Retry-After).
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    limiter.init_app(app)
