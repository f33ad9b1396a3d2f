"""A list that cannot be drawn by its weights is refused where it is deposited, before any plan is out (draw.md)."""

from __future__ import annotations

import pytest

from onedoor.draws import queries, rules, service
from onedoor.kernel.errors import ClerkError
from tests.draws_room.ceremony import LEAD, Ceremony, codes
from tests.fixtures.city import City


def test_a_list_too_heavy_to_draw_by_ratio_is_refused_when_it_is_deposited(city: City) -> None:
    ceremony = Ceremony(city)
    ceremony.create()
    weights = (1000, 1, 1)
    rows = [(id_, "91", weight, "E") for id_, weight in zip(codes(1, 3), weights, strict=True)]
    spec: service.Spec = {"rates": {"*": {"number": 2}}, "reserve": 0, "team": None, "mode": "ratio"}
    with city.acting("scjg.operator"):
        with pytest.raises(ClerkError, match="分层 91 中有对象权重过大") as refused:
            service.deposit(ceremony.draw_id, LEAD, rules.build_pool(rows), spec)
    # The lead reads the job's problem: neither the firm nor its weight.
    assert refused.value.params.keys() == {"list", "stratum"}
    with city.acting("scjg.operator"):
        assert queries.draw(ceremony.draw_id).state == "frozen"
        assert not [each for each in queries.board(ceremony.draw_id)["lists"] if each["digest"]]
