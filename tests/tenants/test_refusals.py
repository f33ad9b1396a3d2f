"""What the operator and the people of a bureau are refused, each with a sentence where it is wrong (R-T3, R-T5, R-T6)."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import in_scope
from onedoor.kernel.spreadsheets import write_xlsx
from tenants import approvals, audit_anchors, list_views, people, queries, scope, units
from tenants.models import ApiToken, Approval, Bureau, UserAccount
from tenants.operation import backups, grants, places
from tenants.people import calendar_tokens, people_file
from tenants.rules import Permission
from tests.fixtures.city import PASSWORD, City
from tests.tenants.test_delegation import standing_in_for

OPERATOR = "sjj.ops"
PLANNER = "wsjk.planner"
READ = frozenset({Permission.BUREAU_READ})


@pytest.fixture
def operator(city: City) -> FlaskClient:
    return city.client(OPERATOR)


def refusal(operator: FlaskClient, address: str, **data: Any) -> str:
    answer = operator.post(address, data=data)
    assert answer.status_code == 422, (answer.status_code, answer.get_data(as_text=True)[:500])
    return unescape(answer.get_data(as_text=True))


def test_a_place_is_refused_field_by_field(city: City, operator: FlaskClient) -> None:
    place = {"code": "990188", "name": "示范新城", "level": "zone", "parent": "990100"}
    for change, said in (
        ({"code": "99"}, "辖区代码为 6 位或 9 位数字"),
        ({"parent": "999999"}, "请选择上级辖区"),
        ({"level": "village"}, "请选择级别"),
        ({"gb2260": "12"}, "国家标准代码为 6 位数字"),
    ):
        assert said in refusal(operator, "/platform/places", **{**place, **change}), said
    assert operator.get("/platform/places/999999").status_code == 404
    nameless = places.PlaceFacts("990102", " ", "county", None)
    with in_scope(scope.operator(city.person(OPERATOR)), city.app):
        with pytest.raises(ClerkError) as error:
            places.change_place("990102", nameless)
        assert error.value.fields == {"name": ["请填写名称。"]}
        with pytest.raises(NotFound, match="没有这个辖区"):
            places.change_place("999999", nameless)


def test_a_bureau_is_refused_field_by_field(city: City, operator: FlaskClient) -> None:
    facts = {
        "name": "示范局",
        "short_name": "示局",
        "abbreviation": "示局",
        "domain": "other",
        "place": "990100",
    }
    new = {**facts, "letters": "SFJX"}
    for change, said in (
        ({"place": "999999"}, "请选择辖区"),
        ({"letters": "SCJG"}, "这个代码已经有单位使用"),
        ({"domain": "elsewhere"}, "请选择领域"),
        ({"kinds": ["aliens"]}, "请从所列种类中选择"),
    ):
        assert said in refusal(operator, "/platform/bureaus/new", **{**new, **change}), said
    names = {"name": _name(city, "SCJG"), "short_name": "示局", "abbreviation": "示局", "domain": "other"}
    own, other = (f"/platform/bureaus/{city.bureaus[letters]}" for letters in ("SJJ", "WSJK"))
    assert "已有单位使用这个名称" in refusal(operator, f"{other}/edit", **names)
    assert "不能撤销平台运维所在的单位" in refusal(operator, f"{own}/close", reason="示编〔2026〕9号")
    keeper = f"/platform/bureaus/{city.bureaus['SCJG']}/close"
    assert "请选择承接它职责的单位" in refusal(operator, keeper, reason="示编〔2026〕9号")
    itself = {"reason": "示编〔2026〕9号", "successor": str(city.bureaus["WSJK"])}
    assert "请选择在用的另一个单位" in refusal(operator, f"{other}/close", **itself)
    assert operator.get(f"/platform/bureaus/{uuid4()}/edit").status_code == 404


def _name(city: City, letters: str) -> str:
    with city.acting(PLANNER):
        return queries.bureau(city.bureaus[letters]).name


def test_a_grant_and_a_trial_are_refused_field_by_field(city: City, operator: FlaskClient) -> None:
    given = {
        "bureau_id": str(city.bureaus["WLJ"]), "place": "990102", "domain": "market", "basis": "示政发〔2026〕7号",
        "since": today().isoformat(),
    }  # fmt: skip
    for change, said in (
        ({"bureau_id": str(uuid4())}, "请选择在用的单位"),
        ({"place": "999999"}, "请选择辖区"),
        ({"domain": "elsewhere"}, "请选择领域"),
    ):
        assert said in refusal(operator, "/platform/grants", **{**given, **change}), said
    assert operator.post(f"/platform/grants/{uuid4()}/end", data={"until": today()}).status_code == 404
    with in_scope(scope.operator(city.person(OPERATOR)), city.app):
        with pytest.raises(ClerkError) as error:
            grants.give(grants.GrantFacts(city.bureaus["WLJ"], "990102", "market", " ", today()))
        assert error.value.fields == {"basis": ["请写明授权的文件和文号。"]}
        made = grants.give(
            grants.GrantFacts(city.bureaus["WLJ"], "990102", "market", "示政发〔2026〕7号", today())
        )
        made.since, made.until = today() - timedelta(days=9), today() - timedelta(days=2)
        db.session.flush()
        with pytest.raises(Conflict, match="已经终止"):
            grants.end(made.id, today())
        for lookup in (grants.grant, lambda key: grants.end(key, today())):
            with pytest.raises(NotFound):
                lookup(uuid4())
    day = today()
    for given_trial, said in (
        ((day + timedelta(days=1), "夜间备份", "逐表核对"), "不能晚于今天"),
        ((day, " ", "逐表核对"), "哪一份备份"),
        ((day, "夜间备份", " "), "恢复到哪里"),
    ):
        with in_scope(scope.operator(city.person(OPERATOR)), city.app), pytest.raises(ClerkError) as error:
            backups.enter_trial(*given_trial, good=True)
        assert said in str(error.value.fields)


def test_units_are_named_once_and_go_when_nobody_is_in_them(city: City) -> None:
    with city.acting(PLANNER):
        first, second = (units.add_unit(name) for name in ("执法一股", "执法二股"))
        for name in (" ", "长" * 61):
            with pytest.raises(ClerkError, match="1 到 60 个字"):
                units.rename_unit(second, name)
        with pytest.raises(ClerkError, match="同名"):
            units.rename_unit(second, "执法一股")
        units.rename_unit(second, "执法三股")
        with pytest.raises(NotFound):
            units.unit(uuid4())
        with pytest.raises(ClerkError):
            units.check_unit(uuid4())
        units.check_unit(first.id)
        first_id = first.id
    member = city.person("wsjk.officer").user_id
    _move(city, member, first_id)
    try:
        with city.acting(PLANNER):
            assert units.people_by_unit()[first_id] == 1
            with pytest.raises(Conflict, match="还有人员"):
                units.remove_unit(units.unit(first_id))
    finally:
        _move(city, member, None)
    with city.acting(PLANNER):
        units.remove_unit(units.unit(first_id))
        assert first_id not in units.people_by_unit()


def _move(city: City, account_id: UUID, unit_id: UUID | None) -> None:
    with city.acting("wsjk.admin"), in_scope(scope.account_keeper()):
        db.session.get_one(UserAccount, account_id).unit_id = unit_id
        db.session.commit()


def test_a_view_has_a_name_something_to_keep_and_a_keeper(city: City) -> None:
    with city.acting(PLANNER):
        for name in (" ", "长" * 41):
            with pytest.raises(ClerkError, match="最多 40 个字"):
                list_views.save_view("plans.plans", name, {"q": "一"}, shared=False)
        with pytest.raises(ClerkError, match="先搜索"):
            list_views.save_view("plans.plans", "空", {}, shared=False)
        mine = list_views.save_view("plans.plans", "共用", {"q": "一"}, shared=True).id
        again = list_views.save_view("plans.plans", "共用", {"q": "二"}, shared=True)
        assert (again.id, again.state) == (mine, {"q": "二"})
        for number in range(list_views.MOST_VIEWS - 1):
            list_views.save_view("plans.plans", f"第{number}个", {"q": "一"}, shared=False)
        with pytest.raises(ClerkError, match="最多保存 30 个"):
            list_views.save_view("plans.plans", "再一个", {"q": "一"}, shared=False)
    with city.acting("wsjk.reviewer"), pytest.raises(NotFound, match="没有找到这个视图"):
        list_views.delete_view(mine)


def test_what_was_submitted_is_decided_once_and_taken_back_by_who_submitted_it(city: City) -> None:
    """R-T5."""
    subject, may = uuid4(), frozenset({Permission.PLAN_REVIEW})
    with city.acting(PLANNER):
        asked = approvals.ask("plan", subject, "示范计划", approvals.REVIEW, Permission.PLAN_REVIEW)
        with pytest.raises(Conflict, match="不必重复提交"):
            approvals.ask("plan", subject, "示范计划", approvals.REVIEW, Permission.PLAN_REVIEW)
        key = asked.id
    with city.acting("wsjk.reviewer"):
        with pytest.raises(Forbidden, match="只有提交人可以撤回"):
            approvals.withdraw("plan", subject)
        assert key in {one.id for one in approvals.inbox(may)}
        with pytest.raises(ClerkError, match="写明理由"):
            approvals.decide(approvals.get(key), False, " ", may)
        with pytest.raises(Forbidden):
            approvals.decide(approvals.get(key), True, "", frozenset())
    with city.acting(PLANNER):
        assert approvals.withdraw("plan", subject).state == "withdrawn"
        with pytest.raises(Conflict, match="没有等待审批的提交"):
            approvals.withdraw("plan", subject)
    with city.acting("wsjk.reviewer"):
        with pytest.raises(Conflict, match="已经有人处理过了"):
            approvals.decide(approvals.get(key), True, "", may)
        assert [one.id for one in approvals.about([subject])] == [key]
        assert not approvals.may_withdraw(None)


def test_another_units_matter_is_not_reviewed_here(city: City) -> None:
    """R-T5: a unit's reviewer decides on what its people submitted."""
    with city.acting(PLANNER):
        mine, theirs = (units.add_unit(name).id for name in ("审核一股", "审核二股"))
    planner, reviewer = (city.person(one).user_id for one in (PLANNER, "wsjk.reviewer"))
    _move(city, planner, mine)
    _move(city, reviewer, theirs)
    may, subject = frozenset({Permission.PLAN_REVIEW}), uuid4()
    try:
        with city.acting(PLANNER):
            key = approvals.ask("plan", subject, "一股计划", approvals.REVIEW, Permission.PLAN_REVIEW).id
        with city.acting("wsjk.reviewer"):
            assert key not in {one.id for one in approvals.inbox(may)}
            with pytest.raises(Forbidden, match="由该科室的审核人"):
                approvals.decide(approvals.get(key), True, "", may)
    finally:
        _move(city, planner, None)
        _move(city, reviewer, None)


def test_two_tokens_are_one_hand(city: City) -> None:
    """R-T5: a system decides on nothing that a system submitted."""
    subject = uuid4()
    with city.acting(PLANNER) as entered:
        asked = approvals.ask("plan", subject, "接口计划", approvals.REVIEW, Permission.PLAN_REVIEW)
        approvals.refuse_systems_alone(asked)
        row, system = db.session.get_one(Approval, asked.id), replace(entered, actor_id=uuid4())
        key, by = row.id, entered.actor_id
    with in_scope(system, city.app):
        approvals.refuse_systems_alone(db.session.get_one(Approval, key))
        db.session.rollback()
    with in_scope(system, city.app):
        entry = db.session.get_one(Approval, key)
        assert entry.submitted_by == by
        with db.session.no_autoflush:
            entry.submitted_by = uuid4()
            with pytest.raises(Forbidden, match="由接口提交"):
                approvals.refuse_systems_alone(entry)
        db.session.rollback()


def test_a_log_is_opened_with_a_reason_and_walked_once_at_a_time(city: City) -> None:
    with city.acting("sfj.supervisor", supervisor=True):
        bureau = db.session.get_one(Bureau, city.bureaus["SCJG"])
        with pytest.raises(ClerkError, match="写明查阅的理由"):
            audit_anchors.open_log(bureau, "看")
        assert audit_anchors.current_look(bureau.id) is None
        audit_anchors.open_log(bureau, "核对抽取的经过")
        assert audit_anchors.current_look(bureau.id) is not None
    with city.acting("wsjk.admin"):
        first = audit_anchors.ask_for_check().id
    with city.acting("wsjk.admin"):
        assert audit_anchors.ask_for_check().id == first


def test_a_token_is_refused_with_what_is_wrong(city: City) -> None:
    with city.acting("wsjk.admin"):
        for days, networks, said in (
            (0, "", "有效期不对"),
            (9, "10.1.2.300", "调用来源不对"),
            (9, " ".join(f"10.0.{n}.0/24" for n in range(21)), "调用来源太多"),
        ):
            with pytest.raises(ClerkError, match=said):
                people.make_token("台账", [Permission.BUREAU_READ], days, READ, networks)
    token = people_token(city, "10.1.0.0/16、10.3.0.1")
    with city.app.app_context():
        assert people.principal_of_api_token(token, "10.1.9.9", "") is not None
        assert people.principal_of_api_token(token, "10.2.0.1", "") is None
        assert people.principal_of_api_token(token, "no address", "") is None
    with city.acting("wsjk.admin"):
        key = next(one.id for one in people.tokens() if one.name == "台账" and one.valid)
        with pytest.raises(NotFound):
            people.renew_token(uuid4(), READ)
        people.revoke_token(key)
        people.revoke_token(key)
        with pytest.raises(ClerkError, match="已经失效"):
            people.renew_token(key, READ)
        with pytest.raises(NotFound):
            people.revoke_token(uuid4())


def people_token(city: City, networks: str) -> str:
    with city.acting("wsjk.admin"):
        return people.make_token("台账", [Permission.BUREAU_READ], 9, READ, networks)


def test_nobody_gives_tokens_in_anothers_name(city: City) -> None:
    with standing_in_for(city, "scjg.reviewer", "scjg.planner"), city.acting("scjg.planner"):
        with pytest.raises(Forbidden, match="代办人"):
            people.make_token("代办", [Permission.BUREAU_READ], 9, READ)


def test_a_phones_token_is_an_officers_own(city: City) -> None:
    officer = city.person("wsjk.officer")
    with city.acting("wsjk.officer"):
        people.make_phone_token("我的手机", PASSWORD, session_digest=officer.session_digest)
        mine = people.my_phone_tokens()
        assert [one.name for one in mine] == ["我的手机"]
    with city.acting(PLANNER), pytest.raises(NotFound):
        people.end_phone_token(mine[0].id)
    with city.acting("wsjk.admin"), pytest.raises(ClerkError, match="由本人在"):
        people.renew_token(mine[0].id, READ)
    with city.acting("wsjk.officer"):
        people.end_phone_token(mine[0].id)
        people.end_phone_token(mine[0].id)
        assert people.my_phone_tokens() == []
    planner = city.person(PLANNER)
    with city.acting(PLANNER), pytest.raises(Forbidden, match="只有执法人员"):
        people.make_phone_token("手机", PASSWORD, session_digest=planner.session_digest)
    assert _made(city, "我的手机") == 1


def _made(city: City, name: str) -> int:
    with in_scope(scope.identity(), city.app):
        return db.session.query(ApiToken).filter_by(name=name).count()


def test_a_calendars_token_has_a_name_and_there_are_not_too_many(city: City) -> None:
    with city.acting(PLANNER):
        for name in (" ", "长" * 61):
            with pytest.raises(ClerkError, match="请写名称"):
                people.make_calendar_token(name)
        for number in range(calendar_tokens.MOST):
            people.make_calendar_token(f"第{number}个")
        with pytest.raises(ClerkError, match="令牌太多"):
            people.make_calendar_token("再一个")


def test_a_file_of_people_is_refused_row_by_row(city: City) -> None:
    number = made_up_identity_number(date(1984, 1, 1), 401)
    heads = ("姓名", "用户名", "身份证号", "职务", "科室", "角色")
    with city.acting("wsjk.admin"):
        bureau = queries.bureau(city.bureaus["WSJK"])
        assert people_file.template()
        target = io.BytesIO()
        write_xlsx(target, heads, [("", "", "", "", "", "")], sheet="用户")
        with pytest.raises(ClerkError, match="没有人员"):
            people_file.read_people(target.getvalue(), bureau)
        target = io.BytesIO()
        rows = [
            ("", "mou.wsjk", number, "", "", "计划员"),
            ("某某", "No!", number, "", "", "计划员"),
            ("某某", "mou.wsjk", number, "", "", "计划员"),
            ("某某", "si.wsjk", number, "", "", "执法监督人员"),
        ]
        write_xlsx(target, heads, rows, sheet="用户")
        found = people_file.read_people(target.getvalue(), bureau)
        said = [" ".join(map(str, row.problems)) for row in found]
        for problem, text in zip(
            ("没有姓名", "用户名用小写", "出现了两次", "没有被授予监督权"), said, strict=True
        ):
            assert problem in text, said
        with pytest.raises(ClerkError) as error:
            people_file.add_people(found, bureau)
        assert str(error.value).startswith("第 2 行")
        with pytest.raises(Conflict, match="已有管理员"):
            people_file.expect_nobody_runs(bureau)


def test_an_account_that_is_closed_or_unknown_gets_no_link(city: City) -> None:
    officer = city.person("wsjk.officer").user_id
    with city.acting("wsjk.admin"):
        with pytest.raises(NotFound):
            people.hand_link(uuid4())
        people.close(officer, "调离")
    with city.acting("wsjk.admin"):
        with pytest.raises(Conflict, match="账户已停用"):
            people.hand_link(officer)
        with pytest.raises(Conflict, match="没有启用动态口令"):
            people.clear_totp(officer)
        people.reopen(officer)


def test_everybody_has_the_side_bar_of_their_work(city: City) -> None:
    areas = [city.person(one).area for one in (OPERATOR, "sfj.supervisor", PLANNER)]
    assert areas == ["platform", "oversight", "bureau"]
