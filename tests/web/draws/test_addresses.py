"""Addresses given to strangers are the deployment's own, whatever name the operator's browser came by."""

from __future__ import annotations

import re

from tests.draws_room.ceremony import Ceremony
from tests.fixtures.city import City


def test_the_witness_link_and_the_hall_carry_the_configured_address(city: City) -> None:
    ceremony = Ceremony(city)
    ceremony.open()
    ceremony.invite("钱见证（人大代表）")
    operator = city.client("scjg.operator")
    operator.post(f"/draws/{ceremony.draw_id}/watch", data={"watchable": "1"})
    shown = operator.get(f"/draws/{ceremony.draw_id}").get_data(as_text=True)
    given = re.findall(r"[a-z]+://[^/\s\"<]+/(?:witness|hall)/", shown)
    base = city.app.extensions["onedoor.config"].base_url
    assert {one.rsplit("/", 2)[0] for one in given} == {base}
    assert {one.rsplit("/", 2)[1] for one in given} == {"witness", "hall"}
