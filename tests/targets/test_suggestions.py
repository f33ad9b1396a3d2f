"""Who should list an entity that is in nobody's library: asked of a bureau, which lists it or says why not (R-L6), by page and API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from onedoor.entities.models import Entity
from onedoor.kernel.clock import now
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.targets import queries, service
from onedoor.targets.models import ListingSuggestion
from tenants.rules import Permission as P
from tests.api.test_registry_loads import read, token
from tests.fixtures.city import City
from tests.fixtures.plans import list_items

PLACE = "/api/v1/belongings"


@pytest.fixture(scope="module", autouse=True)
def items(city: City) -> None:
    list_items(city, "SCJG", "WSJK")


def firm(city: City, number: int) -> Entity:
    with city.acting("scjg.planner") as scope:
        made = Entity(
            id=new_id(),
            code=made_up_credit_code(number),
            name=f"示范虚构第{number}号商店",
            kind="91",
            jurisdiction_code="990102",
            kept_by=scope.tenant_id,
            sort_key=f"shifan{number}",
            initials=f"sf{number}",
            created_at=now(),
            updated_at=now(),
        )
        db.session.add(made)
        db.session.flush()
        db.session.expunge(made)
    return made


def only(city: City, who: str) -> ListingSuggestion:
    with city.acting(who):
        return db.session.scalars(
            sa.select(ListingSuggestion).order_by(
                ListingSuggestion.asked_at.desc(), ListingSuggestion.id.desc()
            )
        ).first()  # type: ignore[return-value]


def test_it_is_asked_once_listed_by_who_was_asked_and_told_to_who_asked(
    city: City, run_jobs: Callable[[], int]
) -> None:
    one = firm(city, 601)
    with city.acting("scjg.planner"):
        with pytest.raises(ClerkError, match="直接列入"):
            service.suggest_bureau([one], city.bureaus["SCJG"], "无")
        service.suggest_bureau([one], city.bureaus["WSJK"], "属于公共场所")
        with pytest.raises(Conflict, match="已经提请过"):
            service.suggest_bureau([one], city.bureaus["WSJK"], "属于公共场所")
    run_jobs()
    asked, clerk = only(city, "wsjk.planner"), city.client("wsjk.planner")
    desk = clerk.get("/desk/").get_data(as_text=True)
    assert "提请本单位列入的主体" in desk
    assert one.name in clerk.get("/registry/suggestions?part=received&state=sent").get_data(as_text=True)
    place = f"/registry/suggestions/{asked.id}"
    assert "属于公共场所" in clerk.get(place).get_data(as_text=True)
    mine = city.client("scjg.planner")
    assert mine.post(place, data={"decision": "accept"}).status_code == 403, "it is not its own to answer"
    assert city.client("yjgl.planner").get(place).status_code == 404
    assert clerk.post(place, data={"decision": "refuse", "answer": " "}).status_code == 422
    assert clerk.post(place, data={"decision": "accept"}).status_code == 303
    assert clerk.post(place, data={"decision": "accept"}).status_code == 422, "answered once"
    with city.acting("wsjk.planner"):
        assert queries.target_of(one.id) is not None
    run_jobs()
    assert "已把" in mine.get("/desk/messages").get_data(as_text=True)
    assert "已列入" in mine.get(place).get_data(as_text=True)
    with city.acting("scjg.planner"):
        found = db.session.scalars(queries.uncovered()).all()
        assert one.id not in {each.id for each in found}


def test_over_the_interface_it_is_refused_with_the_reason(city: City, run_jobs: Callable[[], int]) -> None:
    one, covered = firm(city, 602), firm(city, 603)
    with city.acting("wsjk.planner"):
        service.add_target(covered)
    asker = token(city, "SCJG", P.BUREAU_READ, P.REGISTRY_WRITE)
    asked = token(city, "WSJK", P.BUREAU_READ, P.REGISTRY_WRITE)
    client = city.client()
    assert one.code in {each["code"] for each in read(city, f"{PLACE}/uncovered?size=200", asker)["items"]}
    given: dict[str, Any] = {
        "entities": [one.code],
        "receiver_id": str(city.bureaus["WSJK"]),
        "reason": "属于公共场所",
    }
    wrong = client.post(f"{PLACE}/suggestions", headers=asker, json={**given, "entities": [covered.code]})
    assert wrong.status_code == 422 and wrong.get_json()["errors"][0]["field"] == "entities"
    made = client.post(f"{PLACE}/suggestions", headers=asker, json=given)
    assert made.status_code == 201 and made.get_json()["count"] == 1
    key = made.get_json()["items"][0]["id"]
    assert client.post(f"{PLACE}/suggestions", headers=asker, json=given).status_code == 409
    (listed,) = read(city, f"{PLACE}/suggestions?state=sent", asked)["items"]
    assert (listed["id"], listed["entity_code"], listed["sender"]) == (key, one.code, "示范市市场监督管理局")
    answer = f"{PLACE}/suggestions/{key}/answer"
    assert client.post(answer, headers=asker, json={"decision": "accept"}).status_code == 403
    assert client.post(answer, headers=asked, json={"decision": "refuse"}).status_code == 422
    said = {"decision": "refuse", "answer": "不属于公共场所，应由商务部门监管"}
    assert client.post(answer, headers=asked, json=said).get_json()["state"] == "refused"
    assert client.post(answer, headers=asked, json=said).status_code == 409
    (back,) = read(city, f"{PLACE}/suggestions?part=sent&state=refused", asker)["items"]
    assert back["answer"] == said["answer"] and back["answered_by"]
    stranger = token(city, "YJGL", P.BUREAU_READ, P.REGISTRY_WRITE)
    assert client.get(f"{PLACE}/suggestions/{key}", headers=stranger).status_code == 404
    run_jobs()
    assert "应由商务部门监管" in city.client("scjg.planner").get("/desk/messages").get_data(as_text=True)


def test_what_cannot_be_listed_here_is_not_accepted(city: City) -> None:
    one = firm(city, 604)
    with city.acting("scjg.planner"):
        service.suggest_bureau([one], city.bureaus["YJGL"], "安全生产")
    asked = only(city, "yjgl.planner")
    with city.acting("yjgl.planner"), pytest.raises(Conflict, match="不涉及这类主体"):
        service.answer_suggestion(queries.listing_suggestion(asked.id), True, "")
    with city.acting("scjg.planner"), pytest.raises(Forbidden):
        service.answer_suggestion(queries.listing_suggestion(asked.id), False, "不是我们的")
