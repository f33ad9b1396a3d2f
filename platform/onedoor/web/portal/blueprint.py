"""The blueprint that the modules of this folder add their routes to, and how fast strangers may ask."""

from __future__ import annotations

from flask import Blueprint

from onedoor.web.limits import limiter

pages = Blueprint("portal", __name__)
SEARCHES = "60/minute"
COMPUTATIONS = "20/minute"
# Whatever has no limit of its own. An office shares one address.
limiter.limit("600/minute")(pages)
