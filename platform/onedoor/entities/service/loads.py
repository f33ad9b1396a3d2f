"""What is loaded of the shared register: entities, places of business, licences (R-L11)."""

from __future__ import annotations

from onedoor.entities import queries
from onedoor.entities.rules import entity_rows, licence_rows, premises_rows
from onedoor.entities.service import merge_lock
from onedoor.entities.service.load_entities import load_entities
from onedoor.entities.service.load_licences import load_licences
from onedoor.entities.service.load_premises import load_premises, require_keeper_of_entities
from onedoor.entities.service.undo_entities import held_entities, undo_entities
from onedoor.entities.service.undo_premises import held_belongings, undo_belongings
from onedoor.imports.service.load_kinds import LoadKind
from onedoor.kernel.errors import ClerkError


def _require_keeper() -> None:
    if not queries.my_entity_kinds():
        raise ClerkError("经营主体名录由市场监管、民政等登记部门维护，本单位不能导入。")


ENTITIES = LoadKind(
    name="entities",
    title="经营主体",
    columns=entity_rows.COLUMNS,
    load=load_entities,
    undo=undo_entities,
    held=held_entities,
    form_name="企业名录模板.xlsx",
    form_head=tuple(column.name for column in entity_rows.COLUMNS[1:]),
    blank_word=True,
    stepwise=True,
    allow=_require_keeper,
    lock=merge_lock.listing,
)
PREMISES = LoadKind(
    name="premises",
    title="经营场所",
    columns=premises_rows.COLUMNS,
    load=load_premises,
    undo=undo_belongings,
    held=held_belongings,
    form_name="经营场所模板.xlsx",
    form_head=premises_rows.HEAD,
    blank_word=True,
    stepwise=True,
    allow=require_keeper_of_entities,
    lock=merge_lock.listing,
)
LICENCES = LoadKind(
    name="licences",
    title="许可证",
    columns=licence_rows.COLUMNS,
    load=load_licences,
    undo=undo_belongings,
    held=held_belongings,
    form_name="许可证模板.xlsx",
    form_head=licence_rows.HEAD,
    blank_word=True,
    stepwise=True,
    lock=merge_lock.listing,
)
