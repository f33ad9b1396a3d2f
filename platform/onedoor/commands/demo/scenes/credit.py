"""Credit in the demo: results go out, one comes back, is mended, and goes out again (R-O2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.commands.demo.cast import Cast
from onedoor.credit import queries, service
from onedoor.credit.models import ExportRecord
from onedoor.credit.platform_stand_in import Receiver
from onedoor.credit.rules import Gravity, RecordState
from onedoor.credit.service.listings import bases
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure.models import Disclosure
from onedoor.entities import queries as entities
from onedoor.followups import queries as followups
from onedoor.kernel import jobs
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from tenants import approvals
from tenants import queries as tenants


@dataclass(frozen=True)
class Exported:
    """Records the platform accepted, and receipts that came back (the rejected ones among them)."""

    exported: int
    receipts: int


def export_results(cast: Cast, letters: list[str], platform: Receiver | None = None) -> Exported:
    """Each bureau's discloser sends its published results; returns the sums over the bureaus.

    At the first bureau the platform knows the first firm by another name, so one record comes back; the platform mends its
    own register, and it goes again as it was.
    """
    exported = receipts = 0
    for place, bureau in enumerate(letters):
        discloser = f"{bureau.lower()}.discloser"
        if platform is not None and place == 0:
            _rename_one(cast, discloser, platform)
        if _send(cast, discloser):
            _mend_all(cast, discloser, platform)
    for bureau in letters:
        with cast.acting(f"{bureau.lower()}.discloser"):
            counted = queries.reconciliation()
            exported += queries.results_sent()
        receipts += counted.accepted + counted.rejected
    return Exported(exported, receipts)


def publish_penalties(cast: Cast, letters: str = "SCJG") -> int:
    """The discloser makes the penalties public; returns how many."""
    with cast.acting(f"{letters.lower()}.discloser"):
        found = [one.followup_id for one in db.session.scalars(followups.penalties())]
        for followup_id in found:
            service.disclose_penalty(followup_id, Gravity.LIGHT.value)
        return len(found)


def repair(cast: Cast, letters: str = "SCJG") -> int:
    """The firm of a penalty asks for repair, the head grants it, and every platform withdraws; returns how many records were withdrawn."""
    with cast.acting(f"{letters.lower()}.discloser") as person:
        public = db.session.scalars(
            disclosures.search("penalty").where(Disclosure.tenant_id == person.tenant_id)
        ).first()
        if public is None:
            return 0
        given = {
            "source": "platform",
            "applicant": public.entity_name,
            "applied_on": today(),
            "reason": "罚款已缴清，已按规定公示信息",
            "paper": "信用修复申请书、信用修复承诺书",
        }
        repair_id = service.apply_for_repair(public.id, given).id
    with cast.acting(f"{letters.lower()}.head") as person:
        asked = approvals.waiting_for("repair", repair_id)
        assert asked is not None
        service.decide_repair(asked, True, "", person.permissions)
    cast.settle()
    with cast.acting(f"{letters.lower()}.discloser"):
        return queries.withdrawn_count()


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
        made, _refused = service.make_batches()
        sending = [jobs.latest_for(one.id) for one in made]
    for job in filter(None, sending):
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
    """The platform takes over the name that the register here has; what goes out is not typed."""
    record = queries.record(record_id)
    if platform is not None:
        platform.knows(record.entity_code, record.entity_name)
    return service.mend(record_id, as_it_is=True)


def classify(cast: Cast, letters: str = "SCJG") -> dict[str, int]:
    """One firm is put on a list and a measure is proposed against it; market regulation's classes follow the facts; how many
    entities are of each."""
    with cast.acting(f"{letters.lower()}.discloser"):
        public = disclosures.search("result").where(Disclosure.entity_code.is_not(None))
        listed = db.session.scalar(public.with_only_columns(sa.func.min(Disclosure.entity_code)))
        basis = next(one for one in bases(mine=True) if one.kind == "serious")
        if listed is not None:
            entity = entities.entity_by_code(listed)
            given = {
                "basis_id": basis.id,
                "paper": "示市监列〔演示〕1号",
                "told_on": today(),
                "told_how": "直接送达",
                "entered_on": today(),
                "until": today() + timedelta(days=365),
            }
            service.list_entity(entity.id, given)
            service.propose_measure(entity.id, _measure(basis.name))
    with cast.acting(f"{letters.lower()}.planner"):
        service.classify()
        return service.class_counts()


def _measure(listed_on: str) -> dict[str, object]:
    receiver = next(one for one in tenants.bureaus() if one.id != current_scope().tenant_id)
    return {
        "kind": "joint",
        "receiver_id": receiver.id,
        "content": "在资质认定、评优评先中予以限制",
        "law": "《市场监督管理严重违法失信名单管理办法》第十五条",
        "facts": [f"列入{listed_on}"],
    }
