"""What a page of a closed draw offers: to a holder the lists to sign for, to who has a list the lots of firms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from onedoor.draws import queries, service
from onedoor.draws.models import Draw
from onedoor.edge.identity import current_user
from onedoor.web.draws.blueprint import COMMIT
from onedoor.web.shell.pieces import NextStep
from tenants.rules import Permission


def may_hold(draw_id: UUID) -> bool:
    """Whether the person may act for this bureau as a holder: for the supervisor whoever commits, not any operator."""
    if not queries.holds(draw_id):
        return False
    own = queries.own_committer(draw_id)
    opens = own is not None and service.opens_the_line(own)
    return any(map(current_user.may, (Permission.DRAW_COMMIT,) if opens else COMMIT))


def doors(draw: Draw) -> dict[str, bool]:
    """Which pages beside the draw's own are this person's."""
    lots = draw.plan_digest is not None and current_user.may(Permission.DRAW_OPERATE)
    return {
        "holds": draw.closed and may_hold(draw.id),
        "gives_lots": draw.closed and lots and queries.has_list(draw.id),
    }


def next_step(board: dict[str, Any]) -> NextStep | None:
    """A holder signs for the lists as soon as all are in."""
    draw_id = UUID(board["id"])
    waits = board["state"] == "frozen" and all(each["deposited_at"] for each in board["lists"])
    if not waits or not may_hold(draw_id) or queries.receipt(draw_id) is not None:
        return None
    return NextStep(_("签收封闭名单"), url_for("draws.custody", draw_id=draw_id))
