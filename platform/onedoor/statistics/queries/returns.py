"""Reads of returns: drafts and filed ones, their facts, files and sets, and what is owed (R-S1, R-S2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.filing import queries as filings
from onedoor.filing.models import Filing
from onedoor.kernel import jobs
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.jobs import Job, JobName, JobState
from onedoor.kernel.scope import current_scope
from onedoor.statistics.models import Return, ReturnFacts, ReturnFile, ReturnSet
from onedoor.statistics.rules import periods, states
from onedoor.statistics.rules.members import Member, unpack
from onedoor.statistics.rules.periods import DueDays, Level, ReturnKind
from onedoor.statistics.rules.states import ReturnState
from tenants import settings
from tenants.models import Bureau


@dataclass(frozen=True)
class Owed:
    """A return that is to be filed: of whom, of what, by when, what there is of it, and whether that is late."""

    bureau: Bureau
    kind: ReturnKind
    year: int
    part: str
    due_on: date
    found: Return | None
    state: ReturnState | None
    late: bool


def a_return(return_id: UUID, *, lock: bool = False) -> Return:
    """One of this bureau's, or a filed one that it received."""
    found = db.session.get(Return, return_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound("没有找到这份统计报表，它可能不存在，或没有报送给本单位。")
    return found


def own_return(return_id: UUID, *, lock: bool = False) -> Return:
    """One of this bureau's."""
    found = a_return(return_id, lock=lock)
    if found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这份统计报表，它可能不是本单位的。")
    return found


def own_returns(level: Level | None = None) -> sa.Select[Return]:
    """This bureau's returns, the last version of each, for a list."""
    newer = sa.orm.aliased(Return)
    query = sa.select(Return).where(
        Return.tenant_id == current_scope().tenant_id,
        ~sa.exists().where(newer.series_id == Return.series_id, newer.version > Return.version),
    )
    return query if level is None else query.where(Return.level == level.value)


def received() -> sa.Select[Any]:
    """Returns filed with this bureau, the last version of each, for a list."""
    newer = sa.orm.aliased(Return)
    later = sa.exists().where(
        newer.series_id == Return.series_id, newer.version > Return.version, newer.filed_at.is_not(None)
    )
    return (
        sa.select(Return)
        .join(Bureau, Bureau.id == Return.tenant_id)
        .where(Return.tenant_id != current_scope().tenant_id, Return.filed_at.is_not(None), sa.not_(later))
    )


def versions(given: Return) -> list[Return]:
    """All versions of a return that one may see, newest first."""
    query = sa.select(Return).where(Return.series_id == given.series_id)
    return list(db.session.scalars(query.order_by(Return.version.desc())))


def former(given: Return) -> Return | None:
    """What was filed before it: the version it corrects, else the last return of the kind with an earlier cut-off."""
    query = sa.select(Return).where(
        Return.tenant_id == given.tenant_id,
        Return.kind == given.kind,
        Return.level == given.level,
        Return.filed_at.is_not(None),
        Return.id != given.id,
    )
    before = sa.and_(Return.series_id == given.series_id, Return.version < given.version)
    own = db.session.scalar(query.where(before).order_by(Return.version.desc()).limit(1))
    if own is not None:
        return own
    other = sa.and_(Return.series_id != given.series_id, Return.cutoff <= given.cutoff)
    return db.session.scalar(
        query.where(other).order_by(Return.cutoff.desc(), Return.version.desc()).limit(1)
    )


def filings_of(given: Return) -> list[Filing]:
    """To whom it went, and what they answered."""
    return filings.of_subject(given.id)


def state(given: Return) -> ReturnState:
    """Draft, filed, accepted, sent back or corrected."""
    later = sa.exists().where(
        Return.series_id == given.series_id, Return.version > given.version, Return.filed_at.is_not(None)
    )
    answers = [one.answer.accepted if one.answer else None for one in filings_of(given)]
    corrected = bool(db.session.scalar(sa.select(later)))
    return states.state_of(given.filed_at is not None, answers, corrected)


def is_late(given: Return) -> bool:
    """Filed after its last day, or still a draft after it: of a series, by its first version."""
    first = next((one for one in reversed(versions(given)) if one.filed_on), given)
    return states.is_late(first.filed_on, given.due_on, today())


def filing_job(given: Return) -> Job | None:
    """The job that files it or filed it."""
    return jobs.latest_for(given.id, JobName.FILE_RETURN)


def is_being_filed(given: Return) -> bool:
    """Whether such a job waits or runs."""
    job = filing_job(given)
    return job is not None and job.state in (JobState.WAITING, JobState.RUNNING)


def files(given: Return) -> list[ReturnFile]:
    """The files that go with its typed facts."""
    query = sa.select(ReturnFile).where(ReturnFile.return_id == given.id, ReturnFile.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(ReturnFile.name)))


def file(given: Return, file_id: UUID) -> ReturnFile:
    """One of them."""
    found = db.session.get(ReturnFile, file_id)
    if found is None or found.return_id != given.id:
        raise NotFound("没有找到这个文件。")
    return found


def all_files(given: Return) -> list[ReturnFile]:
    """Those that were taken away again, too."""
    query = sa.select(ReturnFile).where(ReturnFile.return_id == given.id)
    return list(db.session.scalars(query.order_by(ReturnFile.added_at, ReturnFile.name)))


def facts_versions(given: Return) -> list[ReturnFacts]:
    """What was typed into it, the last first."""
    query = sa.select(ReturnFacts).where(ReturnFacts.return_id == given.id)
    return list(db.session.scalars(query.order_by(ReturnFacts.version.desc())))


def members_of_set(tenant_id: UUID, digest: str) -> list[Member]:
    """The records of a frozen set."""
    query = sa.select(ReturnSet.content).where(ReturnSet.tenant_id == tenant_id, ReturnSet.digest == digest)
    content = db.session.scalar(query)
    if content is None:
        raise NotFound("没有找到这项数字所依据的记录。")
    return unpack(content)


def due_days(year: int, place: str | None = None) -> DueDays:
    """The last days that the place sets (R-S1)."""
    return DueDays(
        settings.day_of("returns.first_half_due", year, place=place),
        settings.day_of("returns.year_due", year, place=place),
        settings.day_of("returns.self_review_due", year, place=place),
        settings.day_of("plans.yearly_due", year, place=place),
        settings.day_of("plans.second_half_due", year, place=place),
        settings.value("returns.quarter_weeks", place=place),
    )


def kinds_of(bureau: Bureau, level: Level) -> tuple[ReturnKind, ...]:
    """The returns a bureau files: the plans and progress outside the market are not for one of the market (R-S1)."""
    outside = {ReturnKind.F9, ReturnKind.F10}
    if level is Level.OWN and bureau.domain == "market":
        return tuple(kind for kind in periods.KINDS[level] if kind not in outside)
    return periods.KINDS[level]


def owed(bureaus: Sequence[Bureau], year: int, level: Level = Level.OWN) -> list[Owed]:
    """What each of these has to file in a year, by bureau and last day, and what this scope sees of it."""
    query = (
        sa.select(Return)
        .where(
            Return.tenant_id.in_([one.id for one in bureaus]),
            Return.year == year,
            Return.level == level.value,
        )
        .order_by(Return.version)
    )
    every = list(db.session.scalars(query))
    newest = {(one.tenant_id, one.kind, one.part): one for one in every}
    # By what the first version is late; a later one only corrects it.
    first = {one.series_id: one for one in reversed(every) if one.filed_on}
    sent = filings.of_subjects([one.id for one in newest.values()])
    made = []
    for bureau in bureaus:
        days = due_days(year, bureau.jurisdiction_code)
        for kind in kinds_of(bureau, level):
            for part in periods.parts_of(kind):
                due_on = periods.due_on(kind, year, part, days)
                found = newest.get((bureau.id, kind.value, part))
                late = states.is_late(None, due_on, today())
                stands = None
                if found is not None:
                    counted = first.get(found.series_id, found)
                    late = states.is_late(counted.filed_on, found.due_on, today())
                    answers = [one.answer.accepted if one.answer else None for one in sent.get(found.id, ())]
                    stands = states.state_of(found.filed_at is not None, answers, corrected=False)
                made.append(Owed(bureau, kind, year, part, due_on, found, stands, late))
    return sorted(made, key=lambda one: (one.bureau.code, one.due_on, one.kind.value, one.part))
