"""Who may see and write the vocabulary of qualifications (access.md, "code lists")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, I, O, P, S, can

access.shared(
    "qualification",
    "one vocabulary for all bureaus; the operator keeps it, and bureaus propose words",
    [rule for role in (B, S, O, I, P) for rule in can("qualification", role, "select")],
    can("qualification", O, "insert update"),
)
# An inbox: the bureau asks, the operator answers, and nobody gives themselves an answer.
access.rules(
    "qualification_proposal",
    can("qualification_proposal", B, "select", MINE),
    can("qualification_proposal", B, "insert", f"{MINE} AND state = 'waiting'"),
    can("qualification_proposal", O, "select update"),
)
# Words to begin with; the operator goes on from here.
access.first_rows(
    "items",
    """INSERT INTO qualification (name, aliases) VALUES
    ('食品', '{食品安全,食品监管}'), ('药品', '{药品监管}'), ('医疗器械', '{}'), ('化妆品', '{}'),
    ('特种设备', '{特种设备安全}'), ('计量', '{}'), ('产品质量', '{工业产品质量}'), ('价格', '{价格监管}'),
    ('广告', '{}'), ('知识产权', '{商标,专利}'), ('消防', '{消防安全}'), ('安全生产', '{}'),
    ('危险化学品', '{危化品}'), ('生态环境', '{环保,环境保护}'), ('公共卫生', '{公共场所卫生}'),
    ('医疗卫生', '{}'), ('职业卫生', '{职业健康}'), ('建设工程', '{建筑工程}'), ('交通运输', '{}'),
    ('农业', '{农产品质量}'), ('文化市场', '{}'), ('劳动保障', '{劳动用工}'), ('财务会计', '{财务,会计}'),
    ('律师管理', '{}'), ('公证管理', '{}')""",
)
