"""How the tests of the registry's pages read an answer and hand a file in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from onedoor.kernel.db import db
from onedoor.registry import queries
from onedoor.registry.models import Inspector
from tests.fixtures.city import City

Jobs = Callable[[], int]


def text(answer: Any, status: int = 200) -> str:
    shown = str(answer.get_data(as_text=True))
    assert answer.status_code == status, shown
    return shown


def follow(client: FlaskClient, answer: Any) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return text(client.get(answer.headers["Location"]))


def upload(client: FlaskClient, kind: str, name: str, content: bytes, mode: str = "good") -> Any:
    data = {"file": (io.BytesIO(content), name), "mode": mode}
    return client.post(f"/registry/imports/new/{kind}", data=data, content_type="multipart/form-data")


def first_link(shown: str, kind: str) -> str:
    found = re.search(rf"/registry/{kind}/[0-9a-f-]{{36}}", shown)
    assert found is not None
    return found[0]


def officers(city: City) -> dict[str, Inspector]:
    with city.acting("scjg.planner"):
        return {one.certificate_number: one for one in db.session.scalars(queries.inspectors())}
