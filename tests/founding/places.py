"""Where the sentences of the founding documents work: pages by a word of ours, with who opens them and what stands there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A page: `who` opens it (`{b}` is the document's bureau, "" everybody), `path` (with things of the story in braces),
    `words` that stand on it, the rules it serves, and its name in the table."""

    title: str
    rules: str
    who: str
    path: str
    words: str


_ALL = {
    "items": Place("检查事项", "R-L1", "{b}.planner", "/registry/items", "检查事项"),
    "item": Place("一个事项", "R-L1", "{b}.planner", "/registry/items/{item}", "检查依据"),
    "coverage": Place("随机抽查覆盖率", "R-L3", "{b}.planner", "/registry/coverage", "覆盖率"),
    "libraries": Place("覆盖率和名录库", "R-L3", "sfj.supervisor", "/oversight/libraries", "覆盖率"),
    "declared": Place("不适宜随机抽查的事项及理由", "R-L2", "{b}.planner", "/registry/coverage", "不适宜"),
    "laws": Place("法律法规及修订", "R-L4", "sjj.ops", "/platform/laws", "法律法规"),
    "items_public": Place("公开的事项清单", "R-L12", "", "/open/items", "事项清单"),
    "targets": Place("检查对象名录库", "R-L5", "{b}.planner", "/registry/targets", "检查对象"),
    "tags": Place("检查对象标签（重点单位、黑名单等）", "R-L5", "{b}.planner", "/registry/targets/tags", "标签"),
    "matters": Place("产品、项目、行为", "R-L5", "{b}.planner", "/registry/targets/matters", "产品、项目、行为"),
    "ceased": Place("应退出名录库的对象", "R-L6", "{b}.planner", "/registry/targets/ceased", "名录"),
    "entities": Place("全市共享的经营主体库", "R-T4", "{b}.planner", "/registry/entities", "经营主体"),
    "corrections": Place("对主体信息提出更正", "R-T4", "{b}.planner", "/registry/corrections", "更正"),
    "quality": Place("数据质量", "R-L5", "{b}.planner", "/registry/quality", "数据质量"),
    "gap": Place("没有部门监管的主体", "R-L6", "sfj.supervisor", "/oversight/uncovered", "名录库"),
    "inspectors": Place("执法人员名录库", "R-L7", "{b}.planner", "/registry/inspectors", "执法人员"),
    "admission": Place("人员进出名录库的申请和审批", "R-L9", "{b}.planner", "/registry/inspector-requests", "申请"),
    "certificates": Place("执法证和到期提醒", "R-L8", "sfj.planner", "/registry/certificates", "执法证"),
    "experts": Place("专家和机构", "R-L7", "{b}.planner", "/registry/experts", "专家"),
    "inspectors_public": Place("公开的执法人员名录库", "R-L12", "", "/open/inspectors/{lead}", "执法证编号"),
    "rulebook": Place("抽查细则", "R-L10", "{b}.planner", "/registry/rulebooks", "细则"),
    "rulebook_public": Place("公开的抽查细则", "R-L12", "", "/open/items", "抽查细则"),
    "duties": Place("工作负责人、联络员、领导小组（F5）", "R-L13", "{b}.planner", "/registry/duties", "领导小组"),
    "trainings": Place("培训记录", "R-L13", "{b}.planner", "/registry/trainings", "培训"),
    "all_duties": Place("各单位负责人、联络员和培训", "R-L13", "sfj.supervisor", "/oversight/duties", "联络员"),
    "plans": Place("年度计划", "R-P1", "{b}.planner", "/plans/", "计划"),
    "plan": Place("一份计划：公布、备案、修改", "R-P1, R-P4", "scjg.planner", "/plans/{plan}", "备案"),
    "line": Place("计划的一行：事项、对象、比例、时间、方式、责任人", "R-P1, R-P5", "scjg.planner", "/plans/lines/{line}", "抽取"),
    "plan_public": Place("公开的检查计划", "R-P1", "", "/open/plans", "检查计划"),
    "caps": Place("入企检查次数上限", "R-P6", "{b}.planner", "/plans/caps", "上限"),
    "filings": Place("报送备案", "R-P4", "{b}.planner", "/filing/", "备案"),
    "inbox": Place("司法局备案箱：接收、退回、审核", "R-P4", "sfj.supervisor", "/oversight/filings", "备案"),
    "plans_filed": Place("各单位计划备案情况", "R-P1, R-S4", "sfj.supervisor", "/oversight/plans", "计划"),
    "campaigns": Place("抽查任务", "R-D1", "{b}.planner", "/campaigns/", "抽查任务"),
    "joint": Place("联合抽查任务：邀请、答复、一起抽取", "R-J1, R-J5, R-J6", "scjg.planner", "/campaigns/{campaign}", "牵头"),
    "draw": Place("抽取：名单冻结、随机抽取对象和人员、证明", "R-D1, R-D2, R-D5", "scjg.planner", "/draws/{draw}", "抽取"),
    "draw_public": Place("公开的抽取：见证、结果、文件", "R-D4, R-D8", "", "/open/draws/{draw}", "抽"),
    "verify": Place("任何人复核一次抽取", "R-D8", "", "/open/verifying", "核验"),
    "visits": Place("检查列表", "R-V1", "{b}.planner", "/visits/", "检查"),
    "visit": Place("一次检查：一次进门、各部门事项、检查组", "R-J2, R-V1, R-D6", "scjg.planner", "/visits/{visit}", "检查组"),
    "sheet": Place("检查方案和检查表", "R-V1", "scjg.planner", "/visits/{visit}/sheet", "检查"),
    "methods": Place("检查方式：现场、书面、网络监测、鉴定意见", "R-V3", "scjg.planner", "/visits/{visit}/methods", "方式"),
    "new_check": Place("新建检查（日常、专项、个案）及其来源", "R-P3, R-V9", "{b}.planner", "/visits/new", "来源"),
    "combine": Place("合并上门：将分别检查同一对象的部门", "R-J4", "{b}.planner", "/visits/combinations", "合并上门"),
    "recognition": Place("一个事项的材料：书面、鉴定、采用其他部门的检查结果", "R-J7, R-V3", "scjg.officer", "/visits/{visit}/matters/{matter}/papers", "材料"),
    "record": Place("检查记录：逐项结果、签字、全程留痕", "R-V4, R-D9", "scjg.planner", "/visits/records/{record}", "全程留痕"),
    "field": Place("执法人员手机端", "R-V4", "scjg.officer", "/field", "我的检查"),
    "reports": Place("检查报告：5个工作日", "R-V5", "{b}.planner", "/visits/reports", "检查报告"),
    "report": Place("检查报告的内容", "R-V5", "scjg.planner", "/visits/records/{record}/report", "检查报告"),
    "ledger": Place("执法检查台账（F11）", "R-V9", "{b}.planner", "/ledger", "台账"),
    "outside": Place("未通过平台的检查：登记和原因", "R-V9", "{b}.planner", "/ledger/outside/new", "原因"),
    "outside_all": Place("各单位台账和平台外检查", "R-S4", "sfj.supervisor", "/oversight/ledger", "台账"),
    "followups": Place("后续处置：责令改正、立案", "R-V7", "{b}.planner", "/followups", "后续处置"),
    "followup": Place("一项后续处置：期限、复查、办结", "R-V7", "scjg.planner", "/followups/{followup}", "全程留痕"),
    "transfers": Place("移送抄告和移送公安", "R-V7", "{b}.planner", "/followups/transfers", "移送"),
    "disclose": Place("待公示的检查结果", "R-O1", "{b}.discloser", "/visits/to-disclose", "公示"),
    "published": Place("已公示", "R-O1", "{b}.planner", "/disclosures/", "公示"),
    "results": Place("公开的检查结果", "R-O1", "", "/open/results", "检查结果"),
    "result": Place("一户的检查结果和来龙去脉", "R-O1, R-D9", "", "/open/results/{record}", "来龙去脉"),
    "home": Place("公示网站首页", "R-O1", "", "/", "检查"),
    "exports": Place("报送信用平台、回执", "R-O2", "{b}.planner", "/exports/", "报送"),
    "credit": Place("信用档案和信用等级", "R-O4, R-O5", "scjg.planner", "/exports/files/{entity}", "信用"),
    "risk": Place("风险分类分级", "R-O4", "{b}.planner", "/registry/targets/risk", "风险"),
    "returns": Place("统计报表（F4、F7 至 F10）、情况说明、宣传培训情况", "R-S1, R-S2", "{b}.planner", "/statistics/returns", "报表"),
    "place_returns": Place("司法局的 F3 和年度自查报告", "R-S1", "xsfj.supervisor", "/statistics/place", "报表"),
    "received": Place("收到的报表：接收、退回", "R-S1", "sfj.supervisor", "/statistics/received", "报表"),
    "joint_figures": Place("联合检查统计（F8）", "R-S1", "sfj.supervisor", "/oversight/returns", "联合"),
    "overview": Place("监督总览", "R-T3, R-S4", "sfj.supervisor", "/oversight", "总览"),
    "market": Place("市场监管部门对市场监管领域的监督", "R-T2, R-T3", "scjg.planner", "/campaigns/joint", "联合"),
    "alerts": Place("预警", "R-S4", "sfj.supervisor", "/oversight/alerts", "预警"),
    "orders": Place("督办、通报", "R-S4", "sfj.supervisor", "/orders/sent", "督办"),
    "circulars": Place("通报", "R-S4", "sfj.supervisor", "/orders/circulars", "通报"),
    "assessments": Place("考核扣分", "R-S5", "sfj.supervisor", "/orders/assessments", "考核"),
    "burden": Place("检查负担与成效", "R-S6", "sfj.supervisor", "/oversight/burden", "负担"),
    "data": Place("公开的数据", "R-S6", "", "/open/data", "数据"),
    "repeats": Place("重复检查", "R-S4", "sfj.supervisor", "/oversight/repeats", "重复检查"),
    "desk": Place("工作台：各人待办和期限", "R-S3", "{b}.planner", "/desk/", "工作台"),
    "log": Place("操作日志", "R-T6", "{b}.admin", "/settings/log", "日志"),
    "interfaces": Place("数据接口和文件导入", "R-L11", "{b}.admin", "/settings/interfaces", "接口"),
    "rates": Place("抽查比例和频次的设定", "R-P5", "scjg.planner", "/plans/lines/{line}", "比例"),
}  # fmt: skip
PLACES: dict[str, Place] = _ALL
# What rests on a rule that is not built, by the rule without its R: said, and nothing pretends it.
UNBUILT = {
    "V8": "回避申请、陈述申辩、评价、投诉和纪律问题的登记尚未建成",
}
