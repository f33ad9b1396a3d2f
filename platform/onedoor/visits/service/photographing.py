"""Photos of one bureau's part of a visit: added and taken away until the record is submitted (R-V4)."""

from __future__ import annotations

import hashlib
from uuid import UUID

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.foreign.shapes import PictureLimits
from onedoor.kernel.pictures import rewritten
from onedoor.kernel.scope import current_scope
from onedoor.visits import queries
from onedoor.visits.models import Record, RecordPhoto
from onedoor.visits.service.carrying import on_the_team
from onedoor.visits.service.recording import expect_open, open_record

MOST_PHOTOS = 20
# Enough to read a label on a shelf; some 500 kB.
KEPT = PictureLimits(longest=1_920)
SHOWN_SMALL = PictureLimits(longest=320)


def add_photo(visit_id: UUID, content: bytes) -> RecordPhoto:
    """Keep a photo on this bureau's record, written anew without place, time and device; the same one stands once.

    Raises ClerkError for what is no photo or too large, for more than `MOST_PHOTOS`, and for a record that was submitted.
    """
    on_the_team(queries.visit(visit_id))
    begun = queries.my_record(visit_id)
    if begun is not None:
        _expect_room(begun)
    # Before the record is locked: this takes a second.
    picture = rewritten(content, KEPT)
    small = rewritten(picture.content, SHOWN_SMALL)
    record = open_record(visit_id)
    digest = hashlib.sha256(picture.content).hexdigest()
    found = next((each for each in queries.photos(record.id) if each.digest == digest), None)
    if found is not None:
        expect_open(record)
        return found
    _expect_room(record)
    photo = RecordPhoto(
        id=new_id(),
        tenant_id=record.tenant_id,
        record_id=record.id,
        width=picture.width,
        height=picture.height,
        size=len(picture.content),
        digest=digest,
        content=picture.content,
        thumbnail=small.content,
        added_at=now(),
        added_by=current_scope().actor_name,
    )
    db.session.add(photo)
    db.session.flush()
    _noted("visits.photo.add", record, digest)
    return photo


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


def _expect_room(record: Record) -> None:
    expect_open(record)
    if len(queries.photos(record.id)) >= MOST_PHOTOS:
        raise ClerkError("每份记录最多 %(most)s 张照片，请先删去不需要的。", most=MOST_PHOTOS)


def _noted(event: str, record: Record, digest: str) -> None:
    audit.record(event, ("record", record.id), record.entity_name, after={"photo": digest})
