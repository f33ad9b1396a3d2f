"""What changed in visits, follow-ups and the ledger since a cursor, beside the lists (R-L11, R-V7, R-V9)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from onedoor.api.changes import ChangesPage, blp, page_told, since
from onedoor.api.followup_shapes import FollowupRow
from onedoor.api.ledger import LedgerLineOut, line_told
from onedoor.api.visits.shapes import VisitOut
from onedoor.followups.queries import changes as followup_changes
from onedoor.ledger.queries import changes as ledger_changes
from onedoor.visits.queries import changes as visit_changes

__all__ = ["blp"]


class VisitChanges(ChangesPage):
    """Visits; the same one may come again, and always as it stands."""

    items = fields.List(fields.Nested(VisitOut))


class FollowupChanges(ChangesPage):
    """Follow-ups; the same one may come again, and always as it stands."""

    items = fields.List(fields.Nested(FollowupRow))


class LedgerChanges(ChangesPage):
    """Lines of the ledger; the same one may come again, and always as it stands."""

    items = fields.List(fields.Nested(LedgerLineOut))


@since("/visits", VisitChanges)
def visits(args: dict[str, Any]) -> dict[str, Any]:
    """本单位牵头或参与的检查：先取全部，以后取有变化的，包括取消的"""
    page = visit_changes.visits(args["after"], args["size"])
    return page_told(page, [_visit(*row) for row in page.rows])


@since("/followups", FollowupChanges)
def followups(args: dict[str, Any]) -> dict[str, Any]:
    """本单位检查发现问题后的处置：先取全部，以后取有变化的，包括办结的"""
    page = followup_changes.followups(args["after"], args["size"])
    return page_told(page, page.rows)


@since("/ledger", LedgerChanges)
def ledger(args: dict[str, Any]) -> dict[str, Any]:
    """本单位执法检查台账的各行：先取全部，以后取新增和有变化的"""
    page = ledger_changes.lines(args["after"], args["size"])
    return page_told(page, [line_told(row) for row in page.rows])


def _visit(visit: Any, state_now: str, day: Any, *_progress: Any) -> dict[str, Any]:
    shown = {name: getattr(visit, name) for name in VisitOut().fields if name not in ("state", "day")}
    return {**shown, "state_now": state_now, "day": day}
