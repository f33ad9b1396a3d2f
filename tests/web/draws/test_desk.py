"""What waits for a bureau in its draws stands on its list."""

from __future__ import annotations

from onedoor.draws import queries, service
from onedoor.kernel.db import db
from tests.draws_room.ceremony import PARTNER, Ceremony
from tests.web.draws.conftest import Client


def test_what_waits_for_justice_can_be_found(client: Client, ceremony: Ceremony) -> None:
    ceremony.create()
    number = _number(ceremony)
    assert number in client("sfj.supervisor").get("/draws?waiting=commit").get_data(as_text=True)
    ceremony.deposit()
    ceremony.deposit("yjgl.planner", PARTNER, ceremony.pool(31, 60))
    digest = ceremony.committed()
    with ceremony.city.acting("sfj.supervisor"):
        service.commit(ceremony.draw_id, digest)
    assert number not in client("sfj.supervisor").get("/draws?waiting=commit").get_data(as_text=True)
    ceremony.publish()
    ceremony.close()
    assert number in client("sfj.supervisor").get("/draws?waiting=reveal").get_data(as_text=True)
    assert number not in client("scjg.operator").get("/draws?waiting=reveal").get_data(as_text=True)
    with ceremony.city.acting("scjg.operator"):
        assert ceremony.draw_id in [draw.id for draw in db.session.scalars(queries.going_on())]


def _number(ceremony: Ceremony) -> str:
    with ceremony.city.acting("scjg.operator"):
        return queries.draw(ceremony.draw_id).number
