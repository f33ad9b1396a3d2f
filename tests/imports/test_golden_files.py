"""Files as offices make them (`tests/golden/files`): what lands, and what is told (R-L11)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from onedoor.entities.models import Entity
from onedoor.imports import queries as import_queries
from onedoor.imports import service
from onedoor.imports.rules.row_numbers import row_name
from onedoor.items.models import Item
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import JobState
from onedoor.officers.models import Inspector
from tests.fixtures.answers import Jobs
from tests.fixtures.city import City
from tests.fixtures.golden_files import FOLDER, MAKERS

EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
KEYS: dict[str, tuple[Any, str]] = {
    "entities": (Entity, "code"),
    "items": (Item, "name"),
    "inspectors": (Inspector, "certificate_number"),
}


def test_every_file_has_its_maker_and_what_is_expected() -> None:
    assert (
        sorted(EXPECTED)
        == sorted(MAKERS)
        == sorted(path.name for path in FOLDER.iterdir() if path.suffix != ".json")
    )


def standing(kind: str) -> dict[str, Any]:
    model, key = KEYS[kind]
    return {getattr(one, key): one for one in db.session.query(model)}


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_what_lands_and_what_is_told(city: City, run_jobs: Jobs, name: str) -> None:
    said = EXPECTED[name]
    kind = said["kind"]
    with city.acting("scjg.planner"):
        before = set(standing(kind))
        try:
            run_id = service.begin_import(kind, name, (FOLDER / name).read_bytes(), "good").id
        except ClerkError as error:
            assert said["refused"] and said["refused"] in str(error)
            return
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        job = import_queries.import_of_job(run)
        found = standing(kind)
        fresh = {key: found[key] for key in set(found) - before}
        if said["refused"]:
            assert job is not None and job.state == JobState.FAILED and said["refused"] in str(job.problem)
            assert not fresh
            return
        assert set(fresh) == set(said["lands"])
        for key, fields in said["lands"].items():
            stands = {field: getattr(fresh[key], field) for field in fields}
            plain = {
                field: str(value) if field == "registered_on" and value else value
                for field, value in stands.items()
            }
            assert plain == fields, key
        problems = db.session.scalars(import_queries.problems(run_id)).all()
        told = sorted(
            (row_name(one.number, run.layout), one.column, one.message % one.params, one.fatal)
            for one in problems
        )
        assert [(row, column, fatal) for row, column, _, fatal in told] == [
            (row, column, fatal) for row, column, _, fatal in said["told"]
        ], told
        for (_, _, sentence, _), (_, _, part, _) in zip(told, said["told"], strict=True):
            assert part in sentence
        layout = run.layout or {}
        assert layout["others"] == said["unread_sheets"]
        parts = {
            part: [str(row) for row in one["rows"]] for part, one in layout.get("form_parts", {}).items()
        }
        assert parts == said["passed_over"]
