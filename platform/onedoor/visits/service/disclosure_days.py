"""A bureau binds itself to make results public sooner than its place says (R-O1)."""

from __future__ import annotations

from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.visits import queries
from onedoor.visits.models import DisclosureDays
from onedoor.visits.service.audit_trail import own_bureau
from tenants import queries as tenants
from tenants import settings


def place_disclosure_days() -> int:
    """What the place says today."""
    return int(settings.value("disclosure_days"))


def set_disclosure_days(days: int | None) -> DisclosureDays:
    """From today on, for checks that end from now: `days`, sooner than the place says, or (None) as it says."""
    most = place_disclosure_days()
    if days is not None and not 0 < days < most:
        text = Sentence("本地规定是 %(most)s 个工作日，本单位只能定得更短，至少 1 个工作日。", most=most)
        raise ClerkError(text, fields={"days": [text]})
    if days == queries.own_disclosure_days(today()):
        raise Conflict("与现在的期限相同，没有改动。")
    made = DisclosureDays(
        id=new_id(),
        tenant_id=own_bureau(),
        days=days,
        since=today(),
        decided_at=now(),
        decided_by=current_scope().actor_name,
    )
    db.session.add(made)
    db.session.flush()
    name = tenants.my_bureau().name
    audit.record("visits.disclosure_days.set", ("disclosure_days", made.id), name, after={"days": days})
    return made
