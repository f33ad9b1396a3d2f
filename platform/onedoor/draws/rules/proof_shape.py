"""Refusing a proof, or a public form, that is not exactly in shape (draw.md, "Proof")."""

from typing import cast

from onedoor.draws.rules import proof as proofs
from onedoor.draws.rules import shape
from onedoor.draws.rules.documents import (
    ListResult,
    Member,
    Plan,
    Proof,
    PublicProof,
    PublicResult,
    PublicStratum,
    StratumResult,
    Team,
)
from onedoor.draws.rules.errors import ProtocolError
from onedoor.draws.rules.plan import check_plan


def is_public(value: object) -> bool:
    return isinstance(value, dict) and value.get("v") == proofs.PUBLIC_VERSION


def check_proof(value: object) -> Proof:
    """The proof, if it has exactly the shape of the protocol. Raises ProtocolError naming the key that has not."""
    proof = cast(Proof, shape.fields(value, Proof.__annotations__, "proof"))
    if proof["v"] != proofs.VERSION:
        raise ProtocolError(f"proof: the version is neither {proofs.VERSION} nor {proofs.PUBLIC_VERSION}")
    _check_common(proof)
    _check_outline(proof["plan"], proof["result"], proof["void"])
    for entry, listed in zip(proof["result"], proof["plan"]["lists"], strict=False):
        where = f"result of {listed['list']}"
        shape.fields(entry, ListResult.__annotations__, where)
        _check_strata(entry["list"], entry["strata"], listed, where, tuple(StratumResult.__annotations__))
        for stratum in entry["strata"]:
            _ids(stratum["drawn"], f"{where}, drawn")
            _ids(stratum["reserve"], f"{where}, reserve")
    return proof


def check_public(value: object) -> PublicProof:
    """The public form of a closed draw, if in shape."""
    proof = cast(PublicProof, shape.fields(value, PublicProof.__annotations__, "public form"))
    _check_common(proof)
    shape.hexadecimal(proof["proof"], "proof")
    if not proof["plan"]["closed"]:
        raise ProtocolError("of an open draw the proof itself is public")
    _check_outline(proof["plan"], proof["result"], proof["void"])
    for entry, listed in zip(proof["result"], proof["plan"]["lists"], strict=False):
        where = f"result of {listed['list']}"
        shape.fields(entry, PublicResult.__annotations__, where)
        _check_strata(entry["list"], entry["strata"], listed, where, tuple(PublicStratum.__annotations__))
        _ids(entry["drawn"], f"{where}, drawn")
    return proof


def _check_common(proof: Proof | PublicProof) -> None:
    plan = check_plan(proof["plan"])
    _check_reveals(plan, proof["reveals"])
    for item in shape.items(proof["witness"], "witness"):
        who, text = shape.pair(item, "witness")
        shape.text(who, "witness")
        shape.text(text, "witness")
    shape.hexadecimal(proof["beacon"], "beacon", None)
    if proof["seed"] is not None:
        shape.hexadecimal(proof["seed"], "seed")
    if proof["void"] is not None:
        shape.text(proof["void"], "void")
    if (proof["seed"] is None) != (proof["void"] is not None):
        raise ProtocolError("seed: a void draw has none, every other has one")
    _check_teams(proof["teams"])
    for item in shape.items(proof["unfilled"], "unfilled"):
        object_, slot = shape.pair(item, "unfilled")
        shape.matching(shape.OBJECT, object_, "unfilled")
        shape.count(slot, "unfilled")


def _check_reveals(plan: Plan, value: object) -> None:
    reveals = [shape.pair(item, "reveals") for item in shape.items(value, "reveals")]
    if [party for party, _ in reveals] != [party["id"] for party in plan["parties"]]:
        raise ProtocolError("reveals: must have the plan's parties in the plan's order")
    for party, nonce in reveals:
        if nonce is not None:
            shape.hexadecimal(nonce, f"reveal of {party}")


def _check_teams(value: object) -> None:
    for team in shape.items(value, "teams"):
        shape.fields(team, Team.__annotations__, "teams")
        shape.matching(shape.OBJECT, team["object"], "teams")
        for member in shape.items(team["team"], "teams"):
            shape.fields(member, Member.__annotations__, "teams")
            shape.name(member["bureau"], "teams")
            shape.name(member["inspector"], "teams")
            shape.count(member["lead"], "teams", 0, 1)


def _check_outline(plan: Plan, result: object, void: str | None) -> None:
    entries = shape.items(result, "result")
    if len(entries) != (0 if void is not None else len(plan["lists"])):
        raise ProtocolError("result: must have the plan's lists, or none in a void draw")


def _check_strata(name: object, value: object, listed: object, where: str, keys: tuple[str, ...]) -> None:
    entry = cast(dict[str, object], listed)
    strata = shape.items(value, where)
    for stratum in strata:
        shape.fields(stratum, keys, where)
        shape.count(stratum["eligible"], where)
        if stratum["cutoff"] is not None:
            shape.hexadecimal(stratum["cutoff"], f"{where}, cutoff")
    quota = cast(list[tuple[str, int]], entry["quota"])
    if name != entry["list"] or [s["stratum"] for s in strata] != [stratum for stratum, _ in quota]:
        raise ProtocolError(f"{where}: lists and strata must stand in the plan's order")


def _ids(value: object, where: str) -> None:
    for id_ in shape.items(value, where):
        shape.matching(shape.OBJECT, id_, where)
