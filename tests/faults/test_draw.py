"""One draw, its worker killed at each step: freeze, plan, objects, teams, register, schedule. It takes effect once."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections import Counter
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.campaigns import service as campaigns
from onedoor.disclosure import queries as disclosures
from onedoor.draws import queries as draws
from onedoor.draws import rules
from onedoor.draws import service as drawing
from onedoor.kernel.db import db
from onedoor.kernel.jobs import Job, JobName, JobState
from onedoor.kernel.scope import in_scope
from onedoor.visits import queries as visits
from tenants import scope
from tests.campaigns.builders import World
from tests.faults.process_kill import (
    gone,
    job_of,
    killed_before,
    lapse,
    page,
    standing_before,
    taken_over,
)
from tests.fixtures.deployment import Deployment

JUSTICE = "示范市司法局"


@pytest.mark.long
def test_a_worker_killed_at_each_step_of_a_draw(
    house: Deployment, held: psycopg.Connection, tmp_path: Path
) -> None:
    campaign_id = World(house.city).fill().ready()
    draw_id = _frozen(house, held, campaign_id)
    nonce = _planned(house, held, draw_id)
    _texts(house, draw_id)
    job = _run(house, held, draw_id, nonce)
    _scheduled(house, held, campaign_id, draw_id, job)
    _once(house, campaign_id, draw_id)
    assert _verdict(house, draw_id, tmp_path).startswith("VALID")


def _frozen(house: Deployment, held: psycopg.Connection, campaign_id: UUID) -> UUID:
    """Killed while a party's list is frozen: the list is not there, the other parties' are not lost."""

    def begin() -> None:
        with house.city.acting("scjg.operator"):
            campaigns.begin_draw(campaign_id)

    job = killed_before(house, held, "draw_deposit", JobName.FREEZE_LIST, begin)
    with house.city.acting("scjg.operator"):
        draw_id = draws.of_campaign(campaign_id)[-1].id
    assert _rows(held, "draw_deposit") == 0 and _state(house, draw_id) == "frozen"
    assert _rows(held, "job WHERE name = 'campaigns.freeze_list'") == 3
    taken_over(house, job)
    assert _rows(held, "draw_deposit") == 3
    return draw_id


def _planned(house: Deployment, held: psycopg.Connection, draw_id: UUID) -> bytes:
    """Killed while the plan is made: no plan is out, and none stands in the register."""
    nonce = secrets.token_bytes(32)

    def commit() -> None:
        with house.city.acting("sfj.supervisor"):
            found = draws.draw(draw_id)
            digest = rules.commit("sha256", found.line, found.seq, found.number, JUSTICE, nonce)
            drawing.commit(draw_id, digest.hex())

    job = killed_before(house, held, "draw_document", JobName.OPEN_DRAW, commit)
    assert _state(house, draw_id) == "frozen" and _entries(house, draw_id) == []
    taken_over(house, job)
    assert _state(house, draw_id) == "open" and _entries(house, draw_id) == ["plan"]
    return nonce


def _texts(house: Deployment, draw_id: UUID) -> None:
    with house.city.acting("scjg.operator"):
        drawing.close_texts(draw_id)
        drawing.reveal_system(draw_id)


def _run(house: Deployment, held: psycopg.Connection, draw_id: UUID, nonce: bytes) -> UUID:
    """Killed thrice in one draw: before the objects, the teams, and its entry in the register are written."""

    def reveal() -> None:
        with house.city.acting("sfj.supervisor"):
            drawing.reveal(draw_id, nonce.hex())

    job = killed_before(house, held, "draw_document", JobName.RUN_DRAW, reveal)
    _nothing_drawn(house, held, draw_id, job)
    for table in ("drawn_part", "team_slot"):
        again = killed_before(house, held, table, JobName.RUN_DRAW, lambda: lapse(house, job))
        assert again == job
        _nothing_drawn(house, held, draw_id, job)
    return job


def _nothing_drawn(house: Deployment, held: psycopg.Connection, draw_id: UUID, job: UUID) -> None:
    """Nobody saw a result that was undone, and the pages say that it is not there yet."""
    assert _rows(held, "drawn_part") == _rows(held, "team_slot") == 0
    assert _state(house, draw_id) == "closed" and "proof" not in _entries(house, draw_id)
    html = page(house, f"/jobs/{job}")
    assert "正在处理" in html and "已完成" not in html
    assert "正在抽取" in page(house, f"/draws/{draw_id}")


def _scheduled(
    house: Deployment, held: psycopg.Connection, campaign_id: UUID, draw_id: UUID, job: UUID
) -> None:
    """The draw goes on; then the worker is killed while its visits are made."""
    house.worker.start()
    held.execute("LOCK TABLE visit_member IN SHARE ROW EXCLUSIVE MODE")
    lapse(house, job)
    schedule = standing_before(house, held, JobName.SCHEDULE_VISITS)
    house.worker.kill()
    held.rollback()
    gone(held)
    assert job_of(house, job).state == JobState.DONE and job_of(house, job).attempt == 4
    assert _state(house, draw_id) == "drawn"
    assert _rows(held, "visit") == 0
    taken_over(house, schedule)


def _once(house: Deployment, campaign_id: UUID, draw_id: UUID) -> None:
    """Everything is there, and there once."""
    assert _entries(house, draw_id) == ["plan", "texts", "proof"]
    with house.city.acting("scjg.operator"):
        assert len(visits.of_campaign(campaign_id)) == draws.draw(draw_id).doors
        made = sa.select(Job.name).where(Job.name != JobName.NOTIFY_BUREAU)
        names = Counter(db.session.scalars(made))
    # The lead sees its own list's freezing and those it asked for; who is told of each step is tried elsewhere.
    assert names == {
        "campaigns.freeze_list": 3,
        "campaigns.open_draw": 1,
        "campaigns.run_draw": 1,
        "visits.schedule": 1,
    }
    assert "已完成" in page(house, "/jobs/")


def _entries(house: Deployment, draw_id: UUID) -> list[str]:
    with house.city.acting("scjg.operator"):
        line = draws.draw(draw_id).line
        return [each["kind"] for each in draws.register() if each["line"] == line]


def _state(house: Deployment, draw_id: UUID) -> str:
    with house.city.acting("scjg.operator"):
        return str(draws.draw(draw_id).state)


def _rows(held: psycopg.Connection, what: str) -> int:
    found = held.execute(f"SELECT count(*) FROM {what}").fetchone()
    held.rollback()
    return int(found[0]) if found else 0


def _verdict(house: Deployment, draw_id: UUID, folder: Path) -> str:
    """What the command says of the draw's public files."""
    with in_scope(scope.public("test"), house.app):
        shown = disclosures.of_subject("draw", draw_id)
        assert shown is not None
        for one in disclosures.files(shown.id):
            (folder / one.name).write_bytes(disclosures.file(shown.id, one.name).content)
    proof = json.loads((folder / "proof.json").read_text())
    arguments = [str(folder / "proof.json"), "--roster", str(folder / "roster.txt")]
    for entry in proof["plan"]["lists"]:
        arguments += ["--pool", f"{entry['list']}={folder / ('pool-' + entry['list'] + '.txt')}"]
    arguments += ["--register", str(folder / "register.jsonl")]
    command = [sys.executable, "-m", "onedoor", "verify", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
