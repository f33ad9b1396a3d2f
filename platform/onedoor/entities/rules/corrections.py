"""What of an entity may be corrected, and how its new value is read (R-T4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from onedoor.entities.rules.states import status_of
from onedoor.imports.rules.rows import read_day
from onedoor.kernel.codes import KIND_NAMES, EntityKind, entity_kind, read_credit_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.unicode import printable

OTHER = "other"
# Proposals that are made on pages of their own: somebody new, and that two are one.
ADDED, MERGE = "added", "merge"
# What says whose register an entity is in: never changed without a second look.
CODE, KIND = "code", "kind"
# By the column of an entity, the most characters; of what is read otherwise, 40.
LONGEST: dict[str, int] = {
    "name": 200,
    CODE: 40,
    KIND: 40,
    "address": 500,
    "jurisdiction_code": 40,
    "status": 40,
    "scope": 20_000,
    "entity_type": 100,
    "industry": 100,
    "registered_on": 40,
    "capital": 100,
    OTHER: 2_000,
}


def read_value(field: str, text: str, places: Mapping[str, str]) -> str:
    """The value as it is kept until it is decided on: a code for a place or a status, an ISO day, else the words.

    `places` are codes by name. Raises ClerkError beside the form's field.
    """
    text = printable(text).strip()
    if field not in LONGEST:
        raise _wrong("field", "请从所列选项中选择。")
    if not text:
        raise _wrong("value", "请填写更正后的内容。")
    if len(text) > LONGEST[field]:
        raise ClerkError(
            "最多填写 %(most)s 个字。", fields={"value": ["内容太长，请精简。"]}, most=LONGEST[field]
        )
    if field == "jurisdiction_code":
        code = text if text in places.values() else places.get(text)
        if code is None:
            raise _wrong("value", "没有这个所在地，请填写区县或乡镇的全称。")
        return code
    if field in _READERS:
        return _READERS[field](text)
    return text if field in ("scope", OTHER) else " ".join(text.split())


def as_column(field: str, kept: str) -> Any:
    """A kept value as the entity's column holds it."""
    return date.fromisoformat(kept) if field == "registered_on" else kept


def as_kept(value: Any) -> str:
    """A column's value as it is kept beside a proposal."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def refuse_kind(code: str, kind: str) -> None:
    """Raise for a kind that is not the code's: the code's first two characters say it (GB 32100), where they say any."""
    named = entity_kind(code)
    if named not in (EntityKind.OTHER, kind):
        problem = Sentence(
            "统一社会信用代码以 %(prefix)s 开头的是%(kind)s，类型随代码；代码有误的请更正代码。",
            prefix=code[:2],
            kind=KIND_NAMES[named],
        )
        raise ClerkError(problem.pattern, fields={"value": [str(problem)]}, **problem.params)


def _kind(text: str) -> str:
    found = next((kind for kind, name in KIND_NAMES.items() if text in (kind, name)), None)
    if found is None:
        raise _wrong("value", "请填写主体类型的名称，例如企业、个体工商户、社会团体。")
    return str(found.value if isinstance(found, EntityKind) else found)


def _status(text: str) -> str:
    status = status_of(text)
    if status is None:
        raise _wrong("value", "请填写存续、歇业、已迁出、已注销或已吊销。")
    return status.value


def _day(text: str) -> str:
    return _beside_value(lambda: read_day(text).isoformat())


def _code(text: str) -> str:
    return _beside_value(lambda: read_credit_code(text).text)


def _beside_value(read: Callable[[], str]) -> str:
    try:
        return read()
    except ClerkError as error:
        raise ClerkError(str(error), fields={"value": [str(error)]}) from None


def _wrong(field: str, text: str) -> ClerkError:
    return ClerkError(text, fields={field: [text]})


_READERS: dict[str, Callable[[str], str]] = {
    CODE: _code,
    KIND: _kind,
    "registered_on": _day,
    "status": _status,
}
