"""What became of an entity and of what belongs to it, as one line of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from onedoor.registry import queries
from onedoor.registry.models import Entity
from onedoor.web.registry import changes
from onedoor.web.registry.words import BELONGINGS, CHANGES, SOURCES, place_names

_MOST = 50


def of_entity(found: Entity) -> list[dict[str, Any]]:
    """What became of it, newest first: what differed, by whom, from which source."""
    places = place_names()
    told = [*_own(found, places), *_belongings(found, places)]
    return sorted(told, key=lambda one: one["at"], reverse=True)[:_MOST]


def _own(found: Entity, places: Mapping[str, str]) -> list[dict[str, Any]]:
    # The proposal is read by who made it and who answered; the others are told that it was one.
    mine = {one.id for one in queries.corrections_of(found.id)}
    return [
        {
            "what": CHANGES[told.change.what],
            "source": _source(told.change.what, told.change.source),
            "at": told.change.at,
            "who": " ".join(filter(None, (told.bureau, told.actor))),
            "load": told.load,
            "correction": told.change.correction_id if told.change.correction_id in mine else None,
            "changes": list(
                changes.between(_renamed(told.change.before), _renamed(told.change.after), places)
            ),
        }
        for told in queries.history_of(found.id)
    ]


def _source(what: str, source: str) -> Any:
    return _("手工录入") if (what, source) == ("added", "hand") else SOURCES[source]


def _renamed(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {changes.of_entity(name): value for name, value in values.items()} if values else None


def _belongings(found: Entity, places: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "what": BELONGINGS[told.change.part, told.change.what],
            "source": SOURCES[told.change.source],
            "at": told.change.at,
            "who": " ".join(filter(None, (told.bureau, told.actor))),
            "load": told.load,
            "correction": None,
            "changes": list(changes.between(told.change.before, told.change.after, places))
            or _named(told.change),
        }
        for told in queries.belongings_history(found.id)
    ]


def _named(change: Any) -> list[changes.Change]:
    """Of what was added or removed: which it is."""
    whole = change.after or change.before or {}
    words = " ".join(
        filter(
            None,
            (
                whole.get("kind"),
                whole.get("name"),
                whole.get("number") if whole.get("kind") else "",
                whole.get("address"),
            ),
        )
    )
    before, after = ("", words) if change.what == "added" else (words, "")
    return [changes.Change(_("内容"), before, after)]
