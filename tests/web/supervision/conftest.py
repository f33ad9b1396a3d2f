"""The scene of supervision, with a draw that was run again and one that was given up."""

from __future__ import annotations

import pytest

from onedoor.draws import service as draws
from tests.draws_room.ceremony import Ceremony
from tests.fixtures.city import City
from tests.supervision import scene as scenes


@pytest.fixture(scope="module")
def scene(city: City) -> scenes.Scene:
    """A city with something to oversee; of one line, a draw, and another after it that was void."""
    made = scenes.make(city)
    ceremony = Ceremony(city, line="SCJG-2026-AGAIN")
    ceremony.whole()
    ceremony.create(reason="名单有误，经负责人批准再次抽取")
    ceremony.fill()
    ceremony.publish()
    with city.acting("scjg.operator"):
        draws.void(ceremony.draw_id, "见证人提出异议")
    return made
