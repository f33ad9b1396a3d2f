"""The OpenAPI document as the API behaves: who may call, and every error as the problem document it is (RFC 9457)."""

from __future__ import annotations

import re
from copy import deepcopy
from decimal import Decimal
from typing import Any

from flask import Flask

from onedoor.api.openapi.examples import add_examples
from onedoor.edge.attachments import BYTES, KINDS
from onedoor.edge.contract import versions
from onedoor.edge.contract.meanings import describe
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


# What any call that writes may have in its head. Each operation has its own copy: words are added to it.
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


INTRODUCTION = """\
双随机检查平台“一门”的数据接口。公开数据不需要令牌；其余用单位管理员发放的令牌：`Authorization: Bearer …`。
出错时答复 RFC 9457 的问题说明。变更记录见 /api/changes。

The interface of OneDoor. What is public needs no token; everything else takes one that the bureau's administrator gives:
`Authorization: Bearer …`. Errors are problem documents (RFC 9457). Sentences come in the language of `Accept-Language`, or of
`lang` in the address. Version 1 stays: things are added to it, nothing is taken away; what is to end is marked `deprecated` and
says so for a year in the headers `Deprecation` and `Sunset`. Its changes are listed at /api/changes.
"""
FORM = "multipart/form-data"
# What an answer says in its head, where it does.
ANSWER_HEADERS: dict[str, dict[str, Any]] = {
    "429": {
        "Retry-After": {"description": "seconds until the next call may come", "schema": {"type": "integer"}}
    },
    "401": {"WWW-Authenticate": {"description": "how to say who calls", "schema": {"type": "string"}}},
}
EVENT_HEADERS = (
    ("webhook-id", "number of the message; the same events sent again have the same: take each once"),
    ("webhook-timestamp", "when it was sent, seconds since 1970; refuse what is older than five minutes"),
    (
        "webhook-signature",
        "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, with the subscription's secret"
        " (base64 behind `whsec_`) as key (Standard Webhooks)",
    ),
)


def finished(app: Flask, document: dict[str, Any]) -> dict[str, Any]:
    """flask-smorest's document with what it cannot know."""
    document["info"].update(version=versions.version(), description=INTRODUCTION)
    document["servers"] = [
        {"url": app.extensions["onedoor.config"].base_url, "description": "本平台 · this deployment"}
    ]
    for tag in document.get("tags", []):
        tag["name"] = tag["name"].removeprefix("api_")
    document["components"]["schemas"].pop("Error", None)
    document["components"]["schemas"]["Problem"] = deepcopy(_SCHEMA)
    document["components"]["responses"] = {"Problem": _response("Any other error.")}
    for rule in app.url_map.iter_rules():
        path = _ARGUMENT.sub(r"{\1}", rule.rule)
        for method, operation in document["paths"].get(path, {}).items():
            if method.upper() in (rule.methods or set()):
                _finish(
                    operation,
                    method,
                    rule.endpoint,
                    app.view_functions[rule.endpoint],
                    bool(rule.arguments),
                    document["components"]["schemas"],
                )
    _mend(document)
    document["webhooks"] = {"events": {"post": _webhook()}}
    describe(document)
    add_examples(document)
    return document


def _finish(
    operation: dict[str, Any], method: str, endpoint: str, view: Any, named: bool, schemas: dict[str, Any]
) -> None:
    operation["operationId"] = endpoint.removeprefix("api_")
    operation["tags"] = [tag.removeprefix("api_") for tag in operation.get("tags", [])]
    if operation["operationId"] in versions.ENDINGS:
        operation["deprecated"] = True
    _move_form_fields(operation, schemas)
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
        answers[str(status)] = {**_response(_SAID[status])}
        if str(status) in ANSWER_HEADERS:
            answers[str(status)]["headers"] = deepcopy(ANSWER_HEADERS[str(status)])
    if method != "get" and not open_to_all:
        operation.setdefault("parameters", []).extend(deepcopy(WRITE_HEADERS))
        answers["412"] = _response(_SAID[412])
    answers["default"] = {"$ref": "#/components/responses/Problem"}
    if open_to_all:
        operation["security"] = []


def _mend(part: Any) -> None:
    """What marshmallow writes and other languages cannot read: Python's own end of a pattern, a default that is no choice."""
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _mend(one)
    if isinstance(part, dict):
        # JSON would write a bound of an exact number as a text.
        part.update({name: float(one) for name, one in part.items() if isinstance(one, Decimal)})
    if isinstance(part, dict) and isinstance(part.get("pattern"), str):
        part["pattern"] = part["pattern"].replace("\\Z", "$")
    choices = part.get("enum") if isinstance(part, dict) else None
    if isinstance(choices, list) and "default" in part and part["default"] not in choices:
        del part["default"]


def _move_form_fields(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Fields of a form stand in its body: OpenAPI 3 knows no other place, and flask-smorest names another."""
    given = [one for one in operation.get("parameters", []) if one["in"] == "formData"]
    if not given:
        return
    operation["parameters"] = [one for one in operation["parameters"] if one["in"] != "formData"]
    content = operation["requestBody"]["content"]
    files = content.pop(FORM)["schema"]
    # flask-smorest describes the files as a schema that allows nothing else: their fields stand with the others.
    shape = schemas[files["$ref"].rpartition("/")[2]]
    properties = {
        one["name"]: {**one["schema"], **{key: one[key] for key in ("description",) if key in one}}
        for one in given
    }
    required = [one["name"] for one in given if one.get("required")]
    content[FORM] = {
        "schema": {
            "type": "object",
            "properties": {**properties, **shape["properties"]},
            "required": [*required, *shape.get("required", [])],
            "additionalProperties": False,
        }
    }


def _webhook() -> dict[str, Any]:
    """What is posted to a subscriber of events."""
    return {
        "summary": "推送给本单位系统的事件",
        "description": "Sent in order of the events' numbers, and again after 1, 2, 4, … minutes (an hour at most) until it is"
        " answered with 2xx within ten seconds; after two days it is paused. From any number on it can be sent again.",
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": text, "schema": _TEXT}
            for name, text in EVENT_HEADERS
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/EventMessage"}}},
        },
        "responses": {"2XX": {"description": "Taken."}, "default": {"description": "Sent again later."}},
    }


def _response(text: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def file_response(text: str) -> dict[str, Any]:
    """An attachment, of any of the kinds that go out."""
    # OpenAPI 3.1: bytes have no schema
    return {"description": text, "content": {kind: {} for kind in sorted({*KINDS, BYTES})}}
