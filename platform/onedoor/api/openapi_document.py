"""The OpenAPI document as the API behaves: who may call, and every error as the problem document it is (RFC 9457)."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from onedoor.edge.attachments import BYTES, KINDS
from onedoor.edge.guard import expectation_of
from onedoor.edge.problems import BY_STATUS, MEDIA_TYPE, MORE

PROBLEM = MEDIA_TYPE
_ARGUMENT = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_TEXT = {"type": "string"}
_FIELD = {
    "type": "object",
    "properties": {"field": _TEXT, "detail": _TEXT},
    "required": ["field", "detail"],
}
_SCHEMA = {
    "type": "object",
    "description": "RFC 9457. `detail` is a sentence to show; `errors` names the fields that are wrong; `request` is the"
    " number to give to whoever runs the platform.",
    "properties": {
        "type": _TEXT,
        "code": {"type": "string", "enum": sorted({*(code for code, *_ in BY_STATUS.values()), *MORE})},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "errors": {"type": "array", "items": _FIELD},
        "request": _TEXT,
    },
    "required": ["type", "code", "title", "status", "detail", "request"],
    "additionalProperties": False,
}
_SAID = {
    400: "The request cannot be read.",
    401: "A token is missing, unknown, expired or revoked.",
    403: "The token has no permission for this.",
    404: "There is no such thing, or it is not this bureau's to see.",
    409: "It changed meanwhile.",
    412: "It is another version than `If-Match` asks for.",
    413: "More was sent than is taken.",
    422: "The request is understood and refused; `errors` says which fields.",
    429: "Too many requests with this token, or from this address without one; Retry-After says when to come again.",
}


# What any call that writes may have in its head.
WRITE_HEADERS = (
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "A random number of the caller's, up to 128 visible ASCII characters. Sent again within a day with the"
        " same content, the call is not done again and gets its first answer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    },
    {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "`ETag` of the thing as it was read; 412 if it is another by now.",
        "schema": {"type": "string", "pattern": '^("[0-9a-f]{32}"|\\*)$'},
    },
)


def query_names(app: Flask, document: dict[str, Any]) -> dict[tuple[str, str], frozenset[str]]:
    """What may stand in the query of each operation, by endpoint and method."""
    found = {}
    for rule in app.url_map.iter_rules():
        path = _ARGUMENT.sub(r"{\1}", rule.rule)
        for method, operation in document["paths"].get(path, {}).items():
            if method.upper() not in (rule.methods or set()):
                continue
            named = {one["name"] for one in operation.get("parameters", []) if one.get("in") == "query"}
            found[rule.endpoint, method.upper()] = frozenset(named)
            if method == "get":
                found[rule.endpoint, "HEAD"] = frozenset(named)
    return found


def finished(app: Flask, document: dict[str, Any]) -> dict[str, Any]:
    """flask-smorest's document with what it cannot know."""
    document["components"]["schemas"].pop("Error", None)
    document["components"]["schemas"]["Problem"] = _SCHEMA
    document["components"]["responses"] = {"Problem": _response("Any other error.")}
    for rule in app.url_map.iter_rules():
        path = _ARGUMENT.sub(r"{\1}", rule.rule)
        for method, operation in document["paths"].get(path, {}).items():
            if method.upper() in (rule.methods or set()):
                _finish(
                    operation, method, rule.endpoint, app.view_functions[rule.endpoint], bool(rule.arguments)
                )
    return document


def _finish(operation: dict[str, Any], method: str, endpoint: str, view: Any, named: bool) -> None:
    operation["operationId"] = endpoint.removeprefix("api_")
    expectation = expectation_of(view)
    open_to_all = expectation is None or expectation.permissions is None
    answers = operation["responses"]
    asks = "parameters" in operation or "requestBody" in operation
    for status in (
        *([400, 422] if asks else []),
        *([] if open_to_all else [401, 403]),
        *([404] if named else []),
        *([409, 413] if "requestBody" in operation else []),
        429,
    ):
        answers[str(status)] = _response(_SAID[status])
    if method != "get" and not open_to_all:
        operation.setdefault("parameters", []).extend(WRITE_HEADERS)
        answers["412"] = _response(_SAID[412])
    answers["default"] = {"$ref": "#/components/responses/Problem"}
    if open_to_all:
        operation["security"] = []


def _response(text: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def file_response(text: str) -> dict[str, Any]:
    """An attachment, of any of the kinds that go out."""
    # OpenAPI 3.1: bytes have no schema
    return {"description": text, "content": {kind: {} for kind in sorted({*KINDS, BYTES})}}
