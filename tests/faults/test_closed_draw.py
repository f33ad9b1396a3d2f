"""A draw of closed lists, its worker killed before the firms' lots and before its entry in the register: one draw, whole."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
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
from onedoor.draws.models import DrawLot, DrawnPart
from onedoor.kernel.db import db
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import in_scope
from tenants import scope
from tests.campaigns.builders import World
from tests.faults.process_kill import killed_before, lapse, page, taken_over
from tests.fixtures.deployment import Deployment

JUSTICE = "示范市司法局"
HOLDERS = ("sfj.supervisor", "wsjk.operator")
# Of each draw: who was drawn, the teams, each firm's own lot, and the files.
KEPT = ("drawn_part", "team_slot", "draw_lot", "draw_document WHERE kind IN ('proof', 'public')")


@pytest.mark.long
def test_a_worker_killed_before_the_lots_of_a_closed_draw(
    house: Deployment, held: psycopg.Connection, tmp_path: Path
) -> None:
    draw_id, nonce = _opened(house)

    def reveal() -> None:
        with house.city.acting("sfj.supervisor"):
            drawing.reveal(draw_id, nonce.hex())

    house.worker.kill()
    job = killed_before(house, held, "draw_lot", JobName.RUN_DRAW, reveal)
    _nothing_drawn(house, held, draw_id)
    assert killed_before(house, held, "draw_register", JobName.RUN_DRAW, lambda: lapse(house, job)) == job
    _nothing_drawn(house, held, draw_id)
    taken_over(house, job, attempt=3)
    lots = _whole(house, held, draw_id)
    assert _verdict(house, draw_id, lots[0], tmp_path).startswith("VALID")


def _opened(house: Deployment) -> tuple[UUID, bytes]:
    """A closed draw whose plan is out, whose texts are closed, and which waits for the supervisor's reveal alone."""
    campaign_id, nonce = World(house.city).fill().ready(("YJGL",)), secrets.token_bytes(32)
    mode = drawing.Mode(closed=True, holder_id=house.city.bureaus["WSJK"])
    house.worker.start()
    with house.city.acting("scjg.operator"):
        draw_id = campaigns.begin_draw(campaign_id, mode).draw_id
    assert draw_id is not None
    house.cast.settle()
    with house.city.acting("sfj.supervisor"):
        found = draws.draw(draw_id)
        drawing.commit(
            draw_id, rules.commit("sha256", found.line, found.seq, found.number, JUSTICE, nonce).hex()
        )
    for who in HOLDERS:
        with house.city.acting(who):
            files = {each.name: each.content for each in drawing.take(draw_id)}
            pools = {
                name[len("pool-") : -len(".txt")]: files[name] for name in files if name.startswith("pool-")
            }
            drawing.sign(
                draw_id, {name: rules.pool_digest("sha256", raw).hex() for name, raw in pools.items()}
            )
    house.cast.settle()
    with house.city.acting("scjg.operator"):
        drawing.close_texts(draw_id)
        drawing.reveal_system(draw_id)
    return draw_id, nonce


def _nothing_drawn(house: Deployment, held: psycopg.Connection, draw_id: UUID) -> None:
    """Not begun: no result, no lot, no file and no entry, and the page says that it is going on."""
    assert [_rows(held, what, draw_id) for what in KEPT] == [0, 0, 0, 0]
    assert _entries(house, draw_id) == ["plan", "texts"]
    with house.city.acting("scjg.operator"):
        assert draws.draw(draw_id).state == "closed"
    assert "正在抽取" in page(house, f"/draws/{draw_id}")


def _whole(house: Deployment, held: psycopg.Connection, draw_id: UUID) -> list[bytes]:
    """Everything is there once: lots of the drawn and the substitutes, one proof, one entry; returns the lots of one firm."""
    assert _entries(house, draw_id) == ["plan", "texts", "proof"]
    assert _rows(held, KEPT[-1], draw_id) == 2
    with house.city.acting("scjg.operator"):
        found = draws.draw(draw_id)
        assert found.state == "drawn" and len(draws.outcome(draw_id).objects) == found.doors
        parts = db.session.scalars(sa.select(DrawnPart).where(DrawnPart.draw_id == draw_id))
        kept = {(part.list_name, code) for part in parts for code in part.codes}
        query = sa.select(DrawLot.list_name, DrawLot.object_code).where(DrawLot.draw_id == draw_id)
        lots = {(row.list_name, row.object_code) for row in db.session.execute(query)}
        # One of each firm in each list it stands in, drawn there or not.
        assert kept and kept <= lots and {code for _, code in lots} == {code for _, code in kept}
        drawn = draws.outcome(draw_id).objects[0]
        return [
            rules.canonical(lot)
            for lot in drawing.give_lots(draw_id, drawn.code)
            if lot["list"] in drawn.lists
        ]


def _entries(house: Deployment, draw_id: UUID) -> list[str]:
    with house.city.acting("scjg.operator"):
        line = draws.draw(draw_id).line
        return [each["kind"] for each in draws.register() if each["line"] == line]


def _rows(held: psycopg.Connection, what: str, draw_id: UUID) -> int:
    table, _where, more = what.partition(" WHERE ")
    query = f"SELECT count(*) FROM {table} WHERE draw_id = %s" + (f" AND {more}" if more else "")
    found = held.execute(query, [draw_id]).fetchone()
    held.rollback()
    return int(found[0]) if found else 0


def _verdict(house: Deployment, draw_id: UUID, lot: bytes, folder: Path) -> str:
    """What the command says of the public files and one firm's lot, with the register."""
    with in_scope(scope.public("test"), house.app):
        shown = disclosures.of_subject("draw", draw_id)
        assert shown is not None
        for one in disclosures.files(shown.id):
            (folder / one.name).write_bytes(disclosures.file(shown.id, one.name).content)
    assert json.loads((folder / "proof.json").read_text())["v"] == "onedoor-public/1"
    (folder / "lot.json").write_bytes(lot)
    command = [
        sys.executable, "-m", "onedoor", "verify", str(folder / "proof.json"), "--register", str(folder / "register.jsonl"),
        "--lot", str(folder / "lot.json"),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
