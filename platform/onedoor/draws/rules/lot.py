"""One firm's own lot: a line of the pool, its way to the root, and whether it was drawn (R-D8).

lot = lot_of(raw, "990100-SCJG", "91990100008771776W")      # hand canonical(lot) to the firm
lots = lots_of(pool, "990100-SCJG", ids)                    # many at once: the tree is hashed once
"""

from collections.abc import Iterable, Iterator
from typing import cast

from onedoor.draws.rules.documents import Lot, Plan, PlanList, Proof, PublicProof, PublicResult
from onedoor.draws.rules.pool import Pool, leaves, parse_pool, salter
from onedoor.draws.rules.pool_lines import Row, parse_line
from onedoor.draws.rules.selection import rank_of, salted_ticket
from onedoor.draws.rules.wire import merkle, value_checks
from onedoor.draws.rules.wire.encoding import hash_function
from onedoor.draws.rules.wire.errors import ProtocolError

VERSION = "onedoor-lot/1"
PATH_LIMIT = 64


def lot_of(raw: bytes, name: str, id_: str, hash_name: str = "sha256") -> Lot:
    """The lot of one object of a pool file. Raises ProtocolError if the pool has no such object."""
    return next(lots_of(parse_pool(raw, name), name, [id_], hash_name))


def lots_of(pool: Pool, name: str, ids: Iterable[str], hash_name: str = "sha256") -> Iterator[Lot]:
    """The lots of many objects of one pool, in the order asked. Raises ProtocolError for one not in the pool."""
    h = hash_function(hash_name)
    tree = merkle.levels(h, leaves(hash_name, pool))
    lines = pool.lines()
    at = {id_: index for index, id_ in enumerate(pool.ids)}
    for id_ in ids:
        if id_ not in at:
            raise ProtocolError(f"{id_} is not in the pool of {name}")
        index = at[id_]
        yield {
            "v": VERSION,
            "list": name,
            "line": lines[index].decode(),
            "index": index,
            "path": [node.hex() for node in merkle.path(tree, index)],
            "salt": salter(hash_name, pool.z)(id_).hex() if pool.z is not None else "",
        }


def check_lot(value: object) -> Lot:
    """The lot, if it has exactly the shape of the protocol."""
    lot = cast(Lot, value_checks.fields(value, Lot.__annotations__, "lot"))
    if lot["v"] != VERSION:
        raise ProtocolError(f"lot: the version is not {VERSION}")
    value_checks.name(lot["list"], "lot.list")
    if not isinstance(lot["line"], str):
        raise ProtocolError("lot.line: must be text")
    value_checks.count(lot["index"], "lot.index")
    path = value_checks.items(lot["path"], "lot.path")
    if len(path) > PATH_LIMIT:
        raise ProtocolError("lot.path: is too long")
    for node in path:
        value_checks.hexadecimal(node, "lot.path")
    value_checks.hexadecimal(lot["salt"], "lot.salt", None)
    return lot


def is_drawn(proof: Proof | PublicProof, value: object, z: bytes | None = None) -> bool:
    """Whether the object of a lot was drawn, from the lot and the proof alone; in a void draw nobody is.

    ``z`` is the secret of a closed draw, if it is known: then the lot's salt must be the object's.
    Raises ProtocolError if the lot is malformed or not of this draw, or if the proof's drawn say otherwise.
    """
    lot = check_lot(value)
    plan = proof["plan"]
    place = next((i for i, entry in enumerate(plan["lists"]) if entry["list"] == lot["list"]), None)
    if place is None:
        raise ProtocolError(f"lot: the plan has no list {lot['list']}")
    row = _in_pool(plan, plan["lists"][place], lot, z)
    if proof["void"] is not None or proof["seed"] is None:
        return False
    cutoffs = {s["stratum"]: s["cutoff"] for s in proof["result"][place]["strata"]}
    if row.status == "E" and row.stratum not in cutoffs:
        raise ProtocolError(f"lot: stratum {row.stratum} has an eligible object and no quota")
    drawn = _drawn(plan, plan["lists"][place]["mode"], proof["seed"], lot, row, cutoffs.get(row.stratum))
    if drawn != (row.id in _listed(proof, place, row.stratum)) or (
        not drawn and row.id in _listed(proof, place, None)
    ):
        raise ProtocolError("the proof's drawn contradict this lot")
    return drawn


def _in_pool(plan: Plan, entry: PlanList, lot: Lot, z: bytes | None) -> Row:
    h = hash_function(plan["hash"])
    salt = bytes.fromhex(lot["salt"])
    if len(salt) != (32 if plan["closed"] else 0):
        raise ProtocolError("lot: salt length: it has 32 bytes in a closed draw and none in an open one")
    try:
        row = parse_line(lot["line"])
    except ProtocolError as error:
        raise ProtocolError(f"lot.line: {error}") from None
    if z is not None and salt != salter(plan["hash"], z)(row.id):
        raise ProtocolError("lot: the salt is not this object's")
    leaf = merkle.leaf(h, lot["line"].encode(), salt)
    path = [bytes.fromhex(node) for node in lot["path"]]
    root = merkle.root_of_path(h, leaf, lot["index"], entry["pool"]["n"], path)
    if root is None or root.hex() != entry["pool"]["root"]:
        raise ProtocolError("lot: this line is not in the pool that was published")
    return row


def _drawn(plan: Plan, mode: str, seed: str, lot: Lot, row: Row, cutoff: str | None) -> bool:
    if row.status != "E" or cutoff is None:
        return False
    ticket = salted_ticket(plan, bytes.fromhex(seed), bytes.fromhex(lot["salt"]), row.id)
    return rank_of(mode, ticket, row.weight).hex() <= cutoff


def _listed(proof: Proof | PublicProof, place: int, stratum: str | None) -> set[str]:
    """The ids that the proof lists as drawn, of one stratum or, as in a public form, of the whole list."""
    entry = proof["result"][place]
    if "drawn" in entry:
        return set(cast(PublicResult, entry)["drawn"])
    strata = entry["strata"]
    return {i for s in strata if stratum in (None, s["stratum"]) for i in s["drawn"]}
