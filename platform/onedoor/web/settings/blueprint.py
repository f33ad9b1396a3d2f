"""The blueprint of the settings; they are the bureau administrator's (R-T5)."""

from __future__ import annotations

from flask import Blueprint

from onedoor.edge.guard import allow
from tenants.rules import Permission

pages = Blueprint("settings", __name__, url_prefix="/settings")
administrators = allow(Permission.USERS_MANAGE)
