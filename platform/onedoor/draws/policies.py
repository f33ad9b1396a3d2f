"""Who may see and write the tables of this room (access.md: "frozen list", "draw", "draw register").

A draw is the lead's until it is drawn, then nobody's; partners and committers see it from the start,
every bureau once its plan is published. What hangs on a draw is seen by whoever sees the draw.
"""

from __future__ import annotations

from onedoor.draws import functions, guards
from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, SUPERVISED, B, O, Rule, S, Trigger, can, supervised
from onedoor.kernel.sealed import sealed
from tenants.naming import not_in_anothers_line

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


def told(closed: str | None = None) -> str:
    """What of a surprise is told to those who take part until it is released; `closed` says who reads it of a closed draw."""
    also = f" AND (NOT d.closed OR {closed})" if closed else ""
    return f"EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR {TAKES} OR {RELEASED}){also})"  # noqa: S608


TOLD = told()


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
access.rules("team_slot", _part_of_draw("team_slot", seen=told(TAKES)))
access.rules("drawn_part", _part_of_draw("drawn_part", seen=told(f"{HOLDS} OR {OWN_LIST}")))
# The roster says who is recused from which firm and why, which is its bureau's affair (access.md, "inspectors"): the lead
# keeps it, who drew the teams with it. One without recusals is read by everybody where it is published.
access.rules(
    "draw_document",
    _part_of_draw(
        "draw_document",
        seen=f"(kind <> 'roster' OR {MINE}) AND (kind NOT IN ('proof', 'public') AND {VISIBLE}"
        f" OR kind <> 'proof' AND {TOLD} OR {told(HOLDS)})",
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
access.rules("draw_change", _part_of_draw("draw_change", check=MINE, seen=told(TAKES)))
access.rules("draw_call_off", _part_of_draw("draw_call_off", check=f"{MINE} AND {DRAWN}", seen=told(TAKES)))
# The lead asks for a fourth replacement at a slot; only who supervises it answers (draw.md).
SUPERVISES_THE_LEAD = (
    f"{MINE} AND EXISTS (SELECT 1 FROM draw_plea p JOIN draw d ON d.id = p.draw_id"  # noqa: S608
    f" WHERE p.id = plea_id AND d.id = draw_consent.draw_id AND d.tenant_id <> {ME}"
    f" AND {ME} = ANY (ARRAY(SELECT supervisors_of(d.tenant_id))))"
)
access.rules("draw_plea", _part_of_draw("draw_plea", check=f"{MINE} AND {DRAWN}", seen=told(TAKES)))
access.rules("draw_consent", _part_of_draw("draw_consent", check=SUPERVISES_THE_LEAD, seen=told(TAKES)))
access.rules("witness_text", _part_of_draw("witness_text", check=None))
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

access.functions("draws", *functions.ALL)


access.triggers(
    "draws",
    *guards.CONSENTS,
    *map(
        guards.one_party_each,
        ("draw_commitment", "draw_reveal", "draw_beacon_reading", "draw_receipt"),
    ),
)
access.triggers(
    "draws",
    not_in_anothers_line("draw", "line"),
    Trigger(
        "draw",
        "draw_stays",
        "BEFORE UPDATE OR DELETE",
        """
        BEGIN
          IF TG_OP = 'DELETE' OR OLD.state IN ('drawn', 'void') THEN
            RAISE EXCEPTION 'R-D7: no draw is changed or deleted after its end';
          END IF;
          IF (NEW.tenant_id, NEW.line, NEW.seq, NEW.number, NEW.campaign_id, NEW.hash, NEW.surprise, NEW.closed,
              NEW.beacon, NEW.reveals_due, NEW.unit)
             IS DISTINCT FROM
             (OLD.tenant_id, OLD.line, OLD.seq, OLD.number, OLD.campaign_id, OLD.hash, OLD.surprise, OLD.closed,
              OLD.beacon, OLD.reveals_due, OLD.unit)
             OR (OLD.reveals_digest IS NOT NULL AND NEW.reveals_digest IS DISTINCT FROM OLD.reveals_digest)
             OR (OLD.plan_digest IS NOT NULL AND NEW.plan_digest IS DISTINCT FROM OLD.plan_digest)
             OR (OLD.texts_digest IS NOT NULL AND NEW.texts_digest IS DISTINCT FROM OLD.texts_digest) THEN
            RAISE EXCEPTION 'R-D7: line, number and what was published of a draw stay';
          END IF;
          RETURN NEW;
        END
        """,
    ),
    Trigger(
        "drawn_part",
        "drawn_part_has_each_once",
        "AFTER INSERT",
        """
        BEGIN
          IF EXISTS (
            SELECT 1 FROM public.drawn_part p CROSS JOIN unnest(p.codes) AS object (code)
             WHERE p.draw_id IN (SELECT a.draw_id FROM added a)
             GROUP BY p.draw_id, p.list_name, object.code HAVING count(*) > 1)
          THEN
            RAISE EXCEPTION 'a list draws an object once, or keeps it as a substitute' USING ERRCODE = 'unique_violation';
          END IF;
          RETURN NULL;
        END
        """,
        "STATEMENT",
        "REFERENCING NEW TABLE AS added",
    ),
    Trigger(
        "draw_reveal",
        "draw_reveal_in_time",
        "BEFORE INSERT",
        """
        BEGIN
          IF NOT EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'closed') THEN
            RAISE EXCEPTION 'draw.md: nobody reveals before the texts are closed';
          END IF;
          IF EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.reveals_digest IS NOT NULL) THEN
            RAISE EXCEPTION 'draw.md: nobody reveals once the reveals are registered';
          END IF;
          RETURN NEW;
        END
        """,
    ),
    Trigger(
        "draw_beacon_reading",
        "draw_beacon_reading_in_time",
        "BEFORE INSERT",
        """
        BEGIN
          IF NOT EXISTS (
            SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.reveals_digest IS NOT NULL
               AND (d.state = 'closed' OR d.state = 'drawn' AND d.tenant_id <> NEW.tenant_id)
               AND public.register_time() COLLATE "C" >= d.beacon->>'time')
          THEN
            RAISE EXCEPTION 'draw.md: nobody reads the beacon before it spoke, or before the reveals are registered';
          END IF;
          RETURN NEW;
        END
        """,
    ),
    Trigger(
        "draw_countdown",
        "draw_countdown_is_kept",
        "BEFORE INSERT",
        """
        BEGIN
          IF EXISTS (SELECT 1 FROM public.draw_countdown c
                      WHERE c.draw_id = NEW.draw_id AND c.stage = NEW.stage AND c.until > NEW.until) THEN
            RAISE EXCEPTION 'a time that was announced to the room does not become earlier';
          END IF;
          RETURN NEW;
        END
        """,
    ),
    Trigger(
        "draw_commitment",
        "draw_commitment_in_time",
        "BEFORE INSERT",
        """
        BEGIN
          IF NOT EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'frozen') THEN
            RAISE EXCEPTION 'draw.md: nobody commits after the plan was published';
          END IF;
          RETURN NEW;
        END
        """,
    ),
    Trigger(
        "draw_receipt",
        "draw_receipt_of_a_holder",
        "BEFORE INSERT",
        """
        BEGIN
          IF NOT EXISTS (
            SELECT 1 FROM public.draw d
              JOIN public.draw_party h ON h.draw_id = d.id AND h.bureau_id = NEW.tenant_id AND h.holds
              JOIN public.draw_deposit e ON e.draw_id = d.id AND e.list_name = NEW.list_name AND e.digest = NEW.digest
             WHERE d.id = NEW.draw_id AND d.closed AND d.state = 'frozen')
          THEN
            RAISE EXCEPTION 'draw.md: a holder signs for a list as it was deposited, before the plan is registered';
          END IF;
          RETURN NEW;
        END
        """,
    ),
    Trigger(
        "draw_deposit",
        "draw_deposit_in_time",
        "BEFORE INSERT",
        """
        BEGIN
          IF NOT EXISTS (SELECT 1 FROM public.draw d WHERE d.id = NEW.draw_id AND d.state = 'frozen') THEN
            RAISE EXCEPTION 'draw.md: no list is deposited after the plan was published';
          END IF;
          RETURN NEW;
        END
        """,
    ),
)
# The nonce of the operator's system is stored encrypted until it is revealed.
NONCE = sealed("draws", "draw_nonce", "sealed")
# The secret of the pools too; who holds the files has it with them.
SECRET = sealed("draws", "draw_secret", "sealed")
