"""Which column of a file is taken for which of ours, without a database (R-L11)."""

from __future__ import annotations

import pytest

from onedoor.entities.rules import entity_rows
from onedoor.imports.rules import columns as rules
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.pipe_messages import Limits
from onedoor.kernel.file_sandbox.tables import look
from onedoor.officers.rules import inspector_rows
from tests.fixtures.clerk_files import as_csv, firm

LIMITS = Limits()
CODE = made_up_credit_code(1)


def test_a_look_finds_the_header_under_a_title_and_shows_different_values() -> None:
    rows = [
        ["示范市名单", "", ""],
        ["商户", "信用号", "备考"],
        ["甲店", CODE, ""],
        ["甲店", CODE, "新"],
        ["乙店", "", ""],
    ]
    seen = look(as_csv(rows[1:], rows[0]), entity_rows.COLUMNS, LIMITS)
    assert (seen.header_row, seen.header) == (2, ("商户", "信用号", "备考"))
    assert seen.samples == (("甲店", "乙店"), (CODE,), ("新",))
    known = look(as_csv([firm(1)]), entity_rows.COLUMNS, LIMITS)
    assert (
        known.header_row == 1
        and rules.unclear(known.header, rules.named(known.header, entity_rows.COLUMNS)) == []
    )


def test_a_head_is_guessed_by_name_by_likeness_and_by_what_stands_below() -> None:
    header = ("企业(机构)名称全称", "信用号", "住所", "联系人")
    samples = (("甲店",), (CODE,), ("示范路1号",), ("王",))
    places = rules.guessed(header, samples, entity_rows.COLUMNS)
    assert places["统一社会信用代码"] == 1 and places["注册地址"] == 2
    assert rules.unclear(("序号", "问题说明", "姓名"), {"姓名": 2}) == []
    assert rules.likeness("执法证件有效期至日期", inspector_rows.COLUMNS[9]) == len("证件有效期至")
    assert rules.likeness("状", inspector_rows.COLUMNS[13]) == 0


def test_a_header_is_known_again_whatever_its_blanks() -> None:
    assert rules.digest_of(["企业 名称*", "代码（必填）"]) == rules.digest_of(["企业名称", "代码"])
    assert rules.digest_of(["企业名称", "代码"]) != rules.digest_of(["代码", "企业名称"])


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"企业名称": 0}, "还没有指定“统一社会信用代码”"),
        ({"企业名称": 0, "统一社会信用代码": 0}, "同一列对应了两个内容"),
        ({"企业名称": 0, "统一社会信用代码": 7}, "没有“统一社会信用代码”这一列"),
        ({"企业名称": 0, "税号": 1}, "没有“税号”这一列"),
    ],
)
def test_what_a_person_chose_is_checked(chosen: dict[str, int], sentence: str) -> None:
    with pytest.raises(ClerkError, match=sentence):
        rules.settled(chosen, ("甲", "乙"), entity_rows.COLUMNS)
