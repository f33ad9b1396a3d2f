"""The blueprint that the modules of this folder add their routes to."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("campaigns", __name__, url_prefix="/campaigns")
