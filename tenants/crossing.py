"""The one door across bureaus: a read with a purpose, counted and kept (R-T3).

It is for supervision alone; who may import it stands in the import contract. The role's policies
decide what is seen; this says who looked, why, and how much of it there was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.scope import DbRole, current_scope
from onedoor.kernel.sentences import sentence_parts
from tenants.models import CrossingEntry


class Reader:
    """What one look across bureaus reads, one query or several.

    `rows` counts what it was shown; `purpose` is what the log will show, and may name the thing once it is read.
    """

    def __init__(self, purpose: str) -> None:
        self.purpose, self.rows = purpose, 0

    def execute(self, query: sa.Select[*tuple[Any, ...]]) -> Sequence[Any]:
        """The rows of a query."""
        found = db.session.execute(query).all()
        self.rows += len(found)
        return found

    def scalars(self, query: sa.Select[*tuple[Any, ...]]) -> list[Any]:
        """The first column of each row: things, where the query selects things."""
        return [row[0] for row in self.execute(query)]

    def scalar(self, query: sa.Select[*tuple[Any, ...]]) -> Any:
        """A number about rows; the rows themselves are not shown, and do not count."""
        return db.session.scalar(query)


@contextmanager
def cross_bureau_read(purpose: str) -> Iterator[Reader]:
    """Look at rows of supervised bureaus for `purpose`, a `Sentence` the log shows; one entry for one look."""
    scope = current_scope()
    if scope.role is not DbRole.SUPERVISOR or scope.tenant_id is None:
        raise PermissionError("only a supervisor's scope reads across bureaus")
    reader = Reader(purpose)
    yield reader
    look = CrossingEntry(
        id=new_id(),
        tenant_id=scope.tenant_id,
        at=now(),
        actor_id=scope.actor_id,
        actor_name=scope.actor_name,
        purpose=str(reader.purpose),
        purpose_said=sentence_parts(reader.purpose),
        rows=reader.rows,
    )
    db.session.add(look)
    # So that looks stand in the chain of the bureau that looks, like all its acts.
    audit.record("supervision.records.look", ("look", look.id), look.purpose, after={"rows": look.rows})


def read(purpose: str, query: sa.Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """The rows of one query for `purpose`; see `reading`."""
    with cross_bureau_read(purpose) as reader:
        return reader.execute(query)
