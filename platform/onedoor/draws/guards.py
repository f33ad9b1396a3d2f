"""Guards in the database of who says what in a draw: nobody for two parties, nobody to what they asked themselves (R-T5)."""

from __future__ import annotations

from onedoor.kernel.access import ACTOR, Trigger


def one_party_each(table: str) -> Trigger:
    """One person acts for one party of a draw, by whichever account and in whoever's name (R-T5)."""
    return Trigger(
        table,
        f"{table}_of_one_party",
        "BEFORE INSERT",
        f"""
        BEGIN
          NEW.account_id := {ACTOR};
          IF NEW.account_for IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM public.stand_in s
             WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.account_id
               AND s.principal_id = NEW.account_for AND s.ended_at IS NULL)
          THEN
            RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          IF EXISTS (
            SELECT 1 FROM (
              SELECT c.account_id, c.account_for FROM public.draw_commitment c
               WHERE c.draw_id = NEW.draw_id AND c.tenant_id <> NEW.tenant_id
              UNION ALL SELECT v.account_id, v.account_for FROM public.draw_reveal v
               WHERE v.draw_id = NEW.draw_id AND v.tenant_id <> NEW.tenant_id
              UNION ALL SELECT g.account_id, g.account_for FROM public.draw_beacon_reading g
               WHERE g.draw_id = NEW.draw_id AND g.tenant_id <> NEW.tenant_id
              UNION ALL SELECT r.account_id, r.account_for FROM public.draw_receipt r
               WHERE r.draw_id = NEW.draw_id AND r.tenant_id <> NEW.tenant_id
            ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
                    unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
             WHERE public.same_person(other.id, said.id))
          THEN
            RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
          END IF;
          RETURN NEW;
        END
        """,  # noqa: S608 - ACTOR is ours
    )


def _asked_by(table: str, more: str = "") -> Trigger:
    """Who wrote the row is the database's to say; `more` follows."""
    return Trigger(
        table,
        f"{table}_of_whom",
        "BEFORE INSERT",
        f"BEGIN\n  NEW.account_id := {ACTOR};\n{more}  RETURN NEW;\nEND",
    )


CONSENTS = (
    _asked_by("draw_plea"),
    _asked_by(
        "draw_consent",
        """\
  IF EXISTS (SELECT 1 FROM public.draw_plea p
              WHERE p.id = NEW.plea_id AND public.same_person(p.account_id, NEW.account_id)) THEN
    RAISE EXCEPTION 'nobody agrees to what they themselves asked (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
""",
    ),
    Trigger(
        "draw_change",
        "draw_change_with_consent",
        "BEFORE INSERT",
        """
        DECLARE
          held bigint;
        BEGIN
          IF NEW.slot IS NULL THEN
            RETURN NEW;
          END IF;
          SELECT count(*) INTO held FROM public.draw_change c
           WHERE c.draw_id = NEW.draw_id AND c.object_code = NEW.object_code AND c.slot = NEW.slot;
          IF held >= 3 AND NOT EXISTS (
            SELECT 1 FROM public.draw_plea p JOIN public.draw_consent s ON s.plea_id = p.id AND s.agreed
             WHERE p.draw_id = NEW.draw_id AND p.object_code = NEW.object_code AND p.slot = NEW.slot
               AND p.number = held + 1)
          THEN
            RAISE EXCEPTION 'draw.md: more than three replacements at one slot need the supervisor'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          RETURN NEW;
        END
        """,
    ),
)
