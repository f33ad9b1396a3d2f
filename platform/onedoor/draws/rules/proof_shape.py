"""Refusing a proof, or a public form, that is not exactly in shape (draw.md, "Proof")."""

from typing import cast

from onedoor.draws.rules import proof as proofs
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
from onedoor.draws.rules.plan import check_plan
from onedoor.draws.rules.wire import value_checks
from onedoor.draws.rules.wire.errors import ProtocolError


def is_public(value: object) -> bool:
    return isinstance(value, dict) and value.get("v") == proofs.PUBLIC_VERSION


def check_proof(value: object) -> Proof:
    """The proof, if it has exactly the shape of the protocol. Raises ProtocolError naming the key that has not."""
    proof = cast(Proof, value_checks.fields(value, Proof.__annotations__, "proof"))
    if proof["v"] != proofs.VERSION:
        raise ProtocolError(f"proof: the version is neither {proofs.VERSION} nor {proofs.PUBLIC_VERSION}")
    _check_common(proof)
    _check_outline(proof["plan"], proof["result"], proof["void"])
    for entry, listed in zip(proof["result"], proof["plan"]["lists"], strict=False):
        where = f"result of {listed['list']}"
        value_checks.fields(entry, ListResult.__annotations__, where)
        _check_strata(entry["list"], entry["strata"], listed, where, tuple(StratumResult.__annotations__))
        for stratum in entry["strata"]:
            _ids(stratum["drawn"], f"{where}, drawn")
            _ids(stratum["reserve"], f"{where}, reserve")
    return proof


def check_public(value: object) -> PublicProof:
    """The public form of a closed draw, if in shape."""
    proof = cast(PublicProof, value_checks.fields(value, PublicProof.__annotations__, "public form"))
    _check_common(proof)
    value_checks.hexadecimal(proof["proof"], "proof")
    if not proof["plan"]["closed"]:
        raise ProtocolError("of an open draw the proof itself is public")
    _check_outline(proof["plan"], proof["result"], proof["void"])
    for entry, listed in zip(proof["result"], proof["plan"]["lists"], strict=False):
        where = f"result of {listed['list']}"
        value_checks.fields(entry, PublicResult.__annotations__, where)
        _check_strata(entry["list"], entry["strata"], listed, where, tuple(PublicStratum.__annotations__))
        _ids(entry["drawn"], f"{where}, drawn")
    return proof


def _check_common(proof: Proof | PublicProof) -> None:
    plan = check_plan(proof["plan"])
    _check_reveals(plan, proof["reveals"])
    for item in value_checks.items(proof["witness"], "witness"):
        who, text = value_checks.pair(item, "witness")
        value_checks.text(who, "witness")
        value_checks.text(text, "witness")
    value_checks.hexadecimal(proof["beacon"], "beacon", None)
    if proof["seed"] is not None:
        value_checks.hexadecimal(proof["seed"], "seed")
    if proof["void"] is not None:
        value_checks.text(proof["void"], "void")
    if (proof["seed"] is None) != (proof["void"] is not None):
        raise ProtocolError("seed: a void draw has none, every other has one")
    _check_teams(proof["teams"])
    for item in value_checks.items(proof["unfilled"], "unfilled"):
        object_, slot = value_checks.pair(item, "unfilled")
        value_checks.matching(value_checks.OBJECT, object_, "unfilled")
        value_checks.count(slot, "unfilled")


def _check_reveals(plan: Plan, value: object) -> None:
    reveals = [value_checks.pair(item, "reveals") for item in value_checks.items(value, "reveals")]
    if [party for party, _ in reveals] != [party["id"] for party in plan["parties"]]:
        raise ProtocolError("reveals: must have the plan's parties in the plan's order")
    for party, nonce in reveals:
        if nonce is not None:
            value_checks.hexadecimal(nonce, f"reveal of {party}")


def _check_teams(value: object) -> None:
    for team in value_checks.items(value, "teams"):
        value_checks.fields(team, Team.__annotations__, "teams")
        value_checks.matching(value_checks.OBJECT, team["object"], "teams")
        for member in value_checks.items(team["team"], "teams"):
            value_checks.fields(member, Member.__annotations__, "teams")
            value_checks.name(member["bureau"], "teams")
            value_checks.name(member["inspector"], "teams")
            value_checks.count(member["lead"], "teams", 0, 1)


def _check_outline(plan: Plan, result: object, void: str | None) -> None:
    entries = value_checks.items(result, "result")
    if len(entries) != (0 if void is not None else len(plan["lists"])):
        raise ProtocolError("result: must have the plan's lists, or none in a void draw")


def _check_strata(name: object, value: object, listed: object, where: str, keys: tuple[str, ...]) -> None:
    entry = cast(dict[str, object], listed)
    strata = value_checks.items(value, where)
    for stratum in strata:
        value_checks.fields(stratum, keys, where)
        value_checks.count(stratum["eligible"], where)
        if stratum["cutoff"] is not None:
            value_checks.hexadecimal(stratum["cutoff"], f"{where}, cutoff")
    quota = cast(list[tuple[str, int]], entry["quota"])
    if name != entry["list"] or [s["stratum"] for s in strata] != [stratum for stratum, _ in quota]:
        raise ProtocolError(f"{where}: lists and strata must stand in the plan's order")


def _ids(value: object, where: str) -> None:
    for id_ in value_checks.items(value, where):
        value_checks.matching(value_checks.OBJECT, id_, where)
