"""Credit in the demo: results go out, one comes back, is mended, and goes out again (R-O2)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from onedoor.commands.demo.cast import Cast
from onedoor.credit import queries, service
from onedoor.credit.models import ExportRecord
from onedoor.credit.platform_stand_in import Receiver
from onedoor.credit.rules import RecordState
from onedoor.kernel import jobs
from onedoor.kernel.db import db


@dataclass(frozen=True)
class Exported:
    """Records the platform accepted, and receipts that came back (the rejected ones among them)."""

    exported: int
    receipts: int


def export_results(cast: Cast, letters: list[str], platform: Receiver | None = None) -> Exported:
    """Each bureau's discloser sends its published results; returns the sums over the bureaus.

    At the first bureau the platform knows the first firm by another name (a change of name that has not
    reached the shared register), so one record comes back and is mended.
    """
    exported = receipts = 0
    for place, bureau in enumerate(letters):
        discloser = f"{bureau.lower()}.discloser"
        if platform is not None and place == 0:
            _rename_one(cast, discloser, platform)
        if _send(cast, discloser):
            _mend_all(cast, discloser, platform)
        with cast.acting(discloser):
            counted = queries.reconciliation()
        exported, receipts = exported + counted.accepted, receipts + counted.accepted + counted.rejected
    return Exported(exported, receipts)


def _rename_one(cast: Cast, discloser: str, platform: Receiver) -> None:
    with cast.acting(discloser):
        first = db.session.scalars(queries.not_taken_up().limit(1)).first()
        if first is not None and first.entity_code:
            platform.knows(first.entity_code, f"{first.entity_name}（更名后）")


def _send(cast: Cast, discloser: str) -> bool:
    """Make a batch of what waits and see it through; False if nothing waits."""
    with cast.acting(discloser) as person:
        if not queries.waiting_count():
            return False
        made = service.make_batch()
        job = jobs.latest_for(made.id) if made else None
    if job is not None:
        cast.finish(job.id, person.tenant_id)
    return True


def _mend_all(cast: Cast, discloser: str, platform: Receiver | None) -> None:
    with cast.acting(discloser):
        refused = [
            one.id for one in db.session.scalars(queries.records()) if one.state == RecordState.REJECTED.value
        ]
        for record_id in refused:
            _mend(record_id, platform)
    if refused:
        _send(cast, discloser)


def _mend(record_id: UUID, platform: Receiver | None) -> ExportRecord:
    record = queries.record(record_id)
    known = platform.names.get(record.entity_code) if platform else None
    return service.mend(record_id, {"entity_name": known} if known else {})
