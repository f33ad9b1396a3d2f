"""From where a hand's change of the register came, for the history, which is kept by the statement that writes (`entities.policies.history`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from onedoor.entities.models import Correction
from onedoor.kernel.db import db

_SAY_SOURCE = sa.text(
    "SELECT set_config('onedoor.source', :source, true), set_config('onedoor.correction', :correction, true)"
)


@contextmanager
def change_source(correction: Correction | None) -> Iterator[None]:
    """What is changed within is written with the proposal it came from, or as done by hand; nothing before it, or after."""
    said = {"source": "hand", "correction": ""}
    if correction is not None:
        said = {"source": "correction", "correction": str(correction.id)}
    # Before anything is changed: asking the database writes out what was.
    db.session.execute(_SAY_SOURCE, said)
    yield
    db.session.flush()
    db.session.execute(_SAY_SOURCE, {"source": "", "correction": ""})
