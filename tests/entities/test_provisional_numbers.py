"""Entities without a credit code: a provisional number by their keeper, kept, listed, cleared when the code comes (R-L5, R-T4, R-L11)."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from onedoor.entities import queries, service
from onedoor.entities.models import Entity, ProvisionalNumber
from onedoor.entities.service import code_correction
from onedoor.kernel.codes import (
    is_provisional,
    made_up_credit_code,
    provisional_number,
    read_entity_code,
    read_registration_number,
    registration_check_digit,
)
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from tests.entities.test_load_entities import Jobs, load
from tests.fixtures.city import City
from tests.fixtures.clerk_files import HEAD, as_csv, firm

pytestmark = pytest.mark.committed("its tests go on from one another")

FIRST_14 = "37020000000012"
NUMBER_15 = FIRST_14 + registration_check_digit(FIRST_14)
NUMBER_13 = "3702003000123"
WITH_NUMBER = (*HEAD, "注册号")


def without_code(number: int, registration: str, code: str = "", kind: str = "") -> list[str]:
    row = firm(number)
    row[1] = code
    row[3] = kind or row[3]
    return [*row, registration]


def by_name(city: City, number: int) -> Entity:
    with city.acting("scjg.planner"):
        return db.session.scalars(sa.select(Entity).where(Entity.name == f"示范第{number}号商行")).one()


def test_a_provisional_number_is_no_other_number() -> None:
    """It can stand in a pool (draw.md), has never eighteen characters and no form of a credit code or identity number."""
    number = provisional_number("370200", 12)
    assert (number, len(number)) == ("ZB370200-000012", 15)
    assert (
        re.fullmatch(r"[0-9A-Z][0-9A-Z._-]{0,63}", number)
        and read_entity_code(f" {number.lower()}").text == number
    )
    assert len(provisional_number("370200", 99_999_999)) == 17
    with pytest.raises(ValueError):
        provisional_number("370200", 100_000_000)
    assert not is_provisional(made_up_credit_code(1)) and not is_provisional("ZB370200-0000123456")
    assert read_registration_number(f"{NUMBER_15} ") == NUMBER_15 and read_registration_number(NUMBER_13)
    for wrong in ("37020000000", "370200A00000012", "9.1E+14"):
        with pytest.raises(ClerkError, match="13 位或 15 位"):
            read_registration_number(wrong)
    with pytest.raises(ClerkError, match="像是 15 位身份证号") as refused:
        read_registration_number("370202680101008")
    assert "3702026801" not in str(refused.value), "R-T7"


def test_rows_without_a_code_come_in_by_a_number_that_is_kept(city: City, run_jobs: Jobs) -> None:
    """R-L11: fifteen digits, thirteen, none at all; what has a wrong code or says nothing is told as before."""
    rows = [
        without_code(601, NUMBER_15),
        without_code(602, "", code=NUMBER_13),
        without_code(603, "无", kind="农民专业合作社"),
        without_code(604, ""),
        without_code(605, "370202680101008"),
        without_code(606, "无", code="9137020012345678"),
        without_code(607, NUMBER_15),
    ]
    outcome, told, _ = load(city, run_jobs, as_csv(rows, WITH_NUMBER))
    assert (outcome["added"], outcome["rejected"]) == (3, 4)
    refused = {number: text for number, _, text in told if number in (5, 6, 7, 8)}
    assert "没有填写统一社会信用代码" in refused[5] and "身份证号" in refused[6]
    assert "应为 18 位，实为 16 位" in refused[7] and "与第 2 行的代码重复" in refused[8]
    assert sum("暂用编号" in text for _, _, text in told) >= 3
    found = [by_name(city, number) for number in (601, 602, 603)]
    assert [one.kind for one in found] == ["91", "92", "93"]
    assert all(is_provisional(one.code) and len(one.code) != 18 for one in found)
    again, _, _ = load(city, run_jobs, as_csv(rows[:3], WITH_NUMBER))
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 3)
    assert [by_name(city, number).code for number in (601, 602, 603)] == [one.code for one in found]
    # Our own list names it by its provisional number.
    ours = firm(601)
    ours[1], ours[5] = found[0].code, "日用百货销售"
    changed, _, _ = load(city, run_jobs, as_csv([ours]))
    assert (changed["changed"], by_name(city, 601).scope) == (1, "日用百货销售")
    ours[1] = "ZB999999-000001"
    nobody, told, _ = load(city, run_jobs, as_csv([ours]))
    assert nobody["rejected"] == 1 and "没有暂用编号为" in told[0][2]
    with city.acting("wsjk.planner"):
        waiting = {
            row[0].name: row[1].registration_number for row in db.session.execute(queries.waiting_for_code())
        }
    assert waiting == {"示范第601号商行": NUMBER_15, "示范第602号商行": NUMBER_13, "示范第603号商行": ""}


def test_by_hand_its_keeper_gives_one_and_nobody_else(city: City) -> None:
    given = {
        "name": "示范第610号商行", "code": "", "registration_number": "无", "jurisdiction_code": "990100",
        "address": "示范路610号", "status": "存续",
    }  # fmt: skip
    with city.acting("scjg.planner"):
        made = service.add_entity(given, kind="92")
        assert is_provisional(made.code) and made.kind == "92"
        with pytest.raises(service.Known):
            service.add_entity(given, kind="92")
        with pytest.raises(ClerkError) as refused:
            service.add_entity({**given, "registration_number": ""}, kind="92")
        assert "没有填写统一社会信用代码" in str(refused.value.fields["code"])
    with city.acting("wsjk.planner"), pytest.raises(ClerkError, match="由登记部门给"):
        service.propose_entity({**given, "name": "示范第611号商行"}, "现场发现", "", kind="92")


def test_when_the_code_comes_both_numbers_find_it(city: City, run_jobs: Jobs) -> None:
    """R-T4: corrected where the code is new, merged where it is known; the old file then finds the entity by its number."""
    one, other = by_name(city, 601), by_name(city, 602)
    code = made_up_credit_code(620)
    with city.acting("scjg.planner"):
        code_correction.recode(queries.entity(one.id), "code", code, "换发执照", confirmed=True)
        kept = queries.provisional_number_of(queries.entity(one.id))
        assert kept is not None and (kept.number, kept.code) == (one.code, code)
        assert queries.numbers_of(code) == [code, one.code] and queries.numbers_of(one.code) == [
            one.code,
            code,
        ]
        assert (queries.credit_code_now(one.code), queries.credit_code_now(code)) == (code, code)
    outcome, _, _ = load(city, run_jobs, as_csv([without_code(601, NUMBER_15)], WITH_NUMBER))
    assert outcome["added"] == 0 and by_name(city, 601).code == code
    _, told, _ = load(city, run_jobs, as_csv([[*firm(621), NUMBER_13]], WITH_NUMBER))
    assert f"已用暂用编号 {other.code} 登记" in told[0][2]
    with city.acting("scjg.planner"):
        coded, gone = by_name(city, 621), queries.entity(other.id)
        with pytest.raises(ClerkError, match="保留有代码的那一个"):
            service.merge_two(queries.entity(coded.id), gone, "同一家店")
        made = service.merge_two(gone, queries.entity(coded.id), "同一家店")
        assert queries.credit_code_now(gone.code) == coded.code
        names = [row[0].name for row in db.session.execute(queries.waiting_for_code())]
        assert "示范第602号商行" not in names
        service.undo_merge(made, "是两家店")
        assert queries.credit_code_now(gone.code) == gone.code


def test_numbers_are_given_and_cleared_by_their_keeper_alone(city: City) -> None:
    """R-T1: another bureau reads them and writes none."""
    with city.acting("mzj.planner"):
        given = db.session.scalars(sa.select(ProvisionalNumber)).all()
        assert given
        update = sa.update(ProvisionalNumber).values(code="x", cleared_at=sa.func.now())
        done: Any = db.session.execute(update)
        assert done.rowcount == 0
        db.session.rollback()
