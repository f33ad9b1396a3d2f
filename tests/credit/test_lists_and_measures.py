"""Lists by page, file and interface, each on a kept basis; measures passed to those who apply them, their answer and end (R-O4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from onedoor.credit import credit_file, service
from onedoor.credit.service import measures
from onedoor.credit.service.listings import bases
from onedoor.entities.models import Entity
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.spreadsheets import Column, read_table
from tests.campaigns.builders import World
from tests.credit.operator import operating
from tests.credit.test_classes import given as listing
from tests.credit.test_classes import publish
from tests.fixtures.city import City

WHO = "scjg.discloser"
HEAD = "统一社会信用代码,名称,名单,决定书文号,告知日期,告知方式,列入日期,截止日期,移出日期,移出文号"


@pytest.fixture(scope="module")
def firms(city: City) -> list[Entity]:
    """Two firms of the register."""
    World(city).fill()
    with city.acting("scjg.planner"):
        found = db.session.query(Entity).filter(Entity.kind == "91").order_by(Entity.code).limit(2).all()
        for one in found:
            db.session.expunge(one)
        return found


def on_lists(city: City, firm: Entity) -> list[tuple[str, str, bool]]:
    with city.acting("mzj.discloser"):
        found = credit_file.listings_of(firm.id)
        return sorted((one.paper, one.through, one.exit_on is None) for one in found)


def load(city: City, run_jobs: Any, *rows: str) -> tuple[dict[str, Any], list[str]]:
    content = "\r\n".join([HEAD, *rows]).encode()
    with city.acting("scjg.planner"):
        run_id = import_service.begin_import("listings", "名单.csv", content, "good").id
    run_jobs()
    with city.acting("scjg.planner"):
        run = import_queries.import_run(run_id)
        wrong = [str(one.message) for one in db.session.scalars(import_queries.problems(run_id))]
        return dict(run.outcome or {}), wrong


def test_a_basis_is_kept_by_the_operator(city: City, firms: list[Entity]) -> None:
    given = {
        "kind": "blacklist",
        "name": "示范黑名单",
        "law": "《示范条例》",
        "article": "第三条",
        "trade": "餐饮",
        "most_days": 30,
    }
    with operating(city):
        with pytest.raises(ClerkError) as refused:
            service.save_basis({**given, "kind": "x", "name": "", "law": " ", "article": "3", "most_days": 0})
        assert set(refused.value.fields) == {"kind", "name", "law", "article", "most_days"}
        made = service.save_basis({**given, "keeper_id": city.bureaus["SCJG"]}).id
        with pytest.raises(ClerkError, match="没有填完"):
            service.save_basis(given)
    with city.acting("mzj.discloser"):
        assert made not in [one.id for one in bases(mine=True)], "another's list"
        with pytest.raises(ClerkError):
            service.list_entity(firms[0].id, listing(basis_id=made))
    with city.acting(WHO):
        with pytest.raises(ClerkError) as refused:
            service.list_entity(firms[0].id, listing(basis_id=made, until=today() + timedelta(days=31)))
        assert set(refused.value.fields) == {"until"}
        entered = service.list_entity(firms[0].id, listing(basis_id=made, until=today() + timedelta(days=30)))
        assert entered.law == "《示范条例》第三条" and entered.trade == "餐饮"
        with pytest.raises(Conflict, match="不能再次列入"):
            service.list_entity(firms[0].id, listing(basis_id=made, until=today() + timedelta(days=30)))
    client = city.client("sjj.ops")
    assert "示范黑名单" in client.get("/platform/listing-bases").text
    assert client.get(f"/platform/listing-bases/{made}").status_code == 200
    assert client.post("/platform/listing-bases", data={"name": "x"}).status_code == 422
    form = {"name": "示范黑名单", "law": "示范条例", "article": "第三条", "trade": "餐饮"}
    assert client.post(f"/platform/listing-bases/{made}", data=form).status_code == 303
    with city.acting(WHO):
        assert made not in [one.id for one in bases(mine=True)], "it is no longer used"


def test_a_file_enters_and_takes_off(city: City, firms: list[Entity], run_jobs: Any) -> None:
    one, day = firms[1], today().isoformat()
    until = (today() + timedelta(days=365)).isoformat()
    row = f"{one.code},{one.name},经营异常名录,示市监异〔2026〕1号,{day},直接送达,{day},{until}"
    outcome, wrong = load(city, run_jobs, f"{row},,")
    assert outcome["added"] == 1 and wrong == []
    assert ("示市监异〔2026〕1号", "file", True) in on_lists(city, one)
    outcome, wrong = load(city, run_jobs, f"{row},,")
    assert outcome["unchanged"] == 1, "the same file again changes nothing"
    outcome, wrong = load(
        city, run_jobs,
        f"{row},{day},示市监移〔2026〕1号",
        f"91990100000000000X,没有的店,经营异常名录,2号,{day},直接送达,{day},{until},,",
        f"{one.code},{one.name},没有的名单,3号,{day},直接送达,{day},{until},,",
        f"{one.code},{one.name},严重违法失信名单,4号,,,{day},{until},,",
    )  # fmt: skip
    assert outcome["changed"] == 1 and outcome["rejected"] == 3
    assert len(wrong) == 4 and any("列入以前须先告知" in text for text in wrong)
    assert any("登记的列入依据里没有" in text for text in wrong)
    assert ("示市监异〔2026〕1号", "file", False) in on_lists(city, one)
    page = city.client("mzj.discloser").get("/exports/listings/").text
    assert one.name in page and "已移出" in page


def propose(city: City, firm: Entity, **changes: Any) -> UUID:
    with city.acting(WHO):
        given = {
            "kind": "exit", "receiver_id": city.bureaus["MZJ"], "content": "撤销登记", "law": "《示范法》第一条",
            "facts": ["列入严重违法失信名单"], **changes,
        }  # fmt: skip
        return service.propose_measure(firm.id, given).id


def test_a_measure_is_passed_on_answered_and_ended(city: City, firms: list[Entity]) -> None:
    firm = firms[0]
    with city.acting(WHO), pytest.raises(ClerkError) as refused:
        service.propose_measure(firm.id, {"kind": "x", "receiver_id": city.bureaus["SCJG"], "facts": [" "]})
    assert set(refused.value.fields) == {"kind", "receiver_id", "content", "law", "facts"}
    made = propose(city, firm)
    with city.acting("mzj.discloser"):
        assert service.note_measures() == 1 and service.note_measures() == 0
        with pytest.raises(ClerkError) as refused:
            service.answer_measure(made, {"kind": "apply", "until": today()})
        assert set(refused.value.fields) == {"paper", "until"}
        service.answer_measure(made, {"kind": "apply", "paper": "民撤〔2026〕1号"})
        with pytest.raises(Conflict):
            service.answer_measure(made, {"kind": "decline", "text": "x"})
    with city.acting(WHO):
        assert service.note_measures() == 1 and service.note_measures() == 0, "the proposer is told once"
        with pytest.raises(Forbidden):
            service.answer_measure(made, {"kind": "end", "text": "x"})
    with city.acting("mzj.discloser"):
        service.answer_measure(made, {"kind": "end", "text": "已恢复"})
        assert [one.kind for one in measures.answers(made)] == ["receive", "apply", "end"]
    with city.acting("sfj.planner"), pytest.raises(NotFound):
        measures.measure(made)


def test_the_pages_of_measures_and_the_workbook(city: City, firms: list[Entity]) -> None:
    firm = firms[0]
    publish(city, firm, ["corrected"])
    client = city.client(WHO)
    where = f"/exports/files/{firm.id}"
    assert client.post(f"{where}/measures", data={"kind": "joint"}).status_code == 422
    form = {
        "kind": "joint", "receiver_id": str(city.bureaus["MZJ"]), "content": "限制评优", "law": "《示范法》第二条", "facts": "事实一",
    }  # fmt: skip
    sent = client.post(f"{where}/measures", data=form)
    assert sent.status_code == 303
    other = city.client("mzj.discloser")
    page = sent.headers["Location"]
    assert "限制评优" in other.get(page).text and firm.name in other.get("/exports/measures/?side=to").text
    assert other.post(page, data={"kind": "decline"}).status_code == 422
    assert other.post(page, data={"kind": "decline", "text": "没有权限"}).status_code == 303
    assert "没有权限" in client.get(page).text and "未采取" in client.get(where).text
    assert city.client("sfj.planner").get(page).status_code == 404
    book = client.get(f"{where}/workbook")
    columns = [Column("类别"), Column("内容"), Column("来源单位"), Column("是否公开")]
    rows = list(read_table(book.data, columns))
    assert [row.cells["是否公开"] for row in rows if row.cells["类别"] == "检查结果"] == ["公开"]
