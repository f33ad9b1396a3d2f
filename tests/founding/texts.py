"""The founding texts by sentences, and how a test says where each works."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tests.founding.places import PLACES, UNBUILT

ROOT = Path(__file__).parents[2]
FOUNDING = ROOT / "docs/founding"
# A line that only names what comes below it.
HEADING = re.compile(r"^(?:[一二三四五]、|[（(][一二三四五六七][)）]|\d+[.、]).{2,28}。?$")
ENDS = re.compile(r"[。：；）:]$")
# A beginning of a sentence, and the words of its places, or a rule that is not built.
Says = tuple[str, str]


def sentences(name: str) -> list[str]:
    """The sentences of a text, its broken lines joined; headings and what stands on the envelope are left out."""
    paragraphs, held = [], ""
    for line in (FOUNDING / name).read_text(encoding="utf-8").splitlines():
        held += re.sub(r"\s+", "", line)
        if held and (ENDS.search(held) or len(re.sub(r"\s+", "", line)) < 26):
            paragraphs.append(held)
            held = ""
    every = [one for text in [*paragraphs, held] for one in re.split(r"(?<=。)", text) if one]
    return [one for one in every if one.endswith("。") and not HEADING.match(one)]


def unsaid(name: str, says: Sequence[Says]) -> list[str]:
    """Sentences of the text that no line speaks of, and lines that speak of no sentence of it, or of no place."""
    text = re.sub(r"\s+", "", (FOUNDING / name).read_text(encoding="utf-8"))
    missing = [one for one in sentences(name) if not any(begins in one for begins, _places in says)]
    missing += [begins for begins, _places in says if begins not in text]
    known = {*PLACES, *UNBUILT}
    missing += [word for _begins, places in says for word in places.split() if word not in known]
    return missing


def sentence_of(name: str, begins: str) -> str:
    """The whole sentence that a line speaks of; of an attachment its name."""
    return next((one for one in sentences(name) if begins in one), begins)
