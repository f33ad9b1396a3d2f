"""The desk's pages."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("desk", "onedoor.web.desk", url_prefix="/desk")
