"""What is loaded into the ledger: the checks of a former platform (R-L11, R-V9)."""

from __future__ import annotations

from onedoor.imports.service.load_kinds import LoadKind
from onedoor.ledger.rules import f11_rows
from onedoor.ledger.service.load_checks import held_checks, load_checks, undo_checks

CHECKS = LoadKind(
    name="checks",
    title="原平台的检查",
    columns=f11_rows.COLUMNS,
    load=load_checks,
    undo=undo_checks,
    held=held_checks,
    form_name="执法检查台账模板.xlsx",
    form_head=f11_rows.HEAD,
    form_note="只填原平台已经做完的检查。导入后列入执法检查台账，标明是原平台的检查，计入入企检查次数和本年度已抽取的对象。",
    stepwise=True,
)
