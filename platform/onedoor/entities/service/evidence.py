"""Evidence of a proposed correction: pictures and PDF files, sealed, for the two bureaus it goes between (R-T4, R-T7)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from onedoor.entities.models import Correction, CorrectionFile
from onedoor.entities.policies.premises import EVIDENCE
from onedoor.entities.queries.corrections import correction_file
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.pipe_messages import PictureLimits
from onedoor.kernel.files import plain_name
from onedoor.kernel.pictures import rewritten
from onedoor.kernel.sentences import Sentence

MOST_FILES, MOST_BYTES = 5, 10 << 20
PDF, PICTURE = "application/pdf", "image/jpeg"
_PICTURES = PictureLimits(size=MOST_BYTES)
# A PDF begins so, within its first kilobyte (ISO 32000-1, 7.5.2 and Annex H), and ends so.
_BEGINS, _ENDS, _NEAR = b"%PDF-", b"%%EOF", 1024
_OF_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")


@dataclass(frozen=True)
class Evidence:
    """A file that was looked at: its name, kind and bytes; a picture is of our own making, without place and device."""

    name: str
    media_type: str
    content: bytes


def read_evidence(sent: Iterable[tuple[str | None, bytes]]) -> list[Evidence]:
    """Look at files before anything is locked; raises ClerkError beside `files` for what is no picture or PDF, or too large."""
    given = [(name, content) for name, content in sent if name or content]
    if len(given) > MOST_FILES:
        raise _wrong("最多附 %(most)s 个文件。", most=MOST_FILES)
    return [_looked_at(plain_name(name), content) for name, content in given]


def keep_evidence(correction: Correction, evidence: Sequence[Evidence]) -> None:
    """Hang the files on a proposal of this bureau."""
    for one in evidence:
        made = CorrectionFile(
            id=new_id(),
            tenant_id=correction.tenant_id,
            correction_id=correction.id,
            receiver_id=correction.receiver_id,
            name=one.name,
            media_type=one.media_type,
            size=len(one.content),
            digest=hashlib.sha256(one.content).hexdigest(),
            created_at=now(),
        )
        made.content = EVIDENCE.seal(made.id, base64.b64encode(one.content).decode())
        db.session.add(made)
    db.session.flush()


def evidence_of(correction_id: UUID, file_id: UUID) -> Evidence:
    """A file of a proposal that the current bureau sent or received."""
    kept = correction_file(correction_id, file_id)
    content = base64.b64decode(EVIDENCE.open(kept.id, kept.content))
    return Evidence(kept.name, kept.media_type, content)


def _looked_at(name: str, content: bytes) -> Evidence:
    if not content:
        raise _wrong("“%(name)s”是空的。", name=name)
    if len(content) > MOST_BYTES:
        raise _wrong("“%(name)s”太大，每个文件最大 10 MB。", name=name)
    stem = name.rpartition(".")[0] or name
    if _BEGINS in content[:_NEAR]:
        if _ENDS not in content[-_NEAR:]:
            raise _wrong("“%(name)s”不完整，请重新扫描或导出后再上传。", name=name)
        return Evidence(f"{stem}.pdf", PDF, content)
    if not content.startswith(_OF_PICTURES):
        raise _wrong("“%(name)s”不是照片（JPEG、PNG、WebP）或 PDF，请转换后再上传。", name=name)
    try:
        return Evidence(f"{stem}.jpg", PICTURE, rewritten(content, _PICTURES).content)
    except ClerkError as error:
        problem = Sentence(error.message, **error.params)
        raise _wrong("“%(name)s”：%(problem)s", name=name, problem=problem) from None


def _wrong(message: str, **params: Any) -> ClerkError:
    return ClerkError(message, fields={"files": [Sentence(message, **params)]}, **params)
