"""The cells of F6 and F9 read back into what a line holds: the inverse of `queries.f6`, and what bureaus write instead; pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from onedoor.entities.rules.codes import STATUS_NAMES
from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from onedoor.plans.rules import rates
from onedoor.plans.rules.states import METHODS
from onedoor.targets.rules.codes import CLASS_NAMES, RISK_NAMES

_EVERYONE = {"", "全部", "全部对象", "本单位检查对象名录库全部对象", "名录库全部对象", "—"}
_WHOLE_YEAR = {"全年", "全年度", "1-12月", "1月至12月", "1—12月"}
_SPAN = re.compile(
    r"(?:\d{4}年)?(\d{1,2})月?(?:(\d{1,2})日)?\s*(?:至|到|-|—|–|~|～|－)\s*(?:\d{4}年)?(\d{1,2})月(?:(\d{1,2})日?)?(?:底|前)?"
)
_MONTH = re.compile(r"(?:\d{4}年)?(\d{1,2})月(?:份)?")
_TIMES = re.compile(r"(\d+)\s*次")
_FILLED = re.compile(r"检查组空缺的，(\d+) 个工作日内补派")
_KINDS = {"专项检查": "special", "日常检查": "daily"}
_LABELS = {
    "所在地": "places",
    "主体类型": "kinds",
    "行业": "industries",
    "企业类型": "types",
    "经营范围含": "scope",
    "经营范围不含": "scope_without",
    "名称含": "name",
    "登记状态": "statuses",
    "带有标签": "tags",
    "风险等级": "risk",
    "信用等级": "classes",
    "成立不早于": "registered_from",
    "成立不晚于": "registered_until",
}


def period(text: str, year: int) -> tuple[date, date]:
    """First and last day: 3月1日至6月30日, 3-6月, 4月, 全年. Raises ClerkError for what is none."""
    plain = re.sub(r"\s+", "", text)
    if plain in _WHOLE_YEAR:
        return date(year, 1, 1), date(year, 12, 31)
    found, month = _SPAN.fullmatch(plain), _MONTH.fullmatch(plain)
    try:
        if found is not None:
            first, last = int(found[1]), int(found[3])
            end = int(found[4]) if found[4] else calendar.monthrange(year, last)[1]
            return date(year, first, int(found[2] or 1)), date(year, last, end)
        if month is not None:
            only = int(month[1])
            return date(year, only, 1), date(year, only, calendar.monthrange(year, only)[1])
    except (ValueError, calendar.IllegalMonthError):
        pass
    raise ClerkError("检查时间“%(text)s”看不懂，请写成“3月1日至6月30日”。", text=text)


def times(text: str) -> int:
    """每年 2 次, 1次/年, 2; empty is once."""
    plain = text.strip()
    found = _TIMES.search(plain)
    number = found[1] if found else plain or "1"
    if not number.isdigit() or not 1 <= int(number) <= 366:
        raise ClerkError("频次“%(text)s”看不懂，请写成“每年 1 次”。", text=text)
    return int(number)


def method(text: str) -> tuple[str, str]:
    """The method and the kind of check: 实地检查；专项检查."""
    parts = [part for part in re.split(r"[；;]", text.strip()) if part]
    kinds = [_KINDS[part] for part in parts if part in _KINDS]
    named = [part for part in parts if part not in _KINDS]
    if len(named) > 1 or (named and named[0] not in METHODS):
        raise ClerkError(
            "检查方式“%(text)s”不认识，请填写所列方式之一：%(known)s。",
            text=text,
            known=Sentence("%(words)s", words=[Sentence(one) for one in METHODS]),
        )
    return (named[0] if named else METHODS[0]), (kinds[0] if kinds else "random")


def remark(text: str) -> tuple[str, int | None]:
    """The remark, and within how many days an empty slot is filled where it says so."""
    found = _FILLED.search(text)
    if found is None:
        return text.strip(), None
    return text.replace(found[0], "").strip().rstrip("；;"), int(found[1])


def scope(text: str, places: Mapping[str, str]) -> dict[str, list[str] | str]:
    """The conditions: 所在地：甲区、乙区；主体类型：企业. `places` are codes by name."""
    if text.strip() in _EVERYONE:
        return {}
    words: dict[str, Mapping[str, str]] = {
        "places": places,
        "kinds": {name: code for code, name in KIND_NAMES.items()},
        "statuses": {name: code for code, name in STATUS_NAMES.items()},
    }
    found: dict[str, list[str] | str] = {}
    for part in filter(None, re.split(r"[；;\n]", text.strip())):
        label, _, value = part.strip().partition("：")
        key = _LABELS.get(label.strip())
        if key is None or not value.strip():
            raise ClerkError(
                "检查对象范围“%(text)s”看不懂，请写成“所在地：甲区；主体类型：企业”，或“全部”。",
                text=part.strip(),
            )
        if key.startswith("registered_"):
            found[key] = value.strip()
            continue
        given = [word for word in re.split(r"、| 或 ", value.strip()) if word]
        known = words.get(key)
        unknown = [word for word in given if known is not None and word not in known]
        if unknown:
            raise ClerkError(
                "检查对象范围里的“%(word)s”不认识，请核对%(label)s。",
                word=unknown[0],
                label=Sentence(label.strip()),
            )
        found[key] = [known[word] for word in given] if known is not None else given
    return found


def rate_rules(text: str, places: Mapping[str, str]) -> list[dict[str, Any]] | None:
    """Ordered rules: 信用等级：D 全部；主体类型：企业，带有标签：投诉举报 10%；其余 3%. None where no part asks anything."""
    if "：" not in text:
        return None
    made = []
    for part in filter(None, (each.strip() for each in re.split(r"[；;\n]", text))):
        named, value = _named(part)
        asked = "" if named in ("其余", "全部对象") else named.replace("，", "；")
        made.append({"when": scope(asked, places), "rate": value})
    return made


def rate_table(text: str, places: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """How the list is divided, and the rate of each stratum: 3%; 企业 3%；其余 5 户; 全部."""
    strata = {
        "kind": {name: code for code, name in KIND_NAMES.items()},
        "risk": {name: code for code, name in RISK_NAMES.items()},
        "class": {name: code for code, name in CLASS_NAMES.items()},
        "place": dict(places),
    }
    stratify, found = "none", {}
    for part in filter(None, (each.strip() for each in re.split(r"[；;\n]", text))):
        named, value = _named(part)
        if named in ("", "其余", "全部对象"):
            found[rates.OTHERS] = value
            continue
        division = next((one for one, names in strata.items() if named in names), None)
        if division is None or stratify not in ("none", division):
            raise ClerkError("抽查比例里的“%(name)s”不认识，或与其他各层不是同一种分法。", name=named)
        stratify = division
        found[strata[division][named]] = value
    if not found:
        raise ClerkError("请填写抽查比例，如“3%”“5 户”或“全部”。")
    return stratify, found


def _named(part: str) -> tuple[str, dict[str, Any]]:
    """The stratum's name before the rate, and the rate."""
    if part.endswith("全部"):
        return part.removesuffix("全部").strip(), {"all": True}
    found = re.fullmatch(r"(.*?)\s*(?:不低于|不少于)?\s*(\d+(?:\.\d{1,2})?)\s*(%|％|户|家|个)", part)
    if found is None:
        raise ClerkError("抽查比例“%(text)s”看不懂，请写成“3%%”“5 户”或“全部”。", text=part)
    name, number, unit = found[1].strip(), found[2], found[3]
    if unit in "%％":
        points = round(float(number) * 100)
        if points > 10_000:
            raise ClerkError("比例不能超过 100%。")
        return name, {"bp": points}
    if "." in number:
        raise ClerkError("户数请填写整数。")
    return name, {"number": int(number)}
