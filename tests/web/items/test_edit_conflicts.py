"""Two colleagues who have the same form open: nobody writes over what the other wrote."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from lxml import html  # type: ignore[import-untyped]
from werkzeug.datastructures import MultiDict

from onedoor.entities import queries
from onedoor.entities import service as entity_service
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.officers import service as officer_service
from onedoor.officers.service.certificate_register import save_certificate
from onedoor.targets import service as target_service
from tests.fixtures.answers import text
from tests.fixtures.city import City


@pytest.mark.usefixtures("register")
def test_nobody_writes_over_a_colleague(planner: FlaskClient, city: City) -> None:
    """Two who have the same form open: the one who saves later is told, and what the first wrote stays."""
    justice = city.client("sfj.planner")
    opened = _opened_twice(city, planner, justice)
    for path, client, field in opened.values():
        first, second = _form(client, path), _form(client, path)
        first[field], second[field] = "甲写的", "乙写的"
        assert client.post(path, data=first).status_code == 303, path
        assert "已由他人修改" in text(client.post(path, data=second), 422), path
        kept = _form(client, path)
        assert kept[field] == "甲写的"
        kept[field] = "再改"
        assert client.post(path, data=kept).status_code == 303, path
    # R-L13: a word of an old training takes nobody out of it who has left since, nor what their examination said.
    shown = text(planner.get(opened["training"][0].removesuffix("/edit")))
    assert "再改" in shown and "已离" in shown and "合格" in shown


def _form(client: FlaskClient, path: str) -> MultiDict[str, str]:
    (form,) = html.fromstring(text(client.get(path))).xpath("//form[@id='form']")
    return MultiDict(form.form_values())


def _opened_twice(
    city: City, planner: FlaskClient, justice: FlaskClient
) -> dict[str, tuple[str, FlaskClient, str]]:
    """The forms of records that several people keep, each with who opens it and a field of it."""
    with city.acting("scjg.planner"):
        firm = queries.entity_by_code(made_up_credit_code(6))
        place = {"name": "一店", "address": "和平路 1 号", "jurisdiction_code": firm.jurisdiction_code}
        premises = entity_service.save_premises(firm, {**place, "closed_on": None, "note": ""})
        licence = entity_service.save_licence(
            firm,
            {
                "kind": "食品经营许可证", "number": "同1", "issued_by": "示范市市场监督管理局", "issued_on": None,
                "valid_to": None, "premises_number": None, "cancelled_on": None, "note": "",
            },
        )  # fmt: skip
        values = {"name": "同开", "body": "局", "post": "", "kinds": "", "area": "", "qualifications": []}
        officer = officer_service.save_inspector(
            None, {**values, "leads": False, "certificate_number": "同C1"}
        )
        gone = officer_service.save_inspector(None, {**values, "name": "已离", "leads": False})
        expert = officer_service.save_expert(
            None,
            {
                "kind": "person", "name": "同某", "organisation": "某所", "title": "", "qualifications": [],
                "credential": "", "credential_expires_on": None, "active": True, "remark": "",
            },
        )  # fmt: skip
        training = officer_service.save_training(
            None,
            {
                "title": "同训", "held_on": today(), "hours": 4, "place": "", "trainer": "", "content": "",
                "invited": [officer.id, gone.id], "attended": [gone.id], "results": "已离：合格",
            },
        )  # fmt: skip
        gone.status = "left"
        rule = target_service.save_rule("同则", {"scope": ["餐饮"]})
        opened = {
            "officer": (f"/registry/inspectors/{officer.id}/edit", planner, "post"),
            "premises": (f"/registry/premises/{premises.id}", planner, "note"),
            "licence": (f"/registry/licences/{licence.id}", planner, "note"),
            "expert": (f"/registry/experts/{expert.id}", planner, "title"),
            "training": (f"/registry/trainings/{training.id}/edit", planner, "trainer"),
            "rule": (f"/registry/targets/rules/{rule.id}", planner, "name"),
        }
    with city.acting("sfj.planner"):
        certificate = save_certificate(
            None,
            {
                "number": "同Z1", "name": "同开", "body": "", "kinds": "", "area": "", "expires_on": today(),
                "status": "valid", "stopped_on": None, "remark": "",
            },
        )  # fmt: skip
    return {**opened, "certificate": (f"/registry/certificates/{certificate.id}", justice, "area")}
