"""The chain of a bureau's audit log (R-T6, ADR 6).

An act is written in the commit it belongs to and takes its place in the chain within a minute: a number,
and a SHA-256 over the number, the digest before it and the entry's canonical bytes. Sealing is a definer
function, since no role of the application may change the log. What the supervisors hold of it stands in
`tenants.anchors`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, D, S, can
from onedoor.kernel.db import Base, db
from onedoor.kernel.scope import DbRole, Scope, in_scope

GENESIS = "0" * 64
BATCH = 10_000
# The entry's fields in the order of its canonical text; the SQL below has the same.
FIELDS = (
    "id", "tenant_id", "at", "actor_id", "actor_name", "bureau_name", "role", "origin", "request", "event",
    "subject_kind", "subject_id", "subject_name", "before", "after",
)  # fmt: skip
_TEXTS = ", ".join(
    f"e.{name}::text" if name != "at" else "(extract(epoch FROM e.at) * 1000000)::bigint::text"
    for name in FIELDS
)


class AuditChain(Base):
    """The head of a bureau's chain: number and digest of the last sealed entry."""

    __tablename__ = "audit_chain"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(sa.BigInteger)
    digest: Mapped[str]
    sealed_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry as it stands: its number, its digest, its canonical bytes, and its id for the reader."""

    number: int
    digest: str
    canonical: bytes
    id: str


access.rules("audit_chain", can("audit_chain", B, "select", MINE), can("audit_chain", S, "select", MINE))
# Only added to; but an entry is sealed, once, and a chain grows.
access.triggers(
    "kernel", "audit_entry_stays", "audit_entry_is_kept", "audit_chain_stays", "audit_chain_is_kept"
)
access.functions(
    "kernel",
    unsealed_bureaus=(D,),
    seal_audit=(D,),
)


def canonical(entry: Sequence[str | None]) -> bytes:
    """The bytes of an entry that are sealed: each of `FIELDS` as `length:text` in UTF-8, `-` for none, commas between.

    `at` is microseconds since 1970 (UTC), ids are lower-case UUIDs, `before` and `after` the text PostgreSQL
    gives a `jsonb`, whose keys are in a fixed order.
    """
    parts = ["-" if text is None else f"{len(text.encode())}:{text}" for text in entry]
    return ",".join(parts).encode()


def digest(number: int, before: str, entry: bytes) -> str:
    """What seals entry `number` behind the one whose digest is `before`: SHA-256 in hex."""
    return hashlib.sha256(f"{number},{before},".encode() + entry).hexdigest()


def sealed(connection: sa.Connection, bureau: UUID) -> Iterator[Sealed]:
    """A bureau's sealed entries in order of their numbers, streamed; what this connection may see of them."""
    query = sa.text(
        f"SELECT e.sequence, coalesce(e.digest, ''), {_TEXTS} FROM audit_entry e"  # noqa: S608 - ours
        " WHERE e.tenant_id = :bureau AND e.sequence IS NOT NULL ORDER BY e.sequence"
    )
    streamed = connection.execute(query, {"bureau": bureau}, execution_options={"yield_per": 2_000})
    for number, found, *texts in streamed:
        yield Sealed(number, found, canonical(texts), texts[0])


def head(connection: sa.Connection, bureau: UUID) -> tuple[int, str] | None:
    """Number and digest of the last entry, as the chain itself says."""
    query = sa.text("SELECT sequence, digest FROM audit_chain WHERE tenant_id = :bureau")
    row = connection.execute(query, {"bureau": bureau}).first()
    return (row[0], row[1]) if row else None


def unsealed(connection: sa.Connection, bureau: UUID) -> int:
    """How many entries wait for their place."""
    query = sa.text("SELECT count(*) FROM audit_entry WHERE tenant_id = :bureau AND sequence IS NULL")
    return connection.scalar(query, {"bureau": bureau}) or 0


def seal(batch: int = BATCH) -> int:
    """Seal what is committed and unsealed, bureau by bureau, `batch` entries a commit; returns how many.

    Two at once do no harm: a chain's head is locked. A transaction that commits late is sealed by the next.
    """
    count = 0
    with in_scope(Scope(DbRole.DISPATCH)):
        bureaus = list(db.session.scalars(sa.text("SELECT unsealed_bureaus()")))
        db.session.commit()
        for bureau in bureaus:
            done = batch
            while done == batch:
                query = sa.text("SELECT seal_audit(:bureau, :most)")
                done = db.session.scalar(query, {"bureau": bureau, "most": batch}) or 0
                db.session.commit()
                count += done
    return count
