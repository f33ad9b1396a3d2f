"""Files kept in the database, so that a file and the fact that speaks of it are one commit."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from onedoor.kernel import access
from onedoor.kernel.access import owned
from onedoor.kernel.clock import now
from onedoor.kernel.db import Identified, db, new_id
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope

# Control characters, marks that turn the direction of writing, lone surrogates, and what stands for nothing.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
_LONGEST_NAME = 200


class StoredFile(Identified):
    """A file of one bureau: what was uploaded or made. `digest` is SHA-256 in hex."""

    __tablename__ = "stored_file"
    tenant_id: Mapped[UUID]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    digest: Mapped[str]
    created_at: Mapped[datetime]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary))
    __table_args__ = (sa.UniqueConstraint("id", "tenant_id"), sa.Index("ix_stored_file_tenant", "tenant_id"))


access.rules("stored_file", owned("stored_file", deletable=True))


def plain_name(given: str | None) -> str:
    """An uploaded file's name as one can show it: no folder, nothing invisible or turned around, 200 characters.

    It is only ever shown and offered as a name to save under; no path is made of it.
    """
    last = re.split(r"[/\\]", given or "")[-1]
    seen = "".join(char for char in last if unicodedata.category(char) not in _UNSEEN).strip(" .")
    return seen[-_LONGEST_NAME:] or "未命名文件"


def store_file(name: str, content: bytes, media_type: str, *, file_id: UUID | None = None) -> StoredFile:
    """Store a file of the current bureau in this transaction, under an id given if the content is sealed for it."""
    scope = current_scope()
    assert scope.tenant_id is not None, "a file belongs to a bureau"
    stored = StoredFile(
        id=file_id or new_id(),
        tenant_id=scope.tenant_id,
        name=name,
        media_type=media_type,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        created_at=now(),
        content=content,
    )
    db.session.add(stored)
    db.session.flush()
    return stored


def get(file_id: UUID) -> StoredFile:
    """The file, if this scope may see it."""
    stored = db.session.get(StoredFile, file_id)
    if stored is None:
        raise NotFound("没有找到这个文件。")
    return stored
