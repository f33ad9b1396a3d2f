"""A list drawn by ratio: weights by kind or place, the mode in the plan, what is too heavy said before the freeze (R-P5)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from onedoor.campaigns import queries, service
from onedoor.campaigns.rules import check_weights
from onedoor.draws import queries as draws
from onedoor.draws import rules
from onedoor.kernel.errors import ClerkError
from tests.campaigns.builders import World
from tests.campaigns.test_campaign_draw import begin, commit
from tests.draws_room.ceremony import codes


def by_kind(**of: int) -> dict[str, Any]:
    return {"by": "kind", "of": {key.removeprefix("k"): weight for key, weight in of.items()}}


def test_a_list_by_ratio_stands_in_the_plan_and_its_proof_is_valid(world: World, run_jobs: Any) -> None:
    campaign_id = world.invited(("YJGL",))
    world.accept(campaign_id, "SCJG", weights=by_kind(k92=3), stratify="none")
    world.accept(campaign_id, "YJGL")
    with world.city.acting("scjg.planner"):
        assert service.readiness(campaign_id).stops == []
    draw_id = begin(world, campaign_id)
    run_jobs()
    commit(world, draw_id)
    run_jobs()
    with world.city.acting("scjg.operator"):
        plan = draws.plan(draw_id)
        assert [entry["mode"] for entry in plan["lists"]] == ["ratio", "uniform"]
        pool = rules.parse_pool(draws.pool_file(draw_id), "SCJG")
        assert {(row.id[:2], row.weight) for row in pool.rows} == {("91", 1), ("92", 3)}
        (strata,) = (each["strata"] for each in draws.board(draw_id)["lists"] if each["mode"] == "ratio")
        assert (strata[0]["least_weight"], strata[0]["greatest_weight"]) == (1, 3)


def test_what_would_be_drawn_for_certain_is_said_before_the_freeze(world: World) -> None:
    campaign_id = world.invited((), rates={"*": {"number": 30}})
    heavy = by_kind(k92=1000)
    world.accept(campaign_id, "SCJG", weights=heavy, stratify="none", rates={"*": {"number": 30}})
    with world.city.acting("scjg.planner"):
        ((_, problem),) = service.readiness(campaign_id).stops
        assert "必然抽中" in str(problem) and "按同一类别分层" in str(problem)
        assert problem.params.keys() == {"stratum"}, "the lead reads whose weight it is"
    with world.city.acting("scjg.operator"), pytest.raises(ClerkError) as refused:
        service.begin_draw(campaign_id)
    assert f"先解决：市市场监管局：{problem}" in str(refused.value)
    world.accept(campaign_id, "SCJG", weights=heavy, stratify="kind", rates={"*": {"number": 30}})
    with world.city.acting("scjg.planner"):
        assert service.readiness(campaign_id).stops == []
        own = queries.my_list(campaign_id)
        assert own is not None and own.weights == heavy


@pytest.mark.parametrize(
    "weights",
    [
        {"by": "risk", "of": {"A": 2}},
        {"by": "kind", "of": {}},
        {"by": "kind", "of": {"91": 0}},
        {"by": "place", "of": {"990102": 1001}},
        {"by": "kind", "of": {"91": "2"}},
    ],
)
def test_weights_that_cannot_be_are_refused(weights: dict[str, Any]) -> None:
    with pytest.raises(ClerkError, match="1 至 1000"):
        check_weights(weights)


def plan_of(mode: Any, *names: str) -> dict[str, Any]:
    entry = {"mode": mode, "quota": [("A", 2)]}
    return {"lists": [{"list": name, **entry} for name in names]}


def test_expected_doors_of_a_list_by_ratio_follow_the_weights() -> None:
    rows = [(id_, "A", weight, "E") for id_, weight in zip(codes(1, 4), (1, 1, 2, 4), strict=True)]
    pools = {name: rules.parse_pool(rules.build_pool(rows), name) for name in ("a", "b")}
    chances = [Fraction(2 * weight, 8) for weight in (1, 1, 2, 4)]
    alone = rules.independent_doors(plan_of("ratio", "a", "b"), pools)  # type: ignore[arg-type]
    assert alone == sum(1 - (1 - chance) ** 2 for chance in chances)
    uniform = rules.independent_doors(plan_of("uniform", "a", "b"), pools)  # type: ignore[arg-type]
    assert uniform == 4 * (1 - Fraction(1, 2) ** 2)
