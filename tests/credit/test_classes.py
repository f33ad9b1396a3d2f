"""Lists, the credit file, and classes A to D that follow their facts by a rule (R-O4, R-O5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from onedoor.credit import credit_file, service
from onedoor.credit.classes import ClassRule
from onedoor.credit.service.listings import bases
from onedoor.disclosure import service as disclosure
from onedoor.entities import queries as entities
from onedoor.entities.models import Entity
from onedoor.entities.queries.credit_class import credit_class_of
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from tests.campaigns.builders import World
from tests.credit.results import content
from tests.fixtures.city import City

RULE = ClassRule(
    {"problem": 1, "penalty": 5, "abnormal": 10, "serious": 40, "blacklist": 20}, {"B": 1, "C": 5, "D": 20}
)


@pytest.fixture(scope="module")
def firms(city: City) -> list[Entity]:
    """Two firms of the register."""
    World(city).fill()
    with city.acting("scjg.planner"):
        found = db.session.query(Entity).filter(Entity.kind == "91").order_by(Entity.code).limit(2).all()
        for one in found:
            db.session.expunge(one)
        return found


def basis_of(kind: str) -> UUID:
    """The kept basis of a list of this kind, in whoever's scope one is."""
    return next(one.id for one in bases() if one.kind == kind)


def given(**changes: Any) -> dict[str, Any]:
    return {
        "basis_id": basis_of("serious"), "paper": "示市监列〔2026〕1号", "told_how": "直接送达", "told_on": today(), "entered_on": today(), "until": today() + timedelta(days=1095), **changes,
    }  # fmt: skip


def publish(city: City, firm: Entity, codes: list[str], who: str = "scjg.discloser") -> None:
    with city.acting(who):
        disclosure.publish(
            "result", new_id(), f"{firm.name}：检查结果", content(result_codes=codes), entity_code=firm.code,
            entity_name=firm.name,
        )  # fmt: skip


def grade(city: City, firm: UUID) -> tuple[str, list[str]] | None:
    with city.acting("mzj.discloser"):
        found = credit_class_of(firm)
        return (found.grade, list(found.facts)) if found else None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"clean": 3}, "A"),
        ({"problem": 1}, "B"),
        ({"penalty": 1}, "C"),
        ({"abnormal": 1, "problem": 10}, "D"),
        ({"serious": 1}, "D"),
    ],
)
def test_points_make_the_class(facts: dict[str, int], expected: str) -> None:
    assert RULE.grade(facts) == expected


def test_classes_follow_facts_and_only_what_changed(city: City, firms: list[Entity]) -> None:
    good, bad = firms
    publish(city, good, ["nothing"])
    publish(city, bad, ["corrected"], "mzj.discloser")
    with city.acting("scjg.planner"):
        assert service.classify() == 2
        assert service.classify() == 0
    assert grade(city, good.id) == ("A", ["公示的检查结果未发现问题 1 条"])
    assert grade(city, bad.id) == ("B", ["公示的检查结果发现问题 1 条"]), "another bureau's result counts"
    with city.acting("mzj.planner"):
        assert service.classify() == 0, "only who keeps the enterprises sets classes"
    with city.acting("scjg.discloser"):
        listed = service.list_entity(bad.id, given()).id
    with city.acting("scjg.planner"):
        assert service.classify() == 1
    moved = grade(city, bad.id)
    assert moved is not None and moved[0] == "D" and "列入严重违法失信名单 1 次" in moved[1]
    with city.acting("mzj.discloser"), pytest.raises(NotFound):
        service.take_off_list(listed, "移出1号")
    with city.acting("scjg.discloser"):
        with pytest.raises(ClerkError):
            service.take_off_list(listed, " ")
        service.take_off_list(listed, "移出1号")
        with pytest.raises(Conflict):
            service.take_off_list(listed, "移出1号")
    with city.acting("scjg.planner"):
        assert service.classify() == 1
        file = credit_file.credit_file(entities.entity(bad.id))
    back = grade(city, bad.id)
    assert back is not None and back[0] == "B", "it comes back when the fact has gone"
    assert [one.grade for one in file.classes].count("D") == 1 and len(file.classes) == 3
    assert service and set(class_counts(city)) == set("ABCD")


def class_counts(city: City) -> dict[str, int]:
    with city.acting("scjg.planner"):
        return service.class_counts()


def test_what_an_entry_on_a_list_lacks_is_said(city: City, firms: list[Entity]) -> None:
    with city.acting("scjg.discloser"), pytest.raises(ClerkError) as refused:
        service.list_entity(
            firms[0].id, given(paper=" ", told_on=None, told_how="", until=today(), basis_id=None)
        )
    assert set(refused.value.fields) == {"paper", "told_on", "told_how", "until", "basis_id"}


def test_every_bureau_reads_the_file_and_the_public_no_class(city: City, firms: list[Entity]) -> None:
    firm = firms[0]
    page = city.client("mzj.discloser").get(f"/exports/files/{firm.id}")
    assert page.status_code == 200 and firm.name in page.text and "示范市市场监督管理局" in page.text
    assert "信用档案" in city.client("scjg.planner").get(f"/registry/entities/{firm.id}").text
    client = city.client("scjg.discloser")
    assert client.post(f"/exports/files/{firm.id}", data={"paper": "x"}).status_code == 422
    with city.acting("scjg.discloser"):
        entry = given(basis_id=basis_of("blacklist"))
    form = {key: str(value) for key, value in entry.items()}
    assert client.post(f"/exports/files/{firm.id}", data=form).status_code == 303
    assert "拖欠" not in city.client().get(f"/open/firms/{firm.code}").text
    assert "安全生产" in city.client("mzj.discloser").get(f"/exports/files/{firm.id}").text
    public = city.client().get(f"/open/firms/{firm.code}").text
    assert "信用风险分类" not in public and "黑名单" not in public
