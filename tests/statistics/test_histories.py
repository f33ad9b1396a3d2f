"""Random histories of one joint check: whatever happens when, no two returns contradict each other (R-S2).

Visits are begun, called off, recorded, accepted, corrected and made public at random moments. At a random cut-off the
figures are what a model of the history says, bureaus' parts and the place's total agree, F7 and F8 agree, and what a later
cut-off would count otherwise is exactly the difference by record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.statistics.queries import Ask, definitions
from onedoor.statistics.rules import members as sets
from onedoor.statistics.rules.members import Member
from onedoor.visits.models import Visit, VisitParty
from tests.campaigns.builders import World
from tests.fixtures.city import City
from tests.visits.builders import PARTIES, DrawnCampaign, draw, settle

MOMENTS = 8


@dataclass(frozen=True)
class Part:
    """What happens to one bureau's part of a visit, by moments from 0; None: never."""

    accepted: int | None
    problem: bool
    corrected: int | None
    public: int | None


PARTS = st.builds(
    Part,
    st.none() | st.integers(0, MOMENTS - 1),
    st.booleans(),
    st.none() | st.integers(0, MOMENTS - 1),
    st.none() | st.integers(0, MOMENTS - 1),
)
VISITS = st.tuples(st.none() | st.integers(0, MOMENTS - 1), st.lists(PARTS, min_size=3, max_size=3))


def known(moment: int | None, cutoff: int) -> bool:
    return moment is not None and moment <= cutoff


def _happen(owner: Any, parties: dict[UUID, list[Any]], history: list[Any], at: list[datetime]) -> None:
    """Write the history over the visits, as the services would have left the rows; whatever was there is taken back."""
    owner.execute("DELETE FROM disclosure WHERE kind = 'result'")
    owner.execute("DELETE FROM record_revision")
    owner.execute("DELETE FROM record")
    for (visit_id, bureaus), (cancelled, parts) in zip(parties.items(), history, strict=True):
        gone = cancelled is not None
        owner.execute(
            "UPDATE visit SET state = %s, cancelled_at = %s, cancel_reason = %s WHERE id = %s",
            (
                "cancelled" if gone else "approved",
                at[cancelled] if gone else None,
                "试" if gone else None,
                visit_id,
            ),
        )
        for bureau, part in zip(bureaus, parts, strict=False):
            if part.accepted is not None:
                _record(owner, visit_id, bureau, part, at)


def _record(owner: Any, visit_id: UUID, bureau: UUID, part: Part, at: list[datetime]) -> None:
    key, moment = new_id(), at[part.accepted or 0]
    first = "corrected" if part.problem else "nothing"
    last = ("nothing" if part.problem else "corrected") if part.corrected is not None else first
    owner.execute(
        "INSERT INTO record (id, tenant_id, visit_id, entity_code, entity_name, state, results, ended_at, decided_at,"
        " created_at) VALUES (%s, %s, %s, '试', '试', 'accepted', %s, %s, %s, %s)",
        (key, bureau, visit_id, [last], moment, moment, at[0]),
    )
    if part.corrected is not None:
        owner.execute(
            "INSERT INTO record_revision (tenant_id, record_id, version, reason, requested_by, proposed, former, state,"
            " created_at, author_name, decided_at)"
            " VALUES (%s, %s, 2, '试', '试', '{}', %s, 'approved', %s, '甲', %s)",
            (bureau, key, json.dumps({"results": [first]}), at[0], at[part.corrected]),
        )
    if part.public is not None:
        owner.execute(
            "INSERT INTO disclosure (tenant_id, kind, subject_id, version, title, bureau_name, content, since, words)"
            " VALUES (%s, 'result', %s, 1, '试', '试', '{}', %s, '')",
            (bureau, key, at[part.public]),
        )


def _expected(
    parties: dict[UUID, list[Any]], history: list[Any], bureau: UUID, cutoff: int
) -> dict[str, set[UUID]]:
    """The model: which visits each figure counts for a bureau."""
    found: dict[str, set[UUID]] = {"due": set(), "checked": set(), "problems": set(), "public": set()}
    for (visit_id, bureaus), (cancelled, parts) in zip(parties.items(), history, strict=True):
        if bureau not in bureaus or known(cancelled, cutoff):
            continue
        part = parts[bureaus.index(bureau)]
        found["due"].add(visit_id)
        if not known(part.accepted, cutoff):
            continue
        found["checked"].add(visit_id)
        # Corrected by then, it says what it says now; else what it said before.
        if part.problem != known(part.corrected, cutoff):
            found["problems"].add(visit_id)
        if known(part.public, cutoff):
            found["public"].add(visit_id)
    return found


@pytest.fixture(scope="module")
def drawn(city: City) -> DrawnCampaign:
    """A joint check that was drawn and approved, nothing recorded yet."""
    return draw(settle(World(city).fill())).approve()


def _counted(
    drawn: DrawnCampaign, figures: tuple[str, ...], at: datetime
) -> dict[str, dict[str, list[Member]]]:
    """Each figure of each bureau, by the bureau itself; asked twice it is the same."""
    found: dict[str, dict[str, list[Member]]] = {figure: {} for figure in figures}
    for letters in PARTIES:
        bureau = drawn.world.city.bureaus[letters]
        with drawn.world.city.acting(f"{letters.lower()}.planner"):
            ask = Ask(bureau, today().replace(month=1, day=1), today(), at)
            for figure in figures:
                again = definitions.members(figure, ask)
                assert again == definitions.members(figure, ask), "one period and cut-off is one number"
                assert sets.value(again) == definitions.value(figure, ask)
                found[figure][str(bureau)] = again
    return found


def _joint(drawn: DrawnCampaign, at: datetime) -> dict[str, int]:
    """The figures of F8, by the lead."""
    with drawn.world.city.acting("scjg.planner"):
        first = today().replace(month=1, day=1)
        ask = Ask(drawn.world.city.bureaus["SCJG"], first, today(), at, drawn.campaign_id)
        return {
            key: definitions.value(key, ask)
            for key in ("joint_problems", "joint_public", "matters_checked", "saved")
        }


FIGURES = ("due", "checked", "problems", "public")


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_returns_parts_totals_forms_and_differences_agree(
    drawn: DrawnCampaign, owner: Any, data: st.DataObject
) -> None:
    with drawn.world.city.acting("scjg.planner"):
        rows = db.session.execute(
            sa.select(VisitParty.visit_id, VisitParty.bureau_id).order_by(VisitParty.position)
        )
        parties: dict[UUID, list[Any]] = {}
        for visit_id, bureau in rows:
            parties.setdefault(visit_id, []).append(bureau)
        made: datetime = db.session.execute(sa.select(sa.func.max(Visit.created_at))).scalar_one()
    history = data.draw(st.lists(VISITS, min_size=len(parties), max_size=len(parties)))
    early, late = sorted(data.draw(st.tuples(st.integers(0, MOMENTS - 1), st.integers(0, MOMENTS - 1))))
    # All of it lies after the draw and before now: what is to be public later nobody else sees yet.
    at = [made + timedelta(microseconds=100 * n) for n in range(1, MOMENTS + 1)]
    assert at[-1] < now()
    _happen(owner, parties, history, at)
    before, after = _counted(drawn, FIGURES, at[early]), _counted(drawn, FIGURES, at[late])
    for cutoff, counted in ((early, before), (late, after)):
        for letters in PARTIES:
            bureau = drawn.world.city.bureaus[letters]
            model = _expected(parties, history, bureau, cutoff)
            for figure in FIGURES:
                found = {UUID(one.thing.partition(":")[2]) for one in counted[figure][str(bureau)]}
                assert found == model[figure], (letters, figure)
        joint, checked = _joint(drawn, at[cutoff]), counted["checked"]
        matters = sum(len(part) for part in checked.values())
        assert joint["matters_checked"] == matters, "each bureau brought one matter"
        assert joint["saved"] == matters - len(sets.once(checked.values()))
        assert joint["joint_public"] == len(sets.in_all(counted["public"], checked)), (
            "once all have published"
        )
        if not any(part.corrected is not None for _cancelled, parts in history for part in parts):
            assert joint["joint_problems"] == len(sets.once(counted["problems"].values()))
        for figure in FIGURES:
            total, parts = (
                len(sets.once(counted[figure].values())),
                [len(part) for part in counted[figure].values()],
            )
            assert max(parts) <= total <= sum(parts)
    for figure in FIGURES:
        for bureau_id, former in before[figure].items():
            now_known = after[figure][bureau_id]
            change = sets.difference(former, now_known)
            assert len(now_known) == len(former) + len(change.added) - len(change.removed)
            assert change.any == (sorted(former) != sorted(now_known))
