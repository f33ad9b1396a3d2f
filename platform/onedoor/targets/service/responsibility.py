"""Saying which bureau should list entities that are in nobody's library (监管真空, R-L6)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from onedoor.entities.models import Entity
from onedoor.kernel import audit, jobs
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from tenants import queries as tenants
from tenants.rules import Permission

# So many are named in the message; the others are counted.
NAMED = 10


def suggest_bureau(found: Sequence[Entity], bureau_id: UUID, reason: str) -> None:
    """Tell another bureau that these should be in its library, and why; it sees them on its own page of such entities, or says why not.

    Raises ClerkError for one's own bureau: it lists them itself.
    """
    if bureau_id == current_scope().tenant_id:
        text = "由本单位监管的，请直接列入名录库。"
        raise ClerkError(text, fields={"bureau_id": [text]})
    bureau = tenants.bureau(bureau_id)
    names = [one.name for one in found]
    jobs.enqueue(
        JobName.SUGGEST_LISTING,
        {
            "by": tenants.my_bureau().name,
            "names": names[:NAMED],
            "first": str(found[0].id),
            "count": len(names),
            "reason": reason,
        },
        title=Sentence("提请%(bureau)s列入无人监管的主体", bureau=bureau.short_name),
        for_bureau=bureau.id,
    )
    audit.record(
        "registry.entity.suggest",
        ("bureau", bureau.id),
        bureau.name,
        after={"names": names, "reason": reason},
    )


def tell_suggestion(by: str, names: Sequence[str], first: str, count: int, reason: str) -> None:
    """Tell this bureau's keepers of the register what another bureau suggests (job SUGGEST_LISTING)."""
    said = {"by": by, "names": list(names), "count": count, "reason": reason}
    text = Sentence("%(by)s提请本单位核对并列入名录库：%(names)s，共 %(count)s 户。理由：%(reason)s", **said)
    link = f"/registry/entities/{first}" if count == 1 else "/registry/entities/uncovered"
    messages.send_message(text, link, Permission.REGISTRY_WRITE)
    audit.record("registry.entity.suggested", ("entity", UUID(first)), names[0], after=said)
