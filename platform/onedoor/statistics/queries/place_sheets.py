"""The forms of a place, added up from its bureaus' filed returns: a joint check counts once (R-S1, R-S2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.statistics.models import Return
from onedoor.statistics.queries import frozen, returns, sheets
from onedoor.statistics.rules.facts import DISCLOSURE, DOCUMENT
from onedoor.statistics.rules.figures import FIGURES
from onedoor.statistics.rules.members import value
from onedoor.statistics.rules.periods import MADE_OF, Level, ReturnKind
from onedoor.statistics.rules.sheets import Cell, Row, Section, Sheet
from onedoor.statistics.rules.states import ReturnState
from tenants import queries as tenants
from tenants.models import Bureau

F3_HEADS = (
    "序号", "部门名称", "是否制定实施细则", "是否编制“一单两库”", "实行抽查事项项数", "已开展抽查次数",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A bureau's filed return that a place's return adds up."""

    bureau: Bureau
    filed: Return
    sheet: Sheet


def sources(made: Return) -> list[Source]:
    """The last filed version of each supervised bureau's return of the period, unless it was sent back."""
    newer = sa.orm.aliased(Return)
    later = sa.exists().where(
        newer.series_id == Return.series_id, newer.version > Return.version, newer.filed_at.is_not(None)
    )
    query = sa.select(Return).where(
        Return.level == Level.OWN.value,
        Return.kind == MADE_OF[ReturnKind(made.kind)].value,
        Return.year == made.year,
        Return.part == made.part,
        Return.filed_at.is_not(None),
        sa.not_(later),
    )
    bureaus = {one.id: one for one in tenants.supervised_bureaus()}
    found = [
        Source(bureaus[one.tenant_id], one, frozen.filed_sheet(one))
        for one in db.session.scalars(query)
        if one.tenant_id in bureaus and returns.state(one) is not ReturnState.SENT_BACK
    ]
    return sorted(found, key=lambda one: one.bureau.code)


def missing(made: Return, found: Sequence[Source]) -> list[Bureau]:
    """The supervised bureaus whose return of the period is not there."""
    kind, there = MADE_OF[ReturnKind(made.kind)], {one.bureau.id for one in found}
    return [
        one
        for one in tenants.supervised_bureaus()
        if one.id not in there and kind in returns.kinds_of(one, Level.OWN) and one.id != made.tenant_id
    ]


def place(made: Return, found: Sequence[Source] | None = None) -> Sheet:
    """A place's form."""
    found = sources(made) if found is None else found
    return _FORMS[ReturnKind(made.kind)](made, found)


def add_up(
    made: Return, figure: str, of: Sequence[tuple[str, str, str, str]], numbers: Sequence[int]
) -> Cell:
    """The number of a place: the sum, where no record is of two bureaus; else over the records, each once."""
    cell = Cell(figure=figure, of=tuple(of))
    if FIGURES[figure].joins == "sum":
        return Cell(number=sum(numbers), figure=figure, of=tuple(of))
    return Cell(number=value(frozen.joined(made, cell)), figure=figure, of=tuple(of))


def _column(
    found: Sequence[Source], section: str, figure: str
) -> tuple[list[tuple[str, str, str, str]], list[int]]:
    of, numbers = [], []
    for one in found:
        cell = one.sheet.cell(section, "own", figure)
        if cell is not None:
            of.append((str(one.filed.id), "own", figure, section))
            numbers.append(cell.number or 0)
    return of, numbers


def _from(source: Source, cell: Cell, section: str, row: str) -> Cell:
    """A bureau's cell in the place's form: its number points to where it stands in the bureau's return."""
    if not cell.figure:
        return Cell(cell.text)
    return Cell(
        number=cell.number, figure=cell.figure, of=((str(source.filed.id), row, cell.figure, section),)
    )


def _f7(made: Return, found: Sequence[Source]) -> Sheet:
    rows, behind = [], []
    for one in found:
        section, aside = one.sheet.section("progress"), one.sheet.section("on_time")
        assert section is not None and aside is not None
        cells = section.rows[0].cells
        rows.append(Row(str(one.bureau.id), tuple(_from(one, cell, "progress", "own") for cell in cells)))
        behind.append(
            Row(
                str(one.bureau.id),
                tuple(_from(one, cell, "on_time", "own") for cell in aside.rows[0].cells),
            )
        )
    sums = [add_up(made, key, *_column(found, "progress", key)) for key in sheets.F7_FIGURES]
    public, due = (
        add_up(made, key, *_column(found, "on_time", key)) for key in ("public_on_time", "public_due")
    )
    at = sheets.F7_FIGURES.index("public") + 1
    rate = Cell(sheets.percent(public.number, due.number))
    total = Row("total", (Cell("合计"), *sums[:at], rate, *sums[at:]))
    note = "合计中一次联合检查只计一次，各部门数之和因此可能大于合计。"
    return Sheet(
        f"市直部门{made.year}年度随机抽查工作进展情况统计表",
        sheets.above(made, "填报单位（盖章）"),
        (
            Section("progress", "", sheets.f7_heads(), tuple(rows), total if rows else None, note),
            sheets.on_time_section(tuple(behind), Row("total", (public, due)) if rows else None),
        ),
        sheets.below(made),
        _notes(made, found),
    )


def _f8(made: Return, found: Sequence[Source]) -> Sheet:
    rows = [
        Row(row.key, tuple(_from(one, cell, "joint", row.key) for cell in row.cells))
        for one in found
        for row in _rows(one, "joint")
    ]
    return Sheet(
        f"{made.year}年度联合检查工作进展情况统计表",
        sheets.above(made, "填报单位（盖章）"),
        (sheets.f8_section(tuple(rows)),),
        sheets.below(made),
        _notes(made, found),
    )


def _rows(source: Source, section: str) -> tuple[Row, ...]:
    found = source.sheet.section(section)
    return found.rows if found else ()


def _f10(made: Return, found: Sequence[Source]) -> Sheet:
    sections = []
    for one in found:
        section = one.sheet.section("other")
        assert section is not None
        rows = tuple(
            Row(row.key, tuple(_from(one, cell, "other", row.key) for cell in row.cells))
            for row in section.rows
        )
        assert section.total is not None
        total = Row("total", tuple(_from(one, cell, "other", "total") for cell in section.total.cells))
        sections.append(
            Section(str(one.bureau.id), one.bureau.name, sheets.ITEM_HEADS, rows, total, section.note)
        )
    some, whole = (_sum_of_totals(found, "other", key) for key in ("items_other", "items_all_other"))
    sections.append(
        Section(
            "all",
            "全市合计",
            ("部门数", "实行抽查事项项数", "行政检查事项总数", "覆盖率"),
            (
                Row(
                    "total",
                    (Cell(str(len(found))), some, whole, Cell(sheets.percent(some.number, whole.number))),
                ),
            ),
        )
    )
    return Sheet(
        f"{made.year}年度市直部门非市场监管领域推行“双随机、一公开”情况统计表（{sheets.part_name(made)}）",
        sheets.above(made, "填报单位（盖章）"),
        tuple(sections),
        sheets.below(made),
        _notes(made, found),
    )


def _sum_of_totals(found: Sequence[Source], section: str, figure: str) -> Cell:
    cells = [(one, one.sheet.cell(section, "total", figure)) for one in found]
    of = tuple((str(one.filed.id), "total", figure, section) for one, cell in cells if cell)
    return Cell(number=sum(cell.number or 0 for _one, cell in cells if cell), figure=figure, of=of)


def _f3(made: Return, found: Sequence[Source]) -> Sheet:
    return Sheet(
        f"{_place_name(made)}推行“双随机、一公开”情况统计表（{made.year}年{sheets.part_name(made)}）",
        sheets.above(made, "区县名称（盖章）"),
        f3_sections(made, found),
        sheets.below(made),
        _notes(made, found),
    )


def f3_sections(made: Return, found: Sequence[Source]) -> tuple[Section, ...]:
    """Both parts of F3."""
    listed = sum(1 for one in found if _first(one)[1].text == "是")
    system = (
        sheets.system_row(
            "document",
            "是否已出台实施意见或工作方案（注明文件名称及文号）",
            sheets.typed(made, DOCUMENT.key),
        ),
        sheets.system_row("items", "是否已编制随机抽查事项清单", f"{listed} 个部门已编制一单两库"),
        sheets.system_row("disclosure", "是否已建立检查结果公开机制", sheets.typed(made, DISCLOSURE.key)),
    )
    doing = [one for one in found if any(c.figure == "items" and c.number for c in _first(one))]
    rows = tuple(
        Row(
            str(one.bureau.id),
            (
                Cell(str(n)),
                Cell(one.bureau.name),
                *(_from(one, cell, "sums", "own") for cell in _first(one)),
            ),
        )
        for n, one in enumerate(doing, start=1)
    )
    sums = [add_up(made, key, *_column(doing, "sums", key)) for key in ("items", "batches")]
    having = sum(1 for one in found if _has_items(one))
    note = (
        f"合计共 {len(doing)} 个部门，占有行政检查事项部门总数的比例为 {sheets.percent(len(doing), having)}。"
    )
    total = Row("total", (Cell("合计"), Cell(), Cell(), Cell(), *sums))
    return (
        Section("system", "一、制度机制建设情况", ("项目", "填报情况"), system),
        Section(
            "bureaus",
            "二、已实行“双随机”抽查的区（县）级部门情况",
            F3_HEADS,
            rows,
            total if rows else None,
            note,
        ),
    )


def _first(source: Source) -> tuple[Cell, ...]:
    rows = _rows(source, "sums")
    return rows[0].cells if rows else (Cell(), Cell())


def _has_items(source: Source) -> bool:
    return any(
        cell.figure in ("items_all_market", "items_all_other") and cell.number
        for section in source.sheet.sections
        for row in section.all_rows()
        for cell in row.cells
    )


def _self_review(made: Return, found: Sequence[Source]) -> Sheet:
    return Sheet(
        f"{_place_name(made)}{made.year}年度推行“双随机、一公开”工作自查报告",
        sheets.above(made, "填报单位（盖章）"),
        (*f3_sections(made, found), _beside_last_year(made)),
        sheets.below(made),
        _notes(made, found),
    )


def _beside_last_year(made: Return) -> Section:
    """The totals of the last filed progress of this year and of the year before, side by side."""
    now, before = (_last_progress(made, year) for year in (made.year, made.year - 1))
    rows = tuple(
        Row(
            key,
            (
                Cell(FIGURES[key].head),
                _total(now, key),
                _total(before, key),
            ),
        )
        for key in sheets.F7_FIGURES
    )
    heads = ("指标", f"{made.year}年", f"{made.year - 1}年")
    note = "取自当年最后一次报送的随机抽查工作进展情况统计表（F7）合计。"
    return Section("progress", "三、随机抽查工作进展（与上年对比）", heads, rows, None, note)


def _last_progress(made: Return, year: int) -> Return | None:
    query = sa.select(Return).where(
        Return.tenant_id == made.tenant_id,
        Return.level == Level.PLACE.value,
        Return.kind == ReturnKind.F7.value,
        Return.year == year,
        Return.filed_at.is_not(None),
    )
    return db.session.scalar(query.order_by(Return.part.desc(), Return.version.desc()).limit(1))


def _total(filed: Return | None, figure: str) -> Cell:
    cell = frozen.filed_sheet(filed).cell("progress", "total", figure) if filed else None
    if filed is None or cell is None:
        return Cell("—")
    return Cell(number=cell.number, figure=figure, of=((str(filed.id), "total", figure, "progress"),))


def _place_name(made: Return) -> str:
    code = tenants.bureau(made.tenant_id).jurisdiction_code
    return next((one.name for one in tenants.places() if one.code == code), "")


def _notes(made: Return, found: Sequence[Source]) -> tuple[str, ...]:
    """Who is missing, and whose data ends at another moment, stand on the form."""
    names = [one.short_name for one in missing(made, found)]
    notes = [f"未报送的部门：{'、'.join(names)}。"] if names else []
    others = [one.bureau.short_name for one in found if one.filed.cutoff != made.cutoff]
    if others:
        notes.append(f"数据截止时间与本表不同的部门：{'、'.join(others)}，以其报送的统计表为准。")
    return tuple(notes)


_FORMS: Mapping[ReturnKind, Callable[[Return, Sequence[Source]], Sheet]] = {
    ReturnKind.F3: _f3,
    ReturnKind.F7: _f7,
    ReturnKind.F8: _f8,
    ReturnKind.F10: _f10,
    ReturnKind.SELF_REVIEW: _self_review,
}
