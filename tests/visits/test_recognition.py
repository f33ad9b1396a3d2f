"""Another bureau's recent published result stands for a check, and the record and the public page say so (R-J7)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.disclosure.models import Disclosure
from onedoor.items.models import Item
from onedoor.kernel import files, trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.visits import queries, service
from onedoor.visits.rules.results import Method
from tenants import settings
from tests.campaigns.builders import World
from tests.visits.builders import ANSWERS, DrawnCampaign
from tests.visits.check_builders import Desk

WHY = "检查内容相同，时间在半年之内"


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    """Market regulation's items may be checked at the door or by others' findings."""
    with world.city.acting("scjg.planner"):
        wanted = "实地检查、行政部门检查结果或专业意见"
        db.session.execute(sa.update(Item).where(Item.id.in_(world.items["SCJG"][:1])).values(method=wanted))
    return Desk(world)


def published(desk: Desk, code: str, days: int = 20, bureau: str = "YJGL") -> UUID:
    """A result of another bureau about a firm, public since it was finished so many days ago."""
    with desk.world.city.acting(f"{bureau.lower()}.discloser"):
        one = Disclosure(
            id=new_id(), tenant_id=desk.world.city.bureaus[bureau], kind="result", subject_id=new_id(), version=1,
            title="检查结果", bureau_name="示范市应急管理局", place="990100", entity_code=code, entity_name="示例",
            content={
                "visit_number": "示应急查〔2031〕8号", "finished_on": (today() - timedelta(days=days)).isoformat(),
                "results": ["未发现问题"], "result_codes": ["nothing"], "items": [],
            },
            since=now() - timedelta(days=1), words="",
        )  # fmt: skip
        db.session.add(one)
        db.session.flush()
        return one.id


def begun(desk: Desk, code: str, **more: Any) -> tuple[UUID, UUID]:
    """A check of the firm that has begun, and its first matter."""
    visit_id = desk.approved(entity_code=code, **more)
    with desk.world.city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方手机没电")
        return visit_id, queries.matters(visit_id)[0].id


def test_a_recent_result_stands_for_the_matter_and_record_and_public_page_say_so(desk: Desk) -> None:
    code, city = desk.firm(), desk.world.city
    result = published(desk, code)
    visit_id, matter_id = begun(desk, code)
    with city.acting("scjg.officer"):
        paper = service.recognise(visit_id, matter_id, result, WHY)
        assert service.recognise(visit_id, matter_id, result, WHY).id == paper.id, "sent twice it counts once"
        assert queries.ways(visit_id)[matter_id].method is Method.OPINION
        assert paper.file_id is not None
        assert b"\xe7\xa4\xba\xe5\xba\x94\xe6\x80\xa5\xe6\x9f\xa5" in files.get(paper.file_id).content
        service.save_item(visit_id, matter_id, answers=ANSWERS, results=["nothing"], note="", revision=0)
        ending = service.Ending(attendee="王店长", signature="signed")
        record = service.submit_record(visit_id, secrets.token_hex(16), ending)
        (line,) = service.record_values(record)["papers"]
        assert line["kind"] == "结果互认" and "不再重复检查" in line["title"] and WHY in line["title"]
        assert "不再重复检查" in "\n".join(step.text for step in trace.of(visit_id))
        with pytest.raises(Conflict, match="已经提交"):
            service.recognise(visit_id, matter_id, result, WHY)
    DrawnCampaign(desk.world, visit_id, visit_id).accept(record.id, "SCJG")
    with city.acting("scjg.discloser"):
        content = service.public_content(queries.record(record.id), queries.visit(visit_id))
        (told,) = content["recognised"]
        assert (told["bureau"], told["disclosure_id"]) == ("示范市应急管理局", str(result))
        assert WHY not in str(content)
    page = city.client("scjg.reviewer").get(f"/visits/records/{record.id}").get_data(as_text=True)
    assert "示范市应急管理局" in page and WHY in page


def test_nothing_old_withdrawn_of_ones_own_or_of_another_firm(desk: Desk, monkeypatch: Any) -> None:
    code, city = desk.firm(), desk.world.city
    old, own = published(desk, code, days=200), published(desk, code, bureau="SCJG")
    other, withdrawn = published(desk, desk.firm()), published(desk, code)
    with city.acting("yjgl.discloser"):
        db.session.get_one(Disclosure, withdrawn).until = now()
    visit_id, matter_id = begun(desk, code)
    with city.acting("scjg.officer"):
        assert queries.recognisable(queries.visit(visit_id)) == []
        for one in (old, own, other, withdrawn, None):
            with pytest.raises(ClerkError) as refused:
                service.recognise(visit_id, matter_id, one, WHY)
            assert set(refused.value.fields) == {"disclosure_id"}
        stands = settings.value
        monkeypatch.setattr(
            settings,
            "value",
            lambda key, **more: 366 if key == "visit_recognition_days" else stands(key, **more),
        )
        assert [one.id for one in queries.recognisable(queries.visit(visit_id))] == [old]
        with pytest.raises(ClerkError) as bare:
            service.recognise(visit_id, matter_id, old, " ")
        assert set(bare.value.fields) == {"recognition_reason"}
    with city.acting("yjgl.officer"), pytest.raises(NotFound):
        service.recognise(visit_id, matter_id, old, WHY)


def test_an_item_that_does_not_allow_others_findings_is_checked(desk: Desk) -> None:
    code, city = desk.firm(), desk.world.city
    result = published(desk, code)
    visit_id, matter_id = begun(desk, code, item_ids=desk.world.items["SCJG"][1:2])
    with city.acting("scjg.officer"), pytest.raises(ClerkError, match="事项清单规定"):
        service.recognise(visit_id, matter_id, result, WHY)


def test_it_is_chosen_on_the_phone(desk: Desk) -> None:
    code, city = desk.firm(), desk.world.city
    result = published(desk, code)
    visit_id, matter_id = begun(desk, code)
    officer = city.client("scjg.officer")
    place = f"/visits/{visit_id}/matters/{matter_id}"
    shown = officer.get(f"{place}/papers").get_data(as_text=True)
    assert "采用其他部门的检查结果" in shown and "示范市应急管理局" in shown
    given = {"disclosure_id": str(result), "recognition_reason": ""}
    refused = officer.post(f"{place}/recognition", data=given)
    assert refused.status_code == 422 and "为什么可以用于本事项" in refused.get_data(as_text=True)
    done = officer.post(
        f"{place}/recognition", data={**given, "recognition_reason": WHY}, follow_redirects=True
    )
    assert "材料已保存" in done.get_data(as_text=True) and WHY in done.get_data(as_text=True)
    stranger = city.client("yjgl.officer").post(f"{place}/recognition", data=given)
    assert stranger.status_code == 404
