"""A time announced to the room is kept: no text after it, no reveal before it, and it never becomes earlier."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from onedoor.draws import queries, service
from onedoor.draws.models import Countdown
from onedoor.kernel import trace
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import in_scope
from tenants import scope
from tests.draws_room.ceremony import Ceremony
from tests.fixtures.city import City


@pytest.fixture
def ceremony(city: City) -> Ceremony:
    made = Ceremony(city)
    made.open()
    return made


def announce(ceremony: Ceremony, seconds: int) -> None:
    with ceremony.city.acting("scjg.operator"):
        service.announce(ceremony.draw_id, seconds)


def passed(ceremony: Ceremony, stage: str) -> None:
    """The announced time of a stage has come: a row as it would stand by now."""
    with ceremony.city.acting("scjg.operator"):
        found = queries.draw(ceremony.draw_id)
        row = Countdown(id=new_id(), tenant_id=found.tenant_id, draw_id=found.id, stage=stage, set_by="甲")
        row.until, row.set_at = now() - timedelta(seconds=1), now()
        db.session.add(row)


def test_no_text_is_taken_after_the_time(ceremony: Ceremony) -> None:
    early, late = ceremony.invite("早见证"), ceremony.invite("晚见证")
    ceremony.speak(early, "来得及")
    passed(ceremony, "texts")
    with pytest.raises(ClerkError, match="见证已经截止"):
        ceremony.speak(late, "来不及")
    ceremony.close()
    with ceremony.city.acting("scjg.operator"):
        assert queries.texts(ceremony.draw_id) == [("早见证", "来得及")]


def test_the_texts_are_not_closed_before_the_time_unless_all_have_spoken(ceremony: Ceremony) -> None:
    token = ceremony.invite("慢见证")
    announce(ceremony, 600)
    with pytest.raises(Conflict, match="还有见证人没有提交寄语"):
        ceremony.close()
    ceremony.speak(token, "说完了")
    ceremony.close()


def test_nobody_reveals_before_the_time(ceremony: Ceremony) -> None:
    ceremony.close()
    announce(ceremony, 600)
    with pytest.raises(Conflict, match="请等到时间再揭示"):
        ceremony.reveal()


def test_a_draw_can_be_void_before_the_time(ceremony: Ceremony) -> None:
    """Nobody must wait to say that something went wrong."""
    ceremony.invite("见证")
    announce(ceremony, 600)
    with ceremony.city.acting("scjg.operator"):
        service.void(ceremony.draw_id, "现场停电")
        assert queries.draw(ceremony.draw_id).state == "void"
        assert queries.board(ceremony.draw_id)["withheld"] == []


def test_also_while_others_wait_to_reveal_and_nobody_is_named_for_it(ceremony: Ceremony) -> None:
    """Who could not reveal before the announced time has withheld nothing."""
    ceremony.close()
    announce(ceremony, 600)
    with ceremony.city.acting("scjg.operator"):
        service.void(ceremony.draw_id, "现场停电")
        assert queries.board(ceremony.draw_id)["withheld"] == []


def test_a_time_only_moves_later(ceremony: Ceremony) -> None:
    announce(ceremony, 600)
    with pytest.raises(Conflict, match="只能推迟"):
        announce(ceremony, 60)
    announce(ceremony, 1200)
    with pytest.raises(sa.exc.DBAPIError, match="does not become earlier"):
        passed(ceremony, "texts")
    for wrong in (0, -5, 10**6):
        with pytest.raises(ClerkError):
            announce(ceremony, wrong)


def test_it_is_told_to_those_who_take_part_and_to_those_let_in(ceremony: Ceremony) -> None:
    before = glanced(ceremony)
    announce(ceremony, 600)
    assert glanced(ceremony) != before
    with ceremony.city.acting("sfj.supervisor"):
        assert queries.moment(ceremony.draw_id)["until"] is not None
        assert any("公布见证截止时间" in step.text for step in trace.of(ceremony.draw_id))
    with in_scope(scope.public(), ceremony.city.app):
        assert queries.moment(ceremony.draw_id)["until"] is None
    with ceremony.city.acting("scjg.operator"):
        service.let_watch(ceremony.draw_id, True)
    with in_scope(scope.public(), ceremony.city.app):
        assert queries.moment(ceremony.draw_id)["until"] is not None
    ceremony.close()
    with ceremony.city.acting("scjg.operator"):
        assert queries.moment(ceremony.draw_id)["until"] is None


def glanced(ceremony: Ceremony) -> str:
    with ceremony.city.acting("scjg.operator"):
        found = queries.glance(ceremony.draw_id)
        assert found is not None
        return found.mark
