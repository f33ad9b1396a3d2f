"""What was published of a draw, as its public page and its announcement read it, also by a release that knew less."""

from __future__ import annotations

from typing import Any

from onedoor.disclosure.models import Disclosure

EMPTY: dict[str, Any] = {
    "state": None, "lists": [], "committers": [], "witnesses": [], "register": [], "objects": [], "changes": [],
    "reserve": [], "seq": 1, "beacon": None, "readings": [], "withheld": [], "surprise": False,
    "released_at": None, "roster": None, "closed": False, "holders": [], "called_off": [],
    "unit": "entity", "doors": None, "matters": None, "independent_doors": None,
}  # fmt: skip


def content_of(found: Disclosure) -> dict[str, Any]:
    """The content with every part a page asks for, however little was published."""
    return {**EMPTY, **{key: value for key, value in found.content.items() if value is not None}}
