"""Publishing, correcting and withdrawing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.disclosure import queries
from onedoor.disclosure.models import DisclosedFile, Disclosure, Withholding, WithholdingState
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.source_strings import N_
from tenants import queries as bureaus

KINDS = frozenset(
    {
        "items",
        "items_former",
        "inspectors",
        "targets",
        "rulebook",
        "rulebook_former",
        "plan",
        "draw",
        "result",
        "register",
        "circular",
        "entrusted",
        "penalty",
        "burden",
        "withheld",
    }
)
PublicFile = tuple[str, str, bytes]


@dataclass(frozen=True)
class Unchanged:
    """A file as the version that is public now has it, by its name: neither read nor written again."""

    name: str


def publish(
    kind: str,
    subject_id: UUID,
    title: str,
    content: dict[str, Any],
    *,
    entity_code: str | None = None,
    entity_name: str | None = None,
    place: str | None = None,
    files: Sequence[PublicFile | Unchanged] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> Disclosure:
    """Make a thing of the current bureau public (R-O1); a former version of it ends now.

    `content` is all the public page shows; `files` are (name, media type, bytes), in order. One that is `Unchanged` goes
    over from the former version as it stands, however large it is.
    """
    if kind not in KINDS:
        raise ValueError(kind)
    scope = current_scope()
    assert scope.tenant_id is not None
    former = _current(kind, subject_id)
    moment = now()
    if former is not None:
        former.until, former.ended_because = moment, "已由新的版本替代"
    disclosure = Disclosure(
        id=new_id(),
        tenant_id=scope.tenant_id,
        kind=kind,
        subject_id=subject_id,
        version=_last_version(kind, subject_id) + 1,
        title=title,
        bureau_name=bureaus.my_bureau().name,
        place=place or bureaus.my_bureau().jurisdiction_code,
        entity_code=entity_code,
        entity_name=entity_name,
        content=content,
        since=since or moment,
        until=until,
        words=" ".join(filter(None, (title, entity_code, entity_name))).upper(),
    )
    db.session.add(disclosure)
    db.session.flush()
    _attach(disclosure, files, former)
    audit.record("disclosure.publish", (kind, subject_id), title, after={"version": disclosure.version})
    return disclosure


def withdraw(kind: str, subject_id: UUID, reason: str, how: str | None = None) -> None:
    """End a publication with its reason (R-O3); `how` is repaired or law where the public may read nothing of it any more."""
    if not reason.strip():
        raise ClerkError("撤回公示请写明理由。", fields={"reason": ["请写明理由。"]})
    current = _current(kind, subject_id)
    if current is None:
        raise NotFound("没有正在公示的内容可以撤回。")
    current.until, current.ended_because, current.ended_how = now(), reason.strip(), how
    audit.record("disclosure.withdraw", (kind, subject_id), current.title, after={"reason": reason.strip()})
    db.session.flush()


def propose_withholding(kind: str, subject_id: UUID, title: str, law: str, reason: str) -> Withholding:
    """Say that law keeps a thing from the public, and which; another approves it (R-O1)."""
    missing = {
        name: [text]
        for name, value, text in (
            ("law", law, N_("请写明依据的法律条款。")),
            ("reason", reason, N_("请写明理由。")),
        )
        if not value.strip()
    }
    if missing:
        raise ClerkError("不予公示的申请还没有填完。", fields=missing)
    if queries.withholding_of(kind, subject_id) is not None:
        raise Conflict("已经申请过依法不予公示，不必重复申请。")
    made = Withholding(
        id=new_id(),
        tenant_id=current_scope().tenant_id,
        kind=kind,
        subject_id=subject_id,
        title=title,
        law=law.strip(),
        reason=reason.strip(),
        state=WithholdingState.PROPOSED,
        proposed_at=now(),
        author_name=current_scope().actor_name,
    )
    db.session.add(made)
    db.session.flush()
    audit.record("disclosure.withholding.propose", (kind, subject_id), title, after={"law": made.law})
    return made


def settle_withholding(made: Withholding, approved: bool, reason: str) -> None:
    """Approved, it leaves the public if it was there, and what is public says that the bureau keeps one back, and by which law."""
    made.decided_at, made.decider_name = now(), current_scope().actor_name
    made.state = "approved" if approved else "returned"
    if not approved:
        made.return_reason = reason.strip()
        audit.record("disclosure.withholding.return", (made.kind, made.subject_id), made.title)
        return
    if queries.of_subject(made.kind, made.subject_id) is not None:
        withdraw(made.kind, made.subject_id, made.law, "law")
    publish("withheld", made.id, "依法不予公示的检查结果", {"law": made.law})
    audit.record(
        "disclosure.withholding.approve", (made.kind, made.subject_id), made.title, after={"law": made.law}
    )


def _current(kind: str, subject_id: UUID) -> Disclosure | None:
    query = (
        sa.select(Disclosure)
        .where(
            Disclosure.tenant_id == current_scope().tenant_id,
            Disclosure.kind == kind,
            Disclosure.subject_id == subject_id,
            sa.or_(Disclosure.until.is_(None), Disclosure.until > now()),
        )
        .with_for_update()
    )
    return db.session.scalar(query)


def _last_version(kind: str, subject_id: UUID) -> int:
    query = sa.select(sa.func.max(Disclosure.version)).where(
        Disclosure.tenant_id == current_scope().tenant_id,
        Disclosure.kind == kind,
        Disclosure.subject_id == subject_id,
    )
    return db.session.scalar(query) or 0


def _attach(
    disclosure: Disclosure, files: Sequence[PublicFile | Unchanged], former: Disclosure | None
) -> None:
    there = {file.name: file for file in queries.files(former.id)} if former is not None else {}
    for position, given in enumerate(files):
        if isinstance(given, Unchanged):
            # Its name was read before the row was locked: who withdrew or published in between was first.
            if given.name not in there:
                raise Conflict("公示的内容刚才有了变化，请刷新页面再办理。")
            there[given.name].disclosure_id, there[given.name].position = disclosure.id, position
            continue
        name, media_type, content = given
        db.session.add(
            DisclosedFile(
                tenant_id=disclosure.tenant_id,
                disclosure_id=disclosure.id,
                position=position,
                name=name,
                media_type=media_type,
                size=len(content),
                digest=hashlib.sha256(content).hexdigest(),
                content=content,
            )
        )
    db.session.flush()
