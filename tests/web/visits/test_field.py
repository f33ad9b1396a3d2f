"""The officer's phone where something is amiss: bad dates, another day, a scan awaited, a firm that has gone."""

from __future__ import annotations

import io
import re
import secrets
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.rules.codes import EntityStatus
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.visits import queries, service
from onedoor.visits.models import RecordPhoto
from tests.kernel.test_pictures import SECRET, photo
from tests.visits.builders import ANSWERS, DrawnCampaign
from tests.web.visits.test_pages import text


def test_a_scan_is_awaited_on_the_page_itself(going: DrawnCampaign) -> None:
    """R-V2: the same address answers the part of the page that asks again and again."""
    city, visit_id = going.world.city, going.joint()
    with city.acting("scjg.planner"):
        code = queries.visit(visit_id).code
    officer, part = city.client("scjg.officer"), {"HX-Request": "true", "HX-Target": "scan-state"}
    for page in (f"/field/visits/{visit_id}", f"/field/visits/{visit_id}/code"):
        waiting = text(officer.get(page, headers=part))
        assert "hx-trigger" in waiting and "已扫码" not in waiting and "<html" not in waiting
    city.client().get(f"/v/{code}")
    begun = text(officer.get(f"/field/visits/{visit_id}", headers=part))
    assert "对方已扫码核验" in begun and "hx-trigger" not in begun
    shown = text(officer.get(f"/field/visits/{visit_id}/code", headers=part))
    assert "去开始检查" in shown and "hx-trigger" not in shown


def test_another_day_has_a_page_of_its_own(going: DrawnCampaign) -> None:
    city, visit_id = going.world.city, going.joint()
    officer, page = city.client("scjg.officer"), f"/field/visits/{visit_id}/postpone"
    assert f'href="{page}"' in text(officer.get(f"/field/visits/{visit_id}"))
    assert "原定" in text(officer.get(page))
    with city.acting("scjg.planner"):
        visit = queries.visit(visit_id)
        later = queries.calendar().add_working_days(visit.scheduled_on, 1)
    for data, sentence in (
        ({"day": "", "reason": "停电"}, "日期"),
        ({"day": "2020-01-01", "reason": "停电"}, "检查日期应在"),
        ({"day": later.isoformat(), "reason": ""}, "原因"),
    ):
        refused = officer.post(page, data=data)
        assert refused.status_code == 422 and sentence in text(refused) and "form-summary" in text(refused)
    done = officer.post(page, data={"day": later.isoformat(), "reason": "停电"}, follow_redirects=True)
    assert "已改期，其他部门会看到" in text(done)


def test_a_correction_is_not_due_in_the_past_and_a_report_waits_on_the_phone(going: DrawnCampaign) -> None:
    """R-V5, R-V7."""
    city, visit_id = going.world.city, going.joint()
    record_id = going.record(
        visit_id, "SCJG", ["corrected"], handling="correct", handling_due_on=today() + timedelta(days=9)
    )
    going.decide(record_id, "SCJG", False, "请核对改正期限")
    officer, page = city.client("scjg.officer"), f"/field/visits/{visit_id}/finish"
    data = {
        "key": secrets.token_hex(16),
        "attendee": "王店长",
        "signature": "signed",
        "method": "on_site",
        "handling": "correct",
        "handling_due_on": (today() - timedelta(days=1)).isoformat(),
    }
    refused = officer.post(page, data=data)
    assert refused.status_code == 422 and "改正期限不能早于今天" in text(refused)
    assert officer.post(page, data={**data, "handling_due_on": today().isoformat()}).status_code == 303
    link = f"/visits/{visit_id}/report"
    assert link not in text(officer.get("/field"))
    going.accept(record_id, "SCJG")
    assert "待完成检查报告" in text(officer.get("/field")) and link in text(officer.get("/field"))
    assert link not in text(city.client("scjg.officer6").get("/field")), "who was not there writes no report"
    assert officer.post(link, data={"assessment": "良好", "proposed": "复查"}).status_code == 303
    assert link not in text(officer.get("/field"))


def test_photos_are_kept_without_what_the_camera_wrote_for_the_own_bureau_alone(going: DrawnCampaign) -> None:
    """R-V4; access.md, "record, report, photos": partners read the accepted record without them, the supervisor with them."""
    city, visit_id = going.world.city, going.joint()
    officer, page = city.client("scjg.officer"), f"/field/visits/{visit_id}"
    photos = f"/visits/{visit_id}/photos"
    assert photos not in text(officer.get(page)), "nothing is recorded before the check has begun"
    with city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方手机没电")
    assert photos in text(officer.get(page)) and "需要网络" in text(officer.get(photos))
    for sent, sentence in (((), "请先拍照"), ((b"<svg onload=alert(1)>",), "这不是可以使用的照片")):
        refused = officer.post(photos, data=camera(*sent))
        assert refused.status_code == 422 and sentence in text(refused)
    given = photo("JPEG")
    kept = officer.post(photos, data=camera(given, given, b"%PDF-"), follow_redirects=True)
    assert "已保存 1 张" in text(kept) and "这不是可以使用的照片" in text(kept)
    (small,) = re.findall(r'src="(/visits/photos/[^"]+)"', text(kept))
    (whole,) = re.findall(r'href="(/visits/photos/[^"]+\.jpg)"', text(kept))
    for address in (small, whole):
        shown = officer.get(address)
        assert shown.mimetype == "image/jpeg" and shown.headers["X-Content-Type-Options"] == "nosniff"
        assert (
            "sandbox" in shown.headers["Content-Security-Policy"]
            and shown.headers["Cache-Control"] == "no-store"
        )
        assert SECRET.encode() in given and SECRET.encode() not in shown.data
    other = going.partner(visit_id).lower()
    for who in (f"{other}.officer", f"{other}.planner", "wsjk.planner", "sfj.supervisor"):
        assert {city.client(who).get(address).status_code for address in (small, whole)} <= {403, 404}, who
    (removal,) = re.findall(rf'action="({photos}/[^"]+/remove)"', text(kept))
    assert city.client(f"{other}.officer").post(removal).status_code == 404
    record_id = going.record(visit_id, "SCJG")
    assert officer.post(removal).status_code == 409 and small in text(officer.get(photos))
    assert officer.post(photos, data=camera(photo("PNG"))).status_code == 422
    assert small in text(city.client("scjg.reviewer").get(f"/visits/records/{record_id}"))
    going.decide(record_id, "SCJG", False, "照片不清楚")
    assert "已保存 0 张" in text(officer.post(removal, follow_redirects=True))
    assert "已保存 1 张" in text(officer.post(photos, data=camera(photo("PNG")), follow_redirects=True))
    going.again(visit_id, "SCJG", signed_again=True)
    going.accept(record_id, "SCJG")
    read = text(city.client(f"{other}.planner").get(f"/visits/records/{record_id}"))
    assert "现场检查笔录" in read and "现场照片" not in read
    of_it = sa.select(RecordPhoto.id).where(RecordPhoto.record_id == record_id)
    for who, supervisor, seen in (
        ("scjg.planner", False, 1),
        (f"{other}.planner", False, 0),
        ("sfj.supervisor", True, 1),
    ):
        with city.acting(who, supervisor=supervisor):
            assert len(db.session.scalars(of_it).all()) == seen, who
    with city.acting("scjg.planner"):
        events = sa.select(AuditEntry.event).where(AuditEntry.subject_id == record_id).order_by(AuditEntry.at)
        said = [each for each in db.session.scalars(events) if each.startswith("visits.photo")]
    assert said == ["visits.photo.add", "visits.photo.remove", "visits.photo.add"]


def camera(*content: bytes) -> dict[str, Any]:
    """What a phone sends: the one just taken, and those chosen."""
    files = [(io.BytesIO(each), f"IMG_{n}.jpg") for n, each in enumerate(content)]
    return {"taken": files[:1] or (io.BytesIO(), ""), "chosen": files[1:]}


@pytest.mark.parametrize("status", [EntityStatus.MOVED, EntityStatus.DEREGISTERED])
def test_the_lead_is_told_that_a_firm_has_gone(going: DrawnCampaign, status: EntityStatus) -> None:
    """R-L6: the reason is at hand, and the visit is called off with it."""
    city, visit_id = going.world.city, going.joint()
    coordinator, batch = city.client("scjg.planner"), f"/visits/campaigns/{going.campaign_id}"
    with city.acting("scjg.planner"):
        entity = entity_queries.entity_by_code(queries.visit(visit_id).entity_code)
        entity_service.set_status(entity, status, today(), "去向见登记档案")
        name = entity.name
    assert "检查对象已不在本地" in text(coordinator.get(batch))
    shown = text(coordinator.get(f"/visits/{visit_id}"))
    assert "登记机关记载该对象已" in shown and "登记状态" in shown and 'value="已' in shown
    coordinator.post(f"/visits/{visit_id}/cancel", data={"reason": f"{name}已不在本地"})
    after = text(coordinator.get(f"/visits/{visit_id}"))
    assert "取消原因" in after and "登记机关记载该对象" not in after and "登记状态" in after
    assert "检查对象已不在本地" not in text(coordinator.get(batch))


def test_a_point_asks_for_a_photo_and_a_word_upon_a_certain_answer(
    going: DrawnCampaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-L1, R-V4: what the checklist requires is said on the phone, kept with its point, and demanded at the end."""
    city, visit_id = going.world.city, going.joint()
    with city.acting("scjg.planner"):
        matters = queries.matters(visit_id, city.bureaus["SCJG"])
        matters[0].checklist = [
            {
                "point": "通道畅通",
                "kind": "yes_no",
                "photo": ["no"],
                "note": ["no"],
                "hint": "走一遍",
                "default": "堆放",
            },
            {"point": "冷库温度", "kind": "number", "unit": "℃", "lowest": "-30", "highest": "8"},
        ]
        matter_ids = [each.id for each in matters]
    with city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方手机没电")
        for other in matter_ids[1:]:
            service.save_item(visit_id, other, answers=ANSWERS, results=["nothing"], note="", revision=0)
    officer, page = city.client("scjg.officer"), f"/field/visits/{visit_id}/matters/{matter_ids[0]}"
    shown = text(officer.get(page))
    assert "选“否”时须拍照" in shown and "走一遍" in shown and "-30 到 8" in shown and ">堆放<" in shown
    given = {
        "results": "corrected",
        "revision": "0",
        "note": "当场清理",
        "point-0": "no",
        "note-0": "堆放纸箱",
    }
    hot = {**given, "point-1": "20", "photo-0": (io.BytesIO(photo("JPEG")), "a.jpg")}
    refused = officer.post(page, data=hot, content_type="multipart/form-data")
    assert refused.status_code == 422 and "超出了要点规定的范围" in text(refused)
    assert "已有 1 张" in text(officer.get(page)), "the photo is kept though a number is to be mended"
    assert officer.post(page, data={**given, "point-1": "4.50"}).status_code == 303
    with city.acting("scjg.officer"):
        (kept,) = queries.photos_of(queries.my_record(visit_id).id, matter_ids[0])[0]  # type: ignore[union-attr]
        service.remove_photo(visit_id, kept.id)
    assert "要点“通道畅通”须拍照。" in text(officer.get(f"/field/visits/{visit_id}"))
    ending = service.Ending(
        attendee="王店长", signature="signed", handling="correct", handling_due_on=today() + timedelta(days=9)
    )
    with city.acting("scjg.officer"), pytest.raises(ClerkError, match="没有填完：要点“通道畅通”须拍照"):
        service.submit_record(visit_id, secrets.token_hex(16), ending)
    again = {**given, "revision": "1", "point-1": "4.5", "photo-0": (io.BytesIO(photo("JPEG")), "a.jpg")}
    with city.acting("scjg.officer"):
        apart = service.add_photo(visit_id, service.develop(visit_id, photo("JPEG"))).id

    def refuse(*_given: Any) -> None:
        raise ClerkError("这条要点不要照片。")

    with monkeypatch.context() as patched:
        patched.setattr("onedoor.visits.service.photos._expect_point", refuse)
        refused = officer.post(page, data=again, content_type="multipart/form-data")
        assert "这条要点不要照片" in text(refused)
    with city.acting("scjg.officer"):
        assert db.session.get(RecordPhoto, apart) is not None, "nothing is undone by what was refused"
    again["photo-0"] = (io.BytesIO(photo("JPEG")), "a.jpg")
    assert officer.post(page, data=again, content_type="multipart/form-data").status_code == 303
    with city.acting("scjg.officer"):
        record_id = service.submit_record(visit_id, secrets.token_hex(16), ending).id
    read = text(city.client("scjg.reviewer").get(f"/visits/records/{record_id}"))
    assert "否：堆放纸箱" in read and "要点：通道畅通" in read and "4.5 ℃" in read
