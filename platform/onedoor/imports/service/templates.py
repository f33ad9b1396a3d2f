"""Empty tables with the heads that are known, to be filled in and brought in (R-L11)."""

from __future__ import annotations

import io

from onedoor.imports.service.load_kinds import KINDS
from onedoor.kernel.errors import NotFound
from onedoor.kernel.spreadsheets import write_xlsx

# Above the heads, in the file's own language (R-L11).
BLANK_STAYS = "说明：空白的格不改动已有的内容，只有新增的记录才按默认值填写。"
NONE_EMPTIES = "要清空一项，请在格里填“无”。"


def template(kind: str) -> tuple[str, bytes]:
    """The name and the content of a workbook. Raises NotFound for a kind that is none."""
    asked = KINDS.get(kind)
    if asked is None:
        raise NotFound("没有这种名录的模板。")
    target = io.BytesIO()
    said = BLANK_STAYS + (NONE_EMPTIES if asked.blank_word else "") + asked.form_note
    write_xlsx(target, asked.form_head, [], above=[[said]])
    return asked.form_name, target.getvalue()
