"""Rows of places of business and licences, and which place a row is about (R-L11, R-T4): nothing but text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from onedoor.entities.rules.licence_rows import COLUMNS as LICENCE_COLUMNS
from onedoor.entities.rules.licence_rows import key_of, read_licence
from onedoor.entities.rules.premises_rows import (
    ADDRESS,
    COLUMNS,
    NUMBER,
    PremisesRow,
    is_row_at,
    place_of_row,
    read_premises,
)
from onedoor.imports.rules.columns import guessed, named
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import SourceRow

CODE = made_up_credit_code(1)
DAY = date(2026, 11, 22)


@dataclass
class Standing:
    number: int
    name: str
    address: str
    closed_on: date | None = None


STAND = [
    Standing(1, "总店", "人民路 1 号"),
    Standing(2, "", "解放路2号"),
    Standing(3, "东门店", "东街 3 号", date(2026, 1, 1)),
    Standing(4, "东门店", "东街３号"),
    Standing(5, "柜台甲", "商场路5号"),
    Standing(6, "柜台乙", "商场路5号"),
]


def premises(**cells: str) -> Any:
    return read_premises(SourceRow(2, None, {"统一社会信用代码": CODE, **cells}), DAY)


def licence(**cells: str) -> Any:
    given = {"统一社会信用代码": CODE, "许可证种类": "食品经营许可证", "许可证编号": "JY1", **cells}
    return read_licence(SourceRow(2, None, given))


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        ({"场所编号": "2"}, 2),
        ({"场所编号": "第 3 号", "地址": "别处"}, 3),
        ({"地址": "人民路１号"}, 1),
        ({"地址": "人民路1号", "场所名称": "总 店"}, 1),
        # Another name at the address of one that has a name is another place.
        ({"地址": "人民路1号", "场所名称": "分店"}, None),
        # Where one of the two has no name it is the same.
        ({"地址": "解放路 2号", "场所名称": "解放路店"}, 2),
        # The one in use comes first.
        ({"地址": "东街3号", "场所名称": "东门店"}, 4),
        ({"地址": "东街3号"}, 4),
        ({"场所名称": "柜台乙"}, 6),
        ({"场所名称": "东门店"}, 4),
        ({"地址": "新街9号", "场所名称": "总店"}, None),
    ],
)
def test_which_place_a_row_is_about(cells: dict[str, str], number: int | None) -> None:
    row, reader = premises(**cells)
    assert row is not None and not reader.problems
    found = place_of_row(row, STAND)
    assert (found.number if found else None) == number


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"场所编号": "9"}, NUMBER, "没有第 9 号"),
        ({"地址": "商场路5号"}, NUMBER, "有 2 个经营场所"),
        ({"场所名称": "没有的店"}, ADDRESS, "没有叫“没有的店”"),
    ],
)
def test_which_place_a_row_is_about_has_to_be_said(cells: dict[str, str], column: str, said: str) -> None:
    row, _ = premises(**cells)
    with pytest.raises(ClerkError, match=said) as refused:
        place_of_row(row, STAND)
    assert list(refused.value.fields) == [column]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({}, "地址"),
        ({"场所编号": "1", "地址": "无"}, "地址"),
        ({"场所编号": "零", "地址": "某路"}, "场所编号"),
        ({"场所编号": "0", "地址": "某路"}, "场所编号"),
        ({"场所编号": "-1", "地址": "某路"}, "场所编号"),
        ({"场所编号": "99999999999", "地址": "某路"}, "场所编号"),
        ({"地址": "某路", "停用日期": "2026-11-23"}, "停用日期"),
        ({"地址": "某路", "停用日期": "去年"}, "停用日期"),
        ({"地址": "某" * 501}, "地址"),
        ({"统一社会信用代码": "91", "地址": "某路"}, "统一社会信用代码"),
    ],
)
def test_a_place_that_cannot_be_is_told_beside_its_cell(cells: dict[str, str], column: str) -> None:
    row, reader = premises(**cells)
    assert row is None and [one.column for one in reader.problems] == [column]


def test_a_blank_cell_says_nothing_and_none_empties() -> None:
    row, _ = premises(场所编号="1", 场所名称="", 停用日期="无", 说明="/")
    assert row.values == {"closed_on": None, "note": ""}
    row, _ = premises(场所编号="1", 场所名称="N/A", 地址="某路")
    assert row.values == {"address": "某路"}


def test_only_the_very_same_is_found_again_when_it_is_written() -> None:
    row, _ = premises(场所名称="总店", 地址="人民路1号")
    assert isinstance(row, PremisesRow) and is_row_at(row, STAND[0])
    assert not is_row_at(row, Standing(9, "", "人民路1号"))


def test_a_licence_is_read_as_clerks_write_it() -> None:
    row, reader = licence(发证日期="2024年1月2日", 有效期至="长期 有效", 场所编号="2", 说明="")
    assert not reader.problems
    assert row.values == {"issued_on": date(2024, 1, 2), "valid_to": None, "premises_number": 2}
    assert licence(有效期至="2027.3.4", 注销或吊销日期="无")[0].values == {
        "valid_to": date(2027, 3, 4),
        "cancelled_on": None,
    }
    assert licence(有效期至="永久")[0].values == {"valid_to": None}
    assert row.key("某局") == key_of(CODE, "食品经营许可证", "ｊｙ 1", "某局")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"许可证种类": ""}, "许可证种类"),
        ({"许可证编号": "无"}, "许可证编号"),
        ({"有效期至": "2027-02-30"}, "有效期至"),
        ({"场所编号": "总店"}, "场所编号"),
        ({"发证机关": "局" * 101}, "发证机关"),
        ({"统一社会信用代码": ""}, "统一社会信用代码"),
    ],
)
def test_a_licence_that_cannot_be_is_told_beside_its_cell(cells: dict[str, str], column: str) -> None:
    row, reader = licence(**cells)
    assert row is None and [one.column for one in reader.problems] == [column]


def test_our_own_lists_come_back_in_by_their_heads() -> None:
    """The heads of the pages' exports are known without a question."""
    ours = ("名称", "统一社会信用代码", "类型", "场所编号", "场所名称", "地址", "所在地", "停用日期")
    assert sorted(named(ours, COLUMNS).values()) == list(range(len(ours)))
    theirs = ("名称", "统一社会信用代码", "类型", "所在地", "许可证", "编号", "发证机关", "有效期至", "状态")
    assert sorted(named(theirs, LICENCE_COLUMNS).values()) == list(range(len(theirs)))
    assert guessed(("信用代码", "证号", "许可种类"), ((), (), ()), LICENCE_COLUMNS) == {
        "统一社会信用代码": 0,
        "许可证编号": 1,
        "许可证种类": 2,
    }
