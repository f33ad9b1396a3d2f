"""Places of business, products, projects and activities from a file (R-L5, R-L11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from onedoor.entities.models import Entity, Premises
from onedoor.entities.service import merge_lock
from onedoor.entities.service.keepers import keepers_of_kinds, unknown_code
from onedoor.entities.service.row_entities import no_such_place, places_by_name
from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader, is_foot
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.row_outcomes import CHANGED, NEW, UNCHANGED, RowOutcome, RowOutcomes, read_as
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.scope import current_scope
from onedoor.kernel.spreadsheets import SourceTable
from onedoor.targets import queries
from onedoor.targets.models import Target, TargetMatter
from onedoor.targets.rules.codes import LISTED_NAMES
from onedoor.targets.rules.codes import PLACE as PLACE_OF_BUSINESS
from onedoor.targets.rules.matter_rows import (
    CODE,
    FIRM,
    KIND,
    NAME,
    NUMBER,
    PLACE,
    Key,
    MatterRow,
    read_matter,
)
from onedoor.targets.rules.target_rows import LEAVES
from onedoor.targets.service.figures import follow_library
from onedoor.targets.service.matters import not_covered
from tenants import queries as tenants
from tenants.units import my_unit

_FACTS = ("nature", "industry", "jurisdiction_code", "note", "listed_on", "ended_on", "ended_reason")
_AT_ONCE = 5_000


class _Standing:
    """What the register and the library say of the firms of a file."""

    def __init__(self, codes: list[str]) -> None:
        tenant = current_scope().tenant_id
        self.entities: dict[str, Entity] = {}
        for start in range(0, len(codes), _AT_ONCE):
            asked = sa.literal(codes[start : start + _AT_ONCE], sa.ARRAY(sa.Text()))
            found = db.session.scalars(sa.select(Entity).where(Entity.code == sa.any_(asked)))
            self.entities |= {one.code: one for one in found}
        listed = sa.select(Target).where(Target.tenant_id == tenant, Target.ended_on.is_(None))
        of = sa.literal([one.id for one in self.entities.values()], sa.ARRAY(sa.Uuid()))
        self.targets = {
            one.entity_id: one for one in db.session.scalars(listed.where(Target.entity_id == sa.any_(of)))
        }
        self.matters: dict[Key, TargetMatter] = {}
        self.exits: dict[Key, set[date]] = {}
        every = queries.matters().order_by(TargetMatter.ended_on.is_(None), TargetMatter.listed_on)
        self.called: dict[Key, str] = {}
        for row in db.session.execute(every):
            # One that is in the library comes last and counts.
            matter = row.TargetMatter
            key = row.Entity.code, matter.kind, matter.name, row.number
            self.matters[key], self.called[key] = matter, row.name
            if matter.ended_on is not None:
                self.exits.setdefault(key, set()).add(matter.ended_on)
        places = sa.select(Premises).where(Premises.entity_id == sa.any_(of))
        by_id = {one.id: one.code for one in self.entities.values()}
        self.premises = {(by_id[one.entity_id], str(one.number)): one for one in db.session.scalars(places)}
        self.kinds, self.mine = queries.allowed_kinds(), my_unit()
        self.keepers = keepers_of_kinds()
        self.units, self.places = {one.id: one.name for one in tenants.units()}, places_by_name()
        self.place_names = {place.code: place.name for place in tenants.places()}

    def tells_of_before(self, row: MatterRow) -> bool:
        """Whether a row tells of an exit that the library knows: our own list has such rows, and they say nothing of now."""
        return row.left_on in self.exits.get(row.key, ())


def load_matters(
    reading: Callable[[int], SourceTable],
    run: Import,
    import_problems: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Every row lists one, changes it or takes it out; found by doing it, in a savepoint."""
    # What is at an entity is written there, or where a merge took it.
    merge_lock.listing()
    rows, matters, standing = _read(reading(0), import_problems)
    verdicts.whole = writing = run.mode == "good" or (run.mode == "all" and not import_problems.rejected)
    there = {key for key, one in standing.matters.items() if one.ended_on is None}
    try:
        with db.session.begin_nested() as savepoint:
            for one in matters:
                put = _put(one, standing)
                verdicts.add(put.verdict, one.number, one.code, one.name, put.changes, put.made, put.before)
            db.session.flush()
            if not writing:
                savepoint.rollback()
    except IntegrityError:
        raise Conflict("文件里有的产品、项目或行为刚刚由别人列入，请再试一次。") from None
    gone = sorted(there - {one.key for one in matters if not standing.tells_of_before(one)})
    verdicts.add_gone(len(gone), [(key[0], standing.called[key]) for key in gone])
    progress(rows, rows)
    if writing and (verdicts.counts[NEW] or verdicts.counts[CHANGED]):
        follow_library()
    return {"rows": rows, "valid": len(matters), **verdicts.figures(written=writing)}


def _read(table: SourceTable, import_problems: ImportProblems) -> tuple[int, list[MatterRow], _Standing]:
    read = [read_matter(row, today()) for row in table if not is_foot(row)]
    standing = _Standing(sorted({one.code for one, _ in read if one is not None}))
    seen: dict[Key, int] = {}
    for one, reader in read:
        if one is not None and not standing.tells_of_before(one):
            _judge(one, reader, standing, seen)
        import_problems.add(reader)
    good = [one for one, reader in read if one is not None and not reader.problems]
    return len(read), good, standing


def _judge(row: MatterRow, reader: RowReader, standing: _Standing, seen: dict[Key, int]) -> None:
    entity = standing.entities.get(row.code)
    if entity is None:
        reader.refuse(CODE, unknown_code(row.entity_kind, standing.keepers))
        return
    if row.firm and row.firm != entity.name:
        reader.remark(
            FIRM, ClerkError("名录里这个代码的名称是“%(name)s”，以名录为准，请核对。", name=entity.name)
        )
    target, known = standing.targets.get(entity.id), standing.matters.get(row.key)
    if target is not None and target.unit_id and standing.mine not in (None, target.unit_id):
        name = standing.units.get(target.unit_id, "")
        reader.refuse(CODE, ClerkError("由“%(unit)s”维护，请由该科室的人员办理。", unit=name))
    elif row.reason and known is None:
        reader.refuse(LEAVES, ClerkError("不在本单位的名录库里，不能移出。"))
    elif not row.reason and target is None:
        reader.refuse(CODE, ClerkError("请先把“%(name)s”列入本单位的名录库。", name=entity.name))
    elif row.is_place:
        _judge_place(row, reader, standing, known)
    elif not row.reason and row.kind not in standing.kinds and (known is None or known.ended_on):
        reader.refuse(KIND, not_covered(row.kind))
    _judge_where(row, reader, standing)
    if row.key in seen:
        first = seen[row.key]
        reader.refuse(
            NAME,
            ClerkError(
                "与第 %(row)s 行是同一%(kind)s，只读入第 %(row)s 行。", row=first, kind=LISTED_NAMES[row.kind]
            ),
        )
    elif not reader.problems:
        seen[row.key] = row.number


def _judge_where(row: MatterRow, reader: RowReader, standing: _Standing) -> None:
    if row.place and not row.is_place and row.place not in standing.places:
        reader.refuse(PLACE, no_such_place(row.place))


def _judge_place(row: MatterRow, reader: RowReader, standing: _Standing, known: TargetMatter | None) -> None:
    """An item about an entity is about it wherever it works: only the place must be there and in use."""
    place = standing.premises.get((row.code, row.mark))
    if place is None:
        problem = "这个主体没有编号为 %(number)s 的经营场所，请先登记经营场所，或核对编号。"
        reader.refuse(NUMBER, ClerkError(problem, number=row.mark))
        return
    if not row.reason and place.closed_on is not None and (known is None or known.ended_on):
        reader.refuse(NUMBER, ClerkError("第 %(number)s 处经营场所已停用，不能列入。", number=row.mark))
    if row.name and row.name not in (place.name, place.address):
        problem = "名录里这处经营场所是“%(name)s”，以名录为准，请核对。"
        reader.remark(NAME, ClerkError(problem, name=place.name or place.address))


def _put(row: MatterRow, standing: _Standing) -> RowOutcome:
    if standing.tells_of_before(row):
        return RowOutcome(UNCHANGED)
    matter = standing.matters.get(row.key)
    values = _said(row, matter, standing)
    if row.reason:
        if matter is None or matter.ended_on is not None:
            return RowOutcome(UNCHANGED)
        values = {"ended_on": today(), "ended_reason": row.reason}
    elif matter is None or matter.ended_on is not None:
        return _new(row, values, standing)
    was = facts(matter)
    for name, value in values.items():
        setattr(matter, name, value)
    left = facts(matter)
    changes = {name: [was[name], left[name]] for name in _FACTS if was[name] != left[name]}
    changes.pop("ended_on", None)
    return (
        RowOutcome(CHANGED, changes, matter.id, {"was": was, "left": left})
        if changes
        else RowOutcome(UNCHANGED)
    )


def _said(row: MatterRow, matter: TargetMatter | None, standing: _Standing) -> dict[str, Any]:
    """The fields the row says something of. Our own list shows the firm's industry and place where one in the library has
    none of its own: beside such a one they say nothing."""
    values, firm = dict(row.values), standing.entities[row.code]
    stands = ""
    if matter is not None and matter.ended_on is None:
        stands = matter.jurisdiction_code or firm.jurisdiction_code
        if not matter.industry and values.get("industry") == firm.industry:
            del values["industry"]
    if row.place and not row.is_place and row.place not in (stands, standing.place_names.get(stands)):
        values["jurisdiction_code"] = standing.places[row.place]
    return values


def _new(row: MatterRow, values: Mapping[str, Any], standing: _Standing) -> RowOutcome:
    tenant = current_scope().tenant_id
    assert tenant is not None
    known: dict[str, Any] = {"kind": row.kind, "name": row.name, "number": row.mark}
    if row.kind == PLACE_OF_BUSINESS:
        # Its name, number and address stand in the register, which all share.
        place = standing.premises[row.code, row.mark]
        known = {"kind": row.kind, "name": "", "number": "", "premises_id": place.id}
    made = TargetMatter(
        id=new_id(),
        tenant_id=tenant,
        entity_id=standing.entities[row.code].id,
        **{"listed_on": today(), "nature": "", "industry": "", "note": "", **known, **values},
    )
    db.session.add(made)
    return RowOutcome(NEW, read_as(facts(made)), made.id, {"left": facts(made)})


def facts(matter: TargetMatter) -> dict[str, Any]:
    """What the library says of one beside its name, as JSON."""
    columns = {name: getattr(matter, name) for name in _FACTS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in columns.items()}
