"""Errors as sentences a clerk can act on: what, where, and what to do.

The message is a Chinese source string with `%(name)s` parameters; the edge (web, api, jobs)
translates it into the reader's language. Services raise these and nothing else on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from onedoor.kernel.sentences import Sentence


class ClerkError(Exception):
    """Something the user can mend.

    `message` is a Chinese source string, `params` fill its `%(name)s` (see `Sentence`), `fields` maps a form field's
    name to its own sentences. `status` is the HTTP status the edge answers with, `code` the word by which a program knows
    the error (`edge.problems`); without one it is its status's.
    """

    status = 422
    code = ""

    def __init__(
        self, message: str, *, fields: Mapping[str, Sequence[str]] | None = None, **params: Any
    ) -> None:
        super().__init__(str(Sentence(message, **params)))
        self.message = message
        self.params = params
        self.fields = {name: list(texts) for name, texts in (fields or {}).items()}


NOT_FOUND = Sentence("没有找到这条记录，它可能不存在，或不属于本单位可见的范围。")
FORBIDDEN = Sentence("您没有办理此事的权限，请联系本单位管理员。")


class NotFound(ClerkError):
    """There is no such thing, or it is not for this bureau to see: the answer is the same (R-T1)."""

    status = 404

    def __init__(self, message: str = NOT_FOUND, **params: Any) -> None:
        super().__init__(message, **params)


class Forbidden(ClerkError):
    """The person may see it but may not do this."""

    status = 403

    def __init__(self, message: str = FORBIDDEN, **params: Any) -> None:
        super().__init__(message, **params)


class Conflict(ClerkError):
    """Somebody was faster, or the thing is in a state that does not allow it."""

    status = 409
