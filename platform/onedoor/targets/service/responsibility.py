"""Saying which bureau should list entities that are in nobody's library (监管真空, R-L6)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities import queries as entities
from onedoor.entities.models import Entity
from onedoor.kernel import audit, jobs
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from onedoor.targets import queries
from onedoor.targets.models import ListingSuggestion
from onedoor.targets.rules.codes import SuggestionState
from onedoor.targets.service.targets import add_targets
from tenants import queries as tenants
from tenants.rules import Permission

# So many are named in the message; the others are counted.
NAMED = 10


def suggest_bureau(found: Sequence[Entity], bureau_id: UUID, reason: str) -> None:
    """Say to another bureau that these should be in its library, and why; it lists them, or says why not, each by itself.

    What was said of an entity and waits for its answer is not said again. Raises ClerkError for one's own bureau: it lists them itself.
    """
    if bureau_id == current_scope().tenant_id:
        text = "由本单位监管的，请直接列入名录库。"
        raise ClerkError(text, fields={"bureau_id": [text]})
    bureau = tenants.bureau(bureau_id)
    waiting = set(
        db.session.scalars(
            sa.select(ListingSuggestion.entity_id).where(
                ListingSuggestion.tenant_id == current_scope().tenant_id,
                ListingSuggestion.receiver_id == bureau.id,
                ListingSuggestion.state == SuggestionState.SENT,
            )
        )
    )
    found = [one for one in found if one.id not in waiting]
    if not found:
        raise Conflict("已经提请过这个单位，还没有答复。")
    db.session.add_all(
        ListingSuggestion(
            id=new_id(),
            tenant_id=current_scope().tenant_id,
            receiver_id=bureau.id,
            entity_id=one.id,
            reason=reason.strip(),
            asked_at=now(),
            asked_by=current_scope().actor_name,
        )
        for one in found
    )
    db.session.flush()
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
    link = "/registry/suggestions?part=received&state=sent"
    messages.send_message(text, link, Permission.REGISTRY_WRITE)
    audit.record("registry.entity.suggested", ("entity", UUID(first)), names[0], after=said)


def answer_suggestion(suggestion: ListingSuggestion, accepted: bool, answer: str) -> None:
    """List the entity, or say why it is not this bureau's; whoever asked reads it.

    Raises what listing by hand raises, and ClerkError for a refusal without its reason.
    """
    if suggestion.receiver_id != current_scope().tenant_id:
        raise Forbidden("由被提请的单位答复。")
    # Of two who answer at once the second waits, and sees what the first has decided.
    open_one = sa.select(ListingSuggestion).where(
        ListingSuggestion.id == suggestion.id, ListingSuggestion.state == SuggestionState.SENT
    )
    if db.session.scalar(open_one.with_for_update().execution_options(populate_existing=True)) is None:
        raise Conflict("这条提请已经答复。")
    if not accepted and not answer.strip():
        raise ClerkError("请写明不列入的理由。", fields={"answer": ["请写明不列入的理由。"]})
    entity = entities.entity(suggestion.entity_id)
    # Listed meanwhile by itself is listed.
    if accepted and queries.target_of(entity.id) is None:
        for refused in add_targets([entity]).values():
            raise refused
    suggestion.state = "accepted" if accepted else "refused"
    suggestion.answer, suggestion.answered_at = answer.strip(), now()
    suggestion.answered_by = current_scope().actor_name
    audit.record(
        "registry.suggestion.accept" if accepted else "registry.suggestion.refuse",
        ("suggestion", suggestion.id),
        entity.name,
        after={"answer": suggestion.answer},
    )
    jobs.enqueue(
        JobName.SUGGEST_LISTING,
        {
            "by": tenants.my_bureau().name,
            "names": [entity.name],
            "first": str(entity.id),
            "count": 1,
            "reason": suggestion.answer,
            "accepted": accepted,
        },
        title=Sentence("答复列入名录库的提请"),
        for_bureau=suggestion.tenant_id,
    )
    db.session.flush()


def tell_suggestion_answer(by: str, name: str, accepted: bool, reason: str) -> None:
    """Tell this bureau's keepers of the register what became of what they suggested (job SUGGEST_LISTING)."""
    text = (
        Sentence("%(by)s已把“%(name)s”列入名录库。", by=by, name=name)
        if accepted
        else Sentence("%(by)s没有把“%(name)s”列入名录库：%(reason)s", by=by, name=name, reason=reason)
    )
    messages.send_message(text, "/registry/suggestions?part=sent", Permission.REGISTRY_WRITE)
