"""Who may see and write what goes out, the platforms it goes to, lists and measures (access.md)."""

from __future__ import annotations

from onedoor.credit.layouts import first_layouts
from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, SUPERVISED, B, O, S, can, owned, supervised
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
access.shared(
    "listing_basis",
    "on what law an entity may be listed is the same for all bureaus; the operator keeps it",
    [rule for role in (B, S, O) for rule in can("listing_basis", role, "select")],
    can("listing_basis", O, "insert update"),
)
# An inbox: what was proposed stays as it was sent, the answer is the receiver's.
access.rules(
    "credit_measure",
    can("credit_measure", B, "select", f"{MINE} OR receiver_id = {ME}"),
    can("credit_measure", B, "insert", check=MINE),
    can("credit_measure", B, "update", MINE, columns=("noted",)),
    can("credit_measure", S, "select", f"{SUPERVISED} OR receiver_id = {ME}"),
)
OF_VISIBLE = "EXISTS (SELECT 1 FROM credit_measure m WHERE m.id = measure_id)"
access.rules(
    "measure_answer",
    can("measure_answer", B, "select", OF_VISIBLE),
    can("measure_answer", B, "insert", check=MINE),
    can("measure_answer", S, "select", OF_VISIBLE),
)
# Classes are shown with their facts, and so is the rule that makes them.
access.rules(
    "class_rule",
    can("class_rule", B, "select"),
    can("class_rule", B, "insert update", MINE),
    can("class_rule", S, "select"),
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
    """INSERT INTO listing_basis (kind, name, law, article, trade) VALUES
    ('abnormal', '经营异常名录', '企业信息公示暂行条例', '第十七条', ''),
    ('serious', '严重违法失信名单', '市场监督管理严重违法失信名单管理办法', '第二条', ''),
    ('blacklist', '拖欠农民工工资失信联合惩戒对象名单', '保障农民工工资支付条例', '第四十八条', '劳动保障'),
    ('blacklist', '安全生产严重失信主体名单', '安全生产严重失信主体名单管理办法', '第六条', '安全生产')""",
)
