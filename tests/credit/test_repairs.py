"""A penalty goes to two platforms, is repaired, and leaves the public and both, with receipts (R-O2, R-O3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from onedoor.config import Config
from onedoor.credit import queries, service
from onedoor.credit.models import ExportRecord
from onedoor.credit.platform_stand_in import Receiver
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure import service as disclosure
from onedoor.kernel.clock import now, today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.messages.models import Message
from tenants import approvals
from tenants.rules import PERMISSIONS, Role
from tests.credit.conftest import TOKEN
from tests.credit.results import publish
from tests.fixtures.city import City

HEAD = PERMISSIONS[Role.HEAD]
GIVEN = {"source": "platform", "applicant": "示范店", "reason": "罚款已缴清", "paper": "承诺书"}


@pytest.fixture(scope="module")
def sharing(app: Flask, config: Config, platform: Receiver) -> Iterator[Receiver]:
    """The sharing platform beside the first."""
    before = app.extensions["onedoor.config"]
    with Receiver(token="another") as receiver:
        app.extensions["onedoor.config"] = replace(
            before,
            sharing_url=receiver.url,
            sharing_token="another",
            credit_url=platform.url,
            credit_token=TOKEN,
        )
        yield receiver
    app.extensions["onedoor.config"] = before


def publish_penalty(city: City, number: int, gravity: str = "light", decided: date | None = None) -> UUID:
    """Make a penalty of a made-up firm public, as `disclose_penalty` does; returns its subject."""
    subject, decided = new_id(), decided or today()
    content = {
        "number": f"示市监罚〔2026〕{number}号", "party_kind": "法人及非法人组织", "facts": "销售过期食品", "reason": "经营过期食品",
        "basis": "《食品安全法》第一百二十四条", "sanctions": ["罚款"], "content": "罚款一万元", "fine": "1", "confiscated": "",
        "licence": "", "decided_on": decided.isoformat(), "valid_until": "", "authority": "示范市市场监督管理局",
        "authority_code": "11990100000000000A", "source": "示范市市场监督管理局", "source_code": "11990100000000000A",
        "gravity": gravity,
    }  # fmt: skip
    with city.acting("scjg.discloser"):
        disclosure.publish(
            "penalty", subject, f"示范店{number}：行政处罚", content, entity_code=made_up_credit_code(number),
            entity_name=f"示范店{number}", until=now() + timedelta(days=90),
        )  # fmt: skip
    return subject


def send(city: City, run_jobs: Any) -> None:
    with city.acting("scjg.discloser"):
        service.make_batches()
    run_jobs()


def repair(city: City, subject: UUID, kind: str = "penalty", approved: bool = True) -> UUID:
    with city.acting("scjg.discloser"):
        public = disclosures.of_subject(kind, subject)
        assert public is not None
        made = service.apply_for_repair(public.id, {**GIVEN, "applied_on": today()}).id
    with city.acting("scjg.head"):
        asked = approvals.waiting_for("repair", made)
        assert asked is not None
        service.decide_repair(asked, approved, "" if approved else "义务没有履行", HEAD)
    return made


def states(city: City, subject: UUID) -> dict[str, str]:
    with city.acting("scjg.discloser"):
        rows = db.session.query(ExportRecord).filter_by(subject_id=subject)
        return {one.platform: one.state for one in rows}


def test_a_repaired_penalty_leaves_both_platforms_with_receipts(
    city: City, platform: Receiver, sharing: Receiver, run_jobs: Any
) -> None:
    subject = publish_penalty(city, 21)
    send(city, run_jobs)
    assert states(city, subject) == {"credit": "accepted", "sharing": "accepted"}
    held = sharing.records[str(subject)]["fields"]
    assert held["CF_WSH"] == "示市监罚〔2026〕21号" and held["CF_NR_FK"] == "1" and held["CF_GSJZQ"]
    assert platform.records[str(subject)]["fields"] == held
    with city.acting("scjg.discloser"):
        before = queries.withdrawn_count()
    repair(city, subject)
    run_jobs()
    assert states(city, subject) == {"credit": "withdrawn", "sharing": "withdrawn"}
    assert str(subject) not in platform.records and str(subject) not in sharing.records
    with city.acting("scjg.discloser"):
        assert queries.withdrawn_count() == before + 2
        assert disclosures.of_subject("penalty", subject) is None
    page = city.client().get(f"/open/penalties/{subject}")
    assert page.status_code == 410 and "已依法终止公示" in page.text
    assert "示范店21" not in page.text and "信用修复" not in page.text.split("<main")[1].split("</main")[0]


def test_what_expired_and_what_was_corrected_follow_by_themselves(
    city: City, platform: Receiver, sharing: Receiver, run_jobs: Any
) -> None:
    """R-O3: the nightly job; nothing new goes out with it that nobody sent before."""
    penalty, result = publish_penalty(city, 22), publish(city, 1)
    send(city, run_jobs)
    unsent = publish(city, 2)
    publish(city, 1, subject=result, handling="无需后续处置")
    with city.acting("scjg.discloser"):
        found = disclosures.of_subject("penalty", penalty)
        assert found is not None
        found.until = now()
    with city.acting("scjg.discloser"):
        assert service.follow_publications() == 3
    run_jobs()
    assert states(city, penalty) == {"credit": "withdrawn", "sharing": "withdrawn"}
    assert platform.records[str(result)]["version"] == 2
    assert states(city, unsent) == {}
    with city.acting("scjg.discloser"):
        assert service.follow_publications() == 0


def test_repair_is_decided_by_another_and_not_before_its_time(
    city: City, platform: Receiver, sharing: Receiver
) -> None:
    grave = publish_penalty(city, 23, "serious", today() - timedelta(days=100))
    light = publish_penalty(city, 24)
    with city.acting("scjg.discloser"):
        public = disclosures.of_subject("penalty", grave)
        assert public is not None
        with pytest.raises(Conflict, match="最短公示期未满"):
            service.apply_for_repair(public.id, {**GIVEN, "applied_on": today()})
        public = disclosures.of_subject("penalty", light)
        assert public is not None
        with pytest.raises(ClerkError) as refused:
            service.apply_for_repair(
                public.id, {**GIVEN, "reason": " ", "applied_on": today() + timedelta(days=1)}
            )
        assert set(refused.value.fields) == {"reason", "applied_on"}
        made = service.apply_for_repair(public.id, {**GIVEN, "applied_on": today()}).id
        with pytest.raises(Conflict, match="正在办理"):
            service.apply_for_repair(public.id, {**GIVEN, "applied_on": today()})
        asked = approvals.waiting_for("repair", made)
        assert asked is not None
        with pytest.raises(Forbidden):
            service.decide_repair(asked, True, "", HEAD)
    with city.acting("mzj.discloser"), pytest.raises(NotFound):
        service.apply_for_repair(public.id, {**GIVEN, "applied_on": today()})
    with city.acting("scjg.head"):
        asked = approvals.waiting_for("repair", made)
        assert asked is not None
        service.decide_repair(asked, False, "义务没有履行", HEAD)
    with city.acting("scjg.discloser"):
        assert (
            queries.repair(made).state == "refused" and disclosures.of_subject("penalty", light) is not None
        )


def test_a_platform_that_does_not_confirm_is_chased_once_a_day(
    city: City, platform: Receiver, sharing: Receiver, run_jobs: Any
) -> None:
    subject = publish_penalty(city, 25)
    send(city, run_jobs)
    sharing.fail(times=50)
    repair(city, subject)
    run_jobs()
    assert states(city, subject)["credit"] == "withdrawn" and states(city, subject)["sharing"] == "waiting"
    with city.acting("scjg.discloser"):
        record = db.session.query(ExportRecord).filter_by(subject_id=subject, platform="sharing").one()
        record.changed_at = now() - timedelta(days=4)
    said = sa.select(sa.func.count()).where(Message.text.contains("请联系平台催办"))
    with city.acting("scjg.discloser"):
        service.follow_publications()
        service.follow_publications()
        assert db.session.scalar(said) == 1
    with city.acting("scjg.discloser"):
        record = db.session.query(ExportRecord).filter_by(subject_id=subject, platform="sharing").one()
        assert record.chased_on == today()


def test_the_pages_of_repair(city: City, platform: Receiver, sharing: Receiver, run_jobs: Any) -> None:
    subject = publish_penalty(city, 26)
    client = city.client("scjg.discloser")
    with city.acting("scjg.discloser"):
        public = disclosures.of_subject("penalty", subject)
        assert public is not None
    assert "示范店26" in city.client().get(f"/open/penalties/{subject}").text
    assert "示市监罚〔2026〕26号" in city.client().get(f"/open/firms/{made_up_credit_code(26)}").text
    assert "受理信用修复申请" in client.get(f"/disclosures/{public.id}").text
    where = f"/exports/repairs/new/{public.id}"
    assert client.post(where, data={"source": "clerk"}).status_code == 422
    given = {"source": "clerk", "applicant": "店主", "applied_on": today().isoformat(), "reason": "已改正"}
    assert client.post(where, data=given).status_code == 303
    listed = client.get("/exports/repairs/").text
    assert "示范店26" in listed and "等待决定" in listed
    assert "信用修复" in city.client("scjg.head").get("/desk/inbox").text
    with city.acting("scjg.discloser"):
        found = queries.repair_of(subject)
        assert found is not None
    assert "店主" in client.get(f"/exports/repairs/{found.id}").text
    assert city.client("mzj.discloser").get(f"/exports/repairs/{found.id}").status_code == 404
    assert city.client("mzj.discloser").get(where).status_code == 404
