"""A public draw: its page, its files, checking it online, one's own lot, the register (R-D4, R-D8)."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from onedoor.cli import main
from onedoor.draws import queries, service
from onedoor.kernel.codes import made_up_credit_code
from tests.draws_room.ceremony import LEAD
from tests.fixtures.city import City
from tests.verifier.cases import judge, packed
from tests.web.portal.city import FirmsDrawn
from tests.web.portal.test_pages import text_of


@pytest.fixture(scope="module")
def drawn(city: City) -> FirmsDrawn:
    ceremony = FirmsDrawn(city)
    ceremony.whole()
    return ceremony


def test_the_page_shows_pools_witnesses_teams_and_how_to_check(city: City, drawn: FirmsDrawn) -> None:
    client = city.client()
    assert "春季联合抽查" in text_of(client.get("/open/draws"))
    answer = client.get(f"/open/draws/{drawn.draw_id}")
    text = text_of(answer)
    for said in (
        "已抽取",
        "公开公正",
        "张见证（人大代表）",
        "示范市应急管理局",
        "已注销、吊销或迁出",
        "抽中（入户）",
        "抽取证明",
    ):
        assert said in text, said
    assert "python3 -I verify.py proof.json --pool 990100-SCJG=pool-990100-SCJG.txt" in answer.text
    assert 'href="/open/verify.py"' in answer.text


def test_a_draw_is_found_by_its_number_however_the_brackets_are_typed(city: City, drawn: FirmsDrawn) -> None:
    client = city.client()
    for typed in ("示市监抽〔2026〕1号", "示市监抽[2026]1号", "示市监抽（2026）1号", "春季 2026"):
        assert "春季联合抽查" in text_of(client.get("/open/search", query_string={"q": typed})), typed


def test_downloaded_files_verify_on_ones_own_computer(city: City, drawn: FirmsDrawn, tmp_path: Path) -> None:
    """The command on the page, run as it stands on what the page lets one download."""
    client = city.client()
    page = client.get(f"/open/draws/{drawn.draw_id}").text
    command = re.search(r"python3 -I verify\.py (proof\.json [^<]*)<", page)
    assert command is not None
    shown = re.findall(r'href="(/open/files/[^"]+)".*?<code>([0-9a-f]{64})</code>', page, re.S)
    verifier = client.get("/open/verify.py").data
    assert f"<code>{hashlib.sha256(verifier).hexdigest()}</code>" in page
    (tmp_path / "verify.py").write_bytes(verifier)
    for url, digest in shown:
        content = client.get(url).data
        assert hashlib.sha256(content).hexdigest() == digest
        (tmp_path / url.rsplit("/", 1)[1]).write_bytes(content)
    said = checked(tmp_path, command.group(1))
    assert said.returncode == 0 and said.stdout.startswith("VALID"), said.stdout + said.stderr
    with contextlib.chdir(tmp_path):
        result = CliRunner().invoke(main, ["verify", *command.group(1).split()])
    assert result.exit_code == 0 and result.output.startswith("VALID"), result.output


def checked(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """The downloaded verifier, alone in its folder with what was downloaded."""
    words = [sys.executable, "-X", "utf8", "-I", "verify.py", *command.split()]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def test_all_files_in_one_verify_and_a_change_in_any_is_found(
    city: City, drawn: FirmsDrawn, tmp_path: Path
) -> None:
    """As one who trusts nobody: what is in the archive, the note's command, then each file tampered with."""
    answer = city.client().get(f"/open/draws/{drawn.draw_id}/all.zip")
    assert answer.content_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        archive.extractall(tmp_path)
    [folder] = tmp_path.iterdir()
    note = (folder / "README.txt").read_text("utf-8")
    command = re.search(r"python3 -I verify\.py (.*)", note)
    assert command is not None and f"/open/draws/{drawn.draw_id}" in note
    said = checked(folder, command.group(1))
    assert said.returncode == 0 and "核验通过" in said.stdout, said.stdout + said.stderr
    for digest, name in re.findall(r"^([0-9a-f]{64})  (.+)$", note, re.M):
        raw = (folder / name).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == digest
        if name in ("plan.json", "verify.py"):  # the proof holds the plan itself
            continue
        place = len(raw) // 2
        (folder / name).write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        said = checked(folder, command.group(1))
        assert said.returncode == 1 and said.stdout.startswith("INVALID: "), name
        (folder / name).write_bytes(raw)
    etag = answer.headers["ETag"]
    again = city.client().get(f"/open/draws/{drawn.draw_id}/all.zip", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_the_page_that_explains_checking_shows_the_verifiers_digest(city: City) -> None:
    client = city.client()
    answer = client.get("/open/verifying")
    assert "不能排除的" in text_of(answer)
    assert hashlib.sha256(client.get("/open/verify.py").data).hexdigest() in answer.text


def test_it_is_verified_online(city: City, drawn: FirmsDrawn) -> None:
    text = text_of(city.client().get(f"/open/draws/{drawn.draw_id}/verify?here=1"))
    assert "核验通过" in text and "承诺各方全部串通" in text


def test_a_firm_sees_its_own_lot_and_takes_it_along(city: City, drawn: FirmsDrawn, tmp_path: Path) -> None:
    client = city.client()
    files = re.findall(
        r'href="(/open/files/[^"]+/proof\.json)"', client.get(f"/open/draws/{drawn.draw_id}").text
    )
    proof = json.loads(client.get(files[0]).data)
    (tmp_path / "proof.json").write_bytes(client.get(files[0]).data)
    chosen = {id_ for each in proof["result"] for stratum in each["strata"] for id_ in stratum["drawn"]}
    others = {drawn.firm(number) for number in range(1, 31)} - chosen
    for code, word, verdict in ((min(chosen), "：抽中", "DRAWN"), (min(others), "：没有抽中", "NOT DRAWN")):
        answer = client.get(f"/open/draws/{drawn.draw_id}/lot?code={code}")
        assert word in text_of(answer)
        lot = re.findall(r'href="(/open/draws/[^"]+/lots/[^"]+)"', answer.text)
        outcomes = set()
        for url in lot:
            (tmp_path / "lot.json").write_bytes(client.get(url).data)
            result = CliRunner().invoke(
                main, ["verify", f"{tmp_path}/proof.json", "--lot", f"{tmp_path}/lot.json"]
            )
            assert result.exit_code == 0, result.output
            outcomes.add(result.output.splitlines()[1])
        assert verdict in outcomes
    assert "不在这次抽取的名单里" in text_of(
        client.get(f"/open/draws/{drawn.draw_id}/lot?code={made_up_credit_code(900_500)}")
    )
    assert "应为 18 位" in text_of(client.get(f"/open/draws/{drawn.draw_id}/lot?code=1"), 422)
    assert client.get(f"/open/draws/{drawn.draw_id}/lots/nobody/{min(chosen)}.json").status_code == 404
    assert client.get(f"/open/draws/{drawn.draw_id}/lots/990100-SCJG/X.json").status_code == 404


def test_the_register_is_open_from_its_first_entry(city: City, drawn: FirmsDrawn) -> None:
    client = city.client()
    text = text_of(client.get("/open/register"))
    assert "抽取证明" in text and "春季联合抽查" in text
    lines = client.get("/open/register.jsonl").data.splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["plan", "texts", "proof"]
    assert "第 1 条" in text_of(client.get("/open/register?before=2"))


def test_before_the_draw_there_is_a_plan_and_no_proof(city: City) -> None:
    ceremony = FirmsDrawn(city)
    ceremony.open()
    client = city.client()
    text = text_of(client.get(f"/open/draws/{ceremony.draw_id}"))
    assert "见证中" in text and "在线验证" not in text
    assert client.get(f"/open/draws/{ceremony.draw_id}/verify").status_code == 404
    assert client.get(f"/open/draws/{ceremony.draw_id}/all.zip").status_code == 404
    assert client.get(f"/open/draws/{ceremony.draw_id}/lot?code={ceremony.firm(1)}").status_code == 404


@pytest.fixture(scope="module")
def closed(city: City) -> FirmsDrawn:
    """A draw of lists that are not public, drawn with the hall open to everybody, and with a change after it."""
    ceremony = FirmsDrawn(city, mode=service.Mode(closed=True, holder_id=city.bureaus["WSJK"]))
    ceremony.open()
    with city.acting("scjg.operator"):
        service.let_watch(ceremony.draw_id, True)
    ceremony.close()
    ceremony.reveal()
    ceremony.run()
    with city.acting("scjg.operator"):
        service.replace_inspector(
            ceremony.draw_id, queries.outcome(ceremony.draw_id).objects[0].code, 0, "请病假"
        )
    return ceremony


def test_nothing_anybody_can_fetch_of_a_closed_draw_tells_a_firms_stratum(
    city: City, closed: FirmsDrawn
) -> None:
    """As one who reads everything: no firm but the drawn, these by code, no line, no salt, no order that tells."""
    client, draw_id = city.client(), closed.draw_id
    with city.acting("scjg.operator"):
        proof, z = queries.proof(draw_id), service.secret(draw_id)
    strata = [stratum for result in proof["result"] for stratum in result["strata"]]
    drawn = {code for each in strata for code in each["drawn"]}
    everyone = {closed.firm(number) for number in range(1, 91)}
    found = next(
        each
        for each in json.loads(client.get("/api/v1/draws/").data)["items"]
        if each["content"]["id"] == str(draw_id)
    )
    one = json.loads(client.get(f"/api/v1/draws/{found['id']}").data)
    addresses = [
        f"/open/draws/{draw_id}", f"/open/draws/{draw_id}/verify?here=1", f"/open/draws/{draw_id}/lot",
        f"/hall/{draw_id}", f"/api/v1/draws/{found['id']}", "/open/register", "/register.jsonl",
        f"/open/search?q={min(everyone - drawn)}", "/open/data", "/open/draws",
        *(f"/api/v1/draws/{found['id']}/files/{each['name']}" for each in one["files"]),
        *(f"/open/draws/{draw_id}/lot?code={code}" for code in (min(drawn), min(everyone - drawn))),
        *(f"/open/draws/{draw_id}/lots/{code}.json" for code in (min(drawn), min(everyone - drawn))),
        *(f"/api/v1/draws/{found['id']}/lots/{code}" for code in (min(drawn), min(everyone - drawn))),
        *(f"/open/draws/{draw_id}/lots/{LEAD}/{code}.json" for code in (min(drawn), min(everyone - drawn))),
        *(f"/open/files/{found['id']}/{name}" for name in ("pool-990100-SCJG.txt", "log-1.json", "roster.txt")),
    ]  # fmt: skip
    html = {address: client.get(address) for address in addresses}
    # It stood in lists that are not public, and not in none.
    lots = [answer for address, answer in html.items() if address.startswith("/api/") and "/lots/" in address]
    assert [each.status_code for each in lots] == [409, 409] and "名单不公开" in lots[0].get_json()["detail"]
    archive = client.get(f"/open/draws/{draw_id}/all.zip")
    with zipfile.ZipFile(io.BytesIO(archive.data)) as files:
        names = {name.partition("/")[2] for name in files.namelist()}
        read = "".join(files.read(name).decode() for name in files.namelist() if not name.endswith(".py"))
    assert names == {"README.txt", "plan.json", "proof.json", "register.jsonl", "verify.py"}
    assert {each["name"] for each in one["files"]} == {"plan.json", "proof.json", "register.jsonl"}
    texts = {address: answer.get_data(as_text=True) for address, answer in html.items()}
    texts |= {"zip": read, "listed": json.dumps(found)}
    assert z is not None
    for address, text in texts.items():
        # The question itself is answered with the code that was asked for, and with nothing else.
        asked = {code for code in everyone if code in address}
        assert {code for code in everyone if code in text} <= drawn | asked, address
        assert z.hex() not in text and '"salt":"' not in text and "onedoor-pool/1" not in text, address
        assert not any(f"{code}\t" in text for code in everyone), address
    order = [each["code"] for each in one["content"]["objects"]]
    assert order == sorted(drawn) and one["content"]["reserve"] == one["content"]["changes"] == []
    for name in ("pool-990100-SCJG.txt", "log-1.json", "roster.txt"):
        assert html[f"/open/files/{found['id']}/{name}"].status_code == 404
    page = texts[f"/open/draws/{draw_id}"]
    assert "封闭抽取：名单不公开" in page and "示范市卫生健康委员会" in page
    assert "核验通过" in texts[f"/open/draws/{draw_id}/verify?here=1"]


def test_a_firm_is_handed_its_own_lot_and_checks_it_with_what_is_public(
    city: City, closed: FirmsDrawn, tmp_path: Path
) -> None:
    with city.acting("scjg.operator"):
        code = queries.proof(closed.draw_id)["result"][0]["strata"][0]["drawn"][0]
    path = f"/draws/{closed.draw_id}/lots"
    assert city.client("wsjk.operator").post(path, data={"code": code}).status_code == 404
    lead = city.client("scjg.operator")
    assert "名单里没有" in lead.post(path, data={"code": made_up_credit_code(500)}).get_data(as_text=True)
    answer = lead.post(path, data={"code": code})
    raw = answer.data
    if answer.content_type == "application/zip":
        with zipfile.ZipFile(io.BytesIO(raw)) as files:
            raw = files.read(next(name for name in files.namelist() if LEAD in name))
    lot = json.loads(raw)
    assert lot["line"].startswith(code) and len(lot["salt"]) == 64
    with zipfile.ZipFile(
        io.BytesIO(city.client().get(f"/open/draws/{closed.draw_id}/all.zip").data)
    ) as files:
        files.extractall(tmp_path)
    [folder] = tmp_path.iterdir()
    (folder / "lot.json").write_bytes(raw)
    said = checked(folder, "proof.json --register register.jsonl --lot lot.json")
    assert said.returncode == 0 and said.stdout.startswith("VALID"), said.stdout
    assert "DRAWN" in said.stdout.splitlines()[:3] and "NOT DRAWN" not in said.stdout
    with contextlib.chdir(folder):
        result = CliRunner().invoke(main, ["verify", "proof.json", "--lot", "lot.json"])
    assert result.exit_code == 0 and "DRAWN" in result.output, result.output
    (browser,) = judge([{"proof": packed((folder / "proof.json").read_bytes()), "lots": [packed(raw)]}])
    assert browser["valid"] and [each["drawn"] for each in browser["lots"]] == [True], browser
