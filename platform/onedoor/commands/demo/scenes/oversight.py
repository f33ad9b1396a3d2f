"""What justice does in the story: an alert rule, an order answered and ended, a joint inspection, a circular, the year's assessment (R-S4, R-S5)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.scenes.joint_plan import PARTNERS
from onedoor.kernel.clock import today
from onedoor.supervision import queries, service
from onedoor.supervision.rules import Audience, Deduction

# The least that is a PDF.
PAPER = b"%PDF-1.4\n%%EOF\n"
DEDUCTIONS = (
    Deduction("results", "report_overdue", Decimal(2), Decimal(20)),
    Deduction("results", "public_overdue", Decimal(2), Decimal(20)),
    Deduction("visits", "overdue", Decimal(1), Decimal(20)),
    Deduction("draws", "void", Decimal(5), None),
    Deduction("filings", "late", Decimal(3), Decimal(15)),
    Deduction("filings", "accepted", Decimal(-1), Decimal(5)),
)


def oversee(cast: Cast) -> dict[str, int]:
    """Order, circular and assessment by the people whose part it is; returns the figures of `demo --json`."""
    orders = send_orders(cast) + inspect_together(cast)
    return {"orders": orders, **close_year(cast)}


def send_orders(cast: Cast) -> int:
    """An order answered in time and ended, and a reminder; returns how many."""
    cast.at(8, 22)
    year, soon = today().year, today() + timedelta(days=14)
    with cast.acting("sfj.supervisor"):
        order = service.send_order(
            cast.bureaus["SCJG"],
            "order",
            "说明发现问题的检查结果的后续处置",
            "请逐户说明发现的问题是否已经整改、怎样核实。",
            soon,
            queries.causes.cause_of("results", "problem", year),
        )
        service.send_order(
            cast.bureaus["YJGL"], "reminder", "请按期报送半年总结", "请核对本单位的数据后报送。", None
        )
    cast.at(8, 27)
    with cast.acting("scjg.planner"):
        service.answer_order(
            order.id,
            "已逐户核实，责令改正的均在期限内，复查安排见各户的后续处置。",
            [("核实情况.pdf", PAPER)],
        )
    cast.at(8, 29)
    with cast.acting("sfj.supervisor"):
        service.end_order(order.id, "抽看了三户的记录和复查安排，与答复一致。")
    return 2


def inspect_together(cast: Cast) -> int:
    """Justice and market regulation inspect another bureau; of a finding an order is made. Returns how many orders.

    Beside it the inspected bureau's timetable, and a rule by which justice is alerted from then on.
    """
    cast.at(8, 30)
    with cast.acting("sfj.supervisor"):
        service.set_rule("visits", "overdue", 3, Audience.BOTH.value)
        made = service.open_inspection(
            title=f"{today().year}年双随机工作联合督查",
            scope="查检查事项清单、名录库和检查记录是否及时更新。",
            starts_on=today(),
            ends_on=today() + timedelta(days=1),
            bureaus=[cast.bureaus["YJGL"]],
            partners=[cast.bureaus["SCJG"]],
        )
        finding = service.add_finding(
            made.id,
            cast.bureaus["YJGL"],
            today(),
            "检查对象名录库本年度没有更新。",
            "请更新名录库，说明今后怎样更新。",
        )
        order = service.order_from_finding(finding.id, "请更新检查对象名录库。", today() + timedelta(days=10))
    cast.at(8, 31)
    with cast.acting("yjgl.head"):
        planner = cast.person("yjgl.planner").user_id
        task = service.add_task("更新检查对象名录库", today() + timedelta(days=5), planner)
    with cast.acting("yjgl.planner"):
        service.end_task(task.id, "done", "名录库已更新。")
        service.answer_order(order.id, "名录库已更新，今后每月核对一次。", [("更新说明.pdf", PAPER)])
    cast.at(8, 31, 15)
    with cast.acting("sfj.supervisor"):
        service.end_order(order.id, "名录库已经更新，与答复一致。")
        service.close_inspection(made.id, "发现一项问题，已督办并整改。")
    return 1


def close_year(cast: Cast) -> dict[str, int]:
    """A circular, the year's assessment, one bureau's objection to its score."""
    cast.at(12, 15)
    year = today().year
    with cast.acting("sfj.supervisor"):
        service.send_circular(
            [cast.bureaus[letters] for letters in ("SCJG", *PARTNERS)],
            f"{year}年联合抽查情况通报",
            "本次联合抽查一次进门、多项检查，各部门按期完成了检查和公示。",
            published=True,
        )
        made = service.freeze(year, Decimal(100), DEDUCTIONS, "按年度考核办法")
        service.announce(made.id, today() + timedelta(days=14))
        assessed = len(queries.assessments.scores(made.id))
    cast.at(12, 18)
    with cast.acting("yjgl.planner"):
        own = queries.assessments.my_score(made.id)
        service.object_to_score(own.id, "加分项漏计一份已通过的备案。")
    cast.at(12, 24)
    with cast.acting("sfj.supervisor"):
        service.adjust_score(own.id, own.score, "经核对，该份备案不在本年度，维持原分。")
        service.publish_burden()
    return {"circulars": 1, "assessed": assessed}
