"""JSON over HTTP under /api/v1, one module a room; errors as problem documents (RFC 9457).

A caller is a bureau's integration with a token in `Authorization: Bearer …`; what is public needs none.
Cookies are not looked at here, so no other site can make a browser speak for a person.
"""

from __future__ import annotations

import importlib

from flask import Flask, jsonify
from flask_smorest import Api, Blueprint

from onedoor.api.events import EventMessage
from onedoor.api.openapi.document import finished, query_names
from onedoor.edge.contract import versions
from onedoor.edge.guard import public

# `assisting` and, through it, `libraries` and `matters` add their routes to the blueprint of `registers`, `corrections` and `suggestions` to
# `belongings`', `ceremony` to `draws`', `grading` to `vocabularies`', `item_lists` to `sharing`'s (`items`), `templates` to `documents`';
# `check_changes` to `changes`, `records` to `supervision`; the package of `visits` names its own.
ROOMS = (
    "onedoor.api.entities.suggestions",
    "onedoor.api.check_changes",
    "onedoor.api.entities.history",
    "onedoor.api.disclosure",
    "onedoor.api.campaigns",
    "onedoor.api.plans.plans",
    "onedoor.api.plans.filings",
    "onedoor.api.visits",
    "onedoor.api.owed_matters",
    "onedoor.api.ledger",
    "onedoor.api.followups",
    "onedoor.api.documents.templates",
    "onedoor.api.credit",
    "onedoor.api.returns",
    "onedoor.api.supervision.records",
    "onedoor.api.supervision.orders",
    "onedoor.api.supervision.assessments",
    "onedoor.api.ceremony",
    "onedoor.api.audit_anchors",
    "onedoor.api.settings",
    "onedoor.api.events",
    "onedoor.api.notifications",
    "onedoor.api.operation",
    "onedoor.api.officers.experts",
    "onedoor.api.imports.imports",
    "onedoor.api.targets.selection",
    "onedoor.api.imports.library_updates",
    "onedoor.api.entities.quality",
    "onedoor.api.risk",
    "onedoor.api.items.item_lists",
    "onedoor.api.items.rulebooks",
    "onedoor.api.officers.duties",
    "onedoor.api.officers.entrusted_bodies",
    "onedoor.api.officers.officers",
    "onedoor.api.officers.trainings",
)
PREFIX = "/api/v1"


class RoomsApi(Api):  # type: ignore[misc]
    """flask-smorest, with the product's own error documents and guarded document routes."""

    def _register_error_handlers(self) -> None:
        """The shell answers errors; the blueprints add the fields of a refused request."""

    def _register_doc_routes(self) -> None:  # pragma: no cover - the routes below are ours
        """The document and its page are routes that say who may enter."""


def install(app: Flask) -> list[Blueprint]:
    """Register every room's API and its OpenAPI document; returns the blueprints."""
    app.config.update(
        API_TITLE="OneDoor 一门",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=None,
        API_SPEC_OPTIONS={"security": [{"token": []}]},
    )
    api = RoomsApi(app)
    versions.install(app)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    blueprints = []
    for room in ROOMS:
        blueprint = importlib.import_module(room).blp
        blueprints.append(blueprint)
        api.register_blueprint(blueprint, url_prefix=f"{PREFIX}/{blueprint.name.removeprefix('api_')}")
    # Of what is sent out no route speaks.
    api.spec.components.schema("EventMessage", schema=EventMessage)
    described = finished(app, api.spec.to_dict())
    app.add_url_rule(f"{PREFIX}/openapi.json", "api.document", public(lambda: jsonify(described)))
    app.extensions["onedoor.api"] = described
    app.extensions["onedoor.api.query"] = query_names(app, described)
    return blueprints
