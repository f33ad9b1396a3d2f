"""A list as a declaration: it reads a select by key and keeps its state in the address."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, request
from flask_babel import gettext as _
from sqlalchemy import Select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from onedoor.edge.lists import reader
from onedoor.edge.lists.indexed_search import IndexedSearch
from onedoor.web.shell import exports
from onedoor.web.shell.formats import number
from onedoor.web.shell.lists.columns import Bulk, Column, Filter
from onedoor.web.shell.lists.saved_views import Memory, memory_of_request
from onedoor.web.shell.lists.state import SIZES, State
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.renderer import page, ui, wants_fragment


@dataclass(frozen=True)
class ListPage:
    """The declaration. ``key`` is the unique column that ends every order; ``search`` the columns searched.
    ``order`` is a column's key, with ``-`` for descending. ``empty`` says what to do when there is nothing yet, and
    ``empty_action`` (words, endpoint and its values) leads there whom that page lets in. The file has
    the columns the reader chose to see, of an ``entire_file`` all, and then those of no page, which ``file_query`` reads too.
    ``kept`` names the query of a large list whose statements are kept (`lists.kept`): it is the same for a bureau whenever
    it is made, and its rows are shown, not changed. ``bare`` is the same rows without the tables that are only shown.
    """

    title: Any
    key: Any
    columns: Sequence[Column]
    search: Sequence[Any] | Callable[[Select[Any], str], Select[Any]] | IndexedSearch = ()
    search_label: Any = ""
    filters: Sequence[Filter] = ()
    order: str = ""
    empty: Any = ""
    empty_action: tuple[Any, str, Mapping[str, Any]] | None = None
    bulk: Sequence[Bulk] = ()
    export: bool = True
    entire_file: bool = False
    file_query: Callable[[], Select[Any]] | None = None
    again: Sequence[Column] = ()  # of a file beside it with every field, as a load reads it
    size: int = 20
    row_key: Callable[[Any], Any] = field(default=lambda row: row.id)
    row_class: Callable[[Any], str] | None = None
    name: str = "list"
    kept: str = ""
    bare: Callable[[], Select[Any]] | None = None

    def view(self, session: Session, query: Select[Any], args: MultiDict[str, str]) -> "View":
        """Read one page of ``query`` as ``args`` ask."""
        state = State.read(self, args)
        return View(self, state, reader.read_page(session, query, state), memory_of_request())

    def read(
        self, session: Session, query: Select[Any] | Callable[[], Select[Any]], state: "State"
    ) -> reader.Page:
        """One page; a query that is kept comes as what makes it."""
        if not callable(query):
            return reader.read_page(session, query, state)
        if question := state.question() if self.kept else None:
            return reader.read_cached_page(session, self.kept, query, state, question)
        return reader.read_page(session, query(), state)

    def respond(
        self,
        session: Session,
        query: Select[Any] | Callable[[], Select[Any]],
        template: str,
        /,
        beside: Callable[[], Mapping[str, Any]] = dict,
        **context: Any,
    ) -> Response:
        """The page with the list as ``listing`` and what ``beside`` finds; or its fragment or ``export=`` file, which wait for no such."""
        state = State.read(self, request.args)
        kind = request.args.get("export")
        if self.export and kind in exports.KINDS:
            read = self.file_query or query
            return self.file(session, read() if callable(read) else read, kind)
        view = View(self, state, self.read(session, query, state), memory_of_request())
        if wants_fragment() == self.name:
            response = make_response(str(ui.list_body(view)))
            response.vary.update(["HX-Request", "HX-Target"])
            return response
        return page(template, listing=view, **context, **beside())

    @property
    def page_columns(self) -> list[Column]:
        """The columns a page may have."""
        return [column for column in self.columns if not column.file_only]

    def chosen_columns(self, memory: Memory | None) -> list[Column]:
        """The columns the reader wants; the first names the row and always stands."""
        hidden = memory.hidden if memory else ()
        return [one for place, one in enumerate(self.page_columns) if not place or one.key not in hidden]

    def file(self, session: Session, query: Select[Any], kind: str) -> Response:
        """Everything the filters leave, in the list's order, of the columns the page shows; `Conflict` for more than a sheet takes."""
        state = State.read(self, request.args)
        narrowed = reader.apply_filters(query, state)
        if kind == "xlsx":
            exports.refuse_too_many(reader.count_of(session, narrowed, self.key, exports.MOST_IN_A_SHEET + 1))
        again = self.again if request.args.get("fields") == "all" else ()
        shown = self.chosen_columns(None if self.entire_file else memory_of_request())
        shown += [column for column in self.columns if column.file_only]
        columns = again or [column for column in shown if column.exported]
        found = reader.every_row(session, narrowed, state.order())
        rows = ([column.exports(row) for column in columns] for row in found)
        return exports.table(str(self.title), kind, [str(column.label) for column in columns], rows)


@dataclass(frozen=True)
class View:
    """One page of a list, ready to draw (``ui.list``). ``count`` is `reading.MOST_COUNTED` + 1 for anything beyond it."""

    listing: ListPage
    state: State
    page: reader.Page
    memory: Memory | None = None

    @property
    def rows(self) -> Sequence[Any]:
        return self.page.rows

    @property
    def count(self) -> int:
        return self.page.count

    @property
    def previous_cursor(self) -> str | None:
        return self.page.previous_cursor

    @property
    def next_cursor(self) -> str | None:
        return self.page.next_cursor

    @property
    def counted(self) -> str:
        """How many there are, in words: exactly so far, then more than."""
        if self.count > reader.MOST_COUNTED:
            return _("超过 1 万条")
        return _("共 %(count)s 条", count=number(self.count))

    @property
    def columns(self) -> list[Column]:
        """The columns the reader wants."""
        return self.listing.chosen_columns(self.memory)

    @property
    def asked(self) -> dict[str, str]:
        """What a view keeps: search, filters and order, as the address has them."""
        return {key: str(value) for key, value in self.state.parameters().items() if value and key != "size"}

    @property
    def narrowed(self) -> bool:
        return bool(self.state.words or self.state.chosen)

    @property
    def sizes(self) -> tuple[int, ...]:
        return SIZES

    @property
    def first_step(self) -> tuple[Any, ...]:
        """Where an empty list leads whom that page lets in: words and address, or nothing."""
        if self.listing.empty_action is None:
            return ()
        words, endpoint, values = self.listing.empty_action
        url = url_if(endpoint, **values)
        return (words, url) if url else ()

    @property
    def cleared(self) -> dict[str, str]:
        """Every filter, empty: ``view.url(**view.cleared)``."""
        return {item.key: "" for item in self.listing.filters}

    def url(self, **changes: Any) -> str:
        """This list's address with some of its state changed; paging starts anew."""
        asked = {**self.state.parameters(), **changes}
        kept = {key: value for key, value in asked.items() if value not in (None, "")}
        return f"{request.path}?{urlencode(kept)}" if kept else request.path

    def chips(self) -> Iterator[tuple[str, str, str]]:
        """(label, value, address without it) of what narrows the list."""
        if self.state.words:
            yield _("搜索"), self.state.words, self.url(q="")
        for item in self.listing.filters:
            value = self.state.chosen.get(item.key)
            if value:
                yield str(item.label), item.chosen(value) or "", self.url(**{item.key: ""})

    def sorted(self, column: Column) -> str:
        """``ascending``, ``descending`` or ``none``, as ``aria-sort`` has it."""
        if self.state.sort.removeprefix("-") != column.key:
            return "none"
        return "descending" if self.state.sort.startswith("-") else "ascending"

    def sort_url(self, column: Column) -> str:
        """Sort by this column; the other way round when it is already sorted by it."""
        return self.url(sort=f"-{column.key}" if self.state.sort == column.key else column.key)

    def export_url(self, kind: str, fields: str = "") -> str:
        return self.url(export=kind, fields=fields)
