"""What is loaded of officers, of experts and of the register of certificates (R-L11)."""

from __future__ import annotations

from onedoor.entities.service import merge_lock
from onedoor.imports.service.load_kinds import LoadKind
from onedoor.officers.rules import certificate_rows, expert_rows, inspector_rows
from onedoor.officers.service.certificate_register import require_keeper
from onedoor.officers.service.loads.certificate_load import load_certificates
from onedoor.officers.service.loads.expert_load import load_experts
from onedoor.officers.service.loads.inspector_load import load_inspectors
from onedoor.officers.service.loads.undo import (
    held_certificates,
    held_experts,
    held_officers,
    officers_refused,
    old_journal,
    undo_certificates,
    undo_experts,
    undo_officers,
)

INSPECTORS = LoadKind(
    name="inspectors",
    title="执法人员",
    columns=inspector_rows.COLUMNS,
    load=load_inspectors,
    undo=undo_officers,
    held=held_officers,
    undo_refused=officers_refused,
    form_name="执法检查人员名录库模板.xlsx",
    form_head=(*inspector_rows.F2_HEAD, *inspector_rows.MORE_HEAD),
    blank_word=True,
    lock=merge_lock.listing,
)
EXPERTS = LoadKind(
    name="experts",
    title="专家和检验检测机构",
    columns=expert_rows.COLUMNS,
    load=load_experts,
    undo=undo_experts,
    held=held_experts,
    undo_refused=old_journal,
    form_name="专家和检验检测机构模板.xlsx",
    form_head=expert_rows.HEAD,
    blank_word=True,
    stepwise=True,
)
CERTIFICATES = LoadKind(
    name="certificates",
    title="执法证件",
    columns=certificate_rows.COLUMNS,
    load=load_certificates,
    undo=undo_certificates,
    held=held_certificates,
    undo_refused=old_journal,
    form_name="执法证件模板.xlsx",
    form_head=certificate_rows.HEAD,
    stepwise=True,
    allow=require_keeper,
)
