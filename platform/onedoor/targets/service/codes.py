"""Listing targets by a few credit codes (R-L5); many of them come in by a file (`load_targets`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import Entity
from onedoor.entities.rules.codes import GONE, STATUS_NAMES
from onedoor.imports.service.library_updates import note_update
from onedoor.kernel import audit
from onedoor.kernel.clock import today
from onedoor.kernel.codes import normalise_code
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.targets import queries
from onedoor.targets.models import Target
from onedoor.targets.rules.selection import split_words
from tenants import units

MOST_CODES = 500


@dataclass(frozen=True)
class ByCode:
    """What becomes of each code: entities to be listed, how many are listed already, and (code, reason) of the rest."""

    joining: list[Entity]
    already: int
    refused: list[tuple[str, str]]


def read_codes(text: str) -> list[str]:
    """The codes of a text, each once, in their order. More of them than a page can show come in by a file."""
    codes = list(dict.fromkeys(code for code in map(normalise_code, split_words(text)) if code))
    if not codes:
        raise ClerkError("没有读到统一社会信用代码。", fields={"codes": ["请粘贴代码，每行一个。"]})
    if len(codes) > MOST_CODES:
        raise ClerkError(
            "一次最多 %(most)s 个代码，更多的请导入表格。",
            fields={"codes": ["代码太多，请改用“导入名录库”。"]},
            most=MOST_CODES,
        )
    return codes


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


def list_codes(codes: Collection[str], unit_id: UUID | None = None) -> int:
    """List all of them that may be, for a unit or the whole bureau (R-T5); returns how many came in."""
    units.check_unit(unit_id)
    found, tenant = look_up_codes(codes), current_scope().tenant_id
    assert tenant is not None
    db.session.add_all(
        Target(id=new_id(), tenant_id=tenant, entity_id=one.id, unit_id=unit_id, listed_on=today())
        for one in found.joining
    )
    db.session.flush()
    count = len(found.joining)
    if count:
        note_update("targets", count, 0, Sentence("按代码列入"))
        after = {"added": count, "already": found.already, "refused": len(found.refused)}
        audit.record("registry.targets.add", ("target_library", None), "检查对象名录库", after=after)
    return count
