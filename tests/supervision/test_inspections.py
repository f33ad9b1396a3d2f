"""Joint inspections, timetables, measures against causes of checks outside the platform (R-S4; 001 §7, §13)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from onedoor.kernel import trace
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.messages.models import Message
from onedoor.supervision import queries, service
from onedoor.supervision.models import WorkTask
from onedoor.supervision.rules import TaskState
from tasks import supervision
from tests.fixtures.city import City

DAYS: dict[str, Any] = {"starts_on": today(), "ends_on": today() + timedelta(days=4)}
SOON = today() + timedelta(days=10)


def opened(city: City, **more: Any) -> UUID:
    """Justice inspects fire rescue together with market regulation."""
    given = {
        "title": "双随机工作联合督查",
        "scope": "查清单、名录库和抽查记录。",
        **DAYS,
        "bureaus": [city.bureaus["XFJY"]],
        "partners": [city.bureaus["SCJG"]],
        **more,
    }
    with city.acting("sfj.supervisor"):
        return service.open_inspection(**given).id


def test_from_scope_to_findings_an_order_and_the_conclusion(city: City) -> None:
    inspection_id = opened(city)
    with city.acting("scjg.planner"):
        finding = service.add_finding(inspection_id, city.bureaus["XFJY"], today(), "名录库两年没有更新。")
        with pytest.raises(NotFound):
            service.order_from_finding(uuid4(), "请更新。", SOON)
    with city.acting("sfj.supervisor"):
        own = service.add_finding(inspection_id, city.bureaus["XFJY"], today(), "没有公布细则。", "请公布。")
        with pytest.raises(Forbidden, match="不是本单位发现的"):
            service.order_from_finding(finding.id, "请更新。", SOON)
        order = service.order_from_finding(own.id, "请公布细则。", SOON)
        with pytest.raises(Conflict, match="已经督办"):
            service.order_from_finding(own.id, "请公布细则。", SOON)
    with city.acting("xfjy.planner"):
        assert len(queries.inspections.findings(inspection_id)) == 2
        assert queries.orders.order(order.id).records[0]["id"] == str(own.id)
        assert any(order.number in step.text for step in trace.of(own.id))
        with pytest.raises(Forbidden, match="接受督查"):
            service.add_finding(inspection_id, city.bureaus["XFJY"], today(), "自己查自己")
    with city.acting("scjg.planner"), pytest.raises(Forbidden, match="牵头单位"):
        service.close_inspection(inspection_id, "结束")
    with city.acting("sfj.supervisor"):
        service.close_inspection(inspection_id, "共发现两项问题，已督办。")
        with pytest.raises(Conflict, match="已经结束"):
            service.add_finding(inspection_id, city.bureaus["XFJY"], today(), "又一项")


def test_an_inspection_is_nobody_elses_and_only_of_supervised_bureaus(city: City) -> None:
    inspection_id = opened(city, partners=[])
    for who in ("scjg.planner", "yjgl.planner", "xsfj.supervisor"):
        with city.acting(who), pytest.raises(NotFound):
            queries.inspections.inspection(inspection_id)
    with pytest.raises(NotFound):
        with city.acting("xsfj.supervisor"):
            service.open_inspection("督查", "范围", **DAYS, bureaus=[city.bureaus["XFJY"]])
    with pytest.raises(ClerkError, match="既参加督查又接受督查"):
        opened(city, partners=[city.bureaus["XFJY"]])
    with pytest.raises(ClerkError, match="结束日期"):
        opened(city, ends_on=today() - timedelta(days=1))
    with city.acting("sfj.supervisor"), pytest.raises(ClerkError, match="不在本次督查"):
        service.add_finding(inspection_id, city.bureaus["YJGL"], today(), "别的单位")


def test_a_timetable_names_persons_reminds_them_and_the_supervisor_reads_it(city: City) -> None:
    planner = city.person("scjg.planner")
    with city.acting("scjg.head"):
        made = service.add_task("更新执法人员名录库", today(), planner.user_id)
        with pytest.raises(ClerkError, match="没有找到这个人"):
            service.add_task("别单位的人", today(), city.person("xfjy.planner").user_id)
        with pytest.raises(ClerkError, match="没有找到这项计划安排"):
            service.add_task("别处的计划", today(), planner.user_id, line_id=new_id())
        with pytest.raises(ClerkError, match="不能早于今天"):
            service.add_task("昨天的事", today() - timedelta(days=1), planner.user_id)
        db.session.execute(sa.update(WorkTask).values(due_on=today() - timedelta(days=1)))
    with city.app.app_context():
        supervision.remind_of_tasks()
        supervision.remind_of_tasks()
    with city.acting("scjg.planner"):
        found = queries.timetable.own_task(made.id)
        assert queries.timetable.state(found) is TaskState.OVERDUE
        texts = db.session.scalars(
            sa.select(Message.text).where(Message.link == f"/orders/tasks/{made.id}")
        ).all()
        assert sorted("逾期" in text for text in texts) == [False, True]
        with pytest.raises(ClerkError):
            service.end_task(made.id, "done", " ")
        service.end_task(made.id, "done", "已更新 36 人。")
        with pytest.raises(Conflict):
            service.end_task(made.id, "done", "再来一次")
    with city.acting("xfjy.planner"), pytest.raises(NotFound):
        queries.timetable.own_task(made.id)
    with city.acting("sfj.supervisor", supervisor=True):
        records = queries.timetable.tasks()
        late = db.session.execute(records.select().where(records.states["late"])).all()
        assert [(row.bureau_name, row.person_name) for row in late] == [
            ("市市场监管局", planner.display_name)
        ]


def test_measures_stand_beside_the_sum_of_their_cause(city: City) -> None:
    with city.acting("sfj.supervisor"):
        service.write_measure(today().year, "untrained", "十月集中培训一次。")
    with city.acting("scjg.planner"), pytest.raises(ClerkError):
        if queries.causes.supervised_others():
            raise ClerkError("市场监管有自己的监督范围")
        service.write_measure(today().year, "untrained", "不能写")
    with city.acting("sfj.supervisor", supervisor=True):
        found = queries.outside_causes(today().year)
        assert [one.text for one in found.measures["untrained"]] == ["十月集中培训一次。"]
        assert found.total("untrained") == 0
