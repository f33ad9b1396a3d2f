"""What whoever reviews a record should look at first: what is odd about it, said on top of all that is in it (R-V4)."""

from __future__ import annotations

from datetime import timedelta

from onedoor.kernel.errors import Conflict
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import Record, RecordItem
from onedoor.visits.rules.results import Result, found_a_problem
from onedoor.visits.service.records import signed_text_digest

# A check that lasts less is worth a question.
SHORT = timedelta(minutes=10)
LATE = timedelta(days=3)


def shown_digest(record: Record) -> str:
    """What was on the screen of whoever decides: their word is about this text, and no other."""
    return signed_text_digest(record, queries.items(record.id))


def expect_shown(record: Record, digest: str) -> None:
    """Raise where what is decided is not what was shown."""
    if digest != shown_digest(record):
        raise Conflict(N_("通过前请打开这份记录，看过全文再办理；打开以后改过的，请重新打开。"))


def warnings(record: Record) -> list[Sentence]:
    """What is odd, the gravest first; empty where nothing is."""
    items, photos = queries.items(record.id), queries.photos(record.id)
    part = queries.parts(record.visit_id).get(record.tenant_id)
    found: list[tuple[bool, Sentence]] = [
        (record.whole == Result.OBSTRUCTED, Sentence("记为不配合检查，请核对经过、见证人和照片。")),
        (
            record.signature == "refused",
            Sentence("当事人拒绝签字：%(note)s", note=record.signature_note or "—"),
        ),
        (_changed_since_signed(record, items), Sentence("签字以后记录改过，已要求重新签字。")),
        (
            found_a_problem(record.results) and record.handling == "none",
            Sentence("发现了问题，没有后续处置。"),
        ),
        (
            found_a_problem(record.results) and record.whole is None and not photos,
            Sentence("发现了问题，没有现场照片。"),
        ),
        (bool(queries.renamed_members(record.visit_id)), Sentence("检查人员的姓名或执法证与抽定时不同。")),
    ]
    if part is not None and part.begun_at is not None and part.entered:
        found += [
            (
                part.scanned is False,
                Sentence("没有扫码入企：%(reason)s", reason=part.unscanned_reason or "—"),
            ),
            (bool(part.same_address), Sentence("扫码与检查人员在同一网络地址，请核实是否由对方扫码。")),
        ]
    if record.started_at and record.ended_at and record.whole is None:
        lasted = record.ended_at - record.started_at
        minutes = int(lasted.total_seconds() // 60)
        found.append((lasted < SHORT, Sentence("从开始到结束只有 %(minutes)s 分钟。", minutes=minutes)))
    if record.submitted_at and record.ended_at:
        days = (record.submitted_at - record.ended_at).days
        found.append((timedelta(days=days) >= LATE, Sentence("检查结束 %(days)s 天后才提交。", days=days)))
    return [text for holds, text in found if holds]


def _changed_since_signed(record: Record, items: list[RecordItem]) -> bool:
    first = queries.first_submission(record.id)
    if first is None or record.signature is None:
        return False
    return [one.results for one in items] != [one["results"] for one in first.content["items"]]
