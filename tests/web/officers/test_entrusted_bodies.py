"""委托执法: entered with its letter, public, named on papers and results, ended before its time (R-T5)."""

from __future__ import annotations

import base64
import io
from datetime import timedelta
from html import unescape

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.officers import queries as officers
from onedoor.officers.models import Inspector
from onedoor.officers.service.inspectors import save_inspector_form
from tenants import queries
from tenants import units as unit_service
from tenants.rules import Permission as P
from tests.api.test_registry_loads import token
from tests.fixtures.city import City


def text(answer, status: int = 200) -> str:  # type: ignore[no-untyped-def]
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return unescape(answer.get_data(as_text=True))


def test_an_agreement_is_public_names_both_and_ends(city: City) -> None:
    planner, stranger = city.client("scjg.planner"), city.client("wsjk.planner")
    with city.acting("scjg.admin"):
        if not queries.units():
            unit_service.add_unit("计量检定所")
        unit = queries.units()[0].id
    given = {
        "name": "示范市计量检定所",
        "unit_id": str(unit),
        "agreement": "行政执法委托书（示市监委〔2026〕1号）",
        "scope": "计量器具的监督检查",
        "since": today().isoformat(),
        "until": (today() + timedelta(days=365)).isoformat(),
    }
    assert "请附上委托书" in text(planner.post("/registry/entrusted", data=given), 422)
    late = {**given, "until": "2020-01-01", "letter": (io.BytesIO(b"%PDF-1.4 x"), "委托书.pdf")}
    assert "不能早于" in text(planner.post("/registry/entrusted", data=late), 422)
    sent = {**given, "letter": (io.BytesIO(b"%PDF-1.4 x"), "委托书.pdf")}
    assert planner.post("/registry/entrusted", data=sent).status_code == 303
    again = {**given, "letter": (io.BytesIO(b"%PDF-1.4 x"), "委托书.pdf")}
    assert "已经对应一个" in text(planner.post("/registry/entrusted", data=again), 422)
    with city.acting("scjg.planner"):
        (made,) = officers.entrusted_bodies.entrusted_bodies()
        save_inspector_form(
            None,
            {
                **dict.fromkeys(("body", "post", "kinds", "area", "sex", "account", "phone", "remark"), ""),
                "name": "计量员", "certificate_number": "JL001", "qualifications": [], "leads": False,
                "certificate_expires_on": today() + timedelta(days=500), "unit_id": unit, "identity_number": "",
            },
        )  # fmt: skip
        mine = db.session.scalars(sa.select(Inspector.id).where(Inspector.unit_id == unit)).one()
        assert officers.entrusted_bodies.entrusted_names([mine], today()) == ["示范市计量检定所"]
        assert officers.entrusted_bodies.entrusted_names([mine], today() + timedelta(days=400)) == []
    public = text(city.client().get(f"/open/entrusted/{made.id}"))
    assert "计量器具的监督检查" in public and "委托书.pdf" in public
    assert "委托示范市计量检定所执法" in text(city.client().get("/open/items"))
    assert "示范市计量检定所" in text(city.client("sjj.ops").get("/platform/entrusted"))
    where = f"/registry/entrusted/{made.id}/end"
    ending = {"last": today().isoformat(), "reason": "机构改革"}
    text(stranger.post(where, data=ending), 404)
    assert "不能早于今天" in text(planner.post(where, data={**ending, "last": "2020-01-01"}), 422)
    assert planner.post(where, data=ending).status_code == 303
    assert "机构改革" in text(city.client().get(f"/open/entrusted/{made.id}"))


def test_the_same_over_the_interface(city: City) -> None:
    """R-T5: entered, listed and ended by a token; bad input and another's are refused."""
    client, head = city.client(), token(city, "SCJG", P.BUREAU_READ, P.REGISTRY_WRITE)
    other = token(city, "WSJK", P.BUREAU_READ, P.REGISTRY_WRITE)
    with city.acting("scjg.admin"):
        unit_service.add_unit("接口检定科")
        unit = next(one.id for one in queries.units() if one.name == "接口检定科")
    letter = {"name": "委托书.pdf", "content": base64.b64encode(b"%PDF-1.4 x").decode()}
    given = {
        "name": "示范市标准院", "unit_id": str(unit), "agreement": "委〔2026〕9号", "scope": "标准实施",
        "since": today().isoformat(), "until": (today() + timedelta(days=99)).isoformat(), "letter": letter,
    }  # fmt: skip
    where = "/api/v1/entrusted"
    bad = {**given, "letter": {**letter, "content": "不是"}}
    assert client.post(where, json=bad, headers=head).status_code == 422
    assert client.post(where, json=given, headers=other).status_code == 422
    made = client.post(where, json=given, headers=head)
    assert made.status_code == 201, made.get_json()
    assert "示范市标准院" in {one["name"] for one in client.get(where, headers=head).get_json()["items"]}
    assert "示范市标准院" not in {one["name"] for one in client.get(where, headers=other).get_json()["items"]}
    end, ending = (
        f"{where}/{made.get_json()['id']}/end",
        {"last": today().isoformat(), "reason": "改由本单位检查"},
    )
    assert client.post(end, json=ending, headers=other).status_code == 404
    assert client.post(end, json=ending, headers=head).get_json()["ended_on"] == today().isoformat()
    assert client.post(end, json=ending, headers=head).status_code == 409
