"""Figures from records: F8 and the three measures, in the scopes of those who may see them (R-S1, R-S2)."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import sqlalchemy as sa

from onedoor.draws import queries as draws
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.statistics import queries, rules
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.web.statistics import F8, F8_NOTE
from tests.supervision.scene import Scene


def f8(scene: Scene, who: str) -> Any:
    """The one row of F8 that a person sees."""
    with scene.city.acting(who):
        (row,) = queries.joint_rows(today().year)
        return row


def test_the_measures_of_a_draw_are_the_draws_own(scene: Scene) -> None:
    with scene.city.acting("scjg.planner"):
        found = draws.counts(scene.drawn.draw_id)
    assert found is not None
    assert found.doors < found.matters
    assert found.doors <= found.independent_doors


def test_saved_entries_are_those_of_the_rule(scene: Scene) -> None:
    """The select and the definition agree, and one joint visit with all records is behind it."""
    with scene.city.acting("scjg.planner"):
        checked = queries.checked(scene.drawn.campaign_id)
        parties = len(visits.party_ids(scene.whole))
    row = f8(scene, "scjg.planner")
    assert row.saved == rules.saved_entries(checked) == parties - 1
    assert row.saved > 0


def test_every_figure_of_f8_adds_up_the_objects_it_opens(scene: Scene) -> None:
    """R-S2: any figure opens the records behind it, and they come to the same."""
    row = f8(scene, "scjg.planner")
    with scene.city.acting("scjg.planner"):
        rows = queries.objects_of(scene.drawn.campaign_id)
        objects = db.session.execute(sa.select(*rows.c)).all()
        shown = {
            name: db.session.execute(sa.select(*rows.c).where(condition)).all()
            for name, condition in queries.shown(rows).items()
        }
        assert {one.entity_code for one in objects} == {visit.entity_code for visit in scene.drawn.visits()}
    assert row.doors == len(objects)
    assert row.entered == sum(one.entered for one in shown["entered"]) == 2
    assert row.due == row.matters == sum(one.due for one in objects)
    assert row.checked == sum(one.checked for one in shown["checked"])
    assert row.saved == sum(one.saved for one in shown["saved"])
    assert row.problems == len(shown["problem"]) == 1
    assert row.publics == len(shown["public"]) == 0
    assert len(shown["left"]) + sum(one.checked == one.due for one in objects) == len(objects)


def test_a_visit_called_off_stays_behind_the_number_drawn(scene: Scene) -> None:
    """抽取户数 counts it and opens it; nothing is due there (R-S2)."""
    with scene.city.acting("scjg.planner"):
        visit = next(one for one in scene.drawn.visits() if not visits.visit_state(one).parts.begun)
        before, due = visit.state, queries.joint_rows(today().year)[0].due
        visiting.cancel(visit.id, "已迁出")
        rows = queries.objects_of(scene.drawn.campaign_id)
        listed = db.session.execute(sa.select(*rows.c)).all()
        off = db.session.execute(sa.select(*rows.c).where(queries.shown(rows)["cancelled"])).all()
        (row,) = queries.joint_rows(today().year)
        assert [one.entity_code for one in off] == [visit.entity_code] and off[0].due == 0
        assert row.doors == len(listed) == row.objects + 1
        assert row.due == sum(one.due for one in listed) < due
        visit.state, visit.cancelled_at, visit.cancel_reason = before, None, None


def test_an_object_is_public_once_all_its_records_are(scene: Scene) -> None:
    """One of the bureaus has published: the object is not public yet."""
    with scene.city.acting("scjg.planner"):
        rows = queries.objects_of(scene.drawn.campaign_id)
        whole = str(scene.whole)
        (one,) = db.session.execute(sa.select(*rows.c).where(rows.c.visit == whole))
        assert one.bureaus > 1 and not one.public


def test_partners_see_the_joint_check_and_others_do_not(scene: Scene) -> None:
    """access.md: progress for those who take part, nothing for another bureau."""
    lead, partner = f8(scene, "scjg.planner"), f8(scene, "yjgl.planner")
    assert (partner.name, partner.bureau_name, partner.partners, partner.doors) == (
        lead.name,
        "市市场监管局",
        2,
        lead.doors,
    )
    with scene.city.acting("wsjk.planner"):
        assert queries.joint_rows(today().year) == []
        assert queries.checked() == []
        assert queries.years() == []


def test_f8_comes_as_the_form(scene: Scene) -> None:
    answer = scene.city.client("scjg.planner").get("/statistics/f8.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0][0] == f"{today().year}年度联合检查工作进展情况统计表"
    assert lines[1][:3] == ("填报单位：", "示范市市场监督管理局", "填表时间：")
    assert [one for one in lines[2] if one] == ["名称", "牵头部门", *[head for head, _name, _show in F8]]
    row = f8(scene, "scjg.planner")
    assert list(lines[3])[2:] == [getattr(row, name) for _head, name, _show in F8]
    assert lines[4][0] == "合计" and list(lines[4])[2:] == list(lines[3])[2:]
    assert lines[5][0] == F8_NOTE


def test_the_page_opens_the_objects(scene: Scene) -> None:
    client = scene.city.client("scjg.planner")
    assert "统计表" in client.get("/statistics").get_data(as_text=True)
    address = f"/statistics/campaigns/{scene.drawn.campaign_id}/objects"
    assert "共 1 条" in client.get(f"{address}?show=problem").get_data(as_text=True)
    assert scene.city.client("wsjk.planner").get(address).status_code == 404
