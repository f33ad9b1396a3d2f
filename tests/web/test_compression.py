"""What goes out compressed, and what must not: streams, secrets beside what was asked, what is compressed already."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request

from onedoor.app import create_app
from onedoor.config import Config
from onedoor.edge import guard
from tests.fixtures.city import City

BOTH = {"Accept-Encoding": "br, gzip"}
GZIP = {"Accept-Encoding": "gzip"}
NGINX = Path(__file__).parents[2] / "deploy" / "nginx.conf"


def encoding(answer: Any) -> str | None:
    found: str | None = answer.headers.get("Content-Encoding")
    assert found is None or "Accept-Encoding" in answer.headers["Vary"]
    return found


@pytest.mark.parametrize(("asked", "ending"), [("br, gzip", ".br"), ("gzip", ".gz"), ("identity", "")])
def test_files_go_out_as_they_were_compressed_when_the_bundle_was_made(
    app: Flask, city: City, asked: str, ending: str
) -> None:
    answer = city.client().get("/static/build/app.css?v=1", headers={"Accept-Encoding": asked})
    stored = Path(app.static_folder or "") / "build" / f"app.css{ending}"
    assert answer.data == stored.read_bytes() and int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.mimetype == "text/css" and "Accept-Encoding" in answer.headers["Vary"]
    assert encoding(answer) == {".br": "br", ".gz": "gzip", "": None}[ending]
    again = city.client().get("/static/build/app.css?v=1", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""


def test_a_part_of_a_file_is_of_the_file_itself(city: City) -> None:
    answer = city.client().get("/static/build/app.css", headers=BOTH | {"Range": "bytes=0-9"})
    assert encoding(answer) is None and len(answer.data) == 10


def test_a_public_page_is_the_same_page_compressed(city: City) -> None:
    client = city.client()
    plain, small = client.get("/open/draws"), client.get("/open/draws", headers=GZIP)
    assert encoding(plain) is None and encoding(small) == "gzip"
    assert len(small.data) < len(plain.data) / 2
    assert b"<html" in gzip.decompress(small.data)


def test_data_is_compressed_whatever_was_asked(city: City) -> None:
    answer = city.client().get("/api/v1/openapi.json?page=1", headers=GZIP)
    assert answer.status_code == 200 and encoding(answer) == "gzip"


def test_a_page_that_may_hold_a_secret_is_not_where_it_may_repeat_what_was_asked(city: City) -> None:
    """Signed in, every page has the form's token: compressed, its length would tell of what is like it."""
    planner, anybody = city.client("scjg.planner"), city.client()
    assert encoding(planner.get("/plans/", headers=GZIP)) == "gzip", "nothing was asked that it could repeat"
    assert encoding(planner.get("/plans/?q=secret", headers=GZIP)) is None
    assert encoding(anybody.get("/sign-in?next=/secret", headers=GZIP)) is None
    refused = anybody.post("/sign-in", data={"username": "secret", "password": "x"}, headers=GZIP)
    assert refused.status_code in (422, 401) and encoding(refused) is None
    assert encoding(anybody.get("/open/draws?q=secret", headers=GZIP)) == "gzip", "nobody's secret is there"


@pytest.fixture
def odd(config: Config) -> Any:
    """The application with answers that no route of ours gives."""
    made = create_app(config)

    @guard.public
    def answer(kind: str) -> Response:
        whole = b"data: 1\n\n" * 1000
        if kind == "stream":
            return Response((whole for _ in range(2)), mimetype="text/event-stream")
        if kind == "lines":
            return Response((whole for _ in range(2)), mimetype="text/plain")
        if kind == "encoded":
            return Response(gzip.compress(whole), mimetype="text/plain", headers={"Content-Encoding": "gzip"})
        if kind == "noise":
            return Response(os.urandom(5000), mimetype="application/zip")
        return Response(request.path[:10], mimetype="text/plain")

    made.add_url_rule("/odd/<kind>", view_func=answer)
    yield made.test_client()
    with made.app_context():
        for engine in made.extensions["sqlalchemy"].engines.values():
            engine.dispose()


@pytest.mark.parametrize("kind", ["stream", "lines", "noise", "short"])
def test_streams_archives_and_short_answers_go_out_as_they_are(odd: Any, kind: str) -> None:
    assert encoding(odd.get(f"/odd/{kind}", headers=BOTH)) is None


def test_nothing_is_compressed_twice(odd: Any) -> None:
    answer = odd.get("/odd/encoded", headers=BOTH)
    assert gzip.decompress(answer.data).startswith(b"data: 1")


def test_the_proxy_compresses_no_page() -> None:
    """nginx cannot tell a page with a secret, and takes every text/html where it compresses at all."""
    places = NGINX.read_text().split("location ")[1:]
    on = {place.split(" ")[0] for place in places if "gzip on" in place}
    assert on == {"/static/", "/api/"}
    assert all("proxy_set_header" not in place for place in places), (
        "or none of the server's own would hold there"
    )
