"""The record of one bureau's part: filled on a phone, sent once, decided by the unit (R-V4, R-V6)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from onedoor.kernel.clock import local_day, now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import Record, RecordItem, RecordSubmission, Visit, VisitMatter
from onedoor.visits.rules.checklists import failing as failing_points
from onedoor.visits.rules.checklists import lacking, read_answers
from onedoor.visits.rules.dates import due
from onedoor.visits.rules.methods import leading
from onedoor.visits.rules.results import (
    OF_THE_WHOLE,
    WORDINGS,
    Method,
    Result,
    check_handling,
    checked_set,
    of_object,
)
from onedoor.visits.rules.states import RecordState
from onedoor.visits.service.audit_trail import number_part, own_bureau, record_step
from onedoor.visits.service.conduct import check_certificates, my_part, on_the_team
from onedoor.visits.service.result_disclosure import set_disclosure_day
from onedoor.visits.service.teams import refuse_other_units
from tenants import approvals, settings
from tenants.rules import Permission

KIND = "record"
OPEN = frozenset({RecordState.DRAFT.value, RecordState.RETURNED.value})
OUTCOMES = {None: "done", Result.UNREACHABLE.value: "unreachable", Result.OBSTRUCTED.value: "refused"}


@dataclass(frozen=True)
class Ending:
    """What the officer says at the end of the check, when submitting."""

    place: str = ""
    attendee: str = ""
    attendee_post: str = ""
    signature: str = ""
    signature_note: str = ""
    note: str = ""
    handling: str = "none"
    handling_due_on: date | None = None
    handling_note: str = ""
    ended_at: datetime | None = None
    signed_again: bool = False


def open_record(visit_id: UUID) -> Record:
    """This bureau's record of a visit that was begun; made when first opened."""
    visit = queries.visit(visit_id)
    on_the_team(visit)
    part = my_part(visit)
    if part.begun_at is None:
        raise Conflict("请先开始检查，再填写记录。")
    record = queries.my_record(visit_id, lock=True)
    if record is None:
        record = Record(
            id=new_id(),
            tenant_id=own_bureau(),
            visit_id=visit.id,
            entity_code=visit.entity_code,
            entity_name=visit.entity_name,
            state=RecordState.DRAFT.value,
            method=Method.ON_SITE.value,
            place=visit.entity_address if part.entered else "",
            started_at=part.begun_at,
            results=[],
            inspectors=[],
            created_at=now(),
        )
        db.session.add(record)
        db.session.flush()
    return record


def save_item(
    visit_id: UUID,
    matter_id: UUID,
    *,
    answers: Mapping[str, str],
    results: Sequence[str],
    note: str,
    revision: int,
) -> RecordItem:
    """Save what was found of one matter. `revision` is the one the officer had seen (0 if none).

    An empty note is filled with the default wording of the first result; raises `Conflict` if a
    colleague saved in between, unless it is the same again.
    """
    record, matter = _open(visit_id), queries.matter(visit_id, matter_id)
    visit = queries.visit(visit_id)
    refuse_other_units(visit, matter, on_the_team(visit))
    found = checked_set(results)
    entered = {
        "answers": read_answers(matter.checklist, answers),
        "results": [result.value for result in Result if result in found],
        "note": note.strip() or WORDINGS[next(result for result in Result if result in found)],
    }
    item = queries.item(record.id, matter_id, lock=True)
    _expect_consistent(matter, item, entered, note)
    if item is not None and all(getattr(item, name) == value for name, value in entered.items()):
        return item
    if item is not None and item.revision != revision:
        raise Conflict("%(name)s刚刚保存了这个事项，请刷新页面，核对后再保存。", name=item.saved_by)
    item = item or _new_item(record, matter)
    for name, value in entered.items():
        setattr(item, name, value)
    item.revision, item.saved_at, item.saved_by = item.revision + 1, now(), current_scope().actor_name
    db.session.flush()
    return item


def _expect_consistent(
    matter: VisitMatter, item: RecordItem | None, entered: Mapping[str, Any], note: str
) -> None:
    """A failing answer excludes "no problem found" until it is withdrawn with words; what was put right says how."""
    failing = failing_points(matter.checklist, entered["answers"])
    if failing and Result.NOTHING.value in entered["results"]:
        text = N_("有要点不合格，不能选“未发现问题”。")
        raise ClerkError(
            "要点“%(point)s”的答案是不合格，不能同时选“未发现问题”。当场改正的，选“发现问题已责令改正”；填错的，改正答案并写明原因。",
            point=failing[0],
            fields={"results": [text]},
        )
    default = WORDINGS[Result.CORRECTED]
    if Result.CORRECTED.value in entered["results"] and note.strip() in ("", default):
        raise ClerkError(
            "“%(name)s”选了“发现问题已责令改正”，请写明当场怎样改正的。",
            name=matter.name,
            fields={"note": [N_("请写明当场怎样改正的。")]},
        )
    before = failing_points(matter.checklist, item.answers) if item is not None else []
    if set(before) - set(failing) and (not note.strip() or (item is not None and note.strip() == item.note)):
        raise ClerkError(
            "要点“%(point)s”原来填的是不合格。改填的，请在情况说明里写明原因。",
            point=next(point for point in before if point not in failing),
            fields={"note": [N_("请写明改填的原因。")]},
        )


def _new_item(record: Record, matter: VisitMatter) -> RecordItem:
    item = RecordItem(
        id=new_id(),
        tenant_id=record.tenant_id,
        record_id=record.id,
        matter_id=matter.id,
        item_id=matter.item_id,
        number=matter.number,
        name=matter.name,
        basis=matter.basis,
        revision=0,
    )
    db.session.add(item)
    return item


def set_overall_result(visit_id: UUID, whole: str | None, note: str = "", witness: str = "") -> Record:
    """The object could not be found, or refuses (V6): a result of the whole, and who else saw it. None takes it back."""
    record = _open(visit_id)
    if whole is not None and whole not in OF_THE_WHOLE:
        raise ClerkError("请选择“无法联系”或“不配合检查”。")
    record.whole = whole
    record.whole_witness = witness.strip() if whole else ""
    record.whole_note = (note.strip() or WORDINGS[Result(whole)]) if whole else None
    db.session.flush()
    return record


def submit_record(visit_id: UUID, key: str, ending: Ending) -> Record:
    """Submit this bureau's record to its unit. The same `key` sent twice counts once (R-V4).

    Raises `ClerkError` for matters without a result, points without an answer, or a missing signature.
    """
    record, visit = open_record(visit_id), queries.visit(visit_id)
    if queries.submission(key) is not None:
        return record
    expect_open(record)
    items = queries.items(record.id)
    results = _results(visit, record, items)
    _expect_account(record)
    _take(record, items, ending, my_part(visit).entered)
    record.results = [result.value for result in Result if result in results]
    record.handling = check_handling(record.results, ending.handling, ending.handling_due_on is not None)
    _sign(visit, record)
    _keep_signed_text(record, items, ending)
    _hand_in(visit, record, key, items)
    return record


def _open(visit_id: UUID) -> Record:
    record = open_record(visit_id)
    expect_open(record)
    return record


def expect_open(record: Record) -> None:
    """Raise `Conflict` once the record was submitted and not returned."""
    if record.state not in OPEN:
        raise Conflict("这份记录已经提交，科室退回后才能修改。")


def _results(visit: Visit, record: Record, items: Sequence[RecordItem]) -> frozenset[Result]:
    if record.whole is not None:
        return of_object([], Result(record.whole))
    held = {item.matter_id: item for item in items}
    for matter in queries.matters(visit.id, own_bureau()):
        item = held.get(matter.id)
        if item is None:
            raise ClerkError("“%(name)s”还没有填写检查结果。", name=matter.name)
        missing = lacking(matter.checklist, item.answers, queries.photos_of(record.id, matter.id))
        if missing and Result.NO_ACTIVITY.value not in item.results:
            raise ClerkError("“%(name)s”没有填完：%(what)s", name=matter.name, what=missing[0])
        paper = queries.missing_paper(record, matter)
        if paper is not None:
            raise ClerkError("“%(name)s”没有填完：%(what)s", name=matter.name, what=paper)
    return of_object([[Result(code) for code in item.results] for item in items])


def _expect_account(record: Record) -> None:
    """Who is said to refuse is told so in the officer's own words, and a witness or a photo shows it."""
    if record.whole != Result.OBSTRUCTED.value:
        return
    if (record.whole_note or "").strip() in ("", WORDINGS[Result.OBSTRUCTED]):
        raise ClerkError("“不配合检查”须写明经过，不能只用默认用语。")
    if not record.whole_witness and not queries.photos(record.id):
        raise ClerkError("“不配合检查”须有见证人或者现场照片：请填写见证人，或者附上照片。")


def _keep_signed_text(record: Record, items: Sequence[RecordItem], ending: Ending) -> None:
    """A signature, or the refusal of one, is of the text that was there: a changed one asks again."""
    if record.signature is None:
        record.signed_digest = None
        return
    digest = signed_text_digest(record, items)
    if record.signed_digest not in (None, digest) and not ending.signed_again:
        text = N_(
            "签字以后记录改过。请当事人重新阅看并签字（或写明拒绝签字），再勾选“已就修改后的内容重新签字”。"
        )
        raise ClerkError(text, fields={"signed_again": [text]})
    record.signed_digest = digest


def signed_text_digest(record: Record, items: Sequence[RecordItem]) -> str:
    """SHA-256 of what is put before the firm to sign: all of the record but the signature and what follows from it."""
    content = content_of(record, items)
    others = (
        "signature",
        "signature_note",
        "handling",
        "handling_due_on",
        "handling_note",
        "inspectors",
        "ended_at",
    )
    text = json.dumps({key: value for key, value in content.items() if key not in others}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _take(record: Record, items: Sequence[RecordItem], ending: Ending, entered: bool) -> None:
    """Who was there signs; where nobody entered, nobody need be there."""
    met = record.whole is None and entered
    if met and ending.signature not in ("signed", "refused"):
        text = N_("请选择当事人已签字，或拒绝签字。")
        raise ClerkError(text, fields={"signature": [text]})
    if ending.signature == "refused" and not ending.signature_note.strip():
        text = N_("当事人拒绝签字的，请写明情况和见证人。")
        raise ClerkError(text, fields={"signature_note": [text]})
    if met and not ending.attendee.strip():
        text = N_("请填写在场的当事人或其代表。")
        raise ClerkError(text, fields={"attendee": [text]})
    for name in ("attendee", "attendee_post", "signature_note", "note", "handling_note"):
        setattr(record, name, getattr(ending, name).strip())
    record.place = ending.place.strip() or record.place
    record.signature = ending.signature or None
    if ending.handling_due_on is not None and ending.handling_due_on < today():
        text = N_("改正期限不能早于今天。")
        raise ClerkError(text, fields={"handling_due_on": [text]})
    methods = [way.method.value for way in queries.ways(record.visit_id, record.tenant_id).values()]
    record.method, record.handling_due_on = leading(methods).value, ending.handling_due_on
    _take_end(record, _end_of(record, items, ending))


def _end_of(record: Record, items: Sequence[RecordItem], ending: Ending) -> datetime:
    """When the last act of checking ended: as the officer says, else as recorded. Neither submitting late nor a return moves it."""
    first = queries.first_submission(record.id)
    if first is not None and record.ended_at is not None:
        said = ending.ended_at or record.ended_at
        return said if said <= first.at else record.ended_at
    if ending.ended_at is not None:
        return ending.ended_at
    acts = [item.saved_at for item in items] + [photo.added_at for photo in queries.photos(record.id)]
    return max([*acts, record.started_at]) if acts and record.started_at else now()


def _take_end(record: Record, ended: datetime) -> None:
    assert record.started_at is not None
    if ended > now() or ended < record.started_at:
        text = N_("结束时间应在开始检查之后，且不晚于现在。")
        raise ClerkError(text, fields={"ended_at": [text]})
    record.ended_at = ended
    calendar, day = queries.calendar(), local_day(ended)
    report = due(calendar, day, settings.value("report_days", on=day), today())
    record.report_due_on = report.deadline.due if report.deadline else None
    set_disclosure_day(record, queries.visit(record.visit_id))


def _sign(visit: Visit, record: Record) -> None:
    """The officers who were there sign; a certificate must be valid on the day (R-L8)."""
    assert record.ended_at is not None
    day = local_day(record.ended_at)
    check_certificates(visit, day)
    mine = [member for member in queries.team(visit.id) if member.bureau_id == own_bureau()]
    record.inspectors = [{"name": member.name, "certificate": member.certificate_number} for member in mine]


def _hand_in(visit: Visit, record: Record, key: str, items: Sequence[RecordItem]) -> None:
    scope = current_scope()
    record.state, record.return_reason = RecordState.SUBMITTED.value, None
    record.submitted_at, record.submitted_by, record.submitter_name = now(), scope.actor_id, scope.actor_name
    part = my_part(visit)
    number_part(visit, part)
    part.submitted_at, part.outcome = record.submitted_at, OUTCOMES[record.whole]
    db.session.add(
        RecordSubmission(
            tenant_id=own_bureau(),
            record_id=record.id,
            key=key,
            at=record.submitted_at,
            actor_name=scope.actor_name,
            content=content_of(record, items),
        )
    )
    title = Sentence("%(name)s：检查记录", name=record.entity_name)
    approvals.ask(KIND, record.id, title, "review", Permission.VISIT_REVIEW)
    record_step(visit, "record", Sentence("提交检查记录"), "record.submit", {"results": record.results})
    db.session.flush()


def content_of(record: Record, items: Sequence[RecordItem]) -> dict[str, Any]:
    """A record as it was submitted, whole."""
    columns = (
        "method",
        "whole",
        "whole_note",
        "whole_witness",
        "results",
        "place",
        "attendee",
        "attendee_post",
        "signature",
    )
    more = ("signature_note", "note", "handling", "handling_note", "inspectors")
    ways = queries.ways(record.visit_id, record.tenant_id)
    return {
        **{name: getattr(record, name) for name in (*columns, *more)},
        "started_at": record.started_at.isoformat() if record.started_at else None,
        "ended_at": record.ended_at.isoformat() if record.ended_at else None,
        "handling_due_on": record.handling_due_on.isoformat() if record.handling_due_on else None,
        "items": [
            {
                "number": i.number,
                "name": i.name,
                "method": ways[i.matter_id].method.value,
                "answers": i.answers,
                "results": i.results,
                "note": i.note,
            }
            for i in items
        ],
        "photos": [photo.digest for photo in queries.photos(record.id)],
        "papers": [
            {"kind": paper.kind, "title": paper.title, "number": paper.number, "digest": paper.digest}
            for paper in queries.papers(record.id)
        ],
    }
