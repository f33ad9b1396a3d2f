"""Alerts by rules: made by a job, once each, told to whom the rule says, ended by themselves; the duties of the overview (R-S4)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.kernel import trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict, NotFound
from onedoor.messages.models import Message
from onedoor.supervision import queries, service
from onedoor.supervision.models import Alert
from onedoor.supervision.queries.kinds import KINDS, NAMES
from onedoor.supervision.rules import DUTIES, FIRST_ALERTS, Audience, DutyState, duty_cell
from onedoor.visits.models import Record
from tasks import supervision
from tests.supervision.scene import Scene


def alerts(scene: Scene, who: str = "sfj.supervisor", **wanted: object) -> list[Alert]:
    """What stands of a bureau's rules, of some cell."""
    with scene.city.acting(who):
        found = list(db.session.scalars(queries.alert_rules.made().where(Alert.ended_at.is_(None))))
        return [one for one in found if all(getattr(one, name) == value for name, value in wanted.items())]


def watch(scene: Scene) -> int:
    """The job, as beat asks for it."""
    with scene.city.app.app_context():
        return supervision.watch_alerts()


def late_report(scene: Scene) -> list[Alert]:
    return alerts(scene, kind="results", state="report_overdue", record_id=scene.found_problem)


def test_the_job_alerts_once_tells_both_sides_and_ends_when_mended(scene: Scene) -> None:
    assert watch(scene) > 0
    (alert,) = late_report(scene)
    assert alert.bureau_id == scene.city.bureaus["SCJG"]
    assert watch(scene) == 0, "told once"
    assert [one.id for one in late_report(scene)] == [alert.id], "made once"
    link = f"/orders/alerts/{alert.id}"
    with scene.city.acting("scjg.planner"):
        told = db.session.scalars(sa.select(Message).where(Message.link == link)).all()
        assert len(told) == 1
        assert queries.alert_rules.alert(alert.id).name == alert.name
        assert any("监督预警" in step.text for step in trace.of(scene.found_problem))
        db.session.execute(
            sa.update(Record)
            .where(Record.id == scene.found_problem)
            .values(report_due_on=today() + timedelta(days=5))
        )
    with scene.city.acting("xfjy.planner"), pytest.raises(NotFound):
        queries.alert_rules.alert(alert.id)
    watch(scene)
    assert late_report(scene) == []
    with scene.city.acting("sfj.supervisor"):
        assert queries.alert_rules.alert(alert.id).ended_at is not None
        assert any("预警解除" in step.text for step in trace.of(alert.id))


def test_a_rule_says_what_how_long_and_to_whom(scene: Scene) -> None:
    with scene.city.acting("sfj.supervisor"):
        service.set_rule("results", "report_overdue", 3, Audience.SUPERVISOR.value)
        with pytest.raises(Conflict):
            service.set_rule("results", "report_overdue", 3, Audience.SUPERVISOR.value)
        with pytest.raises(NotFound):
            service.set_rule("results", "nothing", 3, Audience.BOTH.value)
    watch(scene)
    assert late_report(scene) == [], "not before its days"
    with scene.city.acting("sfj.supervisor"):
        seen = db.session.scalars(queries.alert_rules.rules()).all()
        assert len([one for one in seen if one.ended_at is None and one.state == "report_overdue"]) == 1
        waiting = sa.update(Alert).where(Alert.raised_at.is_(None)).values(raised_at=None)
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            db.session.execute(waiting.values(seen_at=now() - timedelta(days=4)))
        db.session.rollback()


def test_a_rule_that_ends_ends_its_alerts_and_another_bureau_has_none_of_it(scene: Scene) -> None:
    watch(scene)
    standing = alerts(scene, kind="results", state="public_overdue")
    assert standing
    with scene.city.acting("sfj.supervisor"):
        (rule,) = [one for one in queries.alert_rules.going() if one.state == "public_overdue"]
        service.end_rule(rule.id)
        with pytest.raises(Conflict):
            service.end_rule(rule.id)
    with scene.city.acting("xsfj.supervisor"), pytest.raises(NotFound):
        service.end_rule(rule.id)
    watch(scene)
    assert alerts(scene, kind="results", state="public_overdue") == []


def test_the_county_is_told_of_its_own_bureaus_alone(scene: Scene) -> None:
    watch(scene)
    county = alerts(scene, "xsfj.supervisor")
    assert county
    assert {one.bureau_id for one in county} == {scene.city.bureaus["XSCJG"]}


def test_every_rule_of_the_house_and_every_duty_names_a_cell(scene: Scene) -> None:
    with scene.city.acting("sfj.supervisor", supervisor=True):
        states = {kind: set(make().states) for kind, make in KINDS.items()}
    for kind, state, _days, _audience in FIRST_ALERTS:
        assert kind in NAMES, kind
        assert state in states[kind], (kind, state)
    for duty in DUTIES:
        assert {duty.done, duty.wrong or "all"} <= states[duty.kind], duty.name


@pytest.mark.parametrize(
    ("counts", "state", "number", "opens"),
    [
        ({}, DutyState.NONE, 0, "due"),
        ({"due": 4, "done": 3, "overdue": 1}, DutyState.WRONG, 1, "overdue"),
        ({"due": 4, "done": 3}, DutyState.GOING, 3, "done"),
        ({"due": 4, "done": 4}, DutyState.DONE, 4, "done"),
    ],
)
def test_a_cell_has_a_state_and_a_number(
    counts: dict[str, int], state: DutyState, number: int, opens: str
) -> None:
    visits = next(one for one in DUTIES if one.name == "visits")
    cell = duty_cell(visits, counts)
    assert (cell.state, cell.number, cell.opens) == (state, number, opens)
    lists = next(one for one in DUTIES if one.name == "lists")
    assert duty_cell(lists, {}).state is DutyState.WANTING


def test_what_a_bureau_owes_is_there_though_nothing_was_sent_and_can_be_ordered(scene: Scene) -> None:
    """Filings due and never sent: an order carries them, the bureau reads what is owed."""
    with scene.city.acting("sfj.supervisor"):
        cause = queries.causes.cause_of("owed_plans", "missing", today().year)
        order = service.send_order(
            scene.city.bureaus["XFJY"], "order", "补报计划", "请补报。", today() + timedelta(days=9), cause
        )
    assert order.records
    assert {one["kind"] for one in order.records} == {"owed_plans"}
    assert all(UUID(one["id"]) for one in order.records)
