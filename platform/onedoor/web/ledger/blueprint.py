"""The blueprint of this room's pages."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("ledger", __name__, url_prefix="/ledger")
