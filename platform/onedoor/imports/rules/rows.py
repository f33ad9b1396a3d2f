"""One row of a clerk's file, read field by field; what is wrong is gathered, not raised (R-L11)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import TypeVar

from onedoor.kernel.codes import is_spreadsheet_number
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import SourceProblem, SourceRow
from onedoor.kernel.text.unicode import normal

Value = TypeVar("Value")

# What programs write where they know nothing; 无 and a dash are a person's word that there is none.
_BLANK = frozenset({"", "n/a", "na", "null", "none", "nan"})
_NOTHING = _BLANK | {"-", "--", "—", "/", "无", "暂无"}
# What points at the row above, which means nothing in a register.
_DITTO = frozenset({"同上", "同前", "〃", '"', "″"})
_LONGEST_DITTO = 2
# As it may be written with blanks around it; a cell is trimmed when it is read.
_LONGEST_NOTHING = 8
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
# Of no width: pasted with a name, it hides it from every search.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号.]?"
    r"(?:[ T](?P<time>\d{1,2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_PACKED_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL_DAY = re.compile(r"\d{5}")
# China has had one zone since 1949, and no summer time since 1991.
_CHINA = timezone(timedelta(hours=8))
_SERIAL_START = date(1899, 12, 30)
# Clerks space names out to one width: 张　三, 欧阳 修. Between longer words stand two people, or parts of one name.
_SPACED_NAME = re.compile(
    r"(?<=(?<![\u3400-\u9fff])[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])"
    r"|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff](?![\u3400-\u9fff]))"
)
_CHINESE_NAME = re.compile("[\u3400-\u9fff]{2,4}")
_DASHES = re.compile("[\u2010-\u2015\u2212]+")
# Of full width only what people mistype: brackets are part of how an authority writes its numbers.
_WIDE = {*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF0D}
_HALF = {code: code - 0xFEE0 for code in _WIDE}
_YES, _NO = (
    frozenset({"是", "有", "√", "y", "yes", "true", "1"}),
    frozenset({"否", "无", "×", "n", "no", "false", "0", ""}),
)


class RowReader:
    """Reads one row's cells; `problems` are fatal, `remarks` only told."""

    def __init__(self, row: SourceRow) -> None:
        self.row = row
        self.problems: list[SourceProblem] = list(row.problems)
        self.remarks: list[SourceProblem] = list(row.remarks)
        self._unreadable: set[str] = set()

    def given(self, column: str) -> bool:
        """Whether the file has the column at all."""
        return column in self.row.cells

    def says(self, column: str, *, chosen: bool = False) -> bool:
        """Whether the row says anything there. What is known stays as it is where it says nothing (R-L11).

        无 and a dash say that there is none, save where one of some words is `chosen`: there they say nothing.
        """
        cell = self.row.cells.get(column, "")
        if column in self._unreadable:
            return False
        if len(cell) > _LONGEST_NOTHING:
            return True
        return normal("NFKC", cell).strip().lower() not in (_NOTHING if chosen else _BLANK)

    def text(self, column: str, *, longest: int, required: bool = False) -> str:
        """A cell's text; what stands for nothing (N/A, —) is empty."""
        cell = self.row.cells.get(column, "")
        nothing = len(cell) <= _LONGEST_NOTHING and normal("NFKC", cell).strip().lower() in _NOTHING
        text = "" if nothing else clean(cell)
        if required and not text:
            self.refuse(column, ClerkError("没有填写“%(column)s”。", column=column))
        elif len(text) <= _LONGEST_DITTO and text in _DITTO:
            self.refuse(column, ClerkError("写的是“%(text)s”，请填写实际的内容。", text=text))
            return ""
        if len(text) > longest:
            self.refuse(
                column,
                ClerkError("有 %(length)s 个字，最多 %(limit)s 个字。", length=len(text), limit=longest),
            )
        return text

    def mark(self, column: str, *, longest: int, required: bool = False) -> str:
        """A number by which something is known again, in half width and without blanks."""
        found = marked(self.text(column, longest=longest, required=required))
        if is_spreadsheet_number(found):
            self.refuse(
                column,
                ClerkError("号码被表格软件改成了“%(text)s”，请把这一列设为文本格式后重新填写。", text=found),
            )
        return found

    def person(self, column: str, *, longest: int, required: bool = False, single: bool = False) -> str:
        """The name of a person, without the blanks that space it out. Of `single` ones two people need a row each."""
        name = spaced_in(self.text(column, longest=longest, required=required))
        people = people_in(name) if single else [name]
        if len(people) > 1:
            self.refuse(
                column,
                ClerkError(
                    "这一格里有 %(count)s 个人的姓名（%(names)s），请每人填一行；确是一个人的，请去掉中间的空格。",
                    count=len(people),
                    names="、".join(people),
                ),
            )
        return name

    def phone(self, column: str) -> str:
        """A phone in half width; its form is for the caller to check."""
        return half_width(self.text(column, longest=40))

    def day(self, column: str) -> date | None:
        """A date as clerks and spreadsheets write it."""
        text = normal("NFKC", self.text(column, longest=40))
        return self.read(column, lambda: read_day(text)) if text else None

    def optional(self, column: str, reader: Callable[[str], Value], *, longest: int = 40) -> Value | None:
        """What a reader makes of a cell that may be missing: what it cannot read is told and costs the cell, not the row.

        Never for what decides who or what can be drawn: there an unreadable cell refuses the row.
        """
        text = self.text(column, longest=longest)
        try:
            return reader(text) if text else None
        except ClerkError:
            self._unreadable.add(column)
            self.remark(
                column, ClerkError("“%(text)s”读不出来，只有本格没有读入，请核对后补填。", text=text[:20])
            )
            return None

    def yes(self, column: str, *, otherwise: bool = False) -> bool:
        """是 or 否."""
        word = normal("NFKC", self.row.cells.get(column, "")).strip().lower()
        if not self.given(column) or (not word and otherwise):
            return otherwise
        if word not in _YES and word not in _NO:
            self.refuse(column, ClerkError("应填“是”或“否”，实为“%(text)s”。", text=word[:20]))
        return word in _YES

    def word(self, column: str, words: Mapping[str, Value], otherwise: Value) -> Value:
        """One of the known words."""
        text = normal("NFKC", self.text(column, longest=100)).replace(" ", "")
        if text and text not in words:
            shown = "、".join(dict.fromkeys(words))
            self.refuse(
                column, ClerkError("“%(text)s”不是可填的内容，可填：%(words)s。", text=text[:20], words=shown)
            )
        return words.get(text, otherwise)

    def read(self, column: str, reader: Callable[[], Value]) -> Value | None:
        """What a checker makes of the cell; its refusal is this cell's problem."""
        try:
            return reader()
        except ClerkError as error:
            self.refuse(column, error)
            return None

    def refuse(self, column: str, error: ClerkError) -> None:
        """The row cannot be taken. Of one column only the first thing wrong is told."""
        if not column or all(problem.column != column for problem in self.problems):
            self.problems.append(SourceProblem(column, error))

    def remark(self, column: str, error: ClerkError) -> None:
        """The row is taken, with a word to the clerk."""
        self.remarks.append(SourceProblem(column, error))


def marked(number: str) -> str:
    """A number by which something is known again: digits and letters in half width, without blanks."""
    return "".join(number.translate(_HALF).split())


def spaced_in(name: str) -> str:
    """张　三 is 张三; 张三 李四 and names in other letters keep their blanks."""
    return _SPACED_NAME.sub("", name)


def people_in(text: str) -> list[str]:
    """Several names that stand in one cell; one name, or what is none, as it is."""
    parts = [part for part in re.split(r"[\s、，,；;/／+＋]+", text) if part]
    return parts if all(map(_CHINESE_NAME.fullmatch, parts)) else [text]


def half_width(number: str) -> str:
    """A phone with plain digits and dashes, whatever the input method wrote."""
    return _DASHES.sub("-", normal("NFKC", number)).strip()


def clean(text: str) -> str:
    """NFC, without control characters and blanks around lines; line ends are plain."""
    text = _INVISIBLE.sub("", text)
    if not _CONTROL.search(text):
        return normal("NFC", text).strip()
    lines = normal("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ("".join(char for char in line if unicodedata.category(char) != "Cc").strip() for line in lines)
    return "\n".join(kept).strip()


def read_day(text: str) -> date:
    """2026-3-5, 2026—3—5, 2026/3/5, 2026.3.5., 2026年3月5号, 20260305, or a spreadsheet's day number.

    A time with its zone is the day it is in China.
    """
    text = _DASHES.sub("-", text)
    match = _DAY.fullmatch(text) or _PACKED_DAY.fullmatch(text)
    try:
        if match:
            day = date(int(match[1]), int(match[2]), int(match[3]))
            return _in_china(day, match["time"], match["zone"]) if match.re is _DAY and match["zone"] else day
        if _SERIAL_DAY.fullmatch(text):
            return _SERIAL_START + timedelta(days=int(text))
    except ValueError:
        pass
    raise ClerkError("“%(text)s”不是一个日期，请按“年-月-日”填写，例如 2026-03-05。", text=text[:20])


def _in_china(day: date, time: str, zone: str) -> date:
    written = f"{day.isoformat()}T{time.zfill(5)}{'+00:00' if zone == 'Z' else zone}"
    return datetime.fromisoformat(written).astimezone(_CHINA).date()


def split_list(text: str) -> list[str]:
    """Entries of one cell, parted by 、, ; or line ends, each once."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[、，,；;\n/]+", text) if part.strip()))


def is_foot(row: SourceRow) -> bool:
    """Whether the row is the form's foot (填报人, 联系电话), a sum (合　计) or a line that was only numbered, not an entry.

    Of a column that is none of ours (序号 in a mapping without it) only what no entry can begin with. Heads that stand once
    more and titles of parts (`form_part`) are none either.
    """
    if row.form_part:
        return True
    first = next((cell for cell in row.cells.values() if cell), "")
    if _FOOT.match(first) or _FOOT_ASIDE.match(row.aside):
        return True
    return _sums(first) or _sums(row.aside) or _numbered_in_advance(row, first)


# 说明书检查 and 审核人员资格检查 are items.
_FOOT_ASIDE = re.compile("填报人|联系电话|填报单位|审核人(?!员)|制表人")


_FOOT = re.compile(_FOOT_ASIDE.pattern + "|注[:：]|说明(?!书)")


def _numbered_in_advance(row: SourceRow, first: str) -> bool:
    """Forms are printed with more numbers than there is to fill in."""
    if first:
        return first.isdecimal() and [name for name, cell in row.cells.items() if cell] == ["序号"]
    return row.aside.isdecimal()


def _sums(cell: str) -> bool:
    return cell[:1] in "合总小共" and "".join(cell.split()).rstrip(":：") in _SUMS


_SUMS = frozenset({"合计", "总计", "小计", "共计"})
