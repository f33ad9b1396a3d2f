"""Make the Word templates that ship with the product: `python scripts/letters.py`.

They are ordinary .docx files with docxtpl's placeholders, so that a bureau can take one, change it and
put it in place of ours. This script is kept so that ours can be reviewed as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from onedoor.messages.bodies import BODIES, Facts, Rows
from onedoor.messages.rules import LETTERS, Letter

FOLDER = Path(__file__).parent.parent / "platform/onedoor/messages/templates"
BODY, HEAD = "仿宋", "宋体"
# What the page is wide between its margins, in centimetres.
WIDTH = 15.8


def sheet() -> DocumentType:
    """A4 with the margins and type of an official letter."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2.8)
    section.left_margin = section.right_margin = Cm(2.6)
    style = document.styles["Normal"]
    style.font.name, style.font.size = BODY, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    style.paragraph_format.line_spacing = 1.5
    return document


def head(document: DocumentType, title: str, number: str = "{{ number }}") -> None:
    """Issuer, title and number, centred."""
    line(document, "{{ bureau }}", size=16, middle=True, font=HEAD)
    line(document, title, size=22, middle=True, bold=True, font=HEAD)
    line(document, number, middle=True)


def line(
    document: DocumentType,
    text: str,
    *,
    size: int = 14,
    middle: bool = False,
    right: bool = False,
    bold: bool = False,
    indent: bool = False,
    above: int = 0,
    font: str = BODY,
) -> Paragraph:
    """One paragraph; `above` keeps it off a table, in points."""
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.font.size, run.font.name = bold, Pt(size), font
    paragraph.paragraph_format.keep_with_next = bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if middle or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if middle else WD_ALIGN_PARAGRAPH.RIGHT
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    if above:
        paragraph.paragraph_format.space_before = Pt(above)
    return paragraph


def loop(
    document: DocumentType, name: str, heads: Sequence[str], cells: Sequence[str], widths: Sequence[float]
) -> Table:
    """A table with one row for each `x` of `name`; its head comes again on every page."""
    table = _table(document, 4, widths)
    for column, text in enumerate(heads):
        _cell(table, 0, column, text, bold=True, middle=True)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _cell(table, 1, 0, "{%tr for x in " + name + " %}")
    for column, text in enumerate(cells):
        _cell(table, 2, column, text)
    _cell(table, 3, 0, "{%tr endfor %}")
    return table


def pairs(document: DocumentType, rows: Sequence[tuple[str, str]]) -> None:
    """A table of two columns: what, and which."""
    table = _table(document, len(rows), (3, WIDTH - 3))
    for number, (label, value) in enumerate(rows):
        _cell(table, number, 0, label, bold=True)
        _cell(table, number, 1, value)


def _table(document: DocumentType, rows: int, widths: Sequence[float]) -> Table:
    """A table between the margins with columns of these widths, none of whose rows breaks across pages."""
    table = document.add_table(rows=rows, cols=len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width, cell.vertical_alignment = Cm(width), WD_CELL_VERTICAL_ALIGNMENT.CENTER
    return table


def _cell(
    table: Table, row: int, column: int, text: str, *, bold: bool = False, middle: bool = False
) -> None:
    paragraph = table.cell(row, column).paragraphs[0]
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
    if middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.font.size, run.font.name = bold, Pt(11), BODY
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)


def points(document: DocumentType, *, answered: bool, of: str = "items") -> None:
    """Each item with the points of its checklist."""
    line(document, "{%p for i in " + of + " %}")
    line(document, "{{ loop.index }}．{{ i.name }}（{{ i.bureau }}）", bold=True, above=8)
    line(document, "检查依据：{{ i.basis }}", size=12)
    line(document, "检查方式：{{ i.method }}", size=12)
    loop(document, "i.points", ("检查要点", "检查情况"), ("{{ x.point }}", "{{ x.answer }}"), (9.8, 6))
    if answered:
        line(document, "检查结果：{{ i.results }}", size=12, above=8)
        line(document, "情况说明：{{ i.note }}", size=12)
    line(document, "{%p endfor %}")


def members(document: DocumentType) -> None:
    """Who is on the team."""
    loop(
        document,
        "members",
        ("姓名", "执法证编号", "所在单位", "备注"),
        ("{{ x.name }}", "{{ x.certificate }}", "{{ x.bureau }}", "{{ x.leader }}"),
        (2.8, 3.6, 7.4, 2),
    )


def notice() -> DocumentType:
    """行政检查通知书."""
    document = sheet()
    head(document, "行政检查通知书")
    line(document, "{{ entity.name }}（统一社会信用代码：{{ entity.code }}）：")
    line(
        document,
        "{{ origin }}{{ bureaus }}将于 {{ day }}{{ hour }} 对你单位"
        "（{{ entity.address }}）{{ together }}开展行政检查，请予以配合。检查事项和检查依据如下：",
        indent=True,
    )
    loop(
        document,
        "matters",
        ("检查事项", "检查依据", "检查主体", "检查方式"),
        ("{{ x.name }}", "{{ x.basis }}", "{{ x.bureau }}", "{{ x.method }}"),
        (4, 5.4, 4.2, 2.2),
    )
    line(document, "检查人员{{ chosen }}：", indent=True, above=8)
    members(document)
    line(document, "请准备下列材料：", indent=True, above=8)
    line(document, "{%p for x in papers %}")
    line(document, "{{ loop.index }}．{{ x }}", indent=True)
    line(document, "{%p endfor %}")
    line(
        document,
        "有疑问请联系：{{ contact or bureau }}{% if phone %}，电话 {{ phone }}{% endif %}。检查编号：{{ check_number }}。",
        indent=True,
    )
    line(
        document,
        "检查人员应当出示行政执法证件和检查码。你单位可以扫描检查码，或在 {{ address }} 核对检查码 {{ code }}，确认检查人员、事项和"
        "依据；认为检查人员与本次检查有利害关系的，有权申请回避；有权陈述、申辩。",
        indent=True,
        above=8,
    )
    line(document, "{{ qr }}")
    line(document, "{{ bureau }}", right=True)
    line(document, "{{ today }}", right=True)
    return document


def check_sheet() -> DocumentType:
    """检查方案和检查表."""
    document = sheet()
    head(document, "检查方案和检查表")
    facts = [
        ("检查对象", "{{ entity.name }}（{{ entity.code }}）"),
        ("地址", "{{ entity.address }}"),
        ("检查类别", "{{ kind }}（来源：{{ source }}）"),
        ("检查任务", "{{ campaign }}"),
        ("抽取编号", "{{ draw }}"),
        ("检查日期", "{{ day }}"),
        ("检查单位", "{{ bureaus }}"),
    ]
    pairs(document, facts)
    line(document, "一、检查人员", bold=True, above=8)
    members(document)
    line(document, "二、检查事项和要点", bold=True, above=8)
    points(document, answered=False)
    line(document, "检查人员：＿＿＿＿＿＿＿＿　　　被检查对象：＿＿＿＿＿＿＿＿", above=16)
    return document


def record() -> DocumentType:
    """现场检查笔录."""
    document = sheet()
    head(document, "现场检查笔录")
    _checked(document)
    line(document, "检查情况", bold=True, above=8)
    points(document, answered=True)
    line(document, "检查结果：{{ results }}", bold=True, above=8)
    line(document, "其他情况：{{ note or '无' }}")
    line(document, "后续处置：{{ handling }}")
    line(document, "当事人意见：{{ signature or '当事人不在场' }}")
    line(document, "被检查人或在场人员（签名）：＿＿＿＿＿＿＿＿　　年　　月　　日", above=8)
    line(document, "检查人员（签名）：＿＿＿＿＿＿　＿＿＿＿＿＿　　年　　月　　日")
    _genuine(document)
    return document


def joint_record() -> DocumentType:
    """现场检查笔录 of a joint visit: one sheet, each bureau's part with its own number (R-J2)."""
    document = sheet()
    head(document, "现场检查笔录（联合检查）")
    facts = [
        ("检查对象", "{{ entity.name }}（{{ entity.code }}）"),
        ("检查地点", "{{ entity.address }}"),
        ("检查日期", "{{ day }}"),
        ("牵头部门", "{{ bureau }}（{{ number }}）"),
        ("检查任务", "{{ campaign }}"),
    ]
    pairs(document, facts)
    line(document, "各部门编号", bold=True, above=8)
    loop(document, "parts", ("部门", "本部门编号"), ("{{ x.bureau }}", "{{ x.number or '—' }}"), (7.9, 7.9))
    line(document, "检查人员", bold=True, above=8)
    members(document)
    line(document, "{%p for p in parts %}")
    line(document, "{{ p.bureau }}　{{ p.number }}", bold=True, above=12)
    line(document, "{%p if p.left %}")
    line(document, "{{ p.left }}")
    line(document, "{%p endif %}")
    line(document, "{%p if p['values'] %}")
    line(document, "检查时间：{{ p['values'].started }} 至 {{ p['values'].ended }}")
    line(document, "在场人员：{{ p['values'].attendee or '无' }}　{{ p['values'].attendee_post }}")
    points(document, answered=True, of="p['values']['items']")
    line(document, "检查结果：{{ p['values'].results }}", bold=True, above=8)
    line(document, "其他情况：{{ p['values'].note or '无' }}")
    line(document, "后续处置：{{ p['values'].handling }}")
    line(document, "当事人意见：{{ p['values'].signature or '当事人不在场' }}")
    line(document, "{%p endif %}")
    line(document, "{%p endfor %}")
    line(document, "被检查人或在场人员（签名）：＿＿＿＿＿＿＿＿　　年　　月　　日", above=8)
    line(document, "检查人员（签名）：＿＿＿＿＿＿　＿＿＿＿＿＿　　年　　月　　日")
    return document


def report() -> DocumentType:
    """检查报告."""
    document = sheet()
    head(document, "检查报告")
    _checked(document)
    line(document, "一、检查时间", bold=True, above=8)
    line(document, "{{ started }} 至 {{ ended }}", indent=True)
    line(document, "二、检查内容", bold=True)
    loop(
        document,
        "items",
        ("检查事项", "检查依据", "检查方式"),
        ("{{ x.name }}", "{{ x.basis }}", "{{ x.method }}"),
        (5, 7.8, 3),
    )
    line(document, "三、现场检查情况", bold=True, above=8)
    points(document, answered=True)
    line(document, "检查结果：{{ results }}", indent=True)
    line(document, "{{ note }}", indent=True)
    line(document, "四、检查评价", bold=True)
    line(document, "{{ assessment }}", indent=True)
    line(document, "五、处理意见", bold=True)
    line(document, "{{ proposed }}（后续处置：{{ handling }}）", indent=True)
    line(document, "{{ bureau }}", right=True)
    line(document, "{{ today }}", right=True)
    _genuine(document)
    return document


def _genuine(document: DocumentType) -> None:
    """What tells it from a forged one, once it was issued."""
    line(document, "{%p if issued %}")
    line(document, "{{ qr }}")
    line(document, "扫码或打开 {{ address }} 核验本文书的文号、机关、日期和摘要。", size=11)
    line(document, "{%p endif %}")


def _checked(document: DocumentType) -> None:
    facts = [
        ("检查对象", "{{ entity.name }}（{{ entity.code }}）"),
        ("检查时间", "{{ started }} 至 {{ ended }}"),
        ("检查地点", "{{ place }}"),
        ("在场人员", "{{ attendee or '无' }}　{{ attendee_post }}"),
        ("检查类别", "{{ kind }}（来源：{{ source }}）"),
        ("检查任务", "{{ campaign }}"),
    ]
    pairs(document, facts)
    line(document, "检查人员", bold=True, above=8)
    members(document)


def from_body(letter: Letter) -> DocumentType:
    """A document whose text is kept as lines (`messages.bodies`)."""
    document = sheet()
    head(document, LETTERS[letter].title)
    for block in BODIES[letter]:
        if isinstance(block, Facts):
            pairs(document, block.rows)
        elif isinstance(block, Rows):
            loop(document, block.name, block.heads, block.cells, block.widths)
        else:
            line(document, block, indent=not block.endswith("："), above=8)
    line(document, "{{ qr }}")
    line(document, "扫码或打开 {{ address }} 核验本文书的文号、机关、日期和摘要。", size=11)
    line(document, "{{ bureau }}", right=True)
    line(document, "{{ today }}", right=True)
    return document


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = {"notice": notice(), "sheet": check_sheet(), "record": record(), "report": report()}
    made["joint_record"] = joint_record()
    made |= {letter.value: from_body(letter) for letter in BODIES}
    for name, document in made.items():
        document.save(str(FOLDER / f"{name}.docx"))


if __name__ == "__main__":
    main()
