"""Which rows of a list an action is for: those ticked, or all that the search and the filters leave."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from werkzeug.datastructures import MultiDict

from onedoor.edge.lists import reader
from onedoor.web.shell.lists.list_page import ListPage
from onedoor.web.shell.lists.state import State

MOST_KEYS, LONGEST_VALUE = 20, 200
# So many rows can be ticked on a page; whoever sends more by hand is told of these.
MOST_TICKED = 1_000


@dataclass(frozen=True)
class Chosen:
    """The chosen rows as a select of their keys; `fields` (name, value) say the same in a form that is sent on."""

    keys: Select[Any]
    fields: list[tuple[str, str]]
    whole: bool


def asked_of(given: Mapping[str, str]) -> dict[str, str]:
    """A list's search, filters and order as a form carries them (`ask-…`)."""
    named = {key.removeprefix("ask-"): value for key, value in given.items() if key.startswith("ask-")}
    kept = list(named.items())[:MOST_KEYS]
    return {key[:40].replace("\x00", ""): value[:LONGEST_VALUE].replace("\x00", "") for key, value in kept}


def chosen(listing: ListPage, query: Select[Any], given: MultiDict[str, str]) -> Chosen:
    """What a form chose of `query`: with `all` what the list showed when it was sent, else the rows in `ids`.

    Only rows of the query are found, whatever ids were sent.
    """
    if given.get("all") == "yes":
        asked = asked_of(given)
        found = reader.apply_filters(query, State.read(listing, MultiDict(asked)))
        fields = [("all", "yes"), *((f"ask-{key}", value) for key, value in asked.items())]
        return Chosen(_keys(found, listing), fields, True)
    ids = list(dict.fromkeys(_ids(given.getlist("ids")[:MOST_TICKED])))
    return Chosen(
        _keys(query.where(listing.key.in_(ids)), listing), [("ids", str(one)) for one in ids], False
    )


def _keys(query: Select[Any], listing: ListPage) -> Select[Any]:
    return query.order_by(None).with_only_columns(listing.key, maintain_column_froms=True)


def _ids(texts: list[str]) -> Iterator[UUID]:
    for text in texts:
        try:
            yield UUID(text)
        except ValueError:
            continue
