"""Entities from a clerk's file (R-L5, R-L11, R-T4): what is loaded, what is told, and loading it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity
from onedoor.entities.queries import search as searching
from onedoor.entities.queries.entities import history_of
from onedoor.entities.queries.history import Line, history_page
from onedoor.entities.queries.history_position import read_moment
from onedoor.entities.rules.codes import EntityStatus
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.imports.models import Import, ImportProblem
from onedoor.kernel.clock import now, today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import JobState
from onedoor.kernel.text.pinyin import pinyin_initials, pinyin_key
from tests.fixtures.city import City
from tests.fixtures.clerk_files import HEAD, as_csv, firm

pytestmark = pytest.mark.committed("its tests go on from one another")

Jobs = Callable[[], int]


def load(
    city: City,
    run_jobs: Jobs,
    content: bytes,
    mode: str = "good",
    who: str = "scjg.planner",
    *,
    looked_over: bool = False,
) -> Any:
    """Bring a file in through the job; returns (outcome, problems as (row, column, sentence), job state)."""
    with city.acting(who):
        run_id = import_service.begin_import(
            "entities", "企业.csv", content, "check" if looked_over else mode
        ).id
    run_jobs()
    if looked_over:
        with city.acting(who):
            import_service.begin_load(import_queries.import_run(run_id), mode)
        run_jobs()
    with city.acting(who):
        run = import_queries.import_run(run_id)
        job = import_queries.import_of_job(run)
        assert job is not None
        problems = db.session.scalars(import_queries.problems(run_id).order_by(ImportProblem.number)).all()
        messages = [(one.number, one.column, one.message % one.params) for one in problems]
        return run.outcome, messages, job


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Entity)) or 0


def test_a_file_is_loaded_and_loading_it_again_changes_nothing(city: City, run_jobs: Jobs) -> None:
    content = as_csv([firm(n) for n in range(1, 41)], encoding="gb18030")
    outcome, result, job = load(city, run_jobs, content)
    assert job.state == JobState.DONE and not result
    assert (outcome["rows"], outcome["added"], outcome["unchanged"]) == (40, 40, 0)
    with city.acting("scjg.planner"):
        before = db.session.scalars(sa.select(Entity.updated_at)).all()
    outcome, _, _ = load(city, run_jobs, content)
    assert (outcome["added"], outcome["changed"], outcome["unchanged"]) == (0, 0, 40)
    with city.acting("sfj.planner"):
        assert sorted(db.session.scalars(sa.select(Entity.updated_at)).all()) == sorted(before)
        one = entity_queries.entity_by_code(" " + made_up_credit_code(1).lower())
        assert (one.name, one.kind, one.status) == ("示范第1号商行", "91", "active")
        assert (one.jurisdiction_code, one.initials[:5]) == ("990102", "sfd1h")


def test_a_changed_row_is_changed_and_absent_columns_stay(city: City, run_jobs: Jobs) -> None:
    code = made_up_credit_code(2)
    outcome, _, _ = load(city, run_jobs, as_csv([["示范第2号酒楼", code]], HEAD[:2]))
    assert (outcome["added"], outcome["changed"]) == (0, 1)
    with city.acting("scjg.planner"):
        one = entity_queries.entity_by_code(code)
        assert (one.name, one.scope, one.jurisdiction_code) == ("示范第2号酒楼", "餐饮服务", "990102")


def test_what_a_file_says_nothing_of_stays_and_is_filled_in_for_who_is_new(
    city: City, run_jobs: Jobs
) -> None:
    """R-L6, R-L11: a blank cell brings nobody back into business; 无 empties a field, and chooses no state."""
    head = (*HEAD, "登记状态")
    load(city, run_jobs, as_csv([[*firm(n), ""] for n in (30, 31)], head))
    with city.acting("scjg.planner"):
        gone = entity_queries.entity_by_code(made_up_credit_code(30))
        assert gone.status == "active", "R-L5: who is new is in business"
        entity_service.set_status(gone, EntityStatus.DEREGISTERED, date(2026, 1, 5), "登记机关注销")
    blank, emptied = [*firm(30)[:2], *[""] * 7, ""], [*firm(31), "无"]
    emptied[5] = "无"
    outcome, result, _ = load(city, run_jobs, as_csv([blank, emptied], head), "check")
    assert (outcome["would"]["unchanged"], outcome["would"]["changed"], result) == (1, 1, [])
    outcome, _, _ = load(city, run_jobs, as_csv([blank, emptied], head))
    assert (outcome["unchanged"], outcome["changed"]) == (1, 1)
    with city.acting("scjg.planner"):
        gone, stays = (entity_queries.entity_by_code(made_up_credit_code(n)) for n in (30, 31))
        assert (gone.status, gone.address, gone.capital) == ("deregistered", firm(30)[8], "50万元人民币")
        assert (gone.registered_on, stays.scope, stays.status) == (date(2020, 1, 2), "", "active")
    load(city, run_jobs, as_csv([["示范第30号老店", firm(30)[1]]], HEAD[:2]))
    with city.acting("scjg.planner"):
        gone = entity_queries.entity_by_code(made_up_credit_code(30))
        assert (gone.status_since, gone.status_note) == (date(2026, 1, 5), "登记机关注销"), (
            "no word of its state"
        )
    outcome, _, _ = load(city, run_jobs, as_csv([[*firm(30), "存续"]], head))
    with city.acting("scjg.planner"):
        back = entity_queries.entity_by_code(made_up_credit_code(30))
        assert back.status == "active", "the file says so"
        assert (back.status_since, back.status_note) == (today(), ""), (
            "why it had ceased is not why it is back"
        )
    load(city, run_jobs, as_csv([[*firm(30), "撤销登记"], [*firm(31), "存续（在营、开业、在册）"]], head))
    outcome, _, _ = load(city, run_jobs, as_csv([[*firm(30), "已吊销"]], head))
    with city.acting("scjg.planner"):
        gone = entity_queries.entity_by_code(made_up_credit_code(30))
        assert (gone.status, gone.status_note) == ("revoked", "撤销登记"), "the register's own word stands"
    assert outcome["unchanged"] == 1, "a plainer word for the same state is no change"


def test_a_place_the_keeper_settled_is_not_guessed_anew(city: City, run_jobs: Jobs) -> None:
    """R-T4: the address moves a firm where it has changed itself; a file that names the place does at once."""
    code, head = made_up_credit_code(32), (*HEAD, "区县")

    def place(row: list[str], heads: Sequence[str] = HEAD) -> str:
        load(city, run_jobs, as_csv([row], heads))
        with city.acting("scjg.planner"):
            return entity_queries.entity_by_code(code).jurisdiction_code

    assert place(firm(32)) == "990102"
    with city.acting("scjg.planner"):
        entity_service.correct(
            entity_queries.entity_by_code(code), "jurisdiction_code", "990100", "一址多区，已核实", ""
        )
    assert place(firm(32)) == place([*firm(32), ""], head) == "990100"
    assert place(firm(32, scope="茶馆", address="外省外市某路")) == "990100", "it names no place of ours"
    assert place(firm(32, address="示范市城区新路")) == "990102", "it has moved"
    assert place([*firm(32)[:2], "990100"], (*HEAD[:2], "区县")) == "990100", "without an address"


def test_bad_rows_are_told_by_row_column_and_reason_and_the_rest_goes_on(city: City, run_jobs: Jobs) -> None:
    wrong_check = firm(101)
    wrong_check[1] = wrong_check[1][:17] + ("0" if wrong_check[1][17] != "0" else "1")
    short, nameless, long, bad_day = firm(102), firm(103), firm(104), firm(105)
    short[1], nameless[0], long[3], bad_day[2] = "9199", "N/A", "长" * 101, "去年"
    again = firm(100, scope="茶\n馆")
    rows = [firm(100, scope="茶\n馆"), wrong_check, short, nameless, long, again, bad_day]
    outcome, result, _ = load(city, run_jobs, as_csv(rows))
    assert (outcome["added"], outcome["rejected"]) == (2, 5)
    assert [(row, column) for row, column, _ in result] == [
        (3, "统一社会信用代码"),
        (4, "统一社会信用代码"),
        (5, "企业名称"),
        (6, "企业类型"),
        (7, "统一社会信用代码"),
        (8, "注册日期"),
    ]
    assert "校验位不对" in result[0][2] and "应为 18 位，实为 4 位" in result[1][2]
    assert result[4][2] == "与第 2 行的代码重复，只读入第 2 行。"
    assert "只有本格没有读入" in result[5][2], "a day may be missing: the row is taken"


def test_all_or_nothing_and_check_only(city: City, run_jobs: Jobs) -> None:
    with city.acting("scjg.planner"):
        before = count()
    content = as_csv([firm(200), ["坏行", "123", *firm(201)[2:]]])
    for mode in ("all", "check"):
        outcome, result, job = load(city, run_jobs, content, mode)
        assert (job.state, outcome["added"], outcome["valid"], len(result)) == (JobState.DONE, 0, 1, 1)
    with city.acting("scjg.planner"):
        assert count() == before


def test_kinds_kept_by_others_are_theirs_to_load(city: City, run_jobs: Jobs) -> None:
    content = as_csv(
        [
            firm(300),
            firm(301, prefix="51990100"),
            firm(302, prefix="31990100"),
            firm(303, prefix="N1990100"),
            firm(304, prefix="33990100"),
            firm(305, prefix="35990100"),
            firm(306, prefix="13990100"),
            firm(307, prefix="Y1990100"),
        ]
    )
    outcome, result, _ = load(city, run_jobs, content)
    assert (outcome["added"], outcome["rejected"], result) == (3, 0, []), (
        "nobody keeps N1; Y1 is of no known kind"
    )
    assert outcome["elsewhere"] == {"示范市民政局": 1, "示范市司法局": 3, "示范市数据局": 1}
    outcome, _, _ = load(city, run_jobs, content, who="mzj.planner")
    assert outcome["added"] == 1
    outcome, _, _ = load(city, run_jobs, content, who="sfj.planner")
    assert outcome["added"] == 3, "justice keeps what it registers (R-T4)"
    with city.acting("wsjk.planner"):
        kinds = {n: entity_queries.entity_by_code(made_up_credit_code(n, f"{kind}990100")).kind for n, kind in ((303, "N1"), (304, "33"), (305, "35"), (307, "Y1"))}  # fmt: skip
        assert kinds == {303: "N1", 304: "33", 305: "35", 307: "other"}
        with pytest.raises(ClerkError, match="本单位不能导入"):
            import_service.begin_import("entities", "企业.csv", content)


def test_the_database_itself_keeps_other_bureaus_from_writing(city: City) -> None:
    with city.acting("wsjk.planner"):
        changed = db.session.execute(sa.update(Entity).values(name="改"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (as_csv([], HEAD[2:]), "表头缺少“企业名称”“统一社会信用代码”列"),
        (as_csv([firm(1)], firm(2)), "第 1 行是一条数据，不是表头"),
        (as_csv([], (HEAD[0], *HEAD[2:])), "表头缺少“统一社会信用代码”列"),
        (b"%PDF-1.4", "PDF"),
    ],
)
def test_a_file_nobody_can_read_is_refused_at_once_in_one_sentence(
    city: City, content: bytes, sentence: str
) -> None:
    with city.acting("scjg.planner"):
        with pytest.raises(ClerkError, match=sentence):
            import_service.begin_import("entities", "读不了.csv", content)
        assert db.session.scalars(sa.select(Import).where(Import.file_name == "读不了.csv")).all() == []


def test_a_file_with_a_header_only_fails_with_a_sentence(city: City, run_jobs: Jobs) -> None:
    _, _, job = load(city, run_jobs, as_csv([]))
    assert (job.state, job.problem) == (JobState.FAILED, "表格里只有表头，没有数据，请补充后重新上传。")


def test_stray_bytes_and_control_characters_spoil_only_their_row(city: City, run_jobs: Jobs) -> None:
    lines = as_csv([firm(n) for n in range(400, 404)]).splitlines(keepends=True)
    code = made_up_credit_code(401).encode()
    lines[2] = lines[2].replace(code, code[:9] + b"\xff" + code[10:])
    code = made_up_credit_code(402).encode()
    lines[3] = lines[3].replace(code, code[:9] + b"\x00" + code[10:])
    lines[4] = lines[4].replace("餐饮".encode(), "餐\x07饮".encode())
    outcome, result, job = load(city, run_jobs, b"".join(lines))
    assert job.state == JobState.DONE, job.problem
    assert (outcome["added"], outcome["rejected"]) == (2, 2)
    assert [one[:2] for one in result] == [(3, "统一社会信用代码"), (4, "统一社会信用代码")]
    assert "无法识别的文字" in result[0][2] and "\x00" not in result[1][2]
    with city.acting("scjg.planner"):
        assert entity_queries.entity_by_code(made_up_credit_code(403)).scope == "餐饮服务"


def test_heads_nobody_knows_are_asked_about_once(city: City, run_jobs: Jobs) -> None:
    content = as_csv([["示范第500号商行", made_up_credit_code(500), "张"]], ["商户", "信用号", "掌柜"])
    with city.acting("scjg.planner"):
        with pytest.raises(ClerkError, match="没有找到表头"):
            import_service.begin_import("entities", "商户.csv", content)
        run = import_service.begin_import("entities", "商户.csv", content, "check", ask=True)
        assert run.layout is not None and run.layout["asked"] and import_queries.import_of_job(run) is None
        assert run.layout["places"] == {"统一社会信用代码": 1}
        assert import_service.columns_of(run).samples[0] == ("示范第500号商行",)
        with pytest.raises(ClerkError, match="还没有指定“企业名称”"):
            import_service.choose_columns(run, {"统一社会信用代码": 1})
        import_service.choose_columns(run, {"企业名称": 0, "统一社会信用代码": 1})
        run_id = run.id
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        assert run.outcome is not None and run.outcome["would"]["added"] == 1
        again = import_service.begin_import("entities", "商户.csv", content, "check")
        assert again.layout is not None and again.layout["places"] == {"企业名称": 0, "统一社会信用代码": 1}
    run_jobs()
    with city.acting("mzj.planner"):
        # Another bureau is asked for itself.
        run = import_service.begin_import("entities", "商户.csv", content, "check", ask=True)
        assert run.layout is not None and run.layout["asked"]
        named = {"企业名称": "商户", "统一社会信用代码": "信用号"}
        run = import_service.begin_import("entities", "商户.csv", content, "check", columns=named)
        assert not run.layout["asked"]  # type: ignore[index]


def test_a_look_says_what_a_load_then_does(city: City, run_jobs: Jobs) -> None:
    load(city, run_jobs, as_csv([firm(n) for n in range(600, 604)]))
    changed = firm(601)
    changed[0], changed[5] = "示范第601号饭店", "餐饮服务；住宿"
    rows = [firm(600), changed, firm(610), ["坏行", "1", *firm(1)[2:]]]
    with city.acting("scjg.planner"):
        before = count()
        run_id = import_service.begin_import("entities", "企业.csv", as_csv(rows), "check").id
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        assert run.outcome is not None and count() == before
        would = run.outcome["would"]
        assert (would["added"], would["changed"], would["unchanged"], run.outcome["rejected"]) == (1, 1, 1, 1)
        assert (run.outcome["added"], run.outcome["written"]) == (0, False) and would["gone"] >= 2
        found = {one.verdict: one for one in db.session.scalars(import_queries.rows(run_id))}
        assert found["changed"].changes == {
            "name": ["示范第601号商行", "示范第601号饭店"],
            "scope": ["餐饮服务", "餐饮服务；住宿"],
        }
        assert (found["new"].number, found["new"].key) == (4, made_up_credit_code(610))
        with pytest.raises(ClerkError, match="请选择导入方式"):
            import_service.begin_load(run, "check")
        import_service.begin_load(run, "good")
        with pytest.raises(ClerkError, match="正在处理"):
            import_service.begin_load(run, "good")
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        assert run.outcome is not None
        assert (run.outcome["added"], run.outcome["changed"], run.outcome["unchanged"]) == (1, 1, 1)
        assert count() == before + 1
        assert entity_queries.entity_by_code(made_up_credit_code(601)).name == "示范第601号饭店"
        with pytest.raises(ClerkError, match="已经导入"):
            import_service.begin_load(run, "good")


# Names, addresses and scopes of firms as a public register has them; what anybody can look up, and nothing more.
KNOWN = (
    (
        "优觅(牡丹江)科技有限公司",
        "牡丹江市东安区江南新城中俄信息产业孵化中心2号楼2211室",
        "软件技术开发、技术转让",
    ),
    ("黑龙江嘉穆板业有限公司", "牡丹江市穆棱市穆棱镇", "ＯＳＢ板及二次加工板的生产、加工和销售"),
    ("绥芬河市金森木材加工厂", "绥芬河市乌苏里大街宝丰木业院内", "木材加工销售。"),
    ("穆棱市深港环保工程技术有限公司", "牡丹江市穆棱市八面通镇红旗委", "污水处理及其再生利用"),
    (
        "东宁企祥农产品有限公司",
        "东宁市道河镇洞庭村28-1号",
        "木耳、蘑菇、坚果、山野菜、蜂蜜、食品经销；农副产品加工。",
    ),
    ("牡丹江市爱河福利化工(厂)有限公司", "牡丹江市爱民区", "化工产品销售"),
)


NAMES = frozenset(name for name, _, _ in KNOWN)


@pytest.fixture(scope="module")
def known(city: City) -> None:
    """Those firms in the register, under made-up codes."""
    with city.acting("scjg.planner"):
        for number, (name, address, scope) in enumerate(KNOWN, start=901):
            db.session.add(
                Entity(
                    code=made_up_credit_code(number), name=name, kind="91", address=address, scope=scope,
                    jurisdiction_code="990102", sort_key=pinyin_key(name), initials=pinyin_initials(name),
                    kept_by=city.bureaus["SCJG"], created_at=now(), updated_at=now(),
                )
            )  # fmt: skip
        db.session.flush()


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("common", [20_000, -1], ids=["by the index", "row by row"])
@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("优觅", {0}),
        ("优觅牡丹江科技", {0}),
        ("优觅（牡丹江）科技", {0}),
        ("ymmdj", {0}),
        ("福利化工厂", {5}),
        ("osb", {1}),
        ("ＯＳＢ板", {1}),
        ("木业", {2}),
        ("乌苏里大街", {2}),
        ("木材加工销售", {2}),
        ("污水 穆棱", {3}),
        ("污水，八面通", {3}),
        ("穆棱", {1, 3}),
        ("觅", {0}),
        ("28-1号", {4}),
        ("村28", {4}),
        ("加工 东宁", {4}),
        ("木材销售", set()),
        ("绥芬河 污水", set()),
        ("100%'\\", set()),
        ("（）", set()),
    ],
)
def test_a_search_finds_what_a_person_expects(
    city: City, monkeypatch: pytest.MonkeyPatch, common: int, typed: str, places: set[int]
) -> None:
    monkeypatch.setattr(searching, "COMMON", common)
    with city.acting("wsjk.planner"):
        found = set(db.session.scalars(entity_queries.matching(entity_queries.entities(), typed)))
        assert {one.name for one in found if one.name in NAMES} == {KNOWN[place][0] for place in places}


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("common", [20_000, -1], ids=["by the index", "row by row"])
def test_a_code_is_found_whole_and_in_part(city: City, monkeypatch: pytest.MonkeyPatch, common: int) -> None:
    monkeypatch.setattr(searching, "COMMON", common)
    code = made_up_credit_code(903)
    with city.acting("wsjk.planner"):
        for typed in (code, code.lower(), f" {code} ", code[8:], code[10:17]):
            assert KNOWN[2][0] in {
                one.name
                for one in db.session.scalars(entity_queries.matching(entity_queries.entities(), typed))
            }


@pytest.mark.usefixtures("known")
def test_the_index_is_used_under_the_bureaus_policy(city: City) -> None:
    """Under a policy that shows every row nothing has to be leakproof."""
    with city.acting("wsjk.planner"):
        db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        query = entity_queries.matching(entity_queries.entities(), "污水处理")
        written = query.compile(db.engine, compile_kwargs={"render_postcompile": True})
        explained = db.session.connection().exec_driver_sql(f"EXPLAIN {written}", dict(written.params))
        plan = "\n".join(explained.scalars())
        assert "ix_entity_grams" in plan


def history(code: str) -> list[tuple[str, str, Any]]:
    found = history_of(entity_queries.entity_by_code(code).id)
    return [(step.change.what, step.change.source, step.change.after) for step in reversed(found)]


def test_what_becomes_of_an_entity_is_kept_by_the_statement_that_writes(city: City, run_jobs: Jobs) -> None:
    code = made_up_credit_code(700)
    load(city, run_jobs, as_csv([firm(700), firm(701)]))
    load(city, run_jobs, as_csv([firm(700), firm(701)]))
    load(city, run_jobs, as_csv([firm(700, scope="茶馆"), firm(701)]))
    with city.acting("scjg.planner"):
        one = entity_queries.entity_by_code(code)
        entity_service.set_status(one, EntityStatus.SUSPENDED, today(), "装修")
    with city.acting("wsjk.planner"):
        assert history(code)[:2] == [("added", "load", None), ("changed", "load", {"scope": "茶馆"})]
        what, source, after = history(code)[2]
        assert (what, source, after["status"]) == ("changed", "hand", "suspended")
        (newest, *_) = history_of(one.id)
        # Another bureau reads what changed and which bureau wrote it, not who there, nor the file.
        assert (newest.bureau, newest.actor, newest.load) == ("示范市市场监督管理局", "", None)
        assert len(history(made_up_credit_code(701))) == 1
    with city.acting("scjg.planner"):
        result = history_of(one.id)
        assert result[0].actor and result[1].load is not None
        entity_service.save_premises(one, {"name": "分店", "address": "示范市城区和平路 9 号", "jurisdiction_code": "990102", "closed_on": None, "note": ""})  # fmt: skip
        every = history_page(one.id)
        read: list[Line] = []
        before = None
        while len(read) < len(every.lines):
            part = history_page(one.id, before, most=1)
            read += part.lines
            before = read_moment(str(part.older)) if part.older else None
        # Page by page the same line of time, of the entity and what belongs to it, to its beginning.
        assert [line.moment for line in read] == [line.moment for line in every.lines] and before is None
        assert [line.own for line in read] == [False, True, True, True] and every.older is None
    assert read_moment("2026-01-01") is None and read_moment("9" * 20 + "-" + "0" * 32) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entity_change SET what = 'added'",
        "DELETE FROM entity_change",
        "INSERT INTO entity_change (entity_id, tenant_id, at, what, source) SELECT id, kept_by, now(), 'added', 'hand' FROM entity",
        "DELETE FROM entity",
    ],
)
def test_nobody_writes_the_history_or_removes_what_it_tells_of(city: City, statement: str) -> None:
    with city.acting("wsjk.planner"):
        before = count()
        try:
            with db.session.begin_nested():
                db.session.execute(sa.text(statement))
        except sa.exc.DBAPIError:
            pass
        assert count() == before


def test_names_that_slipped_by_a_row_are_noticed_before_anything_is_written(
    city: City, run_jobs: Jobs
) -> None:
    rows = [firm(number) for number in range(700, 712)]
    load(city, run_jobs, as_csv(rows))
    slipped = [[other[0], *one[1:]] for one, other in pairwise(rows)]
    with city.acting("scjg.planner"):
        run_id = import_service.begin_import("entities", "错行.csv", as_csv(slipped), "good").id
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        job = import_queries.import_of_job(run)
        assert (
            job is not None and job.state == JobState.FAILED and "像是名称一列错了行" in (job.problem or "")
        )
        assert entity_queries.entity_by_code(rows[0][1]).name == rows[0][0]
        looked = import_service.begin_import("entities", "错行.csv", as_csv(slipped), "check").id
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(looked)
        assert run.layout is not None and run.layout["shifted"] == 10 and run.outcome is not None
        import_service.begin_load(run, "good")
    run_jobs()
    with city.acting("scjg.planner"):
        assert entity_queries.entity_by_code(rows[0][1]).name == rows[1][0], "whoever looked it over decides"
