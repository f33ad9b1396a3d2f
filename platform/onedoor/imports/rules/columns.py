"""Which column of a clerk's file is taken for which of ours: by name, by likeness, by what stands in it (R-L11)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from onedoor.kernel.codes import read_credit_code, read_identity_number
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SeenTable, SourceRow, heading

# What our own workbook of errors adds, and a number that says nothing: nobody is asked about these.
REASONS, SOURCE_ROW, RAW_LINE = "问题说明", "原文件行号", "原文件内容"
_ADDED = frozenset(map(heading, (REASONS, SOURCE_ROW, RAW_LINE)))
_NOT_ASKED = _ADDED | {heading("序号")}
# The head of the row's number names the load, in whatever program the workbook was saved again.
_OF_LOAD = re.compile(re.escape(heading(SOURCE_ROW)) + r"\(([0-9a-f]{12})\)")
# Shorter names are alike by accident.
_SHORTEST_ALIKE = 2
_UNIT = re.compile(r"\((?:单位:)?(?:%|百分比|[^()]{0,4}元|次数?[/每][年季月半度]{1,2}|年/次)\)$")
# Of a row that could not be taken apart so many cells name it; and so many characters.
_BEGINNING, _LONGEST_LABEL = 3, 60


def _reads(reader: Callable[[str], object]) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        try:
            reader(text)
        except ClerkError:
            return False
        return True

    return fits


# Columns that are known by what stands in them, whatever their head says.
_BY_CONTENT: dict[str, Callable[[str], bool]] = {
    "统一社会信用代码": _reads(read_credit_code),
    "身份证号": _reads(read_identity_number),
}


def digest_of(header: Sequence[str]) -> str:
    """By which a header is known again: its heads in their order, as they are compared, without what we add at its end."""
    heads = [heading(cell) for cell in header if not _is_added(cell)]
    return hashlib.sha256(json.dumps(heads, ensure_ascii=False).encode()).hexdigest()


def _is_added(cell: str) -> bool:
    return heading(cell) in _ADDED or _OF_LOAD.fullmatch(heading(cell)) is not None


def source_row_head(load_id: UUID) -> str:
    """The head of the column that numbers rows as the file of a load did, with the load's mark."""
    return f"{SOURCE_ROW}（{load_mark(load_id)}）"


def load_mark(load_id: UUID) -> str:
    """By which a workbook of what was wrong is known as that of its load."""
    return load_id.hex[-12:]


def continued_mark(header: Sequence[str]) -> str | None:
    """The mark of the load whose rows were mended in a file with this header; None if it is no such file."""
    found = (_OF_LOAD.fullmatch(heading(cell)) for cell in header)
    return next((match[1] for match in found if match), None)


# What a row is about, in the columns of any kind.
_NAMES = ("企业名称", "检查事项", "姓名", "姓名或名称", "检查对象", "名称")


def row_label(row: SourceRow, columns: Sequence[Column]) -> str:
    """What a row says it is about; of one that could not be taken apart how it begins."""
    if not row.cells:
        return " ".join("，".join(part for part in row.raw[:_BEGINNING] if part.strip()).split())[
            :_LONGEST_LABEL
        ]
    known = [column.name for column in columns]
    names = [name for name in _NAMES if name in known] or [one.name for one in columns if one.required]
    said = next((row.cells[name] for name in names if row.cells.get(name, "").strip()), "")
    return " ".join(said.split())[:_LONGEST_LABEL]


def is_entry(header: Sequence[str]) -> bool:
    """Whether what was taken for the header is an entry: a valid code or number of a person names no column."""
    return any(cell and fits(cell) for cell in header for fits in _BY_CONTENT.values())


def without_head(seen: SeenTable) -> SeenTable:
    """The table of a file whose first row is an entry already: its columns have numbers for names."""
    heads = tuple(f"第{place}列" for place in range(1, len(seen.header) + 1))
    samples = tuple(
        (head, *samples) if head else samples for head, samples in zip(seen.header, seen.samples, strict=True)
    )
    return replace(seen, header_row=seen.header_row - 1, header=heads, samples=samples)


def named(header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Our column by the place in the header that has its name or a synonym; the first that has."""
    names = {heading(name): column.name for column in columns for name in (column.name, *column.aliases)}
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = names.get(heading(cell))
        if name is not None:
            places.setdefault(name, place)
    for place, cell in enumerate(header):
        # The unit of its numbers is no part of a column's name: 抽查比例（%）, 注册资金（万元）, 频次（次/年）.
        name = names.get(_UNIT.sub("", heading(cell)))
        if name is not None and place not in places.values():
            places.setdefault(name, place)
    return places


def guessed(
    header: Sequence[str], samples: Sequence[Sequence[str]], columns: Sequence[Column]
) -> dict[str, int]:
    """`named`, and for what is left the head most alike, or the column whose values can be nothing else."""
    places = named(header, columns)
    for column in columns:
        if column.name in places:
            continue
        free = [place for place, cell in enumerate(header) if cell and place not in places.values()]
        fits = _BY_CONTENT.get(column.name)
        certain = [place for place in free if fits and samples[place] and all(map(fits, samples[place]))]
        alike = [(likeness(header[place], column), -place) for place in free]
        score, place = max(alike, default=(0, 0))
        if certain:
            places[column.name] = certain[0]
        elif score:
            places[column.name] = -place
    return places


def likeness(head: str, column: Column) -> int:
    """How many characters of a head a name of the column shares with it, one within the other; 0 for none."""
    text, best = heading(head), 0
    for name in map(heading, (column.name, *column.aliases)):
        shorter = min(len(name), len(text))
        if shorter >= _SHORTEST_ALIKE and (name in text or text in name):
            best = max(best, shorter)
    return best


def told_as(column: str, header: Sequence[str], places: Mapping[str, int]) -> str:
    """What a column is called to whoever has the file: by its own head, with our name where that is another."""
    place = places.get(column)
    head = " ".join(header[place].split()) if place is not None and place < len(header) else ""
    return f"{head}（{column}）" if head and heading(head) != heading(column) else column


def missing(places: Mapping[str, int], columns: Sequence[Column]) -> list[str]:
    """Required columns that no place is taken for."""
    return [column.name for column in columns if column.required and column.name not in places]


def unclear(header: Sequence[str], places: Mapping[str, int]) -> list[str]:
    """Heads nobody takes for anything, and that a person should be asked about."""
    taken = set(places.values())
    return [
        cell
        for place, cell in enumerate(header)
        if cell and place not in taken and heading(cell) not in _NOT_ASKED and not _is_added(cell)
    ]


def unread_columns(layout: Mapping[str, Any] | None) -> list[str]:
    """Heads of a file whose columns are not read."""
    known = layout or {}
    if known.get("headless"):
        return []
    return unclear(known.get("header", ()), known.get("places", {}))


def settled(chosen: Mapping[str, int], header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """What a person chose, checked. Raises ClerkError for a place that is none and for required columns left out."""
    known = {column.name for column in columns}
    for name, place in chosen.items():
        if name not in known or not 0 <= place < len(header):
            raise ClerkError("没有“%(column)s”这一列，请从所列选项中选择。", column=name)
    if len(set(chosen.values())) < len(chosen):
        raise ClerkError("文件的同一列对应了两个内容，请各选一列。")
    lacking = missing(chosen, columns)
    if lacking:
        raise ClerkError("还没有指定“%(columns)s”在文件的哪一列。", columns="”“".join(lacking))
    return dict(chosen)


def refuse_without_header(
    header: Sequence[str], places: Mapping[str, int], columns: Sequence[Column]
) -> None:
    """Raise what a file without its required columns, or with one of them twice, is told."""
    lacking = missing(places, columns)
    if lacking and len(places) > 1:
        raise ClerkError("表头缺少“%(columns)s”列，请补上后重新上传。", columns="”“".join(lacking))
    if lacking:
        required = [column.name for column in columns if column.required]
        raise ClerkError(
            "前 %(rows)s 行里没有找到表头，表头至少要有“%(columns)s”列，请对照模板检查。",
            rows=20,
            columns="”“".join(required),
        )
    names = {heading(name): column.name for column in columns for name in (column.name, *column.aliases)}
    for place, cell in enumerate(header):
        name = names.get(heading(cell))
        if name is not None and places.get(name) != place:
            raise ClerkError("表头里“%(column)s”列出现了不止一次，请只留一列。", column=name)
