"""Files going out: a type from the list or none, always to be kept, never a page of ours (issue 3, hostile input)."""

from __future__ import annotations

import pytest
from flask import Flask

from onedoor.disclosure import service
from onedoor.edge.attachments import attachment
from onedoor.kernel.db import new_id
from tests.fixtures.city import City

ACTIVE = [
    "text/html",
    "image/svg+xml",
    "application/xhtml+xml",
    "text/xml",
    "application/javascript",
    "TEXT/HTML; charset=utf-8",
    "text/html\r\nX: y",
    "",
    "image/png",
]


@pytest.mark.parametrize("media_type", ACTIVE)
def test_what_a_browser_could_run_has_no_type(app: Flask, media_type: str) -> None:
    with app.test_request_context("/"):
        answer = attachment(b"<script>alert(1)</script>", "x.html", media_type)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_a_name_cannot_end_the_header(app: Flask) -> None:
    with app.test_request_context("/"):
        answer = attachment(b"x", 'a"; filename=x.html\r\nSet-Cookie: x=1/../名单', "text/csv")
    said = answer.headers["Content-Disposition"]
    assert "\r" not in said and '"' not in said and "/" not in said.split("''")[1] and "%E5%90%8D" in said
    assert "Set-Cookie" not in answer.headers


def test_a_page_that_lies_among_public_files_goes_out_as_bytes(city: City) -> None:
    """Whatever came into the database: no address of ours shows it."""
    page = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    with city.acting("scjg.discloser"):
        files = [("x.svg", "image/svg+xml", page)]
        made = service.publish("draw", new_id(), "示市监抽〔2026〕9号", {}, files=files)
        published = str(made.id)
    for path in (f"/open/files/{published}/x.svg", f"/api/v1/draws/{published}/files/x.svg"):
        answer = city.client().get(path)
        assert answer.data == page and answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
