"""Mending a rejected record: its source is changed and the record made anew; every attempt before stays as it was sent (R-O2).

Nothing that somebody types goes out: identity comes from the register, authority, dates and results from the disclosure.
"""

from __future__ import annotations

from uuid import UUID

from onedoor.credit import queries, rules
from onedoor.credit.models import ExportRecord
from onedoor.credit.platforms import layout, layouts_of, platform
from onedoor.credit.service.batches import exported_fields
from onedoor.disclosure.models import Disclosure
from onedoor.entities import queries as entities
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.sentences import store_sentence
from onedoor.kernel.text.source_strings import N_

UNCHANGED = N_(
    "来源没有变化，重新生成的内容和被退回的一样。名称和代码以主体登记为准，其余以公示的内容为准：请先在那里更正；"
    "平台已经更正它那边的登记的，选“原样再报”。"
)


def mend(record_id: UUID, *, as_it_is: bool = False) -> ExportRecord:
    """Make a rejected record anew from its disclosure and the register, by the layout in use; it goes into the next batch.

    Raises `Conflict` if it is not rejected, or where its source says what was rejected (unless the platform mended its own
    register: `as_it_is`); `ClerkError` with sentences by field if the source is still wrong.
    """
    record = queries.record(record_id, lock=True)
    if record.state != rules.RecordState.REJECTED.value:
        raise Conflict("只有被退回的记录可以更正；这条记录目前不是被退回的状态，请刷新页面查看。")
    found = db.session.get(Disclosure, record.disclosure_id)
    if found is None or (found.until is not None and found.until <= now()):
        raise Conflict("公示已经结束或者有了新的版本，这条记录不再报送。")
    shape = layout(layouts_of(platform(record.platform)).get(record.kind, record.layout))
    former, made = record.fields, exported_fields(found, _identity(found), shape)
    wrong = rules.problems(shape, made)
    if wrong:
        raise ClerkError(
            "来源还有不对的地方，请在主体登记或者公示的内容里更正：%(problems)s",
            problems=rules.in_one_sentence(shape, wrong),
            fields=wrong,
        )
    changed = {key for key in {*made, *former} if made.get(key) != former.get(key)}
    if not changed and not as_it_is:
        raise Conflict(UNCHANGED)
    record.fields, record.layout = made, shape.name
    record.entity_name, record.entity_code = (made.get(key, "") for key in shape.entity)
    record.state, record.changed_at = rules.RecordState.WAITING.value, now()
    store_sentence(record, "reason", "")
    audit.record(
        "credit.record.mend",
        ("export_record", record.id),
        record.title,
        before={key: former.get(key) for key in changed},
        after={key: made.get(key) for key in changed},
    )
    db.session.flush()
    return record


def _identity(found: Disclosure) -> tuple[str, str]:
    """Code and name as the register has them now."""
    code, name = found.entity_code or "", found.entity_name or ""
    try:
        entity = entities.entity_by_code(code)
    except NotFound:
        return code, name
    return entity.code, entity.name
