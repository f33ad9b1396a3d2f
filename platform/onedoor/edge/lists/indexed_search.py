"""A search that an index answers, as lists declare it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select


@dataclass(frozen=True)
class IndexedSearch:
    """A search that an index answers, which has no order, so that what it finds is gathered and then put in order.

    ``gather`` narrows a query by the index, ``read`` by looking at each row. ``common``: so much has these words that
    reading on in the list's order, row by row, soon meets enough of it. ``asked``: the form of such words, and the values
    bound by name in either query. ``met``: whether that is known already; where nothing but words is asked for, others are
    taken for rare until more is found than is counted, so that a search for what few have asks nothing before. ``rare``:
    whether it is known that next to nobody has these words.
    """

    gather: Callable[[Select[Any], str], Select[Any]]
    read: Callable[[Select[Any], str], Select[Any]]
    common: Callable[[str], bool]
    asked: Callable[[str], tuple[Hashable, Mapping[str, Any]]]
    met: Callable[[str], bool] | None = None
    rare: Callable[[str], bool] | None = None


def indexed_search(search: Any) -> IndexedSearch | None:
    """A list's search, if an index answers it."""
    return search if isinstance(search, IndexedSearch) else None
