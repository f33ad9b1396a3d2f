"""What clerks' tables hold beside their entries, and how their cells are written (R-L11); pure."""

from __future__ import annotations

from datetime import date

import pytest

from onedoor.entities.rules.entity_rows import Place, read_entity, unit_in
from onedoor.entities.rules.industries import is_known
from onedoor.entities.rules.plausibility import Doubts
from onedoor.imports.rules.columns import told_as
from onedoor.imports.rules.rows import RowReader, is_foot, spaced_in
from onedoor.items.rules.object_kinds import read_kinds
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.spreadsheets import SourceRow
from onedoor.officers.rules.certificate_rows import read_certificate
from onedoor.officers.rules.inspector_rows import read_inspector
from onedoor.officers.schemas.officers import InspectorSchema
from onedoor.targets.rules.target_rows import PHONE, read_target
from onedoor.targets.schemas.targets import ContactSchema

TODAY = date(2026, 3, 5)
PLACES = (Place("990100", "示范市", 0), Place("990121", "示例县", 1))
FIRM = {"企业名称": "甲", "统一社会信用代码": made_up_credit_code(1)}


def row(**cells: str) -> SourceRow:
    return SourceRow(2, None, cells)


def test_an_officer_is_known_however_the_clerk_spaced_and_typed() -> None:
    """A name spaced out to three characters, and numbers of an input method in full width."""
    cells = {"姓名": "钱　二", "执法证编号": "示执 ９００２Ａ", "手机号": "１３９ — ００００－００２２"}
    officer, reader = read_inspector(row(**cells), bureau="示范市商务局")
    assert officer is not None, [str(one.error) for one in reader.problems]
    assert (officer.values["name"], officer.values["certificate_number"]) == ("钱二", "示执9002A")
    assert officer.phone == "139 - 0000-0022"
    kept, _ = read_certificate(row(姓名="钱 二", 证件编号="示执９００２A", 有效期至="2028-1-1"), TODAY)
    assert kept is not None and (kept.values["name"], kept.number) == ("钱二", "示执9002A")
    given = {
        "name": "钱 二",
        "body": "局",
        "certificate_number": "示执９００２ａ",
        "phone": "１３９００００００２２",
    }
    by_hand = InspectorSchema().load(given)
    assert (by_hand["name"], by_hand["certificate_number"], by_hand["phone"]) == (
        "钱二",
        "示执9002a",
        "13900000022",
    )


def test_brackets_are_part_of_a_number_and_names_in_other_letters_keep_their_blanks() -> None:
    officer, _ = read_inspector(row(姓名="Ana Maria", 执法证编号="冀（２０２２）1号"), bureau="局")
    assert officer is not None
    assert (officer.values["name"], officer.values["certificate_number"]) == ("Ana Maria", "冀（2022）1号")


def test_a_phone_in_full_width_is_a_phone() -> None:
    target, _ = read_target(row(**FIRM, **{PHONE: "１３９００００００２２"}), TODAY)
    assert target is not None and target.phone == "13900000022"
    assert (
        ContactSchema().load({"person": "王", "phone": "０４７６－１２３４５６７"})["phone"] == "0476-1234567"
    )


@pytest.mark.parametrize("word", ["同上", "〃"])
def test_what_points_at_the_row_above_is_no_name(word: str) -> None:
    entity, reader = read_entity(row(**{**FIRM, "企业名称": word, "行业": word}), PLACES)
    assert entity is None
    said = f"写的是“{word}”，请填写实际的内容。"
    assert {one.column: str(one.error) for one in reader.problems} == {"企业名称": said, "行业": said}


@pytest.mark.parametrize(
    ("first", "foot"),
    [
        ("合　计", True),
        ("总计：", True),
        ("填报人：张三", True),
        ("合计粮油店", False),
        ("1", False),
        ("", False),
    ],
)
def test_sums_and_the_foot_of_a_form_are_no_entries(first: str, foot: bool) -> None:
    assert is_foot(row(序号=first, 企业名称="20")) is foot


def test_what_a_row_can_hardly_mean_is_told() -> None:
    doubts, result = Doubts(TODAY), []
    for industry, day in (
        ("宇宙业", "2026-3-6"),
        ("宇宙业", "2026-3-5"),
        ("餐饮业", ""),
        ("H62", ""),
        ("6210", ""),
    ):
        entity, reader = read_entity(row(**FIRM, 行业=industry, 注册日期=day), PLACES)
        assert entity is not None
        doubts.tell(entity, reader)
        result.append([one.column for one in reader.remarks])
    assert result == [["注册日期", "行业"], [], [], [], ["行业"]], "an industry is told once"
    assert is_known("H住宿和餐饮业") and not is_known("宇宙业")


def test_a_row_of_nowhere_here_says_where_it_is_put() -> None:
    far = {**FIRM, "区县": "北京市海淀区", "注册地址": "北京市海淀区中关村1号"}
    entity, reader = read_entity(row(**far), PLACES)
    assert entity is not None and entity.jurisdiction_code == "990100"
    assert "注册地址里也没有；新增的记为“示范市”" in str(reader.remarks[0].error)


@pytest.mark.parametrize(
    ("head", "cell", "kept"),
    [
        ("注册资金（万元）", "１，０００.5", "1,000.5万元"),
        ("注册资本(单位：万美元)", "100", "100万美元"),
        ("注册资金（万元）", "100万元人民币", "100万元人民币"),
        ("注册资金（必填）", "100", "100"),
        ("注册资金", "１００", "１００"),
    ],
)
def test_the_unit_of_a_capital_may_stand_in_the_head(head: str, cell: str, kept: str) -> None:
    entity, _ = read_entity(row(**FIRM, 注册资金=cell), PLACES, unit_in(head))
    assert entity is not None and entity.capital == kept


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("拍卖企业", "企业"),
        ("各类市场主体", "市场主体"),
        ("商户", "个体工商户"),
        ("企业、个体工商户等", "个体工商户"),
    ],
)
def test_an_unknown_kind_of_object_is_told_with_the_nearest(written: str, near: str) -> None:
    reader = RowReader(row(检查对象=written))
    read_kinds(reader)
    assert f"最接近的是“{near}”" in str(reader.problems[0].error)
    far = RowReader(row(检查对象="ＸＹＺ"))
    read_kinds(far)
    assert "可填：企业、个体工商户、" in str(far.problems[0].error)
    assert read_kinds(RowReader(row(检查对象="企　业"))) == ["91"]


def test_a_column_is_told_by_the_head_the_file_has() -> None:
    header, places = ["企业名称（必填）", "成立\n日期"], {"企业名称": 0, "注册日期": 1}
    result = [told_as(name, header, places) for name in ("企业名称", "注册日期", "行业", "")]
    assert result == ["企业名称", "成立 日期（注册日期）", "行业", ""]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张　三", "张三"),
        ("欧阳 修", "欧阳修"),
        ("李 大 明", "李大明"),
        ("张三 李四", "张三 李四"),
        ("John Smith", "John Smith"),
    ],
)
def test_two_people_in_a_cell_are_not_made_one(written: str, name: str) -> None:
    assert spaced_in(written) == name


@pytest.mark.parametrize("first", ["说明书和标签检查", "审核人员资格检查"])
def test_an_item_that_begins_as_a_foot_does_is_one(first: str) -> None:
    assert not is_foot(row(检查事项=first))
    assert is_foot(row(检查事项="说明：以上各项")) and is_foot(row(检查事项="审核人"))
