"""Pages: one module a room, named as the rooms; each has a blueprint `pages`."""

from __future__ import annotations

import importlib

from flask import Flask

from onedoor.web import openid_connect, provenance

ROOMS = (
    "notifications",
    "health",
    "api_guide",
    "session",
    "single_sign_on",
    "account",
    "delegation",
    "desk",
    "search",
    "jobs",
    "list_views",
    "bulk",
    "imports",
    "entities",
    "items",
    "officers",
    "targets",
    "plans",
    "filing",
    "campaigns",
    "draws",
    "visits",
    "owed_matters",
    "followups",
    "ledger",
    "documents",
    "officer_phone",
    "visit_codes",
    "disclosure",
    "credit",
    "statistics",
    "supervision",
    "orders",
    "operator",
    "settings",
    "portal",
)


def install(app: Flask) -> None:
    """Register every room's pages."""
    openid_connect.install(app, app.extensions["onedoor.config"])
    provenance.install(app)
    rooms = [importlib.import_module(f"onedoor.web.{room}") for room in ROOMS]
    # Some rooms add their pages to one blueprint.
    for pages in dict.fromkeys(room.pages for room in rooms):
        app.register_blueprint(pages)
