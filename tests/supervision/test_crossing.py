"""The one door across bureaus: who may pass, and what is kept of it (R-T1, R-T3)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from onedoor.filing.models import Filing
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.supervision import queries
from onedoor.visits.models import Visit
from tenants import crossing
from tenants.models import CrossingEntry
from tests.supervision.scene import Scene


def looks(scene: Scene, who: str = "sfj.supervisor") -> list[tuple[str, int]]:
    """Purposes and rows in the log of a supervisor's bureau, oldest first."""
    with scene.city.acting(who, supervisor=True):
        query = queries.looks().order_by(CrossingEntry.at, CrossingEntry.id)
        return [(one.purpose, one.rows) for one in db.session.scalars(query)]


def test_only_a_supervisors_scope_passes(scene: Scene) -> None:
    with (
        scene.city.acting("sfj.supervisor"),
        pytest.raises(PermissionError),
        crossing.cross_bureau_read("查看"),
    ):
        pass
    with scene.city.acting("scjg.head"), pytest.raises(PermissionError):
        crossing.read("查看", sa.select(Visit))


def test_a_read_is_kept_with_person_purpose_and_rows(scene: Scene) -> None:
    with scene.city.acting("sfj.supervisor", supervisor=True) as scope:
        rows = crossing.read("核对检查", sa.select(Visit.id))
        entry = db.session.scalars(
            queries.looks().order_by(CrossingEntry.at.desc(), CrossingEntry.id.desc()).limit(1)
        ).one()
        assert (entry.purpose, entry.rows, entry.actor_name) == ("核对检查", len(rows), scope.actor_name)
        assert len(rows) > 1


def test_a_page_of_several_queries_is_one_look_with_the_things_name(scene: Scene) -> None:
    before = looks(scene)
    with scene.city.acting("sfj.supervisor", supervisor=True):
        seen = queries.draw(scene.drawn.draw_id)
    (new,) = looks(scene)[len(before) :]
    assert new[0] == f"查看抽取：{seen.draw.number}"
    assert new[1] >= 1 + len(seen.parties) + len(seen.entries) + len(seen.files)


def test_counting_shows_no_rows(scene: Scene) -> None:
    with scene.city.acting("sfj.supervisor", supervisor=True), crossing.cross_bureau_read("计数") as reader:
        assert reader.scalar(sa.select(sa.func.count()).select_from(Visit)) > 0
        assert reader.rows == 0


def test_what_was_not_found_leaves_no_look(scene: Scene) -> None:
    """The page answers 404 and its transaction is undone."""
    before = looks(scene)
    client = scene.city.client("sfj.supervisor")
    assert client.get(f"/oversight/visits/{scene.drawn.draw_id}").status_code == 404
    assert looks(scene) == before


def test_a_bureau_does_not_read_the_log(scene: Scene) -> None:
    with (
        scene.city.acting("scjg.head"),
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
    ):
        db.session.scalars(sa.select(CrossingEntry)).all()


def test_each_supervisor_reads_its_own_log(scene: Scene) -> None:
    with scene.city.acting("sfj.supervisor", supervisor=True):
        crossing.read("市里的查阅", sa.select(Visit.id))
    assert "市里的查阅" not in [purpose for purpose, _rows in looks(scene, "xsfj.supervisor")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE visit SET state = 'cancelled'",
        "UPDATE record SET state = 'accepted'",
        "DELETE FROM filing",
        "DELETE FROM crossing_entry",
        "UPDATE crossing_entry SET rows = 0",
        "INSERT INTO filing_answer (id) VALUES (gen_random_uuid())",
    ],
)
def test_a_supervisor_changes_nothing(scene: Scene, statement: str) -> None:
    """R-T3: never edits another's record; the database refuses, whatever the page would do."""
    with (
        scene.city.acting("sfj.supervisor", supervisor=True),
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
    ):
        db.session.execute(sa.text(statement))


def test_the_county_finds_nothing_of_the_city(scene: Scene) -> None:
    """Down the levels, not up: each thing of the city is not there for the county's justice bureau."""
    reads: list[tuple[Any, Any]] = [
        (queries.campaign, scene.drawn.campaign_id),
        (queries.draw, scene.drawn.draw_id),
        (queries.visit, scene.whole),
        (queries.record, scene.found_problem),
        (queries.filing, scene.filings["SCJG"]),
    ]
    for read, thing in reads:
        with scene.city.acting("xsfj.supervisor", supervisor=True), pytest.raises(NotFound):
            read(thing)
        with scene.city.acting("sfj.supervisor", supervisor=True):
            read(thing)


def test_the_county_sees_its_own_filing_and_the_city_sees_down(scene: Scene) -> None:
    counted: dict[str, dict[str, int]] = {}
    for who in ("xsfj.supervisor", "sfj.supervisor"):
        with scene.city.acting(who, supervisor=True):
            found = queries.overview(today().year)
            counted[who] = {bureau.code: found.of("filings", "all", bureau.code) for bureau in found.bureaus}
    assert set(counted["xsfj.supervisor"]) == {"990121-SCJG", "990121-SFJ"}
    assert counted["xsfj.supervisor"]["990121-SCJG"] == 1
    assert counted["sfj.supervisor"]["990121-SCJG"] == counted["sfj.supervisor"]["990100-SCJG"] == 1


def test_market_regulation_supervises_its_domain_alone(scene: Scene) -> None:
    with scene.city.acting("scjg.supervisor", supervisor=True):
        found = queries.overview(today().year)
        assert {bureau.code for bureau in found.bureaus} == {
            "990100-SCJG",
            "990100-SWJ",
            "990100-WLJ",
            "990121-SCJG",
        }
        records = queries.results()
        assert {row.bureau for row in crossing.read("核对", records.select())} == {"990100-SCJG"}
        assert db.session.scalars(sa.select(Filing).where(Filing.id == scene.filings["SCJG"])).one()
