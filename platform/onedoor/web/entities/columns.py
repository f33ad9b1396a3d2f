"""The first columns of a list whose rows belong to an entity: its name, code and kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from onedoor.entities.models import Entity
from onedoor.web.registry_words import KINDS, unbroken
from onedoor.web.shell.lists import Column

_NAME = _l("名称")


def entity_page(row: Any) -> str:
    """Where a row's entity is shown."""
    return url_for("registry.entity", entity_id=row.Entity.id)


def whose(
    link: Callable[[Any], str] = entity_page,
    *,
    label: Any = _NAME,
    by_code: bool = True,
    kind: str = "kind",
) -> tuple[Column, ...]:
    """Name, which leads to `link`, code and kind of a row's `Entity`; `by_code`: the list can be put in their order."""
    code = Column(
        "code",
        _l("统一社会信用代码"),
        value=lambda row: row.Entity.code,
        cell=lambda row: unbroken(row.Entity.code),
        sort=Entity.code if by_code else None,
    )
    return (
        Column("name", label, value=lambda row: row.Entity.name, link=link, sort=Entity.sort_key, wide=True),
        code,
        Column(kind, _l("类型"), value=lambda row: str(KINDS[row.Entity.kind])),
    )
