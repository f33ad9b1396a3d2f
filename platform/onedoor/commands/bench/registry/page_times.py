"""Whole pages of lists as a browser asks for them, without the network: session, permissions, list, template."""

from __future__ import annotations

import secrets
import time
from statistics import median, quantiles
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from onedoor.edge.identity import TOKEN
from onedoor.kernel.db import db
from onedoor.kernel.scope import in_scope
from tenants import people, scope
from tenants.models import UserAccount

PAGES = {
    "entities": "/registry/entities",
    "entities, by day of registration": "/registry/entities?sort=-registered_on",
    "entities, two characters searched": "/registry/entities?q={word}",
    "targets": "/registry/targets",
    "targets, two characters searched": "/registry/targets?q={word}",
    "in no library": "/registry/entities/uncovered",
    "items": "/registry/items",
    "inspectors": "/registry/inspectors",
}


def measured(app: Flask, person: UUID, word: str, repeat: int) -> dict[str, list[float]]:
    """Milliseconds of each page, median and 95th percentile; the first answer is not counted."""
    client, taken = _signed_in(app, person), {}
    for name, address in PAGES.items():
        each = []
        for _ in range(repeat + 1):
            began = time.perf_counter()
            answer = client.get(address.format(word=word))
            each.append((time.perf_counter() - began) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status}")
        taken[name] = [round(median(each[1:]), 1), round(quantiles(each[1:], n=20)[-1], 1)]
    return taken


def _signed_in(app: Flask, person: UUID) -> FlaskClient:
    token = secrets.token_hex(16)
    with in_scope(scope.identity(), app):
        account = db.session.get(UserAccount, person)
        assert account is not None
        people.open_session(account, token, "bench", "bench")
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session[TOKEN] = token
    return client
