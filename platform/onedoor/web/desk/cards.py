"""The facts and alarms of the bureau below what waits for the person: each a figure that opens its records.

A room adds a function to `SOURCES`; it gives cards, of which the empty ones are left out. What a card counts by a select is
counted with all the others in one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _

from onedoor.credit import queries as credit
from onedoor.draws import queries as draws
from onedoor.edge.lists.reader import MOST_COUNTED
from onedoor.followups import queries as followups
from onedoor.followups.actions import HANDLERS
from onedoor.items import queries as item_queries
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.jobs import Job, JobState
from onedoor.messages import queries as messages
from onedoor.officers import queries as officer_queries
from onedoor.officers.rules.certificates import looked_at
from onedoor.officers.service import unpublished_changes
from onedoor.supervision import queries as oversight
from onedoor.targets import queries as target_queries
from onedoor.web.registry_words import WARNINGS
from onedoor.web.shell.formats import so_many
from tenants.rules import Permission
from tenants.scope import Principal


@dataclass(frozen=True)
class Card:
    """A figure that opens its records; `tone` stopped for an alarm. `value` is the figure, or what is to be counted."""

    label: Any
    value: Any
    url: str
    unit: Any = ""
    hint: Any = ""
    tone: str = ""


def cards_for(person: Principal) -> list[Card]:
    """The cards of a person, alarms first, without the empty ones."""
    cards = [card for source in SOURCES for card in source(person)]
    counted = [card for card in cards if isinstance(card.value, sa.sql.Select)]
    found = {}
    if counted:
        row = db.session.execute(sa.select(*(_counted(card.value) for card in counted))).one()
        found = {id(card): number for card, number in zip(counted, row, strict=True)}
    shown = [replace(card, value=_so_many(found.get(id(card), card.value))) for card in cards]
    return sorted((card for card in shown if card.value), key=lambda card: card.tone != "stopped")


def _counted(query: sa.Select[Any]) -> Any:
    """How many there are; what a list does not count to its end, a figure beside it has no need of."""
    few = query.order_by(None).limit(sa.literal(MOST_COUNTED + 1, literal_execute=True)).subquery()
    return sa.select(sa.func.count()).select_from(few).scalar_subquery()


def _so_many(value: Any) -> Any:
    return so_many(value) if isinstance(value, int) and value > MOST_COUNTED else value


def _messages(person: Principal) -> Iterator[Card]:
    if person.may(Permission.BUREAU_READ):
        mine = messages.messages_to(person.user_id, person.permissions)
        unread = mine.where(~messages.is_read(person.user_id))
        yield Card(_("未读通知"), unread, url_for("desk.messages", state="unread"), _("条"))


def _targets(person: Principal) -> Iterator[Card]:
    if person.may(Permission.REGISTRY_WRITE):
        url = url_for("registry.targets_ceased")
        ceased = target_queries.ceased()
        yield Card(_("已停止而仍在库的检查对象"), ceased, url, _("个"), tone="stopped")
        url, hint = url_for("registry.entities_uncovered"), _("本单位领域和辖区内，不在任何单位的名录库里")
        yield Card(_("监管真空"), target_queries.uncovered_ids(), url, _("个"), hint, tone="stopped")
        since = today() - timedelta(days=7)
        url = url_for("registry.targets", listed="no", left_from=since.isoformat())
        hint = _("近 7 天，已注销、吊销、迁出")
        yield Card(_("移出名录库的检查对象"), target_queries.left_lately(since), url, _("户"), hint)


def _items(person: Principal) -> Iterator[Card]:
    if person.may(Permission.REGISTRY_WRITE):
        behind = item_queries.items().where(item_queries.templates.behind())
        url, label = url_for("registry.items", source="behind"), _("采用的共享事项有新版或已退出")
        yield Card(label, behind, url, _("项"), tone="stopped")


def _officers(person: Principal) -> Iterator[Card]:
    if person.may(Permission.REGISTRY_WRITE):
        hint = _("公众看到的还是公布时的名录表")
        changes, url = unpublished_changes() or 0, url_for("registry.inspectors")
        yield Card(_("执法人员名录库公布后的变动"), changes, url, _("处"), hint)
        until = looked_at(today()).isoformat()
        for stage, words in WARNINGS.items():
            url = url_for("registry.inspectors", warned=stage)
            label = _("执法证%(stage)s", stage=words)
            warned = officer_queries.inspectors().where(officer_queries.warned_of(stage))
            yield Card(label, warned, url, _("人"), tone="stopped")
        url = url_for("registry.experts", active="yes", until=until)
        label = _("90 天内到期的专家资格")
        yield Card(label, officer_queries.experts.ending_credentials(), url, _("个"), tone="stopped")
    own = officer_queries.own_inspector() if person.may(Permission.VISIT_RECORD) else None
    expires = own.certificate_expires_on if own else None
    if expires is not None and today() <= expires <= looked_at(today()):
        left = (expires - today()).days + 1
        yield Card(_("我的执法证即将到期"), left, url_for("registry.own"), _("天"), tone="stopped")
    if expires is not None and expires < today():
        past = (today() - expires).days
        yield Card(_("我的执法证已到期"), past, url_for("registry.own"), _("天"), tone="stopped")


def _draws(person: Principal) -> Iterator[Card]:
    if person.may(Permission.DRAW_COMMIT):
        url = url_for("draws.draws", waiting="called_off")
        hint = _("近 30 天，抽中后取消检查")
        yield Card(_("有取消检查的抽取"), draws.called_off_lately(), url, _("次"), hint)


def _supervision(person: Principal) -> Iterator[Card]:
    if person.may(Permission.OVERSIGHT):
        going = oversight.alert_rules.made().where(oversight.alert_rules.stands())
        yield Card(_("没有结束的预警"), going, url_for("orders.alerts"), _("条"), tone="stopped")


def _followups(person: Principal) -> Iterator[Card]:
    if any(person.may(one) for one in HANDLERS):
        overdue = followups.overdue()
        url = url_for("followups.followups", state="overdue")
        yield Card(_("逾期的后续处置"), overdue, url, _("项"), tone="stopped")


def _exports(person: Principal) -> Iterator[Card]:
    if person.may(Permission.EXPORT):
        records = url_for("credit.export_records", state="rejected")
        yield Card(_("被退回的报送记录"), credit.rejected_records(), records, _("条"), tone="stopped")


def _jobs(person: Principal) -> Iterator[Card]:
    failed = sa.select(Job).where(
        Job.tenant_id == person.tenant_id, Job.actor_id == person.user_id, Job.state == JobState.FAILED
    )
    url = url_for("jobs.jobs", state=JobState.FAILED.value)
    yield Card(_("未能完成的作业"), failed, url, _("个"), tone="stopped")


SOURCES: list[Callable[[Principal], Iterator[Card]]] = [
    _messages,
    _supervision,
    _draws,
    _followups,
    _items,
    _exports,
    _targets,
    _officers,
    _jobs,
]
