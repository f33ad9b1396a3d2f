"""What is loaded of the item list (R-L11)."""

from __future__ import annotations

from onedoor.imports.service.load_kinds import LoadKind
from onedoor.items.rules import item_rows
from onedoor.items.service.load_items import load_items
from onedoor.items.service.undo_items import held_items, items_refused, undo_items

ITEMS = LoadKind(
    name="items",
    title="检查事项",
    columns=item_rows.COLUMNS,
    load=load_items,
    undo=undo_items,
    held=held_items,
    undo_refused=items_refused,
    form_name="随机抽查事项清单模板.xlsx",
    form_head=(*item_rows.F1_HEAD, *item_rows.MORE_HEAD),
    blank_word=True,
)
