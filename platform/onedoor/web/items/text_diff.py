"""Two versions beside each other, in words: what was added, removed, and changed field by field (R-L4, R-L10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from onedoor.items.models import ItemList
from onedoor.items.queries import ending_items, former_list, items_at
from onedoor.items.rules.item_rows import facts_of
from onedoor.items.rules.text_diff import Comparison, Pair, beside, compare_items
from onedoor.web.imports.row_changes import FIELDS, text_of

_FIELDS = tuple(FIELDS)


class Row(NamedTuple):
    """One field in both versions: its label, and its lines in pairs."""

    label: str
    pairs: list[Pair]


class Shown(NamedTuple):
    """A comparison as a page shows it; `why` has the reasons of the items removed, by number, where they are known."""

    added: list[Mapping[str, Any]]
    removed: list[Mapping[str, Any]]
    changed: list[tuple[Mapping[str, Any], list[Row]]]
    why: Mapping[str, str]


def of_lists(made: ItemList, against: ItemList | None = None) -> tuple[ItemList | None, Shown]:
    """What a version of a list has other than `against`, or than the version before it; and which that is."""
    former = against or former_list(made)
    before = [facts_of(item) for item in items_at(former)] if former else []
    after = [facts_of(item) for item in items_at(made)]
    why = {item.number: item.remark for item in ending_items(made.id)}
    return former, of_items(before, after, why)


def of_items(
    before: Iterable[Mapping[str, Any]],
    after: Iterable[Mapping[str, Any]],
    why: Mapping[str, str] | None = None,
) -> Shown:
    """The same of two lists of facts."""
    found: Comparison = compare_items(before, after, _FIELDS)
    changed = [
        (one.after, [_row(field, one.before, one.after) for field in one.fields]) for one in found.changed
    ]
    return Shown(list(found.added), list(found.removed), changed, why or {})


def of_facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Row]:
    """Two versions of one item: the fields that differ, of those both are given with."""
    return [
        _row(field, before, after) for field in _FIELDS if field in before and before[field] != after[field]
    ]


def of_texts(labels: Mapping[str, Any], before: Mapping[str, str], after: Mapping[str, str]) -> list[Row]:
    """Two versions of named texts: those that differ."""
    return [
        Row(str(label), beside(before.get(name, ""), after.get(name, "")))
        for name, label in labels.items()
        if before.get(name, "") != after.get(name, "")
    ]


def _row(field: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Row:
    was, now = (text_of(field, one.get(field), {}) for one in (before, after))
    return Row(str(FIELDS[field]), beside(was, now))
