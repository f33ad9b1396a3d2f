"""Commitments, texts, reveals, the seed and its keys (draw.md, "Plan")."""

from collections.abc import Mapping, Sequence

from onedoor.draws.rules.documents import Plan
from onedoor.draws.rules.plan import plan_digest
from onedoor.draws.rules.wire.encoding import Hash, hash_function, tag, u32
from onedoor.draws.rules.wire.errors import ProtocolError

Reveals = Mapping[str, bytes | None]
"""Each party's nonce, None for one who withheld."""


def commit(hash_name: str, line: str, seq: int, draw: str, party: str, nonce: bytes) -> bytes:
    """A party's commitment to a nonce of 32 bytes, made on its own device and never used twice."""
    if len(nonce) != 32:
        raise ProtocolError("a nonce has 32 bytes")
    return tag(hash_function(hash_name), "commit", line, u32(seq), draw, party, nonce)


def keeps_commitment(plan: Plan, party: str, nonce: bytes) -> bool:
    """Whether a nonce is the one that the party committed to in the plan."""
    made = commit(plan["hash"], plan["line"], plan["seq"], plan["draw"], party, nonce)
    return any(p["id"] == party and p["commit"] == made.hex() for p in plan["parties"])


def texts_digest(plan: Plan, texts: Sequence[tuple[str, str]]) -> bytes:
    """What closes the witnesses' texts ``(who, text)`` in the register, before the first reveal (R-D4)."""
    flat = [part for pair in texts for part in pair]
    return tag(hash_function(plan["hash"]), "texts", plan_digest(plan), u32(len(texts)), *flat)


def _reveal_parts(plan: Plan, reveals: Reveals) -> list[bytes | str]:
    return [part for party in plan["parties"] for part in (party["id"], reveals.get(party["id"]) or b"")]


def reveals_digest(plan: Plan, reveals: Reveals) -> bytes:
    """What the register holds of the reveals before the beacon speaks."""
    return tag(hash_function(plan["hash"]), "reveals", plan_digest(plan), *_reveal_parts(plan, reveals))


def seed_of(plan: Plan, reveals: Reveals, texts: Sequence[tuple[str, str]], beacon: bytes | None) -> bytes:
    """The seed. Raises ProtocolError (code ``withheld``) if a party withheld and the plan names no beacon."""
    if plan["beacon"] is None:
        for party in plan["parties"]:
            if reveals.get(party["id"]) is None:
                raise ProtocolError(
                    f"{party['id']} withheld and no beacon: the draw is void", "withheld", party=party["id"]
                )
    return tag(
        hash_function(plan["hash"]),
        "seed",
        plan_digest(plan),
        u32(len(plan["parties"])),
        *_reveal_parts(plan, reveals),
        texts_digest(plan, texts),
        beacon or b"",
    )


def key_of(h: Hash, seed: bytes, purpose: str) -> bytes:
    """``K(p)``, the key of one purpose."""
    return tag(h, "key", seed, purpose)
