"""What says who an approved officer is changes by proposal and approval alone (R-L9; issue 18)."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.officers import queries, service
from onedoor.officers.models import Inspector, InspectorProposal
from onedoor.officers.service.inspectors import change_inspector
from tenants import approvals
from tenants.models import Approval
from tenants.rules import PERMISSIONS, Permission, Role
from tests.api.test_registry_loads import send, token
from tests.fixtures.city import City
from tests.fixtures.clerk_files import admit
from tests.officers.test_inspectors import NEXT_YEAR, take

LETTER = ("换发通知.pdf", b"%PDF-1.4 made up", "application/pdf")


def officer_of(city: City, number: str = "示F001", letters: str = "SCJG") -> Inspector:
    """One in the library, approved."""
    clerk = f"{letters.lower()}.planner"
    with city.acting(clerk):
        values: dict[str, Any] = {
            "name": "史可分", "body": "示范市市场监督管理局", "unit_id": None, "post": "科员", "kinds": "", "area": "",
            "certificate_number": number, "certificate_expires_on": date.fromisoformat(NEXT_YEAR),
            "qualifications": [], "leads": False, "user_id": None,
        }  # fmt: skip
        service.save_inspector(None, values)
    admit(city, letters)
    with city.acting(clerk):
        found = db.session.scalar(queries.inspectors().where(Inspector.certificate_number == number))
        assert found is not None and found.status == "active"
        return found


def decide(city: City, agreed: bool = True) -> None:
    """The head decides on every change that waits."""
    with city.acting("scjg.head"):
        for one in db.session.scalars(
            sa.select(Approval).where(Approval.kind == "inspectors", Approval.state == "waiting")
        ):
            service.decide_proposal(
                approvals.get(one.id), agreed, "" if agreed else "依据不足", PERMISSIONS[Role.HEAD]
            )


def stands(city: City, one: Inspector) -> tuple[Any, ...]:
    with city.acting("scjg.planner"):
        found = queries.my_inspector(one.id)
        return found.name, found.certificate_number, found.leads, service.username_of(found)


def test_by_hand_it_waits_for_the_head_and_shows_its_paper(city: City) -> None:
    one = officer_of(city)
    was = ("史可分", "示F001", False, "")
    with city.acting("scjg.planner"):
        found = queries.my_inspector(one.id)
        renewed = {
            "name": "史可芬",
            "certificate_number": "示F002",
            "certificate_expires_on": today() + timedelta(days=900),
        }
        with pytest.raises(ClerkError, match="附上文件") as refused:
            service.save_inspector(found, renewed)
        assert set(refused.value.fields) == {"paper", "file"}
        db.session.rollback()
    with city.acting("scjg.planner"):
        found = queries.my_inspector(one.id)
        with pytest.raises(Conflict, match="须提请负责人批准"):
            change_inspector(found, {"leads": True})
        account = city.person("scjg.operator").user_id
        service.save_inspector(
            found,
            {**renewed, "post": "主任科员", "leads": True, "user_id": account},
            paper="换发通知1号",
            file=LETTER,
        )
        assert found.post == "主任科员"
    assert stands(city, one) == was
    decide(city, False)
    assert stands(city, one) == was
    with city.acting("scjg.planner"):
        found = queries.my_inspector(one.id)
        service.save_inspector(
            found, {**renewed, "leads": True, "user_id": account}, paper="换发通知1号", file=LETTER
        )
    head = city.client("scjg.head")
    with city.acting("scjg.head"):
        asked = db.session.scalars(
            sa.select(Approval).where(Approval.kind == "inspectors", Approval.state == "waiting")
        ).one()
        approval_id, proposal_id = asked.id, asked.subject_id
    shown = head.get(f"/desk/inbox/{approval_id}").text
    assert "史可芬" in shown and "示F002" in shown and "换发通知1号" in shown and "scjg.operator" in shown
    assert head.get(f"/registry/inspectors/papers/{proposal_id}").data == LETTER[1]
    assert city.client("yjgl.head").get(f"/registry/inspectors/papers/{proposal_id}").status_code == 404
    decide(city)
    assert stands(city, one) == ("史可芬", "示F002", True, "scjg.operator")
    with city.acting("scjg.planner"):
        assert queries.my_inspector(one.id).certificate_expires_on == today() + timedelta(days=900)


def test_a_load_that_changes_them_makes_proposals(city: City, run_jobs: Any) -> None:
    from tests.officers.test_inspectors import of_emergency

    row = {"姓名": "郑可分", "执法证编号": "应F01", "证件有效期至": NEXT_YEAR}
    take(city, run_jobs, row)
    admit(city, "YJGL")
    outcome, _ = take(
        city,
        run_jobs,
        {**row, "姓名": "郑可芬", "职务": "队长", "登录账号": "yjgl.officer2"},
    )
    assert (outcome["changed"], outcome["changing"]) == (1, 1)
    with city.acting("yjgl.planner"):
        found = of_emergency(city, "应F01")
        assert (found.name, found.leads, found.post, found.user_id) == ("郑可分", False, "队长", None)
        waiting = db.session.scalars(
            sa.select(InspectorProposal).where(
                InspectorProposal.direction == "change", InspectorProposal.state == "submitted"
            )
        ).all()
        assert len(waiting) == 1 and waiting[0].import_id is not None
    again, _ = take(
        city,
        run_jobs,
        {**row, "姓名": "郑可芬", "职务": "队长", "登录账号": "yjgl.officer2"},
    )
    assert (again["unchanged"], again["changing"]) == (1, 0), "the same file twice asks nobody twice"
    admit(city, "YJGL")
    with city.acting("yjgl.planner"):
        found = of_emergency(city, "应F01")
        assert (found.name, service.username_of(found)) == ("郑可芬", "yjgl.officer2")


def test_over_the_interface(city: City) -> None:
    one = officer_of(city, "示F010")
    own = token(city, "SCJG", Permission.BUREAU_READ, Permission.REGISTRY_WRITE)
    theirs = token(city, "YJGL", Permission.BUREAU_READ, Permission.REGISTRY_WRITE)
    at = f"officers/{one.id}/changes"
    assert send(city, "POST", at, own, name="史可芬").status_code == 422, "without its paper"
    assert send(city, "POST", at, own).status_code == 409, "nothing would be different"
    file = {"name": LETTER[0], "content": b64encode(LETTER[1]).decode()}
    assert send(city, "POST", at, own, leads=True, file={**file, "content": "?"}).status_code == 422
    wanted: dict[str, Any] = {"name": "史可芬", "leads": True, "paper": "更名证明", "file": file}
    made = send(city, "POST", at, own, **wanted)
    assert made.status_code == 201, made.text
    assert made.json["changes"] == {"name": ["史可分", "史可芬"], "leads": [False, True]}
    assert stands(city, one)[0] == "史可分"
    assert send(city, "POST", at, theirs, leads=True).status_code == 404
    decide(city)
    assert stands(city, one)[:3] == ("史可芬", "示F010", True)


def test_what_changed_meanwhile_is_not_written_over(city: City) -> None:
    one = officer_of(city, "示F020")
    with city.acting("scjg.planner"):
        for leads, number in ((True, "示F021"), (True, "示F022")):
            found = queries.my_inspector(one.id)
            service.save_inspector(
                found,
                {"name": found.name, "leads": leads, "certificate_number": number},
                paper="通知",
                file=LETTER,
            )
    with pytest.raises(Conflict, match="提请以后又有变动"):
        decide(city)
