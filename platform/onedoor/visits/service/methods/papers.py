"""What a matter's record has instead of an entry: papers asked for and received, pages captured, reports and findings (R-V3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from onedoor.kernel import audit, files
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import Record, RecordPaper, VisitMatter
from onedoor.visits.rules.methods import PaperKind
from onedoor.visits.service.records import expect_open, open_record

MOST_PAPERS = 60
LARGEST_PAPER = 10_000_000
FILL = N_("请填写此项。")
NO_FILE = N_("请选择文件。")


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent: name, media type, content."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class GivenPaper:
    """What an officer says of a paper."""

    kind: PaperKind
    title: str
    origin: str = ""
    number: str = ""
    due_on: date | None = None
    taken_at: datetime | None = None


def add_paper(
    visit_id: UUID, matter_id: UUID, given: GivenPaper, sent: SentFile | None = None
) -> RecordPaper:
    """Ask for a paper, or keep a page, a report or a finding with its file, on this bureau's open record.

    A paper may come with the asking; of the others the file is the point. Raises `ClerkError` beside what is missing.
    """
    record, matter = _open(visit_id, matter_id)
    _complete(given, sent)
    if len(queries.papers(record.id)) >= MOST_PAPERS:
        raise ClerkError("每份记录最多 %(most)s 份材料，请先删去不需要的。", most=MOST_PAPERS)
    asked = given.kind is PaperKind.PAPER
    paper = RecordPaper(
        id=new_id(),
        tenant_id=record.tenant_id,
        record_id=record.id,
        matter_id=matter.id,
        kind=given.kind.value,
        title=given.title.strip(),
        origin=given.origin.strip(),
        number=given.number.strip(),
        asked_on=today() if asked else None,
        due_on=given.due_on if asked else None,
        taken_at=given.taken_at or now() if given.kind is PaperKind.PAGE else None,
        added_at=now(),
        added_by=current_scope().actor_name,
    )
    if sent is not None:
        _keep(paper, sent)
    db.session.add(paper)
    db.session.flush()
    _noted("visits.paper.add", record, paper)
    return paper


def receive_paper(visit_id: UUID, paper_id: UUID, sent: SentFile | None) -> RecordPaper:
    """The paper that was asked for has come."""
    record, paper = _mine(visit_id, paper_id)
    if paper.received_at is not None:
        raise Conflict("这份材料已经收到。需要更换的，请删去后重新登记。")
    if sent is None:
        raise ClerkError(NO_FILE, fields={"file": [NO_FILE]})
    _keep(paper, sent)
    db.session.flush()
    _noted("visits.paper.receive", record, paper)
    return paper


def remove_paper(visit_id: UUID, paper_id: UUID) -> None:
    """Take a paper off the open record again; the log keeps that it was there."""
    record, paper = _mine(visit_id, paper_id)
    db.session.delete(paper)
    db.session.flush()
    _noted("visits.paper.remove", record, paper)


def _open(visit_id: UUID, matter_id: UUID) -> tuple[Record, VisitMatter]:
    matter = queries.matter(visit_id, matter_id)
    record = open_record(visit_id)
    expect_open(record)
    return record, matter


def _mine(visit_id: UUID, paper_id: UUID) -> tuple[Record, RecordPaper]:
    paper = queries.paper(paper_id)
    record = open_record(visit_id)
    if paper.record_id != record.id:
        raise NotFound()
    expect_open(record)
    return record, paper


def _complete(given: GivenPaper, sent: SentFile | None) -> None:
    missing = {"title": given.title}
    if given.kind is not PaperKind.PAPER:
        missing["origin"] = given.origin
    if given.kind in (PaperKind.REPORT, PaperKind.FINDING):
        missing["number"] = given.number
    fields = {name: [FILL] for name, text in missing.items() if not text.strip()}
    if given.kind is not PaperKind.PAPER and sent is None:
        fields["file"] = [NO_FILE]
    if given.kind is PaperKind.PAPER and given.due_on is not None and given.due_on < today():
        fields["due_on"] = [N_("期限不能早于今天。")]
    if given.kind is PaperKind.PAGE and given.taken_at is not None and given.taken_at > now():
        fields["taken_at"] = [N_("取证时间不能晚于现在。")]
    if fields:
        raise ClerkError("材料还没有填完，或有几处需要修改。", fields=fields)


def _keep(paper: RecordPaper, sent: SentFile) -> None:
    if not sent.content:
        raise ClerkError("文件是空的，请重新选择。", fields={"file": [NO_FILE]})
    if len(sent.content) > LARGEST_PAPER:
        text = N_("材料文件超过 10 MB，请压缩或分次上传。")
        raise ClerkError(text, fields={"file": [text]})
    stored = files.store_file(files.plain_name(sent.name), sent.content, sent.media_type)
    paper.file_id, paper.file_name, paper.size, paper.digest = (
        stored.id,
        stored.name,
        stored.size,
        stored.digest,
    )
    paper.received_at, paper.received_by = now(), current_scope().actor_name


def _noted(event: str, record: Record, paper: RecordPaper) -> None:
    after = {"kind": paper.kind, "title": paper.title, "digest": paper.digest}
    audit.record(event, ("record", record.id), record.entity_name, after=after)
