"""Layouts are versioned data that the operator makes and tries; what cannot hold what it is given is refused (R-O2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from onedoor.credit import service
from onedoor.credit.layout_checks import SOURCES, field_problems, layout_problems, tried
from onedoor.credit.layouts import Field, first_layout, read_fields
from onedoor.credit.models import RecordLayout
from onedoor.credit.platforms import newest
from onedoor.credit.rules import fitted, result_fields
from onedoor.credit.service.layouts import layouts, record_layout
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from tests.credit.operator import operating
from tests.credit.results import content, publish
from tests.fixtures.city import City

OPERATOR = "sjj.ops"


def given(**changes: Any) -> dict[str, Any]:
    return {
        "key": "JCJG", "label": "抽查机关", "kind": "text", "longest": 100, "decimals": 0, "required": True,
        "source": "authority", "fixed": "", "codes": "", **changes,
    }  # fmt: skip


def draft(city: City, family: str) -> UUID:
    """A layout with all that a result needs."""
    with operating(city):
        made = service.new_layout(family, "result", "市级平台检查结果")
        service.put_field(made.id, given())
        kinds = "定向=1\n不定向=2\n非抽取=9"
        service.put_field(made.id, given(key="LX", label="类型", longest=1, source="task_kind", codes=kinds))
        service.put_field(made.id, given(key="BB", label="版本号", longest=4, source="", fixed="V2.0"))
        return made.id


def test_facts_go_out_under_the_layouts_keys_and_codes() -> None:
    facts = result_fields(content(), ("91", "甲"), "示范市市场监督管理局", None)
    shape = first_layout("inspection-result/1")
    assert fitted(shape, facts)["task_kind"] == "不定向" and len(fitted(shape, facts)["findings"]) == 2
    kind = Field("LX", "类型", 1, choices=("1", "2"), source="task_kind", codes={"定向": "1", "不定向": "2"})
    assert fitted(type(shape)("x/1", "result", "x", (kind,)), facts) == {"LX": "2"}


def test_the_layouts_of_the_beginning_are_whole() -> None:
    for name in ("inspection-result/1", "administrative-penalty/1"):
        shape = first_layout(name)
        assert layout_problems(shape) == []
        assert {one.filled_from for one in shape.fields} <= set(SOURCES[shape.kind])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "1x"}, "key"),
        ({"label": " "}, "label"),
        ({"longest": 0}, "longest"),
        ({"source": "nothing"}, "source"),
        ({"source": "entity_code", "longest": 10}, "longest"),
        ({"source": "finished_on", "kind": "date", "longest": 8}, "longest"),
        ({"source": "task_kind", "choices": ("定向",)}, "codes"),
        ({"fixed": "六个字的内容", "longest": 3}, "fixed"),
        ({"source": "handling"}, "required"),
        ({"decimals": 9}, "decimals"),
        ({"kind": "picture"}, "kind"),
    ],
)
def test_a_field_that_cannot_hold_its_fact_says_so(changes: dict[str, Any], field: str) -> None:
    one = Field(**{"key": "A", "label": "甲", "longest": 100, "source": "authority", **changes})
    assert set(field_problems("result", one)) == {field}


def test_a_trial_counts_what_does_not_fit() -> None:
    shape = first_layout("inspection-result/1")
    facts = [
        result_fields(content(campaign_name=name), ("91", "甲"), "局", None) for name in ("短", "长" * 201)
    ]
    found = tried(shape, facts)
    assert found.rows == 2 and {one.label: one.rows for one in found.wrong}["抽查任务名称"] == 1


def test_a_draft_is_tried_and_put_to_use(city: City) -> None:
    publish(city, 31, bureau="示范市市场监督管理局")
    made = draft(city, "city-result")
    with operating(city):
        assert newest("city-result") is None, "a draft is not used"
        with pytest.raises(ClerkError) as refused:
            service.put_field(made, given())
        assert "key" in refused.value.fields
        assert service.try_layout(record_layout(made)).rows >= 1
        with pytest.raises(Conflict):
            service.next_version(made)
        service.use_layout(made)
        assert newest("city-result") == "city-result/1"
        with pytest.raises(Conflict):
            service.put_field(made, given(key="X"))
        second = service.next_version(made).id
        service.drop_field(second, "BB")
        service.use_layout(second)
        kept = {one.version: len(read_fields(one.fields)) for one in layouts() if one.family == "city-result"}
    assert kept == {1: 5, 2: 4}, "the former version is as it was"


def test_a_layout_that_cannot_hold_what_is_public_is_refused(city: City) -> None:
    """Its length is enough by itself, and too short for what stands there."""
    publish(city, 32)
    made = draft(city, "short-result")
    with operating(city):
        service.put_field(made, given(longest=3), "JCJG")
        with pytest.raises(ClerkError, match="放不下要报送的内容"):
            service.use_layout(made)
    with operating(city):
        assert record_layout(made).state == "draft" and newest("short-result") is None
        service.drop_field(made, "entity_code")
        with pytest.raises(ClerkError, match="平台无法知道是哪一家"):
            service.use_layout(made)
        service.delete_draft(made)
        assert db.session.get(RecordLayout, made) is None


def test_the_operators_pages_of_layouts(city: City) -> None:
    publish(city, 33)
    client = city.client(OPERATOR)
    listed = client.get("/platform/outside").text
    assert "行政处罚（双公示）" in listed and "国家企业信用信息公示系统" in listed
    assert client.post("/platform/layouts", data={"family": "A b", "kind": "result"}).status_code == 422
    new = client.post(
        "/platform/layouts", data={"family": "page-result", "kind": "result", "title": "页面格式"}
    )
    assert new.status_code == 303
    where = new.headers["Location"]
    sent = {
        "key": "JG",
        "label": "机关",
        "kind": "text",
        "longest": "2",
        "decimals": "0",
        "source": "authority",
    }
    assert client.post(f"{where}/fields", data={**sent, "longest": "0"}).status_code == 422
    assert client.post(f"{where}/fields", data=sent).status_code == 303
    shown = client.get(f"{where}?field=JG").text
    assert "修改字段" in shown and "超过 2 个字" in shown
    refused = client.post(f"{where}/use")
    assert refused.status_code == 422 and "放不下" in refused.text
    assert client.post(f"{where}/fields", data={**sent, "longest": "200", "former": "JG"}).status_code == 303
    assert client.post(f"{where}/use").status_code == 303
    assert "新建下一版本" in client.get(where).text
    assert city.client("scjg.planner").get("/platform/outside").status_code == 403
