"""Public things of the made-up city, in the shapes the rooms publish."""

from __future__ import annotations

from uuid import UUID

from onedoor.disclosure import service as disclosure
from onedoor.draws import rules
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import new_id
from tests.draws_room.ceremony import PARTNER, Ceremony
from tests.fixtures.city import City

ITEM = {
    "number": "SJ-01",
    "name": "食品经营许可和经营条件检查",
    "basis": "《中华人民共和国食品安全法》第一百一十条",
    "enforcing_body": "示范市市场监督管理局",
    "inspecting_body": "",
    "object_kinds": ["91", "92"],
    "content": "许可证、经营场所、进货查验",
    "checklist": [{"point": "是否悬挂许可证", "kind": "yes_no"}],
    "method": "实地检查",
    "rate_bp": 300,
    "frequency": "每年一次",
    "key": True,
    "market": True,
    "mode": "random",
    "qualifications": [],
    "results_use": "纳入信用档案",
    "remark": "",
}
PLAN = {
    "number": "示市监计〔2026〕1号",
    "year": 2026,
    "kind": "年度计划",
    "version": 1,
    "reason": "",
    "change_note": "",
    "changes": [],
    "columns": ["序号", "检查事项", "检查依据", "检查对象范围"],
    "rows": [["1", "食品经营许可", "食品安全法", "城区餐饮单位"]],
    "lines": [{"code": "990100-SCJG-2026-01", "name": "餐饮单位联合抽查"}],
    "caps": [{"kind": "*", "visits": 2, "basis": "示政办发〔2026〕1号"}],
}
OFFICER = {
    "name": "赵知行",
    "sex": "男",
    "body": "示范市市场监督管理局",
    "post": "科员",
    "certificate_number": "示执A0001",
    "kinds": ["市场监管"],
    "area": "示范市",
    "remark": "",
}


def publish_lists(city: City) -> dict[str, UUID]:
    """Items, inspectors and a plan of market regulation; ids by kind."""
    tenant, plan = city.bureaus["SCJG"], new_id()
    with city.acting("scjg.discloser"):
        name = "示范市市场监督管理局"
        disclosure.publish(
            "items",
            tenant,
            f"{name}随机抽查事项清单（第 1 版）",
            {"version": 1, "items": [ITEM]},
            files=[("清单.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK")],
        )
        disclosure.publish("inspectors", tenant, f"{name}执法检查人员名录库", {"inspectors": [OFFICER]})
        disclosure.publish("plan", plan, "2026年度行政执法检查计划", PLAN)
    return {"items": tenant, "inspectors": tenant, "plan": plan}


class FirmsDrawn(Ceremony):
    """A whole ceremony over firms with real check digits, so that one can ask for its lot."""

    def firm(self, number: int) -> str:
        """The code of one of its firms: 1 to 60 are the lead's, 31 to 90 the partner's."""
        return made_up_credit_code(self.firms + number)

    def fill(self) -> None:
        z = self.secret()
        self.deposit(raw=firms(self.firms + 1, 60, z))
        self.deposit("yjgl.planner", PARTNER, firms(self.firms + 31, 60, z))
        self.agree()


def firms(start: int, count: int, z: bytes | None = None) -> bytes:
    """A pool of made-up firms; the last three have left."""
    codes = sorted(made_up_credit_code(number) for number in range(start, start + count))
    return rules.build_pool(
        [
            (code, "91" if place % 2 else "92", 1, "XGONE" if place >= count - 3 else "E")
            for place, code in enumerate(codes)
        ],
        z,
    )
