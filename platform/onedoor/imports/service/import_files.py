"""A clerk's file as it is kept: sealed, and in parts, so that nobody holds a large one whole (R-L11, R-T7)."""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from collections.abc import Iterator
from typing import IO

import sqlalchemy as sa

from onedoor.imports.models import Import, ImportPart
from onedoor.imports.policies import UPLOAD, UPLOAD_PART
from onedoor.kernel import files
from onedoor.kernel.db import db, new_id
from onedoor.kernel.deployment import settings
from onedoor.kernel.spreadsheets import Limits, too_large

PART = 4 << 20
# A part that was made smaller says so; those of earlier releases are not.
_SMALLER = "z:"
# Of a large file so many bytes are read in a second of processor time at the least.
_BYTES_A_SECOND = 1 << 20


def limits(size: int = 0) -> Limits:
    """What is taken of a file, as the operator allows it; the larger the file, the longer it may be read."""
    allowed = settings().largest_file_mb << 20
    return Limits(size=allowed, seconds=Limits().seconds + size // _BYTES_A_SECOND)


def as_stream(content: bytes | IO[bytes]) -> IO[bytes]:
    """A file that may come as bytes or as what was uploaded."""
    return io.BytesIO(content) if isinstance(content, bytes) else content


def parts(source: IO[bytes]) -> Iterator[bytes]:
    """The file from its beginning."""
    source.seek(0)
    while part := source.read(PART):
        yield part


def keep(run: Import, source: IO[bytes]) -> tuple[int, int]:
    """Keep the file of a new run; returns its size and how many line ends it has. Raises ClerkError for one too large."""
    digest, size, lines, most = hashlib.sha256(), 0, 0, limits().size
    for number, part in enumerate(parts(source)):
        digest.update(part)
        size, lines = size + len(part), lines + part.count(b"\n")
        if size > most:
            raise too_large(size, most)
        if number:
            _keep_part(run, number, part)
        else:
            _keep_first(run, part)
    run.digest = digest.hexdigest()
    return size, lines


def parts_of(run: Import) -> Iterator[bytes]:
    """The file as it was sent, part by part."""
    stored = files.get(run.file_id)
    yield _unpacked(UPLOAD.open(stored.id, stored.content))
    ordered = sa.select(ImportPart.id).where(ImportPart.import_id == run.id).order_by(ImportPart.number)
    for part_id in list(db.session.scalars(ordered)):
        kept = db.session.scalar(sa.select(ImportPart.content).where(ImportPart.id == part_id))
        assert kept is not None, "a file's parts stay as long as the file"
        yield _unpacked(UPLOAD_PART.open(part_id, kept))


def _keep_first(run: Import, part: bytes) -> None:
    file_id = new_id()
    sealed = UPLOAD.seal(file_id, _packed(part))
    stored = files.store_file(run.file_name, sealed, "application/octet-stream", file_id=file_id)
    run.file_id, run.tenant_id = stored.id, stored.tenant_id
    db.session.add(run)
    db.session.flush()


def _keep_part(run: Import, number: int, part: bytes) -> None:
    part_id = new_id()
    given = {"id": part_id, "tenant_id": run.tenant_id, "import_id": run.id, "number": number}
    sealed = UPLOAD_PART.seal(part_id, _packed(part))
    db.session.execute(sa.insert(ImportPart), [{**given, "content": sealed}])


def _packed(part: bytes) -> str:
    return _SMALLER + base64.b64encode(zlib.compress(part, 1)).decode()


def _unpacked(text: str) -> bytes:
    if text.startswith(_SMALLER):
        return zlib.decompress(base64.b64decode(text[len(_SMALLER) :]))
    return base64.b64decode(text)
