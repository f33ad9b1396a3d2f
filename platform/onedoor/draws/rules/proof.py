"""Making a proof from plan, pools, roster, reveals, texts and beacon; its digest and its public form (R-D8).

    made = make_proof(plan, {"990100-SCJG": raw}, roster_raw, {"运行平台": nonce, …}, [("人大代表", "公开公正")])
    made.canonical        # the bytes to publish
    made.digest           # what the register holds

No party may be missing but one who withheld (None, or not named): with a beacon its nonce counts as empty, without
one the draw is void and takes ``void="the reason"``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from onedoor.draws.rules.assignment import assign
from onedoor.draws.rules.documents import ListResult, Plan, Proof, PublicProof, PublicResult, Team
from onedoor.draws.rules.plan import check_plan
from onedoor.draws.rules.pool import Pool, check_together, parse_pool, pool_digest, pool_face
from onedoor.draws.rules.roster import Roster, parse_roster, roster_digest
from onedoor.draws.rules.seed import Reveals, keeps_commitment, seed_of
from onedoor.draws.rules.selection import check_quotas, select, ticketer
from onedoor.draws.rules.teams import Assignment, slot_count
from onedoor.draws.rules.wire import value_checks
from onedoor.draws.rules.wire.encoding import canonical, hash_function, tag
from onedoor.draws.rules.wire.errors import ProtocolError

VERSION = "onedoor-proof/1"
PUBLIC_VERSION = "onedoor-public/1"
SLOT_LIMIT = 5_000_000
"""Of a draw that is made; a verifier takes as many as a proof has."""

Texts = Sequence[tuple[str, str]]
Found = Callable[[Sequence[ListResult] | None, Sequence[Team] | None], None]
"""Hears what is found while it is found: nothing yet but the seed, then the objects, then the teams too."""


def _unheard(result: Sequence[ListResult] | None, teams: Sequence[Team] | None) -> None:
    pass


class MadeProof(NamedTuple):
    """A proof, the bytes it is published as, and its digest (of a closed draw blinded by ``z``)."""

    proof: Proof
    canonical: bytes
    digest: bytes


def make_proof(
    plan: Plan,
    pools: Mapping[str, bytes | Pool],
    roster: bytes | None,
    reveals: Reveals,
    texts: Texts,
    beacon: bytes | None = None,
    void: str | None = None,
    *,
    own_roots: bool = False,
    found: Found = _unheard,
) -> MadeProof:
    """The proof of a draw; all files are checked against the plan first.

    With ``own_roots`` the caller made the plan's roots itself from the files that the plan's digests name; then a
    pool is told by its digest, and its tree is not hashed once more. ``found`` is called on the way.

    Raises ProtocolError for a file that is malformed or not the one in the plan, a nonce that is not the one
    committed to, a quota that cannot be drawn, a party that withheld without a beacon (code ``withheld``), and for
    a ``void`` that nothing justifies.
    """
    plan = check_plan(plan)
    parsed = read_pools(plan, pools, own_roots)
    listed = read_roster(plan, roster)
    check_reveals(plan, reveals)
    check_texts(texts)
    check_beacon(plan, beacon, void)
    if void is not None:
        value_checks.text(void, "void")
        check_void(plan, reveals)
        proof = _proof(plan, reveals, texts, None, None, [], Assignment([], []), void)
    else:
        seed = seed_of(plan, reveals, texts, beacon)
        found(None, None)
        result = draw_lists(plan, parsed, seed)
        found(result, None)
        teams = draw_teams(plan, parsed, seed, result, listed) if listed else Assignment([], [])
        found(result, teams.teams)
        proof = _proof(plan, reveals, texts, beacon, seed, result, teams, None)
    content = canonical(proof)
    return MadeProof(proof, content, _digest_of(proof, content, secret_of(parsed)))


def _proof(
    plan: Plan,
    reveals: Reveals,
    texts: Texts,
    beacon: bytes | None,
    seed: bytes | None,
    result: list[ListResult],
    assignment: Assignment,
    void: str | None,
) -> Proof:
    nonces = [(party["id"], reveals.get(party["id"])) for party in plan["parties"]]
    return {
        "v": VERSION,
        "plan": plan,
        "reveals": [(party, nonce.hex() if nonce is not None else None) for party, nonce in nonces],
        "witness": [(who, text) for who, text in texts],
        "beacon": (beacon or b"").hex(),
        "seed": seed.hex() if seed is not None else None,
        "result": result,
        "teams": assignment.teams,
        "unfilled": assignment.unfilled,
        "void": void,
    }


def proof_digest(proof: Proof, z: bytes | None) -> bytes:
    """``tag("proof", canonical proof)``, of a closed draw with ``tag("blind", z)`` after it."""
    return _digest_of(proof, canonical(proof), z)


def _digest_of(proof: Proof, content: bytes, z: bytes | None) -> bytes:
    h = hash_function(proof["plan"]["hash"])
    blind = [] if z is None else [tag(h, "blind", z)]
    return tag(h, "proof", content, *blind)


def public_form(proof: Proof, digest: bytes) -> PublicProof:
    """What the public gets of a closed draw, from the proof and its digest. Of an open draw it is the proof itself."""
    return {
        "v": PUBLIC_VERSION,
        "plan": proof["plan"],
        "reveals": proof["reveals"],
        "witness": proof["witness"],
        "beacon": proof["beacon"],
        "seed": proof["seed"],
        "result": [public_result(result) for result in proof["result"]],
        "teams": sorted(proof["teams"], key=lambda team: team["object"]),
        "unfilled": sorted(proof["unfilled"]),
        "void": proof["void"],
        "proof": digest.hex(),
    }


def public_result(result: ListResult) -> PublicResult:
    strata = result["strata"]
    return {
        "list": result["list"],
        "drawn": sorted(id_ for stratum in strata for id_ in stratum["drawn"]),
        "strata": [
            {"stratum": s["stratum"], "eligible": s["eligible"], "cutoff": s["cutoff"]} for s in strata
        ],
    }


def read_pool(plan: Plan, name: str, raw: bytes | Pool, own_root: bool = False) -> Pool:
    """A pool of the plan's list. Raises ProtocolError if it is malformed or not the one that was published."""
    entry = next(entry for entry in plan["lists"] if entry["list"] == name)
    pool = parse_pool(raw, name)
    if (pool.z is not None) != plan["closed"]:
        raise ProtocolError(
            f"pool of {name} is {'open' if pool.z is None else 'closed'}, the plan says otherwise"
        )
    if own_root:
        same = pool_digest(plan["hash"], pool.raw).hex() == entry["pool"]["digest"]
    else:
        same = pool_face(plan["hash"], pool) == entry["pool"]
    if not same:
        raise ProtocolError(f"pool of {name} is not the one that was published: digest, root or n differ")
    check_quotas(entry, pool)
    return pool


def read_pools(plan: Plan, pools: Mapping[str, bytes | Pool], own_roots: bool = False) -> dict[str, Pool]:
    """The pools of all lists. Raises ProtocolError for one missing, malformed or not the published one."""
    missing = [entry["list"] for entry in plan["lists"] if entry["list"] not in pools]
    if missing:
        raise ProtocolError(f"the pool of {missing[0]} is missing")
    parsed = {
        entry["list"]: read_pool(plan, entry["list"], pools[entry["list"]], own_roots)
        for entry in plan["lists"]
    }
    check_together(parsed)
    return parsed


def read_roster(plan: Plan, raw: bytes | None) -> Roster | None:
    """The roster of the plan, or None where it names none."""
    if plan["roster"] is None:
        return None
    if raw is None:
        raise ProtocolError("the roster is missing")
    roster = parse_roster(raw)
    if roster_digest(plan["hash"], raw).hex() != plan["roster"]:
        raise ProtocolError("roster digest: the roster is not the one that was published")
    return roster


def secret_of(pools: Mapping[str, Pool]) -> bytes | None:
    return next((pool.z for pool in pools.values() if pool.z is not None), None)


def check_reveals(plan: Plan, reveals: Reveals) -> None:
    """Every nonce that was revealed is the one committed to."""
    for party, nonce in reveals.items():
        if nonce is not None and not keeps_commitment(plan, party, nonce):
            raise ProtocolError(f"commitment of {party}: the revealed nonce is not the one committed to")


def check_texts(texts: Texts) -> None:
    for who, text in texts:
        value_checks.text(who, "witness")
        value_checks.text(text, f"text of {who}")


def check_beacon(plan: Plan, beacon: bytes | None, void: str | None) -> None:
    """Beacon bytes stand if and only if the plan names a beacon and the draw is not void."""
    if bool(beacon) != (plan["beacon"] is not None and void is None):
        raise ProtocolError(
            "beacon: its bytes stand exactly when the plan names one and the draw is not void"
        )


def check_void(plan: Plan, reveals: Reveals) -> None:
    if plan["beacon"] is None and all(reveals.get(party["id"]) is not None for party in plan["parties"]):
        raise ProtocolError("nothing makes this draw void: all revealed, and the plan names no beacon")


def draw_lists(plan: Plan, pools: Mapping[str, Pool], seed: bytes) -> list[ListResult]:
    """The result of every list whose pool is given, in the plan's order."""
    ticket = ticketer(plan, seed, secret_of(pools))
    return [select(entry, pools[entry["list"]], ticket) for entry in plan["lists"] if entry["list"] in pools]


def draw_teams(
    plan: Plan, pools: Mapping[str, Pool], seed: bytes, result: Sequence[ListResult], roster: Roster
) -> Assignment:
    """Raises ProtocolError above five million slots, which no city staffs."""
    drawn = [[id_ for stratum in entry["strata"] for id_ in stratum["drawn"]] for entry in result]
    if slot_count(plan, drawn) > SLOT_LIMIT:
        raise ProtocolError(f"the teams of this draw have more than {SLOT_LIMIT} slots")
    return assign(plan, seed, drawn, roster, ticketer(plan, seed, secret_of(pools)))
