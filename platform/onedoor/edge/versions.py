"""Versions of what the API shows (RFC 9110): an `ETag` with every answer, `304` for who has it, `412` for who would change another.

A thing's version is the digest of what its address answers. `If-Match` on a call that writes is held against the thing at
the same address, or the nearest above it: `POST …/plans/<id>/submit` against `…/plans/<id>`.
"""

from __future__ import annotations

import hashlib
import inspect

from flask import Response, current_app, make_response, request
from werkzeug.exceptions import HTTPException

from onedoor.kernel import locks
from onedoor.kernel.errors import ClerkError

# An action stands at most so many names below its thing.
MOST_BELOW = 4


class Outdated(ClerkError):
    """The thing is no longer as the caller read it."""

    status = 412

    def __init__(self) -> None:
        super().__init__("If-Match 中的版本不是现在的版本。请重新读取，核对后再发送。")


def tagged(answer: Response) -> Response:
    """An answer with the version of what it shows; empty for a caller who has that version."""
    if request.method not in ("GET", "HEAD") or answer.status_code != 200 or not answer.is_json:
        return answer
    answer.set_etag(_digest(answer))
    answer.make_conditional(request)
    return answer


def expect_match() -> None:
    """Raise Outdated if this call asks for a version (`If-Match`) that is not the thing's.

    Whoever asks for a version of the same thing meanwhile waits until this transaction ends.
    """
    if request.method in ("GET", "HEAD", "OPTIONS") or "If-Match" not in request.headers:
        return
    if not request.path.startswith("/api/v"):
        return
    endpoint, arguments, path = _thing()
    locks.hold(f"version of {path}")
    # The guard let the caller in; what is shown here is shown in the same transaction.
    view = inspect.unwrap(
        current_app.view_functions[endpoint], stop=lambda one: not hasattr(one, "onedoor_expectation")
    )
    if not request.if_match.contains(_digest(make_response(view(**arguments)))):
        raise Outdated()


def _thing() -> tuple[str, dict[str, object], str]:
    routes = current_app.create_url_adapter(request)
    assert routes is not None
    path = request.path.rstrip("/")
    for _ in range(MOST_BELOW):
        try:
            endpoint, arguments = routes.match(path, method="GET")
        except HTTPException:
            pass
        else:
            if endpoint.startswith("api_") and arguments:
                return endpoint, dict(arguments), path
        path = path.rpartition("/")[0]
    raise Outdated()


def _digest(answer: Response) -> str:
    return hashlib.sha256(answer.get_data()).hexdigest()[:32]
