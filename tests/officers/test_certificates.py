"""Certificates: justice keeps them, bureaus select their officers from them (R-T4, R-L8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import ProgrammingError

from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Forbidden, NotFound
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.jobs import FORMER_LOADS, JobName
from onedoor.messages import service as messages
from onedoor.messages.models import Message
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.officers.models import Certificate, Inspector
from onedoor.officers.queries import certificates as kept_certificates
from onedoor.officers.queries.leave import notices_of
from onedoor.officers.rules.certificate_rows import HEAD, serves_until
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.service.certificate_register import take_over
from onedoor.officers.service.inspectors import save_inspector_form
from tasks.job_policies import ONE_AT_A_TIME
from tenants import people
from tenants.rules import Role
from tests.api.test_own_lists import counted
from tests.fixtures.city import City
from tests.fixtures.clerk_files import admit, as_csv
from tests.fixtures.merged_entities import by_hand, entered

pytestmark = pytest.mark.committed("its tests go on from one another")

Jobs = Callable[[], int]
UNTIL = (today() + timedelta(days=400)).isoformat()
OFFICERS = ("姓名", "性别", "执法证编号", "证件有效期至")


def row(number: str, name: str, until: str = UNTIL, **more: str) -> list[str]:
    given = dict.fromkeys(HEAD, "") | {
        "证件编号": number,
        "姓名": name,
        "有效期至": until,
        "执法类别": "市场监管",
    }
    return list((given | more).values())


def load(city: City, jobs: Jobs, who: str, kind: str, head: tuple[str, ...], *rows: list[str]) -> Any:
    with city.acting(who):
        run_id = import_service.begin_import(kind, f"{kind}.csv", as_csv(rows, head)).id
    jobs()
    with city.acting(who):
        run = import_queries.import_run(run_id)
        problems = [
            (one.line, one.column, one.message % one.params)
            for one in db.session.scalars(import_queries.problems(run_id))
        ]
        return run.outcome, problems, run_id


@pytest.fixture(scope="module")
def kept(city: City) -> None:
    """Three certificates that justice brought in."""
    rows = (row("证100", "周正"), row("证101", "吴常"), row("证102", "郑重"))
    with city.acting("sfj.planner"):
        run = import_service.begin_import("certificates", "证件.csv", as_csv(rows, HEAD))
        assert import_service.run_import(run.id, NoProgress())["added"] == 3


def test_until_when_a_certificate_serves() -> None:
    """R-L8: the last day; one that was stopped serves until the day before."""
    assert serves_until(date(2027, 5, 1), None) == date(2027, 5, 1)
    assert serves_until(date(2027, 5, 1), date(2026, 11, 22)) == date(2026, 11, 21)
    assert serves_until(date(2026, 5, 1), date(2026, 11, 22)) == date(2026, 5, 1)


def test_justice_alone_keeps_them_and_every_bureau_reads(city: City, kept: None) -> None:
    with city.acting("scjg.planner"):
        assert len(db.session.scalars(kept_certificates.certificates()).all()) >= 3
        with pytest.raises(Forbidden, match="司法行政"):
            import_service.begin_import("certificates", "证.csv", as_csv([row("证900", "某")], HEAD))
        one = db.session.scalars(kept_certificates.certificates()).first()
        assert one is not None
        with pytest.raises(NotFound):
            kept_certificates.my_certificate(one.id)
    # Whatever the application does, the database refuses.
    for said in (
        "UPDATE certificate SET name = '假' RETURNING id",
        "DELETE FROM certificate RETURNING id",
    ):
        with city.acting("scjg.planner"):
            assert db.session.execute(sa.text(said)).all() == []
    with city.acting("scjg.planner") as scope, pytest.raises(ProgrammingError, match="row-level security"):
        said = "INSERT INTO certificate (tenant_id, number, name, sort_key, body, kinds, area, expires_on, remark, updated_at)"
        db.session.execute(
            sa.text(f"{said} VALUES (:me, 'x', 'x', 'x', '', '', '', now(), '', now())"),
            {"me": scope.tenant_id},
        )


def test_bad_rows_are_told_and_a_blank_leaves_what_is_known(city: City, run_jobs: Jobs, kept: None) -> None:
    rows = (row("证101", "吴常", "", 备注="补录"), row("证110", ""), row("", "无号"), row("证101", "吴常"))
    outcome, result, _run = load(city, run_jobs, "sfj.planner", "certificates", HEAD, *rows)
    assert (outcome["rejected"], outcome["changed"] + outcome["unchanged"]) == (3, 1)
    assert {line for line, _column, _text in result} >= {2, 3, 4}


def test_what_the_register_leaves_open_stays_as_the_bureau_has_it(
    city: City, run_jobs: Jobs, kept: None
) -> None:
    """R-L7: neither justice nor the file says anything of kinds and area."""
    load(city, run_jobs, "sfj.planner", "certificates", HEAD, row("证103", "冯平", 执法类别=""))
    more = (*OFFICERS, "执法类别", "执法区域")
    officer = ["冯平", "女", "证103", UNTIL]
    load(city, run_jobs, "wsjk.planner", "inspectors", more, [*officer, "卫生", "示范市"])
    outcome, _, _ = load(city, run_jobs, "wsjk.planner", "inspectors", OFFICERS, officer)
    assert (outcome["changed"], outcome["unchanged"]) == (0, 1)
    with city.acting("wsjk.planner"):
        found = db.session.scalars(
            officer_queries.inspectors().where(Inspector.certificate_number == "证103")
        ).one()
        assert (found.kinds, found.area) == ("卫生", "示范市")


def test_an_officer_has_what_the_register_says(city: City, run_jobs: Jobs, kept: None) -> None:
    """Somebody else's number is refused, an unknown one told of, and until when it serves is justice's word."""
    rows = (
        ["周正", "男", "证100", "2035-01-01"],
        ["冒名", "男", "证101", "2035-01-01"],
        ["外来", "女", "外001", "2035-01-01"],
    )
    outcome, result, _run = load(city, run_jobs, "wsjk.planner", "inspectors", OFFICERS, *rows)
    assert (outcome["added"], outcome["rejected"]) == (2, 1)
    said = {line: text for line, _column, text in result}
    assert any("不是" in text and "核对编号和姓名" in text for _line, _column, text in result), said
    with city.acting("wsjk.planner"):
        officer = db.session.scalars(
            officer_queries.inspectors().where(Inspector.certificate_number == "证100")
        ).one()
        assert officer.certificate_expires_on is not None
        assert (officer.certificate_expires_on.isoformat(), officer.kinds) == (UNTIL, "市场监管")
        given = {"name": "冒名", "body": "", "post": "", "certificate_number": "证102", "qualifications": []}
        with pytest.raises(ClerkError, match="请核对编号和姓名"):
            save_inspector_form(
                None,
                {
                    **given, "certificate_expires_on": None, "kinds": "", "area": "", "leads": False, "sex": "",
                    "unit_id": None, "account": "", "identity_number": "", "phone": "", "remark": "",
                },
            )  # fmt: skip


def test_a_certificate_that_is_revoked_takes_its_officer_out_of_the_draw(
    city: City, run_jobs: Jobs, kept: None
) -> None:
    """The nightly watch takes over what justice said, suspends, and takes it back when it is valid again."""
    load(city, run_jobs, "yjgl.planner", "inspectors", OFFICERS, ["郑重", "男", "证102", ""])
    admit(city, "yjgl")
    for more, status in (({"状态": "注销"}, "suspended"), ({"状态": "有效"}, "active")):
        _outcome, _told, run = load(
            city, run_jobs, "sfj.planner", "certificates", HEAD, row("证102", "郑重", **more)
        )
        with city.acting("yjgl.planner"):
            officer_service.watch_certificates()
            officer = db.session.scalars(
                officer_queries.inspectors().where(Inspector.certificate_number == "证102")
            ).one()
            assert officer.status == status
            again = take_over()
        assert again == 0
    with city.acting("sfj.planner"):
        import_service.undo_import(run, NoProgress())
        assert kept_certificates.known("证102").status == "revoked"  # type: ignore[union-attr]


def test_what_the_register_says_no_longer_is_the_bureaus_own_again(
    city: City, run_jobs: Jobs, kept: None
) -> None:
    """A wrong load that is taken back leaves nobody suspended; and a stop day without a state is refused."""
    own = (today() + timedelta(days=200)).isoformat()
    load(city, run_jobs, "swj.planner", "inspectors", OFFICERS, ["冯顺", "男", "证120", own])
    admit(city, "swj")
    wrong = row("证120", "冯顺", "2020-01-01"), row("证121", "陈好", 停用日期="2026-01-01")
    outcome, result, run = load(city, run_jobs, "sfj.planner", "certificates", HEAD, *wrong)
    assert (outcome["added"], outcome["rejected"], result[0][1]) == (1, 1, "停用日期")
    for until, status in (("2020-01-01", "suspended"), (own, "active")):
        with city.acting("swj.planner"):
            officer_service.watch_certificates()
            officer = db.session.scalars(
                officer_queries.inspectors().where(Inspector.certificate_number == "证120")
            ).one()
            assert officer.certificate_expires_on is not None
            assert (officer.certificate_expires_on.isoformat(), officer.status) == (until, status)
        if status == "suspended":
            with city.acting("sfj.planner"):
                import_service.undo_import(run, NoProgress())


def test_the_justice_of_another_place_says_nothing_of_a_citys_officers(
    city: City, run_jobs: Jobs, kept: None
) -> None:
    """R-T3: the county's justice bureau may keep certificates; those of the city's officers are not its to revoke."""
    load(city, run_jobs, "wlj.planner", "inspectors", OFFICERS, ["褚平", "男", "证130", UNTIL])
    load(
        city,
        run_jobs,
        "xsfj.planner",
        "certificates",
        HEAD,
        row("证130", "褚平", 状态="注销"),
        row("证131", "别人"),
    )
    with city.acting("wlj.planner"):
        assert take_over() == 0
        assert kept_certificates.by_number(["证130", "证131"]) == {}
        shown = db.session.scalars(kept_certificates.certificates()).all()
        assert "证130" not in {one.number for one in shown}
    load(city, run_jobs, "xscjg.planner", "inspectors", OFFICERS, ["褚平", "男", "证130", UNTIL])
    with city.acting("xscjg.planner"):
        officer = db.session.scalars(
            officer_queries.inspectors().where(Inspector.certificate_number == "证130")
        ).one()
        assert officer.certificate_expires_on == today() - timedelta(days=1)


def test_every_kind_of_file_is_loaded_one_at_a_time() -> None:
    """One job loads them all; what earlier releases asked for is one of those, too."""
    assert {JobName.LOAD_FILE.value, *FORMER_LOADS} <= set(ONE_AT_A_TIME)


def test_the_pages_of_certificates(city: City, run_jobs: Jobs, kept: None) -> None:
    justice, bureau = city.client("sfj.planner"), city.client("swj.planner")
    shown = bureau.get("/registry/certificates?q=证100 zz").get_data(as_text=True)
    (new,) = re.findall(r'href="(/registry/inspectors/new\?certificate=[0-9a-f-]{36})"', shown)
    form = bureau.get(new).get_data(as_text=True)
    assert 'value="证100"' in form and 'value="周正"' in form
    assert bureau.get("/registry/inspectors/new?certificate=x").status_code == 200
    assert "周正".encode() in bureau.get("/registry/certificates?export=csv&q=周正").data
    assert bureau.get("/registry/certificates/new").status_code == 403
    mine = justice.get("/registry/certificates?q=周正").get_data(as_text=True)
    (page,) = re.findall(r'href="(/registry/certificates/[0-9a-f-]{36})"', mine)
    assert bureau.get(page).status_code == 404
    given = {"number": "证100", "name": "周正", "expires_on": UNTIL, "status": "suspended"}
    assert justice.post(page, data=given).status_code == 303
    with city.acting("sfj.planner"):
        found = db.session.scalars(sa.select(Certificate).where(Certificate.number == "证100")).one()
        assert (found.status, found.stopped_on) == ("suspended", today())
    twice = justice.post("/registry/certificates/new", data={**given, "name": "另一人"})
    assert (twice.status_code, "已在证件库中" in twice.get_data(as_text=True)) == (422, True)
    assert (
        justice.post("/registry/certificates/new", data={"number": "", "expires_on": "x"}).status_code == 422
    )


def test_a_certificate_is_told_of_once_each_time_suspended_and_taken_back(city: City) -> None:
    """R-L8: 90, 30 and 7 days before, once each; suspended the day after its end, back at work when renewed."""
    with city.acting("wsjk.planner"):
        one = entered(by_hand("程知秋", "示W001", today() + timedelta(days=100)))
        ends, result = today() + timedelta(days=100), []
        for left in (100, 91, 90, 89, 31, 30, 8, 7, 0, -1, -2):
            result.append(officer_service.watch_certificates(ends - timedelta(days=left)))
        assert result == [0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0]
        assert [notice.stage for notice in reversed(notices_of(one))] == [
            "90",
            "30",
            "7",
            "expired",
        ]
        assert (one.status, one.suspended_for) == ("suspended", "certificate")

        def at(stage: str) -> bool:
            return (
                one
                in db.session.scalars(
                    officer_queries.inspectors().where(officer_queries.warned_of(stage))
                ).all()
            )

        assert [at(stage) for stage in ("expired", "7", "30", "90")] == [True, False, False, False]
        query = sa.select(AuditEntry).where(
            AuditEntry.subject_id == one.id, AuditEntry.event.like("%.status")
        )
        assert "自动暂停" in db.session.scalars(query).one().after["reason"]  # type: ignore[index]
        officer_service.save_inspector(
            one, {"name": one.name, "certificate_expires_on": ends + timedelta(days=800)}
        )
        assert (one.status, one.suspended_for, notices_of(one)[0].stage) == (
            "active", None, "renewed"
        )  # fmt: skip
        stages = []
        for left in (-1, 0, 7, 8, 30, 31, 90, 91):
            one.certificate_expires_on = today() + timedelta(days=left)
            db.session.flush()
            stages.append([stage for stage in ("expired", "7", "30", "90") if at(stage)])
        assert stages == [["expired"], ["7"], ["7"], ["30"], ["30"], ["90"], ["90"], []]
        db.session.rollback()


def test_what_is_told_of_a_certificate_is_said_to_who_must_act(city: City) -> None:
    """R-L8: at each stage once, to the clerks who keep the library and to the officer; read by each for themselves."""
    ends = today() + timedelta(days=31)
    account = city.person("xfjy.officer").user_id
    with city.acting("xfjy.planner"):
        one = entered({**by_hand("岳清嘉", "示J001", ends), "user_id": account})
        page = f"/registry/inspectors/{one.id}"
        stages = (ends - timedelta(days=90), ends - timedelta(days=30), ends + timedelta(days=1))
        for day in (*stages[:2], stages[1], stages[2]):
            officer_service.watch_certificates(day)
    clerk, officer, theirs = (city.client(name) for name in ("xfjy.planner", "xfjy.officer", "wsjk.planner"))

    def message_count(client: FlaskClient, words: str, state: str = "unread") -> int:
        sheet = client.get(f"/desk/messages?state={state}&export=csv")
        return sheet.get_data(as_text=True).count(words)

    def in_the_bar(client: FlaskClient) -> list[str]:
        """What stands beside 通知 in the top bar, of a page that has nothing to do with it."""
        shown = client.get("/jobs/").get_data(as_text=True)
        (link,) = re.findall(r'<a class="office-messages".*?</a>', shown, re.DOTALL)
        return re.findall(r'office-messages-count">([^<]*)<', link)

    assert "未读通知" in clerk.get("/desk/").get_data(as_text=True)
    assert (in_the_bar(clerk), in_the_bar(officer)) == (["3"], ["3"])
    assert [
        message_count(clerk, words)
        for words in ("岳清嘉的执法证有效期至", "岳清嘉的执法证已于", "您的执法证")
    ] == [2, 1, 0]
    assert message_count(officer, "您的执法证") == 3
    shown = clerk.get("/desk/messages").get_data(as_text=True)
    assert f'href="{page}"' in shown and "全部标为已读" in shown
    with city.acting("xfjy.planner"):
        first = db.session.scalars(sa.select(Message.id).where(Message.link == page)).first()
    assert theirs.post("/desk/messages/read", data={"ids": [str(first)]}).status_code == 303
    for given, left in (({"ids": [str(first)]}, 2), ({"all": "1"}, 0)):
        assert clerk.post("/desk/messages/read", data=given).status_code == 303
        assert message_count(clerk, "岳清嘉") == left
    assert message_count(clerk, "岳清嘉", "read") == 3 and message_count(officer, "您的执法证") == 3
    assert "未读通知" not in clerk.get("/desk/").get_data(as_text=True)
    assert (in_the_bar(clerk), in_the_bar(officer)) == ([], ["3"])
    with counted(city) as statements:
        officer.get("/jobs/")
    assert sum("FROM message " in one for one in statements) == 1
    assert message_count(theirs, "岳清嘉") == 0


def test_whom_the_clerk_suspended_no_renewal_takes_back(city: City) -> None:
    with city.acting("wsjk.planner"):
        one = entered(by_hand("袁望舒", "示W002", today() - timedelta(days=1)))
        officer_service.set_inspector_status(one, InspectorStatus.SUSPENDED, "接受调查")
        assert officer_service.watch_certificates() == 0
        officer_service.save_inspector(one, {"name": one.name, "certificate_expires_on": today()})
        assert (one.status, one.suspended_for) == ("suspended", None)


def test_an_expired_certificate_suspends_on_the_spot(city: City, run_jobs: Jobs) -> None:
    """R-L8: after a load, an edit, and the entry of who came with one; the watch finds nothing left to do."""
    past, later = (today() + timedelta(days=days) for days in (-3, 500))
    load(city, run_jobs, "wlj.planner", "inspectors", OFFICERS, ["施云", "女", "示L001", later.isoformat()])
    load(city, run_jobs, "wlj.planner", "inspectors", OFFICERS, ["尤山", "男", "示L002", past.isoformat()])
    admit(city, "wlj")

    def standing(number: str) -> tuple[str, str | None, int]:
        one = db.session.scalars(
            officer_queries.inspectors().where(Inspector.certificate_number == number)
        ).one()
        query = sa.select(AuditEntry).where(
            AuditEntry.subject_id == one.id, AuditEntry.event == "registry.inspector.status"
        )
        reasons = [str((entry.after or {})["reason"]) for entry in db.session.scalars(query)]
        return one.status, one.suspended_for, sum("自动暂停" in reason for reason in reasons)

    with city.acting("wlj.planner"):
        assert standing("示L001") == ("active", None, 0)
        assert standing("示L002") == ("suspended", "certificate", 1)
    _, _, run_id = load(
        city, run_jobs, "wlj.planner", "inspectors", OFFICERS, ["施云", "女", "示L001", past.isoformat()]
    )
    with city.acting("wlj.planner"):
        assert standing("示L001") == ("suspended", "certificate", 1)
        assert officer_service.watch_certificates() == 0
        import_service.undo_import(run_id, NoProgress())
        assert standing("示L001")[:2] == ("active", None)
        one = db.session.scalars(
            officer_queries.inspectors().where(Inspector.certificate_number == "示L001")
        ).one()
        officer_service.save_inspector(one, {"name": one.name, "certificate_expires_on": past})
        assert standing("示L001")[:2] == ("suspended", "certificate")


def test_unread_words_are_counted_on_every_layout(city: City) -> None:
    """In the field, and on a supervisor's pages, whose scope is not that of their own bureau."""
    person = city.person("sfj.supervisor").user_id
    with city.acting("sfj.admin"):
        people.change(person, "监督员", [Role.SUPERVISOR, Role.READER], identity_number="")
    officer = city.person("wlj.officer").user_id
    for who, to in (("sfj.planner", person), ("wlj.planner", officer)):
        with city.acting(who):
            messages.send_message("请办理。", "/registry/own", to)
    for who, place in (("sfj.supervisor", "/oversight/"), ("wlj.officer", "/field")):
        client = city.client(who)
        for counts in (["1"], []):
            answer = client.get(place, follow_redirects=True)
            assert answer.status_code == 200
            shown = answer.get_data(as_text=True)
            assert 'class="office oversight"' in shown or 'class="field-app"' in shown
            (link,) = re.findall(r'<a class="office-messages".*?</a>', shown, re.DOTALL)
            assert re.findall(r'office-messages-count">([^<]*)<', link) == counts
            client.post("/desk/messages/read", data={"all": "1"})
