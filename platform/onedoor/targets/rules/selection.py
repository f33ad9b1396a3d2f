"""The rule language by which targets are chosen from the shared register, and pools from a library.

A condition that is empty asks nothing; several conditions must all hold; within one, any word suffices
(but for `scope_without`, of which none may occur).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from onedoor.entities.rules.codes import LICENCE_NAMES, STATUS_NAMES, EntityStatus
from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence, either

_LONGEST_WORD = 40
_MOST_WORDS = 50
_MOST_CODES = 200
_CHOICES = {
    "kinds": frozenset(KIND_NAMES),
    "statuses": frozenset(one.value for one in EntityStatus),
    "licences": frozenset(LICENCE_NAMES),
    "classes": frozenset("ABCD"),
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an entity must be. `places` are codes and take in all below them; `industries` are words of a register, and a
    section or division of GB/T 4754 takes in all below it; `tags` are names, `risk` levels of the
    bureau's own scale, `classes` credit classes (A–D), `codes` single entities, `licences` states of a licence that it has; dates are ISO days."""

    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    scope_without: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    risk: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    registered_from: str | None = None
    registered_until: str | None = None

    @property
    def asks_nothing(self) -> bool:
        """Whether every entity would do."""
        return self == Conditions()

    def as_dict(self) -> dict[str, Any]:
        """JSON values, without what is empty; the same conditions give the same dict."""
        plain = asdict(self)
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value in plain.items() if value
        }


def read_conditions(given: Mapping[str, Any]) -> Conditions:
    """Check conditions from a form, a job's payload or the database.

    Raises ClerkError with the sentences beside their fields (`industry` and `name_contains` are taken
    for `industries` and `name`).
    """
    aliases = {
        "industry": "industries",
        "name_contains": "name",
        "scope_contains": "scope",
        "status": "statuses",
    }
    named = {aliases.get(key, key): value for key, value in given.items() if value}
    wrong: dict[str, list[str]] = {}
    unknown = sorted(set(named) - {one.name for one in fields(Conditions)})
    if unknown:
        raise ClerkError("选取规则里有不认识的条件“%(name)s”，请重新填写。", name=unknown[0])
    read = {name: _read(name, value, wrong) for name, value in named.items()}
    first, last = read.get("registered_from"), read.get("registered_until")
    if first and last and first > last:
        wrong.setdefault("registered_until", []).append("结束日期不能早于开始日期。")
    if wrong:
        raise ClerkError("选取规则有几处需要修改。", fields=wrong)
    return Conditions(**read)


def split_words(text: str) -> tuple[str, ...]:
    """Words of one box: parted by commas of either width, 、, ; or line ends."""
    for mark in "，、；;,\n\r\t":
        text = text.replace(mark, " ")
    return tuple(dict.fromkeys(text.split()))


def describe(conditions: Conditions, place_name: Callable[[str], str]) -> list[tuple[Sentence, str]]:
    """The rule in words: (what is asked, what suffices), for the page and the file."""
    kinds = [Sentence(KIND_NAMES[kind]) for kind in conditions.kinds]
    statuses = [Sentence(STATUS_NAMES[status]) for status in conditions.statuses]
    conditions_text = [
        (Sentence("所在地"), _all([place_name(code) for code in conditions.places])),
        (Sentence("主体类型"), _all(kinds)),
        (Sentence("行业"), _all(conditions.industries)),
        (Sentence("企业类型"), _all(conditions.types)),
        (Sentence("经营范围含"), either(conditions.scope)),
        (Sentence("经营范围不含"), _all(conditions.scope_without)),
        (Sentence("名称含"), either(conditions.name)),
        (Sentence("登记状态"), _all(statuses)),
        (Sentence("带有标签"), either(conditions.tags)),
        (Sentence("风险等级"), either(conditions.risk)),
        (Sentence("信用等级"), either(conditions.classes)),
        (Sentence("有许可证"), _all([Sentence(LICENCE_NAMES[one]) for one in conditions.licences])),
        (
            Sentence("指定的对象"),
            Sentence("%(count)s 户", count=len(conditions.codes)) if conditions.codes else "",
        ),
        (Sentence("成立不早于"), conditions.registered_from or ""),
        (Sentence("成立不晚于"), conditions.registered_until or ""),
    ]
    return [(label, value) for label, value in conditions_text if value]


def _all(words: Sequence[str]) -> str:
    return Sentence("%(words)s", words=words) if words else ""


def _read(name: str, value: Any, wrong: dict[str, list[str]]) -> Any:
    if name.startswith("registered_"):
        return _read_day(name, value, wrong)
    words = (
        split_words(value)
        if isinstance(value, str)
        else tuple(dict.fromkeys(str(one).strip() for one in value))
    )
    words = tuple(word for word in words if word)
    known = _CHOICES.get(name)
    if known is not None and not known.issuperset(words):
        wrong.setdefault(name, []).append("请从所列选项中选择。")
    if name == "codes":
        if len(words) > _MOST_CODES:
            wrong.setdefault(name, []).append("一次最多指定 200 户。")
    elif len(words) > _MOST_WORDS:
        wrong.setdefault(name, []).append("最多填写 50 个词。")
    if any(len(word) > _LONGEST_WORD for word in words):
        wrong.setdefault(name, []).append("每个词最多 40 个字。")
    return words


def _read_day(name: str, value: Any, wrong: dict[str, list[str]]) -> str | None:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        wrong.setdefault(name, []).append("请按“年-月-日”填写日期，例如 2026-03-05。")
        return None
