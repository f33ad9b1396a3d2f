"""Files going out: to be kept, never to be shown by the browser as a page of ours (issue 3, hostile input)."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request

# The kinds of file this product makes. Whatever else may lie in the database goes out as bytes without a meaning.
KINDS = frozenset(
    {
        "application/json",
        "application/jsonl",
        "application/zip",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/csv",
        "text/plain",
    }
)
BYTES = "application/octet-stream"
PICTURE = "image/jpeg"
# For a browser that shows it all the same: no script, no form, no origin of ours.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def attachment(content: bytes, name: str, media_type: str, *, digest: str | None = None) -> Response:
    """Exact bytes under a name, Chinese or not; with `digest` the same file is not sent twice to one who has it."""
    answer = Response(content, content_type=_kind(media_type))
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    if digest is not None:
        answer.headers["Cache-Control"] = "no-cache"
        answer.set_etag(digest)
        answer.make_conditional(request)
    return answer


def picture(content: bytes) -> Response:
    """A JPEG of our own making, to be shown in a page or alone; whatever it is, a browser takes it for nothing else."""
    answer = Response(content, content_type=PICTURE)
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _kind(media_type: str) -> str:
    kind = media_type.partition(";")[0].strip().lower()
    if kind not in KINDS:
        return BYTES
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
