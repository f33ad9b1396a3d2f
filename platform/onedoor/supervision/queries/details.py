"""One thing of a supervised bureau, whole and read-only; each look is kept with the thing's name (R-T3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from onedoor.campaigns.models import Answer, Campaign, Participation
from onedoor.disclosure.models import DisclosedFile, Disclosure
from onedoor.draws.models import (
    CallOff,
    Commitment,
    Committer,
    Deposit,
    Draw,
    DrawChange,
    DrawParty,
    DrawRegister,
    Reveal,
    WitnessText,
)
from onedoor.filing.models import Filing
from onedoor.kernel.errors import NotFound
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.trace import TraceStep
from onedoor.statistics import queries as statistics
from onedoor.supervision.queries.records import all_visits
from onedoor.visits.models import (
    Followup,
    Record,
    RecordItem,
    Report,
    Visit,
    VisitMatter,
    VisitMember,
    VisitPart,
    VisitParty,
    VisitSource,
)
from tenants import crossing
from tenants import queries as tenants
from tenants.crossing import Reader
from tenants.models import Bureau


@dataclass(frozen=True)
class FilingView:
    """A filing with its answer, sender and way."""

    filing: Filing
    sender: Bureau
    steps: list[TraceStep]


@dataclass(frozen=True)
class CampaignView:
    """A campaign: its figures, parties with what they answered, draws and way."""

    campaign: Campaign
    lead: Bureau
    figures: Any
    parties: list[tuple[Participation, Bureau, Answer | None]]
    draws: list[Draw]
    steps: list[TraceStep]


@dataclass(frozen=True)
class DrawView:
    """A draw: who took part and committed, lists, witnesses, register, changes, the other draws of its line."""

    draw: Draw
    lead: Bureau
    parties: list[DrawParty]
    committers: list[Any]
    deposits: list[Deposit]
    texts: list[WitnessText]
    entries: list[DrawRegister]
    changes: list[DrawChange]
    called_off: list[CallOff]
    others: list[Draw]
    files: list[Any]
    steps: list[TraceStep]


@dataclass(frozen=True)
class VisitView:
    """A visit: its standing, parties with how far they are, matters, team and records."""

    visit: Visit
    standing: Any
    lead: Bureau
    parties: list[tuple[VisitParty, VisitPart | None]]
    matters: list[VisitMatter]
    team: list[VisitMember]
    source: VisitSource | None
    records: list[Record]
    steps: list[TraceStep]


@dataclass(frozen=True)
class RecordView:
    """One bureau's record: what was found, its report, what follows, and whether it is public."""

    record: Record
    bureau: Bureau
    visit: Visit | None
    items: list[RecordItem]
    report: Report | None
    followups: list[Followup]
    disclosure: Disclosure | None
    steps: list[TraceStep]


def filing(filing_id: UUID) -> FilingView:
    """A filing handed to the current bureau, or one of a supervised bureau."""
    with crossing.cross_bureau_read(Sentence("查看备案材料")) as reader:
        found = _one(reader, sa.select(Filing).where(Filing.id == filing_id))
        reader.purpose = Sentence("查看备案材料：%(name)s", name=found.title)
        steps = steps_about(reader, found.id, found.subject_id, found.series_id)
        return FilingView(found, tenants.bureau(found.tenant_id), steps)


def campaign(campaign_id: UUID) -> CampaignView:
    """A campaign whose lead is supervised."""
    with crossing.cross_bureau_read(Sentence("查看抽查任务")) as reader:
        found = _one(reader, sa.select(Campaign).where(Campaign.id == campaign_id))
        reader.purpose = Sentence("查看抽查任务：%(name)s", name=found.name)
        rows = statistics.campaigns()
        return CampaignView(
            found,
            tenants.bureau(found.tenant_id),
            reader.execute(sa.select(*rows.c).where(rows.c.id == campaign_id))[0],
            [(row[0], row[1], row[2]) for row in reader.execute(_parties(campaign_id))],
            reader.scalars(_of(Draw, Draw.campaign_id == campaign_id).order_by(Draw.created_at)),
            steps_about(reader, campaign_id),
        )


def objects(campaign_id: UUID) -> tuple[Campaign, sa.Subquery]:
    """A campaign and its objects, for the list that its figures open; the list is a look of its own."""
    with crossing.cross_bureau_read(Sentence("查看抽查任务")) as reader:
        found = _one(reader, sa.select(Campaign).where(Campaign.id == campaign_id))
        reader.purpose = Sentence("查看抽查任务：%(name)s", name=found.name)
        return found, statistics.objects_of(campaign_id)


def joint(year: int) -> list[Any]:
    """F8 of a year over the campaigns whose leads are supervised."""
    with crossing.cross_bureau_read(Sentence("查看%(year)s年度联合检查统计表", year=year)) as reader:
        return list(reader.execute(statistics.joint(year)))


def draw(draw_id: UUID) -> DrawView:
    """A draw whose lead is supervised."""
    with crossing.cross_bureau_read(Sentence("查看抽取")) as reader:
        found = _one(reader, sa.select(Draw).where(Draw.id == draw_id))
        reader.purpose = Sentence("查看抽取：%(name)s", name=found.number)
        others = sa.and_(Draw.line == found.line, Draw.id != draw_id)

        def rows(model: Any, order: Any) -> list[Any]:
            return reader.scalars(_of(model, model.draw_id == draw_id).order_by(order))

        return DrawView(
            found,
            tenants.bureau(found.tenant_id),
            rows(DrawParty, DrawParty.position),
            list(reader.execute(_committers(draw_id))),
            rows(Deposit, Deposit.list_name),
            rows(WitnessText, WitnessText.position),
            rows(DrawRegister, DrawRegister.n),
            rows(DrawChange, DrawChange.n),
            rows(CallOff, CallOff.at),
            reader.scalars(_of(Draw, others).order_by(Draw.created_at)),
            list(reader.execute(_files(draw_id))),
            steps_about(reader, draw_id),
        )


def draw_file(draw_id: UUID, name: str) -> tuple[bytes, str]:
    """A published file of a supervised bureau's draw, with its media type (R-D8).

    The file is public all the same; but what the log says was looked at lies within the grant (R-T3).
    """
    with crossing.cross_bureau_read(Sentence("下载抽取文件：%(name)s", name=name)) as reader:
        _one(reader, sa.select(Draw).where(Draw.id == draw_id))
        wanted = _files(draw_id).where(DisclosedFile.name == name)
        found = reader.execute(wanted.add_columns(DisclosedFile.content, DisclosedFile.media_type))
        if not found:
            raise NotFound("没有找到这个文件。")
        return found[0].content, found[0].media_type


def visit(visit_id: UUID) -> VisitView:
    """A visit whose lead is supervised, or a supervised bureau's part of it."""
    with crossing.cross_bureau_read(Sentence("查看检查")) as reader:
        found = _one(reader, sa.select(Visit).where(Visit.id == visit_id))
        reader.purpose = Sentence("查看检查：%(name)s", name=found.number)
        standing = all_visits(led_elsewhere=True)

        def rows(model: Any, order: Any) -> list[Any]:
            return reader.scalars(_of(model, model.visit_id == visit_id).order_by(order))

        return VisitView(
            found,
            reader.execute(standing.select().where(standing.rows.c.id == visit_id))[0],
            tenants.bureau(found.tenant_id),
            [(row[0], row[1]) for row in reader.execute(_parts(visit_id))],
            rows(VisitMatter, VisitMatter.position),
            rows(VisitMember, VisitMember.slot),
            _first(reader, _of(VisitSource, VisitSource.visit_id == visit_id)),
            rows(Record, Record.created_at),
            steps_about(reader, visit_id),
        )


def record(record_id: UUID) -> RecordView:
    """A record of a supervised bureau, with its visit, whoever leads it."""
    with crossing.cross_bureau_read(Sentence("查看检查记录")) as reader:
        found = _one(reader, sa.select(Record).where(Record.id == record_id))
        reader.purpose = Sentence("查看检查记录：%(name)s", name=found.entity_name)
        published = sa.and_(
            Disclosure.kind == "result", Disclosure.subject_id == record_id, Disclosure.until.is_(None)
        )
        return RecordView(
            found,
            tenants.bureau(found.tenant_id),
            _first(reader, _of(Visit, Visit.id == found.visit_id)),
            reader.scalars(_of(RecordItem, RecordItem.record_id == record_id).order_by(RecordItem.number)),
            _first(reader, _of(Report, Report.record_id == record_id)),
            reader.scalars(_of(Followup, Followup.record_id == record_id).order_by(Followup.created_at)),
            _first(reader, _of(Disclosure, published)),
            steps_about(reader, record_id, found.visit_id),
        )


def _one(reader: Reader, query: sa.Select[Any]) -> Any:
    found = reader.scalars(query)
    if not found:
        raise NotFound()
    return found[0]


def _first(reader: Reader, query: sa.Select[Any]) -> Any:
    return next(iter(reader.scalars(query)), None)


def _of(model: Any, condition: Any) -> sa.Select[Any]:
    return sa.select(model).where(condition)


def steps_about(reader: Reader, *things: UUID) -> list[TraceStep]:
    about = sa.type_coerce(TraceStep.about, ARRAY(sa.Uuid()))
    query = sa.select(TraceStep).where(about.overlap(list(things)))
    return reader.scalars(query.order_by(TraceStep.at, TraceStep.id))


def _parties(campaign_id: UUID) -> sa.Select[Participation, Bureau, Answer]:
    answered = sa.and_(
        Answer.campaign_id == Participation.campaign_id, Answer.tenant_id == Participation.tenant_id
    )
    return (
        sa.select(Participation, Bureau, Answer)
        .join(Bureau, Bureau.id == Participation.tenant_id)
        .outerjoin(Answer, answered)
        .where(Participation.campaign_id == campaign_id)
        .order_by(Participation.position)
    )


def _committers(draw_id: UUID) -> sa.Select[*tuple[Any, ...]]:
    committed = sa.and_(Commitment.draw_id == Committer.draw_id, Commitment.name == Committer.name)
    revealed = sa.and_(Reveal.draw_id == Committer.draw_id, Reveal.name == Committer.name)
    return (
        sa.select(Committer.name, Commitment.digest, Commitment.made_at, Reveal.made_at.label("revealed_at"))
        .outerjoin(Commitment, committed)
        .outerjoin(Reveal, revealed)
        .where(Committer.draw_id == draw_id)
        .order_by(Committer.position)
    )


def _files(draw_id: UUID) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(DisclosedFile.name, DisclosedFile.size, DisclosedFile.digest)
        .join(Disclosure, Disclosure.id == DisclosedFile.disclosure_id)
        .where(Disclosure.kind == "draw", Disclosure.subject_id == draw_id, Disclosure.until.is_(None))
        .order_by(DisclosedFile.position)
    )


def _parts(visit_id: UUID) -> sa.Select[VisitParty, VisitPart]:
    own = sa.and_(VisitPart.visit_id == VisitParty.visit_id, VisitPart.tenant_id == VisitParty.bureau_id)
    return (
        sa.select(VisitParty, VisitPart)
        .outerjoin(VisitPart, own)
        .where(VisitParty.visit_id == visit_id)
        .order_by(VisitParty.position)
    )
