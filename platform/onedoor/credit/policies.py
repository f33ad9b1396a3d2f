"""Who may see and write what goes out, the platforms it goes to, lists and measures (access.md)."""

from __future__ import annotations

from onedoor.credit.layouts import first_layouts
from onedoor.kernel import access
from onedoor.kernel.access import B, O, S, can, owned, supervised
from onedoor.kernel.encrypted_columns import encrypted_column

# What is on a list is read by all bureaus; its keeper alone writes it.
access.rules(
    "credit_listing",
    access.can("credit_listing", access.B, "select"),
    access.can("credit_listing", access.B, "insert update", access.MINE),
    access.can("credit_listing", access.S, "select"),
)
# access.md, "export batch, receipt": the bureau's own; the supervisor reads.
for _table in ("export", "export_record", "export_attempt", "receipt", "repair_application"):
    access.rules(_table, owned(_table), supervised(_table))
for _table in ("record_layout", "outside_platform"):
    access.shared(
        _table,
        "platforms and their layouts are the deployment's; the operator keeps them",
        [rule for role in (B, S, O) for rule in can(_table, role, "select")],
        can(_table, O, "insert update"),
        # What was in use stays for good; a draft is thrown away.
        can(_table, O, "delete", "state = 'draft'") if _table == "record_layout" else (),
    )
TOKEN = encrypted_column("credit", "outside_platform", "token")
# What the public reads anyway, for the operator who tries a layout on it.
access.functions("credit", public_rows=(O,))
access.first_rows(
    "credit",
    *first_layouts(),
    """INSERT INTO outside_platform (code, title, channel, mark, result_layout, penalty_layout) VALUES
    ('credit', '国家企业信用信息公示系统', 'push', '', 'inspection-result', 'administrative-penalty'),
    ('sharing', '全国信用信息共享平台', 'push', '-XY', NULL, 'administrative-penalty')""",
)
