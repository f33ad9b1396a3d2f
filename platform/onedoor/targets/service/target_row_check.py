"""Which rows of a target library, or of what is known of targets, may be taken, as the register and the bureau's own lists
stand (R-L5, R-T4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity, EntityContact
from onedoor.entities.policies import CONTACT
from onedoor.entities.rules.codes import GONE, STATUS_NAMES
from onedoor.entities.service.keepers import keepers_of_kinds, unknown_code
from onedoor.imports.rules.rows import RowReader
from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.masking import masked_number
from onedoor.targets import queries as target_queries
from onedoor.targets.models import EntityTag, Tag, Target
from onedoor.targets.rules.target_rows import (
    CODE,
    LEAVES,
    LESS_TAGS,
    LEVEL,
    MORE_TAGS,
    NAME,
    PHONE,
    TAGS,
    UNIT,
    TargetRow,
    is_hidden,
)
from tenants import queries as tenants
from tenants.units import my_unit

Read = tuple[TargetRow, RowReader]
# Of a longer vocabulary a refusal names the first.
_MOST_NAMED = 20


class TargetRowCheck:
    """Says of rows what is wrong with them in their readers; `judged` answers to those that may be taken.

    What stands is asked once for all rows of a call: `entities` by code, `targets` in the library by entity, `exits` the
    days on which an entity left it, `carried` the tags of each entity by name, `contacts` those this bureau noted, by
    entity. Unless the file `lists` targets a row is of one that is in the library, or of an entity whose kind this bureau
    keeps.
    """

    def __init__(self, *, lists: bool = True) -> None:
        self.lists = lists
        self.kinds, self.levels = target_queries.allowed_kinds(), target_queries.risk_levels()
        every = target_queries.my_tags(active=False)
        self.tags: dict[str, Tag] = {tag.name: tag for tag in every if tag.active}
        self._disused: dict[str, Tag] = {tag.name: tag for tag in every if not tag.active}
        self.mine = entity_queries.my_entity_kinds()
        self._keepers = keepers_of_kinds()
        self.units = {one.name: one.id for one in tenants.units()}
        self.unit_names = {key: name for name, key in self.units.items()}
        self.my_unit = my_unit()
        self.entities: dict[str, Entity] = {}
        self.targets: dict[UUID, Target] = {}
        self.carried: dict[UUID, dict[str, EntityTag]] = {}
        self.contacts: dict[UUID, EntityContact] = {}
        self.exits: dict[UUID, set[date]] = {}

    def judged(self, read: Sequence[Read]) -> list[TargetRow]:
        """Those of the rows that may be taken."""
        self._look_up([row.code for row, _ in read])
        for row, reader in read:
            self._judge(row, reader)
        return [row for row, reader in read if not reader.problems]

    def tells_of_before(self, row: TargetRow) -> bool:
        """Whether a row tells of an exit that the library knows: our own list has such rows, and they say nothing of now."""
        entity = self.entities.get(row.code)
        return entity is not None and row.left_on in self.exits.get(entity.id, ())

    def givable(self, entity: Entity) -> dict[str, Tag]:
        """The tags this bureau may put on an entity, by name."""
        shared = entity.kind in self.mine
        return {name: tag for name, tag in self.tags.items() if shared or not tag.shared}

    def takeable(self, entity: Entity) -> dict[str, Tag]:
        """The tags this bureau may take off an entity, by name: those it may put on it, and those not given any more that
        it carries of this bureau's."""
        shared, carried = entity.kind in self.mine, self.carried.get(entity.id, {})
        worn = {
            name: tag
            for name, tag in self._disused.items()
            if name in carried and carried[name].tag_id == tag.id and (shared or not tag.shared)
        }
        return {**self.givable(entity), **worn}

    def _look_up(self, codes: Sequence[str]) -> None:
        asked = sa.literal(list(codes), sa.ARRAY(sa.Text()))
        self.entities = {
            one.code: one
            for one in db.session.scalars(sa.select(Entity).where(Entity.code == sa.any_(asked)))
        }
        ids = [one.id for one in self.entities.values()]
        mine = sa.select(Target).where(
            Target.tenant_id == current_scope().tenant_id, Target.entity_id.in_(ids)
        )
        found = list(db.session.scalars(mine))
        self.targets = {one.entity_id: one for one in found if one.ended_on is None}
        self.exits = {}
        for one in found:
            if one.ended_on is not None:
                self.exits.setdefault(one.entity_id, set()).add(one.ended_on)
        self.carried = {}
        for tag in db.session.scalars(sa.select(EntityTag).where(EntityTag.entity_id.in_(ids))):
            self.carried.setdefault(tag.entity_id, {})[tag.name] = tag
        reached = sa.select(EntityContact).where(
            EntityContact.tenant_id == current_scope().tenant_id, EntityContact.entity_id.in_(ids)
        )
        self.contacts = {one.entity_id: one for one in db.session.scalars(reached)}

    def _judge(self, row: TargetRow, reader: RowReader) -> None:
        entity = self.entities.get(row.code)
        if entity is None:
            reader.refuse(CODE, unknown_code(row.kind, self._keepers))
            return
        if row.name and row.name != entity.name:
            reader.remark(
                NAME, ClerkError("名录里这个代码的名称是“%(name)s”，以名录为准，请核对。", name=entity.name)
            )
        if self.tells_of_before(row):
            return
        target = self.targets.get(entity.id)
        if target is not None and target.unit_id and self.my_unit not in (None, target.unit_id):
            name = self.unit_names.get(target.unit_id, "")
            reader.refuse(CODE, ClerkError("由“%(unit)s”维护，请由该科室的人员办理。", unit=name))
            return
        if row.unit and row.unit not in self.units:
            reader.refuse(UNIT, ClerkError("本单位没有“%(unit)s”这个科室，请核对名称。", unit=row.unit))
        if row.reason:
            if target is None and entity.id not in self.exits:
                reader.refuse(LEAVES, ClerkError("不在本单位的名录库里，不能移出。"))
            return
        if target is None:
            self._refuse_absent(row, entity, reader)
        self._judge_details(row, entity, reader)

    def _judge_details(self, row: TargetRow, entity: Entity, reader: RowReader) -> None:
        if row.level and row.level not in self.levels:
            reader.refuse(LEVEL, self._no_level(row.level))
        for column, names in ((TAGS, row.tags), (MORE_TAGS, row.more_tags), (LESS_TAGS, row.less_tags)):
            self._refuse_tags(column, names, entity, reader)
        if is_hidden(row.phone):
            self._refuse_hidden(row.phone, entity, reader)

    def _refuse_absent(self, row: TargetRow, entity: Entity, reader: RowReader) -> None:
        if not self.lists:
            self._refuse_unlisted(row, entity, reader)
        elif entity.status in GONE:
            state = STATUS_NAMES[entity.status]
            reader.refuse(CODE, ClerkError("这个主体%(state)s，不能列入名录库。", state=state))
        elif entity.kind not in self.kinds:
            kind = KIND_NAMES[entity.kind]
            reader.refuse(
                CODE, ClerkError("本单位的检查事项不涉及%(kind)s，不能列入（确保不越位）。", kind=kind)
            )

    def _refuse_unlisted(self, row: TargetRow, entity: Entity, reader: RowReader) -> None:
        """What is known of an entity outside the library is the business of those who keep its kind (R-T4)."""
        if entity.kind not in self.mine:
            reader.refuse(CODE, ClerkError("不在本单位的名录库里，请先列入，再导入它的资料。"))
        elif entity.status in GONE:
            state = STATUS_NAMES[entity.status]
            reader.refuse(CODE, ClerkError("这个主体%(state)s，不再登记它的资料。", state=state))
        elif row.level:
            reader.refuse(LEVEL, ClerkError("不在本单位的名录库里，不能评定风险等级。"))

    def _refuse_hidden(self, phone: str, entity: Entity, reader: RowReader) -> None:
        """A number of which a part is hidden is nobody's, unless it is how our own export tells the one that stands (R-T7)."""
        contact = self.contacts.get(entity.id)
        stands = CONTACT.open(contact.id, contact.phone) if contact and contact.phone else ""
        if not stands or masked_number(stands) != phone:
            reader.refuse(PHONE, ClerkError("号码的中间几位是隐去的，请填写完整的号码；不改的请留空。"))

    def _refuse_tags(self, column: str, names: Iterable[str], entity: Entity, reader: RowReader) -> None:
        known = self.givable(entity)
        allowed = self.takeable(entity)
        for name in names:
            if name in allowed or (column != LESS_TAGS and name in self.carried.get(entity.id, {})):
                continue
            reader.refuse(column, self._no_tag(name, known))

    def _no_tag(self, name: str, known: Collection[str]) -> ClerkError:
        if name in self.tags:
            return ClerkError("“%(tag)s”是共用标签，由登记部门加在本单位维护的主体上。", tag=name[:20])
        if not known:
            return ClerkError("没有“%(tag)s”这个可用的标签，请先在“标签”页添加。", tag=name[:20])
        return ClerkError(
            "没有“%(tag)s”这个可用的标签，可填：%(tags)s；也可先在“标签”页添加。",
            tag=name[:20],
            tags="、".join(sorted(known)[:_MOST_NAMED]) + ("……" if len(known) > _MOST_NAMED else ""),
        )

    def _no_level(self, level: str) -> ClerkError:
        if not self.levels:
            return ClerkError("本单位还没有设定风险等级，请先在“风险等级”页设定。")
        return ClerkError(
            "本单位没有“%(level)s”这个风险等级，可填：%(levels)s。",
            level=level,
            levels="、".join(self.levels),
        )
