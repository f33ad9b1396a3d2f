"""A book of lots gives the lots that the whole tree gives (R-D8)."""

import pytest

from onedoor.draws.rules import LotBook, build_pool, lots_of, parse_pool, pool_root

SIZES = (1, 2, 1023, 1024, 1025, 2048, 3000)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("hash_name", ["sha256", "sm3"])
def test_every_lot_of_a_book_is_that_of_the_whole_tree(size: int, hash_name: str) -> None:
    raw = build_pool([(f"91{number:07d}", "A", 1, "E") for number in range(size)])
    book, pool = LotBook(raw, hash_name), parse_pool(raw, "L")
    assert book.root == pool_root(hash_name, pool)
    asked = sorted({0, size // 2, size - 1, min(size - 1, 1023), min(size - 1, 1024)})
    ids = [pool.ids[place] for place in asked]
    known = list(lots_of(pool, "L", ids, hash_name))
    assert [book.lots(raw, "L", id_) for id_ in ids] == [[lot] for lot in known]
    assert book.lots(raw, "L", "9") == book.lots(raw, "L", "92") == []


def test_places_of_a_code_are_found_though_others_stand_between_and_a_block_ends() -> None:
    rows = [("A", "A", 1, "E"), ("A-1", "A", 1, "E"), *((f"B:{number}", "A", 1, "E") for number in range(1, 9)), ("C:1", "A", 1, "E")]  # fmt: skip
    raw = build_pool([(f"0{number:04d}", "A", 1, "E") for number in range(1019)] + rows, bytes(32))
    book, pool = LotBook(raw, "sha256"), parse_pool(raw, "L")
    assert book.lots(raw, "L", "B") == list(lots_of(pool, "L", [f"B:{number}" for number in range(1, 9)]))
    assert [lot["line"][:1] for lot in book.lots(raw, "L", "A")] == ["A"]


def test_of_an_empty_pool_nobody_has_a_lot() -> None:
    raw = build_pool([])
    assert LotBook(raw, "sha256").lots(raw, "L", "A") == []
    assert LotBook(raw, "sha256").root == pool_root("sha256", parse_pool(raw, "L"))
