"""Who complained or reported stands in no document, list, file, page, public result or answer: only behind a logged reveal (R-V9, R-T7)."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.db import db
from onedoor.visits import queries, service
from tenants.rules import Permission as P
from tests.api.test_registry_loads import token
from tests.campaigns.builders import World
from tests.visits.builders import settle
from tests.visits.check_builders import CLERK, Desk

NAME, PHONE = "王举报", "13900001111"


@pytest.fixture(scope="module")
def desk(city: Any) -> Desk:
    return Desk(settle(World(city).fill()))


def words(answer: Any) -> str:
    """What an answer says; of a workbook or a document what is packed in it."""
    data = answer.get_data()
    if not data.startswith(b"PK"):
        return str(answer.get_data(as_text=True))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


@pytest.mark.committed("the public reads what was published")
def test_nobody_who_looks_or_downloads_finds_who_complained(desk: Desk) -> None:
    city = desk.world.city
    visit_id = desk.approved(complainant_name=NAME, complainant_phone=PHONE)
    with city.acting(CLERK):
        code = queries.visit(visit_id).code
        service.issue_notice(visit_id)
    record_id = desk.record(visit_id)
    with city.acting("scjg.officer"):
        service.complete_report(visit_id, "总体规范", "无")
    with city.acting("scjg.discloser"):
        service.disclose([record_id])
    clerk, nobody = city.client(CLERK), city.client()
    system = token(city, "SCJG", P.BUREAU_READ, P.VISIT_MANAGE, P.VISIT_RECORD, P.DISCLOSE)
    pages = {
        clerk: [
            f"/visits/{visit_id}", f"/visits/{visit_id}/notice", f"/visits/{visit_id}/notice.docx", f"/visits/{visit_id}/sheet",
            f"/visits/{visit_id}/record", f"/visits/{visit_id}/complainant", f"/visits/records/{record_id}", "/visits",
            "/visits?export=xlsx", "/ledger", "/ledger/print", "/ledger/f11.xlsx", "/ledger?export=csv",
        ],
        nobody: [f"/v/{code}", f"/open/results/{record_id}", "/open/results", "/api/v1/disclosures/"],
        city.client("scjg.officer"): [f"/field/visits/{visit_id}"],
        city.client("sfj.supervisor"): [
            f"/oversight/visits/{visit_id}", f"/oversight/results/{record_id}", "/oversight/ledger/f11.xlsx",
        ],
    }  # fmt: skip
    asked = [(client.get(path), path) for client, paths in pages.items() for path in paths]
    for path in (
        "/ledger/",
        f"/visits/{visit_id}",
        f"/visits/{visit_id}/records",
        "/changes/visits",
        "/events/",
    ):
        asked.append((nobody.get(f"/api/v1{path}", headers=system), path))
    for answer, path in asked:
        assert answer.status_code == 200, path
        said = words(answer)
        assert NAME not in said and PHONE not in said, path
    assert code in words(clerk.get(f"/visits/{visit_id}/notice")), "it is this check that was read"
    shown = clerk.post(f"/visits/{visit_id}/complainant", data={"why": "回访核实"})
    assert NAME in words(shown)
    with city.acting(CLERK):
        event = sa.select(AuditEntry).where(
            AuditEntry.event == "visits.complainant.reveal", AuditEntry.subject_id == visit_id
        )
        entries = db.session.scalars(event).all()
    assert len(entries) == 1 and NAME not in str(entries[0].after)


def test_it_is_given_and_shown_over_no_interface(desk: Desk) -> None:
    """Over the interface it goes in and does not come out."""
    city = desk.world.city
    system = token(city, "SCJG", P.BUREAU_READ, P.VISIT_MANAGE, P.VISIT_RECORD)
    asked = desk.proposal()
    body = {
        "kind": "single", "source": "complaint", "entity_code": asked.entity_code, "key": uuid4().hex,
        "item_ids": [str(one) for one in asked.item_ids], "inspector_ids": [str(one) for one in asked.inspector_ids],
        "starts_on": asked.starts_on.isoformat(), "reason": "群众反映后厨不洁", "reference": "12345-0001",
        "announced": True, "complainant_name": NAME, "complainant_phone": PHONE,
    }  # fmt: skip
    made = city.client().post("/api/v1/visits/", headers=system, json=body)
    assert made.status_code == 201 and NAME not in words(made), words(made)
    with city.acting(CLERK):
        visit_id = made.get_json()["id"]
        assert service.reveal_complainant(visit_id, "回访核实").name == NAME
