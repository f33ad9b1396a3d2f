"""draw.md, "Who could cheat": what the lead could still do to a draw on its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, ProgrammingError

from onedoor.draws import queries, service
from onedoor.draws.models import DrawDocument, DrawnPart, TeamSlot
from onedoor.draws.service import outcome
from onedoor.draws.service.ceremony.countdown import TO_REVEAL
from onedoor.kernel import clock
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from tests.draws_room.ceremony import JUSTICE, LEAD, PARTNER, Ceremony
from tests.fixtures.city import City


@pytest.fixture
def ceremony(city: City) -> Iterator[Ceremony]:
    yield Ceremony(city)


def test_the_lead_does_not_hide_its_own_reveal_until_the_others_suit_it(ceremony: Ceremony) -> None:
    """The closing revealed for its system; once everybody has, the result is known and there is no way back."""
    ceremony.open()
    ceremony.close()
    with ceremony.city.acting("sfj.supervisor"):
        service.reveal(ceremony.draw_id, ceremony.nonce.hex())
    with ceremony.city.acting("scjg.operator"), pytest.raises(Conflict, match="结果已经确定，不能作废"):
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


def test_the_lead_does_not_have_others_named_to_whom_it_gave_no_time(
    ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Void in the second the texts close: page, record and the next draw name nobody. After five minutes they do."""
    for waited, named in ((timedelta(0), []), (TO_REVEAL, [JUSTICE])):
        made = Ceremony(ceremony.city)
        made.open()
        made.close()
        later = SimpleNamespace(now=lambda waited=waited: clock.now() + waited)
        with ceremony.city.acting("scjg.operator"), monkeypatch.context() as patched:
            patched.setattr(outcome, "clock", later)
            service.void(made.draw_id, "结果不合意")
        with ceremony.city.acting("scjg.operator"):
            assert (
                queries.board(made.draw_id)["withheld"]
                == service.published_withholders(made.draw_id)
                == named
            )
            result = f"{JUSTICE}没有揭示而作废" if named else "已经作废。再次抽取"
            with pytest.raises(ClerkError, match=result):
                made.create("上一次抽取已作废")


def test_a_draw_given_up_before_its_plan_names_nobody(ceremony: Ceremony) -> None:
    """Nobody could reveal yet."""
    ceremony.create()
    with ceremony.city.acting("scjg.operator"):
        service.give_up(ceremony.draw_id, "名单有误")
        assert queries.board(ceremony.draw_id)["withheld"] == []


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
