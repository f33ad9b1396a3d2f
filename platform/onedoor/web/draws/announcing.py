"""抽取结果公告: the whole draw on paper, to print and to sign, and as Word."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import segno
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from flask import Response, url_for
from flask_babel import gettext as _

from onedoor.disclosure import queries as disclosure
from onedoor.draws import queries
from onedoor.draws.models import Draw
from onedoor.edge.attachments import attachment
from onedoor.edge.language import listed
from onedoor.kernel.errors import NotFound
from onedoor.kernel.normal import printable
from onedoor.web.draws import words
from onedoor.web.draws.blueprint import pages, readers
from onedoor.web.draws.show import address
from onedoor.web.shell import page
from onedoor.web.shell.formatting import local_time, long_date

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SONG, HEI, MONO = "SimSun", "SimHei", "Consolas"
Rows = Iterable[Sequence[Any]]


@pages.get("/draws/<uuid:draw_id>/announcement")
@readers
def announcement(draw_id: UUID) -> Any:
    """抽取结果公告, to print and sign."""
    found, content = _of(draw_id)
    return page(
        "draws/announcement.html",
        draw=found,
        content=content,
        saved=saved(content),
        address=address("portal.draw", subject_id=draw_id),
        back=url_for("draws.draw", draw_id=draw_id),
        words=words.vocabulary(),
    )


@pages.get("/draws/<uuid:draw_id>/announcement.docx")
@readers
def announcement_word(draw_id: UUID) -> Response:
    """抽取结果公告 as Word."""
    found, content = _of(draw_id)
    made = _Paper()
    _write(made, found, content, address("portal.draw", subject_id=draw_id))
    return attachment(made.bytes(), _("%(number)s公告", number=found.number) + ".docx", WORD)


def saved(content: dict[str, Any]) -> float:
    """Doors that drawing together is expected to have saved, against independent draws (R-J3)."""
    alone = content.get("independent_doors")
    return max(float(alone) - content["doors"], 0.0) if alone is not None else 0.0


def _of(draw_id: UUID) -> tuple[Draw, dict[str, Any]]:
    found = queries.draw(draw_id)
    published = disclosure.of_subject("draw", draw_id)
    if published is None or found.state not in ("drawn", "void"):
        raise NotFound(_("抽取完成后才有公告。"))
    if queries.is_untold(found):
        raise NotFound(_("这次抽取的结果在检查结束后公布，公布后才有公告。"))
    return found, published.content


class _Paper:
    """A4 in the fonts of an office, one piece after the other."""

    def __init__(self) -> None:
        self.made = Document()
        section = self.made.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(25)
        self._font(self.made.styles["Normal"], SONG, 11)

    def title(self, text: str, size: float = 18) -> None:
        made = self.made.add_paragraph()
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._font(made.add_run(text), HEI, size)

    def heading(self, text: str) -> None:
        made = self.made.add_paragraph()
        made.paragraph_format.keep_with_next = True
        self._font(made.add_run(text), HEI, 12)

    def text(self, text: str) -> None:
        self.made.add_paragraph(printable(text)).paragraph_format.first_line_indent = Pt(22)

    def right(self, text: str) -> None:
        self.made.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def digest(self, label: str, value: str | None) -> None:
        if value:
            made = self.made.add_paragraph(f"{label}　")
            self._font(made.add_run(" ".join(words.groups(value))), MONO, 9)

    def table(self, heads: Sequence[str], rows: Rows) -> None:
        made = self.made.add_table(rows=1, cols=len(heads), style="Table Grid")
        for cell, head in zip(made.rows[0].cells, heads, strict=True):
            self._font(cell.paragraphs[0].add_run(head), HEI, 10)
        for row in rows:
            for cell, value in zip(made.add_row().cells, row, strict=True):
                self._font(cell.paragraphs[0].add_run(printable(str(value))), SONG, 10)

    def qr(self, text: str) -> None:
        drawn = io.BytesIO()
        segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=8, border=4)
        self.made.add_picture(drawn, width=Mm(35))

    def bytes(self) -> bytes:
        kept = io.BytesIO()
        self.made.save(kept)
        return kept.getvalue()

    @staticmethod
    def _font(of: Any, name: str, size: float) -> None:
        of.font.name, of.font.size = name, Pt(size)
        of.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _write(paper: _Paper, found: Draw, content: dict[str, Any], where: str) -> None:
    paper.title(_("随机抽取结果公告"))
    paper.title(found.number, 12)
    paper.text(_opening(found, content))
    if found.reason:
        paper.text(
            _(
                "这是同一任务的第 %(seq)s 次抽取，再次抽取的理由：%(reason)s",
                seq=found.seq,
                reason=found.reason,
            )
        )
    paper.text(_outcome(found, content))
    paper.heading(_("待抽取库"))
    paper.table([_("部门"), _("分层"), _("在册"), _("可抽"), _("应抽"), _("未列入及原因")], _pools(content))
    paper.heading(_("共同抽取的各方"))
    for each in content["committers"]:
        paper.text(each["name"])
        paper.digest(_("承诺"), each["commit"])
        paper.digest(_("随机数"), each["nonce"])
    paper.heading(_("现场见证人"))
    paper.table(
        [_("见证人"), _("寄语（写入抽取种子）")],
        [(each["who"], each["text"]) for each in content["witnesses"]],
    )
    if content["objects"]:
        paper.heading(_("抽中的检查对象和检查组"))
        paper.table([_("序号"), _("检查对象"), _("检查组")], _drawn(content))
    paper.heading(_("抽取登记簿"))
    for entry in content["register"]:
        when = local_time(words.moment(entry["time"]))
        paper.text(_("第 %(n)s 条", n=entry["n"]) + f" {words.KINDS[entry['kind']]} {when}")
        paper.digest(_("本条指纹"), entry["own"])
    paper.heading(_("核验"))
    paper.text(_checking(content))
    for label, value in (
        (_("方案指纹"), found.plan_digest),
        (_("寄语指纹"), found.texts_digest),
        (_("揭示指纹"), found.reveals_digest),
        (_("证明指纹"), found.proof_digest),
    ):
        paper.digest(label, value)
    paper.text(where)
    paper.qr(where)
    paper.heading(_("签字确认"))
    for who in _signing(content):
        paper.text(f"{who}{_('：')}____________________")
    paper.right(content["lead"])
    paper.right(long_date(found.ended_at))


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
    if found.state == "void":
        return _("本次抽取作废，没有产生结果。理由：%(reason)s", reason=found.void_reason)
    return _("共抽中 %(doors)s 户、%(matters)s 项检查。", doors=content["doors"], matters=content["matters"])


def _checking(content: dict[str, Any]) -> str:
    """Who can check what of the draw."""
    if not content.get("closed"):
        return _("任何人都可以扫码下载全部文件，用自己的程序重新计算本次抽取；被检查对象可以核对自己的签号。")
    holders = listed(each["name"] for each in content["holders"])
    return _(
        "名单不公开，由%(holders)s保管，抽取以后由其从头核验。任何人都可以扫码下载公布的文件核验公开部分；被检查对象可以核对自己的签号。",
        holders=holders,
    )


def _pools(content: dict[str, Any]) -> Rows:
    for each in content["lists"]:
        left = [
            f"{words.status_name(status)} {count}"
            for status, count in each["statuses"].items()
            if status != "E"
        ]
        whole = [{"stratum": "ALL", "rows": each["n"], **_sums(each["strata"])}]
        for row in whole if content.get("closed") else each["strata"]:
            counts = (row["rows"], row["eligible"], row["quota"])
            yield (each["bureau"], words.stratum_name(row["stratum"]), *counts, _("；").join(left) or _("无"))


def _sums(strata: Sequence[dict[str, Any]]) -> dict[str, int]:
    return {key: sum(row[key] for row in strata) for key in ("eligible", "quota")}


def _drawn(content: dict[str, Any]) -> Rows:
    for number, each in enumerate(content["objects"], 1):
        team: dict[str, list[str]] = {}
        for one in each["team"]:
            lead = _("（%(text)s）", text=_("组长")) if one["lead"] else ""
            team.setdefault(one["bureau"], []).append((one["name"] or one["inspector"]) + lead)
        people = [f"{bureau}{_('：')}{_('、').join(names)}" for bureau, names in team.items()]
        yield number, f"{each['name']} {each['code']}".strip(), "\n".join(people)
