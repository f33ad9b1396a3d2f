"""Who answers for the work, with history, F5, training with attendance (R-L13); leave, and what officers ask (R-L7)."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.officers import queries, service
from onedoor.officers.models import Inspector, InspectorLeave
from onedoor.officers.queries.duties import my_duty, training_year, trainings_of
from onedoor.officers.queries.leave import my_request
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.rules.duties import DutyRole
from onedoor.officers.service.duties import f5_workbook
from onedoor.officers.service.personal_numbers import reveal_duty
from onedoor.officers.service.requests import answer_request, ask_clerk
from onedoor.officers.service.trainings import results_of
from onedoor.supervision import queries as supervision
from tests.fixtures.city import City
from tests.fixtures.merged_entities import by_hand, entered


def named(role: DutyRole, name: str, **more: Any) -> dict[str, Any]:
    given = {
        "role": role.value,
        "name": name,
        "post": "副局长",
        "contact": "13900000123",
        "document": "示市监〔2026〕1号",
    }
    return {**given, "since": today(), **more}


def test_a_lead_follows_a_lead_and_the_former_stays_on_record(city: City) -> None:
    with city.acting("scjg.planner"):
        with pytest.raises(ClerkError, match="还没有登记"):
            f5_workbook()
        with pytest.raises(ClerkError, match="晚于今天"):
            service.name_for_duty(named(DutyRole.WORK_LEAD, "甲某", since=today() + timedelta(days=1)))
        service.name_for_duty(named(DutyRole.WORK_LEAD, "甲某", since=today() - timedelta(days=30)))
        service.name_for_duty(named(DutyRole.WORK_LEAD, "乙某"))
        for name in ("丙某", "丁某"):
            service.name_for_duty(named(DutyRole.GROUP_MEMBER, name))
        with pytest.raises(ClerkError, match="已经在领导小组"):
            service.name_for_duty(named(DutyRole.GROUP_MEMBER, "丁某"))
        found = queries.duties()
        assert [one.name for one in found if one.role == DutyRole.WORK_LEAD] == ["乙某", "甲某"]
        assert [one.until for one in found if one.name == "甲某"] == [today() - timedelta(days=1)]
        sheet = load_workbook(io.BytesIO(f5_workbook())).worksheets[0]
        cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
        assert "乙某" in cells and "13900000123" in cells and "甲某" not in cells
        events = db.session.scalars(
            sa.select(AuditEntry).where(AuditEntry.event == "registry.duty.reveal")
        ).all()
        assert [one.subject_name for one in events] == ["乙某"], "R-T7"
        one = next(one for one in found if one.name == "丙某")
        assert reveal_duty(one, "召开领导小组会议") == "13900000123"
        service.end_duty(one)
        duty_id = one.id
    with city.acting("wsjk.planner"):
        assert db.session.scalars(queries.duties_now()).all() == []
        with pytest.raises(NotFound):
            my_duty(duty_id)
    with city.acting("sfj.supervisor", supervisor=True):
        assert {one.name for one in supervision.duties(today().year).duties} >= {"乙某", "丁某"}
        looks = db.session.scalars(supervision.looks()).all()
        assert "工作负责人" in looks[-1].purpose, "R-T3"


def test_a_training_counts_for_those_who_came(city: City) -> None:
    with city.acting("scjg.planner"):
        came, missed = (
            service.save_inspector(None, by_hand(name, number, today() + timedelta(days=300))).id
            for name, number in (("戊某", "示T001"), ("己某", "示T002"))
        )
        db.session.execute(sa.update(Inspector).values(status=InspectorStatus.ACTIVE.value))
        given = {
            "title": "规范涉企检查",
            "held_on": today(),
            "hours": Decimal("3.5"),
            "place": "",
            "trainer": "",
            "content": "",
        }
        made = service.save_training(None, {**given, "invited": [came, missed], "attended": [came]})
        figures = training_year(today().year)
        assert (figures.held, figures.places, figures.attended, figures.hours) == (1, 2, 1, Decimal("3.5"))
        assert (figures.officers, figures.trained) == (2, 1)
        service.save_training(made, {**given, "invited": [missed], "attended": [missed]})
        assert training_year(today().year).trained == 1
        # What an examination said stands beside who came, and a line that names nobody is told by its number.
        both = {**given, "invited": [missed], "attended": [missed]}
        service.save_training(made, {**both, "results": "\n己某： 合格\n"})
        assert results_of(made) == "己某：合格"
        for wrong, why in (("己某：合格\n戊某 优秀", "第 2 行"), ("己某", "没有写结果")):
            with pytest.raises(ClerkError) as refused:
                service.save_training(made, {**both, "results": wrong})
            assert why in str(refused.value)
        service.save_training(made, both)
        assert results_of(made) == ""
        assert trainings_of(queries.inspector(came)) == []
        assert [place.attended for _, place in trainings_of(queries.inspector(missed))] == [True]
    with city.acting("wsjk.planner"):
        with pytest.raises(ClerkError, match="不在本单位"):
            service.save_training(None, {**given, "invited": [came], "attended": []})
        with pytest.raises(NotFound):
            queries.my_training(made.id)


def test_leave_keeps_an_officer_out_of_what_it_takes_up_whole(city: City) -> None:
    first, last = today() + timedelta(days=5), today() + timedelta(days=9)
    with city.acting("wsjk.planner"):
        one = entered(by_hand("白知远", "示W003", today() + timedelta(days=300)))
        with pytest.raises(ClerkError, match="早于开始日期"):
            service.note_leave(one, last, first, "")
        leave = service.note_leave(one, first, last, "年休假")
        with pytest.raises(ClerkError, match="重叠"):
            service.note_leave(one, last, last + timedelta(days=1), "")
        assert one not in queries.my_inspectors(between=(first, last))
        assert one in queries.my_inspectors(between=(first, last + timedelta(days=1)))
        assert queries.days_away([one], [first - timedelta(days=1), first]) == {(first, one.code)}
        service.end_leave(one, leave.id)
        assert one in queries.my_inspectors(between=(first, last))
        assert queries.leaves_between(first, last) == []
        pieces = [
            service.note_leave(one, since, until, "")
            for since, until in ((first, first + timedelta(days=2)), (first + timedelta(days=3), last))
        ]
        assert one not in queries.my_inspectors(between=(first, last)), "in two pieces, no day left"
        service.end_leave(one, pieces[0].id)
        assert one in queries.my_inspectors(between=(first, last))
        service.end_leave(one, pieces[1].id)
    with city.acting("scjg.planner"):
        assert db.session.scalars(sa.select(InspectorLeave)).all() == []


def test_an_officer_asks_and_another_answers(city: City) -> None:
    officer = city.person("wsjk.officer")
    with city.acting("wsjk.planner"):
        one = entered(
            {**by_hand("苏明远", "示W004", today() + timedelta(days=300)), "user_id": officer.user_id}
        )
        inspector_id = one.id
    asked = {"kind": "leave", "text": "婚假", "since": today(), "until": today() + timedelta(days=2)}
    with city.acting("wsjk.officer"):
        for wrong in ({"kind": "leave", "since": None}, {"kind": "correction", "text": " "}):
            with pytest.raises(ClerkError):
                ask_clerk({**asked, "entity_code": "", "reason_code": "", **wrong})
        with pytest.raises(ClerkError, match="回避的情形"):
            ask_clerk({**asked, "kind": "recusal", "entity_code": "", "reason_code": ""})
        request = ask_clerk(asked)
        with pytest.raises(Forbidden):
            answer_request(request, True, "")
        request_id = request.id
    with city.acting("wsjk.planner"):
        request = my_request(request_id)
        with pytest.raises(ClerkError, match="写明理由"):
            answer_request(request, False, " ")
        answer_request(request, True, "")
        with pytest.raises(Conflict):
            answer_request(request, True, "")
        (leave,) = queries.leaves_of(queries.inspector(inspector_id))
        assert (leave.since, leave.reason) == (today(), "婚假")
    with city.acting("scjg.planner"), pytest.raises(NotFound):
        my_request(request_id)
