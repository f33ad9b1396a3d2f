"""The records behind a figure: packed once, read back, joined, compared (R-S2); pure."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Member(NamedTuple):
    """A record as a figure counted it: its identity and version then, its name, what it weighs, and the thing it opens."""

    id: str
    version: str
    name: str
    weight: int
    thing: str


@dataclass(frozen=True)
class Difference:
    """What two counts of one figure do not share, by record."""

    added: list[Member]
    removed: list[Member]
    changed: list[tuple[Member, Member]]

    @property
    def any(self) -> bool:
        """Whether they differ at all."""
        return bool(self.added or self.removed or self.changed)


def value(members: Iterable[Member]) -> int:
    """The figure."""
    return sum(one.weight for one in members)


def pack(members: Iterable[Member]) -> tuple[str, bytes]:
    """Digest and content of a set, the same whatever order it was read in."""
    plain = json.dumps(sorted(members), ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(plain).hexdigest(), zlib.compress(plain, 6)


def unpack(content: bytes) -> list[Member]:
    """The set that was packed."""
    return [Member(*one) for one in json.loads(zlib.decompress(content))]


def once(parts: Iterable[Iterable[Member]]) -> list[Member]:
    """All records of the parts, each once: a joint check is one, with the most that any part counts."""
    found: dict[str, Member] = {}
    for part in parts:
        for one in part:
            if one.id not in found or found[one.id].weight < one.weight:
                found[one.id] = one
    return list(found.values())


def in_all(parts: Mapping[str, Iterable[Member]], of: Mapping[str, Iterable[Member]]) -> list[Member]:
    """Records that every part has which has them in `of`: public once all bureaus that checked it made it public."""
    own = {key: {one.id for one in members} for key, members in parts.items()}
    lacking = {one.id for key, members in of.items() for one in members if one.id not in own.get(key, set())}
    return [one for one in once(parts.values()) if one.id not in lacking]


def difference(before: Sequence[Member], after: Sequence[Member]) -> Difference:
    """By record: what came, what went, and what counts in another version."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    return Difference(
        [one for key, one in new.items() if key not in old],
        [one for key, one in old.items() if key not in new],
        [
            (old[key], one)
            for key, one in new.items()
            if key in old and (old[key].version, old[key].weight) != (one.version, one.weight)
        ],
    )
