"""Returns: figures by one set of definitions, filed with the records behind them, compared, corrected, added up (R-S1, R-S2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from onedoor.filing import queries as filings
from onedoor.filing import service as filing
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.messages.models import Message
from onedoor.statistics import queries, service
from onedoor.statistics.models import Return, ReturnSet
from onedoor.statistics.queries import definitions
from onedoor.statistics.rules.figures import FIGURES
from onedoor.statistics.rules.sheets import Sheet
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from tests.supervision.scene import Scene

TYPED = {"contact": "王五", "phone": "0471-1234567", "document": "示政办发〔2026〕1号"}
REPORT = {"measures": "甲", "results": "乙", "problems_and_advice": "丙", "next_steps": "丁"}


@pytest.fixture
def acting(scene: Scene) -> Any:
    return scene.city.acting


def started(kind: str, level: str = "own", part: str = "H2") -> Return:
    return service.start(kind, level, today().year, part)


def filed(kind: str, level: str = "own", part: str = "H2", **facts: str) -> Return:
    made = started(kind, level, part)
    service.save(made.id, {**TYPED, **facts}, cutoff=now())
    return service.file_return(made.id)


def numbers(sheet: Sheet) -> dict[tuple[str, str, str], int]:
    """Every counted figure by where it stands."""
    return {
        (section.key, row.key, cell.figure): cell.number or 0
        for section in sheet.sections
        for row in section.all_rows()
        for cell in row.cells
        if cell.figure
    }


@pytest.fixture
def cleared(scene: Scene) -> Iterator[None]:
    yield


def test_each_figure_has_its_words_and_its_definition() -> None:
    """R-S2: one number means one thing everywhere."""
    assert set(FIGURES) == set(definitions.DEFINITIONS)
    assert all(one.words.endswith("。") and one.head for one in FIGURES.values())


def test_f7_counts_what_the_records_say(scene: Scene, acting: Any) -> None:
    with acting("scjg.planner"):
        made = started("F7")
        sheet = queries.forms.sheet_of(made)
        own = {figure: number for (section, _row, figure), number in numbers(sheet).items()}
        assert own["items"] == 2 and own["items_drawn"] == 1
        assert own["batches_drawn"] == 1 and own["batches_planned"] == 2
        assert own["library"] == 80
        assert 0 < own["due"] <= own["drawn"]
        assert own["checked"] == 2 and own["problems"] == 1 and own["public"] == 1
        assert own["corrections"] == 1 and own["cases"] == own["transfers"] == own["not_drawn"] == 0
        assert own["public_due"] == 2 and own["public_on_time"] == 1
        assert any(cell.text == "50.0%" for cell in sheet.sections[0].rows[0].cells)
        service.discard(made.id)


@pytest.mark.parametrize("kind", ["F4", "F7", "F8"])
def test_any_figure_opens_exactly_what_it_counted(acting: Any, kind: str) -> None:
    """R-S2: the draft's figures and the filed one's open records that come to the number; frozen they stay."""
    part = {"F4": "Q4", "F7": "H2", "F8": "Y"}[kind]
    with acting("scjg.planner"):
        made = started(kind, part=part)
        service.save(made.id, TYPED, cutoff=now())
        draft = queries.forms.sheet_of(made)
        for section in draft.sections:
            for row in section.all_rows():
                for cell in row.cells:
                    if cell.figure:
                        found = queries.frozen.members(made, cell)
                        assert sum(one.weight for one in found) == cell.number, cell
        service.file_return(made.id)
        frozen = queries.forms.sheet_of(made)
        assert numbers(frozen) == numbers(draft)
        for section in frozen.sections:
            for row in section.all_rows():
                for cell in row.cells:
                    if cell.figure:
                        assert cell.digest or cell.of
                        found = queries.frozen.members(made, cell)
                        assert sum(one.weight for one in found) == cell.number, cell


def test_a_set_is_kept_once(acting: Any) -> None:
    """Two returns that count the same records share them."""
    with acting("yjgl.planner"):
        filed("F7")
        before = db.session.scalar(sa.select(sa.func.count()).select_from(ReturnSet))
        made = db.session.scalars(sa.select(Return).where(Return.kind == "F7")).one()
        again = service.correct(made.id, "重报")
        again.cutoff = made.cutoff
        db.session.flush()
        service.file_return(again.id)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(ReturnSet)) == before
        assert again.sheet is not None and made.sheet is not None
        assert again.sheet["sections"] == made.sheet["sections"]


def test_what_is_filed_stays_and_changes_by_a_correction_with_its_reason(scene: Scene, acting: Any) -> None:
    """R-S2: a visit is called off after the filing; the filed figure stays, the correction shows the difference by record."""
    with acting("scjg.planner"):
        made = db.session.scalars(
            sa.select(Return).where(Return.kind == "F7", Return.tenant_id == scene.city.bureaus["SCJG"])
        ).one()
        before = numbers(queries.forms.sheet_of(made))
        with pytest.raises(Conflict):
            service.save(made.id, TYPED)
        with pytest.raises(ClerkError):
            service.correct(made.id, " ")
        visit = next(
            one
            for one in scene.drawn.visits()
            if scene.city.bureaus["SCJG"] in one.party_ids and not visits.visit_state(one).parts.begun
        )
        visiting.cancel(visit.id, "已迁出")
        assert numbers(queries.forms.sheet_of(made)) == before
        again = service.correct(made.id, "漏报")
        sheet = queries.forms.sheet_of(again)
        assert numbers(sheet)["progress", "own", "due"] == before["progress", "own", "due"] - 1
        (learnt,) = queries.differences.learnt(made, again, sheet)
        assert learnt.figure == "due" and [one.name for one in learnt.difference.removed] == [
            visit.entity_name
        ]
        service.save(again.id, TYPED, cutoff=made.cutoff)
        assert numbers(queries.forms.sheet_of(again)) == before
        assert queries.differences.learnt(made, again, queries.forms.sheet_of(again)) == []
        service.discard(again.id)


def test_the_recipient_accepts_or_sends_back(scene: Scene, acting: Any) -> None:
    with acting("sfj.supervisor"):
        (waiting,) = db.session.scalars(
            queries.returns.received().where(
                Return.tenant_id == scene.city.bureaus["SCJG"], Return.kind == "F4"
            )
        )
        sent = next(one for one in queries.returns.filings_of(waiting))
        assert len(filings.files(sent.id)) == 1
        filing.answer(sent.id, False, "联系人有误")
        assert queries.returns.state(waiting) == "sent_back"
    with acting("scjg.planner"):
        made = queries.returns.own_return(waiting.id)
        assert queries.returns.state(made) == "sent_back"
        again = service.correct(made.id, "联系人有误")
        service.save(again.id, {**TYPED, "contact": "李四"})
        service.file_return(again.id)
        assert queries.returns.state(made) == "corrected" and queries.returns.state(again) == "filed"
        assert [one.facts["contact"] for one in queries.returns.facts_versions(again)] == ["李四"]
    with acting("sfj.supervisor"):
        (sent,) = queries.returns.filings_of(again)
        filing.answer(sent.id, True)
        assert queries.returns.state(again) == "accepted"


def test_a_places_return_adds_up_what_was_filed_and_a_joint_check_counts_once(
    scene: Scene, acting: Any
) -> None:
    """R-S1: bureaus' rows may add up to more than the total, whose records are each there once."""
    with acting("xfjy.planner"):
        filed("F7")
    with acting("sfj.supervisor"):
        made = started("F7", "place")
        sheet = queries.forms.sheet_of(made)
        found = numbers(sheet)
        rows = [scene.city.bureaus[one] for one in ("SCJG", "YJGL", "XFJY")]
        for figure in ("due", "checked", "batches_drawn", "problems"):
            parts = [found["progress", str(one), figure] for one in rows]
            assert max(parts) <= found["progress", "total", figure] <= sum(parts)
        assert found["progress", "total", "batches_drawn"] == 1
        assert found["progress", "total", "library"] == 80 + 60 + 40
        total = sheet.cell("progress", "total", "due")
        assert total is not None
        members = queries.frozen.members(made, total)
        assert len(members) == len({one.id for one in members}) == total.number
        # Published by one of the bureaus that checked there: not yet public for the place.
        assert (
            found["progress", "total", "public"]
            < sum(found["progress", str(one), "public"] for one in rows) + 1
        )
        assert any("未报送的部门" in note for note in sheet.notes)
        service.save(made.id, TYPED, cutoff=now())
        service.file_return(made.id)
        assert numbers(queries.forms.sheet_of(made)) == found
        assert set(made.sources) == {one.filed.id for one in queries.place_sheets.sources(made)}
        assert (
            len(
                queries.frozen.members(
                    made, queries.forms.sheet_of(made).cell("progress", "total", "due") or total
                )
            )
            == total.number
        )


def test_f8_f3_and_f10_of_a_place(scene: Scene, acting: Any) -> None:
    with acting("yjgl.planner"):
        filed("F4", part="Q4")
    with acting("sfj.supervisor"):
        f8 = numbers(queries.forms.sheet_of(started("F8", "place", "Y")))
        campaign = str(scene.drawn.campaign_id)
        assert f8["joint", campaign, "saved"] == f8["joint", "total", "saved"] > 0
        f3 = queries.forms.sheet_of(started("F3", "place", "Q4"))
        bureaus = f3.section("bureaus")
        assert bureaus is not None and len(bureaus.rows) == 2
        assert "合计共 2 个部门，占有行政检查事项部门总数的比例为 100.0%" in bureaus.note
        assert numbers(f3)["bureaus", "total", "batches"] == 1
        f10 = queries.forms.sheet_of(started("F10", "place"))
        assert f10.section("all") is not None


def test_forms_and_pages_cannot_contradict(scene: Scene, acting: Any) -> None:
    """The live page of F8 and the return count by the same conditions."""
    with acting("scjg.planner"):
        (row,) = queries.joint_rows(today().year)
        ask = queries.Ask(scene.city.bureaus["SCJG"], today().replace(month=1, day=1), today(), now(), row.id)
        for figure, name in (("partners", "partners"), ("brought", "brought"), ("doors", "doors"), ("entered", "entered"),
                             ("matters_due", "due"), ("matters_checked", "checked"), ("saved", "saved"),
                             ("joint_problems", "problems"), ("joint_public", "publics")):  # fmt: skip
            assert definitions.value(figure, ask) == getattr(row, name), figure


def test_drafts_are_the_bureaus_own_and_filed_ones_go_to_their_recipients_alone(
    scene: Scene, acting: Any
) -> None:
    """access.md: another bureau finds neither draft nor filed return, nor the sets behind it (R-T1)."""
    with acting("scjg.planner"):
        draft = started("F4", part="Q1")
        mine = db.session.scalars(
            sa.select(Return.id).where(Return.kind == "F7", Return.filed_at.is_not(None))
        ).all()
    with acting("yjgl.planner"):
        assert set(mine) & set(db.session.scalars(sa.select(Return.id))) == set()
        for one in (draft.id, mine[0]):
            with pytest.raises(NotFound):
                queries.returns.a_return(one)
        tenants = set(db.session.scalars(sa.select(ReturnSet.tenant_id)))
        assert tenants == {scene.city.bureaus["YJGL"]}
    with acting("sfj.supervisor"):
        with pytest.raises(NotFound):
            queries.returns.a_return(draft.id)
        assert queries.returns.a_return(mine[0]).filed_at is not None
        with pytest.raises(NotFound):
            service.correct(mine[0], "改")


def test_the_cut_off_is_in_the_period_and_not_to_come(acting: Any) -> None:
    with acting("scjg.planner"):
        made = started("F4", part="Q1")
        for wrong in (now() + timedelta(hours=1), now() - timedelta(days=800)):
            with pytest.raises(ClerkError):
                service.save(made.id, TYPED, cutoff=wrong)
        with pytest.raises(ClerkError):
            service.start("F10", "own", today().year, "H1")
        with pytest.raises(ClerkError):
            service.start("F4", "own", today().year + 1, "Q1")


def test_due_and_late_returns_are_told_once(
    scene: Scene, acting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-S1: warned before the last day, told after it, and not again."""
    year = today().year
    monkeypatch.setattr("onedoor.statistics.service.reminders.today", lambda: date(year, 6, 25))
    monkeypatch.setattr("onedoor.statistics.queries.returns.today", lambda: date(year, 6, 25))
    with acting("wsjk.planner"):
        first = service.remind()
        assert first > 0 and service.remind() == 0
        monkeypatch.setattr("onedoor.statistics.service.reminders.today", lambda: date(year, 7, 5))
        monkeypatch.setattr("onedoor.statistics.queries.returns.today", lambda: date(year, 7, 5))
        assert service.remind() > 0
        texts = list(db.session.scalars(sa.select(Message.text)))
        assert any("已经逾期" in one for one in texts) and any(
            f"请于{year}-06-30前报送" in one for one in texts
        )
    with acting("sfj.supervisor"):
        assert service.remind() > 0 and service.remind() == 0
        texts = list(db.session.scalars(sa.select(Message.text)))
        assert any(one.startswith(f"有部门没有在{year}-06-30前报送") for one in texts)
