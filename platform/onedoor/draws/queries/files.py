"""The files of a draw that anybody may download (R-D8), from where they are public."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from onedoor.disclosure import queries as disclosure
from onedoor.disclosure.models import DisclosedFile
from onedoor.draws.models import DepositFile
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope


class Download(NamedTuple):
    """A published file: its id in the disclosure, name, size in bytes, SHA-256 in hex."""

    id: UUID
    name: str
    size: int
    digest: str


def files(draw_id: UUID) -> list[Download]:
    """Pools, plan, register, proof and a roster without recusals, as published last; none before the plan is out."""
    published = disclosure.of_subject("draw", draw_id)
    if published is None:
        return []
    return [Download(f.id, f.name, f.size, f.digest) for f in disclosure.files(published.id)]


def file(draw_id: UUID, name: str) -> DisclosedFile:
    """One published file of a draw by name, with its content."""
    published = disclosure.of_subject("draw", draw_id)
    if published is None:
        raise NotFound("没有找到这个文件。")
    return disclosure.file(published.id, name)


def published(draw_id: UUID, name: str) -> DisclosedFile | None:
    """The same, or None where no file of this name is public."""
    return file(draw_id, name) if name in {each.name for each in files(draw_id)} else None


def pool_file(draw_id: UUID) -> bytes:
    """The list the current bureau itself deposited."""
    query = sa.select(DepositFile.pool).where(
        DepositFile.draw_id == draw_id, DepositFile.tenant_id == current_scope().tenant_id
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("本部门还没有存入名单。")
    return found
