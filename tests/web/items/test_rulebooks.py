"""The rulebook through its pages: written by the planner, put in force by the head (R-L10, R-L12, R-T5)."""

from __future__ import annotations

import io
import re
from datetime import date

import sqlalchemy as sa
from docx import Document

from onedoor.disclosure.models import Disclosure
from onedoor.filing import queries as filings
from onedoor.items import queries
from onedoor.items.rules.codes import SECTIONS
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.db import db
from tenants import approvals, people
from tenants.rules import Permission, Role
from tests.fixtures.answers import follow, text
from tests.fixtures.city import City


def test_a_rulebook_is_written_put_in_force_and_replaced(city: City) -> None:
    planner, head, other = city.client("scjg.planner"), city.client("scjg.head"), city.client("wsjk.planner")
    assert "还没有抽查细则" in text(planner.get("/registry/rulebooks"))
    answer = planner.post("/registry/rulebooks/edit", data={"aims": "规范抽查。\n减少打扰。"})
    place = answer.headers["Location"]
    text(other.get(place), 404)
    text(planner.post(f"{place}/publish"), 403)
    assert "细则还缺少：检查程序" in text(head.post(f"{place}/publish"), 422)
    whole = {name: f"{title}的规定。" for name, title in SECTIONS.items()}
    text(planner.post("/registry/rulebooks/edit", data=whole), 303)
    assert "公布细则" in text(head.get(place)) and "公布细则" not in text(planner.get(place))
    text(head.post(f"{place}/publish"), 303)
    text(head.post(f"{place}/publish"), 409)
    text(planner.post(f"{place}/discard"), 409)
    assert "处罚程序的规定" in text(other.get(place))
    # Who supervises and has no other role reads what is filed to them (R-P4, R-L12).
    justice = city.client("sfj.supervisor")
    assert "处罚程序的规定" in text(justice.get(place))
    assert justice.get(f"{place}/document").status_code == 200
    assert "示范市市场监督管理局" in text(justice.get("/registry/rulebooks"))
    text(other.post(f"{place}/publish"), 403)
    word = Document(io.BytesIO(planner.get(f"{place}/document").data))
    assert "示范市市场监督管理局随机抽查工作细则（第 1 版）" in word.paragraphs[0].text
    text(planner.post("/registry/rulebooks/edit", data={**whole, "aims": "改了。"}), 303)
    with city.acting("scjg.planner"):
        second, first = queries.my_rulebooks()
        assert (first.state, second.state, second.version) == ("published", "draft", 2)
        assert len(filings.of_subject(first.id)) == 1
    text(head.post(f"/registry/rulebooks/{second.id}/publish"), 303)
    with city.acting("scjg.planner"):
        assert [one.state for one in queries.my_rulebooks()] == ["published", "replaced"]
        public = db.session.scalars(sa.select(Disclosure).where(Disclosure.kind == "rulebook")).all()
        assert [one.until is None for one in sorted(public, key=lambda one: one.version)] == [False, True]


def test_the_writer_is_not_offered_to_put_it_in_force_by_another_account(city: City) -> None:
    """R-T5: the head's account is the writer's second one; the page says whose it is, and the act is refused."""
    number = made_up_identity_number(date(1983, 6, 7), 21)
    for username, role in (("yjgl.planner", Role.PLANNER), ("yjgl.head", Role.HEAD)):
        user_id = city.person(username).user_id
        with city.acting("yjgl.admin"):
            people.change(user_id, "戊某", [role], identity_number=number)
    whole = {name: f"{title}的规定。" for name, title in SECTIONS.items()}
    place = city.client("yjgl.planner").post("/registry/rulebooks/edit", data=whole).headers["Location"]
    head = city.client("yjgl.head")
    page = text(head.get(place))
    assert "由本单位其他负责人公布" in page and f"{place}/publish" not in page
    assert "不能公布自己起草的细则" in text(head.post(f"{place}/publish"), 403)


def test_nobody_writes_over_a_colleague_nor_puts_in_force_what_they_wrote_at_first(city: City) -> None:
    """R-T5: each who wrote a part is a writer, also when a colleague saved last; an outdated page saves nothing."""
    person = city.person("wsjk.head").user_id
    with city.acting("wsjk.admin"):
        people.change(person, "己某", [Role.HEAD, Role.PLANNER], identity_number="")
    head, planner = city.client("wsjk.head"), city.client("wsjk.planner")
    edit, section = "/registry/rulebooks/edit", "/registry/rulebooks/sections/aims"
    whole = {name: f"{title}由负责人写。" for name, title in SECTIONS.items()}
    place = head.post(edit, data=whole).headers["Location"]
    opened = {path: _seen(text(head.get(path))) for path in (edit, section)}
    assert planner.post(section, data={"text": "同事补充。", "seen": opened[section]}).status_code == 303
    for path, given in ((edit, whole), (section, {"text": "我写的。"})):
        page = text(head.post(path, data={**given, "seen": opened[path]}), 422)
        assert "已由他人修改" in page and next(iter(given.values())) in page
    assert "同事补充。" in text(head.get(place))
    assert "不能公布自己起草的细则" in text(head.post(f"{place}/publish"), 403)
    # The page offers them neither to put it in force nor, where a colleague hands it in, to let it through.
    shown = text(head.get(place))
    assert "由本单位其他负责人公布" in shown and f"{place}/publish" not in shown
    text(planner.post(f"{place}/submit"), 303)
    assert "等待审批" in text(planner.post(f"{place}/discard"), 409)
    with city.acting("wsjk.head"):
        (waiting,) = approvals.inbox(frozenset({Permission.PLAN_APPROVE}))
    shown = text(head.get(f"/desk/inbox/{waiting.id}"))
    assert "您写过其中的内容" in shown and 'value="approve"' not in shown and 'value="return"' in shown
    text(head.post(f"/desk/inbox/{waiting.id}", data={"decision": "return", "reason": "写全"}), 303)
    shown = text(planner.get(place))
    assert "<dd>写全</dd>" in shown and "放弃这一版草稿" in shown
    text(city.client("scjg.planner").post(f"{place}/discard"), 404)
    assert "已放弃未公布的细则" in follow(planner, planner.post(f"{place}/discard"))
    text(planner.get(place), 404)


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def test_a_section_is_written_handed_in_returned_and_approved_with_what_changed_beside(city: City) -> None:
    """R-L10: by section, by approval in the inbox, earlier versions stay public and comparable."""
    planner, head, other = city.client("wlj.planner"), city.client("wlj.head"), city.client("wsjk.planner")
    whole = {name: f"{title}的规定。" for name, title in SECTIONS.items()}
    place = planner.post("/registry/rulebooks/sections/aims", data={"text": "规范抽查。"}).headers["Location"]
    text(planner.get("/registry/rulebooks/sections/nothing"), 404)
    assert "细则还缺少：检查程序" in text(planner.post(f"{place}/submit"), 422)
    text(planner.post("/registry/rulebooks/edit", data=whole), 303)
    for decision, reason in (("return", "公示程序写清期限"), ("approve", "")):
        text(planner.post(f"{place}/submit"), 303)
        assert "等待审批" in text(
            planner.post("/registry/rulebooks/sections/aims", data={"text": "偷改"}), 422
        )
        assert "等待审批" in text(head.post(f"{place}/publish"), 409)
        with city.acting("wlj.head"):
            (waiting,) = [
                one for one in approvals.inbox(frozenset({Permission.PLAN_APPROVE})) if one.kind == "rulebook"
            ]
        assert "公示程序的规定" in text(head.get(f"/desk/inbox/{waiting.id}"))
        text(head.post(f"/desk/inbox/{waiting.id}", data={"decision": decision, "reason": reason}), 303)
        assert ("负责人退回的理由" in text(planner.get(place))) is (decision == "return")
    mended = {"text": "公示程序的规定，二十个工作日内公示。"}
    second = planner.post("/registry/rulebooks/sections/disclosure_procedure", data=mended).headers[
        "Location"
    ]
    assert "与第 1 版对照" in text(planner.get(second)) and "二十个工作日内" in text(planner.get(second))
    text(head.post(f"{second}/publish"), 303)
    assert "公示程序" in text(other.get(f"{second}/text"))
    visitor, public = city.client(), f"/open/rulebooks/{city.bureaus['WLJ']}"
    shown = text(visitor.get(public))
    assert "二十个工作日内公示" in shown and "第 2 版改了什么" in shown
    changes = text(visitor.get(f"{public}/changes"))
    assert "<ins>" in changes and "检查程序的规定" not in changes
    (former,) = re.findall(r'<a href="(/open/rulebooks/[0-9a-f-]+)">第 1 版</a>', shown)
    assert "这是旧版" in text(visitor.get(former)) and "二十个工作日" not in text(visitor.get(former))
