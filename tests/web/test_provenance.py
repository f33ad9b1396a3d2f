"""The trace of every thing, from every end: from a public result back to the list and on to receipt, return and order (R-D9).

It is walked in the story of the demo, in which something of everything has happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from lxml import html  # type: ignore[import-untyped]

from onedoor.campaigns.models import Campaign
from onedoor.config import Config
from onedoor.disclosure.models import Disclosure
from onedoor.draws.models import Draw
from onedoor.kernel.clock import local_day, now, today
from onedoor.kernel.db import db
from onedoor.plans.models import PlanLine
from onedoor.provenance.rules import STAGES
from onedoor.statistics import service as statistics
from onedoor.supervision import service as supervision
from onedoor.supervision.queries.causes import Cause
from onedoor.visits.models import Followup, Record, Visit
from onedoor.web.provenance import STARTS
from tasks.supervision import watch_alerts
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.fixtures.main_job import with_main_job

# What is about one thing alone and not about its way, or needs what the story does not do.
ALONE = {"owed", "transfer", "penalty", "inspection"}


@pytest.fixture(scope="module")
def config(databases: Databases) -> Iterator[Config]:
    """A database in which everything that happens in the main job has happened."""
    with with_main_job(databases) as made:
        yield made[0]


@pytest.fixture(scope="module")
def told(city: City) -> dict[str, Any]:
    """A result with a follow-up, and since: a return that counted it is filed, and an order is opened from it."""
    with city.acting("scjg.planner"):
        found = db.session.execute(
            sa.select(Record.id, Record.visit_id, Draw.ended_at)
            .join(Visit, Visit.id == Record.visit_id)
            .join(Draw, Draw.id == Visit.draw_id)
            .join(Followup, Followup.record_id == Record.id)
            .join(Disclosure, sa.and_(Disclosure.subject_id == Record.id, Disclosure.until.is_(None)))
            .where(Record.tenant_id == city.bureaus["SCJG"], Followup.kind == "correct")
            .order_by(Record.created_at)
            .limit(1)
        ).one()
        drawn = local_day(found.ended_at)
        made = statistics.start("F7", "own", drawn.year, "H1" if drawn.month < 7 else "H2")
        typed = {"contact": "王五", "phone": "0471-1234567", "document": "示政办发〔2026〕1号"}
        statistics.save(made.id, typed, cutoff=now())
        statistics.file_return(made.id)
    with city.acting("sfj.supervisor"):
        order = supervision.send_order(
            city.bureaus["SCJG"],
            "order",
            "查清发现问题的检查",
            "请逐户说明。",
            today() + timedelta(days=10),
            Cause("results", "problem", drawn.year),
        )
        cause = Cause("results", "problem", drawn.year)
        supervision.send_circular(
            [city.bureaus["SCJG"]], "发现的问题", "请各科室对照。", published=True, cause=cause
        )
        supervision.set_rule("results", "problem", 0, "both")
        inspected = supervision.open_inspection(
            title="联合督查", scope="查记录。", starts_on=today(), ends_on=today() + timedelta(days=4),
            bureaus=[city.bureaus["SCJG"]], partners=[city.bureaus["XFJY"]],
        )  # fmt: skip
        finding = supervision.add_finding(
            inspected.id, city.bureaus["SCJG"], today(), "记录不全。", "请补全。"
        )
        ordered = supervision.order_from_finding(finding.id, "请补全。", today() + timedelta(days=10))
    with city.acting("scjg.head"):
        line = db.session.scalars(
            sa.select(PlanLine.id)
            .join(Campaign, Campaign.plan_line_id == PlanLine.id)
            .join(Visit, Visit.campaign_id == Campaign.id)
            .where(Visit.id == found.visit_id)
        ).one()
        person = city.person("scjg.planner").user_id
        task = supervision.add_task("完成现场检查", today(), person, line_id=line)
    with city.app.app_context():
        assert watch_alerts() > 0
    return {
        "record": found.id,
        "visit": found.visit_id,
        "return": made.id,
        "order": order.id,
        "inspection": inspected.id,
        "ordered": ordered.id,
        "task": task.id,
    }


@dataclass
class Way:
    """A person's walk along the ways of pages alone: which page shows which stages, and what is wrong."""

    client: FlaskClient
    stages: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def look(self, path: str) -> dict[str, list[str]]:
        """The addresses of each stage of a page's way ("" where a thing has none here)."""
        if path in self.stages:
            return self.stages[path]
        answer = self.client.get(path)
        found: dict[str, list[str]] = defaultdict(list)
        self.stages[path] = found
        if answer.status_code != 200:
            self.wrong.append(f"{path}: {answer.status_code}")
            return found
        ways = html.fromstring(answer.text).xpath("//ol[@class='trace-way']")
        if len(ways) > 1:
            self.wrong.append(f"{path}: {len(ways)} ways")
        for stage in ways[0].xpath("./li") if ways else ():
            label = stage.xpath("./span")[0].text
            for link in stage.xpath("./ul/li"):
                address = (link.xpath("./a/@href") or [""])[0]
                if address == path:
                    self.wrong.append(f"{path}: leads to itself")
                found[label].append(address)
        return found

    def walk(self, path: str, most: int = 60) -> None:
        """From here to what the ways lead to, so many pages at most."""
        waiting, seen = [path], {path}
        while waiting and len(self.stages) < most:
            for links in self.look(waiting.pop(0)).values():
                for link in links:
                    if link and link not in seen:
                        seen.add(link)
                        waiting.append(link)


def stages(*keys: str) -> set[str]:
    return {STAGES[key] for key in keys}


def test_a_result_shows_its_whole_way(city: City, told: dict[str, Any]) -> None:
    """Back to list, item, plan and line, campaign, pool, draw and team; on to publication, export, receipt, return, order."""
    client = city.client("scjg.planner")
    for path in (f"/visits/{told['visit']}", f"/visits/records/{told['record']}"):
        shown = Way(client).look(path)
        assert stages(*STAGES) - set(shown) <= stages(*ALONE), path
    back = Way(client).look(f"/statistics/returns/{told['return']}")
    assert set(shown) - set(back) <= stages("return", "order")


def test_a_bureau_walks_it_from_every_end(city: City, told: dict[str, Any]) -> None:
    """Every link opens a page; every page of a thing on the way shows the record's whole chain before it, and leads elsewhere."""
    walk = Way(city.client("scjg.planner"))
    start = f"/visits/records/{told['record']}"
    walk.walk(start, most=25)
    assert walk.wrong == []
    beside = [link for links in walk.look(start).values() for link in links if link.startswith("/visits/")]
    before = stages("item", "line", "campaign", "draw")
    assert {path: before - set(walk.look(path)) for path in beside if before - set(walk.look(path))} == {}
    assert len(walk.stages) > 15


def test_the_thing_of_each_stage_knows_the_way_back(city: City, told: dict[str, Any]) -> None:
    """From each thing on the record's way one comes back to the record, or to as many of its kind as cannot all be named."""
    walk = Way(city.client("scjg.planner"))
    start = f"/visits/records/{told['record']}"
    for stage, links in walk.look(start).items():
        for link in filter(None, links):
            back = walk.look(link)
            assert STAGES["record"] in back, (stage, link)
            records = back[STAGES["record"]]
            assert start in records or len(records) > 3, (stage, link)


def test_a_task_of_the_timetable_leads_to_its_line_and_what_came_of_it(
    city: City, told: dict[str, Any]
) -> None:
    """Who had to do it by when stands between the line and the draw, on the record's page and the visit's; another bureau sees none of it."""
    task, record = f"/orders/tasks/{told['task']}", f"/visits/records/{told['record']}"
    walk = Way(city.client("scjg.planner"))
    assert walk.look(record)[STAGES["task"]] == [task]
    assert stages("list", "line", "campaign", "draw", "visit", "record") <= set(walk.look(task))
    assert record in walk.look(task)[STAGES["record"]] or len(walk.look(task)[STAGES["record"]]) > 3
    assert walk.wrong == []
    partner = Way(city.client("xfjy.planner")).look(f"/visits/{told['visit']}")
    assert partner and STAGES["task"] not in partner
    supervisor = Way(city.client("sfj.supervisor")).look(f"/oversight/results/{told['record']}")
    assert supervisor[STAGES["task"]] == [""], "named to the supervisor, who has its list"


def test_an_inspection_and_its_order_lead_to_each_other(city: City, told: dict[str, Any]) -> None:
    """What the bureau is ordered to do stands beside the inspection that found it, for both sides."""
    inspection, ordered = f"/orders/inspections/{told['inspection']}", f"/orders/{told['ordered']}"
    for who in ("scjg.planner", "sfj.supervisor"):
        walk = Way(city.client(who))
        assert walk.look(ordered)[STAGES["inspection"]] == [inspection], who
        assert walk.look(inspection)[STAGES["order"]] == [ordered], who
        assert walk.wrong == []


def test_an_alert_leads_back_to_its_record(city: City, told: dict[str, Any]) -> None:
    """From the record to its alert, and from there by list, draw and record back."""
    start = f"/visits/records/{told['record']}"
    walk = Way(city.client("scjg.planner"))
    (alert,) = (link for link in walk.look(start)[STAGES["alert"]] if link)
    assert start in walk.look(alert)[STAGES["record"]]
    assert stages("list", "plan", "draw", "visit") <= set(walk.look(alert))


def test_the_supervisor_walks_it(city: City, told: dict[str, Any]) -> None:
    walk = Way(city.client("sfj.supervisor"))
    walk.walk(f"/oversight/results/{told['record']}", most=40)
    assert walk.wrong == []
    assert stages("list", "plan", "campaign", "draw", "visit", "record", "result", "return", "order") <= set(
        walk.look(f"/oversight/results/{told['record']}")
    )


@pytest.mark.committed("the public reads what was published")
def test_everybody_walks_what_is_public(city: City, told: dict[str, Any]) -> None:
    """From a public result to the draw with its proof, the plan and the list, and back, and nowhere else."""
    walk = Way(city.client())
    walk.walk(f"/open/results/{told['record']}", most=40)
    assert walk.wrong == []
    assert all(path.startswith("/open/") for path in walk.stages)
    shown = walk.look(f"/open/results/{told['record']}")
    assert stages("list", "plan", "draw", "result") <= set(shown)
    draw = next(filter(None, shown[STAGES["draw"]]))
    assert STAGES["plan"] in walk.look(draw)
    for key in ("draw", "plan", "list"):
        there = walk.look(next(filter(None, shown[STAGES[key]])))
        assert STAGES["result"] in there, key


def test_another_bureau_sees_only_its_part(city: City, told: dict[str, Any]) -> None:
    """Who was not there does not find the visit by any way."""
    assert city.client("xscjg.planner").get(f"/visits/{told['visit']}").status_code == 404


def test_pages_with_a_start_are_pages(city: City) -> None:
    known = {rule.endpoint for rule in city.app.url_map.iter_rules()}
    assert set(STARTS) <= known
