"""平台运维: the bureaus of this deployment with who supervises whom, and how the platform is; no case data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from onedoor.edge.language import in_language
from onedoor.kernel import deployment_figures
from onedoor.kernel.clock import real_now, today
from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.db import db
from onedoor.kernel.jobs import JobState
from onedoor.visits.queries import calendar
from onedoor.web.health import database_answers, redis_answers
from onedoor.web.operator.blueprint import operators, pages
from onedoor.web.shell import page, ui
from onedoor.web.shell.formats import local_time
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import Label
from tenants import people, queries
from tenants.models import Bureau, Jurisdiction

ACTIVE = {True: Label(_l("在用"), "done"), False: Label(_l("停用"), "stopped")}
DOMAINS = {"market": _l("市场监管领域"), "other": _l("其他领域"), "all": _l("全部领域")}
# Beat rings every ten seconds; a job that is due is begun at once where a worker is free.
LONGEST_SILENCE, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=10)
WELL = {True: Label(_l("正常"), "done"), False: Label(_l("异常"), "stopped")}

BUREAUS = ListPage(
    title=_l("单位"),
    key=Bureau.id,
    row_key=lambda row: row.Bureau.id,
    columns=(
        Column(
            "name",
            _l("单位"),
            value=lambda row: row.Bureau.name,
            link=lambda row: url_for("operator.bureau", bureau_id=row.Bureau.id),
            sort=Bureau.name,
            wide=True,
        ),
        Column("code", _l("代码"), value=lambda row: row.Bureau.code, sort=Bureau.code),
        Column("abbreviation", _l("发文简称"), value=lambda row: row.Bureau.abbreviation),
        Column("place", _l("辖区"), sort=Jurisdiction.name),
        Column("domain", _l("领域"), value=lambda row: str(DOMAINS.get(row.Bureau.domain, "—"))),
        Column(
            "active",
            _l("状态"),
            cell=lambda row: ui.status(row.Bureau.active, ACTIVE),
            export=lambda row: str(ACTIVE[row.Bureau.active]),
        ),
    ),
    search=(Bureau.name, Bureau.short_name, Bureau.code),
    search_label=_l("单位名称或代码"),
    filters=(
        Filter(
            "place",
            _l("辖区"),
            lambda: [(p.code, p.name) for p in queries.places()],
            Bureau.jurisdiction_code,
        ),
        Filter(
            "domain",
            _l("领域"),
            as_choices({key: name for key, name in DOMAINS.items() if key != "all"}),
            Bureau.domain,
        ),
    ),
    order="code",
    empty=_l("开通单位后，会列在这里。"),
)


@pages.get("/bureaus", endpoint="bureaus")
@operators
def bureaus() -> Any:
    """All bureaus of this deployment."""
    query: sa.Select[*tuple[Any, ...]] = sa.select(Bureau, Jurisdiction.name.label("place")).join(
        Jurisdiction, Jurisdiction.code == Bureau.jurisdiction_code
    )
    return BUREAUS.respond(db.session(), query, "operator/bureaus.html", recovered=people.recovered_lately())


@pages.get("/bureaus/<uuid:bureau_id>")
@operators
def bureau(bureau_id: UUID) -> Any:
    """One bureau: its place, what it supervises, and who supervises it (R-T3)."""
    found = queries.bureau(bureau_id)
    return page(
        "operator/bureau.html",
        bureau=found,
        place={place.code: place.name for place in queries.places()}[found.jurisdiction_code],
        # A grant over the bureau's own place takes the bureau itself in; nobody supervises themselves.
        supervisors=queries.bureaus([one for one in queries.supervisors_of(bureau_id) if one != bureau_id]),
        grants=[
            (
                place.name,
                str(DOMAINS.get(grant.domain, "—")),
                grant.basis,
                ui.when(grant.since, "date"),
                ui.when(grant.until, "date") if grant.until else _("长期"),
            )
            for grant, _bureau, place in queries.grants(bureau_id)
        ],
        domains=DOMAINS,
        active=ACTIVE,
        successor=queries.bureau(found.successor_id) if found.successor_id else None,
        kinds=[in_language(KIND_NAMES[kind]) for kind in found.entity_kinds],
    )


@pages.get("/health", endpoint="health")
@operators
def health() -> Any:
    """How the platform is: database, bell, workers, jobs that wait, and whether the calendar of working days is known (R-S3)."""
    this, coming = today().year, today().year + 1
    known = calendar()
    checks = [
        (
            _("数据库"),
            database_answers(),
            "",
            _("数据库没有应答，页面和作业都不能工作，请检查 PostgreSQL 服务。"),
        ),
        (
            _("消息队列"),
            redis_answers(),
            "",
            _("消息队列没有应答，后台作业会推迟，数据不会丢失，请检查 Redis 或 Valkey 服务。"),
        ),
        (
            _("%(year)s 年工作日历", year=this),
            known.knows(this),
            "",
            _to_calendars(_("请录入该年的放假安排，否则不能计算期限。"), this),
        ),
        (
            _("%(year)s 年工作日历", year=coming),
            known.knows(coming),
            "",
            _to_calendars(_("国务院公布放假安排后，请录入或升级版本。"), coming),
        ),
    ]
    return page("operator/health.html", checks=checks + _work(), labels=WELL, version=_version())


def _to_calendars(advice: str, year: int) -> Markup:
    """The advice, and the way to where a year is entered."""
    link = Markup('{} <a href="{}">{}</a>')
    return link.format(advice, url_for("operator.calendars", year=year), _("录入工作日历"))


def _work() -> list[tuple[str, bool, str, str]]:
    """Who does the background jobs, how many wait and how long, and whether beat still rings; counts of the whole deployment."""
    alive, tick = current_app.extensions["onedoor.workers"](), current_app.extensions["onedoor.tick"]()
    found = deployment_figures.now()
    waiting = sum(count for (_name, state), count in found.jobs.items() if state == JobState.WAITING)
    oldest = max(found.queue_ages.values(), default=0.0)
    return [
        (
            _("作业进程"),
            bool(alive),
            _("在线 %(count)s 个", count=len(alive)),
            _("没有作业进程应答，后台作业不会办理，请检查 worker 服务。"),
        ),
        (
            _("等待的作业"),
            oldest < LONGEST_WAIT.total_seconds(),
            _(
                "%(count)s 个，到时间的等了最久 %(minutes)s 分钟",
                count=waiting,
                minutes=int(oldest // 60),
            )
            if waiting
            else _("没有"),
            _("有作业久等不办，请检查作业进程是否够用。"),
        ),
        (
            _("定时进程"),
            tick is not None and real_now() - tick < LONGEST_SILENCE,
            _("最近一次 %(time)s", time=local_time(tick)) if tick else _("没有记录"),
            _("定时进程没有按时工作，遗漏的作业不会补办，日志不会封存，请检查 beat 服务。"),
        ),
    ]


def _version() -> str:
    """PostgreSQL's version, as it says itself."""
    return str(db.session.scalar(sa.text("SHOW server_version")))
