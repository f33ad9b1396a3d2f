"""How a list is read: one page and how many there are, by few statements that grow with the page and not with the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from sqlalchemy import CTE, ColumnElement, Select, func, null, select
from sqlalchemy.orm import Session

from onedoor.edge.lists import keyset

# Counted exactly so far; beyond it a list says "more than".
MOST_COUNTED = 10_000
# So many rows of a file are read at once; how many there are has no end in a CSV.
CHUNK = 5_000
# Of what more have than are counted, a page is likely to be among so many rows next in order, or among so many.
NEAR = (400, 4_000)


@dataclass(frozen=True)
class Page:
    """Rows, `MOST_COUNTED` + 1 for any count beyond it, and the cursors of the pages before and after."""

    rows: list[Any]
    count: int
    previous_cursor: str | None
    next_cursor: str | None


@dataclass(frozen=True)
class Indexed:
    """A search that an index answers, which has no order, so that what it finds is gathered and then put in order.

    ``gather`` narrows a query by the index, ``read`` by looking at each row. ``common``: so much has these words that
    reading on in the list's order, row by row, soon meets enough of it.
    """

    gather: Callable[[Select[Any], str], Select[Any]]
    read: Callable[[Select[Any], str], Select[Any]]
    common: Callable[[str], bool]


class Asked(Protocol):
    """What the address asks of a list (`listing.State`), as far as it is read."""

    @property
    def words(self) -> str: ...
    @property
    def sort(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def after(self) -> str | None: ...
    @property
    def before(self) -> str | None: ...

    def gathers(self) -> bool:
        """Whether what is searched is gathered by an index before it is put in order."""

    def narrow(self, query: Select[Any], *, gather: bool = False) -> Select[Any]:
        """``query`` with the search and the filters."""

    def order(self) -> keyset.Order:
        """The order asked for."""


class Start(NamedTuple):
    """Where a page begins: after (or backwards: before) a row's value and key; None at the beginning."""

    row: tuple[Any, Any] | None
    backwards: bool


def read_page(session: Session, query: Select[Any], state: Asked) -> Page:
    """One page of ``query`` as ``state`` asks."""
    start = Start(keyset.unpack(state.sort, state.after), False)
    if start.row is None and state.before:
        start = Start(keyset.unpack(state.sort, state.before), True)
    size = state.size + 1
    count, found = (_gathered if state.gathers() else _ordered)(session, query, state, start)
    more = len(found) == size
    found = found[: state.size]
    if start.backwards:
        found.reverse()
    first, last = (keyset.pack(state.sort, found[i][-2], found[i][-1]) if found else None for i in (0, -1))
    has_previous, has_next = (more, True) if start.backwards else (start.row is not None, more)
    single = len(query.column_descriptions) == 1
    rows = [row[0] if single else row for row in found]
    return Page(rows, count, first if has_previous else None, last if has_next else None)


def count_of(session: Session, narrowed: Select[Any], key: Any, most: int) -> int:
    """How many rows there are, at most so many."""
    return session.scalar(_counting(narrowed, key, most)) or 0


def _counting(narrowed: Select[Any], key: Any, most: int) -> Select[Any]:
    counted = narrowed.order_by(None).with_only_columns(key, maintain_column_froms=True)
    return select(func.count()).select_from(counted.limit(most).subquery())


def narrowed(query: Select[Any], state: Asked) -> Select[Any]:
    """Everything that ``state`` leaves of ``query``; what an index is asked for is found before anything else."""
    if not state.gathers():
        return state.narrow(query)
    hit = _cte(_keys(state.narrow(query, gather=True), state.order()), "hit")
    return query.where(state.order().key.in_(select(hit.c["_key"])))


def every_row(session: Session, query: Select[Any], order: keyset.Order) -> Iterator[Any]:
    """Every row, read by key some at a time: no limit, and no more in memory than a part."""
    single = len(query.column_descriptions) == 1
    reading, start = _keyed(query, order.column, order.key), None
    while found := order.read(session, reading, start, CHUNK, backwards=False):
        for row in found:
            yield row[0] if single else row
        if len(found) < CHUNK:
            return
        start = (found[-1][-2], found[-1][-1])


def _ordered(session: Session, query: Select[Any], state: Asked, start: Start) -> tuple[int, list[Any]]:
    """Count and page by walking in the list's order: one statement, but for rows without a value, which are read apart."""
    order, size, narrowed = state.order(), state.size + 1, state.narrow(query)
    counting = _counting(narrowed, order.key, MOST_COUNTED + 1)
    read = _as_they_are if narrowed is query or state.words or not order.is_stored else _by_their_keys
    source = _keys(narrowed, order) if read is _by_their_keys else narrowed
    found: list[Any] = []
    for part in order.selects(source, start.row, start.backwards):
        count = null() if found else counting.scalar_subquery()
        rows = read(query, part.limit(size - len(found)), count, order, start.backwards)
        found += session.execute(rows)
        if len(found) == size:
            break
    if not found and start.row is None:
        return 0, []
    return (found[0][-3] if found else session.scalar(counting) or 0), found


def _as_they_are(
    _query: Select[Any], part: Select[Any], count: ColumnElement[Any], order: keyset.Order, _backwards: bool
) -> Select[Any]:
    return _keyed(part.add_columns(count.label("_count")), order.column, order.key)


def _by_their_keys(
    query: Select[Any], part: Select[Any], count: ColumnElement[Any], order: keyset.Order, backwards: bool
) -> Select[Any]:
    """What filters a list is looked for among the keys, which an index may hold; then only the page's rows are read."""
    top = part.subquery("top")
    rows = query.where(order.key == top.c["_key"]).add_columns(count.label("_count"))
    ordered = keyset.Order(top.c["_value"], top.c["_key"], order.descending)
    return ordered.apply(_keyed(rows, top.c["_value"], top.c["_key"]), backwards)


def _gathered(session: Session, query: Select[Any], state: Asked, start: Start) -> tuple[int, list[Any]]:
    """Count and page of what an index finds, in one statement if that is no more than is counted."""
    order, size, narrowed = state.order(), state.size + 1, state.narrow(query, gather=True)
    most = MOST_COUNTED + 1
    count, found = _put_in_order(session, query, _keys(narrowed, order).limit(most), order, start, size)
    if count is None:
        count = count_of(session, narrowed, order.key, most)
    if count < most:
        return count, found
    for near in NEAR:
        keys = next(order.parts(_keys(query, order), start.row, start.backwards)).limit(near)
        within = state.narrow(query).where(order.key.in_(select(_cte(keys, "near").c["_key"])))
        rows = _keyed(within, order.column, order.key)
        found = order.read(session, rows, start.row, size, start.backwards)
        if len(found) == size:
            return count, found
    return count, _put_in_order(session, query, _keys(narrowed, order), order, start, size)[1]


def _put_in_order(
    session: Session, query: Select[Any], keys: Select[Any], order: keyset.Order, start: Start, size: int
) -> tuple[int | None, list[Any]]:
    """How many keys there are, None if there is no row to tell it, and the rows of a page of them."""
    hit = _cte(keys, "hit")
    given = keyset.Order(hit.c["_value"], hit.c["_key"], order.descending)
    top = given.apply(select(hit.c["_value"], hit.c["_key"]), start.backwards).limit(size)
    if start.row is not None:
        top = top.where(given.beyond(*start.row, backwards=start.backwards))
    page = top.subquery("top")
    ordered = keyset.Order(page.c["_value"], page.c["_key"], order.descending)
    counted = select(func.count()).select_from(hit).scalar_subquery()
    rows = query.where(order.key == page.c["_key"]).add_columns(counted.label("_count"))
    found = list(
        session.execute(
            ordered.apply(_keyed(rows, page.c["_value"], page.c["_key"]), start.backwards).limit(size)
        )
    )
    return (found[0][-3] if found else 0 if start.row is None else None), found


def _keys(query: Select[Any], order: keyset.Order) -> Select[Any]:
    return query.order_by(None).with_only_columns(
        order.column.label("_value"), order.key.label("_key"), maintain_column_froms=True
    )


def _keyed(query: Select[Any], value: ColumnElement[Any], key: ColumnElement[Any]) -> Select[Any]:
    return query.add_columns(value.label("_value"), key.label("_key"))


def _cte(query: Select[Any], name: str) -> CTE:
    """A part of a statement that is done first and once, whatever comes of it."""
    return query.cte(name).prefix_with("MATERIALIZED")


def indexed(search: Any) -> Indexed | None:
    """A list's search, if an index answers it."""
    return search if isinstance(search, Indexed) else None
