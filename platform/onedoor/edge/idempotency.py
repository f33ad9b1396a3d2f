"""`Idempotency-Key` on what is written over the API: sent again within a day, the same call gets its first answer.

The answer is kept in the same commit as what the call did (draft-ietf-httpapi-idempotency-key-header). A call that was
refused did nothing, so it is not kept: the same key may be sent again when its fault is mended.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from flask import Response, g, request

from onedoor.edge import identity
from onedoor.kernel import locks
from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import DbRole, current_scope
from tenants.audit_anchors import ANSWER
from tenants.models import ApiAnswer

HEADER = "Idempotency-Key"
LONGEST = 128
KEPT = timedelta(days=1)
# What an answer says beside its body.
_SAID = ("Location", "ETag")


class AnotherCall(ClerkError):
    """The key stands for another call."""

    code = "idempotency-key-reused"

    def __init__(self) -> None:
        super().__init__(
            "这个 Idempotency-Key 在一天之内已经用于另一次调用（地址或内容不同）。请换一个新的编号。"
        )


class KeyUnfit(ClerkError):
    """A key nobody can keep."""

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key 应为 1 到 %(most)s 个可见的英文字符，请用随机编号，例如 UUID。", most=LONGEST
        )


def first_answer() -> Response | None:
    """What this call was answered when its key came first, within a day; None if it comes first now.

    Whoever sends the same key at the same moment waits for the first to end. Raises AnotherCall, KeyUnfit.
    """
    key = _key()
    if key is None:
        return None
    person = identity.person()
    assert person is not None
    locks.hold(f"api answer {person.user_id} {key}")
    found = db.session.scalar(
        sa.select(ApiAnswer).where(
            ApiAnswer.tenant_id == person.tenant_id,
            ApiAnswer.caller_id == person.user_id,
            ApiAnswer.key == key,
            ApiAnswer.created_at > real_now() - KEPT,
        )
    )
    if found is None:
        return None
    if found.request_digest != _request_digest():
        raise AnotherCall()
    content = ANSWER.open(found.id, found.body).encode("latin-1")
    answer = Response(content, found.status, found.headers, content_type=found.content_type)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def keep(answer: Response) -> None:
    """Keep an answer with what was done, in its transaction; those older than a day go."""
    key = _key()
    if key is None or answer.status_code >= 400:
        return
    person = identity.person()
    assert person is not None
    db.session.execute(
        sa.delete(ApiAnswer).where(
            ApiAnswer.tenant_id == person.tenant_id, ApiAnswer.created_at < real_now() - KEPT
        )
    )
    answer_id = new_id()
    db.session.add(
        ApiAnswer(
            id=answer_id,
            tenant_id=person.tenant_id,
            caller_id=person.user_id,
            key=key,
            request_digest=_request_digest(),
            status=answer.status_code,
            content_type=answer.content_type or "",
            # It may say what is encrypted elsewhere. Latin-1 is every byte as one character.
            body=ANSWER.seal(answer_id, answer.get_data().decode("latin-1")),
            headers={name: answer.headers[name] for name in _SAID if name in answer.headers},
            created_at=real_now(),
        )
    )
    db.session.flush()


def _key() -> str | None:
    """The key of a call that writes over the API, if it has one."""
    key = request.headers.get(HEADER)
    if key is None or request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    if not request.path.startswith("/api/v") or current_scope().role is DbRole.PUBLIC:
        return None
    if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable() and " " not in key):
        raise KeyUnfit()
    return key


def _request_digest() -> str:
    if "request_digest" not in g:
        whole = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
        for part in _body():
            whole.update(hashlib.sha256(part).digest())
        g.request_digest = whole.hexdigest()
    return str(g.request_digest)


def _body() -> Iterator[bytes]:
    """What was sent; of a form with files its parts, since each sending has a boundary of its own."""
    if request.mimetype != "multipart/form-data":
        yield request.get_data(cache=True)
        return
    for name, value in sorted(request.form.items(multi=True)):
        yield f"{name}={value}".encode()
    for name, file in sorted(request.files.items(multi=True), key=lambda one: one[0]):
        yield f"{name}={file.filename}".encode()
        yield file.stream.read()
        file.stream.seek(0)
