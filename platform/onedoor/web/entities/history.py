"""What became of an entity and of what belongs to it, as one line of time, in pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.entities import queries
from onedoor.entities.models import Entity
from onedoor.entities.queries.corrections import corrections_of
from onedoor.entities.queries.history import Line, history_page
from onedoor.entities.queries.history_position import read_moment
from onedoor.web.imports import row_changes
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import BELONGINGS, CHANGES, SOURCES, place_names
from onedoor.web.shell import page
from tenants.rules import Permission


class History(NamedTuple):
    """A part of it, newest first, and where the older ones go on."""

    steps: list[dict[str, Any]]
    older: str | None


@pages.get("/entities/<uuid:entity_id>/history")
@allow(Permission.BUREAU_READ)
def entity_history(entity_id: UUID) -> Any:
    """Older pages of it."""
    found, before = queries.entity(entity_id), request.args.get("before", "")
    return page("entities/history.html", entity=found, before=before, history=of_entity(found, before))


def of_entity(found: Entity, before: str = "") -> History:
    """What became of it: what differed, by whom, from which source."""
    places, read = place_names(), history_page(found.id, read_moment(before))
    # The proposal is read by who made it and who answered; the others are told that it was one.
    mine = {one.id for one in corrections_of(found.id)}
    steps = [_own(one, places, mine) if one.own else _belonging(one, places) for one in read.lines]
    return History(steps, str(read.older) if read.older else None)


def _own(line: Line, places: Mapping[str, str], mine: set[UUID]) -> dict[str, Any]:
    change = line.step.change
    return {
        **_common(line),
        "what": CHANGES[change.what],
        "source": _source(change.what, change.source),
        "correction": change.correction_id if change.correction_id in mine else None,
        "changes": list(row_changes.between(_renamed(change.before), _renamed(change.after), places)),
    }


def _belonging(line: Line, places: Mapping[str, str]) -> dict[str, Any]:
    change = line.step.change
    return {
        **_common(line),
        "what": BELONGINGS[change.part, change.what],
        "source": SOURCES[change.source],
        "correction": None,
        "changes": list(row_changes.between(change.before, change.after, places)) or _named(change),
    }


def _common(line: Line) -> dict[str, Any]:
    columns = line.step
    return {
        "at": columns.change.at,
        "who": " ".join(filter(None, (columns.bureau, columns.actor))),
        "load": columns.load,
    }


def _source(what: str, source: str) -> Any:
    return _("手工录入") if (what, source) == ("added", "hand") else SOURCES[source]


def _renamed(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {row_changes.of_entity(name): value for name, value in values.items()} if values else None


def _named(change: Any) -> list[row_changes.Change]:
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
    return [row_changes.Change(_("内容"), before, after)]
