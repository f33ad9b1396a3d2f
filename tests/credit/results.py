"""Public results of made-up firms, published as a bureau would."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.disclosure import service as disclosure
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import new_id
from tests.fixtures.city import City

NAMES = ("示范市甲木示例餐饮店", "示范市乙禾示例超市", "示范市丙竹示例旅馆", "示范市丁石示例书屋")


def content(**changes: Any) -> dict[str, Any]:
    """What a published result holds."""
    return {
        "visit_number": "示市监查〔2026〕1号",
        "campaign_number": "示市监抽〔2026〕3号",
        "campaign_name": "餐饮单位部门联合双随机抽查",
        "campaign_code": "990100-SCJG-2026-07",
        "plan_number": "示市监计〔2026〕1号",
        "plan_name": "2026年度行政执法检查计划",
        "directed": False,
        "draw_number": "示市监抽〔2026〕3号-1",
        "bureau": "示范市市场监督管理局",
        "finished_on": "2026-11-12",
        "method": "实地检查",
        "items": [
            {"number": "SJ-01", "name": "食品经营许可", "basis": "《食品安全法》", "results": ["未发现问题"]},
            {"number": "SJ-02", "name": "明码标价", "basis": "《价格法》", "results": ["发现问题已责令改正"]},
        ],
        "results": ["发现问题已责令改正"],
        "result_codes": ["corrected"],
        "handling": "责令改正",
        **changes,
    }


def publish(
    city: City, number: int, who: str = "scjg.discloser", subject: UUID | None = None, **changes: Any
) -> UUID:
    """Publish a result of the made-up firm with this number; returns the subject's id."""
    subject = subject or new_id()
    name, code = NAMES[number % len(NAMES)], made_up_credit_code(number)
    with city.acting(who):
        disclosure.publish(
            "result", subject, f"{name}：检查结果", content(**changes), entity_code=code, entity_name=name
        )
    return subject
