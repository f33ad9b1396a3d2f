"""Numbers with check digits: unified social credit codes and identity numbers.

Sources: GB 32100-2015 (unified social credit code; its first character says who registers, its second what), GB 11714 (organisation code, characters 9 to 17 of
the former; its own check digit only warns, since old registers issued codes that break it), GB 11643-1999
(identity number). Each failure is one Chinese sentence naming what is wrong and what was expected (R-L11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.unicode import normal

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MADE_UP_PREFIX = "91990100"

_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_SPREADSHEET_NUMBER = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
# A spreadsheet keeps fifteen digits of a number and writes the others as zeros.
_LOST_DIGITS = re.compile(r"\d{15}000")
_DROPPED = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
# What an entity without a credit code is known by meanwhile. Z stands in no credit code, a letter in no identity number
# but at the end, and it is never as long as either.
PROVISIONAL = re.compile(r"ZB[0-9]{6}-[0-9]{6,8}")
# A file has a million codes: what does not begin so is no provisional number.
_BEGINS = frozenset("ZzＺｚ")
# Registration numbers of before the credit code: of individuals 13 digits, later 15 with a check digit.
_REGISTRATION = re.compile(r"[0-9]{13}|[0-9]{15}")
_NONE = frozenset({"", "无", "没有", "暂无", "-", "/", "—"})


class EntityKind(StrEnum):
    """Kind of entity; the value is the first two characters of its credit code, but for OTHER."""

    ENTERPRISE = "91"
    INDIVIDUAL = "92"
    COOPERATIVE = "93"
    SOCIAL_GROUP = "51"
    CIVIL_RUN = "52"
    FOUNDATION = "53"
    OTHER_SOCIAL = "59"
    INSTITUTION = "12"
    GOVERNMENT = "11"
    MASS_ORGANISATION = "13"
    OTHER_ESTABLISHED = "19"
    LAW_FIRM = "31"
    NOTARY = "32"
    LEGAL_SERVICE = "33"
    FORENSIC = "34"
    ARBITRATION = "35"
    OTHER_JUSTICE = "39"
    COLLECTIVE_GROUP = "N1"
    COLLECTIVE_VILLAGE = "N2"
    COLLECTIVE_TOWN = "N3"
    COLLECTIVE_OTHER = "N9"
    OTHER = "other"


_KINDS = {kind.value: kind for kind in EntityKind}


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A valid unified social credit code; `doubtful` when its organisation part breaks GB 11714."""

    text: str
    kind: EntityKind
    doubtful: bool


def normalise_code(text: str) -> str:
    """The code as its register writes it: half-width, upper case, without blanks or Excel's apostrophe."""
    return _DROPPED.sub("", normal("NFKC", text)).strip("'‘’").upper()


def read_credit_code(text: str) -> CreditCode:
    """Check one unified social credit code as a clerk typed it (GB 32100-2015).

    Raises ClerkError with the first thing wrong: length, a character outside the alphabet, check digit.
    An unknown prefix is kind OTHER, never an error.
    """
    code = normalise_code(text)
    _refuse_credit_form(code)
    if code[17] != credit_check_digit(code[:17]):
        if _LOST_DIGITS.fullmatch(code):
            raise ClerkError(
                "统一社会信用代码“%(code)s”末尾的数字已被表格软件改成 0，请到原来的系统重新导出，导出前把这一列设为文本格式。",
                code=code,
            )
        # Which digit would fit is not said: it makes a code of any eighteen characters, and not the firm's.
        raise ClerkError("统一社会信用代码“%(code)s”的校验位不对，请对照营业执照核对。", code=code)
    doubtful = organisation_check_digit(code[8:16]) != code[16]
    return CreditCode(code, entity_kind(code), doubtful)


def read_entity_code(text: str) -> CreditCode:
    """A credit code, or the provisional number that an entity has until its code comes. Raises as `read_credit_code`."""
    if text.lstrip("'‘’ ")[:1] not in _BEGINS:
        return read_credit_code(text)
    code = normalise_code(text)
    return CreditCode(code, EntityKind.OTHER, False) if is_provisional(code) else read_credit_code(code)


def is_provisional(code: str) -> bool:
    """Whether it is a provisional number."""
    return PROVISIONAL.fullmatch(code) is not None


def provisional_number(place: str, serial: int) -> str:
    """The number with this serial of a place (six digits)."""
    number = f"ZB{place}-{serial:06d}"
    if not is_provisional(number):
        raise ValueError("number out of range")
    return number


def says_none(text: str) -> bool:
    """Whether a cell says that there is no number."""
    return normalise_code(text) in _NONE


def read_registration_number(text: str) -> str:
    """A registration number of before the credit code. Raises ClerkError; an identity number is none, and not repeated."""
    number = normalise_code(text)
    if not _REGISTRATION.fullmatch(number):
        raise ClerkError("注册号应为 13 位或 15 位数字，请核对；没有注册号的，填写“无”。")
    if len(number) == 15 and not _is_registration_check(number) and _has_birthday(number):
        raise ClerkError("填写的像是 15 位身份证号，不是注册号，请核对；没有注册号的，填写“无”。")
    return number


def registration_check_digit(first_14: str) -> str:
    """The fifteenth digit of a registration number (ISO 7064, MOD 11,10)."""
    left = 10
    for digit in first_14:
        left = (left + int(digit)) % 10 or 10
        left = left * 2 % 11
    return str((11 - left) % 10)


def _is_registration_check(number: str) -> bool:
    return registration_check_digit(number[:14]) == number[14]


def _has_birthday(number: str) -> bool:
    try:
        date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))
    except ValueError:
        return False
    return True


def entity_kind(code: str) -> EntityKind:
    """Kind of entity by the first two characters of a credit code."""
    return _KINDS.get(code[:2], EntityKind.OTHER)


def credit_check_digit(first_17: str) -> str:
    """The 18th character that belongs to the first 17 (GB 32100-2015)."""
    total = sum(
        CREDIT_ALPHABET.index(char) * weight for char, weight in zip(first_17, _CREDIT_WEIGHTS, strict=True)
    )
    return CREDIT_ALPHABET[-total % 31]


def organisation_check_digit(first_8: str) -> str:
    """The ninth character of an organisation code (GB 11714)."""
    total = sum(int(char, 36) * weight for char, weight in zip(first_8, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def made_up_credit_code(number: int, prefix: str = MADE_UP_PREFIX) -> str:
    """A valid code for a made-up firm; different numbers (below 31^6) give different codes.

    `prefix` is the first eight characters; 990100 is no place's GB/T 2260 code.
    """
    if not 0 <= number < 31**6:
        raise ValueError("number out of range")
    digits = ""
    for _place in range(6):
        number, digit = divmod(number, 31)
        digits = CREDIT_ALPHABET[digit] + digits
    body = "MA" + digits
    first_17 = prefix + body + organisation_check_digit(body)
    return first_17 + credit_check_digit(first_17)


def read_identity_number(text: str) -> str:
    """Check one resident identity number (GB 11643-1999) and return it normalised.

    Raises ClerkError whose sentence never repeats the number itself (R-T7).
    """
    number = normalise_code(text)
    _refuse_identity_form(number)
    if number[17] != identity_check_digit(number[:17]):
        if _LOST_DIGITS.fullmatch(number):
            raise ClerkError("身份证号末尾的数字已被表格软件改成 0，请把这一列设为文本格式后重新填写。")
        raise ClerkError("身份证号校验位不对，请对照证件核对号码。")
    return number


def identity_check_digit(first_17: str) -> str:
    """The 18th character of an identity number."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _IDENTITY_WEIGHTS, strict=True))
    return _IDENTITY_CHECKS[total % 11]


def made_up_identity_number(born: date, number: int, region: str = "990100") -> str:
    """A valid identity number of nobody: `number` (0 to 999) tells those born on one day apart."""
    first_17 = f"{region}{born:%Y%m%d}{number:03d}"
    return first_17 + identity_check_digit(first_17)


def is_spreadsheet_number(text: str) -> bool:
    """Whether a number was written as spreadsheets write long ones, 9.15E+17, and so has lost its digits."""
    return bool(_SPREADSHEET_NUMBER.fullmatch(text))


def _refuse_credit_form(code: str) -> None:
    if not code:
        raise ClerkError("没有填写统一社会信用代码。")
    if is_spreadsheet_number(code):
        raise ClerkError(
            "统一社会信用代码被表格软件改成了数字“%(code)s”，请把这一列设为文本格式后重新填写。",
            code=code,
        )
    if len(code) != 18:
        raise ClerkError("统一社会信用代码应为 18 位，实为 %(length)s 位。", length=len(code))
    for place, char in enumerate(code, start=1):
        if char not in CREDIT_ALPHABET:
            raise ClerkError(
                "统一社会信用代码第 %(place)s 位“%(char)s”不是可用的字符"
                "（只用数字和大写字母，不用 I、O、S、V、Z）。",
                place=place,
                char=char,
            )


def _refuse_identity_form(number: str) -> None:
    if not number:
        raise ClerkError("没有填写身份证号。")
    if is_spreadsheet_number(number):
        raise ClerkError("身份证号被表格软件改成了数字，请把这一列设为文本格式后重新填写。")
    if len(number) != 18:
        raise ClerkError("身份证号应为 18 位，实为 %(length)s 位。", length=len(number))
    for place, char in enumerate(number, start=1):
        if char not in "0123456789" and not (place == 18 and char == "X"):
            raise ClerkError("身份证号第 %(place)s 位不是数字。", place=place)
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise ClerkError("身份证号第 7 至 14 位不是一个日期，请核对号码。") from None


KIND_NAMES: dict[str, str] = {
    EntityKind.ENTERPRISE: "企业",
    EntityKind.INDIVIDUAL: "个体工商户",
    EntityKind.COOPERATIVE: "农民专业合作社",
    EntityKind.SOCIAL_GROUP: "社会团体",
    EntityKind.CIVIL_RUN: "民办非企业单位",
    EntityKind.FOUNDATION: "基金会",
    EntityKind.OTHER_SOCIAL: "其他社会组织",
    EntityKind.INSTITUTION: "事业单位",
    EntityKind.GOVERNMENT: "机关",
    EntityKind.MASS_ORGANISATION: "群众团体",
    EntityKind.OTHER_ESTABLISHED: "其他机构编制单位",
    EntityKind.LAW_FIRM: "律师事务所",
    EntityKind.NOTARY: "公证机构",
    EntityKind.LEGAL_SERVICE: "基层法律服务所",
    EntityKind.FORENSIC: "司法鉴定机构",
    EntityKind.ARBITRATION: "仲裁委员会",
    EntityKind.OTHER_JUSTICE: "其他司法行政机构",
    EntityKind.COLLECTIVE_GROUP: "组级集体经济组织",
    EntityKind.COLLECTIVE_VILLAGE: "村级集体经济组织",
    EntityKind.COLLECTIVE_TOWN: "乡镇级集体经济组织",
    EntityKind.COLLECTIVE_OTHER: "其他农村集体组织",
    EntityKind.OTHER: "其他",
}
