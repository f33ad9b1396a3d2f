"""A draw on its way over the interface: what its hall shows to those who take part, for their own systems (draw.md)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from onedoor.draws import queries, rules, service
from onedoor.edge.guard import expectation_of
from tenants.rules import Permission
from tests.api.test_registry_loads import read, token
from tests.draws_room.beacons import in_two_hours
from tests.draws_room.ceremony import JUSTICE, LEAD, PARTNER, Ceremony
from tests.fixtures.city import City

TAKING_PART = ("SCJG", "YJGL", "SFJ")


@pytest.fixture(scope="module")
def tokens(city: City) -> dict[str, dict[str, str]]:
    return {
        letters: token(city, letters, Permission.BUREAU_READ) for letters in (*TAKING_PART, "WSJK", "MZJ")
    }


def look(made: Ceremony, headers: dict[str, str]) -> Any:
    return read(made.city, f"/api/v1/draws/{made.draw_id}/ceremony", headers)


def test_each_step_is_told_to_those_who_take_part(city: City, tokens: dict[str, dict[str, str]]) -> None:
    made = Ceremony(city)
    made.create()
    made.deposit()
    justice = tokens["SFJ"]
    answer = look(made, justice)
    assert (answer["state"], answer["until"], answer["register"]) == ("frozen", None, [])
    assert [(each["list"], each["digest"] is not None) for each in answer["lists"]] == [
        (LEAD, True),
        (PARTNER, False),
    ]
    assert answer["lists"][0]["n"] == 60 and "pool" not in answer["lists"][0]
    own = {"name": JUSTICE, "committed": False, "revealed": False}
    more = {"opens_the_line": True, "gives_reason": False, "takes_note": False}
    assert answer["own"] == {**own, **more}
    made.deposit("yjgl.planner", PARTNER, made.pool(31, 60))
    made.agree()
    assert look(made, justice)["own"]["committed"]
    made.publish()
    guest = made.invite("甲（记者）")
    made.speak(guest, "见证")
    with city.acting("scjg.operator"):
        until = service.announce(made.draw_id, 600)
    answer = look(made, tokens["YJGL"])
    assert answer["state"] == "open" and answer["own"] is None
    assert answer["until"].startswith(until.isoformat()[:19]) and answer["until"] > answer["now"]
    assert [(each["who"], each["text"]) for each in answer["witnesses"]] == [("甲（记者）", "见证")]
    entries = rules.parse_register(city.client().get("/api/v1/draws/register.jsonl").data)
    assert (answer["head"]["n"], answer["head"]["own"]) == (
        entries[-1]["n"],
        rules.entry_digest(entries[-1]).hex(),
    )
    assert [each["kind"] for each in answer["register"]] == ["plan"]
    made.close()
    answer = look(made, justice)
    assert answer["state"] == "closed" and answer["until"] is None
    texts = [(each["who"], each["text"]) for each in answer["witnesses"] if each["text"]]
    # What a party's own device does before it lets its nonce go (draw.md, "Plan").
    closed = rules.texts_digest(plan_of(made), texts).hex()
    assert answer["texts_digest"] == closed == answer["register"][-1]["digest"]
    made.reveal()
    made.run()
    answer = look(made, justice)
    assert answer["state"] == "drawn" and answer["own"]["revealed"] and answer["doors"] > 0
    nonces = {each["name"]: each["nonce"] for each in answer["committers"]}
    assert nonces[JUSTICE] == made.nonce.hex() and all(nonces.values())
    assert [each["kind"] for each in answer["register"]] == ["plan", "texts", "proof"]


def plan_of(made: Ceremony) -> rules.Plan:
    with made.city.acting("scjg.operator"):
        return queries.plan(made.draw_id)


def test_nobody_else_reads_it(city: City, tokens: dict[str, dict[str, str]]) -> None:
    made = Ceremony(city)
    made.open()
    with city.acting("scjg.operator"):
        service.let_watch(made.draw_id, True)
    client = city.client()
    place = f"/api/v1/draws/{made.draw_id}/ceremony"
    for letters in ("WSJK", "MZJ"):
        assert client.get(place, headers=tokens[letters]).status_code == 404
        assert str(made.draw_id) not in client.get("/api/v1/draws/ceremonies", headers=tokens[letters]).text
    assert client.get(place).status_code == 401
    assert client.get(f"/api/v1/draws/{uuid4()}/ceremony", headers=tokens["SCJG"]).status_code == 404
    for letters in TAKING_PART:
        (brief,) = [
            each
            for each in read(city, "/api/v1/draws/ceremonies", tokens[letters])["items"]
            if each["id"] == str(made.draw_id)
        ]
        assert (brief["state"], brief["campaign_id"]) == ("open", str(made.campaign_id))


def test_a_beacon_is_told_and_what_another_read_is_not(city: City, tokens: dict[str, dict[str, str]]) -> None:
    made = Ceremony(city, mode=in_two_hours(city))
    made.open()
    beacon = look(made, tokens["SFJ"])["beacon"]
    assert (beacon["name"], beacon["round"], beacon["spoken"]) == ("示范彩票", "2026135期", False)
    assert beacon["due"] is not None and beacon["value"] is None


def test_of_a_closed_draw_only_counts_are_told(city: City, tokens: dict[str, dict[str, str]]) -> None:
    made = Ceremony(city, mode=service.Mode(closed=True, holder_id=city.bureaus["WSJK"]))
    made.freeze()
    answer = look(made, tokens["WSJK"])
    assert answer["closed"] and [each["received_at"] is not None for each in answer["holders"]] == [
        True,
        True,
    ]
    raw = city.client().get(f"/api/v1/draws/{made.draw_id}/ceremony", headers=tokens["WSJK"]).text
    secret = made.secret()
    assert secret is not None and secret.hex() not in raw


def test_a_token_takes_no_part_in_a_ceremony(app: Flask) -> None:
    """R-T5: one person acts for one party of a draw, and whose hand a token is in cannot be told."""
    asked = {
        one
        for name, view in app.view_functions.items()
        if name.startswith("api_") and (said := expectation_of(view)) and said.permissions
        for one in said.permissions
    }
    assert not asked & {Permission.DRAW_COMMIT, Permission.DRAW_OPERATE}
