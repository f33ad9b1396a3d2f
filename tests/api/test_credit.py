"""Credit over the interface: lists, files, measures, classes, repair, batches (R-O2 to R-O5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from onedoor.disclosure import queries as disclosures
from onedoor.disclosure.models import Disclosure
from onedoor.entities.models import Entity
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from tenants.rules import Permission
from tests.api.test_registry_loads import read, send, token
from tests.campaigns.builders import World
from tests.credit.test_classes import publish
from tests.fixtures.city import City

BASE = "/api/v1/credit"
MAY = (Permission.BUREAU_READ, Permission.DISCLOSE)


@pytest.fixture(scope="module")
def firm(city: City) -> Entity:
    """A firm of the register with a public result."""
    World(city).fill()
    with city.acting("scjg.planner"):
        found = db.session.query(Entity).filter(Entity.kind == "91").order_by(Entity.code).first()
        assert found is not None
        db.session.expunge(found)
    publish(city, found, ["corrected"])
    return found


@pytest.fixture(scope="module")
def own(city: City) -> dict[str, str]:
    return token(city, "SCJG", *MAY)


@pytest.fixture(scope="module")
def other(city: City) -> dict[str, str]:
    return token(city, "MZJ", *MAY)


def test_lists_files_and_classes(
    city: City, firm: Entity, own: dict[str, str], other: dict[str, str]
) -> None:
    basis = next(one for one in read(city, f"{BASE}/bases", own)["bases"] if one["kind"] == "serious")
    day, until = today().isoformat(), (today() + timedelta(days=365)).isoformat()
    given: dict[str, Any] = {
        "entity_code": firm.code, "basis_id": basis["id"], "paper": "接口列〔2026〕1号", "told_on": day, "told_how": "邮寄",
        "entered_on": day, "until": until,
    }  # fmt: skip
    refused = send(city, "POST", "credit/listings", own, **{**given, "told_on": None})
    assert refused.status_code == 422 and "told_on" in refused.text
    made = send(city, "POST", "credit/listings", own, **given)
    assert made.status_code == 201 and made.json["keeper"] == "示范市市场监督管理局"
    assert made.json["id"] in [one["id"] for one in read(city, f"{BASE}/listings", other)["items"]]
    leave = f"credit/listings/{made.json['id']}/exit"
    assert send(city, "POST", leave, other, exit_paper="x").status_code == 404
    assert send(city, "POST", leave, own, exit_paper="接口移〔2026〕1号").json["exit_on"] == day
    taken = {"entity_code": firm.code, "grade": "C", "since": day, "paper": "省局第1批"}
    assert send(city, "POST", "credit/classes", other, **taken).status_code == 403
    assert send(city, "POST", "credit/classes", own, **taken).status_code == 201
    file = read(city, f"{BASE}/files/{firm.code}", other)
    assert [one["kind"] for one in file["public"]] == ["result"] and file["classes"][0][
        "source"
    ] == "province"
    assert file["listings"][0]["exit_paper"] == "接口移〔2026〕1号"
    assert city.client().get(f"{BASE}/files/{firm.code}").status_code == 401


def test_measures_and_repair(city: City, firm: Entity, own: dict[str, str], other: dict[str, str]) -> None:
    given = {
        "entity_code": firm.code, "kind": "joint", "receiver_id": str(city.bureaus["MZJ"]), "content": "限制", "law": "《示范法》",
        "facts": ["发现问题"],
    }  # fmt: skip
    assert send(city, "POST", "credit/measures", own, **{**given, "facts": []}).status_code == 422
    made = send(city, "POST", "credit/measures", own, **given)
    assert made.status_code == 201 and made.json["may_answer"] == []
    answers = f"credit/measures/{made.json['id']}/answers"
    assert send(city, "POST", answers, own, kind="apply", paper="x").status_code == 403
    told = send(city, "POST", answers, other, kind="apply", paper="民〔2026〕1号")
    assert told.status_code == 200 and told.json["may_answer"] == ["end"]
    assert read(city, f"{BASE}/measures", own)["items"][0]["answers"][0]["kind"] == "apply"
    with city.acting("scjg.discloser"):
        found = db.session.scalars(
            disclosures.search("result").where(Disclosure.entity_code == firm.code)
        ).first()
        assert found is not None
        subject = str(found.subject_id)
    asked = {
        "kind": "result",
        "subject_id": subject,
        "source": "platform",
        "applicant": firm.name,
        "reason": "已改正",
    }
    asked["applied_on"] = today().isoformat()
    assert send(city, "POST", "credit/repairs", other, **asked).status_code == 404
    assert send(city, "POST", "credit/repairs", own, **asked).json["state"] == "open"
    assert read(city, f"{BASE}/repairs", own)["items"][0]["source"] == "platform"
    assert read(city, f"{BASE}/exports", own)["items"] == []
