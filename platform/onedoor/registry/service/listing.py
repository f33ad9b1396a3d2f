"""Listing targets by a file or a list of credit codes (R-L5, R-L11)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import today
from onedoor.kernel.codes import normalise_code
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import Column, read_table
from onedoor.registry import queries
from onedoor.registry.models import Entity, Target
from onedoor.registry.rules.codes import GONE, STATUS_NAMES
from onedoor.registry.rules.entities import CODE, COLUMNS
from onedoor.registry.rules.selection import split_words
from onedoor.registry.service.targets import note_update
from tenants import queries as tenants
from tenants import units

MOST_CODES, _MOST_BYTES = 5_000, 2_000_000
UNIT = "所属科室"
_CODE = (
    *(replace(column, required=column.name == CODE) for column in COLUMNS),
    Column(UNIT, ("科室", "所在科室")),
)


@dataclass(frozen=True)
class ByCode:
    """What becomes of each code: entities to be listed, how many are listed already, and (code, reason) of the rest."""

    joining: list[Entity]
    already: int
    refused: list[tuple[str, str]]


def read_codes(text: str, content: bytes = b"", unit_id: UUID | None = None) -> dict[str, UUID | None]:
    """The codes of a text, and of a table with a column of credit codes; each once, in their order, with the unit that
    the table names for it, or `unit_id` (R-T5)."""
    units.check_unit(unit_id)
    found = [(code, unit_id) for code in split_words(text)]
    if len(content) > _MOST_BYTES:
        raise ClerkError("表格太大。", fields={"file": ["表格最大 2 MB；更多的代码请分几次列入。"]})
    if content:
        found += _of_table(content, unit_id)
    codes: dict[str, UUID | None] = {}
    for written, unit in found:
        if code := normalise_code(written):
            codes.setdefault(code, unit)
    if not codes:
        raise ClerkError(
            "没有读到统一社会信用代码。", fields={"codes": ["请粘贴代码，或选择含名称和代码两列的表格。"]}
        )
    if len(codes) > MOST_CODES:
        raise ClerkError(
            "一次最多 %(most)s 个代码，请分几次列入。",
            fields={"codes": ["代码太多，请分几次列入。"]},
            most=MOST_CODES,
        )
    return codes


def _of_table(content: bytes, unit_id: UUID | None) -> list[tuple[str, UUID | None]]:
    known, found = {unit.name: unit.id for unit in tenants.units()}, []
    for row in read_table(content, _CODE):
        name = " ".join(row.cells.get(UNIT, "").split())
        if name and name not in known:
            told = Sentence(
                "第 %(row)s 行：本单位没有“%(unit)s”这个科室，请核对名称。", row=row.number, unit=name
            )
            raise ClerkError("表格里有不认识的科室。", fields={"file": [told]})
        found.append((row.cells.get(CODE, ""), known[name] if name else unit_id))
    return found


def look_up_codes(codes: Collection[str]) -> ByCode:
    """Who of them would be listed, and why the others would not."""
    entities = {one.code: one for one in db.session.scalars(sa.select(Entity).where(Entity.code.in_(codes)))}
    listed = set(
        db.session.scalars(
            sa.select(Target.entity_id)
            .where(Target.tenant_id == current_scope().tenant_id, Target.ended_on.is_(None))
            .where(Target.entity_id.in_([one.id for one in entities.values()]))
        )
    )
    kinds, already = queries.allowed_kinds(), 0
    joining: list[Entity] = []
    refused: list[tuple[str, str]] = []
    for code in codes:
        entity = entities.get(code)
        if entity is None:
            refused.append((code, Sentence("名录里没有这个代码")))
        elif entity.id in listed:
            already += 1
        elif entity.status in GONE:
            refused.append((code, Sentence(STATUS_NAMES[entity.status])))
        elif entity.kind not in kinds:
            refused.append((code, Sentence("本单位的检查事项不涉及这类主体（确保不越位）")))
        else:
            joining.append(entity)
    return ByCode(joining, already, refused)


def list_codes(codes: Mapping[str, UUID | None]) -> int:
    """List all of them that may be, each for its unit; returns how many came in."""
    for unit_id in set(codes.values()):
        units.check_unit(unit_id)
    found, tenant = look_up_codes(codes), current_scope().tenant_id
    assert tenant is not None
    db.session.add_all(
        Target(id=new_id(), tenant_id=tenant, entity_id=one.id, unit_id=codes[one.code], listed_on=today())
        for one in found.joining
    )
    db.session.flush()
    count = len(found.joining)
    if count:
        note_update(count, 0, Sentence("按代码列入"))
        after = {"added": count, "already": found.already, "refused": len(found.refused)}
        audit.record("registry.targets.add", ("target_library", None), "检查对象名录库", after=after)
    return count
