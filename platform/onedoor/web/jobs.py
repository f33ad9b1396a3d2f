"""Background jobs (后台作业): what runs, how far it is, how it ended, and asking again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge import guard
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language, sentence_of_row
from onedoor.kernel import audit, jobs
from onedoor.kernel.db import db
from onedoor.kernel.errors import Forbidden
from onedoor.kernel.jobs import Job, JobState
from onedoor.web.shell import page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.pieces import Label
from tenants.rules import Permission

pages = Blueprint("jobs", __name__, url_prefix="/jobs")

STATES = {
    JobState.WAITING: Label(_l("等待开始"), "waiting"),
    JobState.RUNNING: Label(_l("正在处理"), "active"),
    JobState.DONE: Label(_l("已完成"), "done"),
    JobState.FAILED: Label(_l("未能完成"), "stopped"),
}
# The page of what a job is about, by the kind of its subject: endpoint and argument.
PAGES = {
    "audit_log": ("settings.log", ""),
    "bulk": ("registry.bulk_run", "run_id"),
    "import": ("registry.import_run", "import_id"),
    "target_library": ("registry.targets", ""),
    "risk_scale": ("registry.target_risk", ""),
    "campaign": ("campaigns.campaign", "campaign_id"),
    "draw": ("draws.draw", "draw_id"),
    "export": ("credit.export", "export_id"),
    "return": ("statistics.return_page", "return_id"),
}
_VISITS = {Permission.VISIT_MANAGE, Permission.VISIT_REVIEW, Permission.VISIT_APPROVE}
# Who may ask again, beside who asked: whoever does such work in the bureau, by the job's room.
AGAIN = {
    "registry": {Permission.REGISTRY_WRITE},
    "imports": {Permission.REGISTRY_WRITE},
    "bulk": {Permission.REGISTRY_WRITE},
    "campaigns": {Permission.DRAW_OPERATE, Permission.CAMPAIGN_LEAD, Permission.CAMPAIGN_ANSWER},
    "visits": {*_VISITS, Permission.DRAW_OPERATE},
    "followups": _VISITS,
    "owed": {Permission.VISIT_MANAGE, Permission.VISIT_APPROVE},
    "credit": {Permission.EXPORT},
    "statistics": {Permission.FILING_SEND, Permission.OVERSIGHT_ANSWER},
    "kernel": {Permission.USERS_MANAGE},
    "events": {Permission.USERS_MANAGE},
    "notifications": {Permission.USERS_MANAGE},
}
JOBS = ListPage(
    title=_l("后台作业"),
    key=Job.id,
    columns=(
        Column(
            "title",
            _l("作业"),
            value=lambda job: sentence_of_row(job, "title"),
            link=lambda job: url_for("jobs.job", job_id=job.id),
            wide=True,
        ),
        Column(
            "state",
            _l("状态"),
            cell=lambda job: ui.status(job.state, STATES),
            export=lambda job: str(STATES[JobState(job.state)].text),
        ),
        Column("actor_name", _l("发起人"), value=lambda job: in_language(job.actor_name)),
        Column("created_at", _l("发起时间"), kind="time", sort=Job.created_at),
        Column("finished_at", _l("完成时间"), kind="time"),
    ),
    search=(Job.title, Job.actor_name),
    search_label=_l("作业名称或发起人"),
    filters=(Filter("state", _l("状态"), as_choices(STATES), column=Job.state),),
    order="-created_at",
    empty=_l("导入名录、随机抽取、报送等耗时的工作会列在这里。"),
)


@pages.get("/", endpoint="jobs")
@guard.signed_in
def jobs_() -> Any:
    """The bureau's jobs, newest first."""
    query = sa.select(Job).where(Job.tenant_id == current_user.tenant_id)
    return JOBS.respond(db.session(), query, "jobs/jobs.html")


@pages.get("/<uuid:job_id>")
@guard.signed_in
def job(job_id: UUID) -> Any:
    """One job."""
    found = jobs.get(job_id)
    return page(
        "jobs/job.html",
        job=found,
        progress=_progress(found),
        states=STATES,
        opens=_opens(found),
    )


@pages.get("/<uuid:job_id>/progress")
@guard.signed_in
def progress(job_id: UUID) -> Any:
    """The job's progress as a fragment that asks again while the job runs."""
    found = jobs.get(job_id)
    url = url_for("jobs.progress", job_id=job_id)
    return str(ui.progress(found, _progress(found), url, retry_url=retry_url(found)))


@pages.post("/<uuid:job_id>/retry")
@guard.signed_in
def retry(job_id: UUID) -> Any:
    """Ask again for a failed job."""
    found = jobs.get(job_id)
    if found.tenant_id == current_user.tenant_id and not _may_ask_again(found):
        raise Forbidden("重试由发起人或办理这类业务的人员进行。")
    again = jobs.retry(job_id)
    audit.record("kernel.job.retry", ("job", again.id), again.title)
    flash(_("作业已重新排队。"), "good")
    return redirect(url_for("jobs.job", job_id=job_id), 303)


def _opens(found: Job) -> str | None:
    """The page of what the job is about, if it has one."""
    endpoint, name = PAGES.get(found.subject_kind or "", ("", ""))
    return url_if(endpoint, **({name: found.subject_id} if name else {})) if endpoint else None


def _progress(found: Job) -> jobs.JobProgress | None:
    return jobs.progress_of([found.id]).get(found.id)


def _may_ask_again(found: Job) -> bool:
    """Whether it is this person's: they asked for it, or may do what it does."""
    return found.actor_id == current_user.user_id or any(
        map(current_user.may, AGAIN[found.name.partition(".")[0]])
    )


@pages.app_template_global()
def retry_url(found: Job) -> str | None:
    """Where to ask again for a failed job of one's own bureau; a sender only reads what it sent."""
    own = found.tenant_id == current_user.tenant_id and found.state == JobState.FAILED
    return url_for("jobs.retry", job_id=found.id) if own and _may_ask_again(found) else None
