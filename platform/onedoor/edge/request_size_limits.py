"""How much may be sent: little, except where a file is asked for (issue 3, hostile input)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

Route = TypeVar("Route", bound=Callable[..., Any])
# The longest form is a rulebook of six parts, each of 20,000 characters of up to nine bytes in a browser's encoding.
FORM = 2 << 20
# The envelope a file travels in, and a photo or another single thing in it.
ENVELOPE = 64 << 10
FILE = (64 << 20) + ENVELOPE


def takes_a_file(route: Route) -> Route:
    """This route takes a file; any other is sent away before more than a form was read (413)."""
    route.onedoor_takes_a_file = True  # type: ignore[attr-defined]
    return route


def takes_a_table(route: Route) -> Route:
    """This route takes a file of rows, as large as the operator allows; it is put on disk as it comes, not held."""
    route.onedoor_takes_a_table = True  # type: ignore[attr-defined]
    return route


def install(app: Flask) -> None:
    """Bound every request before anything of it is read."""
    app.before_request(_bound)


def _bound() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "onedoor_takes_a_file", False):
        request.max_content_length = FILE
    elif getattr(view, "onedoor_takes_a_table", False):
        allowed = current_app.extensions["onedoor.config"].largest_file_mb << 20
        request.max_content_length = allowed + ENVELOPE
