"""The Merkle tree is RFC 9162's, and a path proves its line and no other."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from onedoor.draws.rules.wire import merkle, pool_sweeps


def h(data: bytes) -> bytes:
    return sha256(data).digest()


def rfc(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, as it is written: split at the largest power of two below n."""
    if not leaves:
        return h(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return h(b"\1" + rfc(leaves[:split]) + rfc(leaves[split:]))


@given(st.integers(0, 130))
def test_the_root_is_that_of_the_rfc(n: int) -> None:
    leaves = [merkle.leaf(h, b"%d" % i) for i in range(n)]
    assert merkle.levels(h, leaves)[-1][0] == rfc(leaves)
    assert not leaves or pool_sweeps.climb(sha256, leaves) == rfc(leaves)


@given(st.integers(1, 70), st.data())
def test_a_path_leads_to_the_root_only_from_its_own_place(n: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf(h, b"%d" % i) for i in range(n)]
    tree = merkle.levels(h, leaves)
    index = data.draw(st.integers(0, n - 1))
    path = merkle.path(tree, index)
    assert merkle.root_of_path(h, leaves[index], index, n, path) == tree[-1][0]
    for other in range(-1, n + 2):
        if other != index:
            assert merkle.root_of_path(h, leaves[index], other, n, path) != tree[-1][0]
    assert merkle.root_of_path(h, leaves[index], index, n, [*path, h(b"")]) is None
    if path:
        assert merkle.root_of_path(h, leaves[index], index, n, path[:-1]) is None
        assert merkle.root_of_path(h, h(b"another"), index, n, path) != tree[-1][0]
