"""Reminders, orders, circulars: sent with their records, answered, prolonged, ended; nobody else's (R-S4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.disclosure.models import Disclosure
from onedoor.kernel import trace
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.messages.models import Message
from onedoor.supervision import queries, service
from onedoor.supervision.models import Circular, Order, OrderAnswer
from onedoor.supervision.rules import OrderState
from tests.supervision.scene import Scene

SOON = today() + timedelta(days=10)


def send(scene: Scene, to: str = "SCJG", **more: Any) -> UUID:
    """An order of justice to a bureau."""
    given = {"kind": "order", "title": "检查报告逾期", "demand": "请补齐报告。", "due_on": SOON, **more}
    with scene.city.acting("sfj.supervisor"):
        return service.send_order(scene.city.bureaus[to], **given).id


def late_reports() -> Any:
    """The cell that the scene fills: a report that is overdue."""
    return queries.causes.cause_of("results", "report_overdue", today().year)


def test_an_order_carries_the_records_behind_its_cell_and_stands_in_their_trace(scene: Scene) -> None:
    order_id = send(scene, cause=late_reports())
    with scene.city.acting("scjg.planner"):
        order = queries.orders.order(order_id)
        assert [one["id"] for one in order.records] == [str(scene.found_problem)]
        assert order.number.endswith(f"督〔{today().year}〕{order.serial}号")
        texts = [step.text for step in trace.of(scene.found_problem)]
        assert any(order.number in text for text in texts)
    with scene.city.acting("sfj.supervisor", supervisor=True):
        looks = [one.purpose for one in db.session.scalars(queries.looks())]
    assert any("督办、考核所依据的记录" in one for one in looks), "the look across bureaus is kept"


def test_from_sending_to_its_end(scene: Scene) -> None:
    order_id = send(scene)
    with scene.city.acting("sfj.supervisor"), pytest.raises(Conflict, match="还没有答复"):
        service.end_order(order_id, "看过了")
    later = SOON + timedelta(days=5)
    with scene.city.acting("sfj.supervisor"):
        assert service.extend_order(order_id, "材料较多", later).due_on == later
    with scene.city.acting("scjg.planner"):
        service.answer_order(order_id, "已补齐。", [("证明.pdf", b"%PDF-1.4\n%%EOF\n")])
    with scene.city.acting("scjg.planner"), pytest.raises(Conflict, match="已经答复"):
        service.answer_order(order_id, "再答复一次")
    with scene.city.acting("sfj.supervisor"):
        assert queries.orders.to_judge() >= 1
        service.ask_again(order_id, "没有写整改时间", later)
    with scene.city.acting("scjg.head"):
        assert queries.orders.state(queries.orders.order(order_id)) is OrderState.SENT
        service.answer_order(order_id, "10日前完成。")
    with scene.city.acting("sfj.supervisor"):
        service.end_order(order_id, "抽看三份报告，均已补齐。")
        order = queries.orders.order(order_id)
        assert [one.papers[0].name if one.papers else "" for one in order.answers] == ["证明.pdf", ""]
        assert queries.orders.state(order) is OrderState.ENDED
    with scene.city.acting("sfj.supervisor"), pytest.raises(Conflict):
        service.extend_order(order_id, "再延", later + timedelta(days=1))


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"due_on": None}, "答复期限"),
        ({"due_on": today()}, "今天以后"),
        ({"due_on": today() - timedelta(days=400)}, "今天以后"),
    ],
)
def test_bad_input_is_a_sentence(scene: Scene, more: dict[str, Any], what: str) -> None:
    with pytest.raises(ClerkError, match=what):
        send(scene, **more)


def test_a_cell_without_records_gives_no_order(scene: Scene) -> None:
    empty = queries.causes.cause_of("draws", "void", today().year - 3)
    with pytest.raises(ClerkError, match="没有记录"):
        send(scene, cause=empty)
    with pytest.raises(NotFound):
        queries.causes.cause_of("visits", "tenant_id", today().year)
    with pytest.raises(NotFound):
        queries.causes.cause_of("approvals", "all", today().year)


def test_nobody_orders_whom_they_do_not_supervise(scene: Scene) -> None:
    with scene.city.acting("xsfj.supervisor"), pytest.raises(NotFound):
        service.send_order(scene.city.bureaus["SCJG"], "order", "题", "文", SOON)
    with scene.city.acting("sfj.supervisor"), pytest.raises(NotFound):
        service.send_order(scene.city.bureaus["SFJ"], "order", "题", "文", SOON)
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
        with scene.city.acting("scjg.planner") as me:
            db.session.execute(
                sa.insert(Order).values(
                    id=new_id(), tenant_id=me.tenant_id, receiver_id=scene.city.bureaus["YJGL"], kind="reminder",
                    year=2026, serial=1, number="x", title="x", demand="x", sent_at=sa.func.now(), sender_name="x",
                )
            )  # fmt: skip


def test_others_see_nothing_and_the_receiver_changes_nothing(scene: Scene) -> None:
    order_id = send(scene)
    with scene.city.acting("yjgl.planner"), pytest.raises(NotFound):
        service.answer_order(order_id, "不是我的")
    with scene.city.acting("scjg.planner"), pytest.raises(Forbidden):
        service.end_order(order_id, "自己办结")
    with scene.city.acting("scjg.planner"):
        changed = db.session.execute(sa.update(Order).where(Order.id == order_id).values(ended_note="x"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]
    with pytest.raises(sa.exc.IntegrityError):
        with scene.city.acting("yjgl.planner") as me:
            db.session.execute(
                sa.insert(OrderAnswer).values(
                    id=new_id(), tenant_id=me.tenant_id, order_id=order_id,
                    supervisor_id=scene.city.bureaus["SFJ"], text="x", answered_at=sa.func.now(), answerer_name="x",
                )
            )  # fmt: skip


def test_people_are_told_once_and_again_when_it_is_overdue(scene: Scene, owner: Any) -> None:
    order_id = send(scene)

    def told() -> int:
        with scene.city.acting("scjg.planner"):
            service.tell_overdue()
        with scene.city.acting("scjg.planner"):
            query = sa.select(sa.func.count()).where(Message.link == f"/orders/{order_id}")
            return db.session.scalar(query) or 0

    first = told()
    assert first > 0 and told() == first
    owner.execute("SET session_replication_role = replica")
    owner.execute("UPDATE oversight_order SET due_on = sent_at::date - 1 WHERE id = %s", (str(order_id),))
    owner.execute("SET session_replication_role = origin")
    second = told()
    assert second == 2 * first and told() == second


def test_a_circular_reaches_its_bureaus_and_if_published_everybody(scene: Scene) -> None:
    bureaus = scene.city.bureaus
    with scene.city.acting("sfj.supervisor"):
        made = service.send_circular(
            [bureaus["SCJG"], bureaus["YJGL"]], "一季度情况通报", "报告逾期较多。",
            published=True, cause=late_reports(),
        ).id  # fmt: skip
        hidden = service.send_circular([bureaus["SCJG"]], "内部通报", "请注意。", published=False).id
    for who, seen in (("yjgl.head", {made}), ("scjg.reviewer", {made, hidden}), ("xfjy.head", set())):
        with scene.city.acting(who):
            assert set(db.session.scalars(sa.select(Circular.id))) >= seen
            assert not set(db.session.scalars(sa.select(Circular.id))) - seen
    with scene.city.acting("sfj.supervisor"):
        public = db.session.scalars(sa.select(Disclosure).where(Disclosure.kind == "circular")).one()
        assert public.subject_id == made
        assert "records" not in public.content, "what the records are is not public"
    with scene.city.acting("xsfj.supervisor"), pytest.raises(NotFound):
        service.send_circular([bureaus["SCJG"]], "题", "文", published=False)
