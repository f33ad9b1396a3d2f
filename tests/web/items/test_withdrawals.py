"""What was handed in is taken back by who handed it in, while the head has not decided (R-L4, R-L10, R-T5)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from onedoor.items import queries, service
from onedoor.items.rules.codes import SECTIONS
from onedoor.items.service.withdrawals import withdraw_rulebook
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.db import db
from onedoor.kernel.errors import Forbidden
from onedoor.messages.models import Message
from tenants import approvals
from tenants.rules import Permission
from tests.fixtures.answers import text
from tests.fixtures.city import City
from tests.web.plans.test_desk import ITEM

HEAD = frozenset({Permission.PLAN_APPROVE})


def _events(name: str) -> int:
    query = sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.event == name)
    return db.session.scalar(query) or 0


def _told(name: str) -> list[str]:
    query = sa.select(Message.text).where(Message.permission == Permission.PLAN_APPROVE.value)
    return [one for one in db.session.scalars(query) if name in one]


def test_a_list_is_taken_back_by_who_handed_it_in(city: City) -> None:
    planner, head, admin = city.client("swj.planner"), city.client("swj.head"), city.client("swj.admin")
    with city.acting("swj.planner"):
        number = service.save_item("SWJ-099", ITEM).number
    shown = text(planner.get("/registry/items"))
    assert 'data-confirm="提交后在审批以前不能修改' in shown
    place = planner.post("/registry/items/submit").headers["Location"]
    assert "撤回提交" in text(planner.get(place)) and "撤回提交" not in text(head.get(place))
    text(admin.post(f"{place}/withdraw"), 403)
    text(head.post(f"{place}/withdraw"), 403)
    text(city.client("wsjk.planner").post(f"{place}/withdraw"), 404)
    text(planner.post(f"{place}/withdraw"), 303)
    text(planner.post(f"{place}/withdraw"), 409)
    with city.acting("swj.planner"):
        made = queries.latest_list()
        assert made is not None and made.state == "withdrawn"
        assert _events("registry.items.withdraw") == 1 and len(_told("随机抽查事项清单（第 1 版）")) == 1
        assert approvals.inbox(HEAD) == []
        service.save_item(number, {"basis": "《统计法》第二条"})
    shown = text(planner.get(place))
    assert "已撤回" in shown and "撤回时间" in shown and "撤回提交" not in shown
    place = planner.post("/registry/items/submit").headers["Location"]
    with city.acting("swj.head"):
        (waiting,) = approvals.inbox(HEAD)
    text(head.post(f"/desk/inbox/{waiting.id}", data={"decision": "approve"}), 303)
    assert "撤回提交" not in text(planner.get(place))
    assert "没有等待审批的提交" in text(planner.post(f"{place}/withdraw"), 409)
    with city.acting("swj.planner"):
        assert (queries.latest_list().state, queries.latest_list().version) == ("published", 2)  # type: ignore[union-attr]


def test_a_rulebook_is_taken_back_and_mended(city: City) -> None:
    planner, head = city.client("swj.planner"), city.client("swj.head")
    whole = {name: f"{title}的规定。" for name, title in SECTIONS.items()}
    place = planner.post("/registry/rulebooks/edit", data=whole).headers["Location"]
    assert 'data-confirm="提交后在审批以前不能修改' in text(planner.get(place))
    text(planner.post(f"{place}/withdraw"), 409)
    text(planner.post(f"{place}/submit"), 303)
    assert "撤回提交" in text(planner.get(place))
    text(head.post(f"{place}/withdraw"), 403)
    text(planner.post(f"{place}/withdraw"), 303)
    shown = text(planner.get(place))
    assert "提交人撤回" in shown and "修改这一部分" in shown and "撤回提交" not in shown
    text(planner.post("/registry/rulebooks/sections/aims", data={"text": "改了。"}), 303)
    with city.acting("swj.planner"):
        assert _events("registry.rulebook.withdraw") == 1 and len(_told("随机抽查工作细则（第 1 版）")) == 1


def test_the_database_lets_nobody_else_take_it_back(city: City) -> None:
    """R-T5: a decision cannot be made to go away by writing another state over it."""
    whole = {name: f"{title}的规定。" for name, title in SECTIONS.items()}
    with city.acting("yjgl.planner"):
        draft = service.save_rulebook(whole)
        service.submit_rulebook(draft)
        asked = approvals.waiting_for("rulebook", draft.id)
        assert asked is not None
        approval_id, draft_id = asked.id, draft.id
    with city.acting("yjgl.head"), pytest.raises(Forbidden, match="只有提交人"):
        withdraw_rulebook(queries.my_rulebook(draft_id))
    with city.acting("yjgl.head"), pytest.raises(sa.exc.DBAPIError, match="themselves submitted"):
        db.session.execute(
            sa.text("UPDATE approval SET state = 'withdrawn' WHERE id = :id"), {"id": approval_id}
        )
