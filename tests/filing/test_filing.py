"""Handing in and answering (R-P4, R-T3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, ProgrammingError

from onedoor.filing import queries, service
from onedoor.filing.models import Filing, FilingAnswer, FilingFile
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from tests.fixtures.city import City


def hand_in(city: City, who: str = "scjg.planner", **more: Any) -> Filing:
    given: dict[str, Any] = {"version": 1, "review": False, "due_on": today(), "summary": {"事项": "12 项"}}
    with city.acting(who):
        return service.send(
            "items", more.pop("subject_id", new_id()), "随机抽查事项清单", **{**given, **more}
        )[0]


def test_one_filing_per_supervisor_and_none_to_oneself(city: City) -> None:
    with city.acting("swj.planner"):
        made = service.send("items", new_id(), "清单", version=1, review=False, due_on=None, summary={})
        assert {one.receiver_id for one in made} == {city.bureaus["SFJ"], city.bureaus["SCJG"]}
    with city.acting("sfj.planner"):
        assert service.send("items", new_id(), "清单", version=1, review=False, due_on=None, summary={}) == []


def test_a_county_bureau_files_up_the_levels(city: City) -> None:
    with city.acting("xscjg.planner"):
        made = service.send("items", new_id(), "清单", version=1, review=False, due_on=None, summary={})
        assert {one.receiver_id for one in made} == {city.bureaus[b] for b in ("XSFJ", "SFJ", "SCJG")}


def test_late_is_counted(city: City) -> None:
    assert not queries.is_late(hand_in(city, due_on=today()))
    assert queries.is_late(hand_in(city, due_on=today() - timedelta(days=1)))
    assert not queries.is_late(hand_in(city, due_on=None))
    with city.acting("sfj.supervisor"):
        late = list(db.session.scalars(queries.late(queries.inbox())))
        assert late and all(queries.is_late(one) for one in late)


def test_the_receiver_answers_once(city: City) -> None:
    filing = hand_in(city)
    with city.acting("sfj.supervisor"):
        with pytest.raises(ClerkError) as refused:
            service.answer(filing.id, False, "  ")
        assert "reason" in refused.value.fields
    with city.acting("sfj.supervisor"):
        service.answer(filing.id, False, "缺少检查依据")
        with pytest.raises(Conflict, match="已经答复"):
            service.answer(filing.id, True)
    with city.acting("scjg.planner"):
        mine = queries.filing(filing.id)
        assert queries.state(mine) == "returned"
        assert mine.answer is not None and mine.answer.reason == "缺少检查依据"


def test_the_sender_does_not_answer_for_the_receiver(city: City) -> None:
    filing = hand_in(city)
    with city.acting("scjg.planner"), pytest.raises(Forbidden):
        service.answer(filing.id, True)
    with pytest.raises(ProgrammingError, match="row-level security"), city.acting("scjg.head"):
        db.session.add(_answer(filing, tenant_id=city.bureaus["SFJ"]))
        db.session.flush()


def test_nobody_answers_what_was_not_filed_with_them(city: City) -> None:
    filing = hand_in(city)
    with city.acting("mzj.head"), pytest.raises(NotFound):
        service.answer(filing.id, True)
    with pytest.raises(IntegrityError, match="fk_filing_answer"), city.acting("mzj.head"):
        db.session.add(_answer(filing, tenant_id=city.bureaus["MZJ"]))
        db.session.flush()


def test_a_third_bureau_sees_nothing_and_a_partner_sees_the_answer(city: City) -> None:
    filing = hand_in(city, shared_with=[city.bureaus["XFJY"]])
    with city.acting("sfj.supervisor"):
        service.answer(filing.id, True)
    with city.acting("mzj.planner"), pytest.raises(NotFound):
        queries.filing(filing.id)
    with city.acting("mzj.planner"):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(FilingAnswer)) == 0
    with city.acting("xfjy.planner"):
        assert queries.state(queries.filing(filing.id)) == "accepted"


def test_a_filing_reaches_supervisors_only(city: City) -> None:
    """The database refuses a filing pushed into the inbox of a bureau that supervises nothing."""
    with pytest.raises(ProgrammingError, match="row-level security"), city.acting("scjg.planner"):
        service._hand_in(
            city.bureaus["MZJ"], kind="items", subject_id=new_id(), series_id=new_id(), title="清单",
            version=1, review=False, due_on=None, summary={}, link=None, shared_with=[],
        )  # fmt: skip
        db.session.flush()


def test_a_sent_filing_is_not_rewritten(city: City) -> None:
    filing = hand_in(city)
    with pytest.raises(ProgrammingError, match="permission denied"), city.acting("scjg.planner"):
        db.session.execute(sa.update(Filing).where(Filing.id == filing.id).values(title="改"))


def test_a_later_version_replaces_what_was_not_answered(city: City) -> None:
    series = new_id()
    first = hand_in(city, subject_id=series)
    hand_in(city, series_id=series, version=2)
    with city.acting("sfj.supervisor"):
        assert queries.state(queries.filing(first.id)) == "replaced"
        with pytest.raises(Conflict, match="新版本"):
            service.answer(first.id, True)
        assert [one.version for one in queries.of_subject(series)] == [2, 1]
    with city.acting("scjg.planner"), pytest.raises(Conflict, match="不必重复"):
        service.send(
            "items", new_id(), "清单", version=2, review=False, due_on=None, summary={}, series_id=series
        )


def test_a_file_that_was_handed_in_stays_as_it_was(city: City) -> None:
    """R-L12: for who sent and who received it, whatever is filed later; nobody changes it, and no third bureau reads it."""
    series, made = new_id(), []
    for version in (1, 2):
        result = (f"名录库{version}.xlsx", "application/octet-stream", f"第 {version} 版".encode())
        made.append(hand_in(city, subject_id=series, version=version, files=[result]))
    first = made[0]
    for who in ("scjg.planner", "sfj.supervisor"):
        with city.acting(who):
            (kept,) = queries.files(first.id)
            assert queries.file(first.id, kept.id).content == "第 1 版".encode()
            with pytest.raises(NotFound):
                queries.file(made[1].id, kept.id)
    place = f"/filing/{first.id}/files/{kept.id}"
    receiver = city.client("sfj.supervisor")
    assert receiver.get(place).data == "第 1 版".encode()
    assert place in receiver.get(f"/filing/{first.id}").get_data(as_text=True)
    assert city.client("mzj.head").get(place).status_code == 404
    for statement in ("UPDATE filing_file SET content = '\\x00'", "DELETE FROM filing_file"):
        with pytest.raises(ProgrammingError, match="permission denied"), city.acting("scjg.planner"):
            db.session.execute(sa.text(statement))
    with city.acting("mzj.head"):
        assert db.session.scalars(sa.select(FilingFile)).all() == []
        with pytest.raises(IntegrityError, match="fk_filing_file"):
            db.session.add(
                FilingFile(
                    tenant_id=city.bureaus["MZJ"], filing_id=first.id, name="别的", media_type="x", size=0, digest="", content=b""
                )
            )  # fmt: skip
            db.session.flush()
        db.session.rollback()


def test_the_states_of_the_list_agree_with_the_state_of_each(city: City) -> None:
    series = new_id()
    first, second = hand_in(city), hand_in(city)
    hand_in(city, subject_id=series)
    hand_in(city, series_id=series, version=2)
    with city.acting("sfj.supervisor"):
        service.answer(first.id, True)
        service.answer(second.id, False, "缺少检查依据")
    with city.acting("sfj.supervisor"):
        for state in ("sent", "accepted", "returned", "replaced"):
            found = list(db.session.scalars(queries.in_state(queries.inbox(), state)))
            assert found and {str(queries.state(one)) for one in found} == {state}


def test_the_supervisor_reads_what_supervised_bureaus_filed(city: City) -> None:
    filing = hand_in(city, "swj.planner")
    with city.acting("sfj.supervisor", supervisor=True):
        assert db.session.get(Filing, filing.id) is not None
    with city.acting("xsfj.supervisor", supervisor=True):
        assert db.session.get(Filing, filing.id) is None


def _answer(filing: Filing, tenant_id: UUID) -> FilingAnswer:
    return FilingAnswer(
        id=new_id(), tenant_id=tenant_id, filing_id=filing.id, sender_id=filing.tenant_id, accepted=True,
        answered_at=now(), answerer_name="某人",
    )  # fmt: skip
