"""The catalogue of translations, as `make translations-check` reads it."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PATH = Path(__file__).parents[3] / "scripts" / "translations.py"
_PARAMETER = re.compile(r"%\\?\(\w+\\?\)s")
# A pattern with fewer characters of its own would take any text for one of its sentences.
_SHORTEST = 4
HAN = re.compile(r"[\u4e00-\u9fff]")


def _script() -> Any:
    spec = importlib.util.spec_from_file_location("translations", _PATH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Catalogue:
    """Which texts are source strings, or sentences made of one; and what Chinese the translations quote."""

    def __init__(self) -> None:
        script = _script()
        self.sources = {text for message in script.extracted() for text in _forms(message.id) if text}
        self._patterns = [
            re.compile(".+".join(map(re.escape, _PARAMETER.split(text))), re.DOTALL)
            for text in self.sources
            if "%(" in text and len(HAN.findall(_PARAMETER.sub("", text))) >= _SHORTEST
        ]
        self.quoted = {
            run
            for message in script.read("en")
            for text in _forms(message.string)
            for run in re.findall(r"[\u4e00-\u9fff]+", text)
        }

    def makes(self, text: str) -> bool:
        """Whether a text is one that is to be said in the reader's language."""
        return text in self.sources or any(pattern.fullmatch(text) for pattern in self._patterns)


def _forms(text: Any) -> Iterator[str]:
    """A string, or the forms of a plural."""
    yield from (text,) if isinstance(text, str) else text or ()
