"""That a library was brought up to date, and a person's word that all of it is right (核对无误, R-L5)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from onedoor.imports import queries
from onedoor.imports.models import Import, LibraryUpdate
from onedoor.imports.queries.library_updates import LIBRARIES, Library
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, sentence_parts


def declare(libraries: Iterable[Library]) -> None:
    """Make libraries known, in the order in which they are told of; each room has its own."""
    LIBRARIES.clear()
    LIBRARIES.update({library.name: library for library in libraries})


def note_update(
    library: str, added: int, ended: int, note: str, *, whole: bool = False, load: UUID | None = None
) -> int:
    """Remember that a library was brought up to date, the `whole` of it or some; returns how many are in it."""
    scope, total = current_scope(), queries.library_updates.size(library)
    assert scope.tenant_id is not None
    columns = {
        "added": added,
        "ended": ended,
        "total": total,
        "note": str(note),
        "note_said": sentence_parts(note),
    }
    made = LibraryUpdate(id=new_id(), tenant_id=scope.tenant_id, library=library, at=now(), **columns)
    made.actor_name, made.whole, made.import_id = scope.actor_name, whole, load
    db.session.add(made)
    db.session.flush()
    return total


def confirm_library(library: str) -> None:
    """Somebody went through the whole library and found it right; nothing of it changes, its age begins anew."""
    declared = LIBRARIES[library]
    if not queries.library_updates.size(library):
        raise Conflict("%(name)s里还没有内容，不能核对；请先导入或新增。", name=declared.title)
    declared.refuse_confirmation()
    total = note_update(library, 0, 0, Sentence("核对无误"), whole=True)
    declared.confirmed()
    subject = (declared.subject, None)
    audit.record("registry.library.confirm", subject, str(declared.title), after={"total": total})
    db.session.flush()


def forget(run: Import) -> None:
    """A load that is taken back went over nothing."""
    of_load = sa.update(LibraryUpdate).where(LibraryUpdate.import_id == run.id, LibraryUpdate.whole)
    db.session.execute(of_load.values(whole=False))
