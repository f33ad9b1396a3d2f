"""Teams: as many slots filled as can be, loads even, nobody where they may not be (R-D1, R-D5)."""

from collections import Counter
from random import Random
from typing import Any, cast

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onedoor.draws.rules import Inspector, Plan, ProtocolError, Recusal, Roster, build_roster, parse_roster
from onedoor.draws.rules.assignment import assign
from onedoor.draws.rules.teams import Assignment
from tests.draws import reference_rules
from tests.draws.vectors import SALT, pool_of, small_draw

BUREAUS = ["B1", "B2"]
SKILLS = ["boiler", "fire", "food"]


def plan_of(teams: list[Any]) -> Plan:
    return cast(
        Plan, {"hash": "sha256", "lists": [{"list": f"L{i}", "team": team} for i, team in enumerate(teams)]}
    )


def ticket(id_: str) -> bytes:
    return id_.encode().rjust(32, b"\0")


def tight(chance: Random) -> tuple[Plan, list[list[str]], Roster]:
    """A draw with so few inspectors that chains of moves and unfilled slots are common."""

    def some(of: list[str], most: int) -> list[str]:
        return chance.sample(of, chance.randint(0, most))

    inspectors = [
        Inspector(
            f"{bureau}.{i}", bureau, frozenset(some(SKILLS, 2)), chance.random() < 0.5, chance.randint(0, 3)
        )
        for bureau in BUREAUS
        for i in range(chance.randint(3, 6))
    ]
    objects = [f"91{i}" for i in range(chance.randint(1, 5))]
    teams = [
        {
            "bureau": chance.choice(["B1", "B1", "B2"]),
            "size": chance.randint(1, 3),
            "qualifications": some(SKILLS, 1),
        }
        for _ in range(chance.randint(1, 3))
    ]
    drawn = [some(objects, len(objects)) for _ in teams]
    recusals = [Recusal(i.id, o, "KIN") for i in inspectors for o in objects if chance.random() < 0.1]
    return plan_of(teams), drawn, parse_roster(build_roster(inspectors, recusals, SALT))


def judged(
    plan: Plan, drawn: list[list[str]], roster: Roster
) -> tuple[Any, list[Inspector], set[tuple[str, str]]]:
    """Slots, people and recusals as the tests' own judge takes them."""
    slots = reference_rules.slots([entry["team"] for entry in plan["lists"]], drawn)
    people = [*roster.inspectors.values()]
    return slots, people, {(recusal.inspector, recusal.object) for recusal in roster.recusals}


def most(slots: Any, people: list[Inspector], recused: set[tuple[str, str]]) -> int:
    """How many slots can be filled at all, by maximum flow: slot, inspector at an object (once), inspector's cap."""
    graph = networkx.DiGraph()
    graph.add_nodes_from(["from", "to"])
    for object_, needs in slots.items():
        for number, slot in enumerate(needs):
            graph.add_edge("from", (object_, number), capacity=1)
            for i in people:
                if reference_rules.fits(i, slot, object_, recused):
                    graph.add_edge((object_, number), (object_, i.id), capacity=1)
                    graph.add_edge((object_, i.id), ("all", i.id), capacity=1)
                    graph.add_edge(("all", i.id), "to", capacity=i.cap)
    return int(networkx.maximum_flow_value(graph, "from", "to"))


@pytest.mark.parametrize("block", range(4))
def test_as_many_slots_are_filled_as_can_be_and_rightly(block: int) -> None:
    """1,600 tight draws against networkx's maximum flow, and each seat against the steps of the protocol's text.

    What fits and what is a slot the judge says itself (`plainly`); sixty chains of moves are among them.
    """
    chance, chains, unfilled = Random(block), 0, 0
    for _ in range(400):
        plan, drawn, roster = tight(chance)
        seed = chance.randbytes(32)
        made = assign(plan, seed, drawn, roster, ticket)
        slots, people, recused = judged(plan, drawn, roster)
        assert sum(len(team["team"]) for team in made.teams) == most(slots, people, recused)
        reference_rules.check_seats(made, slots, people, recused)
        seating = reference_rules.Seating(seed, slots, people, recused)
        seating.run(sorted(slots, key=lambda id_: (ticket(id_), id_)))
        assert seats(made) == seating.seats and made.unfilled == seating.unfilled
        chains += seating.chains
        unfilled += len(seating.unfilled)
    assert chains >= 10 and unfilled > 100, (chains, unfilled)


def seats(made: Assignment) -> dict[tuple[str, int], str]:
    """Who sits in which slot."""
    found, empty = {}, set(made.unfilled)
    for team in made.teams:
        object_, number = team["object"], 0
        for member in team["team"]:
            while (object_, number) in empty:
                number += 1
            found[object_, number] = member["inspector"]
            number += 1
    return found


def loads(made: Assignment) -> Counter[str]:
    return Counter(member["inspector"] for team in made.teams for member in team["team"])


@given(st.integers(2, 7), st.integers(1, 30), st.binary(min_size=32, max_size=32))
@settings(max_examples=40)
def test_among_equals_loads_differ_by_one_at_most(number: int, objects: int, seed: bytes) -> None:
    roster = parse_roster(
        build_roster([Inspector(f"S{i}", "B1", frozenset(), True, 99) for i in range(number)], [], SALT)
    )
    plan = plan_of([{"bureau": "B1", "size": 2, "qualifications": []}])
    made = assign(plan, seed, [[f"91{i:02d}" for i in range(objects)]], roster, ticket)
    assert not made.unfilled
    carried = loads(made)
    assert max(carried.values()) - min(carried[i] for i in roster.inspectors) <= 1


def roomy(chance: Random) -> tuple[Plan, list[list[str]], Roster]:
    """Leaders apart, recusals, skills, two lists of one bureau: but so many, with so much room, that nobody is moved."""
    people = [
        Inspector(f"{b}.{n}", b, frozenset(SKILLS[: chance.randint(0, 3)]), chance.random() < 0.5, 99)
        for b in BUREAUS
        for n in range(chance.randint(8, 12))
    ]
    people += [Inspector(f"{b}.Z{n}", b, frozenset(SKILLS), True, 99) for b in BUREAUS for n in range(7)]
    objects = [f"91{n:02d}" for n in range(chance.randint(2, 12))]
    teams = [
        {"bureau": b, "size": chance.randint(1, 3), "qualifications": SKILLS[: chance.randint(0, 1)]}
        for b in ("B1", "B1", "B2")
    ]
    drawn = [chance.sample(objects, chance.randint(1, len(objects))) for _ in teams]
    recusals = [Recusal(i.id, o, "KIN") for i in people[:-14] for o in objects if chance.random() < 0.1]
    return plan_of(teams), drawn, parse_roster(build_roster(people, recusals, SALT))


def test_whoever_is_sent_had_the_least_load_of_those_who_could_be() -> None:
    """Followed slot by slot over 80 draws: leaders apart, recusals, skills, and two lists of one bureau."""
    chance = Random(20)
    for _ in range(80):
        plan, drawn, roster = roomy(chance)
        made = assign(plan, chance.randbytes(32), drawn, roster, ticket)
        slots, people, recused = judged(plan, drawn, roster)
        assert not made.unfilled
        load, taken = Counter[str](), seats(made)
        for object_ in sorted(slots, key=lambda id_: (ticket(id_), id_)):
            for number, slot in enumerate(slots[object_]):
                here = {taken[object_, earlier] for earlier in range(number)}
                can = [
                    i.id
                    for i in people
                    if i.id not in here and reference_rules.fits(i, slot, object_, recused)
                ]
                assert load[taken[object_, number]] == min(load[i] for i in can)
                load[taken[object_, number]] += 1


def test_no_pair_of_colleagues_is_preferred() -> None:
    """Which two of six meet, over 600 seeds: all 15 pairs, each between half and one and a half times its share."""
    roster = parse_roster(
        build_roster([Inspector(f"S{i}", "B1", frozenset(), True, 9) for i in range(6)], [], SALT)
    )
    plan = plan_of([{"bureau": "B1", "size": 2, "qualifications": []}])
    pairs: Counter[frozenset[str]] = Counter()
    for number in range(600):
        made = assign(plan, number.to_bytes(32, "big"), [["91A"]], roster, ticket)
        pairs[frozenset(loads(made))] += 1
    assert len(pairs) == 15
    assert min(pairs.values()) >= 20 and max(pairs.values()) <= 60


def test_the_lists_that_drew_an_object_share_one_team_with_one_leader() -> None:
    """R-J2, R-D5: one visit, two inspectors of each bureau, one leader."""
    team = {"size": 2, "qualifications": []}
    plan = plan_of([team | {"bureau": "B1"}, None, team | {"bureau": "B2"}])
    roster = parse_roster(
        build_roster(
            [Inspector(f"{b}.{i}", b, frozenset(), i < 2, 9) for b in BUREAUS for i in range(3)], [], SALT
        )
    )
    made = assign(plan, bytes(32), [["91A", "91B"], ["91C"], ["91B", "91D"]], roster, ticket)
    shape = {t["object"]: [(m["bureau"], m["lead"]) for m in t["team"]] for t in made.teams}
    assert shape == {
        "91A": [("B1", 1), ("B1", 0)],
        "91B": [("B1", 1), ("B1", 0), ("B2", 0), ("B2", 0)],
        "91D": [("B2", 1), ("B2", 0)],
    }


def test_teams_that_no_city_staffs_are_refused_at_once() -> None:
    team: Any = {"bureau": "B1", "size": 2**52, "qualifications": []}
    roster = build_roster([], [], SALT)
    with pytest.raises(ProtocolError, match="slots"):
        small_draw({"L": pool_of(3)}, {"L": {"A": 1}}, teams={"L": team}, roster_raw=roster)
