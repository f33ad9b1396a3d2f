"""F11 has every check of a bureau, drawn or not, a joint one once with its own part (R-V9)."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.ledger import queries, service
from onedoor.ledger.rules import f11
from onedoor.visits import queries as visits
from onedoor.visits.rules.kinds import Exceptional
from tests.campaigns.builders import World
from tests.ledger.builders import outside
from tests.visits.builders import DrawnCampaign, draw
from tests.visits.check_builders import CLERK, Desk

# The firms of the desk may be among those drawn.
AGAIN: dict[str, Any] = {"repeat_reason": "确需再次检查"}


@pytest.fixture(scope="module")
def going(world: World) -> DrawnCampaign:
    """A campaign with approved visits."""
    return draw(world, bp=4000).approve()


def lines(desk: Desk, who: str = CLERK) -> dict[UUID, Any]:
    """The ledger of a bureau by its checks."""
    with desk.world.city.acting(who):
        return {row.id: row for row in db.session.execute(sa.select(*queries.mine().c))}


def test_a_check_stands_once_it_has_begun_and_says_what_was_done(desk: Desk) -> None:
    visit_id = desk.approved(**AGAIN)
    assert visit_id not in lines(desk)
    desk.record(visit_id)
    line = lines(desk)[visit_id]
    said = f11.words(line)
    assert said["kind"] == "个案检查" and said["source"] == "投诉举报"
    assert said["registration"] == "通过平台" and line.day == today()
    assert said["methods"] == "实地检查" and said["results"] == "未发现问题"
    assert said["measures"] == "无需后续处置" and "记录审核通过" in said["supervision"]
    assert len(said["inspectors"].split("、")) == 2 and said["matters"]


def test_a_joint_check_is_one_line_with_the_own_part(desk: Desk, going: DrawnCampaign) -> None:
    """R-J2: each bureau's ledger has its own officers and matters; what was not begun is not there."""
    visit_id = going.joint()
    partner = going.partner(visit_id)
    going.accept(going.record(visit_id, "SCJG", ["pending"], handling="case"), "SCJG")
    mine = lines(desk)[visit_id]
    assert visit_id not in lines(desk, f"{partner.lower()}.planner"), "its part has not begun"
    going.record(visit_id, partner)
    theirs = lines(desk, f"{partner.lower()}.planner")[visit_id]
    assert set(mine.inspectors.split("、")).isdisjoint(theirs.inspectors.split("、"))
    assert mine.matters != theirs.matters and mine.kind == theirs.kind == "random"
    assert f11.words(mine)["measures"] == "立案" and mine.open_followups == 1


def test_what_was_registered_afterwards_or_elsewhere_is_told_apart(desk: Desk) -> None:
    late: dict[str, Any] = {**AGAIN, "exceptional": Exceptional.DEVIATION, "exceptional_reason": "已经做了"}
    deviation = desk.proposed(**late)
    desk.record(deviation)
    with desk.world.city.acting(CLERK):
        paper = service.enter_outside(outside(desk.firm())).id
    found = lines(desk)
    assert found[deviation].registration == "deviation" and found[paper].registration == "outside"
    assert f11.words(found[paper])["cause"] == "平台故障或停机：平台升级停机两天"


def test_its_counts_are_those_of_the_checks(desk: Desk, going: DrawnCampaign) -> None:
    """Issue 20: F11's counts are those that pages and the demo tell: checks begun, a joint one once."""
    going.record(going.joint(), "SCJG")
    desk.record(desk.approved(**AGAIN))
    with desk.world.city.acting(CLERK):
        assert queries.counts_by_kind(queries.mine()) == visits.begun_by_kind()


def test_a_supervisor_sees_all_parts_and_a_joint_check_once(desk: Desk, going: DrawnCampaign) -> None:
    visit_id = going.joint()
    for letters in ("SCJG", going.partner(visit_id)):
        going.record(visit_id, letters)
    with desk.world.city.acting("sfj.supervisor", supervisor=True):
        rows = [row for row in db.session.execute(sa.select(*queries.all_lines().c)) if row.id == visit_id]
    assert len(rows) == 1 and len(rows[0].inspectors.split("、")) >= 4 and "、" in rows[0].bureau_name


def test_the_workbook_is_laid_out_as_the_form(desk: Desk) -> None:
    desk.record(desk.approved(**AGAIN))
    with desk.world.city.acting(CLERK):
        found = list(db.session.execute(sa.select(*queries.mine().c)))
        sheet = load_workbook(io.BytesIO(service.write_f11(found, "示范市市场监督管理局"))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "执法检查台账" and rows[1][1] == "示范市市场监督管理局"
    assert rows[2][:10] == ["序号", "检查类别", "来源", "检查对象", "检查人员", "检查内容", "检查方式", "检查措施", "检查结果", "监督检查记录"]  # fmt: skip
    assert len(rows) == 3 + len(found) + 1 and [row[0] for row in rows[3:-1]] == [*range(1, len(found) + 1)]


def test_however_long_it_is_one_statement_and_by_indexes(desk: Desk) -> None:
    """No statement per line; the bureau's checks are found by its own index, not by reading every check there is."""
    for _visit in range(2):
        desk.record(desk.approved(**AGAIN))
    with desk.world.city.acting(CLERK):
        query = sa.select(*queries.mine().c)
        heard: list[str] = []
        db.session.execute(sa.text("SELECT"))
        sa.event.listen(sa.Engine, "before_cursor_execute", hear := lambda *given: heard.append(given[2]))
        assert len(list(db.session.execute(query))) > 1
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)
        assert len(heard) == 1, heard
        db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        text = query.compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = "\n".join(row[0] for row in db.session.execute(sa.text(f"EXPLAIN {text}")))
    for table in ("record", "visit_member", "visit_matter", "followup", "disclosure", "outside_check"):
        assert f"Seq Scan on {table} " not in plan, plan
