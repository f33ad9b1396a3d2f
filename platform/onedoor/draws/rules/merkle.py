"""RFC 9162's Merkle tree over the lines of a pool: root, path, and the check of a path.

Pairing level by level, with a last odd node going up unchanged, gives the tree that the RFC splits at powers of two.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

from onedoor.draws.rules.encoding import Hash

RUN = 1024
"""A power of two, so that the runs of leaves are where RFC 9162 splits the tree."""


def leaf(h: Hash, line: bytes, salt: bytes = b"") -> bytes:
    return h(b"\0" + salt + line)


def levels(h: Hash, leaves: Iterable[bytes]) -> list[Sequence[bytes]]:
    """All levels of the tree, the leaves first and the root last; of no leaves, the root ``H("")`` alone."""
    level = list(leaves) or [h(b"")]
    tree: list[Sequence[bytes]] = [level]
    while len(level) > 1:
        level = _above(h, level)
        tree.append(level)
    return tree


def _above(h: Hash, level: Sequence[bytes]) -> list[bytes]:
    above = [h(b"\1" + left + right) for left, right in zip(level[::2], level[1::2], strict=False)]
    if len(level) % 2:
        above.append(level[-1])
    return above


def root(h: Hash, leaves: Iterable[bytes]) -> bytes:
    """The root alone. Every ``RUN`` leaves are a whole subtree, which is climbed while it is at hand: the tree of a
    million lines never stands in memory, and a run of digests stays in the processor's cache."""
    rest = iter(leaves)
    tops = []
    while run := list(islice(rest, RUN)):
        tops.append(_climb(h, run))
    return _climb(h, tops) if tops else h(b"")


def _climb(h: Hash, level: list[bytes]) -> bytes:
    while len(level) > 1:
        level = _above(h, level)
    return level[0]


def path(tree: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """The neighbours of a leaf on its way to the root, from ``levels``."""
    found = []
    for level in tree[:-1]:
        neighbour = index ^ 1
        if neighbour < len(level):
            found.append(level[neighbour])
        index >>= 1
    return found


def root_of_path(h: Hash, node: bytes, index: int, size: int, way: Sequence[bytes]) -> bytes | None:
    """The root that a leaf at ``index`` of ``size`` leads to (RFC 9162, 2.1.3.2), or None for a path of other length."""
    last = size - 1
    if not 0 <= index <= last:
        return None
    left = list(reversed(way))
    while last:
        if index % 2 or index < last:
            if not left:
                return None
            neighbour = left.pop()
            node = h(b"\1" + neighbour + node) if index % 2 else h(b"\1" + node + neighbour)
        index >>= 1
        last >>= 1
    return None if left else node
