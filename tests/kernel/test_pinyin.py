"""Chinese order of names and finding by initials."""

from __future__ import annotations

from onedoor.kernel.text.pinyin import pinyin_initials, pinyin_key


def test_names_sort_as_in_a_chinese_list() -> None:
    names = ["赵一", "张三", "安然", "李四", "李思", "Abc公司"]
    assert sorted(names, key=pinyin_key) == [
        "Abc公司",
        "安然",
        "李思",
        "李四",
        "张三",
        "赵一",
    ]


def test_family_names_are_read_as_family_names() -> None:
    assert pinyin_key("单一", person=True).startswith("shan4")
    assert pinyin_key("单位").startswith("dan1")
    assert pinyin_initials("尉迟恭", person=True) == "ycg"
    assert pinyin_initials("曾国", person=True) == "zg"


def test_initials() -> None:
    assert pinyin_initials("牡丹江市示范食品") == "mdjssfsp"
    assert pinyin_initials("（示范）Ａ1 店") == "sfa1d"
