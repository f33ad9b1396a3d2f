"""What a list is asked for, as far as reading it needs to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import Select

from onedoor.edge.lists import keyset

Query = Callable[[], Select[Any]]


class ListRequest(Protocol):
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

    def only_words(self) -> bool:
        """Whether nothing but words is asked for."""

    def bare(self) -> Query | None:
        """The same rows without what is only shown beside them, if the list says so."""

    def gathers(self) -> bool:
        """Whether what is searched is gathered by an index before it is put in order."""

    def is_common(self) -> bool:
        """Whether very many have what is searched."""

    def is_rare(self) -> bool:
        """Whether it is known that next to nobody has what is searched."""

    def narrow(self, query: Select[Any], *, gather: bool = False) -> Select[Any]:
        """``query`` with the search and the filters."""

    def order(self) -> keyset.Order:
        """The order asked for."""
