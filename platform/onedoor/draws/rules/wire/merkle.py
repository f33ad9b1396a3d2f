"""RFC 9162's Merkle tree over the lines of a pool: its levels, a path, and the check of a path.

Pairing level by level, with a last odd node going up unchanged, gives the tree that the RFC splits at powers of two.
"""

from collections.abc import Iterable, Sequence

from onedoor.draws.rules.wire.encoding import Hash


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
