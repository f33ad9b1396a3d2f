"""What clerks' tables hold beside their entries, and how their cells are written (R-L11); pure."""

from __future__ import annotations

from datetime import date

import pytest

from onedoor.entities.rules.entity_rows import Place, read_entity, unit_in
from onedoor.entities.rules.industries import is_known, name_of, words_of, words_within
from onedoor.entities.rules.plausibility import Doubts, Surroundings, is_of_elsewhere, place_elsewhere
from onedoor.imports.rules.columns import is_entry, told_as, without_head
from onedoor.imports.rules.rows import RowReader, is_foot, read_day, spaced_in
from onedoor.items.rules.frequencies import read_counted, unit_of_frequency
from onedoor.items.rules.item_rows import is_percent, read_item, read_rate
from onedoor.items.rules.object_kinds import read_kinds
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import SeenTable, SourceRow
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
    assert kept is not None and (kept.values["name"], kept.values["number"]) == ("钱二", "示执9002A")
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
    assert result == [["注册日期", "行业"], [], [], [], []], (
        "an industry is told once, and one by number is known"
    )
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


@pytest.mark.parametrize("written", ["2015年3月", "43000.35", "去年"])
def test_a_day_that_cannot_be_read_costs_its_cell_and_not_the_row(written: str) -> None:
    firm, reader = read_entity(row(**FIRM, 注册日期=written), PLACES)
    assert firm is not None and firm.registered_on is None and firm.unsaid & 1, "what is known of it stays"
    (remark,) = reader.remarks
    assert remark.column == "注册日期" and "只有本格没有读入" in str(remark.error)


def test_what_decides_who_can_be_drawn_is_never_optional() -> None:
    firm, reader = read_entity(row(**FIRM, 登记状态="去年"), PLACES)
    assert firm is None and reader.problems[0].column == "登记状态"
    kept, reader = read_certificate(row(姓名="钱二", 证件编号="示执9002", 有效期至="2015年3月"), TODAY)
    assert kept is None and reader.problems[0].column == "有效期至"


@pytest.mark.parametrize("number", ["9.9E+10", "9.15E+17"])
def test_a_number_that_lost_its_digits_is_refused(number: str) -> None:
    officer, reader = read_inspector(row(姓名="钱二", 执法证编号=number), bureau="局")
    assert officer is None and "被表格软件改成了" in str(reader.problems[0].error)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2015年3月5号", date(2015, 3, 5)),
        ("2015—3—5", date(2015, 3, 5)),
        ("2015.3.5.", date(2015, 3, 5)),
        ("2015-03-04T16:00:00.000Z", date(2015, 3, 5)),
        ("2015-03-05T00:30:00+08:00", date(2015, 3, 5)),
    ],
)
def test_days_that_read_one_way_only_are_read(written: str, day: date) -> None:
    assert read_day(written) == day


def test_characters_of_no_width_do_not_hide_a_name() -> None:
    firm, _ = read_entity(row(**{**FIRM, "企业名称": "示例\u200b甲店\ufeff"}), PLACES)
    assert firm is not None and firm.name == "示例甲店"


@pytest.mark.parametrize("word", ["5211", "F52", "F5211", "521"])
def test_an_industry_by_the_number_of_its_group_or_class_is_found(word: str) -> None:
    assert is_known(word) and word in words_within(["零售业"]) and word in words_of("F")
    assert name_of(word) == "F 批发和零售业 / 零售业"


def test_per_cent_in_the_head_of_a_rate() -> None:
    assert is_percent("抽查比例（%）") and is_percent("抽查比例(％)") and not is_percent("抽查比例")
    assert [read_rate(text, percent=True) for text in ("1", "0.5", "5%", "")] == [100, 50, 500, None]
    with pytest.raises(ClerkError, match="可能是 1%，也可能是 100%"):
        read_rate("1")


def test_a_frequency_that_says_nothing_clear_costs_its_cell() -> None:
    cells = {"检查事项": "甲", "检查依据": "法", "备注": "-", "频次": "不定期"}
    item, reader = read_item(row(**cells), bureau="局", market=True)
    assert item is not None and "frequency" not in item.given
    assert [one.column for one in reader.remarks] == ["频次"]


def test_an_entry_where_the_head_should_be_is_noticed() -> None:
    assert is_entry(["示例甲店", FIRM["统一社会信用代码"]]) and not is_entry(["企业名称", "统一社会信用代码"])
    seen = without_head(SeenTable("", 1, ("甲", "9123"), (("乙",), ("9124",))))
    assert (seen.header_row, seen.header, seen.samples) == (
        0,
        ("第1列", "第2列"),
        (("甲", "乙"), ("9123", "9124")),
    )


@pytest.mark.parametrize(
    ("cell", "people"), [("张三 李四", 2), ("张三、李四、王五", 3), ("张三", 1), ("Ana、Maria", 1)]
)
def test_two_people_in_an_officers_cell_are_refused(cell: str, people: int) -> None:
    kept, reader = read_inspector(row(姓名=cell, 执法证编号="示执1"), bureau="局")
    assert (kept is None) == (people > 1)
    assert [
        str(one.error) for one in reader.problems if f"有 {people} 个人的姓名" in str(one.error)
    ] or people == 1
    certificate, _ = read_certificate(row(姓名=cell, 证件编号="示执1", 有效期至="2028-1-1"), TODAY)
    assert (certificate is None) == (people > 1)


@pytest.mark.parametrize("number", ["9.9E+10", "9.15E+17", "１.2e+11"])
def test_a_certificate_that_became_a_number_is_refused(number: str) -> None:
    kept, reader = read_inspector(row(姓名="张三", 执法证编号=number), bureau="局")
    assert kept is None and "号码被表格软件改成了" in str(reader.problems[0].error)
    certificate, reader = read_certificate(row(姓名="张三", 证件编号=number, 有效期至="2028-1-1"), TODAY)
    assert certificate is None and "号码被表格软件改成了" in str(reader.problems[0].error)


@pytest.mark.parametrize(
    ("head", "cell", "read"),
    [
        ("抽查频次（次/年）", "2", (2, 1)),
        ("频次（次/季度）", "1", (4, 1)),
        ("频次（次/月）", "１", (12, 1)),
        ("频次（年/次）", "3", (1, 3)),
        ("频次（次/月）", "每年2次", (2, 1)),
        ("频次", "2", (2, 1)),
    ],
)
def test_the_unit_of_a_frequency_may_stand_in_the_head(head: str, cell: str, read: tuple[int, int]) -> None:
    assert tuple(read_counted(cell, unit_of_frequency(head))) == read
    item, _ = read_item(
        row(检查事项="甲", 检查依据="法", 频次=cell),
        bureau="局",
        market=False,
        counted=unit_of_frequency(head),
    )
    assert item is not None and (item.values["frequency"], item.values["every_years"]) == read


def elsewhere(**cells: str) -> str:
    mine = Surroundings("990100", ("示范市", "示范省"), frozenset({"示范市", "示例县"}))
    entity, _ = read_entity(row(**{**FIRM, **cells}), PLACES)
    assert entity is not None
    return place_elsewhere(entity, mine)


def test_where_a_firm_is_may_be_another_city() -> None:
    far = made_up_credit_code(7, "91330100")
    assert elsewhere(所在省份="邻省", 地区="邻市") == "邻省邻市" and elsewhere(所在省份="邻省") == "邻省"
    assert elsewhere(所在省份="示范省", 地区="示例县") == elsewhere() == ""
    assert (
        elsewhere(统一社会信用代码=far) == "3301"
        and elsewhere(统一社会信用代码=far, 注册地址="示例县1号") == ""
    )
    assert is_of_elsewhere(6, 10) and not is_of_elsewhere(4, 4) and not is_of_elsewhere(5, 10)
