"""Text goes out compressed: files of the bundle as they were compressed when it was made, pages and data by gzip.

What compression makes shorter tells what stands twice in it (BREACH). So a page that may hold a secret, which is every page
of somebody signed in and every page with a form's token, is left alone where the question brought something that it may
repeat. An event stream is passed on as it comes, and nothing is compressed that is already.
"""

from __future__ import annotations

import gzip
from pathlib import Path

from flask import Flask, Response, current_app, request

from onedoor.edge import identity

# What the build leaves beside a file, the smaller first.
STORED = (("br", ".br"), ("gzip", ".gz"))
TEXT = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/jsonl",
        "application/problem+json",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)
# Below, a header costs more than it saves; above, the processor does.
LEAST, MOST, LEVEL = 1_000, 2_000_000, 5
FORM_TOKENS = (b"csrf_token", b"csrf-token")


def install(app: Flask) -> None:
    """Compress what `app` answers; to be installed before all else that looks at an answer, so that it comes last."""
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if response.mimetype not in TEXT or response.headers.get("Content-Encoding"):
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code in (204, 206, 304) or "Range" in request.headers:
        return response
    if request.endpoint == "static":
        return _stored(response) if response.status_code == 200 else response
    if response.is_streamed or request.accept_encodings.quality("gzip") <= 0:
        return response
    content = response.get_data()
    if not LEAST <= len(content) <= MOST or _tells(response, content):
        return response
    # No time in it: the same answer is the same bytes.
    response.set_data(gzip.compress(content, LEVEL, mtime=0))
    return _encoded(response, "gzip")


def _tells(response: Response, content: bytes) -> bool:
    """Whether the answer may hold a secret beside what the question brought."""
    if not (request.query_string or request.content_length):
        return False
    api = request.path.startswith("/api/v")
    return not api and (identity.known() is not None or any(one in content for one in FORM_TOKENS))


def _stored(response: Response) -> Response:
    file = Path(current_app.static_folder or "") / (request.view_args or {}).get("filename", "")
    for encoding, ending in STORED:
        made = file.with_name(file.name + ending)
        if request.accept_encodings.quality(encoding) > 0 and made.is_file():
            response.close()
            response.direct_passthrough = False
            response.set_data(made.read_bytes())
            return _encoded(response, encoding)
    return response


def _encoded(response: Response, encoding: str) -> Response:
    response.headers["Content-Encoding"] = encoding
    etag, _weak = response.get_etag()
    if etag is not None:
        # The same to a reader, other bytes.
        response.set_etag(etag, weak=True)
    return response
