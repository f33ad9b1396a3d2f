"""The one thing to do next at a draw, for each who has to do with it, or why it cannot be done yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from onedoor.draws import queries, service
from onedoor.edge.identity import current_user
from onedoor.edge.language import word_list
from onedoor.kernel import clock
from onedoor.web.draws import closed_pools, labels
from onedoor.web.draws.blueprint import COMMIT
from onedoor.web.shell.formats import local_time
from onedoor.web.shell.pieces import NextStep
from tenants.rules import Permission


def own_part(draw_id: UUID) -> Any:
    """This bureau's part as one who commits, if the person may act in it.

    The part that opens the line is the supervisor's alone, not that of any operator of its bureau.
    """
    own = queries.own_committer(draw_id)
    if own is None:
        return None
    needed = (Permission.DRAW_COMMIT,) if service.opens_the_line(own) else COMMIT
    return own if any(map(current_user.may, needed)) else None


def next_step(board: dict[str, Any], leads: bool) -> NextStep | None:
    """The one thing to do next for this person, or why it cannot be done yet."""
    own = own_part(UUID(board["id"]))
    if board["state"] == "awaiting" and any(map(current_user.may, COMMIT)):
        return _awaiting(board, leads)
    if board["closed"] and (step := closed_pools.next_step(board)):
        return step
    if own is not None:
        return _for_committer(board, own.name)
    if leads and current_user.may(Permission.DRAW_OPERATE):
        return _FOR_OPERATOR.get(board["state"], lambda _board: None)(board)
    return _announcement(board) if board["state"] == "drawn" else None


def _for_committer(board: dict[str, Any], name: str) -> NextStep | None:
    own = next(each for each in board["committers"] if each["name"] == name)
    url = url_for("draws.secret", draw_id=board["id"])
    if board["state"] == "frozen" and own["commit"] is None:
        return NextStep(_("提交承诺"), url)
    if board["state"] == "closed" and own["revealed_at"] is None:
        until = announced(board)
        hint = _("公布的揭示开始时间是 %(at)s，到时间才能揭示。", at=_clock(until)) if until else ""
        return NextStep(_("核对并揭示"), url, hint=hint)
    return _announcement(board) if board["state"] == "drawn" else None


def _frozen(board: dict[str, Any]) -> NextStep:
    lists = [each["bureau"] for each in board["lists"] if each["deposited_at"] is None]
    commits = [each["name"] for each in board["committers"] if each["commit"] is None]
    reasons = [_("等待%(name)s冻结名单。", name=name) for name in lists]
    reasons += [_("等待%(name)s提交承诺，请提醒对方。", name=name) for name in commits]
    holders = [each["name"] for each in board["holders"] if each["received_at"] is None]
    reasons += [_("等待%(name)s签收封闭名单，请提醒对方。", name=name) for name in holders]
    return NextStep(_("公布抽取方案"), blocked=reasons or [_("正在生成并登记抽取方案。")])


def _open(board: dict[str, Any]) -> NextStep:
    latest = service.latest(queries.draw(UUID(board["id"])))
    if latest is not None and clock.now() > latest:
        if board["beacon"]["spoken"]:
            hint = _("见证没有在公共随机数公布之前截止，这次抽取只能作废，另选期次再次抽取。")
            return NextStep(_("作废"), url_for("draws.void", draw_id=board["id"]), hint=hint)
        at = _at(board["beacon"]["time"])
        blocked = _(
            "离揭示截止不到 5 分钟，各方来不及揭示；%(at)s 公共随机数公布后可以作废，另选期次。", at=at
        )
        return NextStep(_("截止见证"), blocked=[blocked])
    until, silent = announced(board), [each["who"] for each in board["witnesses"] if not each["text"]]
    if until and silent:
        text = _(
            "公布的见证截止时间是 %(at)s，还没有提交寄语的：%(names)s。到时间，或者都提交了，就可以截止。",
            at=_clock(until),
            names=word_list(silent),
        )
        return NextStep(_("截止见证"), blocked=[text])
    return NextStep(
        _("截止见证"),
        url_for("draws.close_texts", draw_id=board["id"]),
        "post",
        hint=_("请在 %(at)s 前截止，给各方留出揭示的时间。", at=local_time(latest)) if latest else "",
        confirm=_("截止后不能再增加寄语，登记簿会记下截止时间。确定截止见证吗？"),
    )


def _closed(board: dict[str, Any]) -> NextStep:
    system = next(each for each in board["committers"] if each["keeper"] == "system")
    if system["revealed_at"] is None and (until := announced(board)):
        text = _("公布的揭示开始时间是 %(at)s，到时间才能揭示。", at=_clock(until))
        return NextStep(_("揭示本平台随机数"), blocked=[text])
    if system["revealed_at"] is None:
        return NextStep(_("揭示本平台随机数"), url_for("draws.reveal_system", draw_id=board["id"]), "post")
    waiting = [each["name"] for each in board["committers"] if each["revealed_at"] is None]
    if board["beacon"]:
        return _registering(board, waiting)
    return NextStep(
        _("抽取"), blocked=[_("等待%(name)s揭示，各方揭示后自动抽取。", name=name) for name in waiting]
    )


def _registering(board: dict[str, Any], waiting: list[str]) -> NextStep:
    """With a beacon nobody is waited for beyond the due moment."""
    if board["beacon"]["spoken"]:
        return NextStep(
            _("作废"),
            url_for("draws.void", draw_id=board["id"]),
            hint=_("揭示没有在公共随机数公布之前登记，这次抽取只能作废，另选期次再次抽取。"),
        )
    due = _at(board["beacon"]["due"])
    blocked = [
        _("等待%(name)s揭示；到 %(due)s 仍没有揭示的按空值计。", name=name, due=due) for name in waiting
    ]
    return NextStep(_("登记揭示"), blocked=blocked or [_("正在登记揭示。")])


def _awaiting(board: dict[str, Any], leads: bool) -> NextStep:
    beacon = board["beacon"]
    if not beacon["spoken"]:
        at = _at(beacon["time"])
        return NextStep(_("录入公共随机数"), blocked=[_("公共随机数于 %(at)s 公布，到时录入。", at=at)])
    if beacon["silent"] and leads and current_user.may(Permission.DRAW_OPERATE):
        hint = _("牵头部门和监督部门都查明来源没有公布，作废后可以另选期次再次抽取。")
        return NextStep(_("作废"), url_for("draws.void", draw_id=board["id"]), hint=hint)
    hint = _(
        "牵头部门和监督部门各自从来源读取，一致后自动抽取；都查明来源没有公布的，可以作废。其他部门也可以录入，供公众比对。"
    )
    return NextStep(_("录入公共随机数"), url_for("draws.beacon", draw_id=board["id"]), hint=hint)


def announced(board: dict[str, Any]) -> datetime | None:
    """The time announced to the room for what comes next, while it has not come."""
    until = queries.moment(UUID(board["id"]))["until"]
    return labels.moment(until) if until and labels.moment(until) > clock.now() else None


def _clock(moment: datetime) -> str:
    """A moment that is near, to the second."""
    return moment.astimezone(clock.SHANGHAI).strftime("%H:%M:%S")


def _at(text: str) -> str:
    """A moment of the board in local words."""
    return local_time(labels.moment(text))


def _announcement(board: dict[str, Any]) -> NextStep:
    url = url_for("draws.announcement", draw_id=board["id"])
    if board["surprise"] and board["released_at"] is None:
        return NextStep(
            _("打印抽取记录"), url, hint=_("供在场各方签字。记录里没有抽中的对象，检查结束后公布。")
        )
    return NextStep(_("抽取结果公告"), url)


def _void(board: dict[str, Any]) -> NextStep:
    url = url_for("campaigns.campaign", campaign_id=queries.draw(UUID(board["id"])).campaign_id)
    return NextStep(_("回到抽查任务"), url, hint=_("在任务页面再次抽取，或者取消任务。"))


_FOR_OPERATOR = {
    "frozen": _frozen,
    "open": _open,
    "closed": _closed,
    "drawn": _announcement,
    "void": _void,
}
