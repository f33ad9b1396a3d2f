"""Photos of one bureau's part of a visit: added and taken away until the record is submitted (R-V4)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.file_sandbox.pipe_messages import PictureLimits
from onedoor.kernel.pictures import Picture, rewritten
from onedoor.kernel.scope import current_scope
from onedoor.visits import queries
from onedoor.visits.models import Record, RecordPhoto
from onedoor.visits.service.conduct import on_the_team
from onedoor.visits.service.records import expect_open, open_record

MOST_PHOTOS = 20
# Enough to read a label on a shelf; some 500 kB.
KEPT = PictureLimits(longest=1_920)
SHOWN_SMALL = PictureLimits(longest=320)


@dataclass(frozen=True)
class Developed:
    """A photo of our own making, and a small one of it."""

    whole: Picture
    small: Picture


def develop(visit_id: UUID, content: bytes) -> Developed:
    """Write a photo for this bureau's record anew, without place, time and device. It takes a second: nothing is locked.

    Raises ClerkError for what is no photo or too large, and for a record that takes no more.
    """
    on_the_team(queries.visit(visit_id))
    begun = queries.my_record(visit_id)
    if begun is not None:
        _expect_room(begun)
    whole = rewritten(content, KEPT)
    return Developed(whole, rewritten(whole.content, SHOWN_SMALL))


@dataclass(frozen=True)
class AskedFor:
    """The point that a photo was asked for: its matter, and its place in the matter's checklist, from 0."""

    matter_id: UUID
    point: int


def add_photo(visit_id: UUID, photo: Developed, asked: AskedFor | None = None) -> RecordPhoto:
    """Keep a photo on this bureau's record; the same one stands once, at the point it was `asked` for if at any.

    Raises ClerkError for more than `MOST_PHOTOS`, for one that stands at another point, and for a record that was submitted.
    """
    record, picture = open_record(visit_id), photo.whole
    digest = hashlib.sha256(picture.content).hexdigest()
    found = next((each for each in queries.photos(record.id) if each.digest == digest), None)
    if found is not None:
        expect_open(record)
        if asked is None or (found.matter_id, found.point) == (asked.matter_id, asked.point):
            return found
        if found.matter_id is not None:
            raise ClerkError("这张照片已经附在另一条要点下，请另拍一张。")
        db.session.delete(found)
        db.session.flush()
    if asked is not None:
        _expect_point(visit_id, asked)
    _expect_room(record)
    kept = RecordPhoto(
        id=new_id(),
        tenant_id=record.tenant_id,
        record_id=record.id,
        matter_id=asked.matter_id if asked else None,
        point=asked.point if asked else None,
        width=picture.width,
        height=picture.height,
        size=len(picture.content),
        digest=digest,
        content=picture.content,
        thumbnail=photo.small.content,
        added_at=now(),
        added_by=current_scope().actor_name,
    )
    db.session.add(kept)
    db.session.flush()
    _noted("visits.photo.add", record, digest)
    return kept


def remove_photo(visit_id: UUID, photo_id: UUID) -> None:
    """Take a photo off this bureau's record of that visit, while it is open; the log keeps that it was there."""
    photo = queries.photo(photo_id)
    record = open_record(visit_id)
    if photo.record_id != record.id:
        raise NotFound()
    expect_open(record)
    db.session.delete(photo)
    db.session.flush()
    _noted("visits.photo.remove", record, photo.digest)


def _expect_point(visit_id: UUID, asked: AskedFor) -> None:
    """The point is one of a matter of this bureau at that visit."""
    matter = queries.matter(visit_id, asked.matter_id)
    if matter.bureau_id != current_scope().tenant_id or not 0 <= asked.point < len(matter.checklist):
        raise NotFound()


def _expect_room(record: Record) -> None:
    expect_open(record)
    if len(queries.photos(record.id)) >= MOST_PHOTOS:
        raise ClerkError("每份记录最多 %(most)s 张照片，请先删去不需要的。", most=MOST_PHOTOS)


def _noted(event: str, record: Record, digest: str) -> None:
    audit.record(event, ("record", record.id), record.entity_name, after={"photo": digest})
