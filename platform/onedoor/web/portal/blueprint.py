"""The blueprint that the modules of this folder add their routes to, and how fast strangers may ask."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("portal", __name__)
SEARCHES = "60/minute"
COMPUTATIONS = "20/minute"
