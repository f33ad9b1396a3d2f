"""Taking back a load of targets, while nothing depends on it (R-L5, R-L11).

`import_row.before` says what the load did to each (`service.put_targets`). Nothing is deleted but a contact the load
noted: who came in by the load leaves again, and the library keeps that it was so (R-T6).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from onedoor.imports.models import Import
from onedoor.imports.service.library_updates import note_update
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence
from onedoor.targets.rules.exits import UNDONE
from onedoor.targets.service.figures import follow_library
from onedoor.targets.service.undo_details import CHANGED, OF_TARGET, number_lost, take_back
from tenants.units import my_unit

_ROWS = f"import_row r {OF_TARGET} WHERE r.import_id = :load AND r.verdict IN ('new', 'changed')"
_CHANGED = (
    f"SELECT count(*) FROM {_ROWS} AND ("  # noqa: S608 - our own words
    "(t.ended_on IS NOT NULL) <> (r.before ? 'ended')"
    " OR t.listed_on <> CAST(r.before ->> 'listed' AS date)"
    " OR t.unit_id IS DISTINCT FROM CAST(r.before ->> 'unit' AS uuid)"
    " OR (r.before ? 'ended' AND EXISTS (SELECT FROM target o WHERE o.tenant_id = t.tenant_id"
    "  AND o.entity_id = t.entity_id AND o.ended_on IS NULL))"
    f" OR {CHANGED})"
)
_MERGED = (
    f"SELECT count(*) FROM {_ROWS} AND r.before ? 'ended' AND EXISTS (SELECT FROM entity_merge g"  # noqa: S608 - our own words
    " WHERE g.gone_id = t.entity_id AND g.undone_at IS NULL)"
)
# Who ceased or moved away is in no library (R-L6): whether it had before the load or has since, it does not come back.
_CEASED = "EXISTS (SELECT FROM entity e WHERE e.id = {}.entity_id AND e.status IN ('moved', 'deregistered', 'revoked'))"
_STAYS_OUT = f"SELECT count(*) FROM {_ROWS} AND r.before ? 'ended' AND {_CEASED.format('t')}"  # noqa: S608 - our own words
_OF_OTHERS = f"SELECT count(*) FROM {_ROWS} AND t.unit_id <> :mine"  # noqa: S608
_WITH_MATTERS = (
    f"SELECT count(*) FROM {_ROWS} AND r.verdict = 'new' AND EXISTS (SELECT FROM target_matter m"  # noqa: S608
    " WHERE m.tenant_id = t.tenant_id AND m.entity_id = t.entity_id AND m.ended_on IS NULL)"
)
_STEPS: dict[str, str] = {
    "days back": "UPDATE target t SET listed_on = CAST(r.before ->> 'was_listed' AS date) FROM import_row r"
    " WHERE r.import_id = :load AND r.subject_id = t.id AND r.before ? 'was_listed'",
    "units back": "UPDATE target t SET unit_id = CAST(r.before ->> 'was_unit' AS uuid) FROM import_row r"
    " WHERE r.import_id = :load AND r.subject_id = t.id AND r.before ? 'was_unit'",
    "matters back": "UPDATE target_matter m SET ended_on = NULL, ended_reason = NULL FROM import_row r,"  # noqa: S608
    " jsonb_array_elements_text(r.before -> 'matters') g (matter)"
    f" WHERE r.import_id = :load AND m.id = CAST(g.matter AS uuid) AND NOT {_CEASED.format('m')}",
}
_BACK = (
    "UPDATE target t SET ended_on = NULL, ended_reason = NULL FROM import_row r"  # noqa: S608 - our own words
    " WHERE r.import_id = :load AND r.subject_id = t.id AND r.before ? 'ended'"
    f" AND NOT {_CEASED.format('t')}"
)
_OUT = (
    "UPDATE target t SET ended_on = :today, ended_reason = :reason FROM import_row r"
    " WHERE r.import_id = :load AND r.subject_id = t.id AND r.verdict = 'new' AND t.ended_on IS NULL"
)


def targets_undone(run: Import) -> str | None:
    """Why a load of targets cannot be taken back, as a sentence; None when it can."""
    mine = my_unit()
    if mine is not None and db.session.scalar(sa.text(_OF_OTHERS), {"load": run.id, "mine": mine}):
        return Sentence("这次导入的检查对象里有的由其他科室维护，请由管理员撤销。")
    if changed := _count(_CHANGED, run):
        return Sentence("这次导入的检查对象里有 %(count)s 个后来又有变动，不能撤销。", count=changed)
    if merged := _count(_MERGED, run):
        return Sentence("这次移出的检查对象里有 %(count)s 个后来并入了别的主体，不能撤销。", count=merged)
    if bearing := _count(_WITH_MATTERS, run):
        return Sentence(
            "这次列入的检查对象里有 %(count)s 个已登记场所、产品、项目或行为，不能撤销。", count=bearing
        )
    return number_lost(run)


def undo_targets(run: Import) -> dict[str, Any]:
    """Who came in leaves again, who left is back, and what was changed is as it was."""
    take_back(run, OF_TARGET)
    for step in _STEPS.values():
        db.session.execute(sa.text(step), {"load": run.id})
    back = db.session.execute(sa.text(_BACK), {"load": run.id}).rowcount  # type: ignore[attr-defined]
    leaving = {"load": run.id, "today": today(), "reason": UNDONE}
    out = db.session.execute(sa.text(_OUT), leaving).rowcount  # type: ignore[attr-defined]
    db.session.expire_all()
    left = _count(_STAYS_OUT, run)
    restored = _count(f"SELECT count(*) FROM {_ROWS} AND r.verdict = 'changed'", run) - left  # noqa: S608
    note_update("targets", back, out, _note(run, left))
    follow_library()
    return {"removed": out, "restored": restored} | ({"left": left} if left else {})


def _note(run: Import, left: int) -> Sentence:
    if not left:
        return Sentence("撤销导入：%(file)s", file=run.file_name)
    return Sentence(
        "撤销导入：%(file)s（其中 %(count)s 个已注销、吊销或迁出，没有恢复）", file=run.file_name, count=left
    )


def _count(query: str, run: Import) -> int:
    return db.session.scalar(sa.text(query), {"load": run.id}) or 0
