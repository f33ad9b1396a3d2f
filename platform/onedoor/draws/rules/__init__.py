"""The draw protocol ``onedoor-draw/1`` itself: pure functions over bytes (R-D1 to R-D8, R-J3).

Nothing here reads a clock, a database or a random source: whoever calls brings salts, nonces and times. Digests,
nonces and salts are raw ``bytes``; in JSON documents (plain dicts, typed in ``documents``) they stand as hex.
``canonical(document)`` gives the bytes that are published. What is out of shape raises ``ProtocolError`` with an
English sentence, and with a ``code`` where a planner can mend it.

How a draw goes, and who makes what:

1. Freeze. Each bureau: ``build_pool(rows)`` -> file; ``parse_pool``, ``pool_face`` (digest, root, n),
   ``counts_by_stratum``, ``counts_by_status``; ``quota_within`` (rate) or ``largest_remainder`` (total) -> quotas.
   The lead: ``build_roster(inspectors, recusals, salt)``, ``roster_digest``; ``plan_list`` per list.
2. Look before: ``feasibility(lists, pools, roster)``, ``check_together(pools)``, ``check_quotas``,
   ``warnings_of(plan, pools)``, ``independent_doors(plan, pools)``.
3. Commit. Each party's device: ``commit(hash, line, seq, draw, party, nonce)``.
4. Publish. ``make_plan(…)``, ``canonical(plan)``, ``plan_digest(plan)``; register: ``make_entry(before, …)``.
5. Texts: ``texts_digest(plan, texts)`` closes them. Reveals: ``keeps_commitment``; ``reveals_digest`` before a beacon.
6. Draw: ``make_proof(plan, pools, roster, reveals, texts, beacon)`` -> proof, canonical bytes, digest;
   ``public_form`` of a closed one. ``lots_of(pool, list, ids)`` for the firms,
   ``LotBook`` for whoever asks; ``doors_and_matters``.
7. After: ``seats_of``, ``needs_of``, ``replacement``, ``make_log``, ``log_digest``.
8. Anybody: ``verify(Evidence(…))``.
"""

from onedoor.draws.rules.beacons import BeaconRule
from onedoor.draws.rules.change_logs import Seat, Standing, parse_log
from onedoor.draws.rules.changes import (
    REPLACEMENTS_ALONE,
    Replacement,
    log_digest,
    make_log,
    needs_of,
    needs_of_substitute,
    replacement,
    seats_of,
)
from onedoor.draws.rules.documents import (
    Beacon,
    Entry,
    ListResult,
    Log,
    Lot,
    Plan,
    PlanList,
    PoolFace,
    Proof,
    PublicProof,
    Team,
    TeamRule,
)
from onedoor.draws.rules.forecast.cautions import Caution, alone_drawing, warnings_of
from onedoor.draws.rules.forecast.counts import Counts, counts_by_status, counts_by_stratum
from onedoor.draws.rules.forecast.doors import Doors, doors_and_matters, independent_doors
from onedoor.draws.rules.forecast.feasibility import Feasibility, Narrow, Shortage, feasibility
from onedoor.draws.rules.forecast.quotas import Quota, largest_remainder, quota_of_rate, quota_within
from onedoor.draws.rules.lot import check_lot, is_drawn, lot_of, lots_of
from onedoor.draws.rules.lotbook import LotBook
from onedoor.draws.rules.plan import check_plan, make_plan, plan_digest, plan_list, read_plan
from onedoor.draws.rules.pool import (
    Pool,
    build_pool,
    check_together,
    parse_pool,
    pool_digest,
    pool_face,
    pool_file,
    pool_root,
)
from onedoor.draws.rules.pool_lines import Row, parse_line
from onedoor.draws.rules.proof import MadeProof, make_proof, proof_digest, public_form
from onedoor.draws.rules.proof_shape import check_proof, check_public
from onedoor.draws.rules.register import entry_digest, has_head, make_entry, parse_register
from onedoor.draws.rules.roster import (
    Inspector,
    Recusal,
    Roster,
    build_roster,
    names_recusals,
    parse_roster,
    roster_digest,
)
from onedoor.draws.rules.seed import commit, keeps_commitment, reveals_digest, seed_of, texts_digest
from onedoor.draws.rules.selection import check_quotas
from onedoor.draws.rules.teams import Need
from onedoor.draws.rules.verify import Evidence, UnknownFile, Verdict, verify
from onedoor.draws.rules.wire.encoding import canonical, parse_canonical, parse_json
from onedoor.draws.rules.wire.errors import ProtocolError

__all__ = [
    "REPLACEMENTS_ALONE",
    "Beacon",
    "BeaconRule",
    "Caution",
    "Counts",
    "Doors",
    "Entry",
    "Evidence",
    "Feasibility",
    "Inspector",
    "ListResult",
    "Log",
    "Lot",
    "LotBook",
    "MadeProof",
    "Narrow",
    "Need",
    "Plan",
    "PlanList",
    "Pool",
    "PoolFace",
    "Proof",
    "ProtocolError",
    "PublicProof",
    "Quota",
    "Recusal",
    "Replacement",
    "Roster",
    "Row",
    "Seat",
    "Shortage",
    "Standing",
    "Team",
    "TeamRule",
    "UnknownFile",
    "Verdict",
    "alone_drawing",
    "build_pool",
    "build_roster",
    "canonical",
    "check_lot",
    "check_plan",
    "check_proof",
    "check_public",
    "check_quotas",
    "check_together",
    "commit",
    "counts_by_status",
    "counts_by_stratum",
    "doors_and_matters",
    "entry_digest",
    "feasibility",
    "has_head",
    "independent_doors",
    "is_drawn",
    "keeps_commitment",
    "largest_remainder",
    "log_digest",
    "lot_of",
    "lots_of",
    "make_entry",
    "make_log",
    "make_plan",
    "make_proof",
    "names_recusals",
    "needs_of",
    "needs_of_substitute",
    "parse_canonical",
    "parse_json",
    "parse_line",
    "parse_log",
    "parse_pool",
    "parse_register",
    "parse_roster",
    "plan_digest",
    "plan_list",
    "pool_digest",
    "pool_face",
    "pool_file",
    "pool_root",
    "proof_digest",
    "public_form",
    "quota_of_rate",
    "quota_within",
    "read_plan",
    "replacement",
    "reveals_digest",
    "roster_digest",
    "seats_of",
    "seed_of",
    "texts_digest",
    "verify",
    "warnings_of",
]
