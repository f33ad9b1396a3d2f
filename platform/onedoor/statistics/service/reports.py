"""The yearly self-review as a Word draft: F3's tables, the year's figures with last year's beside, a chart, and the narrative (R-S1)."""

from __future__ import annotations

import io
from uuid import UUID

import docx
from docx.document import Document
from docx.oxml.ns import qn

from onedoor.kernel.errors import Conflict
from onedoor.statistics.models import Return
from onedoor.statistics.queries import forms, returns
from onedoor.statistics.rules.facts import FACTS, REPORT
from onedoor.statistics.rules.periods import ReturnKind
from onedoor.statistics.rules.sheets import Section, Sheet
from onedoor.statistics.service.charts import add_bar_chart

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TO_WRITE = "（请补充）"
CHARTED = ("due", "checked", "problems", "public")


def report(return_id: UUID) -> tuple[str, bytes]:
    """File name and content, for people to finish; raises Conflict for a return that is no self-review."""
    made = returns.a_return(return_id)
    if made.kind != ReturnKind.SELF_REVIEW:
        raise Conflict("只有年度自查报告有 Word 文稿。")
    sheet, document, file = forms.sheet_of(made), _document(), io.BytesIO()
    _write(document, made, sheet)
    document.save(file)
    return f"{sheet.title}.docx", file.getvalue()


def _document() -> Document:
    document = docx.Document()
    for name in ("Normal", "Title", "Heading 1"):
        font = document.styles[name].font  # type: ignore[attr-defined]
        font.name = "宋体"
        font.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    return document


def _write(document: Document, made: Return, sheet: Sheet) -> None:
    document.add_heading(sheet.title, 0)
    for label, text in sheet.above:
        document.add_paragraph(f"{label}：{text}")
    for fact in REPORT:
        document.add_heading(fact.label, 1)
        for line in (made.facts.get(fact.key) or TO_WRITE).splitlines():
            document.add_paragraph(line)
        if fact.key == "results":
            _figures(document, sheet)
    for section in sheet.sections:
        if section.key != "progress":
            _table(document, section)
    for note in sheet.notes:
        document.add_paragraph(note)
    typed = [one for one in FACTS[ReturnKind.SELF_REVIEW] if one not in REPORT and made.facts.get(one.key)]
    for fact in typed:
        document.add_paragraph(f"{fact.label}：{made.facts[fact.key]}")


def _figures(document: Document, sheet: Sheet) -> None:
    section = sheet.section("progress")
    if section is None:
        return
    _table(document, section)
    rows = [row for row in section.rows if row.key in CHARTED]
    series = [(section.heads[place], [row.cells[place].number or 0 for row in rows]) for place in (1, 2)]
    add_bar_chart(document, "随机抽查工作进展", [row.cells[0].text for row in rows], series)


def _table(document: Document, section: Section) -> None:
    document.add_heading(section.title, 1)
    lines = [section.heads, *([str(cell.shown) for cell in row.cells] for row in section.all_rows())]
    table = document.add_table(rows=0, cols=len(section.heads), style="Table Grid")
    for line in lines:
        cells = table.add_row().cells
        for place, text in enumerate(line):
            cells[place].text = text
    if section.note:
        document.add_paragraph(section.note)
