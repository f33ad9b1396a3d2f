"""The entities that rows of a file are about, and which of them this bureau keeps (R-T4)."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from onedoor.entities import queries
from onedoor.entities.models import Entity
from onedoor.entities.rules.firm_rows import CODE, FIRM, OfFirm
from onedoor.entities.service.keepers import keepers_of_kinds, unknown_code
from onedoor.imports.rules.rows import RowReader
from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from tenants import queries as tenants


class Firms:
    """What the register says of the entities of some rows, asked once for all of them: `by_code`."""

    def __init__(self) -> None:
        self.by_code: dict[str, Entity] = {}
        self._kinds, self._keepers = queries.my_entity_kinds(), keepers_of_kinds()
        self._into: dict[str, str] = {}

    def look_up(self, codes: Iterable[str]) -> list[Entity]:
        """Those of these codes, from now on."""
        asked = sorted(set(codes))
        query = sa.select(Entity).where(Entity.code == sa.any_(sa.literal(asked, sa.ARRAY(sa.Text()))))
        self.by_code = {one.code: one for one in db.session.scalars(query)}
        self._into = queries.merges.standing_codes(asked)
        return list(self.by_code.values())

    def kept(self, entity: Entity) -> bool:
        """Whether this bureau keeps entities of the kind."""
        return entity.kind in self._kinds

    def keeper(self, entity: Entity) -> str:
        """Who does, by name."""
        return self._keepers.get(entity.kind) or self._keepers.get("other") or KIND_NAMES[entity.kind]

    def of(self, row: OfFirm, reader: RowReader) -> Entity | None:
        """The entity of a row; None with what is wrong in the reader."""
        entity = self.by_code.get(row.code)
        if entity is None:
            reader.refuse(CODE, unknown_code(row.entity_kind, self._keepers))
            return None
        if row.code in self._into:
            into = self._into[row.code]
            error = ClerkError("这个代码的主体登记已并入 %(code)s，请在文件里改用这个代码。", code=into)
            reader.refuse(CODE, error)
            return None
        if row.firm and row.firm != entity.name:
            reader.remark(
                FIRM, ClerkError("名录里这个代码的名称是“%(name)s”，以名录为准，请核对。", name=entity.name)
            )
        return entity


def places_by_name() -> dict[str, str]:
    """The codes of the places of the jurisdiction tree, by name and by code. Of one name that in the bureau's own counts."""
    mine = set(tenants.places_under(tenants.my_bureau().jurisdiction_code))
    ordered = sorted(tenants.places(), key=lambda place: place.code in mine)
    named = {place.name: place.code for place in ordered}
    return named | {place.code: place.code for place in ordered}


def no_such_place(place: str) -> ClerkError:
    """The refusal of a place that is not in the jurisdiction tree."""
    return ClerkError("没有“%(place)s”这个地方，请填写区县的名称或代码。", place=place)
