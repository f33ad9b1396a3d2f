"""A daily, a special, a single-case and an emergency check over the interface, from the source to the disclosed result (R-V9).

Bureau's system, officer's phone, and the people whose word no system has (R-T5).
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from tenants.rules import Permission as P
from tests.api.test_at_the_door import phone
from tests.api.test_registry_loads import read, token
from tests.campaigns.builders import World
from tests.visits.builders import settle
from tests.visits.check_builders import Desk

PLACE = "/api/v1/visits/"
KINDS: dict[str, dict[str, Any]] = {
    "daily": {"kind": "daily", "source": "plan_line"},
    "special": {
        "kind": "special", "source": "deployment", "special_number": "示政专〔2031〕3号",
        "special_approval": "示政办函〔2031〕8号",
    },
    "single": {"kind": "single", "source": "complaint"},
    "emergency": {
        "kind": "single", "source": "accident", "exceptional": "emergency", "exceptional_reason": "燃气泄漏，须立即到场",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(city: Any) -> Desk:
    return Desk(settle(World(city).fill()))


@pytest.fixture(scope="module")
def system(desk: Desk) -> dict[str, str]:
    """What the bureau's own system may."""
    given = (P.BUREAU_READ, P.VISIT_MANAGE, P.VISIT_RECORD, P.VISIT_REVIEW, P.VISIT_APPROVE, P.DISCLOSE)
    return token(desk.world.city, "SCJG", *given)


@pytest.fixture(scope="module")
def officer(desk: Desk) -> dict[str, str]:
    """The officer's own phone."""
    return phone(desk.world.city, "scjg.officer")


@pytest.mark.parametrize("which", list(KINDS))
def test_a_check_goes_from_its_source_to_disclosure(
    desk: Desk, system: dict[str, str], officer: dict[str, str], which: str
) -> None:
    city = desk.world.city

    def ask(path: str, headers: dict[str, str], *, method: str = "POST", **body: Any) -> Any:
        answer = city.client().open(f"{PLACE}{path}", method=method, headers=headers, json=body)
        assert answer.status_code in (200, 201), answer.get_data(as_text=True)
        return answer.get_json()

    asked = desk.proposal()
    given = {
        "entity_code": asked.entity_code, "key": uuid4().hex, "item_ids": [str(one) for one in asked.item_ids],
        "inspector_ids": [str(one) for one in asked.inspector_ids], "starts_on": asked.starts_on.isoformat(),
        "reason": asked.reason, "reference": asked.reference, "announced": True, **KINDS[which],
    }  # fmt: skip
    if which == "daily":
        given["line_id"] = str(desk.line("daily"))
    made = ask("", system, **given)
    visit_id = made["id"]
    assert (made["kind"], made["drawn"]) == (given["kind"], False)
    ask(f"{visit_id}/submission", system)
    if which != "emergency":
        desk.approve(UUID(visit_id))
        assert ask(f"{visit_id}/notice", system)["state"] == "noticed"
    held = read(city, f"{PLACE}{visit_id}/code", officer)
    shown = re.search(r">(\d{6})<", city.client().get(f"/v/{held['code']}").text)
    assert shown is not None
    begun = ask(f"{visit_id}/beginning", officer, number=shown[1])
    assert begun["scanned"]
    found = {"results": ["nothing"], "answers": [{"value": one} for one in ("yes", "餐饮", "4", "无")]}
    for one in begun["matters"]:
        ask(f"{visit_id}/matters/{one['id']}/finding", officer, method="PUT", **found)
    handed = ask(
        f"{visit_id}/record", officer, key=uuid4().hex, attendee="王店长", signature="signed", handling="none"
    )
    assert handed["record_state"] == "submitted"
    (record,) = read(city, f"{PLACE}{visit_id}/records", system)["items"]
    assert ask(f"records/{record['id']}/decision", system, decision="approve")["state"] == "accepted"
    if which == "emergency":
        desk.approve(UUID(visit_id))
    ask(f"{visit_id}/report", officer, assessment="总体规范", proposed="公示检查结果")
    ask(f"records/{record['id']}/disclosure", system)
    (line,) = [one for one in read(city, "/api/v1/ledger/", system)["items"] if one["id"] == visit_id]
    assert (line["kind"], line["source"]) == (given["kind"], given["source"])
    assert line["results"] == ["nothing"] and "公示结果" in line["supervision"]
    assert line["registration"] == ("emergency" if which == "emergency" else "platform")
