"""The rows below a header, and what of them is no entry: heads once more, titles of parts, lines that go on with a row.

A form that was made in a word processor says in several rows what one cell holds: a basis of three paragraphs is three
rows beside cells that are merged. Such rows are joined, and the row says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.formats import RawRow, RawSheet
from onedoor.kernel.file_sandbox.pipe_messages import (
    HEAD_AGAIN,
    SECTION,
    STARTS_FORMULA,
    Column,
    Limits,
    SourceProblem,
    SourceRow,
    heading,
)
from onedoor.kernel.file_sandbox.text_files import UNDECODABLE

# As many characters as a cell of a workbook may have; a longer one is no table's cell.
LONGEST_CELL = 32_767
_LONGEST_ASIDE = 20
# Of a row that is given back as it came.
_MOST_PARTS = 400
# The title of a part stands alone; cells with nothing but blanks may be beside it.
_MOST_BLANKS = 4
# What spreadsheets show where a formula found nothing.
_ERRORS = frozenset({
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#GETTING_DATA",
})  # fmt: skip
# As exports keep a code from becoming a number: ="0123".
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_SECTION_TITLE = re.compile(
    "第[一二三四五六七八九十百]+[章节编部分类]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]"
)


@dataclass(slots=True)
class Places:
    """Which place is which column, the heads of the table, and what may go on with the row above."""

    by_name: Mapping[str, int]
    head: int
    header: Sequence[str]
    keys: frozenset[int] = frozenset()
    continued: frozenset[int] = frozenset()
    said: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, by_name: Mapping[str, int], head: int, header: Sequence[str], columns: Sequence[Column]
    ) -> Places:
        """What `columns` say of these."""
        flags = {column.name: column for column in columns}
        keys = frozenset(place for name, place in by_name.items() if name in flags and flags[name].key)
        continued = frozenset(
            place for name, place in by_name.items() if name in flags and flags[name].continued
        )
        said = frozenset(cell for cell in header if cell)
        return cls(by_name, head, header, keys, continued if keys else frozenset(), said)


@dataclass(slots=True)
class _Entry:
    """A row that the next may go on with: what was joined to it, and what stood between."""

    raw: RawRow
    rows: list[int] = field(default_factory=list)
    columns: dict[int, None] = field(default_factory=dict)
    between: list[SourceRow] = field(default_factory=list)


def source_rows(
    sheet: RawSheet, places: Places, limits: Limits, of_head: Callable[[RawRow, int], bool]
) -> Iterator[SourceRow]:
    """The rows of a sheet that say something. Raises ClerkError for too many."""
    width = len(places.header) if sheet.ragged else None
    heads = [heading(cell) for cell in places.header]
    # Told when the next is known not to go on with it; an entry is made of it where one does.
    last: RawRow | None = None
    entry: _Entry | None = None
    for raw in _filled(sheet, places.head, limits, of_head):
        part = _form_part(raw, heads, places)
        if last is not None and part == HEAD_AGAIN:
            entry = entry or _Entry(last)
            entry.between.append(_no_entry(raw, part))
            continue
        if last is not None and not part and _goes_on(raw, last, places, width):
            entry = entry or _Entry(last)
            _join(entry, raw)
            last = entry.raw
            continue
        if entry is not None:
            yield from _told(entry, width, places)
        elif last is not None:
            yield source_row(last, width, places.by_name)
        last = entry = None
        if part:
            yield _no_entry(raw, part)
        else:
            last = raw
    if entry is not None:
        yield from _told(entry, width, places)
    elif last is not None:
        yield source_row(last, width, places.by_name)


def _filled(
    sheet: RawSheet, head: int, limits: Limits, of_head: Callable[[RawRow, int], bool]
) -> Iterator[RawRow]:
    """The rows below the head that hold anything."""
    count = 0
    for raw in sheet.rows:
        if not raw.problem and (not any(cell.strip() for cell in raw.cells) or of_head(raw, head)):
            continue
        count += 1
        if count > limits.rows:
            raise ClerkError("文件超过 %(limit)s 行，请分成几个文件上传。", limit=limits.rows)
        yield raw


def _own(raw: RawRow) -> list[int]:
    """The places in which a row itself says something."""
    return [place for place, cell in enumerate(raw.cells) if place not in raw.down and cell.strip()]


def _form_part(raw: RawRow, heads: Sequence[str], places: Places) -> str:
    """Which part of the form a row is, if it is no entry."""
    if raw.problem:
        return ""
    # Nearly every row is an entry: what costs little is asked first.
    if len(places.said.intersection(raw.cells)) > 1:
        own = _own(raw)
        same = sum(1 for place in own if place < len(heads) and heading(raw.cells[place]) == heads[place])
        if same > 1 and same * 3 >= len(own) * 2:
            return HEAD_AGAIN
    if raw.down or len(raw.cells) - raw.cells.count("") > _MOST_BLANKS:
        return ""
    own = _own(raw)
    if len(own) != 1 or own[0] in places.continued:
        return ""
    titled = _SECTION_TITLE.match(raw.cells[own[0]].strip())
    return SECTION if titled or (raw.widest > 2 and raw.widest * 2 >= len(heads)) else ""


def _goes_on(raw: RawRow, above: RawRow, places: Places, width: int | None) -> bool:
    if not places.continued or raw.problem or above.problem:
        return False
    if not all(place in raw.down or _empty(raw, place) for place in places.keys):
        return False
    if wrong_width(raw.cells, width) or wrong_width(above.cells, width):
        return False
    own = _own(raw)
    return bool(own) and places.continued.issuperset(own)


def _empty(raw: RawRow, place: int) -> bool:
    return place >= len(raw.cells) or not raw.cells[place].strip()


def _join(last: _Entry, raw: RawRow) -> None:
    """What a row says itself goes below what stands above it."""
    cells = list(last.raw.cells)
    cells += [""] * (len(raw.cells) - len(cells))
    for place in _own(raw):
        cells[place] = f"{cells[place]}\n{raw.cells[place]}" if cells[place].strip() else raw.cells[place]
        last.columns[place] = None
    last.raw = replace(last.raw, cells=cells)
    last.rows.append(raw.number)


def _told(entry: _Entry, width: int | None, places: Places) -> Iterator[SourceRow]:
    row = source_row(entry.raw, width, places.by_name)
    if entry.rows:
        names = {place: name for name, place in places.by_name.items()}
        error = ClerkError(
            "第 %(rows)s 行是本行“%(columns)s”的续行，已合并成一条读入，请核对。",
            rows="、".join(map(str, entry.rows[:20])),
            columns="”“".join(names[place] for place in sorted(entry.columns)),
        )
        row = replace(row, remarks=(SourceProblem(names[min(entry.columns)], error),))
    yield row
    yield from entry.between


def _no_entry(raw: RawRow, part: str) -> SourceRow:
    return SourceRow(
        raw.number,
        raw.line,
        {},
        aside=_aside(raw.cells, frozenset()),
        raw=_given_back(raw.cells),
        form_part=part,
    )


def source_row(raw: RawRow, width: int | None, places: Mapping[str, int]) -> SourceRow:
    """One row by the names of our columns; of one that could not be taken apart what came of it."""
    whole = raw.problem or wrong_width(raw.cells, width)
    if whole:
        # The foot of a form has fewer cells; a running number alone would say that there is nothing to read.
        first = _aside(raw.cells, frozenset())
        aside = "" if first.isdecimal() else first
        return SourceRow(
            raw.number, raw.line, {}, (SourceProblem("", whole),), aside, raw=_given_back(raw.cells)
        )
    cells = {
        name: _as_written(raw.cells[place].strip() or raw.across.get(place, "").strip())
        for name, place in places.items()
        if place < len(raw.cells)
    }
    problems = tuple(_cell_problems(cells))
    kept = {name: cell[:LONGEST_CELL] for name, cell in cells.items()}
    return SourceRow(raw.number, raw.line, kept, problems, _aside(raw.cells, frozenset(places.values())))


def _given_back(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell[:LONGEST_CELL] for cell in cells[:_MOST_PARTS])


def _aside(cells: Sequence[str], taken: frozenset[int]) -> str:
    place = next((place for place, cell in enumerate(cells) if cell and not cell.isspace()), None)
    return "" if place is None or place in taken else cells[place].strip()[:_LONGEST_ASIDE]


def _cell_problems(cells: Mapping[str, str]) -> Iterator[SourceProblem]:
    for name, cell in cells.items():
        if len(cell) > LONGEST_CELL:
            error = ClerkError(
                "本格有 %(found)s 个字，超过 %(limit)s 个字的上限，请缩短。",
                found=len(cell),
                limit=LONGEST_CELL,
            )
            yield SourceProblem(name, error)
        if cell in _ERRORS:
            error = ClerkError("这一格是表格软件的出错提示“%(text)s”，请改成实际的内容。", text=cell)
            yield SourceProblem(name, error)
        if UNDECODABLE.search(cell):
            yield SourceProblem(name, ClerkError("有无法识别的文字，请核对原文后重新填写。"))


def _as_written(text: str) -> str:
    # The text that spreadsheets.writing.harmless was given: what we wrote reads back as it was.
    formula = _TEXT_FORMULA.fullmatch(text)
    if formula:
        return formula[1].strip()
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(STARTS_FORMULA) else text


def wrong_width(cells: Sequence[str], width: int | None) -> ClerkError | None:
    if width is None:
        return None
    if len(cells) < width:
        return ClerkError(
            "本行只有 %(found)s 列，表头有 %(width)s 列，可能是内容里的换行没有加引号。",
            found=len(cells),
            width=width,
        )
    if any(cell.strip() for cell in cells[width:]):
        return ClerkError(
            "本行有 %(found)s 列，表头只有 %(width)s 列，可能是内容里的逗号没有加引号。",
            found=len(cells),
            width=width,
        )
    return None
