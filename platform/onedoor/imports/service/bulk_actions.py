"""What an action on many records is made of; each kind of record has its own (`service.bulk.ACTIONS`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError

Refused = Mapping[UUID, ClerkError]


@dataclass(frozen=True)
class Action:
    """`title` names it in the job's title; `apply` does it to some hundred records (ids, params) and answers to which it
    was not done and why; `names` gives the names of records, for the report. What is one thing of all of them, such as a
    proposal, is done `together`, however many they are."""

    title: str
    apply: Callable[[Sequence[UUID], Mapping[str, Any]], Refused]
    names: Callable[[Sequence[UUID]], Mapping[UUID, str]]
    together: bool = False


def one_by_one(found: Iterable[Any], change: Callable[[Any], object]) -> Refused:
    """Do it to each record by itself: what is refused for one is undone for that one alone."""
    refused: dict[UUID, ClerkError] = {}
    for one in found:
        key = one.id
        try:
            with db.session.begin_nested():
                change(one)
        except ClerkError as error:
            refused[key] = error
    return refused
