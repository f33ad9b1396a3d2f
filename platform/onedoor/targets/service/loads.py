"""What is loaded of a library of targets, and of what a bureau knows of them (R-L11)."""

from __future__ import annotations

from onedoor.entities.service import merge_lock
from onedoor.imports.service.load_kinds import LoadKind
from onedoor.targets.rules import matter_rows, target_rows
from onedoor.targets.service.load_matters import load_matters
from onedoor.targets.service.load_targets import load_details, load_targets
from onedoor.targets.service.undo_details import held_details, undo_details
from onedoor.targets.service.undo_matters import held_matters, undo_matters
from onedoor.targets.service.undo_targets import held_targets, undo_targets

TARGETS = LoadKind(
    name="targets",
    title="检查对象",
    columns=target_rows.COLUMNS,
    load=load_targets,
    undo=undo_targets,
    held=held_targets,
    form_name="检查对象名录库模板.xlsx",
    form_head=target_rows.HEAD,
    stepwise=True,
    lock=merge_lock.listing,
)
MATTERS = LoadKind(
    name="matters",
    title="场所、产品、项目、行为",
    columns=matter_rows.COLUMNS,
    load=load_matters,
    undo=undo_matters,
    held=held_matters,
    form_name="场所、产品、项目、行为模板.xlsx",
    form_head=matter_rows.HEAD,
    lock=merge_lock.listing,
)
DETAILS = LoadKind(
    name="details",
    title="对象资料",
    columns=target_rows.COLUMNS,
    load=load_details,
    undo=undo_details,
    held=held_details,
    form_name="对象资料模板.xlsx",
    form_head=target_rows.DETAILS_HEAD,
    form_note="“标签”一列写全这个对象的标签，没有写的会取下；只加、只取下几个的，用“加标签”“取下标签”。",
    stepwise=True,
    lock=merge_lock.listing,
)
