"""A campaign's visits over the interface: the lead's approval, each partner's own part, the notices (R-V1, R-J2, R-T5)."""

from __future__ import annotations

from typing import Any

import pytest

from onedoor.visits import service
from tenants import approvals
from tenants.rules import Permission as P
from tests.api.test_registry_loads import read, token
from tests.campaigns.builders import World
from tests.visits.builders import HEAD, REVIEWER, DrawnCampaign, draw, settle

PLACE = "/api/v1/visits/campaigns/"


@pytest.fixture(scope="module")
def going(city: Any) -> DrawnCampaign:
    return draw(settle(World(city).fill()), bp=3000)


def test_lead_and_partner_approve_each_their_own(going: DrawnCampaign) -> None:
    city, place = going.world.city, f"{PLACE}{going.campaign_id}"
    lead, partner, other, stranger = (
        token(city, letters, P.BUREAU_READ, P.VISIT_MANAGE, P.VISIT_REVIEW, P.VISIT_APPROVE)
        for letters in ("SCJG", "YJGL", "XFJY", "MZJ")
    )

    def post(path: str, headers: dict[str, str], **body: Any) -> Any:
        return city.client().post(f"{place}/{path}", headers=headers, json=body)

    for path in ("submission", "parts/submission", "parts/decision", "decision", "notices"):
        assert post(path, stranger, decision="approve").status_code == 404
    assert post("parts/submission", partner).status_code == 409, "the lead's head comes first"
    assert post("parts/submission", lead).status_code == 409, "it is not a partner"
    assert post("decision", lead, decision="approve").status_code == 409
    sent = post("submission", lead)
    assert sent.get_json()["waiting_for"] == "review" and post("submission", lead).status_code == 200
    assert post("decision", lead, decision="approve").status_code == 403, "two tokens may be one hand"
    _by_people(going, "scjg", "visits")
    told = read(city, place, partner)
    assert told["my_parts"] > 0 and not told["leads"] and told["unapproved"]
    asked = post("parts/submission", partner)
    assert asked.get_json()["waiting_for"] == "review", asked.get_data(as_text=True)
    assert post("parts/decision", other, decision="approve").status_code == 409
    assert post("parts/decision", partner, decision="approve").status_code == 403
    _by_people(going, "yjgl", "visit_parts")
    assert read(city, place, partner)["my_parts"] == 0
    with city.acting("xfjy.planner"):
        service.submit_parts(going.campaign_id)
    assert post("parts/decision", other, decision="return").status_code == 422, "a return says why"
    reviewed = post("parts/decision", other, decision="approve")
    assert reviewed.get_json()["waiting_for"] == "approve", reviewed.get_data(as_text=True)
    _by_people(going, "xfjy", "visit_parts", steps=("head",))
    assert read(city, place, lead)["unapproved"] == []
    assert post("notices", lead).status_code == 202


def _by_people(
    going: DrawnCampaign, who: str, kind: str, steps: tuple[str, ...] = ("reviewer", "head")
) -> None:
    decide = service.decide if kind == "visits" else service.decide_parts
    for step in steps:
        with going.world.city.acting(f"{who}.{step}"):
            waiting = approvals.waiting_for(kind, going.campaign_id)
            assert waiting is not None
            decide(waiting, True, "", HEAD if step == "head" else REVIEWER)
