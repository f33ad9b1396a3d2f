"""Reads of what is public, shaped for pages; nothing but disclosure is asked (R-O1)."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from onedoor.disclosure import queries
from onedoor.disclosure.models import Disclosure
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.text.pinyin import pinyin_initials

# Document numbers have 〔2026〕, which keyboards do not.
_YEAR = re.compile(r"[\[(（【](\d{4})[\])）】]")
# Chinese input methods type digits and letters as wide as a character.
_WIDE = {0xFEE0 + code: code for code in range(0x30, 0x7B) if chr(code).isalnum()}
FACE = (
    Disclosure.id,
    Disclosure.kind,
    Disclosure.subject_id,
    Disclosure.version,
    Disclosure.title,
    Disclosure.bureau_name,
    Disclosure.entity_code,
    Disclosure.entity_name,
    Disclosure.since,
)


def thing(kind: str, subject_id: UUID) -> Disclosure:
    """What is public of a thing now; its disclosure's own id will do as well."""
    found = queries.of_subject(kind, subject_id)
    if found is None:
        found = queries.one(subject_id)
    if found.kind != kind:
        raise NotFound("没有找到这条公示信息，它可能尚未公示，或公示已经结束。")
    return found


def version(kind: str, subject_id: UUID) -> Disclosure:
    """A list or rulebook as it is in force, or an earlier version of it by that version's own id."""
    return queries.of_subject(f"{kind}_former", subject_id) or thing(kind, subject_id)


def versions(found: Disclosure, kind: str) -> list[Disclosure]:
    """All public versions of the list or rulebook that `found` is one of, the one in force first."""
    query = queries.search().where(
        Disclosure.tenant_id == found.tenant_id, Disclosure.kind.in_((kind, f"{kind}_former"))
    )
    return sorted(db.session.scalars(query), key=number_of, reverse=True)


def number_of(found: Disclosure) -> int:
    """Which version of its list or rulebook this is, by the bureau's own count."""
    number = found.content.get("version")
    return int(found.version if number is None else number)


def faces(kind: str | None, *more: Any) -> sa.Select[Any]:
    """Public things without their content, with `more` columns."""
    return cast("sa.Select[Any]", queries.search(kind).with_only_columns(*FACE, *more))


def inside(key: str) -> Any:
    """A text in the content, as a column of that name."""
    return Disclosure.content[key].astext.label(key)


def by_words(query: sa.Select[Any], words: str) -> sa.Select[Any]:
    """Those whose title, firm's name or code contain every word."""
    for word in _YEAR.sub(r"〔\1〕", words.translate(_WIDE).upper()).split():
        query = query.where(Disclosure.words.contains(word, autoescape=True))
    return query


def bureaus(kind: str) -> list[tuple[str, str]]:
    """Names of the bureaus that published things of a kind, as filter choices."""
    query = queries.search(kind).with_only_columns(Disclosure.bureau_name).distinct()
    return [(name, name) for name in sorted(db.session.scalars(query))]


def of_firm(codes: Collection[str]) -> list[Disclosure]:
    """The public results of one firm under any of its codes, newest first."""
    query = queries.search("result").where(Disclosure.entity_code.in_(codes))
    return list(db.session.scalars(query.order_by(Disclosure.since.desc(), Disclosure.id.desc())))


def penalties_of_firm(codes: Collection[str]) -> list[Disclosure]:
    """The public penalties of one firm under any of its codes, newest first."""
    query = queries.search("penalty").where(Disclosure.entity_code.in_(codes))
    return list(db.session.scalars(query.order_by(Disclosure.since.desc(), Disclosure.id.desc())))


def all_items(words: str = "") -> list[dict[str, Any]]:
    """The items of every bureau's list, each with its bureau and where its list is shown."""
    found = []
    wanted = words.split()
    for listed in db.session.scalars(queries.search("items").order_by(Disclosure.bureau_name)):
        for item in listed.content.get("items") or ():
            text = (
                f"{item.get('name', '')}{item.get('basis', '')}{item.get('number', '')}{listed.bureau_name}"
            )
            if all(word in text or _is_initials(word, item.get("name", "")) for word in wanted):
                found.append({**item, "bureau": listed.bureau_name, "list": listed})
    return found


def _is_initials(word: str, name: str) -> bool:
    return word.isascii() and word.isalpha() and word.lower() in pinyin_initials(name)
