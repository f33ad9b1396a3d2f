"""draw.md, "Who could cheat": what the lead could still do to a draw on its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, ProgrammingError

from onedoor.draws import queries, service
from onedoor.draws.models import DrawDocument, DrawnPart, TeamSlot
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from tests.draws_room.ceremony import LEAD, PARTNER, Ceremony
from tests.fixtures.city import City


@pytest.fixture
def ceremony(city: City) -> Iterator[Ceremony]:
    yield Ceremony(city)


def test_the_lead_does_not_hide_its_own_reveal_until_the_others_suit_it(ceremony: Ceremony) -> None:
    """Everybody else has revealed: the result is as good as known, and only the lead's system is silent."""
    ceremony.open()
    ceremony.close()
    with ceremony.city.acting("sfj.supervisor"):
        service.reveal(ceremony.draw_id, ceremony.nonce.hex())
    with ceremony.city.acting("scjg.operator"), pytest.raises(Conflict, match="揭示本平台的随机数"):
        service.void(ceremony.draw_id, "结果不合意")
    with ceremony.city.acting("scjg.operator"):
        assert queries.draw(ceremony.draw_id).state == "closed"


def test_a_void_draw_names_who_was_silent_and_never_the_system(ceremony: Ceremony) -> None:
    ceremony.open()
    ceremony.close()
    with ceremony.city.acting("scjg.operator"):
        service.void(ceremony.draw_id, "司法局设备损坏")
        board = queries.board(ceremony.draw_id)
    silent = [each["keeper"] for each in board["committers"] if each["revealed_at"] is None]
    assert silent == ["browser"]


def test_a_list_draws_an_object_once(ceremony: Ceremony) -> None:
    """Whatever stratum or part it would stand in; another list may draw it too."""
    ceremony.open()
    with pytest.raises(IntegrityError, match="draws an object once"), ceremony.city.acting("scjg.operator"):
        ids = {"tenant_id": ceremony.city.bureaus["SCJG"], "draw_id": ceremony.draw_id, "list_position": 0}
        for list_name, part in ((LEAD, "drawn"), (PARTNER, "drawn"), (LEAD, "reserve")):
            row = DrawnPart(**ids, list_name=list_name, stratum="91", part=part, codes=["91990100T000000999"])
            db.session.add(row)
            db.session.flush()


@pytest.mark.parametrize("kind", ["row", "slot", "document"])
def test_nothing_is_added_to_the_result_after_its_end(ceremony: Ceremony, kind: str) -> None:
    """R-D7; access.md: the draw is the lead's until drawn, then nobody's."""
    ceremony.whole()
    late: dict[str, Any] = {
        "row": lambda ids: DrawnPart(
            **ids, list_name=LEAD, list_position=0, stratum="99", part="drawn",
            codes=["91990100T000000999"],
        ),
        "slot": lambda ids: TeamSlot(
            **ids, object_code="91990100T000000999", object_position=999, slot=0, list_name=LEAD,
            bureau_code=LEAD, inspector=None, lead=False,
        ),
        "document": lambda ids: DrawDocument(**ids, kind="another", digest="0" * 64, content=b""),
    }  # fmt: skip
    with pytest.raises(ProgrammingError, match="row-level security"), ceremony.city.acting("scjg.operator"):
        ids = {"tenant_id": ceremony.city.bureaus["SCJG"], "draw_id": ceremony.draw_id}
        db.session.add(late[kind](ids))
        db.session.flush()
