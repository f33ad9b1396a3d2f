"""A draw's page: what will be drawn, who commits and witnesses, what is registered, what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app, g, request, url_for
from flask_babel import gettext as _

from onedoor.disclosure import queries as disclosure
from onedoor.draws import queries, service
from onedoor.draws.models import Draw
from onedoor.draws.service.witnesses import token_of
from onedoor.kernel import clock, jobs, trace
from onedoor.web.draws import holding, words
from onedoor.web.draws.blueprint import ANSWER, COMMIT, pages, readers
from onedoor.web.draws.changed import by_list
from onedoor.web.draws.pleas import pleas
from onedoor.web.shell import forms, page
from onedoor.web.shell.formatting import local_time
from onedoor.web.shell.pieces import NextStep
from onedoor.web.shell.rendering import wants_fragment
from tenants.rules import Permission

AT_ONCE = 100
CHOICES = {"open": (60, 180, 300, 600), "closed": (10, 30, 60)}


class Countdown(NamedTuple):
    """What the operator may announce: seconds with their words; nothing later than `latest`, if there is one."""

    choices: list[tuple[int, str]]
    latest: datetime | None


@pages.get("/draws/<uuid:draw_id>")
@readers
def draw(draw_id: UUID) -> Any:
    """One draw, for those who take part in it."""
    return show(draw_id)


def show(draw_id: UUID, form: forms.Form | None = None) -> Any:
    """The page, with the invitation form as it was sent."""
    found = queries.draw(draw_id)
    # The mark is taken first: what changes in between makes the page ask once more, and never leaves it behind.
    glance = queries.glance(draw_id)
    board = queries.board(draw_id)
    leads = found.tenant_id == g.principal.tenant_id
    context = {
        "draw": found,
        "board": board,
        "leads": leads,
        "next": next_step(board, leads),
        "own": own_part(draw_id),
        **holding.doors(found),
        "links": links(draw_id) if leads else {},
        "hall_address": address("draws.public_hall", draw_id=draw_id),
        "job": _job(draw_id) if leads else None,
        "files": queries.files(draw_id),
        "roster": _roster(draw_id),
        "trace": trace.of(draw_id),
        "line_draws": line_draws(found),
        "form": form or forms.empty(),
        "countdown": countdown(found),
        "operates": leads and g.principal.may(Permission.DRAW_OPERATE),
        "live": wants_fragment() == "draw-state",
        "glance": glance,
        "moment": queries.moment(draw_id),
        "now": clock.now().isoformat(),
        **drawn(draw_id, board["state"]),
        "pleas": pleas(draw_id) if board["state"] == "drawn" else [],
        "answers": service.may_answer(found) and any(map(g.principal.may, ANSWER)),
        "words": words.vocabulary(),
    }
    context["progress"] = _progress(context["job"])
    return page("draws/draw.html", 200 if form is None or form.ok else 422, **context)


def _roster(draw_id: UUID) -> dict[str, Any] | None:
    """The roster's digest and whether the file is published, as the public reads it."""
    published = disclosure.of_subject("draw", draw_id)
    found: dict[str, Any] | None = published.content.get("roster") if published else None
    return found


def line_draws(found: Draw) -> list[tuple[str, str, Any, bool]]:
    """The draws of its line that this bureau may see: number, address, state, whether it is this one (R-D7)."""
    return [
        (
            each.number,
            url_for("draws.draw", draw_id=each.id),
            words.STATES[each.state].text,
            each.id == found.id,
        )
        for each in queries.of_line(found.line)
    ]


def _job(draw_id: UUID) -> jobs.Job | None:
    """The newest job about the draw, but one that waits for its hour."""
    found = jobs.latest_for(draw_id)
    return found if found is not None and found.not_before <= clock.now() else None


def _progress(job: jobs.Job | None) -> jobs.JobProgress | None:
    return jobs.progress_of([job.id]).get(job.id) if job else None


def countdown(draw: Draw) -> Countdown:
    """The times that may still be announced, and the latest one where there is one."""
    latest = service.latest(draw)
    left = (latest - clock.now()).total_seconds() if latest else float("inf")
    every = CHOICES.get(draw.state, ())
    return Countdown([(seconds, _duration(seconds)) for seconds in every if seconds < left], latest)


def _duration(seconds: int) -> str:
    minutes = seconds // 60
    return _("%(n)s 分钟", n=minutes) if minutes else _("%(n)s 秒", n=seconds)


def drawn(draw_id: UUID, state: str) -> dict[str, Any]:
    """The published outcome, a page of it: objects with names and teams, and how many there are.

    Of a surprise draw that is not released those who take part read what the public does not.
    """
    published = disclosure.of_subject("draw", draw_id) if state == "drawn" else None
    content = published.content if published else {}
    untold = published is not None and queries.is_untold(queries.draw(draw_id))
    # Of a closed draw too they read more: what became of it since.
    if untold or content.get("closed"):
        content = service.result(queries.draw(draw_id))
    objects = content.get("objects", [])
    first = request.args.get("from", 0, type=int)
    first = first if 0 <= first < len(objects) else 0
    return {
        "objects": objects[first : first + AT_ONCE],
        "first": first,
        "total": len(objects),
        "at_once": AT_ONCE,
        "changes": content.get("changes", []),
        "changed": by_list({**content, "lists": queries.board(draw_id)["lists"]}),
        "untold": untold,
    }


def own_part(draw_id: UUID) -> Any:
    """This bureau's part as one who commits, if the person may act in it.

    The part that opens the line is the supervisor's alone, not that of any operator of its bureau.
    """
    own = queries.own_committer(draw_id)
    if own is None:
        return None
    needed = (Permission.DRAW_COMMIT,) if service.opens_the_line(own) else COMMIT
    return own if any(map(g.principal.may, needed)) else None


def address(endpoint: str, **values: Any) -> str:
    """Where a stranger finds a page: by the deployment's own name, whatever host this request was sent to."""
    base: str = current_app.extensions["onedoor.config"].base_url
    return base + url_for(endpoint, **values)


def links(draw_id: UUID) -> dict[str, str]:
    """The invitations' addresses, by who is invited; shown to the lead's operator only."""
    if not g.principal.may(Permission.DRAW_OPERATE):
        return {}
    return {
        invitation.who: address("draws.witness", token=token_of(invitation))
        for invitation, _said in queries.invitations(draw_id)
    }


def next_step(board: dict[str, Any], leads: bool) -> NextStep | None:
    """The one thing to do next for this person, or why it cannot be done yet."""
    own = own_part(UUID(board["id"]))
    if board["state"] == "awaiting" and any(map(g.principal.may, COMMIT)):
        return _awaiting(board, leads)
    if board["closed"] and (step := holding.next_step(board)):
        return step
    if own is not None:
        return _for_committer(board, own.name)
    if leads and g.principal.may(Permission.DRAW_OPERATE):
        return _FOR_OPERATOR.get(board["state"], lambda _board: None)(board)
    return _announcement(board) if board["state"] == "drawn" else None


def _for_committer(board: dict[str, Any], name: str) -> NextStep | None:
    own = next(each for each in board["committers"] if each["name"] == name)
    url = url_for("draws.secret", draw_id=board["id"])
    if board["state"] == "frozen" and own["commit"] is None:
        return NextStep(_("提交承诺"), url)
    if board["state"] == "closed" and own["revealed_at"] is None:
        return NextStep(_("核对并揭示"), url)
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
    return NextStep(
        _("截止见证"),
        url_for("draws.close_texts", draw_id=board["id"]),
        "post",
        hint=_("请在 %(at)s 前截止，给各方留出揭示的时间。", at=local_time(latest)) if latest else "",
        confirm=_("截止后不能再增加寄语，登记簿会记下截止时间。确定截止见证吗？"),
    )


def _closed(board: dict[str, Any]) -> NextStep:
    system = next(each for each in board["committers"] if each["keeper"] == "system")
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
    if beacon["silent"] and leads and g.principal.may(Permission.DRAW_OPERATE):
        hint = _("牵头部门和监督部门都查明来源没有公布，作废后可以另选期次再次抽取。")
        return NextStep(_("作废"), url_for("draws.void", draw_id=board["id"]), hint=hint)
    hint = _("牵头部门和另一方各自从来源读取，一致后自动抽取。来源没有公布的，须由牵头部门和监督部门查明。")
    return NextStep(_("录入公共随机数"), url_for("draws.beacon", draw_id=board["id"]), hint=hint)


def _at(text: str) -> str:
    """A moment of the board in local words."""
    return local_time(words.moment(text))


def _announcement(board: dict[str, Any]) -> NextStep | None:
    if board["surprise"] and board["released_at"] is None:
        return None
    return NextStep(_("抽取结果公告"), url_for("draws.announcement", draw_id=board["id"]))


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
