"""Several platforms, each by its own channel against a stand-in of its own: it answers, rejects, is silent, comes back (R-O2, R-O3)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from onedoor.config import Config
from onedoor.credit import platforms, queries, service
from onedoor.credit.channels import Folder
from onedoor.credit.models import Export, ExportRecord
from onedoor.credit.platform_stand_in import Receiver
from onedoor.credit.platform_stand_in_files import CounterPlatform, FolderPlatform
from onedoor.credit.service.layouts import layouts
from onedoor.disclosure import service as disclosure
from onedoor.kernel import jobs
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.messages.models import Message
from tenants.queries import places
from tenants.settings.queries import line_up
from tests.credit.operator import operating
from tests.credit.results import publish
from tests.fixtures.city import City

WHO = "scjg.discloser"
SET = {
    "place": "", "channel": "push", "address": "", "token": "", "folder": "", "schedule": "by_hand", "hour": 8, "patience": 60,
    "result_layout": "inspection-result", "penalty_layout": "", "active": True,
}  # fmt: skip


def save(city: City, code: str, title: str, **changes: Any) -> None:
    with operating(city):
        known = code in {one.code for one in platforms.platforms()}
        service.save_platform({**SET, "code": code, "title": title, **changes}, code if known else None)


def only(city: City, code: str) -> None:
    """All platforms but one are out of use."""
    with operating(city):
        for one in platforms.platforms():
            one.active = one.code == code


def send(city: City, code: str, run_jobs: Any) -> UUID:
    """A batch for one platform; returns its id."""
    only(city, code)
    with city.acting(WHO):
        made = service.make_batch()
        assert made is not None and made.platform == code
        made_id = made.id
    run_jobs()
    return made_id


def later(city: City, run_jobs: Any) -> None:
    """The next time receipts are asked for."""
    with city.acting(WHO):
        db.session.execute(sa.update(jobs.Job).where(jobs.Job.state == "waiting").values(not_before=now()))
    run_jobs()


def state(city: City, subject: UUID, code: str) -> tuple[str, str]:
    with city.acting(WHO):
        one = db.session.query(ExportRecord).filter_by(subject_id=subject, platform=code)
        found = one.order_by(ExportRecord.version.desc()).first()
        assert found is not None
        return found.state, found.reason


@pytest.fixture(scope="module")
def exchange(app: Flask, config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder under which batches are dropped."""
    folder = tmp_path_factory.mktemp("exchange")
    before = app.extensions["onedoor.config"]
    app.extensions["onedoor.config"] = replace(before, export_folder=str(folder))
    yield folder
    app.extensions["onedoor.config"] = before


def test_a_platform_that_looks_into_a_folder(city: City, exchange: Path, run_jobs: Any) -> None:
    save(city, "province", "省级行政执法平台", channel="folder", folder="province")
    stand_in = FolderPlatform(exchange / "province", {"entity_name": 40, "task_name": 40})
    good, long = publish(city, 41), publish(city, 42, campaign_name="长" * 50)
    batch = send(city, "province", run_jobs)
    assert state(city, good, "province")[0] == "sent", "it is silent until it looks"
    assert stand_in.work() == 1
    later(city, run_jobs)
    assert state(city, good, "province") == ("accepted", "")
    assert state(city, long, "province") == ("rejected", "task_name超过 40 个字。")
    assert stand_in.work() == 0 and str(good) in stand_in.records
    with city.acting(WHO):
        assert queries.export(batch).answered_at is not None and queries.reconciliation(batch).open == 0
        record = db.session.query(ExportRecord).filter_by(subject_id=long, platform="province").one()
        with pytest.raises(Conflict, match="来源没有变化"):
            service.mend(record.id)
        # The platform made its field longer.
        known, stand_in = stand_in.records, FolderPlatform(exchange / "province", {"entity_name": 40})
        stand_in.records.update(known)
        service.mend(record.id, as_it_is=True)
        disclosure.withdraw("result", good, "信用修复", "repaired")
    send(city, "province", run_jobs)
    stand_in.work()
    later(city, run_jobs)
    assert state(city, long, "province")[0] == "accepted" and state(city, good, "province")[0] == "withdrawn"
    assert set(stand_in.records) == {str(long)}


def test_a_batch_in_a_folder_is_never_written_over(exchange: Path) -> None:
    way = Folder(exchange / "twice")
    batch = {"batch": "B1", "records": [{"number": "1"}]}
    assert way.deliver(batch)["1"].state == "received" and way.deliver(batch)["1"].state == "received"
    with pytest.raises(Conflict):
        way.deliver({"batch": "B1", "records": [{"number": "1", "more": 1}]})
    (exchange / "twice" / "B1.receipt.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ClerkError, match="不是约定的回执格式"):
        way.deliver(batch)
    (exchange / "twice" / "B1.receipt.json").unlink()
    (exchange / "secret.json").write_text('{"receipts": []}', encoding="utf-8")
    (exchange / "twice" / "B1.receipt.json").symlink_to(exchange / "secret.json")
    with pytest.raises(ClerkError, match="交换目录"):
        way.deliver(batch)


def test_a_platform_that_files_are_carried_to(city: City, run_jobs: Any) -> None:
    save(city, "upper", "市级双公示平台", channel="manual")
    counter = CounterPlatform({"名称": 40, "抽查任务名称": 40})
    good, long = publish(city, 43), publish(city, 44, campaign_name="长" * 50)
    batch = send(city, "upper", run_jobs)
    client = city.client(WHO)
    where = f"/exports/{batch}"
    assert "人工上传" in client.get(where).text
    with city.acting(WHO), pytest.raises(Conflict, match="还没有下载过"):
        service.take_receipt_file(batch, b"x")
    workbook = client.post(f"{where}/file")
    assert workbook.status_code == 200 and "sheet" in str(workbook.mimetype)
    assert state(city, good, "upper")[0] == "sent"
    receipts = counter.take(workbook.data)
    with city.acting(WHO), pytest.raises(ClerkError, match="没有编号为 7 的记录"):
        service.take_receipt_file(batch, "记录编号,回执结果\r\n7,已接收\r\n".encode())
    with city.acting(WHO), pytest.raises(ClerkError, match="写明退回原因"):
        service.take_receipt_file(batch, f"记录编号,回执结果\r\n{good},已退回\r\n".encode())
    assert state(city, good, "upper")[0] == "sent", "nothing of a wrong file is taken"
    answer = client.post(f"{where}/receipts", data={"receipts": (io.BytesIO(receipts), "回执.xlsx")})
    assert answer.status_code == 303
    assert state(city, good, "upper") == ("accepted", "") and state(city, long, "upper")[0] == "rejected"
    with city.acting(WHO):
        assert queries.export(batch).answered_at is not None
        with pytest.raises(ClerkError, match="没有新的回执"):
            service.take_receipt_file(batch, receipts)
    other = city.client("mzj.discloser")
    assert other.post(f"{where}/file").status_code == 404


def test_a_platform_of_a_place_that_is_silent_and_comes_back(city: City, run_jobs: Any) -> None:
    with Receiver(token="of-the-city") as receiver:
        given = {"address": receiver.url, "token": "of-the-city", "patience": 1}
        save(city, "city", "示范市信用平台", place="990100", **given)
        with operating(city):
            kept = platforms.platform("city").token
            assert kept is not None and b"of-the-city" not in bytes(kept)
        subject = publish(city, 45)
        until = receiver.silent()
        batch = send(city, "city", run_jobs)
        until.set()
        with city.acting(WHO):
            job = jobs.latest_for(batch)
            assert job is not None and "超过时限没有答复" in (job.problem or "")
        assert state(city, subject, "city")[0] == "waiting" and not receiver.records
        with city.acting(WHO):
            record = db.session.query(ExportRecord).filter_by(subject_id=subject, platform="city").one()
            record.changed_at = now() - timedelta(days=4)
        with city.acting(WHO):
            service.follow_publications()
            told = sa.select(sa.func.count()).where(Message.text.contains("报送还没有得到报送平台确认"))
            assert db.session.scalar(told) == 1, "what is not confirmed is chased"
        with city.acting(WHO):
            service.send(batch)
        assert state(city, subject, "city") == ("accepted", "") and str(subject) in receiver.records
    with operating(city):
        other = next(one.code for one in places() if one.code not in line_up("990100"))
    save(city, "city", "示范市信用平台", place=other, address="https://platform.test", token="")
    only(city, "city")
    with city.acting(WHO):
        assert platforms.in_use() == [], "another place's platform is not this bureau's"


def test_batches_are_made_when_they_are_due(city: City, exchange: Path) -> None:
    save(city, "province", "省级行政执法平台", channel="folder", folder="province", schedule="hourly")
    only(city, "province")
    with city.acting(WHO):
        db.session.execute(sa.update(Export).values(made_at=now() - timedelta(days=2)))
    subject = publish(city, 46)
    with city.acting(WHO):
        assert service.send_on_schedule() == 1 and service.send_on_schedule() == 0
    assert state(city, subject, "province")[0] == "waiting"
    publish(city, 47)
    with city.acting(WHO):
        assert service.send_on_schedule() == 0, "not within the same hour"
    save(city, "province", "省级行政执法平台", channel="folder", folder="province", schedule="daily", hour=0)
    with city.acting(WHO):
        assert service.send_on_schedule() == 0, "once a day"
        db.session.execute(sa.update(Export).values(made_at=now() - timedelta(days=2)))
    with city.acting(WHO):
        assert service.send_on_schedule() == 1


def test_a_new_version_does_not_touch_what_was_made(city: City, exchange: Path, run_jobs: Any) -> None:
    with operating(city):
        first = service.new_layout("versions", "result", "有版本的格式")
        field = {
            "key": "JG",
            "label": "机关",
            "kind": "text",
            "longest": 60,
            "decimals": 0,
            "source": "authority",
        }
        service.put_field(first.id, field)
        service.use_layout(first.id)
    save(city, "versions", "有版本的平台", channel="folder", folder="versions", result_layout="versions")
    long = publish(city, 48)
    send(city, "versions", run_jobs)
    stand_in = FolderPlatform(exchange / "versions", {"JG": 3})
    stand_in.work()
    later(city, run_jobs)
    with operating(city):
        service.drop_field(service.next_version(first.id).id, "JG")
        second = next(one for one in layouts() if one.family == "versions")
        service.use_layout(second.id)
    fresh = publish(city, 49)
    with city.acting(WHO):
        kept = db.session.query(ExportRecord).filter_by(subject_id=long, platform="versions").one()
        assert kept.state == "rejected" and kept.layout == "versions/1"
        # Made anew by the layout in use, which asks for it no more.
        assert service.mend(kept.id).layout == "versions/2"
    with city.acting(WHO):
        made, refused = service.make_batches()
        assert {one.layout for one in made if one.platform == "versions"} == {"versions/2"}
    with city.acting(WHO):
        new = db.session.query(ExportRecord).filter_by(subject_id=fresh, platform="versions").one()
        assert "JG" not in new.fields


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "A"}, "code"),
        ({"title": " "}, "title"),
        ({"channel": "pigeon"}, "channel"),
        ({"channel": "push"}, "address"),
        ({"address": "ftp://x"}, "address"),
        ({"channel": "folder", "folder": "../up"}, "folder"),
        ({"schedule": "never"}, "schedule"),
        ({"hour": 24}, "hour"),
        ({"patience": 999}, "patience"),
        ({"result_layout": "none"}, "result_layout"),
        ({"result_layout": ""}, "result_layout"),
        ({"place": "000000"}, "place"),
    ],
)
def test_what_a_platform_lacks_is_said(city: City, changes: dict[str, Any], field: str) -> None:
    with operating(city), pytest.raises(ClerkError) as refused:
        service.save_platform({**SET, "code": "other", "title": "另一个", "channel": "manual", **changes})
    assert set(refused.value.fields) == {field}


def test_the_operators_pages_of_platforms(city: City) -> None:
    client = city.client("sjj.ops")
    assert client.get("/platform/outside/new").status_code == 200
    form = {**SET, "code": "by-page", "title": "页面平台", "channel": "manual", "active": "1"}
    assert client.post("/platform/outside/new", data={**form, "code": "?"}).status_code == 422
    assert client.post("/platform/outside/new", data=form).status_code == 303
    assert "页面平台" in client.get("/platform/outside").text
    changed = {**form, "title": "改名的平台", "schedule": "daily", "hour": "9"}
    assert client.post("/platform/outside/by-page", data=changed).status_code == 303
    assert "改名的平台" in client.get("/platform/outside").text
    assert client.get("/platform/outside/nothing").status_code == 404
    assert client.get("/platform/outside/by-page").status_code == 200
