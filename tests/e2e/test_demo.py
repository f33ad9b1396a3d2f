"""`onedoor demo --once` as a stranger runs it: a process of its own, real servers, a real worker (issue 2)."""

from __future__ import annotations

import csv
import io
import json
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from onedoor import embedded
from onedoor.commands.demo.command import demo
from onedoor.kernel.codes import made_up_credit_code
from onedoor.visits.rules.kinds import KIND_NAMES

# What may not be made up of real firms.
NOT_MADE_UP = (
    "records", "disclosed", "exported", "receipts", "owed", "transfers", "penalties", "corrected", "withdrawn", "orders",
    "circulars", "assessed",
)  # fmt: skip
HEAD = [
    "企业名称",
    "统一社会信用代码",
    "注册日期",
    "企业类型",
    "注册资金",
    "经营范围",
    "所在省份",
    "地区",
    "注册地址",
]


def onedoor(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "onedoor", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)


def firms(count: int) -> list[list[str]]:
    scopes = ("住宿服务；餐饮服务", "歌舞娱乐活动", "日用百货零售\n（跨行的经营范围）", "理发服务")
    return [
        [
            f"示范测试{n}号商行",
            made_up_credit_code(n),
            "2020-01-02",
            "有限责任公司",
            "10万元",
            scopes[n % 4],
            "",
            "",
            f"示范市城区{n}号",
        ]
        for n in range(count)
    ]


def as_csv(rows: list[list[str]], encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEAD, *rows])
    return text.getvalue().encode(encoding)


def ledger_by_kind(path: Path) -> dict[str, int]:
    """How many lines the workbook of F11 has of each kind."""
    assert path.is_absolute()
    sheet = load_workbook(path).worksheets[0]
    said = Counter(row[1].value for row in sheet.iter_rows(min_row=4))
    return {kind.value: said[name] for kind, name in KIND_NAMES.items()}


@pytest.fixture(scope="module")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("demo")
    done = onedoor("demo", "--once", "--data", folder, "--json")
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout.splitlines()[-1])


def test_the_main_job_runs_to_the_end(demo_run: tuple[Path, dict]) -> None:
    result = demo_run[1]
    assert set(result) == {
        "entities", "rejected", "bureaus", "targets", "draw", "doors", "independent_doors", "matters",
        "visits", "checks", "ledger", "owed", "records", "disclosed", "followups", "transfers", "penalties", "exported", "receipts",
        "orders", "circulars", "assessed", "corrected", "withdrawn", "classes", "documents", "returns", "plans",
    }  # fmt: skip
    assert result["rejected"] == 3 and result["visits"] == result["doors"] > 0
    assert result["records"] == result["disclosed"] == result["exported"] > 0
    plans = result["plans"]
    assert plans["yearly"] == 7 and [plans[kind] for kind in ("half_year", "special", "joint")] == [2, 1, 1]
    assert (plans["returned"], plans["late"]) == (1, 2) and plans["deviations"] > 0
    checks = result["checks"]
    assert [checks[kind] for kind in ("daily", "special", "single")] == [1, 1, 3] and checks["random"] > 0
    assert ledger_by_kind(Path(result["ledger"])) == checks, "F11 has them all, a joint one once"
    assert result["owed"] == 1, "a partner could not come, and who was asked to take its matter did not"
    assert set(result["classes"]) == set("ABCD") and sum(result["classes"].values()) > 0
    assert result["withdrawn"] == 2, "a repaired penalty left both platforms"
    assert result["receipts"] > result["exported"], "one result was rejected, mended and sent again"
    assert result["doors"] < result["independent_doors"] <= result["matters"]
    assert (result["orders"], result["circulars"]) == (3, 1)
    filed = {kind: Path(path) for kind, path in result["returns"].items()}
    assert set(filed) == {"F3", "F4", "F7", "F8", "F9", "F10", "self_review"}
    assert filed.pop("self_review").suffix == ".docx"
    for kind, path in filed.items():
        rows = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
        assert "表" in str(rows[0][0]) and len(rows) > 4, kind
    assert result["assessed"] == result["bureaus"] - 1, "all that justice supervises, itself not"


def test_the_proof_verifies_and_a_changed_pool_does_not(demo_run: tuple[Path, dict]) -> None:
    folder, result = demo_run
    draw = result["draw"]
    pools = [f"--pool={name}={path}" for name, path in draw["pools"].items()]
    arguments = ["--roster", draw["roster"], "--register", draw["register"]]
    assert onedoor("verify", draw["proof"], *pools, *arguments).stdout.startswith("VALID")
    entries = [json.loads(line) for line in Path(draw["register"]).read_text().splitlines()]
    logs = sorted(Path(draw["register"]).parent.glob("log-*.json"))
    assert [entry["kind"] for entry in entries].count("log") == len(logs) > 0, "an officer was replaced"
    assert {json.loads(log.read_text())["kind"] for log in logs} == {"replace"}
    name, path = next(iter(draw["pools"].items()))
    changed = folder / "changed.txt"
    changed.write_text(Path(path).read_text().replace("\tE\n", "\tXCAP\n", 1))
    bad = onedoor("verify", draw["proof"], f"--pool={name}={changed}", *arguments)
    assert bad.returncode == 1 and bad.stdout.startswith("INVALID:")


@pytest.mark.long
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_a_clerks_file_is_read_and_no_finding_is_made_up(tmp_path: Path, encoding: str) -> None:
    rows = firms(60)
    wrong = ["示范错码商行", rows[5][1][:-1] + ("0" if rows[5][1][-1] != "0" else "1"), *rows[5][2:]]
    file = tmp_path / "firms.csv"
    file.write_bytes(as_csv([*rows, wrong, rows[7]], encoding))
    done = onedoor("demo", "--once", "--data", tmp_path / "data", "--entities", file, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert (result["entities"], result["rejected"]) == (60, 2)
    assert result["visits"] > 0
    assert result["ledger"] is None
    assert result["checks"] == {"random": 0, "daily": 0, "special": 0, "single": 0}
    assert [result[key] for key in NOT_MADE_UP] == [0] * len(NOT_MADE_UP)
    assert "统一社会信用代码" in done.stderr and "重复" in done.stderr
    with embedded.start(tmp_path / "data" / "servers") as servers:
        with psycopg.connect(servers.dsn("postgres")) as link:
            assert one(link, "SELECT onedoor_now() = now() AND has_story_clock()") is True
            today = one(link, "SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")
            assert one(link, "SELECT min(created_at AT TIME ZONE 'Asia/Shanghai')::date FROM plan") == today
            assert one(link, "SELECT min(scheduled_on) FROM visit") > today - timedelta(days=1)
            assert one(link, "SELECT count(*) FROM record") == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("企业名称,注册日期\n甲,2020-01-01\n".encode(), "统一社会信用代码"),
        ("企业名称,统一社会信用代码\n".encode(), "没有数据"),
        (b"", "空"),
        (b"%PDF-1.7 not a table", "表格"),
    ],
    ids=["a missing column", "no rows", "nothing", "not a table"],
)
def test_what_cannot_be_loaded_is_said_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    """Before anything is started, so the command is called in this process."""
    file = tmp_path / "firms.csv"
    file.write_bytes(content)
    done = CliRunner().invoke(demo, ["--once", "--data", str(tmp_path / "data"), "--entities", str(file)])
    assert done.exit_code == 1 and sentence in done.stderr
    assert not (tmp_path / "data").exists()
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = onedoor("demo", "--once", "--data", tmp_path / "data", "--entities", tmp_path / "none.csv")
    assert done.returncode == 1 and "There is no file" in done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = onedoor("demo", "--data", tmp_path / "data", "--port", str(port))
    assert done.returncode == 1 and f"Port {port}" in done.stderr and "in use" in done.stderr


@pytest.fixture(scope="module")
def kept(demo_run: tuple[Path, dict]) -> Iterator[psycopg.Connection]:
    """The database that the story left."""
    with embedded.start(demo_run[0] / "servers") as servers, psycopg.connect(servers.dsn("postgres")) as link:
        yield link


def one(link: psycopg.Connection, query: str) -> Any:
    row = link.execute(query.encode()).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def test_the_story_is_the_last_full_year(kept: psycopg.Connection) -> None:
    """Plans in January, a campaign in spring, checks in summer, a campaign in autumn; then what is to come."""
    year = one(kept, "SELECT extract(year FROM now() AT TIME ZONE 'Asia/Shanghai')::int") - 1
    assert one(kept, "SELECT onedoor_now() = now() AND has_story_clock()") is True, "it has met the machine's"
    drawn = [
        (day.year, day.month)
        for (day,) in kept.execute(
            "SELECT (drawn_at AT TIME ZONE 'Asia/Shanghai')::date FROM campaign ORDER BY 1"
        )
    ]
    assert drawn[:2] == [(year, 3), (year, 9)] and drawn[2][0] == year + 1
    months: dict[int, int] = dict(
        kept.execute(
            "SELECT extract(month FROM at AT TIME ZONE 'Asia/Shanghai')::int, count(*) FROM audit_entry"
            " WHERE extract(year FROM at AT TIME ZONE 'Asia/Shanghai') = %s GROUP BY 1",
            (year,),
        ).fetchall()
    )
    assert len(months) == 12, "something happened in every month"
    kinds = kept.execute(
        "SELECT DISTINCT kind, extract(month FROM scheduled_on)::int FROM visit WHERE kind <> 'random'"
    )
    assert {kind: month for kind, month in kinds if kind != "single"} == {"daily": 6, "special": 6}
    assert (
        one(
            kept, "SELECT count(*) FROM visit v WHERE scheduled_on >= current_date AND noticed_at IS NOT NULL"
        )
        > 0
    )


def test_everything_comes_after_what_it_follows(kept: psycopg.Connection) -> None:
    """The plan, the draw, the notice, the visit on its day, the record, the unit's word, the report, publication."""
    wrong = one(
        kept,
        """SELECT count(*) FROM visit v LEFT JOIN campaign c ON c.id = v.campaign_id LEFT JOIN plan p ON p.id = c.plan_id
            WHERE p.published_at > c.invited_at OR c.invited_at > c.drawn_at OR c.drawn_at > v.approved_at
               OR v.approved_at > v.noticed_at""",
    )
    assert wrong == 0
    query = """SELECT count(*), count(*) FILTER (WHERE (r.ended_at AT TIME ZONE 'Asia/Shanghai')::date < v.scheduled_on),
                      count(*) FILTER (WHERE r.started_at < v.noticed_at OR r.ended_at <= r.started_at
                         OR r.decided_at < r.submitted_at OR t.completed_at < r.decided_at OR d.since < t.completed_at)
                 FROM record r JOIN visit v ON v.id = r.visit_id JOIN report t ON t.record_id = r.id
                 LEFT JOIN disclosure d ON d.kind = 'result' AND d.subject_id = r.id"""
    records, before_its_day, out_of_order = one(kept, query)
    assert records > 50 and (before_its_day, out_of_order) == (0, 0)
    times = [at for (at,) in kept.execute("SELECT time FROM draw_register ORDER BY n")]
    assert times == sorted(times)
    sealed = [at for (at,) in kept.execute("SELECT at FROM audit_entry WHERE sequence = 1")]
    assert max(sealed).year == min(sealed).year == one(kept, "SELECT min(year) FROM plan"), (
        "sealed as it happened"
    )


def test_two_bureaus_went_together_and_a_result_was_used_by_another(kept: psycopg.Connection) -> None:
    """R-J4, R-J7: two checks at one door; a published result of another bureau stands for a matter, and the public reads so."""
    doors = (
        "SELECT count(*), count(DISTINCT coalesce(door_id, visit_id)) FROM cap_entry WHERE entity_code = ("
    )
    assert one(kept, f"{doors}SELECT entity_code FROM cap_entry WHERE door_id IS NOT NULL)") == (2, 1)
    shown = "SELECT count(*) FROM disclosure WHERE kind = 'result' AND jsonb_array_length(content->'recognised') > 0"
    assert one(kept, shown) == one(kept, "SELECT count(*) FROM record_paper WHERE kind = 'finding'") == 1


def test_some_deadlines_are_met_and_some_missed(kept: psycopg.Connection) -> None:
    """R-P1, R-V5, R-O1, R-V7: filings, reports, publications, corrections."""
    late = {
        "filings": "SELECT count(*) FILTER (WHERE sent_on > due_on), count(*) FROM filing WHERE due_on IS NOT NULL",
        "reports": "SELECT count(*) FILTER (WHERE (t.completed_at AT TIME ZONE 'Asia/Shanghai')::date > r.report_due_on),"
        " count(*) FROM record r JOIN report t ON t.record_id = r.id",
        "publications": "SELECT count(*) FILTER (WHERE since > disclose_due_on), count(*) FROM (SELECT r.id, r.disclose_due_on,"
        " min(d.since AT TIME ZONE 'Asia/Shanghai')::date AS since FROM record r JOIN disclosure d ON d.subject_id = r.id"
        " AND d.kind = 'result' GROUP BY 1, 2) first",
        "corrections": "SELECT count(*) FILTER (WHERE (k.at AT TIME ZONE 'Asia/Shanghai')::date > o.due_on), count(*)"
        " FROM correction_order o JOIN recheck k ON k.followup_id = o.followup_id",
    }
    counted = {name: one(kept, query) for name, query in late.items()}
    assert all(0 < missed < number for missed, number in counted.values()), counted
    left = "SELECT count(*) FROM correction_order o JOIN followup f ON f.id = o.followup_id WHERE f.state = 'open' AND o.due_on < current_date"
    assert one(kept, left) > 0
