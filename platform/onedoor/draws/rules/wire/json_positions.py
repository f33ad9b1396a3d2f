"""Where in a JSON text a value stands: so that a refusal names the line.

place = place_of(text, ["lists", 0, "quota"])        # where the value begins, or the last on the way that is there
line_at(text, place)                                 # its line, from 1
"""

from collections.abc import Callable, Iterable, Iterator
from json import JSONDecoder

SPACE = " \t\n\r"
_decoder = JSONDecoder(parse_int=str)  # of any length: what numbers may be is not asked here

Step = str | int
"""The key of a value in its object, or its number in its list."""


def place_of(text: str, steps: Iterable[Step]) -> int:
    """Where the value begins to which the steps lead; the text is valid JSON."""
    place = _past_space(text, 0)
    for step in steps:
        inner = dict(members(text, place))
        if step not in inner:
            break
        place = inner[step]
    return place


def members(text: str, place: int) -> Iterator[tuple[Step, int]]:
    """Each value of the object or list that begins at a place, with where it begins; nothing of any other value."""
    opening = text[place]
    if opening not in "{[":
        return
    number, place = 0, _past_space(text, place + 1)
    while text[place] not in "}]":
        step: Step = number
        if opening == "{":
            step, place = _decoder.raw_decode(text, place)
            place = _past_space(text, _past_space(text, place) + 1)
        yield step, place
        place = _past_space(text, _decoder.raw_decode(text, place)[1])
        place = _past_space(text, place + 1) if text[place] == "," else place
        number += 1


def innermost(text: str, faulty: Callable[[str], bool], place: int = 0) -> int:
    """Where the smallest value begins that is faulty by itself; all that is in it is sound."""
    inner: int | None = place
    while inner is not None:
        place = _past_space(text, inner)
        inner = next((each for _, each in members(text, place) if faulty(_value(text, each))), None)
    return place


def _value(text: str, place: int) -> str:
    return text[place : _decoder.raw_decode(text, place)[1]]


def line_at(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _past_space(text: str, place: int) -> int:
    while text[place] in SPACE:
        place += 1
    return place
