"""The blueprint that the modules of this folder add their routes to, and who enters them."""

from __future__ import annotations

from flask import Blueprint

from onedoor.edge.guard import allow
from tenants.rules import Permission

pages = Blueprint("draws", __name__)
# Whoever reads in a bureau, and the supervisor who commits.
readers = allow(Permission.BUREAU_READ, Permission.DRAW_COMMIT)
operators = allow(Permission.DRAW_OPERATE)
# The supervisor, and in a draw after a void one the operator of a bureau that commits too.
COMMIT = (Permission.DRAW_COMMIT, Permission.DRAW_OPERATE)
committers = allow(*COMMIT)
# The supervisor says whether a place is filled for a fourth time (draw.md).
ANSWER = (Permission.DRAW_COMMIT, Permission.OVERSIGHT_ANSWER)
answerers = allow(*ANSWER)
