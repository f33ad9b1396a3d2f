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
        entry = db.session.scalars(sa.select(CapEntry).where(CapEntry.visit_id == check.id)).one()
        assert not entry.entered, "it is counted apart (R-V3)"


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


def test_it_is_the_bureaus_own_and_is_never_removed(desk: Desk) -> None:
    """R-T1: another bureau finds nothing and changes nothing; nobody removes what was entered by hand, it is corrected."""
    city = desk.world.city
    with city.acting(CLERK):
        check_id = service.enter_outside(outside(desk.firm())).id
    with city.acting("yjgl.planner"), pytest.raises(NotFound):
        queries.outside_check(check_id)
    with city.acting("yjgl.planner"):
        changed = sa.update(OutsideCheck).where(OutsideCheck.id == check_id).values(cause_note="别的")
        assert db.session.execute(changed).rowcount == 0  # type: ignore[attr-defined]
    with city.acting(CLERK):
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


def test_a_correction_keeps_what_stood_there_and_its_counts_follow(desk: Desk) -> None:
    """R-O3, R-P6: versioned with the reason, in the audit, and on the page of the bureau and of who supervises it."""
    with desk.world.city.acting(CLERK):
        check = service.enter_outside(outside(desk.firm()))
        key, code = check.id, check.entity_code
    better = outside(code, methods=["written"], matters=["食品经营许可", "明厨亮灶"])
    with desk.world.city.acting(CLERK):
        for given, reason, version, error in (
            (better, " ", 1, "更正的理由"),
            (better, "看错", 2, "有人更正过"),
            (outside(code), "看错", 1, "没有任何改动"),
            (replace(better, checked_on=today() + timedelta(days=1)), "看错", 1, "修改"),
        ):
            with pytest.raises(ClerkError, match=error):
                service.correct_outside(key, given, reason, version)
        service.correct_outside(key, better, "当时只书面核对", 1)
        assert queries.version_of(key) == 2
        (made,) = queries.corrections(key)
        assert made.before["methods"] == ["on_site"] and made.after["methods"] == ["written"]
        entry = db.session.scalars(sa.select(CapEntry).where(CapEntry.visit_id == key)).one()
        assert not entry.entered
        events = sa.select(AuditEntry.event).where(AuditEntry.subject_id == key)
        assert set(db.session.scalars(events)) == {"ledger.outside.register", "ledger.outside.correct"}
    client, place = desk.world.city.client(CLERK), f"/ledger/outside/{key}"
    shown = client.get(place).get_data(as_text=True)
    assert "历次更正" in shown and "当时只书面核对" in shown and "书面检查" in shown
    form = client.get(f"{place}/correction").get_data(as_text=True)
    assert "明厨亮灶" in form and 'name="version" value="2"' in form
    data = {
        "kind": "daily", "source": "plan_line", "entity_code": code, "checked_on": today().isoformat(), "version": "2",
        "inspectors": "张三、李四", "matters": "食品经营许可", "methods": ["on_site"], "results": ["nothing"], "cause": "down",
        "cause_note": "平台升级停机两天", "reason": "",
    }  # fmt: skip
    refused = client.post(f"{place}/correction", data=data)
    assert refused.status_code == 422 and "请写明更正的理由" in refused.get_data(as_text=True)
    assert client.post(f"{place}/correction", data={**data, "reason": "确为实地"}).status_code == 303
    stale = client.post(f"{place}/correction", data={**data, "number": "9", "reason": "再改"})
    assert stale.status_code == 422, "a colleague was quicker"
    with desk.world.city.acting(CLERK):
        assert db.session.scalars(sa.select(CapEntry).where(CapEntry.visit_id == key)).one().entered
    with desk.world.city.acting("yjgl.planner"), pytest.raises(NotFound):
        service.correct_outside(key, better, "看错", 3)
