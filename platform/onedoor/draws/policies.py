"""Who may see and write the tables of this room (access.md: "frozen list", "draw", "draw register").

A draw is the lead's until it is drawn, then nobody's; partners and committers see it from the start,
every bureau once its plan is published. What hangs on a draw is seen by whoever sees the draw.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, SUPERVISED, B, O, P, Rule, S, Trigger, can, read, supervised
from onedoor.kernel.encrypted_columns import encrypted_column
from tenants.bureau_name_trigger import not_in_anothers_line

TAKES_PART = "ANY (ARRAY(SELECT my_draws()))"
# The subquery runs under the reader's own policy of `draw`, so whoever sees the draw sees its parts.
VISIBLE = "EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id)"

# R-D7: what a draw came to is written by the draw itself, and by nobody after its end.
NOT_ENDED = "EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed'))"
BEFORE_THE_END = f"{MINE} AND {NOT_ENDED}"

DRAWN = "EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state = 'drawn')"
RELEASED = "EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)"
TAKES = f"d.{MINE} OR d.id = {TAKES_PART}"
# What stands in the files of a closed draw is for the lead and who holds them; what it drew, for those who take part.
HOLDS = f"d.{MINE} OR EXISTS (SELECT 1 FROM draw_party h WHERE h.draw_id = d.id AND h.holds AND h.bureau_id = {ME})"  # noqa: S608
# A bureau with a list has its own strata, and no other's.
OWN_LIST = (
    "EXISTS (SELECT 1 FROM draw_party p WHERE p.draw_id = d.id AND p.list_name = drawn_part.list_name"  # noqa: S608
    f" AND p.bureau_id = {ME})"
)


def result_is_told(closed: str | None = None) -> str:
    """What of a surprise is told to those who take part until it is released; `closed` says who reads it of a closed draw."""
    also = f" AND (NOT d.closed OR {closed})" if closed else ""
    return f"EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR {TAKES} OR {RELEASED}){also})"  # noqa: S608


TOLD = result_is_told()


def _part_of_draw(
    table: str, *, check: str | None = BEFORE_THE_END, seen: str = VISIBLE, watched: str = VISIBLE
) -> list[Rule]:
    """A row that only one bureau writes, once, and whoever sees the draw reads; the supervisor what is `watched`."""
    return [
        *can(table, B, "select", seen),
        *(can(table, B, "insert", check=check) if check else []),
        *can(table, S, "select", watched),
    ]


access.rules(
    "draw",
    can("draw", B, "select", f"{MINE} OR opened_at IS NOT NULL OR id = {TAKES_PART}"),
    can("draw", B, "insert", check=MINE),
    can("draw", B, "update", f"{MINE} AND state IN ('frozen', 'open', 'closed')", check=MINE),
    supervised("draw"),
)
for _table in ("draw_party", "draw_committer", "draw_commitment", "draw_countdown"):
    access.rules(_table, _part_of_draw(_table))
# Who reads otherwise once it is drawn is heard too; the trigger says when.
access.rules("draw_beacon_reading", _part_of_draw("draw_beacon_reading", check=MINE))
# What would tell the result of a surprise draw, before it is released, is for those who take part.
access.rules("draw_reveal", _part_of_draw("draw_reveal", seen=TOLD))
access.rules("team_slot", _part_of_draw("team_slot", seen=result_is_told(TAKES)))
access.rules("drawn_part", _part_of_draw("drawn_part", seen=result_is_told(f"{HOLDS} OR {OWN_LIST}")))
# The roster says who is recused from which firm and why, which is its bureau's affair (access.md, "inspectors"): the lead
# keeps it, who drew the teams with it. One without recusals is read by everybody where it is published.
access.rules(
    "draw_document",
    _part_of_draw(
        "draw_document",
        seen=f"(kind <> 'roster' OR {MINE}) AND (kind NOT IN ('proof', 'public') AND {VISIBLE}"
        f" OR kind <> 'proof' AND {TOLD} OR {result_is_told(HOLDS)})",
        watched=f"kind <> 'roster' AND {VISIBLE}",
    ),
)
access.rules("draw_receipt", _part_of_draw("draw_receipt"))
# Whoever has a list puts the secret into its file.
LISTED = "SELECT p.draw_id FROM draw_party p WHERE p.list_name IS NOT NULL AND p.bureau_id"
access.rules(
    "draw_secret",
    can("draw_secret", B, "select", f"{MINE} OR draw_id IN ({LISTED} = {ME})"),
    can("draw_secret", B, "insert", check=BEFORE_THE_END),
)
access.rules(
    "draw_lot",
    can("draw_lot", B, "select", MINE),
    can("draw_lot", B, "insert", check=BEFORE_THE_END),
    supervised("draw_lot"),
)
access.rules(
    "draw_release",
    can("draw_release", B, "select", VISIBLE),
    can("draw_release", B, "insert", check=f"{MINE} AND {DRAWN}"),
    can("draw_release", S, "select", VISIBLE),
)
# Replacements and substitutes come after the end, each with its entry in the register (R-D6).
access.rules("draw_change", _part_of_draw("draw_change", check=MINE, seen=result_is_told(TAKES)))
access.rules(
    "draw_call_off", _part_of_draw("draw_call_off", check=f"{MINE} AND {DRAWN}", seen=result_is_told(TAKES))
)
# The lead asks for a fourth replacement at a slot; only who supervises it answers (draw.md).
SUPERVISES_THE_LEAD = (
    f"{MINE} AND EXISTS (SELECT 1 FROM draw_plea p JOIN draw d ON d.id = p.draw_id"  # noqa: S608
    f" WHERE p.id = plea_id AND d.id = draw_consent.draw_id AND d.tenant_id <> {ME}"
    f" AND {ME} = ANY (ARRAY(SELECT supervisors_of(d.tenant_id))))"
)
access.rules("draw_plea", _part_of_draw("draw_plea", check=f"{MINE} AND {DRAWN}", seen=result_is_told(TAKES)))
access.rules(
    "draw_consent", _part_of_draw("draw_consent", check=SUPERVISES_THE_LEAD, seen=result_is_told(TAKES))
)
access.rules("witness_text", _part_of_draw("witness_text", check=None))
# compare_pools() alone writes; who takes part reads of it what draw_neighbours() tells.
access.rules("draw_comparison", can("draw_comparison", B, "select", MINE), supervised("draw_comparison"))
# Whether a list waits its turn is its bureau's to say, and for all who take part to read.
access.rules(
    "list_turn",
    can("list_turn", B, "select", f"{MINE} OR draw_id = {TAKES_PART}"),
    can("list_turn", B, "insert update", MINE),
    can("list_turn", S, "select", VISIBLE),
)
access.rules("draw_nonce", can("draw_nonce", B, "select insert", MINE))
access.rules(
    "draw_deposit",
    can("draw_deposit", B, "select", f"{MINE} OR draw_id = {TAKES_PART}"),
    can("draw_deposit", B, "insert", check=MINE),
    can("draw_deposit", S, "select", VISIBLE),
)
# All but the recusals, of which the supervisor reads counts.
access.rules(
    "draw_deposit_file",
    can("draw_deposit_file", B, "select insert", MINE),
    can(
        "draw_deposit_file",
        S,
        "select",
        SUPERVISED,
        columns=("id", "tenant_id", "draw_id", "pool", "inspectors"),
    ),
)
access.rules(
    "witness_invitation",
    can("witness_invitation", B, "select insert", MINE),
    supervised("witness_invitation"),
)
access.rules("witness_attempt", can("witness_attempt", B, "select", MINE), supervised("witness_attempt"))
access.shared(
    "draw_register",
    "one public log for the deployment; append_register() alone writes it",
    [rule for role in (B, S, O) for rule in can("draw_register", role, "select")],
)

# The register's one writer, and the public's few doors. Texts of witnesses come in by an invitation that expires; the hall's
# board goes out for those who take part, and for everybody while the lead has opened it.
access.functions(
    "draws",
    my_draws=(B,),
    draw_files=(B,),
    earlier_draws=(B,),
    draw_held=(B,),
    register_time=(B,),
    beacon_agreed=(),
    append_register=(B,),
    renamed_codes=(),
    pool_codes=(),
    uncompared_deposits=(),
    draws_meet=(),
    compare_pools=(B,),
    draw_obstacles=(B,),
    draw_neighbours=(B,),
    public_register=(B, P),
    draw_board=(B, P),
    draw_moment=(B, P),
    witness_view=(P,),
    witness_say=(P,),
)
# Nobody speaks for two parties of a draw, and nobody to what they asked themselves (R-T5).
access.triggers(
    "draws",
    "draw_plea_of_whom",
    "draw_consent_of_whom",
    "draw_change_with_consent",
    *(
        Trigger(read("draws", "of_one_party", table=table))
        for table in ("draw_commitment", "draw_reveal", "draw_beacon_reading", "draw_receipt")
    ),
)
access.triggers(
    "draws",
    not_in_anothers_line("draw", "line"),
    "draw_stays",
    "drawn_part_has_each_once",
    "draw_reveal_in_time",
    "draw_beacon_reading_in_time",
    "draw_countdown_is_kept",
    "draw_commitment_in_time",
    "draw_receipt_of_a_holder",
    "draw_deposit_in_time",
)
# The nonce of the operator's system is stored encrypted until it is revealed.
NONCE = encrypted_column("draws", "draw_nonce", "sealed")
# The secret of the pools too; who holds the files has it with them.
SECRET = encrypted_column("draws", "draw_secret", "sealed")
