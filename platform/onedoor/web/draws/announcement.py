"""抽取结果公告: the whole draw on paper, to print and to sign, and as Word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask_babel import gettext as _

from onedoor.disclosure import queries as disclosure
from onedoor.draws import queries
from onedoor.draws.models import Draw
from onedoor.draws.states import DrawState
from onedoor.edge.attachments import attachment
from onedoor.edge.language import sentence_of_row, word_list
from onedoor.edge.strata import stratum_name
from onedoor.kernel.errors import NotFound
from onedoor.web.draws import labels
from onedoor.web.draws.blueprint import pages, readers
from onedoor.web.draws.detail import address
from onedoor.web.draws.published_content import content_of, differing, saved
from onedoor.web.draws.word_document import Paper, Rows
from onedoor.web.shell import page
from onedoor.web.shell.formats import counter, expected_doors, local_time, long_date, number

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Of what was called off so many are told one by one, as on the page (`draws/parts.html`).
AT_MOST = 100


@pages.get("/draws/<uuid:draw_id>/announcement")
@readers
def announcement(draw_id: UUID) -> Any:
    """抽取结果公告, to print and sign; of a surprise that is not told yet, all but the result and the nonces."""
    found, content = _of(draw_id)
    return page(
        "draws/announcement.html",
        draw=found,
        content=content,
        untold=queries.is_untold(found),
        saved=saved(content),
        silent=_silent(draw_id),
        differing=differing(content),
        address=address("portal.draw", subject_id=draw_id),
        back=url_for("draws.draw", draw_id=draw_id),
        words=labels.vocabulary(),
    )


@pages.get("/draws/<uuid:draw_id>/announcement.docx")
@readers
def announcement_word(draw_id: UUID) -> Response:
    """抽取结果公告 as Word."""
    found, content = _of(draw_id)
    made = Paper()
    _write(made, found, content, _silent(draw_id), address("portal.draw", subject_id=draw_id))
    return attachment(made.bytes(), _("%(number)s公告", number=found.number) + ".docx", WORD)


def _of(draw_id: UUID) -> tuple[Draw, dict[str, Any]]:
    found = queries.draw(draw_id)
    published = disclosure.of_subject("draw", draw_id)
    if published is None or found.state not in (DrawState.DRAWN, DrawState.VOID):
        raise NotFound(_("抽取完成后才有公告。"))
    return found, content_of(published)


def _silent(draw_id: UUID) -> list[str]:
    """Witnesses who were invited and gave no text: they may have watched, so the record has a line for each (R-D4).

    The public page does not name them, as nobody there can tell who came.
    """
    return [each["who"] for each in queries.board(draw_id)["witnesses"] if each["text"] is None]


def _write(paper: Paper, found: Draw, content: dict[str, Any], silent: list[str], where: str) -> None:
    untold = queries.is_untold(found)
    paper.title(_("随机抽取结果公告"))
    if untold:
        paper.title(_("（结果检查结束后公布）"), 12)
    paper.title(found.number, 12)
    paper.text(_opening(found, content))
    if content.get("unit") == "place":
        paper.text(_("本次抽取以经营场所为单位，每处在用的经营场所各是一个检查对象，按处抽取、按处检查。"))
    if found.reason:
        paper.text(
            _(
                "这是同一任务的第 %(seq)s 次抽取，再次抽取的理由：%(reason)s",
                seq=found.seq,
                reason=found.reason,
            )
        )
    if came := _outcome(found, content):
        paper.text(came)
    paper.heading(_("待抽取库"))
    paper.table([_("部门"), _("分层"), _("在册"), _("可抽"), _("应抽"), _("未列入及原因")], _pools(content))
    _parties(paper, content, found.state, untold)
    _witnesses(paper, content, silent)
    if untold or content["objects"]:
        paper.heading(_("抽中的检查对象和检查组"))
    if untold:
        paper.text(_("用于突击检查，检查结束后公布。抽取证明的指纹已经登记，见下，届时可以核对没有被改动。"))
    elif content["objects"]:
        paper.table([_("序号"), _("检查对象"), _("检查组")], _drawn(content))
    afterwards(paper, content)
    _register(paper, found, content, where)
    paper.heading(_("签字确认"))
    paper.text(_("以下各方在场，确认本记录与抽取过程一致；签字前请核对登记簿最后一条的条号和指纹。"))
    for who in [*_signing(content), *silent]:
        paper.text(f"{who}{_('：')}____________________")
    paper.right(content["lead"])
    paper.right(long_date(found.ended_at))


def _parties(paper: Paper, content: dict[str, Any], state: str, untold: bool = False) -> None:
    paper.heading(_("共同抽取的各方"))
    for each in content["committers"]:
        paper.text(each["name"])
        paper.digest(_("承诺"), each["commit"])
        paper.digest(_("随机数"), each["nonce"])
        if not each["nonce"]:
            paper.text(labels.no_nonce(each, state, content.get("withheld") or [], untold))
        if each.get("reason"):
            paper.text(_("同意再次抽取的理由：%(reason)s", reason=each["reason"]))
    if content.get("withheld") and content.get("beacon"):
        paper.text(_("没有揭示、按空值计的：%(names)s。", names=word_list(content["withheld"])))
    if beacon := content.get("beacon"):
        source = _("公共随机数源：%(name)s，%(round)s。", name=beacon["name"], round=beacon["round"])
        paper.text(source + _("公布于 %(at)s：", at=local_time(labels.moment(beacon["time"]))))
        if beacon.get("form") == "hex":
            paper.digest(_("公共随机数"), beacon["value"])
        else:
            paper.text(beacon["value"] or _("来源没有公布"))
    for said in differing(content):
        paper.text(said)


def _witnesses(paper: Paper, content: dict[str, Any], silent: list[str]) -> None:
    paper.heading(_("现场见证人"))
    said = [(each["who"], each["text"]) for each in content["witnesses"]]
    if said:
        paper.table([_("见证人"), _("寄语（写入抽取种子）")], said)
    else:
        paper.text(_("没有见证人提交寄语。"))
    if silent:
        paper.text(_("受到邀请、没有提交寄语的：%(names)s。", names=word_list(silent)))


def afterwards(paper: Paper, content: dict[str, Any]) -> None:
    """What became of the drawn: changes of objects and people, and who is not visited after all."""
    if content["changes"]:
        paper.heading(_("抽取后的变更"))
        for each in content["changes"]:
            paper.text(_change(each))
    if content["called_off"]:
        paper.heading(_("抽中后取消检查的"))
        paper.text(_("抽中的结果不变。取消检查由牵头部门写明原因，监督部门同时知道。"))
        for each in content["called_off"][:AT_MOST]:
            paper.text(_called_off(each))
        if (more := len(content["called_off"]) - AT_MOST) > 0:
            paper.text(_("另有 %(n)s 项，在抽中名单里逐一注明。", n=number(more)))


def _called_off(each: dict[str, Any]) -> str:
    """Who does not come where, and why: the others come all the same."""
    bureaus = each.get("bureaus")
    what = _("%(bureaus)s不检查", bureaus=word_list(bureaus)) if bureaus else _("已取消检查")
    return f"{what} {each.get('object_name') or each['object']}" + _(
        "（%(text)s）", text=sentence_of_row(each, "reason")
    )


def _change(each: dict[str, Any]) -> str:
    # What was published long ago has no names.
    leaves, comes = (each.get(f"{side}_name") or each[side] for side in ("leaves", "comes"))
    reason = _("（%(text)s）", text=labels.reason(each["reason"]))
    if each["kind"] == "substitute":
        return f"{_('改由替补对象')} {leaves} → {comes}{reason}"
    what = _("补派人员") if each["kind"] == "fill" else _("更换人员")
    where = each.get("object_name") or each["object"]
    return f"{what} {where}{_('：')}{leaves or _('空缺')} → {comes or '—'}{reason}"


def _register(paper: Paper, found: Draw, content: dict[str, Any], where: str) -> None:
    paper.heading(_("抽取登记簿"))
    for entry in content["register"]:
        when = local_time(labels.moment(entry["time"]))
        paper.text(_("第 %(n)s 条", n=entry["n"]) + f" {labels.KINDS[entry['kind']]} {when}")
        paper.digest(_("本条指纹"), entry["own"])
    paper.heading(_("核验"))
    paper.text(_checking(content, queries.is_untold(found)))
    for label, value in (
        (_("方案指纹"), found.plan_digest),
        (_("寄语指纹"), found.texts_digest),
        (_("揭示指纹"), found.reveals_digest),
        (_("证明指纹"), found.proof_digest),
    ):
        paper.digest(label, value)
    paper.text(where)
    paper.qr(where)


def _signing(content: dict[str, Any]) -> list[str]:
    """Who signs: the operator, the parties with a device of their own, the witnesses."""
    parties = [each["name"] for each in content["committers"] if each["keeper"] != "system"]
    return [_("抽取人"), *parties, *(each["who"] for each in content["witnesses"])]


def _opening(found: Draw, content: dict[str, Any]) -> str:
    return _(
        "%(lead)s组织开展“%(title)s”随机抽取，检查对象和检查人员均由随机抽取产生。抽取方案公布于 %(opened)s，见证截止于 %(closed)s，抽取完成于 %(ended)s。",
        lead=content["lead"],
        title=content["title"],
        opened=local_time(found.opened_at),
        closed=local_time(found.closed_at),
        ended=local_time(found.ended_at),
    )


def _outcome(found: Draw, content: dict[str, Any]) -> str:
    if found.state == DrawState.VOID:
        return _("本次抽取作废，没有产生结果。理由：%(reason)s", reason=labels.end_reason(found.void_reason))
    if content.get("doors") is None:
        return ""
    counts = {"doors": content["doors"], "matters": content["matters"]}
    unit = counter(content.get("unit") or "entity")
    came = _("共抽中 %(doors)s %(unit)s、%(matters)s 项检查。", unit=unit, **counts)
    if len(content["lists"]) == 1 or content.get("independent_doors") is None:
        return came
    return came + _(
        "各部门分别抽取预计入户 %(alone)s %(unit)s，联合抽取预计少入户 %(saved)s %(unit)s。",
        alone=expected_doors(content["independent_doors"]),
        saved=expected_doors(saved(content)),
        unit=unit,
    )


def _checking(content: dict[str, Any], untold: bool = False) -> str:
    """Who can check what of the draw."""
    if untold:
        return _(
            "检查结束后公布抽取证明，届时任何人都可以扫码下载，核对它的指纹就是这里的证明指纹，并自行核验。"
        )
    if not content.get("closed"):
        return _("任何人都可以扫码下载全部文件，用自己的程序重新计算本次抽取；被检查对象可以核对自己的签号。")
    holders = word_list(each["name"] for each in content["holders"])
    return _(
        "名单不公开，由%(holders)s保管，抽取以后由其从头核验。任何人都可以扫码下载公布的文件核验公开部分；被检查对象可以核对自己的签号。",
        holders=holders,
    )


def _pools(content: dict[str, Any]) -> Rows:
    for each in content["lists"]:
        left = [
            f"{labels.status_name(status)} {count}"
            for status, count in each["statuses"].items()
            if status != "E"
        ]
        whole = [{"stratum": "ALL", "rows": each["n"], **_sums(each["strata"])}]
        for row in whole if content.get("closed") else each["strata"]:
            counts = (row["rows"], row["eligible"], row["quota"])
            lines = "\n".join([_("；").join(left) or _("无"), *labels.chosen(each)])
            yield (each["bureau"], stratum_name(row["stratum"]), *counts, lines)


def _sums(strata: Sequence[dict[str, Any]]) -> dict[str, int]:
    return {key: sum(row[key] for row in strata) for key in ("eligible", "quota")}


def _drawn(content: dict[str, Any]) -> Rows:
    for place, each in enumerate(content["objects"], 1):
        team: dict[str, list[str]] = {}
        for one in each["team"]:
            lead = _("（%(text)s）", text=_("组长")) if one["lead"] else ""
            team.setdefault(one["bureau"], []).append((one["name"] or one["inspector"]) + lead)
        people = [f"{bureau}{_('：')}{_('、').join(names)}" for bureau, names in team.items()]
        if each["unfilled"]:
            people.append(_("缺 %(n)s 人", n=len(each["unfilled"])))
        names = [f"{each['name']} {each['code']}".strip(), *_became(each)]
        yield place, "\n".join(names), "\n".join(people)


def _became(each: dict[str, Any]) -> list[str]:
    """The marks of `draws/parts.html`, "became", in words."""
    marks = []
    if off := each.get("off"):
        marks.append(_("已取消检查") if off == "whole" else _("部分部门不检查"))
    if each.get("ended"):
        marks.append(_("部分部门改由替补对象") if each["lists"] else _("改由替补对象"))
    if each.get("came"):
        marks.append(_("替补"))
    return [_("（%(text)s）", text=mark) for mark in marks]
