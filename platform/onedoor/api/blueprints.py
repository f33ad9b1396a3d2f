"""What every room's API module starts from."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from flask import Response, g, jsonify
from flask_babel import gettext as _
from flask_smorest import Blueprint
from werkzeug.exceptions import HTTPException

from onedoor.edge.marshmallow_messages import in_chinese
from onedoor.edge.rate_limits import limiter

View = Callable[..., Any]
# Of one address; an integration that needs more asks for longer pages.
CALLS = "600/minute"
UPLOADS = "30/minute"


def room(name: str, description: str) -> Blueprint:
    """A blueprint at `/api/v1/<name>`. Order of a route's decorators: route, guard, arguments, response."""
    blueprint = Blueprint(f"api_{name}", __name__, description=description)
    blueprint.register_error_handler(422, refused)
    limiter.limit(CALLS)(blueprint)
    return blueprint


def looked_up(name: str, find: Callable[[UUID], Any]) -> Callable[[View], View]:
    """The thing that `<name>_id` in the address names goes to the route as `<name>`, looked for before the body is read:
    what is another's is not there, whatever is sent (R-T1). Between guard and arguments.
    """

    def of(view: View) -> View:
        @functools.wraps(view)
        def found(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **{name: find(kwargs.pop(f"{name}_id"))}, **kwargs)

        return found

    return of


def _field_errors(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Marshmallow's messages as field and sentence; a field inside another as `entries.0.number`, no name as ""."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from _field_errors(inner, ".".join(filter(None, (path, "" if name is None else str(name)))))
    else:
        for text in messages if isinstance(messages, list) else [messages]:
            yield path, str(text)


def refused(error: HTTPException) -> Response:
    """A request whose fields are wrong, as a problem document that names them."""
    messages: dict[str, Any] = getattr(error, "data", {}).get("messages", {})
    errors = [
        {"field": field, "detail": in_chinese(text)}
        for place in messages.values()
        for field, text in _field_errors(place)
    ]
    response = jsonify(
        type="about:blank",
        title=_("请求的内容不符合要求"),
        status=422,
        detail=_("请按 errors 中逐项的说明修改后重新提交。"),
        errors=errors,
        request=g.get("request_id", ""),
    )
    response.status_code, response.mimetype = 422, "application/problem+json"
    return response
