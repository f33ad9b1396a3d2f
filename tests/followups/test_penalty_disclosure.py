"""A penalty is made public by the discloser as far as law lets it be, and ends by its gravity (R-O1, R-O3)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from onedoor.credit import service as credit
from onedoor.disclosure import queries as disclosures
from onedoor.followups import queries, service
from onedoor.kernel.clock import local_day, today
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from tests.followups.conftest import Finding
from tests.followups.test_ways import PENALTY
from tests.visits.builders import DrawnCampaign


def penalised(going: DrawnCampaign, finding: Finding, **changes: object) -> UUID:
    followup = finding("case")
    with going.world.city.acting("scjg.officer"):
        opened = {"number": f"案{followup}", "opened_on": today(), "cause": "过期食品"}
        service.open_case(followup, opened)
        given = {**PENALTY, **changes, "number": f"罚{followup}", "decided_on": today()}
        service.decide_penalty(followup, given)
    return followup


def test_a_penalty_is_published_with_its_end(going: DrawnCampaign, finding: Finding) -> None:
    followup, city = penalised(going, finding), going.world.city
    client = city.client("scjg.discloser")
    assert "公示行政处罚" in client.get(f"/followups/{followup}").text
    assert city.client("scjg.officer").post(f"/exports/penalties/{followup}", data={}).status_code == 403
    assert client.post(f"/exports/penalties/{followup}", data={"gravity": "serious"}).status_code == 303
    with city.acting("scjg.discloser"):
        penalty = queries.penalty(followup)
        assert penalty is not None
        public = disclosures.of_subject("penalty", penalty.id)
        assert public is not None and public.until is not None
        assert local_day(public.until) == today() + timedelta(days=1096)
        assert "representative" not in public.content and "甲" not in str(public.content)
        with pytest.raises(Conflict, match="已经公示"):
            credit.disclose_penalty(followup, "light")
        with pytest.raises(ClerkError):
            credit.disclose_penalty(followup, "worst")
    with city.acting("mzj.discloser"), pytest.raises(NotFound):
        credit.disclose_penalty(followup, "light")
    assert "已公示" in client.get(f"/followups/{followup}").text


def test_a_natural_persons_penalty_is_not_made_public(going: DrawnCampaign, finding: Finding) -> None:
    followup = penalised(going, finding, party_kind="natural", party_code=None)
    with going.world.city.acting("scjg.discloser"), pytest.raises(Conflict, match="自然人"):
        credit.disclose_penalty(followup, "light")
