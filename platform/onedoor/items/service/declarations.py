"""Items unfit for random checks are declared in writing and filed with justice (R-L2)."""

from __future__ import annotations

import io
from collections.abc import Iterable

from docx import Document

from onedoor.filing import queries as filings
from onedoor.filing import service as filing
from onedoor.filing.rules import FilingKind
from onedoor.items import queries
from onedoor.items.models import Item, ItemList
from onedoor.items.rules.codes import ItemMode
from onedoor.kernel.clock import local_day, now
from onedoor.kernel.sentences import Sentence, in_lines
from onedoor.kernel.text.unicode import printable
from tenants import queries as tenants

HEAD = ("序号", "事项编号", "检查事项", "检查依据", "不适宜随机抽查的理由")


def declare(made: ItemList, items: Iterable[Item]) -> None:
    """File what a version of the list says of its unfit items, unless that was filed with an earlier one."""
    problems = unfit(items)
    former = queries.former_list(made)
    same = _said(problems) == _said(unfit(queries.items_at(former)) if former else [])
    if same and (not problems or _filed(made)):
        return
    reasons = [
        Sentence("%(name)s：%(reason)s", name=f"{one.number} {one.name}", reason=one.remark)
        for one in problems
    ]
    filing.send(
        FilingKind.DECLARATION.value,
        made.id,
        declaration_title(made),
        version=made.version,
        review=False,
        due_on=None,
        summary={
            Sentence("事项"): Sentence("%(count)s 项", count=len(problems)),
            Sentence("理由"): in_lines(reasons) or Sentence("这一版清单没有不适宜随机抽查的事项。"),
        },
        series_id=made.tenant_id,
        link=f"/registry/declarations/{made.id}",
    )


def unfit(items: Iterable[Item]) -> list[Item]:
    """Those of the items that are declared unfit."""
    return [one for one in items if one.mode == ItemMode.UNFIT]


def declaration_title(made: ItemList) -> str:
    """What a declaration is called: the title of a document, Chinese for every reader."""
    return f"{tenants.bureau(made.tenant_id).name}不适宜随机抽查事项说明（第 {made.version} 版）"


def declaration_document(made: ItemList) -> bytes:
    """The declaration as a Word file, to be stamped."""
    written = Document()
    written.add_heading(declaration_title(made), level=0)
    written.add_paragraph("下列检查事项不适宜以随机抽查的方式实施，现说明理由，报送备案。")
    rows = [
        (str(place), one.number, one.name, one.basis, one.remark)
        for place, one in enumerate(unfit(queries.items_at(made)), start=1)
    ]
    table = written.add_table(rows=0, cols=len(HEAD), style="Table Grid")
    for row in (HEAD, *rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = printable(text)
    written.add_paragraph()
    written.add_paragraph(f"{tenants.bureau(made.tenant_id).name}（盖章）")
    written.add_paragraph(local_day(made.published_at or now()).isoformat())
    target = io.BytesIO()
    written.save(target)
    return target.getvalue()


def _filed(made: ItemList) -> bool:
    return any(one.kind == FilingKind.DECLARATION for one in filings.of_subject(made.tenant_id))


def _said(items: Iterable[Item]) -> set[tuple[str, str, str, str]]:
    return {(one.number, one.name, one.basis, one.remark) for one in items}
