"""Codes and numbers of campaigns and their draws."""

from __future__ import annotations

import hashlib
import re

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


def campaign_code(base: str, batch: int) -> str:
    """The `line` of a campaign's draws: the plan line's code, `-B2` and on for later batches.

    `campaign_code("SCJG-2026-07", 2) == "SCJG-2026-07-B2"`.
    """
    code = base if batch == 1 else f"{base}-B{batch}"
    assert _NAME.fullmatch(code), code
    return code


def document_number(abbreviation: str, word: str, year: int, n: int) -> str:
    """`示市监抽〔2026〕1号`: the bureau's abbreviation, what it is, year and number."""
    return f"{abbreviation}{word}〔{year}〕{n}号"


def qualification_name(text: str) -> str:
    """A qualification as the draw's files may name it: itself where it obeys their grammar, else a digest."""
    if _NAME.fullmatch(text):
        return text
    return f"q-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
