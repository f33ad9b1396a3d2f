"""A4 as Word, one piece after the other, in the fonts of an office."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import segno
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from onedoor.kernel.text.unicode import printable
from onedoor.web.draws import labels

SONG, HEI, MONO = "SimSun", "SimHei", "Consolas"
Rows = Iterable[Sequence[Any]]


class Paper:
    """A4 in the fonts of an office, one piece after the other."""

    def __init__(self) -> None:
        self.made = Document()
        section = self.made.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(25)
        self._font(self.made.styles["Normal"], SONG, 11)

    def title(self, text: str, size: float = 18) -> None:
        made = self.made.add_paragraph()
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._font(made.add_run(text), HEI, size)

    def heading(self, text: str) -> None:
        made = self.made.add_paragraph()
        made.paragraph_format.keep_with_next = True
        self._font(made.add_run(text), HEI, 12)

    def text(self, text: str) -> None:
        self.made.add_paragraph(printable(text)).paragraph_format.first_line_indent = Pt(22)

    def right(self, text: str) -> None:
        self.made.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def digest(self, label: str, value: str | None) -> None:
        if value:
            made = self.made.add_paragraph(f"{label}　")
            self._font(made.add_run(" ".join(labels.groups(value))), MONO, 9)

    def table(self, heads: Sequence[str], rows: Rows) -> None:
        made = self.made.add_table(rows=1, cols=len(heads), style="Table Grid")
        for cell, head in zip(made.rows[0].cells, heads, strict=True):
            self._font(cell.paragraphs[0].add_run(head), HEI, 10)
        for row in rows:
            for cell, value in zip(made.add_row().cells, row, strict=True):
                self._font(cell.paragraphs[0].add_run(printable(str(value))), SONG, 10)

    def qr(self, text: str) -> None:
        drawn = io.BytesIO()
        segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=8, border=4)
        self.made.add_picture(drawn, width=Mm(35))

    def bytes(self) -> bytes:
        kept = io.BytesIO()
        self.made.save(kept)
        return kept.getvalue()

    @staticmethod
    def _font(of: Any, name: str, size: float) -> None:
        of.font.name, of.font.size = name, Pt(size)
        of.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
