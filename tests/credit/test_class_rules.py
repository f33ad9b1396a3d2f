"""The rule of classes has versions, each tried on the whole city before another person puts it in force; a class may come from the
province (R-O4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from onedoor.credit import service
from onedoor.credit.classes import COUNTED, ClassRule, read_rule
from onedoor.credit.service.class_rules import rule_version
from onedoor.credit.service.classes import class_rule, moved_by
from onedoor.entities.models import Entity
from onedoor.entities.queries.credit_class import credit_class_of
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from tests.campaigns.builders import World
from tests.credit.test_classes import given as listing
from tests.credit.test_classes import publish
from tests.fixtures.city import City

DRAFTER, HEAD = "scjg.discloser", "scjg.head"


def given(**changes: Any) -> dict[str, Any]:
    points = {"problem": 1, "penalty": 5, "abnormal": 10, "serious": 40, "blacklist": 20}
    return {
        **{f"points_{kind}": points[kind] for kind in COUNTED}, **{f"always_{kind}": "" for kind in COUNTED},
        "from_b": 1, "from_c": 5, "from_d": 20, "source": "示市监信〔2026〕8号", **changes,
    }  # fmt: skip


@pytest.fixture(scope="module")
def firms(city: City) -> list[Entity]:
    """Three firms of the register."""
    World(city).fill()
    with city.acting("scjg.planner"):
        found = db.session.query(Entity).filter(Entity.kind == "91").order_by(Entity.code).limit(3).all()
        for one in found:
            db.session.expunge(one)
        return found


def grade(city: City, firm: UUID) -> str | None:
    with city.acting("mzj.discloser"):
        found = credit_class_of(firm)
        return found.grade if found else None


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"points_problem": None}, {"points_problem"}),
        ({"points_penalty": 1001}, {"points_penalty"}),
        ({"always_serious": "A"}, {"always_serious"}),
        ({"from_b": 0}, {"from_b"}),
        ({"from_d": 5}, {"from_d"}),
    ],
)
def test_a_rule_that_cannot_be_is_refused(changes: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(ClerkError) as refused:
        read_rule(given(**changes))
    assert set(refused.value.fields) == fields


def test_a_fact_may_make_a_class_by_itself() -> None:
    rule = ClassRule(
        {"serious": 0, "problem": 1}, {"B": 1, "C": 5, "D": 20}, {"serious": "D", "problem": "B"}
    )
    assert rule.grade({"serious": 1}) == "D" and rule.grade({"problem": 9}) == "C" and rule.grade({}) == "A"


def test_a_rule_is_tried_on_the_city_and_put_in_force_by_another(city: City, firms: list[Entity]) -> None:
    bad, listed, clean = firms
    publish(city, bad, ["corrected"])
    publish(city, clean, ["nothing"])
    with city.acting(DRAFTER):
        service.list_entity(listed.id, listing())
    with city.acting("scjg.planner"):
        service.classify()
    assert (grade(city, bad.id), grade(city, listed.id), grade(city, clean.id)) == ("B", "D", "A")
    with city.acting("mzj.discloser"), pytest.raises(Forbidden):
        service.draft_rule(given())
    with city.acting(DRAFTER):
        with pytest.raises(ClerkError, match="依据"):
            service.draft_rule(given(source=" "))
        first = service.draft_rule(given(points_problem=5)).id
        made = service.draft_rule(given(points_problem=20, points_serious=5)).id
        assert rule_version(first).state == "dropped"
        assert rule_version(made).trial == {"B>D": 1, "D>C": 1}, "who would move where"
        assert {one[0].id for one in moved_by(ClassRule({"problem": 20, "serious": 5}, {"B": 1, "C": 5, "D": 20}))} == {
            bad.id, listed.id,
        }  # fmt: skip
        with pytest.raises(Forbidden):
            service.put_in_force(made)
    assert grade(city, bad.id) == "B", "a trial moves nobody"
    with city.acting(HEAD):
        with pytest.raises(Conflict):
            service.put_in_force(first)
        assert service.put_in_force(made) == 2
    assert (grade(city, bad.id), grade(city, listed.id)) == ("D", "C")
    with city.acting("scjg.planner"):
        assert class_rule().points["problem"] == 20 and service.classify() == 0


def test_a_class_of_the_province_holds_until_it_is_given_up(city: City, firms: list[Entity]) -> None:
    clean = firms[2]
    publish(city, clean, ["nothing"])
    with city.acting("scjg.planner"):
        service.classify()
    sent = {"grade": "C", "since": today(), "paper": "省局2026年第3批"}
    with city.acting("mzj.discloser"), pytest.raises(Forbidden):
        service.take_in_class(clean.id, sent)
    with city.acting(DRAFTER):
        with pytest.raises(ClerkError) as refused:
            service.take_in_class(clean.id, {"grade": "E", "since": today() + timedelta(days=1), "paper": ""})
        assert set(refused.value.fields) == {"grade", "since", "paper"}
        service.take_in_class(clean.id, sent)
        assert service.classify() == 0, "the night leaves it"
    assert grade(city, clean.id) == "C"
    with city.acting(DRAFTER):
        service.give_up_class(clean.id)
        with pytest.raises(Conflict):
            service.give_up_class(clean.id)
        assert service.classify() == 1
    assert grade(city, clean.id) == "A"


def test_the_pages_of_classes(city: City, firms: list[Entity]) -> None:
    publish(city, firms[0], ["corrected"])
    client, head = city.client(DRAFTER), city.client(HEAD)
    assert "施行中的规则" in city.client("mzj.discloser").get("/exports/classes/").text
    assert client.post("/exports/classes/", data={"points_problem": "x"}).status_code == 422
    drafted = client.post(
        "/exports/classes/", data={key: str(value) for key, value in given(points_problem=0).items()}
    )
    assert drafted.status_code == 303
    where = drafted.headers["Location"]
    assert "全市试算" in client.get(where).text and firms[0].name in client.get(where).text
    assert client.post(f"{where}/force").status_code == 403
    assert head.post(f"{where}/force").status_code == 303
    assert grade(city, firms[0].id) == "A"
    assert "公示的检查结果发现问题" in client.get(f"/exports/files/{firms[0].id}").text, "its reason is read"
    taken = {"grade": "B", "since": today().isoformat(), "paper": "省局第4批"}
    assert client.post(f"/exports/files/{firms[0].id}/class", data={**taken, "paper": ""}).status_code == 422
    assert client.post(f"/exports/files/{firms[0].id}/class", data=taken).status_code == 303
    assert "从上级接收：省局第4批" in city.client("mzj.discloser").get(f"/exports/files/{firms[0].id}").text
    assert client.post(f"/exports/files/{firms[0].id}/class/end").status_code == 303
