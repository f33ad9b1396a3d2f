"""Taking back a load of targets (R-L5, R-L11).

`import_row.before` says what the load did to each (`service.put_targets`). Nothing is deleted but a contact the load
noted: who came in by the load leaves again, and the library keeps that it was so (R-T6).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from onedoor.imports.models import Import
from onedoor.imports.service.journal import CHANGED_SINCE, OF_OTHER_UNITS, TAKEN_BACK, held
from onedoor.imports.service.library_updates import note_update
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence
from onedoor.targets.rules.exits import UNDONE
from onedoor.targets.service.figures import follow_library
from onedoor.targets.service.undo_details import CHANGED, NUMBER_LOST, OF_TARGET, WITHOUT_NUMBER, take_back
from tenants.units import my_unit

_CHANGED = (
    "(t.ended_on IS NOT NULL) <> (r.before ? 'ended')"
    " OR t.listed_on <> CAST(r.before ->> 'listed' AS date)"
    " OR t.unit_id IS DISTINCT FROM CAST(r.before ->> 'unit' AS uuid)"
    " OR (r.before ? 'ended' AND EXISTS (SELECT FROM target o WHERE o.tenant_id = t.tenant_id"
    "  AND o.entity_id = t.entity_id AND o.ended_on IS NULL))"
    f" OR {CHANGED}"
)
_MERGED = "r.before ? 'ended' AND EXISTS (SELECT FROM entity_merge g WHERE g.gone_id = t.entity_id AND g.undone_at IS NULL)"
# Who ceased or moved away is in no library (R-L6): whether it had before the load or has since, it does not come back.
_CEASED = (
    "r.before ? 'ended' AND EXISTS (SELECT FROM entity e WHERE e.id = t.entity_id"
    " AND e.status IN ('moved', 'deregistered', 'revoked'))"
)
_WITH_MATTERS = (
    "r.verdict = 'new' AND EXISTS (SELECT FROM target_matter m"
    " WHERE m.tenant_id = t.tenant_id AND m.entity_id = t.entity_id AND m.ended_on IS NULL)"
)
_STEPS: dict[str, str] = {
    "days back": "UPDATE target t SET listed_on = CAST(r.before ->> 'was_listed' AS date)"  # noqa: S608 - our own words
    f" FROM {TAKEN_BACK} WHERE r.subject_id = t.id AND r.before ? 'was_listed'",
    "units back": "UPDATE target t SET unit_id = CAST(r.before ->> 'was_unit' AS uuid)"  # noqa: S608
    f" FROM {TAKEN_BACK} WHERE r.subject_id = t.id AND r.before ? 'was_unit'",
    "matters back": "UPDATE target_matter m SET ended_on = NULL, ended_reason = NULL"  # noqa: S608
    f" FROM {TAKEN_BACK}, jsonb_array_elements_text(r.before -> 'matters') g (matter)"
    " WHERE m.id = CAST(g.matter AS uuid)",
}
_BACK = (
    "UPDATE target t SET ended_on = NULL, ended_reason = NULL"  # noqa: S608
    f" FROM {TAKEN_BACK} WHERE r.subject_id = t.id AND r.before ? 'ended'"
)
_OUT = (
    "UPDATE target t SET ended_on = :today, ended_reason = :reason"  # noqa: S608
    f" FROM {TAKEN_BACK} WHERE r.subject_id = t.id AND r.verdict = 'new' AND t.ended_on IS NULL"
)
_RESTORED = f"SELECT count(*) FROM {TAKEN_BACK} WHERE r.verdict = 'changed'"  # noqa: S608 - our own words


def held_targets(run: Import) -> Iterator[tuple[str, sa.Select[Any]]]:
    """What another unit keeps, was changed or merged since, ceased or has something listed with it."""
    mine = my_unit()
    if mine is not None:
        yield OF_OTHER_UNITS, held(run, "t.unit_id <> :mine", OF_TARGET, mine=mine)
    yield Sentence("后来并入了别的主体"), held(run, _MERGED, OF_TARGET)
    yield Sentence("已注销、吊销或迁出，不再列入名录库"), held(run, _CEASED, OF_TARGET)
    yield CHANGED_SINCE, held(run, _CHANGED, OF_TARGET)
    yield Sentence("已登记场所、产品、项目或行为"), held(run, _WITH_MATTERS, OF_TARGET)
    yield NUMBER_LOST, held(run, WITHOUT_NUMBER, OF_TARGET)


def undo_targets(run: Import) -> dict[str, Any]:
    """Who came in leaves again, who left is back, and what was changed is as it was."""
    take_back(run, OF_TARGET)
    for step in _STEPS.values():
        db.session.execute(sa.text(step), {"load": run.id})
    back = db.session.execute(sa.text(_BACK), {"load": run.id}).rowcount  # type: ignore[attr-defined]
    leaving = {"load": run.id, "today": today(), "reason": UNDONE}
    out = db.session.execute(sa.text(_OUT), leaving).rowcount  # type: ignore[attr-defined]
    db.session.expire_all()
    restored = db.session.scalar(sa.text(_RESTORED), {"load": run.id}) or 0
    note_update("targets", back, out, Sentence("撤销导入：%(file)s", file=run.file_name))
    follow_library()
    return {"removed": out, "restored": restored}
