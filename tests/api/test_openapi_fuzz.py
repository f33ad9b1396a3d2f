"""The API against its own OpenAPI document: requests made from it, right and wrong, and answers checked with it.

The same requests in every run (`derandomize`); more of them in the long suite.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as of_documents

from onedoor.disclosure import service
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.scope import in_scope
from onedoor.ledger.service import enter_outside
from onedoor.visits import queries as visits
from tenants import people, scope
from tenants.rules import Permission
from tests.campaigns.builders import World
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, firm
from tests.ledger.builders import outside
from tests.visits.builders import settle
from tests.visits.check_builders import Desk

CHECKS = [
    not_a_server_error,
    of_documents.status_code_conformance,
    of_documents.content_type_conformance,
    of_documents.response_headers_conformance,
    of_documents.response_schema_conformance,
]
DOCUMENT = "/api/v1/openapi.json"
PHASES = (Phase.explicit, Phase.generate)


@pytest.fixture(scope="module")
def token(city: City) -> str:
    """A token of market regulation that may do whatever a token may."""
    with in_scope(scope.identity(), city.app):
        secret = people.add_api_token(
            city.bureaus["SCJG"],
            "fuzz",
            frozenset(Permission)
            - {Permission.PLATFORM_MANAGE, Permission.OVERSIGHT, Permission.OVERSIGHT_ANSWER},
            now() + timedelta(days=1),
            "test",
        )
        db.session.commit()
    return secret


@pytest.fixture(scope="module")
def tokens(city: City, token: str) -> tuple[str, ...]:
    """Nobody's, and those of a bureau, of a supervisor and of the operator: what is one's alone answers the others too."""
    with in_scope(scope.identity(), city.app):
        others = [
            people.add_api_token(
                city.bureaus[letters], "fuzz", frozenset(may), now() + timedelta(days=1), "test"
            )
            for letters, may in (
                ("SFJ", frozenset(Permission) - {Permission.PLATFORM_MANAGE}),
                ("SJJ", {Permission.PLATFORM_MANAGE, Permission.BUREAU_READ}),
            )
        ]
        db.session.commit()
    return ("", token, *others)


@pytest.fixture(scope="module")
def things(city: City, token: str) -> dict[str, str]:
    """Something real behind each argument of a path, so that not everything is a 404."""
    with city.acting("scjg.discloser"):
        files = [("proof.json", "application/json", b"{}")]
        draw = service.publish("draw", new_id(), "示市监抽〔2026〕1号", {"doors": 3}, files=files)
        draw_id = str(draw.id)
    known = {
        "draw_id": draw_id,
        "disclosure_id": draw_id,
        "name": "proof.json",
        "load_id": _load(city, token),
    }
    return {**known, **_checks(city)}


def _checks(city: City) -> dict[str, str]:
    """A check that waits to begin, the record of another, the line of a plan, and a check made outside the platform (R-V9)."""
    desk = Desk(settle(World(city).fill()))
    visit_id, record_id, line_id = desk.approved(), desk.record(desk.approved()), desk.line("daily")
    with city.acting("scjg.planner"):
        (matter,) = visits.matters(visit_id)
        member = visits.team(visit_id)[0]
        check = enter_outside(outside(desk.firm()))
        ids = {"visit": visit_id, "matter": matter.id, "member": member.id, "check": check.id}
    ids |= {"record": record_id, "line": line_id}
    return {f"{name}_id": str(one) for name, one in ids.items()}


def _load(city: City, token: str) -> str:
    data = {"file": (io.BytesIO(as_csv([firm(1)])), "企业.csv")}
    headers = {"Authorization": f"Bearer {token}"}
    answer: Any = city.client().post("/api/v1/registry/loads/entities", data=data, headers=headers)
    return str(answer.get_json()["id"])


def operations(app: Flask) -> list[Any]:
    """Every operation of the document."""
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, app)
    return [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]


def can_be_wrong(operation: Any) -> bool:
    """Whether there is anything that the document would call wrong: a body, or a parameter that is not any text in the path."""
    return bool(operation.body) or any(
        one.location != "path" or {"format", "enum", "pattern"} & one.definition.get("schema", {}).keys()
        for one in operation.iter_parameters()
    )


def run(
    app: Flask, examples: int, mode: GenerationMode, things: dict[str, str], tokens: Sequence[str]
) -> int:
    """Ask each operation so often; raises what schemathesis finds against the document. Returns how many were asked."""
    asked = 0
    for operation in operations(app):
        # Of what takes nothing, or any text in its path, nothing wrong can be asked.
        if mode is GenerationMode.NEGATIVE and not can_be_wrong(operation):
            continue

        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode), st.booleans(), st.sampled_from(tokens))
        def ask(case: Any, real: bool, signed: str) -> None:
            nonlocal asked
            asked += 1
            if real:
                case.path_parameters.update({k: v for k, v in things.items() if k in case.path_parameters})
            headers = {"Accept-Encoding": "identity"} | (
                {"Authorization": f"Bearer {signed}"} if signed else {}
            )
            answer = case.call(headers=headers)
            # Told to be wrong, and left as it was told: then it must be refused.
            left = mode is GenerationMode.NEGATIVE and not (real or signed)
            more = [of_documents.negative_data_rejection] if left else []
            case.validate_response(answer, checks=[*CHECKS, *more])

        ask()
    return asked


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_answers_are_as_documented(
    app: Flask, things: dict[str, str], tokens: tuple[str, ...], mode: GenerationMode
) -> None:
    """No error of ours; status, type and shape of every answer stand in the document; what is wrong is refused."""
    assert run(app, 5, mode, things, tokens) >= 10


@pytest.mark.long
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_many_answers_are_as_documented(
    app: Flask, things: dict[str, str], tokens: tuple[str, ...], mode: GenerationMode
) -> None:
    """The same with many more requests."""
    assert run(app, 50, mode, things, tokens) >= 200


def test_every_operation_says_who_may_call_and_how_it_fails(app: Flask) -> None:
    for operation in operations(app):
        raw = operation.definition.raw
        guarded = raw.get("security") != []
        assert ("401" in raw["responses"]) is guarded and "429" in raw["responses"], operation.label
        kinds = {
            kind
            for status, answer in raw["responses"].items()
            if status[0] in "45"
            for kind in answer["content"]
        }
        assert kinds == {"application/problem+json"}, operation.label


def test_an_error_says_what_may_be_done_instead(city: City) -> None:
    client = city.client()
    wrong = client.delete("/api/v1/draws/")
    assert wrong.status_code == 405 and set(wrong.headers["Allow"].split(", ")) >= {"GET", "HEAD"}
    nobody = client.post("/api/v1/registry/loads/entities")
    assert nobody.status_code == 401 and nobody.headers["WWW-Authenticate"].startswith("Bearer")
