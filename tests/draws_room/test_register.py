"""The register: one writer, one chain for the deployment, read by everybody (draw.md, "Register")."""

from __future__ import annotations

import threading

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from onedoor.draws import queries, rules, service
from onedoor.draws.service import register
from onedoor.kernel.db import db
from onedoor.kernel.scope import in_scope
from tenants import scope
from tests.draws_room.ceremony import LEAD, PARTNER, Ceremony
from tests.fixtures.city import City


def test_entries_made_by_the_database_are_those_of_the_protocol(city: City) -> None:
    ceremony = Ceremony(city)
    ceremony.whole()
    with in_scope(scope.public(), city.app):
        entries = queries.register()
        raw = queries.register_file()
        own = list(db.session.execute(sa.text("SELECT n, own FROM public_register(0)")))
    assert rules.parse_register(raw) == entries
    before = None
    for entry, (n, digest) in zip(entries, own, strict=True):
        remade = rules.make_entry(
            before, entry["time"], entry["line"], entry["seq"], entry["kind"], bytes.fromhex(entry["digest"])
        )
        assert remade == entry
        assert (n, digest) == (entry["n"], rules.entry_digest(entry).hex())
        before = entry
    assert [entry["kind"] for entry in entries if entry["line"] == ceremony.line] == [
        "plan",
        "texts",
        "proof",
    ]


def test_nobody_writes_the_register_but_the_function(city: City) -> None:
    ceremony = Ceremony(city)
    ceremony.open()
    for statement in (
        "INSERT INTO draw_register SELECT * FROM draw_register",
        "UPDATE draw_register SET digest = prev",
        "DELETE FROM draw_register",
    ):
        with city.acting("scjg.operator"), pytest.raises(DBAPIError, match="permission denied"):
            db.session.execute(sa.text(statement))


@pytest.mark.parametrize("kind", ["plan", "proof", "void", "log", "opinion"])
def test_what_is_out_of_order_is_not_entered(city: City, kind: str) -> None:
    ceremony = Ceremony(city)
    ceremony.open()
    with city.acting("scjg.operator"), pytest.raises(DBAPIError, match="out of order"):
        register.append(ceremony.draw_id, kind, bytes(32))


def test_a_bureau_enters_nothing_for_the_draw_of_another(city: City) -> None:
    ceremony = Ceremony(city)
    ceremony.open()
    with city.acting("yjgl.planner"), pytest.raises(DBAPIError, match="no such draw of this bureau"):
        register.append(ceremony.draw_id, "texts", bytes(32))


def test_a_line_that_the_supervisor_did_not_open_is_not_entered(city: City) -> None:
    ceremony = Ceremony(city)
    ceremony.create()
    ceremony.deposit()
    ceremony.deposit("yjgl.planner", PARTNER, ceremony.pool(31, 60))
    with city.acting("scjg.operator"), pytest.raises(DBAPIError, match="has not opened this line"):
        register.append(ceremony.draw_id, "plan", bytes(32))


def test_the_times_do_not_go_back(city: City, owner: psycopg.Connection) -> None:
    """A clock set back does not break the chain: the entry takes the time of the one before."""
    first, second = Ceremony(city), Ceremony(city)
    first.open()
    owner.execute(
        "UPDATE draw_register SET time = '2099-01-01T00:00:00Z' WHERE n = (SELECT max(n) FROM draw_register)"
    )
    second.open()
    with city.acting("scjg.operator"):
        assert queries.register()[-1]["time"] == "2099-01-01T00:00:00Z"
    owner.execute("UPDATE draw_register SET time = '2026-01-01T00:00:00Z' WHERE time > '2090'")


def test_entries_of_two_leads_at_once_follow_one_another(city: City) -> None:
    """Many draws close their texts at the same moment; numbers stay without gap or double."""
    made = [Ceremony(city) for _ in range(4)]
    for ceremony in made:
        ceremony.open()
    start = threading.Barrier(len(made))

    def close(ceremony: Ceremony) -> None:
        start.wait()
        ceremony.close()

    threads = [threading.Thread(target=close, args=(ceremony,)) for ceremony in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with city.acting("scjg.operator"):
        entries = queries.register()
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    for ceremony in made:
        kinds = [entry["kind"] for entry in entries if entry["line"] == ceremony.line]
        assert kinds == ["plan", "texts"]


def test_two_operators_who_press_at_once_close_the_texts_once(city: City) -> None:
    ceremony = Ceremony(city)
    ceremony.open()
    problems = _at_once(ceremony.close, ceremony.close)
    assert problems == ["Conflict"]
    with city.acting("scjg.operator"):
        assert [entry.kind for entry in queries.entries_of(ceremony.draw_id)] == ["plan", "texts"]


def test_two_operators_who_begin_at_once_make_one_draw(city: City) -> None:
    one, other = Ceremony(city, line="SCJG-2026-TWICE"), Ceremony(city, line="SCJG-2026-TWICE")
    assert _at_once(one.create, other.create) == ["Conflict"]
    with city.acting("scjg.operator"):
        assert len(queries.of_line("SCJG-2026-TWICE")) == 1


def test_two_workers_who_run_a_draw_at_once_draw_once(city: City) -> None:
    ceremony = Ceremony(city)
    ceremony.open()
    ceremony.close()
    ceremony.reveal()
    assert _at_once(ceremony.run, ceremony.run) == []
    with city.acting("scjg.operator"):
        assert [entry.kind for entry in queries.entries_of(ceremony.draw_id)] == ["plan", "texts", "proof"]


def test_the_last_two_who_reveal_at_once_enqueue_one_run(city: City) -> None:
    ceremony = Ceremony(city)
    ceremony.open()
    ceremony.close()

    def system() -> None:
        with city.acting("scjg.operator"):
            service.reveal_system(ceremony.draw_id)

    def justice() -> None:
        with city.acting("sfj.supervisor"):
            service.reveal(ceremony.draw_id, ceremony.nonce.hex())

    assert _at_once(system, justice) == []
    with city.acting("scjg.operator"):
        query = sa.text("SELECT count(*) FROM job WHERE subject_id = :draw AND name = 'campaigns.run_draw'")
        assert db.session.scalar(query, {"draw": ceremony.draw_id}) == 1


def _at_once(*acts) -> list[str]:  # type: ignore[no-untyped-def]
    """Do all at the same moment, in threads of their own; the names of what was raised."""
    start, raised = threading.Barrier(len(acts)), []

    def one(act) -> None:  # type: ignore[no-untyped-def]
        start.wait()
        try:
            act()
        except Exception as error:
            raised.append(type(error).__name__)

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_both_lists_stand_in_the_plan(city: City) -> None:
    ceremony = Ceremony(city)
    ceremony.open()
    with city.acting("yjgl.planner"):
        plan = queries.plan(ceremony.draw_id)
    assert [entry["list"] for entry in plan["lists"]] == [LEAD, PARTNER]
    assert [entry["team"]["bureau"] for entry in plan["lists"] if entry["team"]] == [LEAD, PARTNER]


def test_draws_that_begin_at_once_get_numbers_of_their_own(city: City) -> None:
    made = [Ceremony(city) for _ in range(3)]
    assert _at_once(*(ceremony.create for ceremony in made)) == []
    with city.acting("scjg.operator"):
        assert len({queries.draw(ceremony.draw_id).number for ceremony in made}) == 3
