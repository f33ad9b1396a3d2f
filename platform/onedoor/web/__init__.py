"""Pages: one module a room, named as the rooms; each has a blueprint `pages`."""

from __future__ import annotations

import importlib
import importlib.util

from flask import Flask

ROOMS = (
    "health",
    "interfaces",
    "session",
    "single_sign_on",
    "account",
    "standing_in",
    "desk",
    "jobs",
    "lists",
    "registry",
    "plans",
    "filing",
    "campaigns",
    "draws",
    "visits",
    "field",
    "codes",
    "disclosure",
    "credit",
    "statistics",
    "supervision",
    "operator",
    "settings",
    "portal",
)


def install(app: Flask) -> None:
    """Register every room's pages."""
    for room in ROOMS:
        name = f"onedoor.web.{room}"
        if importlib.util.find_spec(name) is not None:
            app.register_blueprint(importlib.import_module(name).pages)
