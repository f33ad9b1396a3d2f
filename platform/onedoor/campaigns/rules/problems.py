"""Something that stops a draw or should make people look twice, with what to change."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence


class Level(StrEnum):
    """Stop: the draw cannot begin. Warn: it may, but look. Note: a fact to know."""

    STOP = "stop"
    WARN = "warn"
    NOTE = "note"


class Problem(ClerkError):
    """One finding of the readiness check: a Chinese source sentence with its parameters (JSON values).

    The parameter `unit` is the word its objects are counted in, which is said in the reader's language too.
    `where` is the part in which it is mended: list, officers, certificates, parties, filing, or mode (how it is drawn).
    """

    def __init__(self, message: str, level: Level = Level.STOP, *, where: str = "", **params: Any) -> None:
        super().__init__(message, **params)
        self.level, self.where = level, where

    def as_json(self) -> dict[str, Any]:
        """As it is stored with a party's readiness."""
        return {
            "level": self.level.value,
            "message": self.message,
            "params": self.params,
            "where": self.where,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Problem:
        """The finding that was stored."""
        where, params = stored.get("where", ""), dict(stored["params"])
        if word := params.get("unit"):
            params["unit"] = Sentence(word)
        return cls(stored["message"], Level(stored["level"]), where=where, **params)
