"""Checks that were made outside the platform are entered with their cause, and counted (R-V9, 001 §7; F7's last column)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.ledger import queries, service
from onedoor.ledger.models import OutsideCheck
from onedoor.plans.models import CapEntry
from tests.ledger.builders import outside
from tests.visits.check_builders import CLERK, Desk


def counted(desk: Desk) -> int:
    with desk.world.city.acting(CLERK):
        return queries.outside_platform_count(today().year)


def test_one_is_entered_with_its_cause_and_counts_for_caps_and_f7(desk: Desk) -> None:
    """R-V9, R-P6: it stands in the ledger, in the cap ledger, in the audit, and in F7's last column."""
    before, code = counted(desk), desk.firm()
    with desk.world.city.acting(CLERK):
        check = service.enter_outside(outside(code))
        entry = db.session.scalars(sa.select(CapEntry).where(CapEntry.visit_id == check.id)).one()
        assert (entry.entity_code, entry.kind, entry.outside) == (check.entity_code, "daily", True)
        audit = sa.select(AuditEntry.event).where(AuditEntry.subject_id == check.id)
        assert list(db.session.scalars(audit)) == ["ledger.outside.register"]
    assert counted(desk) == before + 1


def test_one_that_nobody_went_to_counts_for_no_cap(desk: Desk) -> None:
    """R-P6: in writing there is no entry."""
    with desk.world.city.acting(CLERK):
        check = service.enter_outside(outside(desk.firm(), methods=["written"]))
        assert not check.entered
        assert not db.session.scalars(sa.select(CapEntry).where(CapEntry.visit_id == check.id)).all()


def test_the_same_key_is_the_same_check_and_another_with_it_is_told(desk: Desk) -> None:
    given = outside(desk.firm(), key="paper-0001")
    with desk.world.city.acting(CLERK):
        first = service.enter_outside(given)
        assert service.enter_outside(given).id == first.id
        with pytest.raises(Conflict, match="已经用于另一次检查"):
            service.enter_outside(outside(desk.firm(), key="paper-0001"))


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("cause_note", {"cause_note": " "}),
        ("checked_on", {"checked_on": today() + timedelta(days=1)}),
        ("inspectors", {"inspectors": [" "]}),
        ("matters", {"matters": []}),
        ("source", {"source": "draw"}),
        ("source", {"kind": "random"}),
        ("entity_code", {"entity_code": "91990100000000000X"}),
    ],
)
def test_what_is_lacking_is_said_beside_its_field(desk: Desk, field: str, more: dict[str, Any]) -> None:
    given = replace(outside(desk.firm()), **more)
    with desk.world.city.acting(CLERK):
        with pytest.raises(ClerkError) as caught:
            service.enter_outside(given)
        db.session.rollback()
    assert field in caught.value.fields


def test_it_is_the_bureaus_own_and_stays_as_it_was_entered(desk: Desk) -> None:
    """R-T1: another bureau finds nothing; nobody changes or removes what was entered by hand."""
    city = desk.world.city
    with city.acting(CLERK):
        check_id = service.enter_outside(outside(desk.firm())).id
    with city.acting("yjgl.planner"), pytest.raises(NotFound):
        queries.outside_check(check_id)
    with city.acting(CLERK):
        changed = sa.update(OutsideCheck).where(OutsideCheck.id == check_id).values(cause_note="别的")
        assert db.session.execute(changed).rowcount == 0  # type: ignore[attr-defined]
        gone = sa.delete(OutsideCheck).where(OutsideCheck.id == check_id)
        assert db.session.execute(gone).rowcount == 0  # type: ignore[attr-defined]
        with pytest.raises(DBAPIError):
            db.session.execute(
                sa.insert(OutsideCheck).from_select(
                    ["tenant_id", "origin", "kind", "source", "entity_code", "entity_name", "checked_on", "entered", "key", "registered_at", "registered_by", "changed_at"],
                    sa.select(
                        sa.literal(city.bureaus["YJGL"]), sa.literal("former"), *[
                            getattr(OutsideCheck, name)
                            for name in ("kind", "source", "entity_code", "entity_name", "checked_on", "entered", "key", "registered_at", "registered_by", "changed_at")
                        ],
                    ).where(OutsideCheck.id == check_id),
                )
            )  # fmt: skip
        db.session.rollback()
