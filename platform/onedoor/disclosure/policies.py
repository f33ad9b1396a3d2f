"""Who may see and write what is public (access.md, "disclosed result"; architecture, `onedoor_public`)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import B, P, S, can, owned
from onedoor.kernel.clock import NOW_SQL

OPEN = f"since <= {NOW_SQL} AND (until IS NULL OR until > {NOW_SQL})"
# A file is as public as what it belongs to: the subquery runs under the reader's own policy.
OF_OPEN = "EXISTS (SELECT 1 FROM disclosure d WHERE d.id = disclosure_id)"

access.rules(
    "disclosure",
    owned("disclosure"),
    can("disclosure", B, "select", OPEN),
    can("disclosure", S, "select", OPEN),
    access.supervised("disclosure"),
    can("disclosure", P, "select", OPEN),
)
access.rules(
    "disclosed_file",
    owned("disclosed_file"),
    can("disclosed_file", B, "select", OF_OPEN),
    can("disclosed_file", S, "select", OF_OPEN),
    can("disclosed_file", P, "select", OF_OPEN),
)
# The reason is the bureau's; the public reads the law that is named in what `withhold` publishes.
access.rules("withholding", owned("withholding"), access.supervised("withholding"))
access.functions(
    "disclosure",
    disclosed_by_another=(B,),
    disclosure_changes=(P, B, S),
    ended_publication=(P, B),
)
# A thing is made public by the bureau it belongs to, under its own name: else one bureau could put words beside the
# plan or the result of another on the public site.
access.triggers(
    "disclosure",
    "disclosure_in_own_name",
    "disclosure_of_own_subject",
)
