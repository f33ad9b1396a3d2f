"""What every room's API module starts from."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from flask import Response, current_app, request
from flask_smorest import Blueprint
from werkzeug.exceptions import HTTPException

from onedoor.edge import identity, versions
from onedoor.edge.guard import expectation_of
from onedoor.edge.marshmallow_messages import in_chinese
from onedoor.edge.problems import problem
from onedoor.edge.rate_limits import CALLS, by_caller, limiter
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.source_strings import N_

View = Callable[..., Any]
# The language of sentences may be asked for in the address too, as on every page.
LANGUAGE = "lang"
UPLOADS = "30/minute"


class Room(Blueprint):  # type: ignore[misc]
    """A room's part of the interface. An address is the same with and without a slash at its end: no call is redirected."""

    def add_url_rule(self, rule: str, *args: Any, **options: Any) -> None:
        """As Flask's, whatever the address ends with."""
        super().add_url_rule(rule, *args, **{"strict_slashes": False, **options})


def room(name: str, description: str) -> Blueprint:
    """A blueprint at `/api/v1/<name>`. Order of a route's decorators: route, guard, arguments, response."""
    blueprint = Room(f"api_{name}", __name__, description=description)
    blueprint.register_error_handler(422, refused)
    blueprint.before_request(refuse_unknown_names)
    blueprint.after_request(versions.tagged)
    limiter.limit(CALLS, key_func=by_caller)(blueprint)
    return blueprint


def refuse_unknown_names() -> None:
    """Refuse names in the query that this address does not know, as unknown fields of a body are: a filter that is
    misspelled would answer with everything. Raises ClerkError that names them.
    """
    expectation = expectation_of(current_app.view_functions[request.endpoint or ""])
    if identity.person() is None and expectation is not None and expectation.permissions is not None:
        # First, who it is.
        return
    known = current_app.extensions["onedoor.api.query"].get((request.endpoint, request.method), frozenset())
    unknown = sorted(set(request.args) - known - {LANGUAGE})
    if unknown:
        sentence = N_("这个地址没有这项参数，请核对拼写。")
        raise ClerkError("网址里有不认识的参数。", fields=dict.fromkeys(unknown, [sentence]))


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
    fields = [
        (field, in_chinese(text)) for place in messages.values() for field, text in _field_errors(place)
    ]
    return problem(422, code="invalid-fields", fields=fields)
