"""What a caller asks of a list, and where in it the answer stands: the same for every list that is searched, filtered and put in order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from marshmallow import Schema, fields, validate

from onedoor.api.lists.paging import CursorArgs, list_name
from onedoor.edge.lists import keyset


def orders(sorts: Mapping[str, Any]) -> list[str]:
    """What `sort` may be: each name, and each with `-` before it for backwards."""
    return [way + name for name in sorts for way in ("", "-")]


class PartArgs(CursorArgs):
    """How large a part is asked for, and from where: after a page, or before it."""

    before = fields.String(
        validate=validate.Length(max=1_000), metadata={"description": "`previous` of the page after"}
    )


class Part(Schema):
    """Where a page stands: `count` is exact to 10,000, and 10,001 for any more."""

    count = fields.Integer(attribute="page.count")
    next = fields.String(attribute="page.next_cursor", allow_none=True)
    previous = fields.String(attribute="page.previous_cursor", allow_none=True)


@dataclass(frozen=True)
class Asked(ABC):
    """What a caller asks of a list (`edge.lists.reader`): its pages go by `key`, its orders are named by `sorts`."""

    given: Mapping[str, Any]
    key: Any
    sorts: Mapping[str, Any]

    @property
    def words(self) -> str:
        return str(self.given["q"]).replace("\x00", "").strip()

    @property
    def sort(self) -> str:
        """The order asked for, of this list: a cursor is good for no other."""
        return list_name(self._sort)

    @property
    def _sort(self) -> str:
        return str(self.given["sort"])

    @property
    def size(self) -> int:
        return int(self.given["size"])

    @property
    def after(self) -> str | None:
        return self.given.get("after")

    @property
    def before(self) -> str | None:
        return self.given.get("before")

    def order(self) -> keyset.Order:
        return keyset.Order(self.sorts[self._sort.removeprefix("-")], self.key, self._sort.startswith("-"))

    def only_words(self) -> bool:
        """Whether nothing but words is asked for."""
        return False

    def bare(self) -> None:
        """The same rows without what is only shown beside them: an answer shows what is asked for."""
        return None

    def gathers(self) -> bool:
        """Whether what is searched is gathered by an index before it is put in order."""
        return False

    def is_common(self) -> bool:
        """Whether very many have what is searched."""
        return False

    def is_rare(self) -> bool:
        """Whether it is known that next to nobody has it: the interface keeps no plans for that."""
        return False

    @abstractmethod
    def narrow(self, query: sa.Select[Any], *, gather: bool = False) -> sa.Select[Any]:
        """``query`` with the search and the filters."""
