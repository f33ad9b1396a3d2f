"""Who may see and write the tables of this room (access.md, "visit", "record, report, photos")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, SUPERVISED, B, D, P, S, can, owned, supervised
from onedoor.kernel.encrypted_columns import encrypted_column

# The lead and the bureaus with matters at the visit; nobody else. Their ids stand in the visit's row: as
# sets from a function (measured with forty thousand visits) lists took a minute, since nothing is known
# of such a set when a query is planned. What hangs on a visit is seen by whoever sees the visit.
ON_THE_VISIT = f"{MINE} OR {ME} = ANY (party_ids)"
OF_A_READABLE_VISIT = "EXISTS (SELECT FROM visit v WHERE v.id = visit_id)"
# A supervisor reads a visit too that another place leads and a bureau it supervises takes part in (a county's, of a
# joint visit that the city leads): of what hangs on it that bureau's matters, seats and part alone.
SUPERVISED_ON_THE_VISIT = f"{SUPERVISED} OR party_ids && ARRAY(SELECT supervised_bureaus())"
SUPERVISED_PARTY = f"{SUPERVISED} OR bureau_id = ANY (ARRAY(SELECT supervised_bureaus()))"
READ_AFTER_ACCEPTANCE = f"state = 'accepted' AND {OF_A_READABLE_VISIT}"
OF_A_READABLE_RECORD = "EXISTS (SELECT FROM record r WHERE r.id = record_id)"

access.rules(
    "visit",
    can("visit", B, "select", ON_THE_VISIT),
    can("visit", B, "insert update", MINE),
    can("visit", S, "select", SUPERVISED_ON_THE_VISIT),
)
# Who sits in a drawn seat stays as drawn: a member leaves, another row comes, and another of them leads (R-D6).
access.rules(
    "visit_member",
    can("visit_member", B, "select insert", MINE),
    can("visit_member", B, "update", MINE, columns=("left_at", "left_reason", "leader")),
    can("visit_member", B, "select", OF_A_READABLE_VISIT),
    can("visit_member", S, "select", SUPERVISED_PARTY),
)
for _table, _seen in (
    ("visit_party", SUPERVISED_PARTY),
    ("visit_matter", SUPERVISED_PARTY),
    ("visit_unit", SUPERVISED),
):
    access.rules(
        _table,
        owned(_table),
        can(_table, B, "select", OF_A_READABLE_VISIT),
        can(_table, S, "select", _seen),
    )
access.rules(
    "visit_source",
    owned("visit_source"),
    can("visit_source", B, "select", OF_A_READABLE_VISIT),
    supervised("visit_source"),
)
# Who complained is for the bureau that was told, and nobody else: no partner, no supervisor (R-V9, R-T7).
access.rules("visit_complainant", owned("visit_complainant"))
COMPLAINANT_NAME = encrypted_column("visits", "visit_complainant", "name")
COMPLAINANT_PHONE = encrypted_column("visits", "visit_complainant", "phone")
# The number that was shown is the database's to compare (`enter_shown_number`): no role reads it.
_OF_A_LOOK = ("id", "tenant_id", "visit_id", "at", "origin")
access.rules(
    "code_check",
    can("code_check", B, "select", OF_A_READABLE_VISIT, columns=_OF_A_LOOK),
    can("code_check", S, "select", SUPERVISED, columns=_OF_A_LOOK),
)
access.rules("code_entry", can("code_entry", B, "select", MINE), supervised("code_entry"))
# The officer's bureau begins it, or the lead asks it to; done or not, the category is for all on the visit.
access.rules(
    "member_replacement",
    can("member_replacement", B, "select insert", MINE),
    can("member_replacement", B, "select", OF_A_READABLE_VISIT),
    supervised("member_replacement"),
)
access.rules(
    "visit_part",
    owned("visit_part"),
    can("visit_part", B, "select", OF_A_READABLE_VISIT),
    supervised("visit_part"),
)
access.rules(
    "visit_part_approval",
    can("visit_part_approval", B, "select insert", MINE),
    can("visit_part_approval", B, "select", OF_A_READABLE_VISIT),
    supervised("visit_part_approval"),
)
access.rules(
    "matter_method",
    owned("matter_method"),
    can("matter_method", B, "select", OF_A_READABLE_VISIT),
    supervised("matter_method"),
)
access.rules(
    "visit_assistant",
    owned("visit_assistant"),
    can("visit_assistant", B, "select", OF_A_READABLE_VISIT),
    supervised("visit_assistant"),
)
access.rules(
    "record", owned("record"), can("record", B, "select", READ_AFTER_ACCEPTANCE), supervised("record")
)
access.rules(
    "record_item",
    owned("record_item"),
    can("record_item", B, "select", OF_A_READABLE_RECORD),
    supervised("record_item"),
)
# Photos are not for the other parties, and stay as they were submitted (access.md, "record, report, photos").
OF_AN_OPEN_RECORD = (
    f"{MINE} AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned'))"
)
access.rules(
    "record_photo",
    can("record_photo", B, "select", MINE),
    can("record_photo", B, "insert", check=OF_AN_OPEN_RECORD),
    can("record_photo", B, "delete", OF_AN_OPEN_RECORD),
    supervised("record_photo"),
)
access.rules(
    "record_paper",
    can("record_paper", B, "select", MINE),
    can("record_paper", B, "insert", check=OF_AN_OPEN_RECORD),
    can("record_paper", B, "update delete", OF_AN_OPEN_RECORD),
    supervised("record_paper"),
)
access.rules(
    "record_submission",
    can("record_submission", B, "select insert", MINE),
    supervised("record_submission"),
)
access.rules(
    "report", owned("report"), can("report", B, "select", OF_A_READABLE_RECORD), supervised("report")
)
access.rules("followup", owned("followup"), supervised("followup"))
# What a bureau bound itself to stays as it was said, day by day (R-O1).
access.rules(
    "disclosure_days", can("disclosure_days", B, "select insert", MINE), supervised("disclosure_days")
)
# What a record said before it was corrected is read by who reads the record: the lead's figures of a past cut-off count it (R-S2).
access.rules(
    "record_revision",
    owned("record_revision"),
    supervised("record_revision"),
    can("record_revision", B, "select", f"state = 'approved' AND {OF_A_READABLE_RECORD}"),
)
# Whoever sees the visit sees what becomes of it; the lead carries out what another bureau decided.
access.rules(
    "substitution",
    can("substitution", B, "select insert update", MINE),
    can("substitution", B, "select", OF_A_READABLE_VISIT),
    supervised("substitution"),
)

# Two bureaus that go together: who asks writes what it asked, whose day follows its visit; the answer is the other's (R-J4).
OF_A_READABLE_COMBINATION = "EXISTS (SELECT FROM visit_combination c WHERE c.id = combination_id)"
access.rules(
    "visit_combination",
    can("visit_combination", B, "select", f"{MINE} OR receiver_id = {ME}"),
    can("visit_combination", B, "insert update", MINE),
    supervised("visit_combination"),
)
access.rules(
    "visit_combination_answer",
    can("visit_combination_answer", B, "select", OF_A_READABLE_COMBINATION),
    can("visit_combination_answer", B, "insert", check=MINE),
    can("visit_combination_answer", S, "select", OF_A_READABLE_COMBINATION),
)
access.rules("visit_apart_notice", can("visit_apart_notice", B, "select insert", MINE))

access.functions(
    "visits",
    visits_apart=(B,),
    combined_visits=(B,),
    combined_door=(B,),
    combined_bureaus=(B, S),
    check_visit_code=(P, B),
    enter_shown_number=(B,),
    visit_lots=(P, B),
    my_visits_to_come=(B,),
    officer_is_seated=(B,),
    campaign_completed_on=(B,),
    missed_deadlines=(D,),
)
access.triggers(
    "visits",
    "visit_party_takes_part",
    "visit_is_approved",
    "substitution_is_decided",
    "draw_change_was_decided",
)
