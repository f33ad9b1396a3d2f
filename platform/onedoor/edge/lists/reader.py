"""How a list is read: one page and how many there are, by few statements that grow with the page and not with the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Select, Table, bindparam, func, literal_column, null, select
from sqlalchemy.orm import Session

from onedoor.edge.lists import keyset
from onedoor.edge.lists.cached_statements import (
    CachedStatements,
    FreshStatements,
    PlanUse,
    Question,
    RowSource,
)
from onedoor.edge.lists.list_request import ListRequest, Query

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


class Start(NamedTuple):
    """Where a page begins: after (or backwards: before) a row's value and key; None at the beginning."""

    row: tuple[Any, Any] | None
    backwards: bool


def read_page(session: Session, query: Select[Any], state: ListRequest) -> Page:
    """One page of ``query`` as ``state`` asks."""
    single = len(query.column_descriptions) == 1
    return _page(
        FreshStatements(session), lambda: query, state, _start(state), lambda row: row[0] if single else row
    )


def read_cached_page(
    session: Session, name: str, query: Callable[[], Select[Any]], state: ListRequest, question: Question
) -> Page:
    """The same by statements that are kept under the query's name (`kept`); its rows are plain ones, to be shown."""
    start, order = _start(state), state.order()
    form: Any = (question.form, state.sort, state.size, state.gathers(), start.backwards)
    values = dict(question.values)
    if start.row is not None:
        row = (_named("c_value", start.row[0], order.column), _named("c_key", start.row[1], order.key))
        values.update(c_value=start.row[0], c_key=start.row[1])
        form, start = (form, row[0] is None), Start(row, start.backwards)
    asking = CachedStatements(session, name, query, Question(form, values))
    return _page(asking, asking.flat, state, start, asking.row)


def _start(state: ListRequest) -> Start:
    start = Start(keyset.unpack(state.sort, state.after), False)
    if start.row is None and state.before:
        start = Start(keyset.unpack(state.sort, state.before), True)
    return start


def _named(name: str, value: Any, column: Any) -> Any:
    return None if value is None else bindparam(name, value, column.type)


def _page(
    asking: RowSource, query: Query, state: ListRequest, start: Start, shown: Callable[[Any], Any]
) -> Page:
    size = state.size + 1
    count, found = (_gathered if state.gathers() else _ordered)(asking, query, state, start)
    more = len(found) == size
    found = found[: state.size]
    if start.backwards:
        found.reverse()
    before, after = (more, True) if start.backwards else (start.row is not None, more)
    return Page(
        [shown(row) for row in found],
        count,
        keyset.pack(state.sort, *found[0][-2:]) if found and before else None,
        keyset.pack(state.sort, *found[-1][-2:]) if found and after else None,
    )


def count_of(session: Session, narrowed: Select[Any], key: Any, most: int) -> int:
    """How many rows there are, at most so many."""
    return session.scalar(_counting(narrowed, key, most)) or 0


def _counting(narrowed: Select[Any], key: Any, most: int) -> Select[Any]:
    counted = narrowed.order_by(None).with_only_columns(key, maintain_column_froms=True)
    return select(func.count()).select_from(counted.limit(_so_many(most)).subquery())


def _so_many(number: int) -> ColumnElement[Any]:
    """Written out: a limit that is bound would be unknown to a plan that serves for all values."""
    return literal_column(str(int(number)))


def apply_filters(query: Select[Any], state: ListRequest) -> Select[Any]:
    """Everything that ``state`` leaves of ``query``; what an index is asked for is found before anything else."""
    if not state.gathers() or state.is_common():
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


def _ordered(asking: RowSource, query: Query, state: ListRequest, start: Start) -> tuple[int, list[Any]]:
    """Count and page by walking in the list's order: one statement, but for rows without a value, which are read apart."""
    size, found = state.size + 1, list[Any]()
    for place in (0, 1):
        counted = bool(found)
        make = partial(_part, query, state, start, place, counted)
        rows = asking.rows(("ordered", place, counted), make)
        if rows is None:
            break
        found += rows[: size - len(found)]
        if len(found) == size:
            break
    if found:
        return found[0][-3], found
    return (0 if start.row is None else _count(asking, query, state)), found


def _part(every: Query, state: ListRequest, start: Start, place: int, counted: bool) -> Select[Any] | None:
    """The part at a place of those of which a page is put together, with the count unless that is known; None if there is none."""
    query = every()
    order, narrowed = state.order(), state.narrow(query)
    read = _as_they_are if narrowed is query or state.words or not order.is_stored else _by_their_keys
    source = _keys(narrowed, order) if read is _by_their_keys else narrowed
    parts = list(order.selects(source, start.row, start.backwards))
    if place >= len(parts):
        return None
    count = null() if counted else _counting(narrowed, order.key, MOST_COUNTED + 1).scalar_subquery()
    return read(query, parts[place].limit(_so_many(state.size + 1)), count, order, start.backwards)


def _count(asking: RowSource, query: Query, state: ListRequest, *, gather: bool = False) -> int:
    """How many there are, to one more than is counted."""
    rows = asking.rows(
        "count", lambda: _counting(state.narrow(query(), gather=gather), state.order().key, MOST_COUNTED + 1)
    )
    return int(rows[0][0]) if rows else 0


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


def _gathered(asking: RowSource, query: Query, state: ListRequest, start: Start) -> tuple[int, list[Any]]:
    """Count and page of what an index finds, in one statement if that is no more than is counted."""
    size, most = state.size + 1, MOST_COUNTED + 1

    def keys() -> Select[Any]:
        bare = _bare(state)
        return _keys(state.narrow(query(), gather=True), state.order()) if bare is None else bare

    def put(limit: int | None) -> Select[Any]:
        source = keys() if limit is None else keys().limit(_so_many(limit))
        return _put_in_order(query(), source, state.order(), start, size)

    rare = state.is_rare()

    def planned() -> PlanUse:
        if rare:
            return PlanUse.BY_KEYS
        return PlanUse.ONCE if state.only_words() and query().whereclause is None else PlanUse.EACH

    found = list(asking.rows(("gathered", rare), lambda: put(most), planned) or ())
    if not found and start.row is None:
        return 0, []
    count = found[0][-3] if found else _count(asking, query, state, gather=True)
    if count < most:
        return count, found
    if state.is_common():
        return _ordered(asking, query, state, start)
    for near in NEAR:
        found = _near(asking, query, state, start, near)
        if len(found) == size:
            return count, found
    return count, list(asking.rows("whole", lambda: put(None)) or ())


def _bare(state: ListRequest) -> Select[Any] | None:
    """The keys of what is found without the tables that are only shown, which the planner would weigh too; None where one is asked for."""
    bare = state.bare()
    if bare is None:
        return None
    keys = _keys(state.narrow(bare(), gather=True), state.order())
    # A table that a filter or the order brings in stands by itself and not among those that are joined.
    return None if any(isinstance(one, Table) for one in keys.get_final_froms()) else keys


def _near(asking: RowSource, query: Query, state: ListRequest, start: Start, near: int) -> list[Any]:
    """Of so many rows next in order those that are found, a page of them at most."""
    size, found = state.size + 1, list[Any]()
    for place in (0, 1):
        rows = asking.rows(("near", near, place), partial(_near_part, query, state, start, near, place))
        if rows is None:
            break
        found += rows[: size - len(found)]
        if len(found) == size:
            break
    return found


def _near_part(every: Query, state: ListRequest, start: Start, near: int, place: int) -> Select[Any] | None:
    query, order = every(), state.order()
    keys = next(order.parts(_keys(query, order), start.row, start.backwards)).limit(_so_many(near))
    within = state.narrow(query).where(order.key.in_(select(_cte(keys, "near").c["_key"])))
    rows = _keyed(within, order.column, order.key)
    parts = list(order.selects(rows, start.row, start.backwards))
    return parts[place].limit(_so_many(state.size + 1)) if place < len(parts) else None


def _put_in_order(
    query: Select[Any], keys: Select[Any], order: keyset.Order, start: Start, size: int
) -> Select[Any]:
    """How many keys there are, and the rows of a page of them."""
    hit, so_many = _cte(keys, "hit"), _so_many(size)
    given = keyset.Order(hit.c["_value"], hit.c["_key"], order.descending)
    top = given.apply(select(hit.c["_value"], hit.c["_key"]), start.backwards).limit(so_many)
    if start.row is not None:
        top = top.where(given.beyond(*start.row, backwards=start.backwards))
    page = top.subquery("top")
    ordered = keyset.Order(page.c["_value"], page.c["_key"], order.descending)
    counted = select(func.count()).select_from(hit).scalar_subquery()
    rows = query.where(order.key == page.c["_key"]).add_columns(counted.label("_count"))
    return ordered.apply(_keyed(rows, page.c["_value"], page.c["_key"]), start.backwards).limit(so_many)


def _keys(query: Select[Any], order: keyset.Order) -> Select[Any]:
    return query.order_by(None).with_only_columns(
        order.column.label("_value"), order.key.label("_key"), maintain_column_froms=True
    )


def _keyed(query: Select[Any], value: ColumnElement[Any], key: ColumnElement[Any]) -> Select[Any]:
    return query.add_columns(value.label("_value"), key.label("_key"))


def _cte(query: Select[Any], name: str) -> CTE:
    """A part of a statement that is done first and once, whatever comes of it."""
    return query.cte(name).prefix_with("MATERIALIZED")
