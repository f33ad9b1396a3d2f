"""Writing rows of a target library, or of what is known of targets, some thousands in a few statements, with what taking them
back needs (R-L5, R-L11).

What a row does is gathered first (`_Doing`), so that a look says what a load would do; then it is written at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from onedoor.entities.models import Entity, EntityContact
from onedoor.entities.policies import CONTACT
from onedoor.imports.models import Import
from onedoor.imports.service.row_outcomes import CHANGED, NEW, UNCHANGED, RowOutcome
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.encrypted_columns import seal
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.targets.models import EntityTag, Target, TargetMatter, TargetRisk
from onedoor.targets.queries.risk import holding
from onedoor.targets.rules.target_rows import TargetRow, is_hidden
from onedoor.targets.service.tags import tag_columns
from onedoor.targets.service.target_row_check import TargetRowCheck

Done = tuple[TargetRow, str, RowOutcome]


class _Reached(NamedTuple):
    """A contact as it will be written; `contact` is the one that stood."""

    entity: Entity
    contact: EntityContact | None
    person: str
    phone: str


@dataclass
class _Doing:
    """What the rows of a chunk do."""

    listed: list[dict[str, Any]] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)
    leaving: list[tuple[Target, str, dict[str, Any]]] = field(default_factory=list)
    tags: list[dict[str, Any]] = field(default_factory=list)
    untagged: list[EntityTag] = field(default_factory=list)
    risks: list[dict[str, Any]] = field(default_factory=list)
    regraded: list[UUID] = field(default_factory=list)
    reached: list[_Reached] = field(default_factory=list)


class TargetWriter:
    """Writes rows that were judged, or with `written` false only says what would become of them."""

    def __init__(self, run: Import, *, written: bool) -> None:
        self._run, self._written, self._at = run, written, now()
        self._reason = Sentence("导入 %(file)s", file=run.file_name)
        self._risks: dict[UUID, TargetRisk] = {}
        self._doing = _Doing()

    def put(self, rows: Sequence[TargetRow], judge: TargetRowCheck) -> list[Done]:
        """What became of each row, with the name of its entity."""
        entities = [judge.entities[row.code] for row in rows]
        self._look_up([one.id for one in entities])
        self._doing, self._at = _Doing(), now()
        done = [
            (row, entity.name, self._row(row, entity, judge))
            for row, entity in zip(rows, entities, strict=True)
        ]
        if self._written:
            taken = self._write()
            done = [
                (row, name, put)
                if put.verdict != NEW or put.made in taken
                else (row, name, RowOutcome(UNCHANGED))
                for row, name, put in done
            ]
        return done

    def _look_up(self, ids: Sequence[UUID]) -> None:
        graded = sa.select(TargetRisk).where(holding(), TargetRisk.entity_id.in_(ids))
        self._risks = {one.entity_id: one for one in db.session.scalars(graded)}

    def _row(self, row: TargetRow, entity: Entity, judge: TargetRowCheck) -> RowOutcome:
        if judge.tells_of_before(row):
            return RowOutcome(UNCHANGED)
        target = judge.targets.get(entity.id)
        if row.reason:
            return self._leave(target, row.reason)
        changes: dict[str, Any] = {}
        before: dict[str, Any] = {}
        self._tag(row, entity, judge, changes, before)
        self._grade(row, entity, changes, before)
        former = self._reach(row, entity, judge.contacts.get(entity.id), changes, before)
        if not judge.lists:
            return (
                RowOutcome(CHANGED, changes, entity.id, before, former) if changes else RowOutcome(UNCHANGED)
            )
        day = row.listed_on or (target.listed_on if target else today())
        if target is not None and day != target.listed_on:
            changes["listed_on"] = [target.listed_on.isoformat(), day.isoformat()]
            before["was_listed"] = target.listed_on.isoformat()
        unit = judge.units[row.unit] if row.unit else target.unit_id if target else judge.my_unit
        if target is not None and unit != target.unit_id:
            names = judge.unit_names
            changes["unit"] = [names.get(one) if one else None for one in (target.unit_id, unit)]
            before["was_unit"] = str(target.unit_id) if target.unit_id else None
        if target is not None and changes.keys() & {"listed_on", "unit"}:
            self._doing.kept.append({"id": target.id, "listed_on": day, "unit_id": unit})
        before |= {"listed": day.isoformat(), "unit": str(unit) if unit else None}
        if target is None:
            made = self._list(entity, day, unit)
            said = {name: change for name, change in changes.items() if change[1] not in (None, "", [])}
            return RowOutcome(NEW, {**said, "listed_on": [None, day.isoformat()]}, made, before, former)
        return RowOutcome(CHANGED, changes, target.id, before, former) if changes else RowOutcome(UNCHANGED)

    def _leave(self, target: Target | None, reason: str) -> RowOutcome:
        if target is None:
            return RowOutcome(UNCHANGED)
        before: dict[str, Any] = {
            "ended": True,
            "listed": target.listed_on.isoformat(),
            "unit": str(target.unit_id) if target.unit_id else None,
            "matters": [],
        }
        self._doing.leaving.append((target, reason, before))
        return RowOutcome(CHANGED, {"ended_reason": [None, reason]}, target.id, before)

    def _list(self, entity: Entity, day: date, unit: UUID | None) -> UUID:
        made = new_id()
        of = {"tenant_id": self._run.tenant_id, "entity_id": entity.id, "unit_id": unit}
        self._doing.listed.append({"id": made, "listed_on": day, **of})
        return made

    def _tag(
        self,
        row: TargetRow,
        entity: Entity,
        judge: TargetRowCheck,
        changes: dict[str, Any],
        before: dict[str, Any],
    ) -> None:
        carried, known = judge.carried.get(entity.id, {}), judge.givable(entity)
        wanted = {*(row.tags or carried), *row.more_tags} - {*row.less_tags}
        put = [known[name] for name in sorted(wanted - {*carried})]
        takeable = judge.takeable(entity)
        off = [tag for name, tag in carried.items() if name in takeable and name not in wanted]
        if not put and not off:
            return
        changes["tags"] = [sorted(carried), sorted({*carried, *wanted} - {one.name for one in off})]
        before["tags"] = {"put": [str(one.id) for one in put], "off": [str(one.tag_id) for one in off]}
        self._doing.tags += [tag_columns(tag, entity.id) for tag in put]
        self._doing.untagged += off

    def _grade(self, row: TargetRow, entity: Entity, changes: dict[str, Any], before: dict[str, Any]) -> None:
        held = self._risks.get(entity.id)
        level, grounds = (held.level, held.reason) if held else (None, None)
        if not row.level or (level == row.level and row.grounds in ("", grounds)):
            return
        made = new_id()
        if level != row.level:
            changes["level"] = [level, row.level]
        if row.grounds:
            changes["grounds"] = [grounds, row.grounds]
        before["risk"] = {"made": str(made), "former": str(held.id) if held else None}
        if held:
            self._doing.regraded.append(held.id)
        self._doing.risks.append(
            {
                "id": made,
                "tenant_id": self._run.tenant_id,
                "entity_id": entity.id,
                "level": row.level,
                "factors": [],
                "by_hand": True,
                "reason": row.grounds or str(self._reason),
                "since": self._at,
                "actor_name": current_scope().actor_name,
            }
        )

    def _reach(
        self,
        row: TargetRow,
        entity: Entity,
        contact: EntityContact | None,
        changes: dict[str, Any],
        before: dict[str, Any],
    ) -> str:
        """Gather a contact that differs; answers to the number that goes, if it is written."""
        given = "" if is_hidden(row.phone) else row.phone
        if not row.person and not given:
            return ""
        person = row.person or (contact.person if contact else "")
        stood = CONTACT.open(contact.id, contact.phone) if contact and contact.phone else ""
        phone = given if given != stood else ""
        if contact and person == contact.person and not phone:
            return ""
        if not contact or person != contact.person:
            changes["person"] = [contact.person if contact else None, person]
        if phone:
            # Which number it is stands in no preview (R-T7).
            changes["phone"] = [None, None]
        before["contact"] = {
            "at": self._at.isoformat(),
            "made": contact is None,
            "was_at": contact.updated_at.isoformat() if contact else None,
            "person": contact.person if contact else "",
            "phone": "changed" if phone and stood else "added" if phone else "",
        }
        self._doing.reached.append(_Reached(entity, contact, person, phone))
        return stood if phone and self._written else ""

    def _write(self) -> set[UUID]:
        """Write what was gathered; the new targets that came in (another may have listed one a moment before)."""
        doing, taken = self._doing, set()
        if doing.listed:
            adding = insert(Target).values(sorted(doing.listed, key=lambda one: one["entity_id"]))
            adding = adding.on_conflict_do_nothing(
                index_elements=["tenant_id", "entity_id"], index_where=Target.ended_on.is_(None)
            )
            taken = set(db.session.scalars(adding.returning(Target.id)))
        if doing.kept:
            db.session.execute(sa.update(Target), doing.kept)
        self._write_tags()
        if doing.regraded:
            ending = sa.update(TargetRisk).where(TargetRisk.id.in_(doing.regraded)).values(until=self._at)
            db.session.execute(ending, execution_options={"synchronize_session": False})
        if doing.risks:
            db.session.execute(insert(TargetRisk).on_conflict_do_nothing(), doing.risks)
        for one in doing.reached:
            self._write_contact(one)
        self._write_leaving()
        db.session.flush()
        return taken

    def _write_tags(self) -> None:
        doing = self._doing
        if doing.untagged:
            leaving = sa.delete(EntityTag).where(EntityTag.id.in_([one.id for one in doing.untagged]))
            db.session.execute(leaving, execution_options={"synchronize_session": False})
        if doing.tags:
            ordered = sorted(doing.tags, key=lambda one: (one["tag_id"], one["entity_id"]))
            putting = insert(EntityTag).on_conflict_do_nothing(index_elements=["tag_id", "entity_id"])
            db.session.execute(putting, ordered)

    def _write_contact(self, one: _Reached) -> None:
        contact = one.contact
        if contact is None:
            contact = EntityContact(id=new_id(), tenant_id=self._run.tenant_id, entity_id=one.entity.id)
            db.session.add(contact)
        contact.person, contact.updated_at = one.person, self._at
        if one.phone:
            seal(contact, CONTACT, one.phone)

    def _write_leaving(self) -> None:
        """Each leaves with its products, projects and activities, and taking it back knows which those were."""
        of = {target.entity_id: (target, reason, before) for target, reason, before in self._doing.leaving}
        if not of:
            return
        rows = [
            {"id": target.id, "ended_on": today(), "ended_reason": reason}
            for target, reason, _ in of.values()
        ]
        db.session.execute(sa.update(Target), rows)
        theirs = sa.select(TargetMatter).where(
            TargetMatter.tenant_id == self._run.tenant_id,
            TargetMatter.entity_id.in_(of),
            TargetMatter.ended_on.is_(None),
        )
        for matter in db.session.scalars(theirs):
            _, reason, before = of[matter.entity_id]
            matter.ended_on, matter.ended_reason = today(), reason
            before["matters"].append(str(matter.id))
