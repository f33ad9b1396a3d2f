"""R-O2, R-O3: nothing is sent twice, nothing is lost, what is rejected says why and is sent again after mending."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from onedoor.credit import queries, service
from onedoor.credit.models import Export, ExportAttempt, ExportRecord, Receipt
from onedoor.credit.platform_stand_in import Receiver
from onedoor.disclosure import service as disclosure
from onedoor.entities.models import Entity
from onedoor.kernel import jobs, trace
from onedoor.kernel.clock import now
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.jobs import Job, JobName, JobState
from tests.credit.results import NAMES, content, publish
from tests.fixtures.city import City


def make(city: City) -> UUID:
    with city.acting("scjg.discloser"):
        made = service.make_batch()
        assert made is not None
        return made.id


def state_of(city: City, subject: UUID, version: int = 1) -> tuple[str, str]:
    with city.acting("scjg.discloser"):
        found = db.session.query(ExportRecord).filter_by(subject_id=subject, version=version).one()
        return found.state, found.reason


def record_id(city: City, subject: UUID) -> UUID:
    with city.acting("scjg.discloser"):
        return db.session.query(ExportRecord).filter_by(subject_id=subject).one().id


def job_of(city: City, export_id: UUID) -> Job:
    with city.acting("scjg.discloser"):
        found = jobs.latest_for(export_id)
        assert found is not None
        return found


def again(city: City, export_id: UUID) -> None:
    """Ring for the batch once more, as a second job."""
    with city.acting("scjg.discloser"):
        jobs.enqueue(JobName.SEND_EXPORT, {"export_id": str(export_id)}, subject=("export", export_id))


def test_a_result_goes_out_with_the_fields_of_the_national_system(
    city: City, platform: Receiver, run_jobs: Any
) -> None:
    subject = publish(city, 1)
    export_id = make(city)
    run_jobs()
    sent = platform.records[str(subject)]["fields"]
    assert sent["findings"] == [
        {"item": "食品经营许可", "result": "未发现问题"},
        {"item": "明码标价", "result": "发现问题已责令改正"},
    ]
    assert (sent["entity_code"], sent["task_kind"], sent["finished_on"]) == (
        made_up_credit_code(1), "不定向", "2026-11-12",
    )  # fmt: skip
    assert sent["plan_number"] == "示市监计〔2026〕1号" and sent["authority"] == "示范市市场监督管理局"
    assert state_of(city, subject) == ("accepted", "")
    assert job_of(city, export_id).outcome == {"sent": 1, "accepted": 1, "rejected": 0, "open": 0}
    with city.acting("scjg.discloser"):
        assert [step.stage for step in trace.of(subject)] == ["export"]
        assert queries.export(export_id).number.startswith("990100-SCJG-")


def test_nothing_waits_is_said(city: City, platform: Receiver) -> None:
    with pytest.raises(ClerkError, match="没有等待报送"), city.acting("scjg.discloser"):
        service.make_batch()


def test_ringing_twice_sends_once(city: City, platform: Receiver, run_jobs: Any, owner: Any) -> None:
    publish(city, 2)
    export_id = make(city)
    again(city, export_id)
    run_jobs()
    with city.acting("scjg.discloser"):
        number = queries.export(export_id).number
    assert platform.calls[number] == 1
    assert owner.execute("SELECT count(*) FROM receipt r JOIN export_attempt a ON a.id = r.attempt_id"
                         " WHERE a.export_id = %s", [export_id]).fetchone() == (1,)  # fmt: skip


def test_a_crash_between_sending_and_recording_doubles_nothing(
    app: Flask, city: City, platform: Receiver, run_jobs: Any
) -> None:
    subject = publish(city, 3)
    export_id = make(city)
    job = job_of(city, export_id)
    config = app.extensions["onedoor.config"]
    # The worker that dies: it sent the batch, and its transaction is never committed.
    with pytest.raises(RuntimeError, match="killed"), city.acting("scjg.discloser"):
        service.send(export_id, service.Platform(config.credit_url, config.credit_token))
        raise RuntimeError("killed")
    assert state_of(city, subject)[0] == "waiting"
    held, receipts = len(platform.records), list(platform.receipts)
    run_jobs()
    assert state_of(city, subject)[0] == "accepted"
    assert (len(platform.records), platform.receipts) == (held, receipts)
    assert job_of(city, export_id).id == job.id and job_of(city, export_id).state == JobState.DONE


def test_an_answer_lost_on_the_way_is_asked_for_again(city: City, platform: Receiver, run_jobs: Any) -> None:
    subject = publish(city, 4)
    platform.lose_answer()
    export_id = make(city)
    run_jobs()
    failed = job_of(city, export_id)
    assert failed.state == JobState.FAILED and "502" in (failed.problem or "")
    receipts = list(platform.receipts)
    with city.acting("scjg.discloser"):
        jobs.retry(failed.id)
    run_jobs()
    assert state_of(city, subject)[0] == "accepted" and platform.receipts == receipts


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (lambda platform: platform.fail(503), "答复代码 503"),
        (lambda platform: platform.fail(401), "令牌"),
        (lambda platform: platform.babble(), "不是约定的回执格式"),
        (lambda platform: platform.babble(b'{"receipts": []}'), "对不上"),
        (lambda platform: platform.babble(b'{"receipts": [{"record": "x", "state": "?"}]}'), "不是约定"),
        (lambda platform: platform.babble(b"[1]"), "不是约定的回执格式"),
    ],
)
def test_a_platform_in_trouble_is_said_and_the_batch_waits(
    city: City, platform: Receiver, run_jobs: Any, fault: Any, sentence: str
) -> None:
    subject = publish(city, 5)
    fault(platform)
    export_id = make(city)
    run_jobs()
    failed = job_of(city, export_id)
    assert failed.state == JobState.FAILED and sentence in (failed.problem or "")
    assert state_of(city, subject)[0] == "waiting"
    with city.acting("scjg.discloser"):
        jobs.retry(failed.id)
    run_jobs()
    assert state_of(city, subject)[0] == "accepted"


def test_a_platform_that_is_down_loses_nothing(
    app: Flask, city: City, platform: Receiver, run_jobs: Any
) -> None:
    subject = publish(city, 6)
    with Receiver() as gone:
        nowhere = gone.url
    export_id = make(city)
    with pytest.raises(ClerkError, match="连接不上"), city.acting("scjg.discloser"):
        service.send(export_id, service.Platform(nowhere, ""))
    with pytest.raises(ClerkError, match="还没有设置"), city.acting("scjg.discloser"):
        service.send(export_id, service.Platform(None, ""))
    run_jobs()
    assert state_of(city, subject)[0] == "accepted"


def test_rejected_is_mended_and_sent_again(city: City, platform: Receiver, run_jobs: Any) -> None:
    """The platform's own register has another name for the firm; nothing is typed: it mends its own, or the source changes."""
    subject = publish(city, 7)
    platform.knows(made_up_credit_code(7), "示范市戊土示例书屋有限公司")
    make(city)
    run_jobs()
    state, reason = state_of(city, subject)
    assert state == "rejected" and "示范市戊土示例书屋有限公司" in reason
    found = record_id(city, subject)
    with pytest.raises(ClerkError, match="没有等待报送"), city.acting("scjg.discloser"):
        service.make_batch()
    with pytest.raises(Conflict, match="来源没有变化"), city.acting("scjg.discloser"):
        service.mend(found)
    platform.knows(made_up_credit_code(7), NAMES[3])
    with city.acting("scjg.discloser"):
        service.mend(found, as_it_is=True)
    assert state_of(city, subject) == ("waiting", "")
    make(city)
    run_jobs()
    assert state_of(city, subject) == ("accepted", "")
    with city.acting("scjg.discloser"):
        history = queries.history(found)
        assert [one.receipt and one.receipt.state for one in history] == ["rejected", "accepted"]
        assert [one.attempt.fields["entity_name"] for one in history] == [NAMES[3], NAMES[3]]
    with pytest.raises(Conflict), city.acting("scjg.discloser"):
        service.mend(found)


def test_identity_is_the_registers_and_nothing_typed_goes_out(
    city: City, platform: Receiver, run_jobs: Any
) -> None:
    """The firm has another name since: the keeper enters it, and the record made anew has it."""
    subject, code = publish(city, 27), made_up_credit_code(27)
    renamed = "示范市戊土更名示例书屋有限公司"
    platform.knows(code, renamed)
    make(city)
    run_jobs()
    assert state_of(city, subject)[0] == "rejected"
    with city.acting("scjg.planner"):
        known = db.session.scalar(sa.select(Entity).where(Entity.code == code))
        if known is None:
            db.session.add(
                Entity(
                    code=code, name=renamed, kind="91", status="active", jurisdiction_code="990100", sort_key="s",
                    initials="s", kept_by=city.bureaus["SCJG"], created_at=now(), updated_at=now(),
                )
            )  # fmt: skip
    with city.acting("scjg.discloser"):
        made = service.mend(record_of(subject).id)
        assert (made.fields["entity_name"], made.entity_name) == (renamed, renamed)
    make(city)
    run_jobs()
    assert state_of(city, subject) == ("accepted", "")


def test_what_our_own_check_refuses_is_not_sent(city: City, platform: Receiver, run_jobs: Any) -> None:
    subject = publish(city, 8, finished_on="")
    calls = sum(platform.calls.values())
    with city.acting("scjg.discloser"):
        assert service.make_batch() is None
    run_jobs()
    state, reason = state_of(city, subject)
    assert state == "rejected" and "抽查完成日期：没有填写。" in reason
    with city.acting("scjg.discloser"):
        made_of = record_of(subject).reason_said
        assert made_of is not None and made_of["say"] == "报送前检查未通过。%(problems)s"
    assert sum(platform.calls.values()) == calls
    with city.acting("scjg.discloser"):
        with pytest.raises(ClerkError, match="请在主体登记或者公示的内容里更正") as still:
            service.mend(record_of(subject).id)
        assert set(still.value.fields) == {"finished_on"}
    publish(city, 8, subject=subject, finished_on="2026-11-13")
    make(city)
    run_jobs()
    assert platform.records[str(subject)]["fields"]["finished_on"] == "2026-11-13"


def record_of(subject: UUID) -> ExportRecord:
    return db.session.scalars(sa.select(ExportRecord).where(ExportRecord.subject_id == subject)).one()


def test_a_correction_replaces_and_a_withdrawal_takes_away(
    city: City, platform: Receiver, run_jobs: Any
) -> None:
    subject = publish(city, 9)
    make(city)
    run_jobs()
    publish(city, 9, subject=subject, results=["未发现问题"], items=content()["items"][:1])
    make(city)
    run_jobs()
    assert platform.records[str(subject)]["version"] == 2
    assert state_of(city, subject, 1) == ("withdrawn", "已由更正后的新版本替代。")
    with city.acting("scjg.discloser"):
        disclosure.withdraw("result", subject, "信用修复")
    make(city)
    run_jobs()
    assert str(subject) not in platform.records
    assert state_of(city, subject, 2) == ("withdrawn", "已从报送平台撤回。")
    with pytest.raises(ClerkError, match="没有等待报送"), city.acting("scjg.discloser"):
        service.make_batch()


def test_a_withdrawal_waits_for_the_next_batch_by_itself(
    city: City, platform: Receiver, run_jobs: Any
) -> None:
    """Also where a corrected version was refused before everything was withdrawn: nothing stays behind there."""
    subject = publish(city, 15)
    make(city)
    run_jobs()
    platform.knows(made_up_credit_code(15), "别的名称")
    publish(city, 15, subject=subject)
    make(city)
    run_jobs()
    assert state_of(city, subject, 2)[0] == "rejected" and platform.records[str(subject)]["version"] == 1
    with city.acting("scjg.discloser"):
        assert queries.waiting_count() == 0
        disclosure.withdraw("result", subject, "内容有误")
        assert queries.waiting_count() == 1
    make(city)
    run_jobs()
    assert str(subject) not in platform.records
    assert [state_of(city, subject, version)[0] for version in (1, 2)] == ["withdrawn", "withdrawn"]


def test_withdrawn_before_it_was_sent_never_goes_out(city: City, platform: Receiver, run_jobs: Any) -> None:
    subject, kept = publish(city, 10), publish(city, 11)
    platform.fail(503)
    publish(city, 12, finished_on="")
    export_id = make(city)
    run_jobs()
    assert job_of(city, export_id).state == JobState.FAILED
    with city.acting("scjg.discloser"):
        jobs.retry(job_of_now(export_id).id)
    run_jobs()
    assert {str(subject), str(kept)} <= set(platform.records)
    lost = [one for one in all_records(city) if one.state == "rejected"]
    with city.acting("scjg.discloser"):
        disclosure.withdraw("result", lost[0].subject_id, "内容有误")
        with pytest.raises(ClerkError, match="没有等待报送"):
            service.make_batch()
        assert str(lost[0].subject_id) not in platform.records


def job_of_now(export_id: UUID) -> Job:
    found = jobs.latest_for(export_id)
    assert found is not None
    return found


def all_records(city: City) -> list[ExportRecord]:
    with city.acting("scjg.discloser"):
        return list(db.session.scalars(queries.records()))


def test_a_platform_that_decides_later_is_asked_again(
    city: City, platform: Receiver, run_jobs: Any, owner: Any
) -> None:
    subject = publish(city, 13)
    platform.ponder()
    export_id = make(city)
    run_jobs()
    assert state_of(city, subject)[0] == "sent"
    with city.acting("scjg.discloser"):
        assert queries.reconciliation(export_id).open == 1
    owner.execute("UPDATE job SET not_before = now() WHERE state = 'waiting'")
    run_jobs()
    assert state_of(city, subject)[0] == "accepted"
    with city.acting("scjg.discloser"):
        assert queries.export(export_id).answered_at is not None


def test_two_batches_at_once_take_each_result_once(city: City, platform: Receiver, run_jobs: Any) -> None:
    """The second waits for the first at the advisory lock and then finds nothing."""
    import threading

    subject = publish(city, 14)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def click() -> None:
        start.wait()
        try:
            make(city)
            outcomes.append("made")
        except ClerkError:
            outcomes.append("nothing")

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    run_jobs()
    assert sorted(outcomes) == ["made", "nothing"] and state_of(city, subject)[0] == "accepted"


def test_sent_equals_answered(city: City, platform: Receiver) -> None:
    """Reconciliation over all that this module sent: no attempt without its receipt, and none doubled."""
    with city.acting("scjg.discloser"):
        counted = queries.reconciliation()
        assert counted.open == 0 and counted.sent == counted.accepted + counted.rejected
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Receipt)) == counted.sent
        numbers = db.session.scalars(sa.select(Export.sequence).order_by(Export.sequence)).all()
        assert list(numbers) == list(range(1, len(numbers) + 1))
        attempts = db.session.scalar(sa.select(sa.func.count()).select_from(ExportAttempt))
    assert attempts == counted.sent == len(platform.receipts)


def test_another_bureau_sees_nothing(city: City, platform: Receiver) -> None:
    with city.acting("scjg.discloser"):
        export_id = db.session.scalars(sa.select(Export.id)).first()
        one = db.session.scalars(sa.select(ExportRecord.id)).first()
    assert export_id is not None and one is not None
    with city.acting("sfj.discloser"):
        assert db.session.scalars(queries.records()).all() == []
        for read in (lambda: queries.export(export_id), lambda: queries.record(one)):
            with pytest.raises(NotFound):
                read()


def test_the_demo_sends_mends_and_sends_again(city: City, platform: Receiver, run_jobs: Any) -> None:
    """The demo's part, with the runner in place of the worker it waits for."""
    from onedoor.commands.demo.cast import Cast
    from onedoor.commands.demo.scenes import credit

    class Here(Cast):
        def finish(self, job_id: UUID, tenant_id: UUID) -> Job:
            run_jobs()
            return super().finish(job_id, tenant_id)

    for number in (31, 32):
        publish(city, number, "xfjy.discloser")
    publish(city, 33, "sfj.discloser")
    done = credit.export_results(Here(city.app, city.bureaus), ["XFJY", "SFJ", "MZJ"], platform)
    assert done == credit.Exported(exported=3, receipts=4)
