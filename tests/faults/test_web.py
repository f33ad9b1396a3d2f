"""The web server killed in the middle of a request, or without room on its disk: what was asked is there, or is not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from uuid import UUID

import httpx
import psycopg
import pytest
import sqlalchemy as sa

from onedoor.campaigns import service as campaigns
from onedoor.draws import queries as draws
from onedoor.draws import rules
from onedoor.draws import service as drawing
from onedoor.draws.service.ceremony import witnesses
from onedoor.kernel.db import db
from onedoor.kernel.files import StoredFile
from onedoor.kernel.jobs import Job
from tests.campaigns.builders import World
from tests.faults.process_kill import BLOCKED, gone, until
from tests.faults.web_server import Web, token
from tests.fixtures.deployment import Deployment

# Servers that are killed take their time; what a worker leaves when it is killed goes with every run.
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def web(house: Deployment) -> Iterator[Web]:
    """A server of the deployment that the tests may kill."""
    made = Web(house.worker.config, house.folder / "web.log").start()
    yield made
    if made.process is not None:
        made.kill()


def test_a_witness_whose_server_was_killed(house: Deployment, held: psycopg.Connection, web: Web) -> None:
    """Killed while the text was kept: it is not there, the invitation is not spent, and the second time it is."""
    draw_id, secret = _open_draw(house)
    held.execute("LOCK TABLE witness_text IN SHARE ROW EXCLUSIVE MODE")
    path = f"/witness/{secret}"
    lost: list[httpx.Response | httpx.HTTPError] = []

    def speak() -> None:
        with httpx.Client(base_url=web.address, timeout=120) as phone:
            try:
                lost.append(phone.post(path, data={"text": "今天天气晴", "csrf_token": token(phone, path)}))
            except httpx.HTTPError as error:
                lost.append(error)

    thread = threading.Thread(target=speak)
    thread.start()
    until(lambda: held.execute(BLOCKED).fetchone() is not None, "nobody spoke", web.log_end)
    web.kill()
    held.rollback()
    thread.join(120)
    gone(held)
    assert isinstance(lost[0], httpx.HTTPError)
    assert _texts(house, draw_id) == []
    web.start()
    with httpx.Client(base_url=web.address, timeout=60, follow_redirects=True) as phone:
        said = phone.post(path, data={"text": "今天天气晴", "csrf_token": token(phone, path)})
        assert said.status_code == 200, said.text[:2000]
    assert _texts(house, draw_id) == ["今天天气晴"]


def test_an_upload_for_which_there_is_no_room(house: Deployment, web: Web) -> None:
    """The clerk is told, nothing is kept, no job waits; with room again the same file goes in."""
    browser = web.browser(house.city, "scjg.planner")
    rows = "".join(f"示范虚构{number:06d}号商店,{number},{'无' * 3000}\n" for number in range(200))
    content = ("企业名称,统一社会信用代码,经营范围\n" + rows).encode()
    before = _kept(house)
    web.limit_files(100_000)
    refused = _upload(browser, content)
    assert refused.status_code == 507 and "存储空间不足" in refused.text, refused.text[:2000]
    assert _kept(house) == before
    assert browser.get("/jobs/").status_code == 200
    web.limit_files(-1)
    taken = _upload(browser, content)
    assert taken.status_code == 200, taken.text[:2000]
    assert _kept(house) == (before[0] + 1, before[1] + 1)


def test_the_servers_log_is_json_and_names_nobody(house: Deployment, web: Web) -> None:
    """Whatever went on above: every line is an object with its request, none has a person in it."""
    browser = web.browser(house.city, "scjg.planner")
    number = browser.get("/jobs/").headers["X-Request-ID"]
    until(lambda: number in web.log.read_text(), "the request was not logged")
    lines = [json.loads(line) for line in web.log.read_text().splitlines()]
    mine = [line for line in lines if line.get("request") == number]
    assert [(line["route"], line["status"], line["bureau"]) for line in mine] == [
        ("/jobs/", 200, str(house.city.bureaus["SCJG"]))
    ]
    for wanted in ("scjg.planner", "陈见证", "今天天气晴"):
        assert wanted not in web.log.read_text(), wanted
    house.worker.start()
    assert _upload(browser, "企业名称,统一社会信用代码\n示范虚构商店,1\n".encode()).status_code == 200
    until(lambda: '"job"' in house.worker.log_end(), "no job was logged", house.worker.log_end)
    jobs_done = [json.loads(line) for line in house.worker.log.read_text().splitlines() if '"job"' in line]
    assert {"name", "bureau", "attempt", "state", "job"} <= set(jobs_done[-1])
    assert "陈见证" not in house.worker.log.read_text()


def _upload(browser: httpx.Client, content: bytes) -> httpx.Response:
    page = "/registry/imports/new/entities"
    return browser.post(
        page,
        data={"mode": "check", "csrf_token": token(browser, page)},
        files={"file": ("名录.csv", content, "text/csv")},
    )


def _kept(house: Deployment) -> tuple[int, int]:
    with house.city.acting("scjg.planner"):
        files = db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) or 0
        return files, db.session.scalar(sa.select(sa.func.count()).select_from(Job)) or 0


def _open_draw(house: Deployment) -> tuple[UUID, str]:
    """A draw whose plan is out, and a witness's secret link."""
    house.worker.start()
    campaign_id = World(house.city).fill().ready()
    with house.city.acting("scjg.operator"):
        draw_id = campaigns.begin_draw(campaign_id).draw_id
        assert draw_id is not None
    with house.city.acting("sfj.supervisor"):
        found = draws.draw(draw_id)
        digest = rules.commit("sha256", found.line, found.seq, found.number, "示范市司法局", bytes(32))
        drawing.commit(draw_id, digest.hex())
    house.cast.settle()
    with house.city.acting("scjg.operator"):
        return draw_id, witnesses.token_of(drawing.invite_witness(draw_id, "陈见证（市人大代表）"))


def _texts(house: Deployment, draw_id: UUID) -> list[str]:
    with house.city.acting("scjg.operator"):
        return [text for _, text in draws.texts(draw_id)]
