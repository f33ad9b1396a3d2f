"""Returns that are soon due or late are told to the people of their bureau, and missing ones to the supervisor, each once (R-S1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from onedoor.messages.models import Message
from onedoor.statistics.queries import returns
from onedoor.statistics.queries.returns import Owed
from onedoor.statistics.rules.periods import Level, ReturnKind
from onedoor.statistics.rules.states import ReturnState
from tenants import queries as tenants
from tenants import settings
from tenants.rules import Permission

_OPEN = (None, ReturnState.DRAFT, ReturnState.SENT_BACK)


def remind() -> int:
    """Tell the current bureau's people what of its own returns is due, late or was sent back; returns how many were told."""
    me = tenants.my_bureau()
    told = 0
    others = [one for one in tenants.supervised_bureaus() if one.id != me.id]
    levels = [Level.OWN, Level.PLACE] if others else [Level.OWN]
    for level in levels:
        permission = Permission.FILING_SEND if level is Level.OWN else Permission.OVERSIGHT_ANSWER
        for year in (today().year - 1, today().year):
            for one in returns.owed([me], year, level):
                told += _tell(one, permission)
    for year in (today().year - 1, today().year) if others else ():
        told += _tell_of_missing(returns.owed(others, year), year)
    return told


def _tell_of_missing(owed: Sequence[Owed], year: int) -> int:
    """To the supervisor, once for a form and its last day: somebody has not filed."""
    missing = {
        (one.kind, one.due_on)
        for one in owed
        if one.late and one.state in _OPEN and today() <= one.due_on + timedelta(days=90)
    }
    link = f"/statistics/received?year={year}"
    return sum(
        _once(
            Sentence("有部门没有在%(day)s前报送%(name)s", day=due_on.isoformat(), name=name_of(kind)),
            link,
            Permission.OVERSIGHT_ANSWER,
        )
        for kind, due_on in sorted(missing)
    )


def _tell(one: Owed, permission: Permission) -> int:
    if one.state not in _OPEN:
        return 0
    warn = one.due_on - timedelta(days=settings.value("returns.warn_days"))
    # A year that was over long ago is not told any more: the platform may be younger than it.
    if not warn <= today() <= one.due_on + timedelta(days=90):
        return 0
    name = name_of(one.kind)
    if one.state is ReturnState.SENT_BACK:
        text = Sentence("%(name)s被退回，请更正后重新报送", name=name)
    elif one.late:
        text = Sentence("%(name)s应于%(day)s前报送，已经逾期", name=name, day=one.due_on.isoformat())
    else:
        text = Sentence("%(name)s请于%(day)s前报送", name=name, day=one.due_on.isoformat())
    link = f"/statistics/returns?level={'own' if permission is Permission.FILING_SEND else 'place'}&year={one.year}"
    return _once(text, link, permission)


def _once(text: Sentence, link: str, permission: Permission) -> int:
    known = sa.select(Message.id).where(Message.link == link, Message.text == str(text)).limit(1)
    if db.session.scalar(known) is not None:
        return 0
    messages.send_message(text, link, permission)
    return 1


def name_of(kind: ReturnKind) -> str:
    """What people call the form."""
    return NAMES[kind]


NAMES: dict[ReturnKind, str] = {
    ReturnKind.F3: Sentence("区县推行“双随机、一公开”情况统计表"),
    ReturnKind.F4: Sentence("部门推行“双随机、一公开”情况统计表"),
    ReturnKind.F7: Sentence("随机抽查工作进展情况统计表"),
    ReturnKind.F8: Sentence("联合检查工作进展情况统计表"),
    ReturnKind.F9: Sentence("非市场监管领域抽查工作计划表"),
    ReturnKind.F10: Sentence("非市场监管领域推行“双随机、一公开”情况统计表"),
    ReturnKind.SELF_REVIEW: Sentence("年度自查报告"),
}
