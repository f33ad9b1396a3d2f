"""Circulars (通报): to some or all supervised bureaus, published or not (R-S4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from onedoor.disclosure import service as disclosure
from onedoor.kernel import audit, trace
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.supervision import queries
from onedoor.supervision.models import Circular
from onedoor.supervision.queries.causes import Cause
from onedoor.supervision.rules import MOST_RECORDS
from onedoor.supervision.service.numbers import next_number


def send_circular(
    receivers: Sequence[UUID], title: str, text: str, *, published: bool, cause: Cause | None = None
) -> Circular:
    """Tell bureaus what was found; where `published`, the public reads its title and text, never the records behind it."""
    scope = current_scope()
    if not receivers:
        raise ClerkError("请选择通报发给哪些单位。", fields={"receivers": ["请至少选择一个单位。"]})
    bureaus = [queries.causes.supervised(one) for one in dict.fromkeys(receivers)]
    records = [
        record
        for bureau in (bureaus if cause else ())
        for record in queries.causes.behind(cause, bureau, MOST_RECORDS)  # type: ignore[arg-type]
    ]
    circular = Circular(
        id=new_id(),
        tenant_id=scope.tenant_id,
        receiver_ids=[one.id for one in bureaus],
        **next_number(Circular, "通"),
        title=title.strip(),
        text=text.strip(),
        cause=asdict(cause) if cause else None,
        records=[one.kept() for one in records[:MOST_RECORDS]],
        published=published,
        sent_at=now(),
        sender_name=scope.actor_name,
    )
    db.session.add(circular)
    db.session.flush()
    if published:
        content = {
            "number": circular.number,
            "text": circular.text,
            "bureaus": [one.name for one in bureaus],
        }
        disclosure.publish("circular", circular.id, circular.title, content)
    trace.step(
        "oversight",
        Sentence("%(number)s：%(title)s", number=circular.number, title=circular.title),
        [circular.id, *(UUID(one["id"]) for one in circular.records)],
        shared_with=circular.receiver_ids,
        link=f"/orders/circulars/{circular.id}",
    )
    audit.record(
        "supervision.circular.send",
        ("circular", circular.id),
        circular.title,
        after={"receivers": len(bureaus), "published": published, "records": len(circular.records)},
    )
    return circular
