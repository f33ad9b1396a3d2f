"""Filing a return: its form and the records behind each figure are frozen, and it goes to its recipients (R-S1, R-S2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from onedoor.filing import service as filing
from onedoor.kernel import audit, jobs
from onedoor.kernel.clock import local_day, now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.jobs import Job, JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.statistics.models import Return, ReturnSet
from onedoor.statistics.queries import definitions, place_sheets, returns, sheets
from onedoor.statistics.queries.frozen import part_of
from onedoor.statistics.rules import members as sets
from onedoor.statistics.rules.facts import FACTS
from onedoor.statistics.rules.periods import OF_THE_MARKET, Level, ReturnKind
from onedoor.statistics.rules.sheets import Cell, Row, Section, Sheet
from onedoor.statistics.service.reminders import name_of
from onedoor.statistics.service.workbooks import MEDIA_TYPE, file_name, workbook_of
from tenants import queries as tenants


def ask_to_file(return_id: UUID) -> Job:
    """Have a draft filed by a job that shows how far it is; raises ClerkError for facts that are missing."""
    made = returns.own_return(return_id, lock=True)
    if made.filed_at is not None:
        raise Conflict("这份统计报表已经报送，请刷新页面查看。")
    if returns.is_being_filed(made):
        raise Conflict("这份统计报表正在报送，请稍候。")
    _require_facts(made)
    return jobs.enqueue(
        JobName.FILE_RETURN,
        {"return_id": str(made.id)},
        title=Sentence(
            "报送统计报表：%(name)s %(year)s年", name=name_of(ReturnKind(made.kind)), year=made.year
        ),
        subject=("return", made.id),
    )


def file_return(return_id: UUID, progress: NoProgress | None = None) -> Return:
    """Freeze a draft and hand it in; raises ClerkError for facts that are missing."""
    if returns.own_return(return_id).filed_at is not None:
        raise Conflict("这份统计报表已经报送，请刷新页面查看。")
    made = returns.own_return(return_id, lock=True)
    _require_facts(made)
    scope, moment = current_scope(), now()
    filed_on = local_day(moment)
    if made.level == Level.PLACE.value:
        found = place_sheets.sources(made)
        sheet, sources = place_sheets.place(made, found), [one.filed.id for one in found]
        digests: list[str] = []
    else:
        kept: dict[str, str] = {}
        counted = sheets.own(made)
        total, done = sum(1 for _cell in _cells(counted)), 0

        def freeze(cell: Cell) -> Cell:
            nonlocal done
            done += 1
            if progress is not None:
                progress(done, total)
            return _frozen(made, cell, kept)

        sheet, sources = _map(counted, freeze), []
        digests = sorted(kept)
    sheet = replace(
        sheet,
        above=tuple(
            (label, filed_on.isoformat() if label == "填表时间" else text) for label, text in sheet.above
        ),
    )
    made.filed_at, made.filed_on, made.filed_by = moment, filed_on, scope.actor_name
    made.sheet, made.digests, made.sources = sheet.kept(), digests, sources
    db.session.flush()
    _hand_in(made, sheet)
    audit.record(
        "statistics.return.file",
        ("return", made.id),
        sheet.title,
        after={"version": made.version, "sets": len(digests), "sources": len(sources)},
    )
    return made


def _require_facts(made: Return) -> None:
    missing = [
        one
        for one in FACTS[ReturnKind(made.kind)]
        if one.required and not made.facts.get(one.key, "").strip()
    ]
    if missing:
        raise ClerkError(
            "统计报表还有没填的内容：%(names)s。",
            names=[Sentence(one.label) for one in missing],
            fields={one.key: ["请填写这一项。"] for one in missing},
        )


def _frozen(made: Return, cell: Cell, kept: dict[str, str]) -> Cell:
    """A cell with the set it counts; a cell that adds up others points to them."""
    if not cell.figure or cell.of:
        return cell
    found = definitions.members(cell.figure, sheets.ask_of(made, part_of(cell)))
    if sets.value(found) != cell.number:
        raise Conflict("统计所依据的记录刚才有了变化，请再报送一次。")
    digest, content = sets.pack(found)
    if digest not in kept:
        kept[digest] = digest
        values = {
            "id": new_id(),
            "tenant_id": made.tenant_id,
            "digest": digest,
            "records": len(found),
            "content": content,
        }
        db.session.execute(insert(ReturnSet).values(values).on_conflict_do_nothing())
    return replace(cell, digest=digest)


def _map(sheet: Sheet, change: Callable[[Cell], Cell]) -> Sheet:
    def row(one: Row) -> Row:
        return replace(one, cells=tuple(change(cell) for cell in one.cells))

    def section(one: Section) -> Section:
        total = row(one.total) if one.total else None
        return replace(one, rows=tuple(row(each) for each in one.rows), total=total)

    return replace(sheet, sections=tuple(section(one) for one in sheet.sections))


def _cells(sheet: Sheet) -> Iterator[Cell]:
    for section in sheet.sections:
        for row in section.all_rows():
            yield from row.cells


def _hand_in(made: Return, sheet: Sheet) -> None:
    files = [(file_name(sheet), MEDIA_TYPE, workbook_of(sheet))]
    files += [(one.name, one.media_type, one.content) for one in returns.files(made)]
    summary = {
        "统计期间": f"{made.starts_on.isoformat()} 至 {made.ends_on.isoformat()}",
        "数据截止": made.cutoff.isoformat(timespec="minutes"),
    }
    if made.reason:
        summary["更正原因"] = made.reason
    filing.send(
        "return",
        made.id,
        sheet.title,
        version=made.version,
        review=False,
        due_on=made.due_on if made.version == 1 else None,
        summary=summary,
        series_id=made.series_id,
        link=f"/statistics/returns/{made.id}",
        written_by=made.creator_id,
        files=_named_apart(files),
        receivers=recipients(made),
    )


def recipients(made: Return) -> list[UUID]:
    """The bureaus it goes to: justice, and market regulation for its domain (R-S1); a place's only up the levels."""
    domains = {"all", "market"} if ReturnKind(made.kind) in OF_THE_MARKET else {"all"}
    found = set(tenants.supervisors_by_domain(made.tenant_id, domains))
    return [one for one in tenants.supervisors_of(made.tenant_id) if one in found and one != made.tenant_id]


def _named_apart(files: list[tuple[str, str, bytes]]) -> list[tuple[str, str, bytes]]:
    """No two of one name."""
    seen: set[str] = set()
    made = []
    for number, (name, media_type, content) in enumerate(files, start=1):
        name = f"{number}-{name}" if name in seen else name
        seen.add(name)
        made.append((name, media_type, content))
    return made
