"""How entries of a log are listed, searched and written into a file: for the bureau and for its supervisor."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.language import in_language
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import SHANGHAI
from onedoor.kernel.text.masking import mask_numbers_in, masked_deep
from onedoor.web.settings import labels
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices

ORIGINS = {
    "job": _l("后台作业"),
    "demo": _l("演示"),
    "command": _l("命令行"),
    "together": _l("相关单位"),
    "": _l("系统"),
}


def origin(entry: AuditEntry) -> str:
    """Where it was done from: an address, or in words."""
    return str(ORIGINS.get(entry.origin, entry.origin))


def actor(entry: AuditEntry) -> str:
    """Who did it, with the bureau where it is another's."""
    name = entry.actor_name or "—"
    return name + _("（%(text)s）", text=entry.bureau_name) if entry.origin == "together" else name


def place(entry: AuditEntry) -> str:
    """Its place in the chain."""
    return _("待封存") if entry.sequence is None else str(entry.sequence)


def as_text(value: dict[str, Any] | None) -> str:
    """What it was before or after, in one cell of a file."""
    return json.dumps(masked_deep(value), ensure_ascii=False) if value else ""


def listing(
    opens: Callable[[AuditEntry], str], people: Callable[[], Sequence[tuple[Any, Any]]] | None, *, whole: bool
) -> ListPage:
    """The list of a log. `opens` leads to an entry, `people` are the choices of who; `whole` is for a file."""
    return ListPage(
        title=_l("日志"),
        key=AuditEntry.id,
        columns=(*_columns(opens), *(_MORE if whole else ())),
        search=find,
        search_label=_l("人员、事情、对象或内容"),
        filters=_filters(people),
        order="-at",
        entire_file=whole,
        empty=_l("本单位人员办理事项后，会按时间列在这里。"),
    )


def find(query: Any, said: str) -> Any:
    """Each word in the name of the person or the thing, in what was done as the page says it, or in what changed."""
    for word in said.split():
        texts = (
            AuditEntry.actor_name,
            AuditEntry.subject_name,
            sa.cast(AuditEntry.before, sa.Text),
            sa.cast(AuditEntry.after, sa.Text),
        )
        found = [column.icontains(word, autoescape=True) for column in texts]
        query = query.where(sa.or_(*found, *_acts(word)))
    return query


def _acts(word: str) -> list[sa.ColumnElement[bool]]:
    event, wanted = AuditEntry.event, word.lower()

    def named(table: dict[str, Any]) -> list[str]:
        return [name for name, text in table.items() if wanted in str(text).lower()]

    return [
        *(event.endswith(f".{verb}", autoescape=True) for verb in named(labels.VERBS)),
        *(event.contains(f".{thing}.", autoescape=True) for thing in named(labels.THINGS)),
        *(event == whole for whole in named(labels.ACTS)),
    ]


def _day(text: str, later: int = 0) -> datetime:
    """The first moment of a day in China, `later` days on; no later than the calendar of computers goes."""
    day = date.fromisoformat(text)
    return datetime.combine(day + min(timedelta(days=later), date.max - day), time(), SHANGHAI)


def _columns(opens: Callable[[AuditEntry], str]) -> tuple[Column, ...]:
    return (
        Column("at", _l("时间"), kind="time", sort=AuditEntry.at, link=opens),
        Column("actor_name", _l("人员"), value=actor, sort=AuditEntry.actor_name),
        Column("event", _l("做了什么"), value=lambda entry: labels.act(entry.event)),
        Column(
            "subject_name",
            _l("对象"),
            value=lambda entry: in_language(mask_numbers_in(entry.subject_name)),
            sort=AuditEntry.subject_name,
            wide=True,
        ),
        Column("origin", _l("来自"), value=origin),
        Column("sequence", _l("链上序号"), value=place, sort=AuditEntry.sequence),
    )


_MORE = (
    Column("bureau_name", _l("单位")),
    Column("before", _l("之前"), value=lambda entry: as_text(entry.before)),
    Column("after", _l("之后"), value=lambda entry: as_text(entry.after)),
    Column("id", _l("编号"), value=lambda entry: str(entry.id)),
    Column("digest", _l("指纹"), value=lambda entry: entry.digest or ""),
)


def _filters(people: Callable[[], Sequence[tuple[Any, Any]]] | None) -> list[Filter]:
    who = [Filter("who", _l("人员"), people, column=AuditEntry.actor_id)] if people else []
    return [
        *who,
        Filter(
            "room",
            _l("范围"),
            as_choices(labels.ROOMS),
            apply=lambda query, room: query.where(AuditEntry.event.startswith(f"{room}.", autoescape=True)),
        ),
        # Written so that the index in order of time serves them.
        Filter(
            "from",
            _l("自"),
            kind="from",
            apply=lambda query, day: query.where(AuditEntry.at >= _day(day)),
        ),
        Filter(
            "to",
            _l("至"),
            kind="to",
            apply=lambda query, day: query.where(AuditEntry.at < _day(day, later=1)),
        ),
    ]
