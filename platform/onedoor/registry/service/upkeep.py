"""That a library was brought up to date, and a person's word that all of it is right (核对无误, R-L5)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, kept
from onedoor.registry import queries
from onedoor.registry.models import Import, LibraryUpdate
from onedoor.registry.service.target_figures import follow_library

NAMES = {
    "targets": Sentence("检查对象名录库"),
    "inspectors": Sentence("执法检查人员名录库"),
    "experts": Sentence("专家和检验检测机构名单"),
}
# What the log calls the library.
_SUBJECTS = {"targets": "target_library", "inspectors": "inspector_library", "experts": "expert_library"}


def note_update(
    library: str, added: int, ended: int, note: str, *, whole: bool = False, load: UUID | None = None
) -> int:
    """Remember that a library was brought up to date, the `whole` of it or some; returns how many are in it."""
    scope, total = current_scope(), queries.upkeep.size(library)
    assert scope.tenant_id is not None
    told = {"added": added, "ended": ended, "total": total, "note": str(note), "note_said": kept(note)}
    made = LibraryUpdate(id=new_id(), tenant_id=scope.tenant_id, library=library, at=now(), **told)
    made.actor_name, made.whole, made.import_id = scope.actor_name, whole, load
    db.session.add(made)
    db.session.flush()
    return total


def confirm_library(library: str) -> None:
    """Somebody went through the whole library and found it right; nothing of it changes, its age begins anew."""
    name = NAMES[library]
    if not queries.upkeep.size(library):
        raise Conflict("%(name)s里还没有内容，不能核对；请先导入或新增。", name=name)
    if library == "targets" and queries.ceased_count():
        raise Conflict("名录库里还有已注销、吊销或迁出的检查对象，请先在“已停止”里移出，再核对。")
    total = note_update(library, 0, 0, Sentence("核对无误"), whole=True)
    if library == "targets":
        follow_library()
    audit.record("registry.library.confirm", (_SUBJECTS[library], None), str(name), after={"total": total})
    db.session.flush()


def forget(run: Import) -> None:
    """A load that is taken back went over nothing."""
    of_load = sa.update(LibraryUpdate).where(LibraryUpdate.import_id == run.id, LibraryUpdate.whole)
    db.session.execute(of_load.values(whole=False))
