"""What a visit's page says of others who would go to the same object, or come along (R-J4)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from onedoor.edge.identity import current_user
from onedoor.visits import queries
from onedoor.visits.models import Combination, Visit
from onedoor.web.shell.pieces import DONE, STOPPED, WAITING, Label
from tenants import queries as tenants
from tenants.rules import Permission


def labels() -> dict[Any, Label]:
    """How what was asked stands, in the reader's language."""
    return {
        None: Label(_("待答复"), WAITING),
        True: Label(_("已合并"), DONE),
        False: Label(_("未合并"), STOPPED),
    }


def told(found: Visit) -> dict[str, Any]:
    """For a visit's page: who would go there apart, who was asked, who comes along."""
    mine = found.tenant_id == current_user.tenant_id
    asked = queries.asked_of(found.id) if mine else []
    return {
        "apart": queries.visits_apart(found.id) if mine else [],
        "asked_to_combine": [(one, said, other(one)) for one, said in asked],
        "combined": queries.combined_visits(found.id),
        "combination_labels": labels(),
        "may_combine": mine and current_user.may(Permission.VISIT_MANAGE),
    }


def other(asked: Combination) -> str:
    """The other bureau's name."""
    mine = asked.tenant_id == current_user.tenant_id
    return tenants.bureau(asked.receiver_id if mine else asked.tenant_id).name
