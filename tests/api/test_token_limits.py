"""Limits are counted by token, and by address only for who has none (issue 3, hostile input)."""

from __future__ import annotations

import dataclasses

from onedoor.app import create_app
from onedoor.config import Config
from onedoor.edge.rate_limits import limiter
from onedoor.kernel import jobs
from tenants.rules import Permission
from tests.api.test_registry_loads import token
from tests.fixtures.city import City
from tests.fixtures.clients import PageClient


def test_wrong_tokens_behind_one_gateway_lock_no_integration_out(city: City, config: Config) -> None:
    good, wrong = token(city, "SCJG", Permission.BUREAU_READ), {"Authorization": "Bearer od_wrong"}
    # The application as it is deployed; tests have the limits switched off.
    limited = create_app(dataclasses.replace(config, testing=False))
    limited.test_client_class, jobs.Bell.ring = PageClient, None
    client, place, gateway = limited.test_client(), "/api/v1/plans/", {"REMOTE_ADDR": "192.0.2.77"}
    try:
        answers = [client.get(place, headers=wrong, environ_base=gateway) for _ in range(601)]
        assert (answers[0].status_code, answers[600].status_code) == (401, 429)
        assert answers[600].get_json()["code"] == "too-many-requests"
        assert int(answers[600].headers["Retry-After"]) > 0
        served = client.get(place, headers=good, environ_base=gateway)
        assert served.status_code == 200 and "Retry-After" not in served.headers, (
            "only who is sent away waits"
        )
    finally:
        limiter.enabled = False
        with limited.app_context():
            for engine in limited.extensions["sqlalchemy"].engines.values():
                engine.dispose()
