"""Certificates watched day by day: told 90, 30 and 7 days before their end, once each, and suspended after it (R-L8).

Who may be drawn is decided by the date itself (`queries.drawable`), so nothing depends on whether this ran; it tells,
sets the state everybody reads, and keeps the trace. What a load, an edit or an entry changes is looked at on the spot.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from onedoor.officers import queries
from onedoor.officers.models import CertificateNotice, Inspector
from onedoor.officers.rules.certificates import CERTIFICATE, EXPIRED, RENEWED, looked_at, stage_of
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.service.certificate_register import take_over
from onedoor.officers.service.credentials import watch_credentials
from tenants.rules import Permission

# Before the end and after it: to the clerks, to the officer.
_SAID = {
    False: (
        Sentence("%(name)s的执法证有效期至 %(day)s，%(days)s 天内到期，请办理换发并更新名录。"),
        Sentence("您的执法证有效期至 %(day)s，%(days)s 天内到期，请办理换发。"),
    ),
    True: (
        Sentence("%(name)s的执法证已于 %(day)s 到期，已自动暂停执法；换发后更新有效期，自动恢复。"),
        Sentence("您的执法证已于 %(day)s 到期，已自动暂停执法；换发后由单位更新有效期，自动恢复。"),
    ),
}


def watch_certificates(on: date | None = None) -> int:
    """Tell of the current bureau's certificates what is to be told on a day (today); returns how many were told of.

    Doing it again on the same day tells and changes nothing. Credentials of experts are told of with them.
    """
    day = on or today()
    take_over()
    query = queries.inspectors().where(
        sa.or_(
            sa.and_(
                Inspector.status == InspectorStatus.ACTIVE,
                Inspector.certificate_number.is_not(None),
                Inspector.certificate_expires_on <= looked_at(day),
            ),
            Inspector.suspended_for == CERTIFICATE,
        )
    )
    warnings = sum(look_at(one, day) for one in db.session.scalars(query.with_for_update()).all())
    warnings += watch_credentials(day)
    db.session.flush()
    return warnings


def look_at(inspector: Inspector, on: date | None = None) -> bool:
    """Suspend, take back and tell what is due of one officer on a day (today); whether anything was told.

    Who is not at work, or was suspended by a person, is left alone, as is one without a certificate.
    """
    day, expires = on or today(), inspector.certificate_expires_on
    if expires is None or not _is_watched(inspector):
        return False
    if inspector.suspended_for == CERTIFICATE and expires >= day:
        _take_back(inspector, expires)
        return True
    stage = stage_of(expires, day)
    if stage is None:
        return False
    if stage == EXPIRED and inspector.status == InspectorStatus.ACTIVE:
        _set(inspector, InspectorStatus.SUSPENDED, Sentence("执法证已于 %(day)s 到期，自动暂停", day=expires))
    warnings = _tell(inspector, expires, stage)
    if warnings:
        _say(inspector, expires, stage)
    return warnings


def _is_watched(inspector: Inspector) -> bool:
    if inspector.suspended_for == CERTIFICATE:
        return True
    return inspector.status == InspectorStatus.ACTIVE and inspector.certificate_number is not None


def _take_back(inspector: Inspector, expires: date) -> None:
    _set(inspector, InspectorStatus.ACTIVE, Sentence("执法证已换发，有效至 %(day)s，自动恢复", day=expires))
    _tell(inspector, expires, RENEWED)


def _say(inspector: Inspector, expires: date, stage: str) -> None:
    """To the clerks who keep the library, and to the officer who has an account."""
    given = {"name": inspector.name, "day": expires, "days": stage}
    theirs, own = _SAID[stage == EXPIRED]
    messages.send_message(
        Sentence(theirs, **given), f"/registry/inspectors/{inspector.id}", Permission.REGISTRY_WRITE
    )
    if inspector.user_id is not None:
        messages.send_message(Sentence(own, **given), "/registry/own", inspector.user_id)


def _tell(inspector: Inspector, expires: date, stage: str) -> bool:
    row = {
        "id": new_id(),
        "tenant_id": inspector.tenant_id,
        "inspector_id": inspector.id,
        "expires_on": expires,
        "stage": stage,
        "made_at": now(),
    }
    made = insert(CertificateNotice).values(row).on_conflict_do_nothing().returning(CertificateNotice.id)
    return db.session.scalar(made) is not None


def _set(inspector: Inspector, status: InspectorStatus, reason: str) -> None:
    before, inspector.status, inspector.updated_at = inspector.status, status.value, now()
    inspector.suspended_for = CERTIFICATE if status is InspectorStatus.SUSPENDED else None
    audit.record(
        "registry.inspector.status",
        ("inspector", inspector.id),
        inspector.name,
        before={"status": before},
        after={"status": status.value, "reason": str(reason)},
    )
    db.session.flush()
