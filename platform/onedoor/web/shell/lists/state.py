"""What an address asks of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Select, or_
from werkzeug.datastructures import MultiDict

from onedoor.edge.lists import keyset
from onedoor.edge.lists.cached_statements import Question
from onedoor.edge.lists.indexed_search import IndexedSearch, indexed_search
from onedoor.web.shell.lists.columns import Column, Filter

SIZES = (20, 50, 100)


class Declared(Protocol):
    """What a list (`listing.Listing`) declares of what can be asked."""

    @property
    def key(self) -> Any: ...
    @property
    def columns(self) -> Sequence[Column]: ...
    @property
    def filters(self) -> Sequence[Filter]: ...
    @property
    def search(self) -> Any: ...
    @property
    def order(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def bare(self) -> Callable[[], Select[Any]] | None: ...


@dataclass(frozen=True)
class State:
    """What the address asks of a list."""

    listing: Declared
    words: str
    chosen: Mapping[str, str]
    sort: str
    size: int
    after: str | None
    before: str | None

    @classmethod
    def read(cls, listing: Declared, args: MultiDict[str, str]) -> State:
        given = {item.key: args.get(item.key, "") for item in listing.filters}
        chosen = {
            item.key: given[item.key]
            for item in listing.filters
            if given[item.key] and item.chosen(given[item.key])
        }
        sortable = {column.key for column in listing.columns if column.sort is not None}
        sort = args.get("sort", "")
        size = args.get("size", type=int) or listing.size
        return cls(
            listing,
            args.get("q", "").replace("\x00", "").strip()[:100],
            chosen,
            sort if sort.removeprefix("-") in sortable else listing.order,
            size if size in SIZES else listing.size,
            args.get("after"),
            args.get("before"),
        )

    def only_words(self) -> bool:
        """Whether nothing but words is asked for."""
        return not self.chosen

    def bare(self) -> Callable[[], Select[Any]] | None:
        """The list's rows without what is only shown beside them."""
        return self.listing.bare

    def gathers(self) -> bool:
        """Whether what is searched is gathered by an index before it is put in order."""
        search = indexed_search(self.listing.search)
        if search is None or not self.words:
            return False
        return not (search.met if search.met and self.only_words() else search.common)(self.words)

    def is_common(self) -> bool:
        """Whether very many have what is searched."""
        search = indexed_search(self.listing.search)
        return search is not None and search.common(self.words)

    def is_rare(self) -> bool:
        """Whether it is known that next to nobody has what is searched."""
        search = indexed_search(self.listing.search)
        return search is not None and search.rare is not None and search.rare(self.words)

    def question(self) -> Question | None:
        """The form of what is searched and filtered, and its values; None where a search has values without a name."""
        form: list[Any] = []
        values: dict[str, Any] = {}
        for item in self.listing.filters:
            if item.key in self.chosen:
                asked, bound = item.asked(self.chosen[item.key])
                form.append(asked)
                values.update(bound)
        if self.words and (search := self.listing.search):
            if not isinstance(search, IndexedSearch):
                return None
            words, bound_words = search.asked(self.words)
            form.append(words)
            values.update(bound_words)
        return Question(tuple(form), values)

    def narrow(self, query: Select[Any], *, gather: bool = False) -> Select[Any]:
        """``query`` with the search and the filters of this state; the search by its index, or row by row."""
        for item in self.listing.filters:
            if item.key in self.chosen:
                query = item.narrow(query, self.chosen[item.key])
        search = self.listing.search
        if isinstance(search, IndexedSearch):
            return (search.gather if gather else search.read)(query, self.words) if self.words else query
        if self.words and callable(search):
            return search(query, self.words)
        if self.words and search and not callable(search):
            for word in self.words.split():
                query = query.where(or_(*(column.icontains(word, autoescape=True) for column in search)))
        return query

    def order(self) -> keyset.Order:
        key = self.sort.removeprefix("-")
        for column in self.listing.columns:
            if column.key == key and column.sort is not None:
                return keyset.Order(column.sort, self.listing.key, self.sort.startswith("-"))
        return keyset.Order(self.listing.key, self.listing.key, self.sort.startswith("-"))

    def parameters(self) -> dict[str, Any]:
        size = self.size if self.size != self.listing.size else ""
        sort = self.sort if self.sort != self.listing.order else ""
        return {"q": self.words, **self.chosen, "sort": sort, "size": size}
