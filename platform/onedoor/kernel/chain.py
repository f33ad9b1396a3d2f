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
from onedoor.kernel.access import MINE, B, D, Function, S, can
from onedoor.kernel.db import Base, db
from onedoor.kernel.scope import DbRole, Scope, entering

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
access.triggers(
    "kernel",
    *access.append_only(
        "audit_entry",
        "R-T6: the audit log is append-only",
        """\
  -- Sealing alone: a place and a digest, once, and nothing else of the row.
  DECLARE
    kept public.audit_entry := NEW;
  BEGIN
    kept.sequence := NULL;
    kept.digest := NULL;
    IF TG_OP = 'UPDATE' AND NEW.sequence IS NOT NULL AND NEW.digest IS NOT NULL
       AND kept IS NOT DISTINCT FROM OLD THEN
      RETURN NEW;
    END IF;
  END;
""",
    ),
    *access.append_only(
        "audit_chain",
        "R-T6: a chain only grows",
        "  IF TG_OP = 'UPDATE' AND NEW.tenant_id = OLD.tenant_id AND NEW.sequence > OLD.sequence THEN\n"
        "    RETURN NEW;\n  END IF;\n",
    ),
)
access.functions(
    "kernel",
    Function(
        "unsealed_bureaus()",
        "SETOF uuid",
        "SELECT DISTINCT e.tenant_id FROM public.audit_entry e WHERE e.sequence IS NULL",
        (D,),
    ),
    Function(
        "seal_audit(bureau uuid, most integer)",
        "integer",
        """
        DECLARE
          head public.audit_chain;
          entry record;
          ids uuid[] := '{}';
          numbers bigint[] := '{}';
          digests text[] := '{}';
        BEGIN
          INSERT INTO public.audit_chain VALUES (bureau, 0, repeat('0', 64), clock_timestamp())
              ON CONFLICT DO NOTHING;
          -- One sealer at a time; what the one before committed is seen by the statements that follow.
          SELECT * INTO head FROM public.audit_chain c WHERE c.tenant_id = bureau FOR UPDATE;
          FOR entry IN
            SELECT e.id, (SELECT string_agg(coalesce(octet_length(field)::text || ':' || field, '-'), ','
                                            ORDER BY place)
                     FROM unnest(ARRAY[e.id::text, e.tenant_id::text,
                            (extract(epoch FROM e.at) * 1000000)::bigint::text, e.actor_id::text, e.actor_name,
                            e.bureau_name, e.role, e.origin, e.request, e.event, e.subject_kind,
                            e.subject_id::text, e.subject_name, e.before::text, e.after::text])
                          WITH ORDINALITY AS fields (field, place)) AS canonical
              FROM public.audit_entry e WHERE e.tenant_id = bureau AND e.sequence IS NULL
             ORDER BY e.at, e.id LIMIT most
          LOOP
            head.sequence := head.sequence + 1;
            head.digest := encode(sha256(convert_to(
              head.sequence::text || ',' || head.digest || ',' || entry.canonical, 'UTF8')), 'hex');
            ids := ids || entry.id;
            numbers := numbers || head.sequence;
            digests := digests || head.digest;
          END LOOP;
          IF cardinality(ids) = 0 THEN
            RETURN 0;
          END IF;
          UPDATE public.audit_entry e SET sequence = s.number, digest = s.digest
            FROM unnest(ids, numbers, digests) AS s (id, number, digest) WHERE e.id = s.id;
          UPDATE public.audit_chain c
             SET sequence = head.sequence, digest = head.digest, sealed_at = clock_timestamp()
           WHERE c.tenant_id = bureau;
          RETURN cardinality(ids);
        END
        """,
        (D,),
        language="plpgsql",
        volatility="VOLATILE",
    ),
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
    with entering(Scope(DbRole.DISPATCH)):
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
