"""What the lead's operator does on the way: invite, close, reveal for the system, let watch, end without a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.draws import queries, service
from onedoor.draws.schemas import CountdownSchema, InvitationSchema, PleaSchema, ReasonSchema
from onedoor.draws.source_strings import counted_in
from onedoor.kernel.errors import Conflict, NotFound
from onedoor.web.campaigns.visit_progress import unfinished
from onedoor.web.draws.blueprint import answerers, operators, pages
from onedoor.web.draws.detail import show
from onedoor.web.shell import forms, page
from onedoor.web.shell.errors import sentence_of


def back(draw_id: UUID, message: str, tone: str = "good") -> Any:
    """Say what was done, on the draw's page, or in the hall if it was done from there."""
    flash(message, tone)
    where = "draws.hall" if request.args.get("at") == "hall" else "draws.draw"
    return redirect(url_for(where, draw_id=draw_id), 303)


def _at_once(draw_id: UUID, act: Callable[[UUID], Any], message: str) -> Any:
    """Do it, for whoever pressed first; who pressed at the same moment is told how it stands, on the true page."""
    try:
        act(draw_id)
    except Conflict as late:
        return back(draw_id, str(sentence_of(late)), "info")
    return back(draw_id, message)


@pages.post("/draws/<uuid:draw_id>/witnesses")
@operators
def invite(draw_id: UUID) -> Any:
    """Invite a witness by name and capacity."""
    queries.draw(draw_id)
    form = forms.read(InvitationSchema())
    if form.ok:
        with form.submission():
            invitation = service.invite_witness(draw_id, form.data["who"])
            return back(draw_id, _("已邀请%(who)s，请把链接或二维码交给本人。", who=invitation.who))
    return show(draw_id, form)


@pages.post("/draws/<uuid:draw_id>/countdown")
@operators
def countdown(draw_id: UUID) -> Any:
    """Announce to the room when the texts close, or from when is revealed."""
    queries.draw(draw_id)
    form = forms.read(CountdownSchema())
    if form.ok:
        with form.submission():
            service.announce(draw_id, form.data["seconds"])
            return back(draw_id, _("时间已公布，大厅正在倒计时。"))
    return show(draw_id, form)


@pages.post("/draws/<uuid:draw_id>/close")
@operators
def close_texts(draw_id: UUID) -> Any:
    """Close the witnesses' texts."""
    return _at_once(draw_id, service.close_texts, _("见证已截止，寄语已登记。请各方揭示。"))


@pages.post("/draws/<uuid:draw_id>/reveal-system")
@operators
def reveal_system(draw_id: UUID) -> Any:
    """Reveal the nonce of the operator's system."""
    return _at_once(draw_id, service.reveal_system, _("本平台的随机数已揭示。"))


@pages.post("/draws/<uuid:draw_id>/watch")
@operators
def let_watch(draw_id: UUID) -> Any:
    """Open the hall to the public, or close it again before the plan is out."""
    watchable = request.form.get("watchable") == "1"
    service.let_watch(draw_id, watchable)
    if not watchable:
        return back(draw_id, _("已关闭公众观看。"))
    # The public reads nothing of a draw before its plan is out (docs: access), whatever the lead has opened.
    early = queries.draw(draw_id).opened_at is None
    return back(draw_id, _("抽取方案一公布，公众就可以观看。") if early else _("公众现在可以观看。"))


@pages.route("/draws/<uuid:draw_id>/shut", methods=["GET", "POST"])
@operators
def shut(draw_id: UUID) -> Any:
    """Close the hall to the public while the ceremony is under way, with the reason."""
    message = _("已关闭公众观看，参加抽取的各方都会看到理由。")
    note = _("公众将看不到抽取的过程；结果仍按规定公布。理由会告知参加抽取的各方，抽取完成以前可以重新开放。")
    return _with_reason(draw_id, service.shut, _("关闭公众观看"), message, note)


@pages.post("/draws/<uuid:draw_id>/release")
@operators
def release(draw_id: UUID) -> Any:
    """Publish the result of a surprise draw, once its visits are over."""
    draw = queries.draw(draw_id)
    left = unfinished(draw.campaign_id)
    if left is None:
        raise Conflict("检查还没有安排，结果不能提前公布。")
    if left:
        unit = counted_in(draw.unit)
        raise Conflict("还有 %(count)s %(unit)s检查没有结束，结果不能提前公布。", count=left, unit=unit)
    service.release(draw_id)
    return back(draw_id, _("抽取结果和证明已公布。"))


@pages.post("/draws/<uuid:draw_id>/pleas/<uuid:plea_id>")
@answerers
def answer_plea(draw_id: UUID, plea_id: UUID) -> Any:
    """The supervisor's word on a fourth replacement at a place."""
    queries.draw(draw_id)
    asked = queries.plea(plea_id)
    if asked is None or asked.draw_id != draw_id:
        raise NotFound()
    form = forms.read(PleaSchema())
    if form.ok:
        with form.submission():
            service.answer_plea(plea_id, form.data["decision"] == "approve", form.data["reason"])
            return back(draw_id, _("已答复，牵头部门会看到。"))
    return show(draw_id, form)


@pages.route("/draws/<uuid:draw_id>/void", methods=["GET", "POST"])
@operators
def void(draw_id: UUID) -> Any:
    """End a published draw as void, with the reason."""
    message = _("抽取已作废，登记簿和公示页都会写明理由。")
    return _with_reason(draw_id, service.void, _("作废这次抽取"), message, _ended())


@pages.route("/draws/<uuid:draw_id>/give-up", methods=["GET", "POST"])
@operators
def give_up(draw_id: UUID) -> Any:
    """End a draw whose plan is not out yet, with the reason."""
    message = _("已终止，各部门可以修改后重新开始。")
    return _with_reason(draw_id, service.give_up, _("终止冻结"), message, _ended())


def _ended() -> str:
    return _("编号、理由和经过都会保留，不能删除；需要时可以另行抽取，用新的编号并写明理由。")


def _with_reason(draw_id: UUID, act: Any, title: str, message: str, note: str) -> Any:
    found = queries.draw(draw_id)
    form = forms.empty()
    if request.method == "POST":
        form = forms.read(ReasonSchema())
        if form.ok:
            with form.submission():
                act(draw_id, form.data["reason"])
                return back(draw_id, message)
    status = form.status
    return page("draws/reason.html", status, form=form, draw=found, heading=title, note=note)
