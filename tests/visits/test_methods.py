"""How each matter is checked: what needs no entry has no code and no scan, counts apart, and has its papers (R-V3, R-P6)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.items.models import Item
from onedoor.kernel import files
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import DbRole, Scope, in_scope
from onedoor.officers import service as officer_service
from onedoor.officers.models import EntrustedBody, Inspector
from onedoor.plans import queries as plans
from onedoor.plans import service as planning
from onedoor.plans.models import CapEntry
from onedoor.visits import queries, service
from onedoor.visits.models import VisitPart
from onedoor.visits.rules.kinds import Kind, Source
from onedoor.visits.rules.methods import PaperKind, allowed, usual
from onedoor.visits.rules.results import Method
from onedoor.visits.service import Entrustment, GivenPaper, SentFile
from onedoor.visits.service.documents.letters import visit_values
from tenants.models import JurisdictionSetting, Unit
from tests.campaigns.builders import World
from tests.visits.builders import ANSWERS, DrawnCampaign, draw
from tests.visits.check_builders import Desk

PDF = SentFile("台账.pdf", "application/pdf", b"%PDF-1.7 papers")
BOTH = "实地检查、书面检查、网络监测、检验检测、委托专业机构"


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    """Market regulation's desk; its items allow several methods."""
    with world.city.acting("scjg.planner"):
        db.session.execute(sa.update(Item).where(Item.id.in_(world.items["SCJG"])).values(method=BOTH))
    return Desk(world)


def matter_of(desk: Desk, visit_id: UUID, who: str = "scjg.officer") -> UUID:
    with desk.world.city.acting(who):
        return queries.matters(visit_id, desk.world.city.bureaus["SCJG"])[0].id


def scan(visit_id: UUID) -> object:
    code = queries.visit(visit_id).code
    return db.session.scalar(sa.text("SELECT check_visit_code(:code, 'x')"), {"code": code})


def test_an_item_says_what_it_allows_and_the_door_comes_last() -> None:
    assert allowed("实地检查、书面检查") == (Method.WRITTEN, Method.ON_SITE)
    assert allowed("") == (Method.ON_SITE,) and usual("书面检查、网络监测") is Method.WRITTEN
    assert usual("书面检查、实地检查") is Method.ON_SITE


def test_a_written_check_has_no_code_no_scan_and_no_place_in_the_cap(desk: Desk) -> None:
    """R-V3, R-P6: begun without a scan, counted apart, and recorded with the papers that came."""
    city, visit_id = desk.world.city, desk.approved(method="written")
    with city.acting("scjg.officer"):
        visit, year = queries.visit(visit_id), today().year
        assert not queries.needs_entry(visit_id) and scan(visit_id) is None
        assert service.visit_values(visit)["entry"] is False
        before = plans.my_counts([visit.entity_code], year)
        apart = plans.checks_without_entry(year)
        assert (
            db.session.scalar(
                sa.text("SELECT count(*) FROM my_visits_to_come(:year) WHERE code = :code"),
                {"year": visit.scheduled_on.year, "code": visit.entity_code},
            )
            == 0
        )
        part = service.begin(visit_id)
        assert (part.entered, part.scanned) == (False, None)
        assert plans.my_counts([visit.entity_code], year) == before
        assert plans.checks_without_entry(year) == apart + 1
        matter_id = queries.matters(visit_id)[0].id
        service.open_record(visit_id)
        service.save_item(visit_id, matter_id, answers=ANSWERS, results=["nothing"], note="", revision=0)
        with pytest.raises(ClerkError, match="还没有收到要求提供的材料"):
            service.submit_record(visit_id, secrets.token_hex(16), service.Ending())
        asked = GivenPaper(PaperKind.PAPER, "进货台账", due_on=today() + timedelta(days=5))
        paper = service.add_paper(visit_id, matter_id, asked)
        with pytest.raises(ClerkError, match="还没有收到"):
            service.submit_record(visit_id, secrets.token_hex(16), service.Ending())
        got = service.receive_paper(visit_id, paper.id, PDF)
        assert got.digest is not None and len(got.digest) == 64 and got.received_at is not None
        record = service.submit_record(visit_id, secrets.token_hex(16), service.Ending())
        assert record.method == "written" and record.place == ""
    drawn = DrawnCampaign(desk.world, visit_id, visit_id)
    drawn.accept(record.id, "SCJG")
    with city.acting("scjg.discloser"):
        content = service.public_content(queries.record(record.id), queries.visit(visit_id))
        assert content["method"] == "书面检查" and content["entered"] is False
        assert content["items"][0]["method"] == "书面检查"
        assert "台账" not in str(content)
    with city.acting("scjg.officer"), pytest.raises(Conflict, match="已经提交"):
        service.add_paper(visit_id, matter_id, GivenPaper(PaperKind.PAPER, "晚了"), PDF)


def test_which_methods_need_no_entry_is_the_places_to_say(desk: Desk) -> None:
    """R-V3: a setting with its source; a check made from then on goes by it, one that stands keeps what it was approved as."""
    before = desk.approved(method="network")
    with in_scope(Scope(DbRole.OPERATOR), desk.world.city.app):
        row = JurisdictionSetting(
            jurisdiction_code="990100", key="visit_methods_without_entry", value={"value": ["written"]}, since=today(),
            provenance="示府发〔2026〕3号",
        )  # fmt: skip
        db.session.add(row)
        db.session.commit()
        setting = row.id
    try:
        after = desk.approved(method="network")
        with desk.world.city.acting("scjg.planner"):
            assert not queries.needs_entry(before) and scan(before) is None
            assert queries.needs_entry(after) and scan(after) is not None
    finally:
        with in_scope(Scope(DbRole.OPERATOR), desk.world.city.app):
            db.session.delete(db.session.get_one(JurisdictionSetting, setting))
            db.session.commit()


def test_what_was_approved_without_an_entry_is_not_entered(desk: Desk) -> None:
    """R-V1, R-P6: neither approval nor cap spoke of an entry."""
    visit_id = desk.approved(method="network")
    matter_id = matter_of(desk, visit_id)
    with desk.world.city.acting("scjg.officer"):
        service.choose_method(visit_id, matter_id, "written")
        with pytest.raises(Conflict, match="按不入企的方式报批"):
            service.choose_method(visit_id, matter_id, "on_site")
        with pytest.raises(ClerkError, match="事项清单规定"):
            service.choose_method(visit_id, matter_id, "opinion")
    with desk.world.city.acting("yjgl.planner"), pytest.raises(NotFound):
        service.choose_method(visit_id, matter_id, "written")


def test_one_visit_mixes_methods_and_who_goes_in_after_all_scans(desk: Desk) -> None:
    """R-V3: papers first, then the door, with a scan or the reason why not; it counts from then on, once."""
    items = desk.world.items["SCJG"][:2]
    visit_id = desk.approved(item_ids=items, methods={items[0]: "written"})
    with desk.world.city.acting("scjg.officer"):
        assert queries.needs_entry(visit_id) and scan(visit_id) is not None
        first, second = queries.matters(visit_id)
        assert [queries.ways(visit_id)[one.id].method for one in (first, second)] == [
            Method.WRITTEN,
            Method.ON_SITE,
        ]
        service.choose_method(visit_id, second.id, "written")
        assert service.begin(visit_id).entered is False
        service.choose_method(visit_id, second.id, "on_site")
        db.session.execute(sa.text("SELECT 1"))
        part = service.begin(visit_id, reason="对方手机没电")
        assert part.entered
        entry = db.session.scalars(sa.select(CapEntry).where(CapEntry.visit_id == visit_id)).one()
        db.session.refresh(entry)
        assert entry.entered
        assert db.session.scalars(sa.select(VisitPart).where(VisitPart.visit_id == visit_id)).one().entered


def test_each_method_asks_for_its_own_paper(desk: Desk) -> None:
    """R-V3: a page with its address and time, a report with its institute and number; a file that is none is refused."""
    visit_id = desk.approved(method="network")
    matter_id = matter_of(desk, visit_id)
    with desk.world.city.acting("scjg.officer"):
        service.begin(visit_id)
        with pytest.raises(ClerkError) as bad:
            service.add_paper(visit_id, matter_id, GivenPaper(PaperKind.REPORT, ""))
        assert set(bad.value.fields) == {"title", "origin", "number", "file"}
        late = GivenPaper(
            PaperKind.PAGE, "店铺首页", "https://shop.example/", taken_at=now() + timedelta(days=1)
        )
        with pytest.raises(ClerkError) as early:
            service.add_paper(visit_id, matter_id, late, PDF)
        assert set(early.value.fields) == {"taken_at"}
        empty = SentFile("空.pdf", "application/pdf", b"")
        with pytest.raises(ClerkError, match="空的"):
            service.add_paper(visit_id, matter_id, GivenPaper(PaperKind.PAGE, "首页", "https://a"), empty)
        page = service.add_paper(
            visit_id, matter_id, GivenPaper(PaperKind.PAGE, "店铺首页", "https://shop.example/"), PDF
        )
        assert page.taken_at is not None and page.digest is not None
        service.remove_paper(visit_id, page.id)
        assert queries.papers(page.record_id) == []


def test_the_cap_is_not_asked_of_what_needs_no_entry(desk: Desk) -> None:
    """R-P6: at the cap a check in writing is still registered, one on site is not."""
    code = desk.firm()
    with desk.world.city.acting("scjg.planner"):
        day = desk.workday()
        before = plans.caps_in_force(day.year).get("*")
        planning.set_cap(day.year, "*", 0, "试验")
    line = desk.line("daily")
    given = {"kind": Kind.DAILY, "source": Source.PLAN_LINE, "line_id": line, "entity_code": code}
    try:
        with pytest.raises(ClerkError, match="已到上限"):
            desk.proposed(**given)
        assert desk.proposed(**given, method="written")
    finally:
        with desk.world.city.acting("scjg.planner"):
            planning.set_cap(day.year, "*", before if before is not None else 99, "试验")


def test_papers_name_the_entrusted_body_beside_its_principal(desk: Desk) -> None:
    """R-T5: while the agreement holds, and for officers of its unit alone."""
    visit_id = desk.approved(method="written")
    with desk.world.city.acting("scjg.planner") as scope:
        assert scope.tenant_id is not None
        visit = queries.visit(visit_id)
        assert "受委托组织" not in visit_values(visit)["bureaus"]
        unit = Unit(id=new_id(), tenant_id=scope.tenant_id, name="示范计量所")
        letter = files.store_file("委托书.pdf", b"%PDF", "application/pdf")
        db.session.add(unit)
        db.session.flush()
        day = today()
        body = EntrustedBody(
            id=new_id(), tenant_id=scope.tenant_id, name="示范市计量检定所", unit_id=unit.id, agreement="委〔2026〕1号",
            scope="计量", since=day - timedelta(days=9), until=day + timedelta(days=400), file_id=letter.id,
            entered_by="甲", entered_at=now(),
        )  # fmt: skip
        db.session.add(body)
        member = next(each for each in queries.team(visit_id) if each.bureau_id == scope.tenant_id)
        db.session.execute(
            sa.update(Inspector).where(Inspector.id == member.inspector_id).values(unit_id=unit.id)
        )
        db.session.flush()
        assert "（受委托组织：示范市计量检定所）" in visit_values(visit)["bureaus"]
        body.ended_on = day - timedelta(days=5)
        db.session.flush()
        assert "受委托组织" not in visit_values(visit)["bureaus"]


def test_an_expert_is_entrusted_signs_apart_and_neither_begins_nor_ends(desk: Desk) -> None:
    """R-L7, R-D5, R-V3: on top of the two officers; what they signed stands for the report of an entrusted matter."""
    city, visit_id = desk.world.city, desk.approved(method="entrusted")
    with city.acting("scjg.planner"):
        blank: dict[str, Any] = {
            "title": "",
            "qualifications": [],
            "credential": "",
            "credential_expires_on": None,
            "active": True,
            "remark": "",
        }
        expert = officer_service.save_expert(
            None, {**blank, "kind": "person", "name": "寅某", "organisation": "示例大学"}
        )
        name = queries.visit(visit_id).entity_name
        own = officer_service.save_expert(
            None, {**blank, "kind": "person", "name": "卯某", "organisation": name}
        )
        institute = officer_service.save_expert(
            None, {**blank, "kind": "institute", "name": name, "organisation": ""}
        )
        paper = ("委托书.pdf", "application/pdf", b"%PDF")
        whole = Entrustment("委〔2031〕2号", "消防设施", True, paper)
        with pytest.raises(ClerkError) as bare:
            service.choose_assistant(visit_id, expert.id, Entrustment())
        assert set(bare.value.fields) == {"number", "scope", "unbiased", "file"}
        with pytest.raises(ClerkError, match="应当回避"):
            service.choose_assistant(visit_id, own.id, whole)
        with pytest.raises(ClerkError, match="同一单位"):
            service.choose_assistant(visit_id, institute.id, whole)
        one = service.choose_assistant(visit_id, expert.id, whole)
        with pytest.raises(Conflict, match="检查开始以后"):
            service.sign_opinion(visit_id, one.id, "合格", today(), paper)
        with pytest.raises(Forbidden):
            service.begin(visit_id)
        team = len(queries.team(visit_id))
    assert team == 2
    with city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方手机没电")
        matter_id = queries.matters(visit_id)[0].id
        service.open_record(visit_id)
        service.save_item(visit_id, matter_id, answers=ANSWERS, results=["nothing"], note="", revision=0)
        ending = service.Ending(attendee="王店长", signature="signed")
        with pytest.raises(ClerkError, match="没有签署意见"):
            service.submit_record(visit_id, secrets.token_hex(16), ending)
        with pytest.raises(ClerkError) as unsigned:
            service.sign_opinion(visit_id, one.id, "", None, None)
        assert set(unsigned.value.fields) == {"opinion", "signed_on", "file"}
        signed = service.sign_opinion(visit_id, one.id, "消防设施完好", today(), paper)
        assert signed.opinion_digest is not None
        with pytest.raises(Conflict, match="不能取消"):
            service.drop_assistant(visit_id, one.id)
        with pytest.raises(Conflict, match="不能再改"):
            service.sign_opinion(visit_id, one.id, "又一个", today(), paper)
        record = service.submit_record(visit_id, secrets.token_hex(16), ending)
        assert record.state == "submitted" and "消防设施完好" not in str(record.note)
    with city.acting("yjgl.planner"), pytest.raises(NotFound):
        queries.my_assistant(visit_id, one.id)


def test_bureaus_of_one_task_check_by_methods_of_their_own(world: World) -> None:
    """R-V3, R-J2: of a drawn joint visit one part is done in writing, without a scan, and counts for no entry; the other goes in."""
    items = world.items["YJGL"]
    with world.city.acting("yjgl.planner"):
        db.session.execute(sa.update(Item).where(Item.id.in_(items)).values(method="书面检查"))
    drawn = draw(world, bp=4000).approve()
    lead, written = world.city.bureaus["SCJG"], world.city.bureaus["YJGL"]
    with world.city.acting("scjg.planner"):
        visit_id = next(one.id for one in drawn.visits() if {lead, written} <= set(queries.party_ids(one.id)))
        assert queries.needs_entry(visit_id) and not queries.needs_entry(visit_id, written)
        methods = {one.bureau_id: queries.ways(visit_id)[one.id].method for one in queries.matters(visit_id)}
        assert (methods[lead], methods[written]) == (Method.ON_SITE, Method.WRITTEN)
    with world.city.acting("yjgl.officer"):
        part = service.begin(visit_id)
        assert (part.entered, part.scanned) == (False, None)
    with world.city.acting("scjg.officer"):
        with pytest.raises(ClerkError):
            service.begin(visit_id)
        assert service.begin(visit_id, reason="对方手机没电").entered
