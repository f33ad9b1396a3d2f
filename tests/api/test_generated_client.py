"""An integrator's day with a client that was generated from the document alone: register, results, plan, faults, events (issue 24)."""

from __future__ import annotations

import importlib
import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from onedoor.disclosure import service
from onedoor.kernel import audit_chain
from onedoor.kernel.db import new_id
from tenants.rules import Permission
from tests.api.test_registry_loads import token
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, firm

NAME, HERE = "onedoor_generated", "http://127.0.0.1"


@pytest.fixture(scope="module")
def client_code(city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The generator gets the document and nothing else; whatever it warns of is a fault of the document."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_bytes(city.client().get("/api/v1/openapi.json").data)
    (folder / "config.yml").write_text("post_hooks: []\n")
    command = [
        *(sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json"),
        *("--output-path", NAME, "--meta", "none", "--config", "config.yml", "--fail-on-warning"),
    ]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout[-3000:] + made.stderr[-3000:]
    sys.path.insert(0, str(folder))
    yield folder / NAME
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def generated(city: City, client_code: Path) -> Any:
    """A client of a bureau's own system."""
    given = token(city, "SCJG", Permission.BUREAU_READ, Permission.REGISTRY_WRITE, Permission.PLAN_DRAFT)
    made = importlib.import_module(f"{NAME}.client").AuthenticatedClient(
        base_url=HERE, token=given["Authorization"].removeprefix("Bearer ")
    )
    transport = httpx.WSGITransport(app=city.app)
    return made.set_httpx_client(httpx.Client(base_url=HERE, transport=transport, headers=given))


def operation(name: str) -> ModuleType:
    """An operation's module: `changes.changes_entities`."""
    return importlib.import_module(f"{NAME}.api.{name}")


def models() -> ModuleType:
    return importlib.import_module(f"{NAME}.models")


def test_a_day_of_an_integrator(city: City, generated: Any, run_jobs: Callable[[], int]) -> None:
    shapes = models()
    file = importlib.import_module(f"{NAME}.types").File(
        payload=io.BytesIO(as_csv([firm(1), firm(2), ["坏", "1", *firm(1)[2:]]])), file_name="企业.csv"
    )
    # In the night what changed is handed in: good rows are loaded, the others come back with their reasons.
    load = operation("registry.registry_begin").sync(
        "entities", client=generated, body=shapes.FileIn(file=file), mode=shapes.RegistryBeginMode.GOOD
    )
    assert load.state == "waiting"
    run_jobs()
    done = operation("registry.registry_one_load").sync(load.id, client=generated)
    assert (done.state, done.outcome.added, done.outcome.rejected) == ("done", 2, 1)
    (problem,) = operation("registry.registry_load_problems").sync(load.id, client=generated).items
    assert (problem.row, problem.refused) == (4, True)
    # The copy: everything first, later what is new.
    page = operation("changes.changes_entities").sync(client=generated, size=1000)
    assert {one.entity.name for one in page.items} >= {firm(1)[0]} and not page.more
    again = operation("changes.changes_entities").sync(client=generated, after=page.next_)
    assert again.items == []
    # A plan is drafted once, however often the call comes, and changed by who read the newest version.
    given = shapes.Plan(year=2033, kind=shapes.PlanKind.SUPPLEMENT, reason="机构改革")
    draft = operation("plans.plans_draft")
    first, second = (draft.sync(client=generated, body=given, idempotency_key="day-1") for _ in range(2))
    assert first.id == second.id
    read = operation("plans.plans_one_plan").sync_detailed(first.id, client=generated)
    rename, version = operation("plans.plans_rename"), read.headers["ETag"]
    head = shapes.Head(title="补充计划")
    assert rename.sync(first.id, client=generated, body=head, if_match=version).title == "补充计划"
    outdated = rename.sync_detailed(first.id, client=generated, body=head, if_match=version)
    assert (outdated.status_code, outdated.parsed.code) == (412, "version-outdated")
    # What happened meanwhile has numbers.
    with city.app.app_context():
        audit_chain.seal()
    events = operation("events.events_events").sync(client=generated, size=1000)
    assert first.id in {one.id for one in events.items if one.thing == "plan"}
    later = operation("events.events_events").sync(client=generated, after=events.next_)
    assert later.items == [] and later.next_ == events.next_


def test_results_are_read_without_a_token(city: City, client_code: Path) -> None:
    with city.acting("scjg.discloser"):
        code = "91990100008771776W"
        service.publish("result", new_id(), "检查结果", {}, entity_code=code, entity_name="示例甲公司")
    nobody = importlib.import_module(f"{NAME}.client").Client(base_url=HERE)
    nobody.set_httpx_client(httpx.Client(base_url=HERE, transport=httpx.WSGITransport(app=city.app)))
    results = operation("disclosures.disclosures_disclosures").sync(client=nobody, q="示例甲")
    assert [one.entity_name for one in results.items] == ["示例甲公司"]
    refused = operation("plans.plans_plans").sync_detailed(client=nobody)
    assert (refused.status_code, refused.parsed.code) == (401, "unauthenticated")


def test_faults_are_problems_of_the_client_too(city: City, generated: Any) -> None:
    shapes = models()
    broken = operation("changes.changes_entities").sync_detailed(client=generated, after="nonsense")
    assert broken.status_code == 422 and broken.parsed.request
    nowhere = operation("plans.plans_one_plan").sync_detailed(new_id(), client=generated)
    assert (nowhere.status_code, nowhere.parsed.code) == (404, "not-found")
    wrong = shapes.Plan(year=1, kind=shapes.PlanKind.SUPPLEMENT)
    fields = operation("plans.plans_draft").sync_detailed(client=generated, body=wrong)
    assert fields.status_code == 422 and "year" in {one.field for one in fields.parsed.errors}
