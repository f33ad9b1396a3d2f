"""Who may see and write filings (access.md, "filing and its answer", "How an inbox is written")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ACTOR, ME, MINE, SUPERVISED, B, S, Trigger, can

MY_SUPERVISOR = f"receiver_id = ANY (ARRAY(SELECT supervisors_of({ME})))"
# Whoever may read the filing may read its answer: the subquery runs under the reader's own policy.
OF_VISIBLE = "EXISTS (SELECT 1 FROM filing f WHERE f.id = filing_id)"

access.rules(
    "filing",
    can("filing", B, "select", f"{MINE} OR receiver_id = {ME} OR {ME} = ANY (shared_with)"),
    can("filing", B, "insert", check=f"{MINE} AND {MY_SUPERVISOR}"),
    can("filing", B, "update", MINE, columns=("replaced_at",)),
    can("filing", S, "select", f"{SUPERVISED} OR receiver_id = {ME}"),
)
access.rules(
    "filing_answer",
    can("filing_answer", B, "select", OF_VISIBLE),
    can("filing_answer", B, "insert", check=MINE),
    can("filing_answer", S, "select", OF_VISIBLE),
)
# What was handed in stays: nobody changes it, nobody takes it away.
access.rules(
    "filing_file",
    can("filing_file", B, "select", OF_VISIBLE),
    can("filing_file", B, "insert", check=MINE),
    can("filing_file", S, "select", OF_VISIBLE),
)
# Across bureaus as within one, nobody answers what they sent, by whichever account. Both accounts are looked at by
# `same_person()`, which says yes or no to the two bureaus whose accounts they are, and nothing to any other.
access.triggers(
    "filing",
    Trigger(
        "filing",
        "filing_with_its_senders",
        "BEFORE INSERT",
        f"""
        BEGIN
          NEW.senders := ARRAY(
            SELECT DISTINCT hand.id FROM (
              SELECT {ACTOR}
              UNION ALL SELECT unnest(NEW.senders)
              UNION ALL SELECT unnest(ARRAY[a.submitted_by, a.submitted_for]) FROM public.approval a
                         WHERE a.tenant_id = NEW.tenant_id AND a.subject_id = NEW.subject_id AND a.state <> 'returned'
            ) AS hand (id) WHERE hand.id IS NOT NULL);
          RETURN NEW;
        END
        """,  # noqa: S608 - ACTOR is ours
    ),
    Trigger(
        "filing_answer",
        "filing_answer_by_another",
        "BEFORE INSERT",
        f"""
        BEGIN
          NEW.answered_by := {ACTOR};
          IF NEW.answered_for IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM public.stand_in s
             WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.answered_by
               AND s.principal_id = NEW.answered_for AND s.ended_at IS NULL)
          THEN
            RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          IF EXISTS (
            SELECT 1 FROM public.filing f, unnest(f.senders) AS sent (id),
                          unnest(ARRAY[NEW.answered_by, NEW.answered_for]) AS said (id)
             WHERE f.id = NEW.filing_id AND public.same_person(sent.id, said.id))
          THEN
            RAISE EXCEPTION 'nobody answers what they themselves sent (R-T5)'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          RETURN NEW;
        END
        """,  # noqa: S608 - ACTOR is ours
    ),
)
