"""What was published of a draw, as its public page and its announcement read it, also by a release that knew less."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from onedoor.disclosure.models import Disclosure
from onedoor.web.draws import labels
from onedoor.web.shell.formats import local_time

EMPTY: dict[str, Any] = {
    "state": None, "lists": [], "committers": [], "witnesses": [], "register": [], "objects": [], "changes": [],
    "reserve": [], "seq": 1, "beacon": None, "readings": [], "withheld": [], "kept_waiting": [], "surprise": False,
    "released_at": None, "roster": None, "closed": False, "holders": [], "called_off": [],
    "unit": "entity", "doors": None, "matters": None, "independent_doors": None,
}  # fmt: skip


def content_of(found: Disclosure) -> dict[str, Any]:
    """The content with every part a page asks for, however little was published."""
    return {**EMPTY, **{key: value for key, value in found.content.items() if value is not None}}


def saved(content: dict[str, Any]) -> Decimal:
    """Doors that drawing together is expected to have saved, against independent draws (R-J3)."""
    alone = content["independent_doors"]
    return max(Decimal(alone) - content["doors"], Decimal(0)) if alone is not None else Decimal(0)


def differing(content: dict[str, Any]) -> list[str]:
    """Who read of the beacon what it was not drawn with, then or since, in words; empty while none is settled."""
    beacon = content["beacon"]
    if not beacon or not (beacon["value"] or beacon.get("silent")):
        return []
    return [_differs(each) for each in content["readings"] if not each["agrees"]]


def _differs(each: dict[str, Any]) -> str:
    who = _(
        "%(bureau)s %(who)s 录入，来源：%(source)s",
        bureau=each["bureau"],
        who=each["by"],
        source=each["source"],
    )
    what = _("读数与此不同：") + each["value"] if each.get("value") else _("读数与此不同")
    if "value" in each and each["value"] is None:
        what = _("说来源没有公布")
    return f"{who}{_('，')}{what}（{local_time(labels.moment(each['at']))}）"
