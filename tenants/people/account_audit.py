"""What people do with their own accounts, kept before there is a bureau's scope (R-T6)."""

from __future__ import annotations

from typing import Any

from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.scope import DbRole, current_scope
from tenants.models import Bureau, UserAccount


def record_act(account: UserAccount, event: str, after: dict[str, Any] | None = None) -> None:
    """Keep in this transaction what the account's owner did, or what was tried in their name."""
    bureau = db.session.get(Bureau, account.tenant_id)
    scope = current_scope()
    db.session.add(
        AuditEntry(
            tenant_id=account.tenant_id,
            at=now(),
            actor_id=account.id,
            actor_name=account.display_name,
            bureau_name=bureau.name if bureau else "",
            role=DbRole.IDENTITY.value,
            origin=scope.origin,
            request=scope.request,
            event=event,
            subject_kind="user",
            subject_id=account.id,
            subject_name=account.display_name,
            after=after,
        )
    )
