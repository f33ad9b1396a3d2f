"""Loads in steps (R-L11): killed, taken over, stopped, gone on with; files in parts; entities, officers, experts taken back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import DuplicatePair, Entity, EntityChange
from onedoor.entities.queries import search as searching
from onedoor.entities.rules.codes import EntityStatus
from onedoor.entities.service import entity_chunks, load_entities
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.imports.models import Import, ImportChunk, ImportPart, ImportRow
from onedoor.imports.service import import_files
from onedoor.kernel import job_progress
from onedoor.kernel.clock import now, today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import JobState
from onedoor.targets import service as target_service
from onedoor.targets.models import Target
from tasks import runner
from tests.entities.test_load_entities import Jobs, count, history, load
from tests.fixtures.city import City
from tests.fixtures.clerk_files import HEAD, REAL_FIRMS, as_csv, firm

pytestmark = pytest.mark.committed("its tests go on from one another")


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_entities, "ROWS_OF_A_CHUNK", 10)


def begin(city: City, first: int) -> UUID:
    """A file of thirty-four rows in four chunks: one bad, one whose code stands in the first chunk already."""
    rows = [firm(n) for n in range(first, first + 32)]
    with city.acting("scjg.planner"):
        run = import_service.begin_import(
            "entities", "分步.csv", as_csv([*rows[:15], ["坏", "1", *rows[0][2:]], *rows[15:], rows[3]])
        )
        return run.id


def interrupt(monkeypatch: pytest.MonkeyPatch, step: str, at: int, happens: Callable[[], None]) -> None:
    """Let something happen, once, when chunk `at` is put by or taken."""
    does = getattr(entity_chunks, step)

    def doing(run: Any, number: int, *given: Any, **named: Any) -> Any:
        if number == at:
            monkeypatch.setattr(entity_chunks, step, does)
            happens()
        return does(run, number, *given, **named)

    monkeypatch.setattr(entity_chunks, step, doing)


def killed() -> None:
    raise RuntimeError("as if the worker were killed here")


def whole(city: City, run_id: UUID, before: int) -> None:
    """All is there, once, and told once."""
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        assert run.outcome is not None and run.cursor is None
        result = [run.outcome[word] for word in ("rows", "valid", "added", "unchanged", "rejected")]
        assert result == [34, 32, 32, 0, 2] and count() == before + 32
        assert len(db.session.scalars(import_queries.problems(run_id)).all()) == 2
        assert (
            len(db.session.scalars(import_queries.rows(run_id).where(ImportRow.verdict == "new")).all()) == 32
        )
        kept = sa.select(sa.func.count()).select_from(EntityChange).where(EntityChange.import_id == run_id)
        assert db.session.scalar(kept) == 32
        left = sa.select(sa.func.count()).select_from(ImportChunk)
        assert db.session.scalar(left) == 0


@pytest.mark.parametrize(("step", "written"), [("put_by", 0), ("take", 19)])
def test_what_was_kept_before_a_worker_was_killed_is_not_done_again(
    city: City,
    run_jobs: Jobs,
    owner: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    small_steps: None,
    step: str,
    written: int,
) -> None:
    with city.acting("scjg.planner"):
        before = count()
    run_id = begin(city, 5_000 + 3 * written)
    interrupt(monkeypatch, step, 2, killed)
    run_jobs()
    with city.acting("scjg.planner"):
        assert count() == before + written
    owner.execute("UPDATE job SET lease_until = now() - interval '1 minute' WHERE state = 'running'")
    owner.commit()
    run_jobs()
    whole(city, run_id, before)


def test_a_refused_row_is_compared_with_what_another_worker_read(
    city: City, run_jobs: Jobs, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, small_steps: None
) -> None:
    """Refused in the first chunk for its type, with the code of a row of the third, which was read after a worker was killed."""
    rows = [firm(n) for n in range(5_800, 5_832)]
    wrong = ["抄错代码的公司", rows[25][1], rows[25][2], "长" * 101, *rows[25][4:]]
    with city.acting("scjg.planner"):
        run_id = import_service.begin_import("entities", "分步.csv", as_csv([*rows[:3], wrong, *rows[3:]])).id
    interrupt(monkeypatch, "put_by", 2, killed)
    run_jobs()
    owner.execute("UPDATE job SET lease_until = now() - interval '1 minute' WHERE state = 'running'")
    owner.commit()
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        assert run.outcome is not None and (run.outcome["valid"], run.outcome["rejected"]) == (32, 1)
        problems = [one.message % one.params for one in db.session.scalars(import_queries.problems(run_id))]
        assert sum("代码与第 28 行相同" in one for one in problems) == 1


def test_a_worker_that_comes_back_late_writes_nothing_more(
    city: City, run_jobs: Jobs, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, small_steps: None
) -> None:
    """While it was at its second step another took the job over: that step is not kept, and the other goes on."""
    with city.acting("scjg.planner"):
        before = count()
    run_id = begin(city, 5_100)

    def taken_over() -> None:
        owner.execute("UPDATE job SET attempt = attempt + 1 WHERE state = 'running'")
        owner.commit()

    interrupt(monkeypatch, "take", 1, taken_over)
    run_jobs()
    with city.acting("scjg.planner"):
        assert count() == before + 10
    owner.execute("UPDATE job SET lease_until = now() - interval '1 minute' WHERE state = 'running'")
    owner.commit()
    run_jobs()
    whole(city, run_id, before)


def test_a_load_stops_where_it_is_asked_to_and_goes_on_or_is_taken_back(
    city: City, run_jobs: Jobs, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, small_steps: None
) -> None:
    def ask() -> None:
        owner.execute("UPDATE import SET stop_asked = true WHERE outcome IS NULL AND cursor IS NOT NULL")
        owner.commit()

    with city.acting("scjg.planner"):
        before = count()
    for first, goes_on in ((5_200, True), (5_300, False)):
        run_id = begin(city, first)
        with city.acting("scjg.planner"):
            assert import_service.can_stop(import_queries.import_run(run_id))
            with pytest.raises(ClerkError, match="没有停下"):
                import_service.go_on(import_queries.import_run(run_id))
            db.session.rollback()
        interrupt(monkeypatch, "take", 1, ask)
        run_jobs()
        with city.acting("scjg.planner"):
            run = import_queries.import_run(run_id)
            job = import_queries.import_of_job(run)
            assert job is not None and job.state == JobState.FAILED and "已按要求停止" in str(job.problem)
            assert count() == before + 19 and import_service.halted(run)[-4:] == (19, 0, 19, True)
            for refused in (import_service.stop_load, lambda run: import_service.begin_load(run, "good")):
                with pytest.raises(ClerkError):
                    refused(run)
                db.session.rollback()
            if goes_on:
                import_service.go_on(import_queries.import_run(run_id))
            else:
                assert import_service.undo_refusal(run) is None
                import_service.begin_undo(run)
                for refused in (import_service.begin_undo, import_service.go_on):
                    with pytest.raises(ClerkError):
                        refused(run)
                assert not import_service.can_stop(run)
        run_jobs()
        if goes_on:
            whole(city, run_id, before)
            before += 32
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        assert run.undone_at is not None and run.outcome is not None and run.cursor is None
        assert (run.outcome["added"], run.outcome["halted"], count()) == (19, True, before)
        assert not import_service.can_go_on(run)


def test_a_long_load_lets_others_go_first(
    city: City, run_jobs: Jobs, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, small_steps: None
) -> None:
    monkeypatch.setattr(job_progress, "TURN", -1.0)
    with city.acting("scjg.planner"):
        before = count()
    run_id = begin(city, 5_400)
    with city.acting("sfj.planner"):
        import_service.begin_import("entities", "律所.csv", as_csv([firm(5_500, prefix="31990100")]))
    with city.acting("scjg.planner"):
        first = import_queries.import_of_job(import_queries.import_run(run_id))
        assert first is not None
    owner.execute("UPDATE job SET not_before = now() - interval '1 minute' WHERE state = 'waiting'")
    owner.commit()
    with city.app.app_context():
        assert runner.run(first.id) == JobState.WAITING
    assert run_jobs() >= 2
    with city.acting("sfj.planner"):
        entity_queries.entity_by_code(made_up_credit_code(5_500, "31990100"))
    whole(city, run_id, before + 1)


def test_a_long_file_is_kept_in_parts_and_read_as_it_was_sent(
    city: City, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_files, "PART", 700)
    content = as_csv([firm(n) for n in range(5_600, 5_620)], encoding="gb18030")
    outcome, result, _ = load(city, run_jobs, content)
    assert (outcome["added"], result) == (20, [])
    with city.acting("scjg.planner"):
        run = db.session.scalars(import_queries.imports().order_by(Import.created_at.desc()).limit(1)).one()
        assert b"".join(import_files.parts_of(run)) == content
        numbers = sa.select(ImportPart.number).where(ImportPart.import_id == run.id)
        assert sorted(db.session.scalars(numbers)) == list(range(1, -(-len(content) // 700)))


@pytest.mark.long
def test_the_real_firms_are_loaded_without_a_false_error(city: City, run_jobs: Jobs) -> None:
    """The 5,636 firms: every row is taken, and one finds what one looks for."""
    if not REAL_FIRMS.exists():
        pytest.skip("the register's export is not on this machine")
    content = REAL_FIRMS.read_bytes()
    for encoded in (content, content.decode("utf-8-sig").encode("gb18030")):
        outcome, result, _ = load(city, run_jobs, encoded, looked_over=True)
        kept = outcome["valid"] + sum(outcome["elsewhere"].values())
        assert (outcome["rows"], outcome["rejected"], kept) == (5_636, 0, 5_636)
        assert {sentence for _, _, sentence in result} <= {"代码中的组织机构代码校验位不符，已读入，请核对。"}
    assert (outcome["added"], outcome["changed"]) == (0, 0)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    with city.acting("scjg.planner"):
        for row in rows[:: len(rows) // 20]:
            for text in (row["统一社会信用代码"], row["企业名称"], row["企业名称"][2:8]):
                found = db.session.scalars(searching.matching(sa.select(Entity), text)).all()
                assert row["统一社会信用代码"] in {one.code for one in found}, text


def test_a_load_is_taken_back_while_nothing_depends_on_it(city: City, run_jobs: Jobs) -> None:
    load(city, run_jobs, as_csv([firm(800), firm(801)]))
    changed = firm(800)
    changed[0], changed[2] = "示范第800号大酒店", ""
    load(city, run_jobs, as_csv([changed, firm(801), firm(802)]))
    with city.acting("scjg.planner"):
        run = db.session.scalars(import_queries.imports().order_by(Import.created_at.desc()).limit(1)).one()
        run_id, before = run.id, count()
        one = entity_queries.entity_by_code(made_up_credit_code(802))
        target_service.note_contact(one, "某人", "")
        preview = import_service.undo_preview(run)
        assert preview.refusal is None and preview.stays == 1
        assert preview.first[0].key == one.code and "登记了联系方式" in preview.first[0].reason
        db.session.rollback()
    with city.acting("scjg.planner"):
        one, other = (entity_queries.entity_by_code(made_up_credit_code(number)) for number in (802, 801))
        first, second = sorted((one.id, other.id))
        pair = DuplicatePair(
            tenant_id=city.bureaus["SCJG"],
            first_id=first,
            second_id=second,
            likeness="name",
            state="open",
            found_at=now(),
        )
        db.session.add(pair)
        db.session.flush()
        entity_service.merge_pair(pair, one, "同一家店")
        assert "合并过" in import_service.undo_preview(import_queries.import_run(run_id)).first[0].reason
        db.session.rollback()
    with city.acting("mzj.planner"), pytest.raises(ClerkError, match="没有找到这次导入"):
        import_queries.import_run(run_id)
    with city.acting("scjg.planner"):
        import_service.begin_undo(import_queries.import_run(run_id))
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        assert run.undone_at is not None and count() == before - 1
        one = entity_queries.entity_by_code(made_up_credit_code(800))
        assert (one.name, one.registered_on, one.initials) == (
            "示范第800号商行",
            date(2020, 1, 2),
            "sfd800hsh",
        )
        assert [each[:2] for each in history(one.code)][-1] == ("changed", "undo")
        assert "已经撤销" in str(import_service.undo_refusal(run))
    load(city, run_jobs, as_csv([changed]))
    load(city, run_jobs, as_csv([firm(800)]))
    with city.acting("scjg.planner"):
        former = db.session.scalars(
            import_queries.imports().order_by(Import.created_at.desc()).limit(2)
        ).all()[1]
        assert "后来又有变动" in str(import_service.undo_refusal(former))


def undo(city: City, run_jobs: Jobs, run_id: UUID) -> dict[str, int]:
    with city.acting("scjg.planner"):
        import_service.begin_undo(import_queries.import_run(run_id))
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        assert run.undone_at is not None and run.outcome is not None
        counts: dict[str, int] = run.outcome["undone"]
        return counts


def loaded(city: City, run_jobs: Jobs, *rows: list[str]) -> UUID:
    load(city, run_jobs, as_csv(list(rows)))
    with city.acting("scjg.planner"):
        newest = import_queries.imports().order_by(Import.created_at.desc()).limit(1)
        return db.session.scalars(newest).one().id


def test_a_load_under_another_is_taken_back_once_that_one_was(city: City, run_jobs: Jobs) -> None:
    """R-L11: load A, load B over it, undo B: A can be undone too; a change by hand in between stands."""
    renamed = [*firm(830)]
    renamed[0] = "示范第830号大酒店"
    one, other = loaded(city, run_jobs, firm(830), firm(831)), loaded(city, run_jobs, renamed, firm(832))
    with city.acting("scjg.planner"):
        first = import_service.undo_preview(import_queries.import_run(one)).first
        assert [(each.key, each.reason) for each in first] == [(made_up_credit_code(830), "后来又有变动")]
    assert undo(city, run_jobs, other) == {"removed": 1, "restored": 1}
    with city.acting("scjg.planner"):
        assert entity_queries.entity_by_code(made_up_credit_code(830)).name == "示范第830号商行"
        assert import_service.undo_preview(import_queries.import_run(one)) == (None, 0, ())
    assert undo(city, run_jobs, one) == {"removed": 2, "restored": 0}


def test_one_listed_firm_holds_up_no_whole_load(city: City, run_jobs: Jobs) -> None:
    """R-L11: the rest is taken back, and the one is named, with the reason."""
    run_id = loaded(city, run_jobs, firm(840), firm(841), firm(842))
    with city.acting("scjg.planner"):
        target_service.note_contact(entity_queries.entity_by_code(made_up_credit_code(841)), "某人", "")
    assert undo(city, run_jobs, run_id) == {"removed": 2, "restored": 0, "left": 1}
    with city.acting("scjg.planner"):
        (stays,) = db.session.scalars(import_queries.remainder(run_id)).all()
        assert (stays.key, stays.name) == (made_up_credit_code(841), "示范第841号商行")
        assert "登记了联系方式" in stays.reason
        codes = [made_up_credit_code(number) for number in (840, 841, 842)]
        assert db.session.scalars(sa.select(Entity.code).where(Entity.code.in_(codes))).all() == [stays.key]
    with city.acting("mzj.planner"):
        assert db.session.scalars(import_queries.remainder(run_id)).all() == []
    again = loaded(city, run_jobs, firm(843))
    with city.acting("scjg.planner"):
        target_service.note_contact(entity_queries.entity_by_code(made_up_credit_code(843)), "某人", "")
        with pytest.raises(ClerkError, match="1 条都不能撤销：.*登记了联系方式"):
            import_service.begin_undo(import_queries.import_run(again))


def test_what_leaves_libraries_by_a_load_is_said_before_it(city: City, run_jobs: Jobs) -> None:
    """R-L6, R-L11: who ceases by the file, counted over the libraries of all bureaus; nothing is written yet."""
    loaded(city, run_jobs, firm(850), firm(851))
    with city.acting("wsjk.planner"):
        listed = entity_queries.entity_by_code(made_up_credit_code(850))
        db.session.add(Target(tenant_id=city.bureaus["WSJK"], entity_id=listed.id, listed_on=today()))
    head = (*HEAD, "登记状态")
    content = as_csv([[*firm(850), "注销"], [*firm(851), "注销"]], head)
    with city.acting("scjg.planner"):
        run_id = import_service.begin_import("entities", "注销.csv", content, "check").id
    run_jobs()
    with city.acting("scjg.planner"):
        outcome = import_queries.import_run(run_id).outcome
        assert outcome is not None and (outcome["written"], outcome["leaving"]) == (False, 1)


def test_a_file_with_a_code_that_was_merged_away_brings_nothing_back(city: City, run_jobs: Jobs) -> None:
    """R-T4: its row is refused with the code that stands for it now, by hand too; taken back, it is loaded again."""
    content = as_csv([firm(810), firm(811), firm(812)])
    load(city, run_jobs, content)
    gone_code, stays_code = made_up_credit_code(810), made_up_credit_code(811)
    with city.acting("scjg.planner"):
        gone, stays = entity_queries.entity_by_code(gone_code), entity_queries.entity_by_code(stays_code)
        first, second = sorted((gone.id, stays.id))
        pair = DuplicatePair(
            tenant_id=city.bureaus["SCJG"], first_id=first, second_id=second, likeness="name", state="open", found_at=now()
        )  # fmt: skip
        db.session.add(pair)
        db.session.flush()
        merge_id = entity_service.merge_pair(pair, stays, "同一家店").id
    outcome, result, _ = load(city, run_jobs, content)
    assert (outcome["valid"], outcome["changed"], outcome["unchanged"], outcome["rejected"]) == (2, 0, 2, 1)
    assert [(number, column) for number, column, _ in result] == [(2, "统一社会信用代码")]
    assert f"登记已并入 {stays_code}" in result[0][2]
    # A row that stands twice is refused once.
    outcome, result, _ = load(city, run_jobs, as_csv([firm(810), firm(810), firm(812)]))
    assert (outcome["valid"], outcome["rejected"]) == (1, 2) and len(result) == 2
    with city.acting("scjg.planner"):
        gone = entity_queries.entity_by_code(gone_code)
        assert gone.status == EntityStatus.DEREGISTERED
        with pytest.raises(ClerkError, match="请先撤回合并"):
            entity_service.set_status(gone, EntityStatus.ACTIVE, today(), "")
        with pytest.raises(ClerkError, match="请先撤回合并"):
            entity_service.correct(gone, "status", "存续", "仍在经营", "")
        entity_service.undo_merge(entity_queries.merges.my_merge(merge_id), "是两家店")
    outcome, result, _ = load(city, run_jobs, content)
    assert (outcome["unchanged"], result) == (3, [])


@pytest.mark.parametrize("kind", ["entities", "premises", "targets"])
def test_what_is_not_in_a_file_is_not_looked_for_row_by_row(city: City, run_jobs: Jobs, kind: str) -> None:
    """Whatever the planner knows of tables that have just been filled: 50,000 against 50,000 took over a minute."""
    plans: list[str] = []

    def explain(link: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        if "NOT EXISTS (SELECT FROM given" in statement and not statement.startswith("EXPLAIN"):
            plans.append("\n".join(row[0] for row in link.exec_driver_sql(f"EXPLAIN {statement}", values)))

    sa.event.listen(sa.Engine, "before_cursor_execute", explain)
    try:
        file = {
            "entities": lambda: as_csv([firm(n) for n in range(5_900, 5_903)]),
            "premises": lambda: as_csv([[firm(5_900)[1], "一号店"]], ("统一社会信用代码", "地址")),
            "targets": lambda: as_csv([[firm(5_900)[1]]], ("统一社会信用代码",)),
        }[kind]()
        with city.acting("scjg.planner"):
            import_service.begin_import(kind, f"{kind}.csv", file)
        run_jobs()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", explain)
    assert plans and not [plan for plan in plans if "Nested Loop" in plan]
