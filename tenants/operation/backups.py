"""When the last backup was made, and when one was last tried: restored elsewhere (docs/operations/backup.md)."""

from __future__ import annotations

from datetime import date, datetime, time

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from tenants.models import BackupEntry


def entries(most: int = 30) -> list[BackupEntry]:
    """What was backed up and tried, the latest first (operator's scope)."""
    query = sa.select(BackupEntry).order_by(BackupEntry.at.desc(), BackupEntry.id.desc())
    return list(db.session.scalars(query.limit(most)))


def last(kind: str) -> BackupEntry | None:
    """The latest backup, or the latest trial that went well."""
    query = sa.select(BackupEntry).where(BackupEntry.kind == kind, BackupEntry.good)
    return db.session.scalar(query.order_by(BackupEntry.at.desc()).limit(1))


def enter_trial(day: date, name: str, note: str, *, good: bool) -> BackupEntry:
    """Note that a backup was restored elsewhere, and whether everything came back."""
    wrong: dict[str, list[str]] = {}
    if day > today():
        wrong["day"] = ["恢复演练的日期不能晚于今天。"]
    if not name.strip():
        wrong["name"] = ["请写明演练用的是哪一份备份。"]
    if not note.strip():
        wrong["note"] = ["请写明恢复到哪里、核对了什么。"]
    if wrong:
        raise ClerkError("恢复演练有几处需要修改。", fields=wrong)
    at = now() if day == today() else datetime.combine(day, time(12), SHANGHAI)
    made = BackupEntry(
        id=new_id(),
        kind="trial",
        at=at,
        name=name.strip(),
        good=good,
        note=note.strip(),
        entered_by=current_scope().actor_name,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "tenants.backup.trial", ("backup_entry", made.id), made.name, after={"good": good, "note": made.note}
    )
    return made
