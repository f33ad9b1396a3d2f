"""GB 32100, GB 11714 and GB 11643 (R-L11: what is wrong is told precisely)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedoor.kernel.codes import (
    CREDIT_ALPHABET,
    EntityKind,
    credit_check_digit,
    entity_kind,
    made_up_credit_code,
    made_up_identity_number,
    organisation_check_digit,
    read_credit_code,
    read_identity_number,
)
from onedoor.kernel.errors import ClerkError

REAL = "91230000677454071K"


def reason(text: str) -> str:
    with pytest.raises(ClerkError) as caught:
        read_credit_code(text)
    return str(caught.value)


def test_a_real_code_is_read_with_its_kind() -> None:
    code = read_credit_code(REAL)
    assert (code.text, code.kind, code.doubtful) == (REAL, EntityKind.ENTERPRISE, False)


@pytest.mark.parametrize(
    "typed",
    [
        "91230000677454071k",
        " 9123 0000 6774 54071K ",
        "９１２３００００６７７４５４０７１Ｋ",
        "'91230000677454071K",
        "\ufeff91230000677454071K\u200b",
        "91230000677454071K\r\n",
    ],
)
def test_what_a_clerk_types_is_normalised(typed: str) -> None:
    assert read_credit_code(typed).text == REAL


def test_each_failure_says_what_and_where() -> None:
    assert reason("") == "没有填写统一社会信用代码。"
    assert reason("9123") == "统一社会信用代码应为 18 位，实为 4 位。"
    assert "第 10 位“O”不是可用的字符" in reason("912300006O7454071K")
    assert "912300006774540711”的校验位不对，请对照营业执照核对" in reason("912300006774540711")
    assert "末尾的数字已被表格软件改成 0" in reason("912300006774540000"), (
        "a spreadsheet keeps fifteen digits"
    )
    assert "改成了数字“9.1230000677454E+17”" in reason("9.1230000677454E+17")


def test_the_prefix_tells_the_kind_and_an_unknown_one_is_other() -> None:
    assert entity_kind("92") is EntityKind.INDIVIDUAL
    assert entity_kind("31") is EntityKind.LAW_FIRM
    assert [entity_kind(two) for two in ("33", "35", "N2")] == [EntityKind.LEGAL_SERVICE, EntityKind.ARBITRATION, EntityKind.COLLECTIVE_VILLAGE]  # fmt: skip
    assert entity_kind("71") is EntityKind.OTHER
    assert read_credit_code(made_up_credit_code(1, "Y1990100")).kind is EntityKind.OTHER


def test_the_organisation_part_only_warns() -> None:
    first_17 = REAL[:16] + ("2" if REAL[16] != "2" else "3")
    assert read_credit_code(first_17 + credit_check_digit(first_17)).doubtful


def test_organisation_check_digit_of_the_standard() -> None:
    assert organisation_check_digit("67745407") == "1"
    assert organisation_check_digit("D2143569") == "X"


@given(st.integers(min_value=0, max_value=31**6 - 1))
def test_made_up_codes_are_valid_and_not_doubtful(number: int) -> None:
    code = read_credit_code(made_up_credit_code(number))
    assert code.text.startswith("91990100")
    assert not code.doubtful


def test_made_up_codes_differ_and_have_a_range() -> None:
    assert len({made_up_credit_code(number) for number in range(2000)}) == 2000
    with pytest.raises(ValueError):
        made_up_credit_code(31**6)


@given(
    st.integers(min_value=0, max_value=30000),
    st.integers(0, 17),
    st.sampled_from(CREDIT_ALPHABET),
)
def test_one_wrong_character_is_always_found(number: int, place: int, char: str) -> None:
    code = made_up_credit_code(number)
    wrong = code[:place] + char + code[place + 1 :]
    if wrong != code:
        reason(wrong)


def test_identity_numbers() -> None:
    number = made_up_identity_number(date(1985, 3, 1), 7)
    assert read_identity_number(" " + number.lower()) == number
    assert read_identity_number("11010519491231002x") == "11010519491231002X"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "没有填写身份证号。"),
        ("110105491231002", "身份证号应为 18 位，实为 15 位。"),
        ("1101051949123100A1", "身份证号第 17 位不是数字。"),
        ("110105194913310021", "身份证号第 7 至 14 位不是一个日期，请核对号码。"),
        ("110105194912310021", "身份证号校验位不对，请对照证件核对号码。"),
        (
            "1.10105194912E+17",
            "身份证号被表格软件改成了数字，请把这一列设为文本格式后重新填写。",
        ),
    ],
)
def test_identity_failures_never_repeat_the_number(typed: str, sentence: str) -> None:
    with pytest.raises(ClerkError) as caught:
        read_identity_number(typed)
    assert str(caught.value) == sentence
