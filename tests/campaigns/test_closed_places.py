"""A closed draw of places of business, whole: held by two, drawn, published, and judged by every verifier (draw.md, "Pool")."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import docx
import pytest

from onedoor.campaigns import service
from onedoor.disclosure import queries as disclosure
from onedoor.draws import queries as draws
from onedoor.draws import rules
from onedoor.draws import service as drawing
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.scope import in_scope
from onedoor.officers.models import Recusal
from onedoor.verifier import FILE
from onedoor.visits import queries as visits
from tenants import scope
from tests.campaigns.builders import World, firm_code
from tests.campaigns.test_campaign_draw import commit, reveal
from tests.verifier.cases import Browser, packed

LEAD, PARTNER = "990100-SCJG", "990100-YJGL"
# What is said of firms in a draw of places: how the library changed, who has several places, who none.
ABOUT_FIRMS = re.compile(r"(新增|移出|经营范围的|名单里有|还有|名单有) ?\d+ ?户|\d+ ?户 ?(不止|有)")
HOLDERS = ("sfj.supervisor", "wsjk.operator")
# Firm 20 has three places, 21 and 25 two; firms 20, 25, 30 and 35 are of high risk, 21, 26, 31 and 36 of low.
PLACES = {20: 3, 21: 2, 25: 2, **dict.fromkeys((22, 23, 24, *range(26, 40)), 1)}


@dataclass
class Held:
    """What was drawn, and the files of those who hold the lists."""

    world: World
    campaign_id: UUID
    draw_id: UUID

    def public(self) -> dict[str, bytes]:
        """What anybody downloads."""
        with in_scope(scope.public(), self.world.city.app):
            said = disclosure.of_subject("draw", self.draw_id)
            assert said is not None
            return {each.name: bytes(each.content) for each in disclosure.files(said.id)}

    def content(self) -> dict[str, Any]:
        with in_scope(scope.public(), self.world.city.app):
            said = disclosure.of_subject("draw", self.draw_id)
            assert said is not None
            return said.content

    def held(self, who: str) -> dict[str, bytes]:
        """What a holder has, with the roster that the lead hands out."""
        with self.world.city.acting(who):
            files = {each.name: bytes(each.content) for each in drawing.take(self.draw_id)}
        with self.world.city.acting("scjg.operator"):
            return {**files, "roster.txt": drawing.hand_out_roster(self.draw_id)}

    def proof(self) -> rules.Proof:
        with self.world.city.acting("scjg.operator"):
            return draws.proof(self.draw_id)


@pytest.fixture(scope="module")
def drawn(world: World) -> Held:
    from tasks import runner, worker

    worker.load_handlers()

    def run_jobs() -> None:
        with world.city.app.app_context():
            while waiting := runner.jobs_to_ring():
                for _, job_id in waiting:
                    runner.run(job_id)

    world.give_levels()
    world.give_places(PLACES, "SCJG", "YJGL")
    with world.city.acting("scjg.planner"):
        kin = {"reason_code": "KIN", "reason": "近亲属", "since": today(), "created_at": today()}
        bureau, officer = world.city.bureaus["SCJG"], world.officers["SCJG"][1]
        row = Recusal(id=new_id(), tenant_id=bureau, inspector_id=officer, entity_code=firm_code(20), **kin)
        db.session.add(row)
    strata = {"R2": {"number": 4}, "R1": {"number": 3}, "*": {"bp": 5000}}
    campaign_id = world.invited(("YJGL",), unit="place", rates=strata)
    world.accept(campaign_id, "SCJG", stratify="risk", rates=strata, skip_drawn=False)
    weights = {"by": "kind", "of": {"91": 2, "92": 1}}
    world.accept(
        campaign_id, "YJGL", stratify="none", rates={"*": {"number": 6}}, weights=weights, skip_drawn=False
    )
    with world.city.acting("scjg.operator"):
        ready = service.readiness(campaign_id)
        assert ready.stops == [] and ready.private == ["市市场监管局"]
        mode = drawing.Mode(closed=True, holder_id=world.city.bureaus["WSJK"])
        draw_id = service.begin_draw(campaign_id, mode).draw_id
    assert draw_id is not None
    run_jobs()
    nonce = commit(world, draw_id)
    run_jobs()
    for who in HOLDERS:
        with world.city.acting(who):
            pools = {each.name[5:-4]: each.content for each in drawing.take(draw_id)}
            drawing.sign(
                draw_id, {name: rules.pool_digest("sha256", raw).hex() for name, raw in pools.items()}
            )
        run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    return Held(world, campaign_id, draw_id)


def firms(text: str) -> list[str]:
    """Where objects are counted as firms."""
    return re.findall(r".{9}\d ?户", ABOUT_FIRMS.sub("", text))


def judged(
    browser: Browser, folder: Path, files: Mapping[str, bytes], lot: bytes | None = None
) -> list[tuple[bool, bool | None]]:
    """What each verifier says of the files: whether they are valid, and whether the lot was drawn."""
    pools = {name[5:-4]: raw for name, raw in files.items() if name.startswith("pool-")}
    logs = {name: raw for name, raw in sorted(files.items()) if name.startswith("log-")}
    roster = files.get("roster.txt")
    ours = rules.verify(rules.Evidence(files["proof.json"], pools, roster, files["register.jsonl"], logs=logs, lot=lot))  # fmt: skip
    asked = {
        "proof": packed(files["proof.json"]),
        "pools": {name: packed(raw) for name, raw in pools.items()},
        "roster": packed(roster),
        "register": packed(files["register.jsonl"]),
        "logs": {name: packed(raw) for name, raw in logs.items()},
        "lots": [packed(lot)] if lot else [],
    }
    said = browser.judge(asked)
    in_browser = said["lots"][0]["drawn"] if lot and said["valid"] else None
    every = [(bool(ours.valid), ours.drawn), (said["valid"], in_browser)]
    return every + [
        _by_command(program, folder, files, lot) for program in ([str(FILE)], ["-m", "onedoor", "verify"])
    ]


def _by_command(
    program: list[str], folder: Path, files: Mapping[str, bytes], lot: bytes | None
) -> tuple[bool, bool | None]:
    words = ["proof.json", "--register", "register.jsonl"]
    for name, raw in {**files, **({"lot.json": lot} if lot else {})}.items():
        (folder / name).write_bytes(raw)
        words += ["--pool", f"{name[5:-4]}={name}"] if name.startswith("pool-") else []
        words += ["--log", name] if name.startswith("log-") else []
    words += ["--roster", "roster.txt"] if "roster.txt" in files else []
    words += ["--lot", "lot.json"] if lot else []
    command = [sys.executable, "-X", "utf8", *program, *words]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    result = said.stdout.splitlines()[:2]
    lines = "\n".join(result)
    assert (said.returncode == 0) is lines.startswith("VALID"), said
    return said.returncode == 0, ("NOT DRAWN" not in lines and "DRAWN" in lines) if lot else None


@pytest.fixture(scope="module")
def browser() -> Any:
    made = Browser()
    yield made
    made.close()


def test_every_verifier_finds_the_public_form_and_the_whole_valid(
    drawn: Held, browser: Browser, tmp_path: Path
) -> None:
    """The public with three files, either holder with all of them; one changed place in a pool is found by all."""
    files = drawn.public()
    assert set(files) == {"plan.json", "proof.json", "register.jsonl"}
    assert json.loads(files["proof.json"])["v"] == "onedoor-public/1"
    assert judged(browser, tmp_path, files) == [(True, None)] * 4
    for who in HOLDERS:
        whole = drawn.held(who)
        assert {"pool-990100-SCJG.txt", "pool-990100-YJGL.txt", "roster.txt"} <= set(whole)
        assert judged(browser, tmp_path, whole) == [(True, None)] * 4
    ids = rules.parse_pool(whole[f"pool-{LEAD}.txt"], LEAD).ids
    assert len(ids) == sum(PLACES.values()) and all(":" in each for each in ids)
    # A recusal from a firm is one from each of its places.
    assert whole["roster.txt"].count(b"\tKIN\n") == 3
    other = {**whole, f"pool-{LEAD}.txt": whole[f"pool-{LEAD}.txt"].replace(f"{firm_code(20)}:3".encode(), f"{firm_code(20)}:4".encode())}  # fmt: skip
    assert [valid for valid, _drawn in judged(browser, tmp_path, other)] == [False] * 4


def test_each_place_has_its_own_lot_and_the_firm_is_given_all(
    drawn: Held, browser: Browser, tmp_path: Path
) -> None:
    """By the code of its visit the lot of that place; from the bureau the lots of all places of a code, drawn or not."""
    files, city, proof = drawn.public(), drawn.world.city, drawn.proof()
    taken = {id_ for each in proof["result"] for stratum in each["strata"] for id_ in stratum["drawn"]}
    with city.acting("scjg.operator"):
        every = visits.of_campaign(drawn.campaign_id)
        assert {visit.object_code for visit in every} == taken
        given = drawing.give_lots(drawn.draw_id, firm_code(20))
        addresses = {visit.object_code: visit.code for visit in every}
    assert [(lot["list"], rules.parse_line(lot["line"]).id) for lot in given] == [
        (name, f"{firm_code(20)}:{n}") for name in (LEAD, PARTNER) for n in (1, 2, 3)
    ]
    for lot in given:
        said = judged(browser, tmp_path, files, rules.canonical(lot))
        of_list = next(each for each in proof["result"] if each["list"] == lot["list"])
        was = rules.parse_line(lot["line"]).id in {id_ for each in of_list["strata"] for id_ in each["drawn"]}
        assert said == [(True, was)] * 4, lot
    anybody = city.client()
    for id_, code in list(addresses.items())[:4]:
        page = anybody.get(f"/v/{code}").get_data(as_text=True)
        lots = [name for name in (LEAD, PARTNER) if f"/v/{code}/lots/{name}.json" in page]
        assert lots, page
        for name in lots:
            raw = anybody.get(f"/v/{code}/lots/{name}.json").data
            assert rules.parse_line(json.loads(raw)["line"]).id == id_
            assert {valid for valid, _was in judged(browser, tmp_path, files, raw)} == {True}
    answer = city.client("scjg.operator").post(f"/draws/{drawn.draw_id}/lots", data={"code": firm_code(20)})
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed_lots:
        assert len(packed_lots.namelist()) == 6


def test_what_is_published_names_the_places_drawn_and_nobodys_risk(drawn: Held) -> None:
    """Of a firm with three places those that were drawn; on every page places are counted as places."""
    proof, said, city = drawn.proof(), drawn.content(), drawn.world.city
    taken = {id_ for each in proof["result"] for stratum in each["strata"] for id_ in stratum["drawn"]}
    assert said["unit"] == "place" and [each["code"] for each in said["objects"]] == sorted(taken)
    result = json.dumps(said, ensure_ascii=False) + "".join(raw.decode() for raw in drawn.public().values())
    hidden = {
        f"{firm_code(number)}:{n}" for number, count in PLACES.items() for n in range(1, count + 1)
    } - taken
    assert hidden and not [each for each in hidden if each in result]
    assert all(
        set(row) == {"stratum", "eligible", "quota"} for each in said["lists"] for row in each["strata"]
    )
    anybody, operator = city.client(), city.client("scjg.operator")
    public = anybody.get(f"/open/draws/{drawn.draw_id}").get_data(as_text=True)
    assert "以经营场所为单位抽取" in public and "名单不公开" in public
    assert anybody.get(f"/open/draws/{drawn.draw_id}/verify").status_code == 200
    own = anybody.get(f"/open/draws/{drawn.draw_id}/lot?code={firm_code(20)}").get_data(as_text=True)
    assert "这次抽取的名单不公开" in own
    # Its visits are arranged, its draw told and read: nowhere is one of its objects counted as a firm.
    for page in ("", "/hall", "/announcement"):
        text = operator.get(f"/draws/{drawn.draw_id}{page}").get_data(as_text=True)
        assert not firms(text), (page, firms(text))
    assert not firms(public)
    word = operator.get(f"/draws/{drawn.draw_id}/announcement.docx").data
    paper = "\n".join(each.text for each in docx.Document(io.BytesIO(word)).paragraphs)
    assert "处、" in paper and not firms(paper)
    english = operator.get(f"/draws/{drawn.draw_id}?lang=en").get_data(as_text=True)
    assert "places" in english and not re.findall(r"\d firms(?! in the list)", english)
    assert anybody.get(f"/api/v1/draws/{_public_id(drawn)}/lots/{firm_code(20)}").status_code == 409


def test_before_the_draw_places_are_counted_as_places_on_every_page(drawn: Held) -> None:
    """Readiness, trial and campaign, with findings about nearly every count there is."""
    world = drawn.world
    again = world.invited(("YJGL",), unit="place")
    asked = {"rates": {"*": {"number": 20}}, "stratify": "place", "cap": 1, "skip_drawn": False}
    world.accept(again, "SCJG", "YJGL", **asked)
    planner = world.city.client("scjg.planner")
    for page in (
        "",
        "/readiness",
        "/preview",
        "/preview?tried=1&rate_mode=number&rate=9&team_size=2&cap=3&more_visits=0",
    ):
        text = planner.get(f"/campaigns/{again}{page}").get_data(as_text=True)
        assert "以经营场所为单位抽取" in text, page
        assert not firms(text), (page, firms(text))
    text = planner.get(f"/campaigns/{again}/readiness").get_data(as_text=True)
    assert "提高到" in text and "比例超过一半" in text and "预计入户约" in text
    assert planner.post(f"/campaigns/{again}/close").status_code == 409


def _public_id(drawn: Held) -> UUID:
    with in_scope(scope.public(), drawn.world.city.app):
        said = disclosure.of_subject("draw", drawn.draw_id)
        assert said is not None
        return said.id


def test_who_replaces_an_officer_is_found_again_by_every_holder(
    drawn: Held, browser: Browser, tmp_path: Path
) -> None:
    before = drawn.public()
    with drawn.world.city.acting("scjg.operator"):
        first = draws.outcome(drawn.draw_id).objects[0]
        drawing.replace_inspector(drawn.draw_id, first.code, 0, "请病假")
    after = drawn.public()
    assert set(after) == set(before) and after["proof.json"] == before["proof.json"]
    whole = drawn.held(HOLDERS[1])
    assert "log-1.json" in whole
    assert judged(browser, tmp_path, whole) == [(True, None)] * 4
