"""The state of a visit follows from its parties' parts (glossary, "Visit")."""

from __future__ import annotations

import pytest

from onedoor.visits.rules.states import LEADS_OWN, READY, VISIT_NAMES, Parts, VisitState, shared_state

V = VisitState


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (Parts(2), V.NOTICED),
        (Parts(2, postponed=1), V.POSTPONED),
        (Parts(2, begun=1, postponed=1), V.BEGUN),
        (Parts(2, begun=2, submitted=1), V.BEGUN),
        (Parts(2, begun=2, submitted=2), V.RECORDED),
        (Parts(2, begun=2, submitted=2, accepted=2, reported=1), V.RECORDED),
        (Parts(2, begun=2, submitted=2, accepted=2, reported=2, closed=1), V.REPORTED),
        (Parts(2, begun=2, submitted=2, accepted=2, reported=2, closed=2), V.CLOSED),
        (Parts(2, begun=1, unreachable=1), V.NOT_FOUND),
        (Parts(2, begun=1, refused=1), V.BEGUN),
        (Parts(2, begun=2, submitted=2, refused=1), V.REFUSED),
        (Parts(2, begun=2, submitted=2, reported=2, closed=2, unreachable=2), V.NOT_FOUND),
        (Parts(0), V.NOTICED),
    ],
)
def test_the_first_rung_that_holds(parts: Parts, expected: VisitState) -> None:
    assert shared_state(V.NOTICED, parts) is expected


def test_before_approval_the_leads_word_counts() -> None:
    for state in LEADS_OWN - READY:
        assert shared_state(state, Parts(1, begun=1, submitted=1)) is state


def test_every_state_has_a_name() -> None:
    assert set(VISIT_NAMES) == set(VisitState)
