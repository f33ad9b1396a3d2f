"""The cards of the desk: what of my rooms' work waits for somebody with my permissions, each opening its records.

A room adds a function to `SOURCES`; it gives cards with a count, and none for what nobody must do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns.service import ready_to_draw
from onedoor.credit import queries as credit
from onedoor.draws import queries as draws
from onedoor.edge.lists.reader import MOST_COUNTED
from onedoor.entities import queries as entity_queries
from onedoor.filing import queries as filings
from onedoor.filing.rules import FilingState
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
from onedoor.owed_matters import queries as owed
from onedoor.plans import queries as plans
from onedoor.plans.models import Plan
from onedoor.supervision import queries as oversight
from onedoor.targets import queries as target_queries
from onedoor.visits import queries as visits
from onedoor.web.registry_words import WARNINGS
from onedoor.web.shell.formats import so_many
from tenants.rules import Permission
from tenants.scope import Principal


@dataclass(frozen=True)
class Card:
    """A figure that opens its records; `tone` stopped for what is overdue or was sent back."""

    label: Any
    value: int | str
    url: str
    unit: Any = ""
    hint: Any = ""
    tone: str = ""


def cards_for(person: Principal) -> list[Card]:
    """The cards of a person, in the order of the rooms, without the empty ones."""
    return [card for source in SOURCES for card in source(person) if card.value]


def _plans(person: Principal) -> Iterator[Card]:
    if person.may(Permission.PLAN_DRAFT):
        for state, label, tone in (
            ("returned", _("退回修改的计划"), "stopped"),
            ("draft", _("起草中的计划"), ""),
            ("approved", _("待公布的计划"), ""),
        ):
            url = url_for("plans.plans", state=state)
            yield Card(label, _count(plans.my_plans().where(Plan.state == state)), url, _("份"), tone=tone)


def _filings(person: Principal) -> Iterator[Card]:
    if person.may(Permission.OVERSIGHT_ANSWER):
        url = url_for("filing.inbox", state=FilingState.SENT.value)
        yield Card(_("待答复的备案"), filings.waiting(), url, _("份"))
    if person.may(Permission.FILING_SEND):
        returned = filings.in_state(filings.sent(), FilingState.RETURNED)
        url = url_for("filing.filings", state=FilingState.RETURNED.value)
        yield Card(_("被退回的备案"), _count(returned), url, _("份"), tone="stopped")


def _orders(person: Principal) -> Iterator[Card]:
    if person.may(Permission.FILING_SEND) or person.may(Permission.PLAN_APPROVE):
        url = url_for("orders.received", state="sent")
        yield Card(_("待答复的督办"), oversight.orders.unanswered(), url, _("件"), tone="stopped")
    if person.may(Permission.OVERSIGHT_ANSWER):
        url = url_for("orders.sent", state="answered")
        yield Card(_("待核查的督办答复"), oversight.orders.to_judge(), url, _("件"))


def _corrections(person: Principal) -> Iterator[Card]:
    if person.may(Permission.REGISTRY_WRITE):
        url = url_for("registry.entities_corrections", part=entity_queries.RECEIVED, state="sent")
        yield Card(_("待答复的更正建议"), _count(entity_queries.corrections_to_answer()), url, _("条"))
        url = url_for("registry.targets_ceased")
        yield Card(
            _("已停止而仍在库的检查对象"),
            _so_many(target_queries.ceased_count()),
            url,
            _("个"),
            tone="stopped",
        )
        url, hint = url_for("registry.entities_uncovered"), _("本单位领域和辖区内，不在任何单位的名录库里")
        yield Card(
            _("监管真空"), _so_many(target_queries.uncovered_count()), url, _("个"), hint, tone="stopped"
        )


def _campaigns(person: Principal) -> Iterator[Card]:
    if person.may(Permission.CAMPAIGN_ANSWER):
        url = url_for("campaigns.campaigns", todo="answer")
        yield Card(_("待答复的抽查邀请"), _count(campaigns.unanswered()), url, _("项"))


def _draws(person: Principal) -> Iterator[Card]:
    if person.may(Permission.DRAW_COMMIT) or person.may(Permission.DRAW_OPERATE):
        url = url_for("draws.draws", waiting="note")
        hint = _("须知悉理由才能开设")
        yield Card(_("待知悉的再次抽取"), _count(draws.to_note()), url, _("次"), hint, tone="stopped")
        url = url_for("draws.draws", waiting="commit")
        yield Card(_("待承诺的抽取"), _count(draws.to_commit()), url, _("次"))
        url = url_for("draws.draws", waiting="reveal")
        yield Card(_("待揭示的抽取"), _count(draws.to_reveal()), url, _("次"))
        url = url_for("draws.draws", waiting="receive")
        yield Card(_("待签收的封闭名单"), _count(draws.to_receive()), url, _("次"))
        url = url_for("draws.draws", waiting="read")
        yield Card(_("待录入公共随机数的抽取"), _count(draws.to_read()), url, _("次"))
    if person.may(Permission.DRAW_COMMIT):
        url = url_for("draws.draws", waiting="answer")
        yield Card(_("待答复的人员更换"), _count(draws.to_answer()), url, _("次"))
        url = url_for("draws.draws", waiting="called_off")
        hint = _("近 30 天，抽中后取消检查")
        yield Card(_("有取消检查的抽取"), _count(draws.called_off_lately()), url, _("次"), hint)
    if person.may(Permission.DRAW_OPERATE):
        url = url_for("campaigns.campaigns", todo="draw")
        yield Card(_("可以开始的抽取"), len(ready_to_draw()), url, _("项"))
        url = url_for("draws.draws", part="lead")
        yield Card(_("正在进行的抽取"), _count(draws.going_on()), url, _("次"))


def _visits(person: Principal) -> Iterator[Card]:
    if person.may(Permission.VISIT_RECORD):
        yield Card(_("我的检查"), len(visits.my_visits()), url_for("field.today"), _("户"), _("在手机上办理"))
    if person.may(Permission.VISIT_RECORD) or person.may(Permission.VISIT_MANAGE):
        yield Card(_("待完成的检查报告"), _count(visits.reports_due()), url_for("visits.reports"), _("份"))
    if person.may(Permission.VISIT_MANAGE):
        late, url = (
            _count(visits.waiting(late=True)),
            url_for("visits.visits", state="waiting", sort="fill_by"),
        )
        hint = _("%(count)s 户已过补派期限，只能改由替补对象", count=late) if late else _("补齐前不检查")
        tone = "stopped" if late else ""
        yield Card(_("检查组有空缺的检查"), _count(visits.waiting()), url, _("户"), hint, tone=tone)
    if person.may(Permission.VISIT_MANAGE):
        for campaign_id, count in visits.campaigns_with_unapproved_parts():
            url, hint = url_for("visits.batch", campaign_id=campaign_id), _("牵头部门负责人已经批准")
            yield Card(_("待报本单位批准的联合检查"), count, url, _("次"), hint)
    if person.may(Permission.DISCLOSE):
        yield Card(_("待公示的结果"), _count(visits.to_disclose()), url_for("visits.to_disclose"), _("条"))


def _library(person: Principal) -> Iterator[Card]:
    if person.may(Permission.REGISTRY_WRITE):
        since = today() - timedelta(days=7)
        url = url_for("registry.targets", listed="no", left_from=since.isoformat())
        hint = _("近 7 天，已注销、吊销、迁出")
        yield Card(
            _("移出名录库的检查对象"), _so_many(target_queries.left_lately_count(since)), url, _("户"), hint
        )


def _items(person: Principal) -> Iterator[Card]:
    if person.may(Permission.REGISTRY_WRITE):
        behind = item_queries.items().where(item_queries.templates.behind())
        url, label = url_for("registry.items", source="behind"), _("采用的共享事项有新版或已退出")
        yield Card(label, _count(behind), url, _("项"), tone="stopped")


def _officers(person: Principal) -> Iterator[Card]:
    if person.may(Permission.REGISTRY_WRITE):
        hint = _("公众看到的还是公布时的名录表")
        changes, url = unpublished_changes() or 0, url_for("registry.inspectors")
        yield Card(_("执法人员名录库公布后的变动"), changes, url, _("处"), hint)
        url = url_for("registry.inspector_requests", state="waiting")
        yield Card(_("人员提出的申请"), _count(officer_queries.waiting_requests()), url, _("件"))
        until = looked_at(today()).isoformat()
        for stage, words in WARNINGS.items():
            url = url_for("registry.inspectors", warned=stage)
            label = _("执法证%(stage)s", stage=words)
            yield Card(label, _warned(stage), url, _("人"), tone="stopped")
        url = url_for("registry.experts", active="yes", until=until)
        label = _("90 天内到期的专家资格")
        yield Card(label, _count(officer_queries.experts.ending_credentials()), url, _("个"), tone="stopped")
    own = officer_queries.own_inspector() if person.may(Permission.VISIT_RECORD) else None
    expires = own.certificate_expires_on if own else None
    if expires is not None and today() <= expires <= looked_at(today()):
        left = (expires - today()).days + 1
        yield Card(_("我的执法证即将到期"), left, url_for("registry.own"), _("天"), tone="stopped")
    if expires is not None and expires < today():
        past = (today() - expires).days
        yield Card(_("我的执法证已到期"), past, url_for("registry.own"), _("天"), tone="stopped")


def _warned(stage: str) -> int:
    return _count(officer_queries.inspectors().where(officer_queries.warned_of(stage)))


def _followups(person: Principal) -> Iterator[Card]:
    if any(person.may(one) for one in HANDLERS):
        counted, url = followups.counts(), url_for("followups.followups", state="overdue")
        yield Card(_("逾期的后续处置"), counted["overdue"], url, _("项"), tone="stopped")
        url = url_for("followups.followups", state="open")
        yield Card(_("办理中的后续处置"), counted["open"], url, _("项"))
    if any(person.may(one) for one in (*HANDLERS, Permission.OVERSIGHT_ANSWER)):
        url = url_for("followups.transfers")
        yield Card(_("待接收和答复的移送"), followups.to_answer(), url, _("件"))


def _owed(person: Principal) -> Iterator[Card]:
    if person.may(Permission.VISIT_MANAGE):
        yield Card(_("待补查的抽中事项"), owed.count(), url_for("owed.owed", state="standing"), _("项"))
        yield Card(
            _("请本单位接手的待补查事项"),
            owed.to_answer(),
            url_for("owed.received", state="waiting"),
            _("项"),
        )


def _messages(person: Principal) -> Iterator[Card]:
    if person.may(Permission.BUREAU_READ):
        mine = messages.messages_to(person.user_id, person.permissions)
        unread = _count(mine.where(~messages.is_read(person.user_id)))
        yield Card(_("未读通知"), unread, url_for("desk.messages", state="unread"), _("条"))


def _jobs(person: Principal) -> Iterator[Card]:
    failed = sa.select(Job).where(
        Job.tenant_id == person.tenant_id, Job.actor_id == person.user_id, Job.state == JobState.FAILED
    )
    url = url_for("jobs.jobs", state=JobState.FAILED.value)
    yield Card(_("未能完成的作业"), _count(failed), url, _("个"), tone="stopped")


def _so_many(count: int) -> int | str:
    """In words where it was not counted to its end."""
    return so_many(count) if count > MOST_COUNTED else count


def _count(query: sa.Select[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0


def _exports(person: Principal) -> Iterator[Card]:
    if person.may(Permission.EXPORT):
        rejected, records = credit.counts()["rejected"], url_for("credit.export_records", state="rejected")
        yield Card(_("被退回的报送记录"), rejected, records, _("条"), tone="stopped")
        yield Card(_("等待报送的记录"), credit.waiting_count(), url_for("credit.exports"), _("条"))


SOURCES: list[Callable[[Principal], Iterator[Card]]] = [
    _messages,
    _plans,
    _filings,
    _orders,
    _corrections,
    _items,
    _campaigns,
    _draws,
    _visits,
    _followups,
    _owed,
    _exports,
    _library,
    _officers,
    _jobs,
]
