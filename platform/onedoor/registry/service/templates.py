"""Empty tables with the heads that are known, to be filled in and brought in (R-L11)."""

from __future__ import annotations

import io

from onedoor.kernel.errors import NotFound
from onedoor.kernel.spreadsheets import write_xlsx
from onedoor.registry.rules import certificate_rows, licence_rows, premises_rows
from onedoor.registry.rules import entities as entity_rows
from onedoor.registry.rules import experts as expert_rows
from onedoor.registry.rules import inspectors as inspector_rows
from onedoor.registry.rules import items as item_rows
from onedoor.registry.rules import matters as matter_rows
from onedoor.registry.rules import targets as target_rows

# Above the heads, in the file's own language (R-L11).
BLANK_STAYS = "说明：空白的格不改动已有的内容，只有新增的记录才按默认值填写。"
NONE_EMPTIES = "要清空一项，请在格里填“无”。"
_MORE_SAID = {
    "details": "“标签”一列写全这个对象的标签，没有写的会取下；只加、只取下几个的，用“加标签”“取下标签”。",
}
# Where 无 in a cell empties what stands.
EMPTIED_BY_NONE = frozenset({"entities", "items", "inspectors", "experts", "premises", "licences"})
_TEMPLATES = {
    "entities": ("企业名录模板.xlsx", tuple(column.name for column in entity_rows.COLUMNS[1:])),
    "items": ("随机抽查事项清单模板.xlsx", (*item_rows.F1_HEAD, *item_rows.MORE_HEAD)),
    "inspectors": ("执法检查人员名录库模板.xlsx", (*inspector_rows.F2_HEAD, *inspector_rows.MORE_HEAD)),
    "experts": ("专家和检验检测机构模板.xlsx", expert_rows.HEAD),
    "targets": ("检查对象名录库模板.xlsx", target_rows.HEAD),
    "matters": ("场所、产品、项目、行为模板.xlsx", matter_rows.HEAD),
    "certificates": ("执法证件模板.xlsx", certificate_rows.HEAD),
    "details": ("对象资料模板.xlsx", target_rows.DETAILS_HEAD),
    "premises": ("经营场所模板.xlsx", premises_rows.HEAD),
    "licences": ("许可证模板.xlsx", licence_rows.HEAD),
}


def template(kind: str) -> tuple[str, bytes]:
    """The name and the content of a workbook. Raises NotFound for a kind that is none."""
    if kind not in _TEMPLATES:
        raise NotFound("没有这种名录的模板。")
    name, head = _TEMPLATES[kind]
    target = io.BytesIO()
    said = BLANK_STAYS + (NONE_EMPTIES if kind in EMPTIED_BY_NONE else "") + _MORE_SAID.get(kind, "")
    write_xlsx(target, head, [], above=[[said]])
    return name, target.getvalue()
