"""The blueprint of the oversight pages; every one works in the supervisor's database role (R-T3)."""

from __future__ import annotations

from flask import Blueprint

from onedoor.edge.guard import allow
from onedoor.kernel.scope import DbRole
from tenants.rules import Permission

pages = Blueprint("supervision", __name__, url_prefix="/oversight")
overseers = allow(Permission.OVERSIGHT, role=DbRole.SUPERVISOR)
