"""Burden and effect (R-S6): counted by the definitions of the returns, published, and telling nothing of who is not told yet."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import sqlalchemy as sa

from onedoor.disclosure.models import DisclosedFile, Disclosure
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import in_scope
from onedoor.statistics import queries
from onedoor.statistics.rules.burden import COUNTED, DIMENSIONS, MEASURES, Burden, Row, read, table
from onedoor.supervision import queries as supervision
from onedoor.supervision import service
from onedoor.visits import queries as visits
from onedoor.visits.models import Record, Visit, VisitPart
from tenants import scope
from tests.supervision.scene import Scene


def figures(scene: Scene) -> Burden:
    with scene.city.acting("sfj.supervisor", supervisor=True):
        found = supervision.burden.burden(today().year)
        db.session.commit()
    return found


def sums(found: Burden, dimension: str, measure: str) -> float:
    return sum(row.counts.get(measure, 0) for row in found.by[dimension])


def test_every_measure_has_its_words() -> None:
    """The three measures of joint checks stand under three names, and no name twice."""
    assert len({one.head for one in MEASURES.values()}) == len(MEASURES)
    assert all(one.words.endswith("。") for one in MEASURES.values())
    assert {"independent_doors", "doors", "saved"} <= set(MEASURES)
    assert all(part in COUNTED for one in MEASURES.values() for part in one.of or ())


def test_a_share_of_nothing_is_no_share() -> None:
    row = Row("x", "x", {"checks": 0, "problems": 0})
    assert row.value("problem_share") is None
    assert Row("x", "x", {"checks": 4, "problems": 1}).value("problem_share") == 0.25


def test_what_is_counted_is_what_was_done(scene: Scene) -> None:
    """A joint visit is one check of several bureaus; records that are not accepted do not count."""
    with scene.city.acting("scjg.planner"):
        bureaus = len(visits.party_ids(scene.whole))
    total = figures(scene).total.counts
    assert total["checks"] == 2 and total["entries"] == 2 and total["entities"] == 2
    assert total["parts"] == bureaus + 1
    assert total["saved"] == bureaus - 1
    assert total["problems"] == 1
    assert total["days"] == 2
    assert total["doors"] > 0 and total["independent_doors"] >= total["doors"]


def test_the_figures_are_those_of_the_returns(scene: Scene) -> None:
    """R-S2: the same conditions, so that a bureau's row and the joint campaign's row say the same."""
    found = figures(scene)
    own = next(row for row in found.by["bureau"] if row.key == scene.city.person("scjg.planner").bureau_code)
    with scene.city.acting("scjg.planner"):
        row = next(one for one in queries.joint_rows(today().year) if one.inspected)
        assert own.counts["saved"] == row.saved
        assert found.total.counts["doors"] == row.doors
        assert own.counts["problems"] == 1 and own.counts["checks"] == 2


def test_dimensions_add_up_where_nothing_is_shared(scene: Scene) -> None:
    found = figures(scene)
    assert set(found.by) == set(DIMENSIONS)
    for dimension in ("trade", "month", "mode"):
        for measure in ("checks", "entries", "matters", "parts", "problems"):
            assert sums(found, dimension, measure) == found.total.counts[measure], (dimension, measure)
    assert sums(found, "bureau", "parts") == found.total.counts["parts"]
    assert sums(found, "bureau", "saved") == found.total.counts["saved"]


def test_a_visit_that_is_not_told_yet_changes_nothing(scene: Scene) -> None:
    """No figure moves when a visit is made unannounced; what its draw drew is not told before it was there."""
    before = figures(scene)
    with scene.city.acting("scjg.planner"):
        begun = sa.exists().where(VisitPart.visit_id == Visit.id, VisitPart.begun_at.is_not(None))
        one = db.session.scalars(
            sa.select(Visit).where(Visit.state == "approved", sa.not_(begun)).order_by(Visit.id)
        ).first()
        assert one is not None
        one.announced = False
        db.session.commit()
    after = figures(scene)
    quiet = [key for key in COUNTED if key not in {"independent_doors", "doors", "drawn_matters"}]
    assert {key: before.total.counts.get(key) for key in quiet} == {
        key: after.total.counts.get(key) for key in quiet
    }
    assert after.total.counts.get("doors", 0) == 0 < before.total.counts["doors"]
    text = str(after.kept())
    assert one.entity_name not in text and one.entity_code not in text
    with scene.city.acting("scjg.planner"):
        db.session.get_one(Visit, one.id).announced = True
        db.session.commit()


def test_published_once_and_again_where_it_changed(scene: Scene) -> None:
    """By the bureau over all domains alone; everybody reads figures and files, and they say the same."""
    with scene.city.acting("scjg.planner"):
        assert service.publish_burden() == 0
    with scene.city.acting("sfj.supervisor"):
        assert service.publish_burden() == 1
        db.session.commit()
        assert service.publish_burden() == 0
    with in_scope(scope.public(), scene.city.app):
        found = db.session.scalars(sa.select(Disclosure).where(Disclosure.kind == "burden")).one()
        files = {one.name.rpartition(".")[2]: one for one in db.session.scalars(sa.select(DisclosedFile).where(DisclosedFile.disclosure_id == found.id))}  # fmt: skip
        assert set(files) == {"csv", "json"}
        rows = list(csv.DictReader(io.StringIO(bytes(files["csv"].content).decode("utf-8-sig"))))
    kept: Any = found.content
    assert len(rows) == len(kept["rows"])
    assert {one["key"] for one in kept["measures"]} <= set(rows[0])
    assert read(kept).total.counts["checks"] == 2
    codes = scene.city
    with codes.acting("scjg.planner"):
        named = db.session.scalars(sa.select(Record.entity_name)).all()
    assert not any(name in str(kept) for name in named)


def test_a_cell_is_no_formula() -> None:
    row = {"dimension": "bureau", "key": "=1+1", "name": "@x", "checks": 1}
    assert b"'=1+1,'@x" in table({"measures": [{"key": "checks"}], "rows": [row]})


@pytest.mark.parametrize("measure", ["rechecks", "mended"])
def test_rechecks_are_counted_where_there_are_some(scene: Scene, measure: str) -> None:
    assert figures(scene).total.counts.get(measure, 0) == 0
