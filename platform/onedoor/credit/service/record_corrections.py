"""Mending a rejected record; every attempt before stays as it was sent (R-O2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from onedoor.credit import queries, rules
from onedoor.credit.models import ExportRecord
from onedoor.credit.platforms import layout
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.sentences import store_sentence


def mend(record_id: UUID, fields: Mapping[str, Any]) -> ExportRecord:
    """Correct a rejected record; it goes into the next batch as a new attempt.

    Raises `Conflict` if it is not rejected, `ClerkError` with sentences by field if it is still wrong.
    """
    record = queries.record(record_id, lock=True)
    if record.state != rules.RecordState.REJECTED.value:
        raise Conflict("只有被退回的记录可以更正；这条记录目前不是被退回的状态，请刷新页面查看。")
    shape = layout(record.layout)
    former, corrected = record.fields, rules.mended(shape, record.fields, fields)
    wrong = rules.problems(shape, corrected)
    if wrong:
        raise ClerkError("更正后的内容还有不对的地方，请按提示修改。", fields=wrong)
    record.fields = corrected
    record.entity_name, record.entity_code = (corrected[key] for key in shape.entity)
    record.state, record.changed_at = rules.RecordState.WAITING.value, now()
    store_sentence(record, "reason", "")
    changed = {key for key in corrected if corrected[key] != former.get(key)}
    audit.record(
        "credit.record.mend",
        ("export_record", record.id),
        record.title,
        before={key: former.get(key) for key in changed},
        after={key: corrected[key] for key in changed},
    )
    db.session.flush()
    return record
