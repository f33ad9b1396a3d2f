"""Rate limits, counted in Redis; while Redis is away they are counted in this process."""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from onedoor.edge import identity

# Calls of the API by one token, or from one address without; an integration that needs more asks for longer pages.
CALLS = "600/minute"

limiter = Limiter(key_func=get_remote_address, in_memory_fallback_enabled=True, strategy="moving-window")


def by_link() -> str:
    """Whoever holds this link, for routes with a `token`: a room full of people comes from one address.

    Another link is cheap to make up, so a larger limit by address stands beside it.
    """
    token = (request.view_args or {}).get("token", "")
    return hashlib.sha256(str(token).encode()).hexdigest()


def by_caller() -> str:
    """Whoever has a valid token, whatever address it comes from; all others by their address, so that nobody's wrong tokens
    lock out another who comes from the same gateway.
    """
    caller = identity.person()
    return f"token {caller.session_digest}" if caller is not None else get_remote_address()


def install(app: Flask, redis_url: str) -> None:
    """Count in Redis, apart from Celery's queues."""
    app.config["RATELIMIT_STORAGE_URI"] = redis_url
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"socket_connect_timeout": 1}
    app.config["RATELIMIT_KEY_PREFIX"] = "onedoor-limit"
    app.config["RATELIMIT_ENABLED"] = not app.testing
    # How much is left, and when to come again (Retry-After).
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    # Before the limiter's own, since what is registered first has the last word.
    app.after_request(_only_who_must_wait)
    limiter.init_app(app)


def _only_who_must_wait(answer: Response) -> Response:
    """`Retry-After` stands only where somebody was sent away."""
    if answer.status_code not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        answer.headers.pop("Retry-After", None)
    return answer
