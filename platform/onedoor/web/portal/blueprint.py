"""The blueprint that the modules of this folder add their routes to, and how fast strangers may ask."""

from __future__ import annotations

from flask import Blueprint

from onedoor.web.rate_limits import limiter

pages = Blueprint("portal", __name__)
SEARCHES = "60/minute"
COMPUTATIONS = "20/minute"
# One's own lot: a thousand hashes. A carrier's phones share few addresses.
LOOKUPS = "120/minute"
# Whatever has no limit of its own. An office shares one address.
READINGS = "600/minute"
limiter.limit(READINGS)(pages)
