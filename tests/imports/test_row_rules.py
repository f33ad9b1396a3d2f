"""Reading rows and rules (R-L1, R-L5, R-L7, R-L8, R-L11); pure."""

from __future__ import annotations

from datetime import date

import pytest

from onedoor.entities.rules.corrections import read_value
from onedoor.entities.rules.entity_rows import COLUMNS as ENTITIES
from onedoor.entities.rules.entity_rows import UNSAID, Place, place_of, read_entity
from onedoor.entities.rules.industries import DIVISIONS, SECTIONS, name_of, words_within
from onedoor.imports.rules.columns import named, unclear
from onedoor.imports.rules.rows import RowReader, clean, read_day, split_list
from onedoor.imports.rules.vocabulary import Vocabulary, checked_name
from onedoor.items.rules.frequencies import read_frequency
from onedoor.items.rules.item_rows import checklist_of, next_numbers, read_item, read_rate
from onedoor.items.rules.methods import read_methods
from onedoor.items.rules.text_diff import MOST_LINES, beside, compare_items
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import SourceRow
from onedoor.officers.rules.inspector_rows import why_not_drawn
from onedoor.targets.rules.risk import level_of, read_scale, written
from onedoor.targets.rules.selection import Conditions, describe, read_conditions

PLACES = (
    Place("990100", "示范市", 0),
    Place("990102", "示范市城区", 1),
    Place("990121", "示例县", 1),
    Place("990122", "甲镇", 2),
)


@pytest.mark.parametrize(
    "text",
    [
        "2026-3-5",
        "2026/03/05",
        "2026.3.5",
        "2026年3月5日",
        "20260305",
        "46086",
        "2026-03-05 00:00:00",
        "2026-03-05T00:00:00.000Z",
    ],
)
def test_dates_as_clerks_write_them(text: str) -> None:
    assert read_day(text) == date(2026, 3, 5)


@pytest.mark.parametrize("text", ["2026-13-01", "昨天", "2026", "20261340"])
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(ClerkError, match="不是一个日期"):
        read_day(text)


def test_places_by_district_or_address_deepest_first() -> None:
    assert place_of("", "示范省示范市示例县甲镇某街", PLACES) == "990122"
    assert place_of("示例县", "某街", PLACES) == "990121"
    assert place_of("990102", "", PLACES) == "990102"
    assert place_of("", "外省外市", PLACES) == "990100"


def test_a_district_that_is_none_of_the_bureaus_is_remarked() -> None:
    """R-L11: the row is taken, and the clerk is told which place was not understood."""
    cells = {"企业名称": "甲", "统一社会信用代码": made_up_credit_code(1), "注册地址": "示范市示例县某街"}
    for district, wanted in (
        ("示例县", []),
        ("990121", []),
        ("示列县", ["最接近的是“示例县”"]),
        ("外省外市", ["没有“外省外市”这个地方"]),
    ):
        entity, reader = read_entity(SourceRow(2, None, {**cells, "区县": district}), PLACES)
        assert entity is not None and entity.jurisdiction_code == "990121"
        assert [text in str(one.error) for one, text in zip(reader.remarks, wanted, strict=True)] == [
            True
        ] * len(wanted)


@pytest.mark.parametrize(
    ("word", "status", "note"),
    [
        ("存续（在营、开业、在册）", "active", ""),
        ("在营（开业）企业", "active", ""),
        ("歇业", "suspended", ""),
        ("清算", "suspended", "清算"),
        ("迁往市外", "moved", "迁往市外"),
        ("已注销", "deregistered", ""),
        ("吊销，已注销", "deregistered", "吊销，已注销"),
        ("吊销未注销", "revoked", ""),
        ("吊销，未注销", "revoked", ""),
        ("撤销", "revoked", "撤销"),
        ("被撤销", "revoked", "被撤销"),
        ("已撤销", "revoked", "已撤销"),
        ("撤销登记", "revoked", "撤销登记"),
        ("责令关闭", "revoked", "责令关闭"),
    ],
)
def test_states_as_registers_write_them(word: str, status: str, note: str) -> None:
    """R-L6: what the file says beyond the state stands beside it."""
    cells = {"企业名称": "示例甲店", "统一社会信用代码": made_up_credit_code(1), "登记状态": word}
    entity, reader = read_entity(SourceRow(2, None, cells), PLACES)
    assert entity is not None and (entity.status, entity.status_note) == (status, note), reader.problems
    assert read_value("status", word, {}) == status, "a correction by hand takes the same words"


def test_a_state_nobody_knows_is_told_with_those_that_may_be_said() -> None:
    cells = {"企业名称": "示例甲店", "统一社会信用代码": made_up_credit_code(1), "登记状态": "观望"}
    entity, reader = read_entity(SourceRow(2, None, cells), PLACES)
    assert entity is None and [str(one.error) for one in reader.problems] == [
        "“观望”不是可填的内容，可填：存续、歇业、已迁出、已注销、已吊销。"
    ]


def test_methods_have_one_name_and_others_are_refused() -> None:
    """R-L1; what stands already is not refused where it is loaded again."""
    assert read_methods("") == "实地检查" and read_methods("现场和网络监测") == "实地检查、网络监测"
    assert read_methods("实地检查、现场检查，书面") == "实地检查、书面检查"
    assert read_methods("双人核对", "双人核对") == "双人核对"
    with pytest.raises(ClerkError, match="“抽签”不是检查方式，可填：实地检查"):
        read_methods("书面检查、抽签")
    row = SourceRow(2, None, {"检查事项": "甲", "检查依据": "乙", "检查方式": "抽签"})
    item, reader = read_item(row, bureau="某局", market=False)
    assert item is None and [one.column for one in reader.problems] == ["检查方式"]


def test_cells_that_mean_nothing_are_empty_and_long_ones_are_told() -> None:
    reader = RowReader(SourceRow(2, None, {"a": "N/A", "b": "x" * 11, "c": " —", "d": "a\x07b \r\n c"}))
    assert [reader.text(name, longest=10) for name in "acd"] == ["", "", "ab\nc"]
    reader.text("b", longest=10)
    reader.text("e", longest=10, required=True)
    assert [(one.column, str(one.error)) for one in reader.problems] == [
        ("b", "有 11 个字，最多 10 个字。"),
        ("e", "没有填写“e”。"),
    ]


def test_what_a_row_says_nothing_of() -> None:
    """R-L11: 无 and a dash say that there is none; what a program wrote for nothing says nothing."""
    cells = {"a": "", "b": " ", "c": "NaN", "d": "ＮＵＬＬ", "e": "无", "f": "—", "g": "x" * 9}
    reader = RowReader(SourceRow(2, None, cells))
    assert [name for name in "abcdefgh" if reader.says(name)] == ["e", "f", "g"]
    assert [name for name in "efg" if reader.says(name, chosen=True)] == ["g"]


def test_our_own_list_of_the_register_comes_back_and_changes_no_type() -> None:
    """R-L11: its 类型 is the kind, which the code tells; who is known keeps the 企业类型 of the register."""
    cells = {
        "企业名称": "甲",
        "统一社会信用代码": made_up_credit_code(1),
        "企业类型": "企业",
        "注册地址": "某街",
    }
    entity, _ = read_entity(SourceRow(2, None, cells), PLACES)
    assert (
        entity is not None and entity.unsaid & UNSAID["entity_type"] and not entity.unsaid & UNSAID["address"]
    )
    entity, _ = read_entity(SourceRow(2, None, {**cells, "企业类型": "有限责任公司"}), PLACES)
    assert entity is not None and not entity.unsaid & UNSAID["entity_type"]
    header = ("名称", "统一社会信用代码", "类型", "所在地", "成立日期", "状态", "注册地址")
    assert unclear(header, named(header, ENTITIES)) == []


def test_yes_and_words() -> None:
    reader = RowReader(SourceRow(2, None, {"a": "是", "b": "×", "c": "或许", "d": "天", "e": "雨"}))
    assert (reader.yes("a"), reader.yes("b"), reader.yes("x", otherwise=True)) == (True, False, True)
    assert not reader.yes("c")
    assert reader.word("d", {"天": 1}, 0) == 1
    assert reader.word("e", {"天": 1}, 0) == 0
    assert "应填“是”或“否”" in str(reader.problems[0].error) and "可填：天" in str(reader.problems[1].error)


def test_rates_and_frequencies() -> None:
    assert [read_rate(text) for text in ("5%", "3.5％", "0.05", "不低于 10%", "", "100%")] == [
        500,
        350,
        500,
        1000,
        None,
        10000,
    ]
    assert [read_frequency(text).times for text in ("2", "每年2次", "1次/年", "")] == [2, 2, 1, None]
    written = ("一年一次", "每季度１次", "半年一次", "2次/月", "每年不少于两次", "一个月1次", "季度1次")
    assert [read_frequency(text) for text in written] == [
        (1, 1), (4, 1), (2, 1), (24, 1), (2, 1), (12, 1), (4, 1),
    ], "as lists of last year have it"  # fmt: skip
    in_years = ("每两年1次", "每2年1次", "两年一次", "每三年一次", "1次/２年", "每五年不少于两次")
    assert [read_frequency(text) for text in in_years] == [(1, 2), (1, 2), (1, 2), (1, 3), (1, 2), (2, 5)]
    for text in ("500%", "全部", "0"):
        with pytest.raises(ClerkError, match="5% 这样的百分数"):
            read_rate(text)
    for text in ("常常", "0", "366", "999次", "每隔两年1次", "每20年1次", "每月", "一季度1次", "一月一次"):
        with pytest.raises(ClerkError, match="1 至 365"):
            read_frequency(text)


def test_content_becomes_a_checklist() -> None:
    content = "一、证照公示；二、从业人员健康证明。\n（3）进货查验\n进货查验"
    assert [one["point"] for one in checklist_of(content)] == ["证照公示", "从业人员健康证明", "进货查验"]


def test_an_unfit_item_needs_its_reason() -> None:
    row = SourceRow(2, None, {"检查事项": "甲", "检查依据": "乙", "实施方式": "不适合"})
    item, reader = read_item(row, bureau="某局", market=False)
    assert item is None and "须在备注中写明理由" in str(reader.problems[0].error)


KNOWN = {
    "name": "甲", "basis": "乙", "content": "一、证照；二、温度", "mode": "unfit", "remark": "每年全覆盖",
    "method": "书面检查", "rate_bp": 500, "frequency": 2, "key": True, "market": True, "qualifications": ["食品"],
}  # fmt: skip


def test_a_row_of_a_known_item_says_only_what_stands_in_it() -> None:
    """R-L1, R-L2: a blank cell puts no item under random checks, and none loses its written reason."""
    cells = dict.fromkeys(("实施方式", "备注", "抽查比例", "频次", "重点事项", "检查方式", "检查内容"), "")
    row = SourceRow(2, None, {"检查事项": "甲", "检查依据": "乙", **cells, "要点填写方式": "是否；数字 ℃"})
    item, _ = read_item(row, bureau="某局", market=False, stands=KNOWN)
    assert item is not None and sorted(item.of_file()) == ["basis", "checklist", "name"]
    assert [one["kind"] for one in item.of_file()["checklist"]] == ["yes_no", "number"]
    emptied = {"检查事项": "甲", "检查依据": "乙", "备注": "无"}
    item, reader = read_item(SourceRow(2, None, emptied), bureau="某局", market=False, stands=KNOWN)
    assert item is None and "须在备注中写明理由" in str(reader.problems[0].error)
    again = {"检查事项": "甲", "检查依据": "乙", "备注": "", "实施方式": "双随机", "抽查比例": "—"}
    item, _ = read_item(SourceRow(2, None, again), bureau="某局", market=False, stands=KNOWN)
    assert item is not None
    fresh = item.of_file()
    assert (fresh["mode"], fresh["remark"], fresh["rate_bp"]) == ("random", "", None)


def test_numbers_skip_what_is_taken() -> None:
    assert next_numbers("SCJG", ["SCJG-001", "SCJG-003"], 2) == ["SCJG-002", "SCJG-004"]


@pytest.mark.parametrize(
    ("status", "certificate", "expires", "reason"),
    [
        ("active", "1", date(2026, 3, 5), None),
        ("active", "1", date(2026, 3, 4), "执法证已于 2026-03-04 到期。"),
        ("active", "1", None, "没有登记执法证有效期。"),
        ("active", None, None, "没有执法证。"),
        ("suspended", "1", date(2027, 1, 1), "不在岗。"),
    ],
)
def test_who_may_be_drawn(
    status: str, certificate: str | None, expires: date | None, reason: str | None
) -> None:
    result = why_not_drawn(status, certificate, expires, date(2026, 3, 5))
    assert (str(result) if result else None) == reason


def test_conditions_are_checked_and_described() -> None:
    asked = read_conditions(
        {"scope": "餐饮，住宿 餐饮", "kinds": ["91"], "places": ["990100"], "registered_from": "2020-01-02"}
    )
    assert asked == Conditions(("990100",), ("91",), scope=("餐饮", "住宿"), registered_from="2020-01-02")
    assert read_conditions(asked.as_dict()) == asked
    assert describe(asked, {"990100": "示范市"}.__getitem__) == [
        ("所在地", "示范市"),
        ("主体类型", "企业"),
        ("经营范围含", "餐饮 或 住宿"),
        ("成立不早于", "2020-01-02"),
    ]
    assert read_conditions({}).asks_nothing


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kinds": ["99"]}, "kinds"),
        ({"registered_from": "2025-01-01", "registered_until": "2020-01-01"}, "registered_until"),
        ({"statuses": "gone"}, "statuses"),
        ({"registered_from": "去年"}, "registered_from"),
        ({"name": "长" * 41}, "name"),
        ({"scope": [str(n) for n in range(51)]}, "scope"),
    ],
)
def test_wrong_conditions_are_told_beside_their_field(given: dict[str, object], field: str) -> None:
    with pytest.raises(ClerkError) as caught:
        read_conditions(given)
    assert list(caught.value.fields) == [field]


def test_an_unknown_condition_is_refused() -> None:
    with pytest.raises(ClerkError, match="不认识的条件“weather”"):
        read_conditions({"weather": "fine"})


def test_lists_and_clean_text() -> None:
    assert split_list("食品、药品；食品/器械") == ["食品", "药品", "器械"]
    assert clean(" a \r\n b\x00 ") == "a\nb"


def test_two_lists_beside_each_other() -> None:
    before = [{"number": "1", "name": "甲"}, {"number": "2", "name": "乙", "basis": "旧"}]
    after = [{"number": "2", "name": "乙", "basis": "新"}, {"number": "3", "name": "丙"}]
    found = compare_items(before, after, ("name", "basis"))
    assert [one["number"] for one in found.added] == ["3"] and [one["number"] for one in found.removed] == [
        "1"
    ]
    assert [(one.after["number"], one.fields) for one in found.changed] == [("2", ("basis",))]
    assert not compare_items(after, after, ("name", "basis"))


def marked(line: tuple[tuple[str, bool], ...] | None) -> str | None:
    return None if line is None else "".join(f"[{text}]" if differs else text for text, differs in line)


@pytest.mark.parametrize(
    ("before", "after", "pairs"),
    [
        ("《消防法》第五条", "《消防法》第五十条", [("《消防法》第五条", "《消防法》第五[十]条")]),
        ("一\n二", "一\n三\n二", [("一", "一"), (None, "[三]"), ("二", "二")]),
        ("甲", "乙丙", [("[甲]", "[乙丙]")]),
        ("", "新", [(None, "[新]")]),
        ("去\n留", "留", [("[去]", None), ("留", "留")]),
    ],
)
def test_two_texts_beside_each_other(
    before: str, after: str, pairs: list[tuple[str | None, str | None]]
) -> None:
    assert [(marked(pair.before), marked(pair.after)) for pair in beside(before, after)] == pairs


def test_texts_of_very_many_lines_are_not_paired() -> None:
    assert len(beside("甲\n" * (MOST_LINES + 1), "乙")) == 1


def test_industries_are_those_of_the_standard() -> None:
    """GB/T 4754-2017: twenty sections, ninety-seven divisions, none twice."""
    assert "".join(SECTIONS) == "ABCDEFGHIJKLMNOPQRST"
    codes = [code for below in DIVISIONS.values() for code in below]
    assert codes == [f"{number:02}" for number in range(1, 98)]
    assert len({name for below in DIVISIONS.values() for name in below.values()}) == 97


@pytest.mark.parametrize(
    ("word", "named"),
    [
        ("H", "H 住宿和餐饮业"),
        ("62", "H 住宿和餐饮业 / 餐饮业"),
        ("H62餐饮业", "H 住宿和餐饮业 / 餐饮业"),
        ("餐饮业", "H 住宿和餐饮业 / 餐饮业"),
        ("教育", "P 教育"),
        ("开锁", "开锁"),
        ("", ""),
    ],
)
def test_an_industry_is_told_with_its_section(word: str, named: str) -> None:
    assert name_of(word) == named


def test_a_section_takes_in_its_divisions_and_a_division_no_other() -> None:
    assert {"H", "住宿和餐饮业", "61", "餐饮业", "H62"} <= set(words_within(["住宿和餐饮业"]))
    assert "住宿业" not in words_within(["62"]) and "餐饮业" in words_within(["62"])
    assert words_within(["开锁"]) == ["开锁"]


def test_words_of_the_vocabulary_are_known_however_they_are_written() -> None:
    words = Vocabulary({"食品": ["食品安全"], "特种设备": [], "食品安全监管": []})
    assert words.read(["食 品", "食品安全", "特种设备", "旧词"], {"旧词"}) == ["食品", "特种设备", "旧词"]
    assert words.nearest("特种设备作业") == "特种设备" and words.nearest("完全无关") is None
    with pytest.raises(ClerkError, match="“特种没备”不在资格专长目录里，最接近的是“特种设备”"):
        words.read(["特种没备"])
    with pytest.raises(ClerkError, match="请改用目录里的名称"):
        words.read(["水下焊接"])
    with pytest.raises(ClerkError, match="不能含顿号"):
        checked_name("食品、药品")


@pytest.mark.parametrize(
    ("field", "text", "kept"),
    [
        ("status", "吊销", "revoked"),
        ("registered_on", "2026年3月5日", "2026-03-05"),
        ("jurisdiction_code", "示例县", "990121"),
        ("name", " 甲  乙 ", "甲 乙"),
    ],
)
def test_a_corrected_value_is_read_as_its_field_wants(field: str, text: str, kept: str) -> None:
    assert read_value(field, text, {"示例县": "990121"}) == kept


@pytest.mark.parametrize(
    ("field", "text"), [("id", "x"), ("status", "?"), ("registered_on", "昨天"), ("name", "")]
)
def test_what_cannot_stand_in_a_field_is_told(field: str, text: str) -> None:
    with pytest.raises(ClerkError) as refused:
        read_value(field, text, {})
    assert refused.value.fields


@pytest.mark.parametrize(
    "text",
    [
        "低 0",
        "低 0\n低 5",
        "低 1\n高 5",
        "低 0\n高 0",
        "低 0\n高",
        "低 0\n高 -5",
        "低 0\n" + "长" * 11 + " 5",
    ],
)
def test_a_scale_that_says_nothing_clear_is_refused(text: str) -> None:
    with pytest.raises(ClerkError) as refused:
        read_scale(text)
    assert "levels" in refused.value.fields


def test_a_scale_is_read_ascending() -> None:
    levels = read_scale("高　５０\n低 0\n\n一般 20")
    assert levels == [{"name": "低", "from": 0}, {"name": "一般", "from": 20}, {"name": "高", "from": 50}]
    assert [level_of(score, levels) for score in (0, 19, 20, 49, 50, 999)] == [
        "低",
        "低",
        "一般",
        "一般",
        "高",
        "高",
    ]
    assert read_scale(written(levels)) == levels
