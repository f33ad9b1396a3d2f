"""The blueprint that the modules of this folder add their routes to, and who enters them."""

from __future__ import annotations

from flask import Blueprint

from onedoor.edge.guard import allow
from tenants.rules import Permission

pages = Blueprint("draws", __name__)
# Whoever reads in a bureau, and the supervisor who commits.
readers = allow(Permission.BUREAU_READ, Permission.DRAW_COMMIT)
operators = allow(Permission.DRAW_OPERATE)
committers = allow(Permission.DRAW_COMMIT)
