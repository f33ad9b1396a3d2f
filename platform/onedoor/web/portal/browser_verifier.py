"""What the verifier in the reader's browser is given: the published files to download, and words for its answers (R-D8).

The script's own reasons are English sentences with a code; here each code has its sentence in the reader's language, with
`{list}` and the like where the script puts the particulars.
"""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from onedoor.disclosure.models import DisclosedFile, Disclosure
from onedoor.draws.source_strings import FIXED_REASONS
from onedoor.edge.strata import stratum_name
from onedoor.web.draws.labels import KINDS, STATUSES, file_name, reason
from onedoor.web.shell.renderer import asset

# The proof holds the plan; whoever wants the plan alone downloads it.
NOT_NEEDED = frozenset({"plan.json"})


def settings(found: Disclosure, files: list[DisclosedFile], content: dict[str, Any]) -> dict[str, Any]:
    """All that the page's script needs, as plain data."""
    return {
        "worker": asset("verifier.js"),
        "files": _files(files),
        "bureaus": {each.get("list", ""): each.get("bureau", "") for each in content["lists"]},
        "strata": {code: stratum_name(code) for each in content["lists"] for code in _strata(each)},
        "statuses": {code: str(name) for code, name in STATUSES.items()},
        "kinds": {code: str(name) for code, name in KINDS.items()},
        "reasons": {text: reason(text) for text in FIXED_REASONS},
        "words": words(withheld=bool(content["roster"]) and not content["roster"]["public"]),
    }


def _files(files: list[DisclosedFile]) -> list[dict[str, Any]]:
    """The published files, and the register as it stands now: the copy among them must be its beginning."""
    found = [
        {
            "name": one.name,
            "label": file_name(one.name),
            "size": one.size,
            "url": url_for("portal.file", disclosure_id=one.disclosure_id, name=one.name),
        }
        for one in files
        if one.name not in NOT_NEEDED
    ]
    url = url_for("portal.register_file")
    return [*found, {"name": "register-now.jsonl", "label": _("抽取登记簿（现在的）"), "size": 0, "url": url}]


def _strata(each: dict[str, Any]) -> list[str]:
    return [stratum.get("stratum", "") for stratum in each.get("strata") or ()]


def words(*, withheld: bool = False) -> dict[str, Any]:
    """Every sentence the script can say; `withheld`: of a draw whose roster is not published."""
    return {
        "steps": _steps(),
        "done": _done(),
        "unchecked": _unchecked() | (_withheld() if withheld else {}),
        "faults": _faults(),
        "files": _file_names(),
        "lot": _lot(),
        "page": _page(),
    }


def _steps() -> dict[str, str]:
    return {
        "fetch": _("正在下载：%(name)s", name="{name}"),
        "shape": _("正在读抽取证明"),
        "digest": _("正在计算名单的指纹：%(list)s", list="{list}"),
        "root": _("正在逐行核对名单：%(list)s", list="{list}"),
        "tickets": _("正在给每一户计算签号：%(list)s", list="{list}"),
        "teams": _("正在重新选派检查组"),
        "register": _("正在核对登记簿"),
    }


def _done() -> dict[str, str]:
    return {
        "shape": _("抽取证明逐字节符合规程"),
        "commitments": _("%(count)s 方揭示的随机数，都是各自事先承诺的那一个", count="{count}"),
        "seed": _(
            "抽取种子由 %(count)s 方的随机数和 %(witnesses)s 条见证寄语算出，与公布的相同",
            count="{count}",
            witnesses="{witnesses}",
        ),
        "unrevealed": _("没有揭示、按空值计的：%(who)s", who="{who}"),
        "void": _("作废有依据：约定的公共随机数源没有发布，或者各方的揭示没有在它发布以前登记"),
        "void-unrevealed": _("作废有依据：没有等到%(who)s揭示随机数", who="{who}"),
        "pool": _("%(list)s：待抽取库就是方案里公布的那一份，共 %(n)s 行，一行不多、一行不少", list="{list}", n="{n}"),
        "result": _("%(list)s：重新抽取 %(count)s 户，与公布的逐户相同", list="{list}", count="{count}"),
        "roster": _("检查人员名册就是方案里公布的那一份，共 %(n)s 人", n="{n}"),
        "teams": _("%(objects)s 户的检查组重新选派，%(filled)s 个名额与公布的相同", objects="{objects}", filled="{filled}"),
        "digest": _("公开的内容背后是同一份抽取证明，指纹相同"),
        "register": _("登记簿 %(count)s 条首尾相连；方案登记在先，寄语截止在后，结果登记在最后", count="{count}"),
        "former": _("公布时的登记簿与现在的相比，只有增加，没有改动"),
        "head": _("您记下的第 %(n)s 条原样在登记簿里", n="{n}"),
        "logs": _("抽取后的 %(count)s 次变更，登记簿里都有", count="{count}"),
        "lots": _("%(count)s 份签号文件都在公布的待抽取库里", count="{count}"),
    }  # fmt: skip


def _unchecked() -> dict[str, str]:
    return {
        "parties": _("方案没有约定公共随机数源：如果承诺各方全部串通，可以左右结果。"),
        "beacon": _(
            "约定的公共随机数没有核对：请把 %(value)s 与%(name)s %(round)s 公布的比对。",
            value="{value}",
            name="{name}",
            round="{round}",
        ),
        "beacon-silent": _("约定的公共随机数源是不是真的没有发布，没有核对。"),
        "precedence": _("没有登记簿，不能核对方案公布在先。"),
        "head-alone": _("您记下的第 %(n)s 条没有比对：这些文件里没有登记簿。", n="{n}"),
        "head": _("登记簿没有与任何人当时记下的条目比对。您如果在现场记下过编号和指纹，请在下面填写。"),
        "unended": _("登记簿里公布了方案、还没有结果的抽取：%(draws)s。", draws="{draws}"),
        "void": _("登记簿里作废的抽取：%(draws)s。", draws="{draws}"),
        "pool": _("%(list)s：没有待抽取库，只核对了户数和签号的顺序，名单本身没有核对。", list="{list}"),
        "roster": _("没有人员名册，检查组里选派了谁没有核对。"),
        "placing": _("这次抽取的名单不公开，检查组怎样选派没有核对。"),
        "digest": _("这次抽取的名单不公开，抽取证明的指纹没有核对。"),
        "logs": _("抽取后另有 %(count)s 次变更，没有它们的文件。", count="{count}"),
        "logs-computed": _("抽取后的第 %(n)s 次变更，换成了谁没有重新计算：缺少名册或名单。", n="{n}"),
        "logs-before": _("抽取后的第 %(n)s 次变更没有重新计算：缺少在它之前的变更文件。", n="{n}"),
        "logs-consent": _(
            "抽取后的第 %(n)s 次变更是同一名额的第四次以上更换，监督部门是否同意没有核对。", n="{n}"
        ),
        "other": _("有一项没有核对："),
    }


def _withheld() -> dict[str, str]:
    return {
        "roster": _(
            "检查人员名册写有谁与哪一户回避，不公开，检查组里选派了谁没有核对。名册的指纹在方案里，抽取以后换不了；拿到名册的人可以把它放到下面一起核对。"
        ),
        "logs-computed": _(
            "抽取后的第 %(n)s 次变更，换成了谁没有重新计算：检查人员名册写有回避，不公开。", n="{n}"
        ),
    }


def _file_names() -> dict[str, str]:
    return {
        "proof": _("抽取证明"),
        "register": _("登记簿第 %(n)s 行", n="{n}"),
        "log": _("抽取后的变更记录“%(name)s”", name="{name}"),
        "lot": _("签号文件"),
    }


def _faults() -> dict[str, str]:
    pool = _("%(list)s的待抽取库与方案里公布的不是同一份：有人改动过，或者拿错了文件。", list="{list}")
    return {
        "no-proof": _("这些文件里没有抽取证明（proof.json），无法核验。"),
        "two-proofs": _("这些文件里不止一份抽取证明，请一次核验一次抽取。"),
        "two-rosters": _("这些文件里有两份不同的检查人员名册，不知道该用哪一份。要用您手里的那一份，请把它改名为 roster.txt 再放进来。"),
        "files": _("“%(name)s”不是这次抽取的文件。", name="{name}"),
        "fetch": _("有文件没有下载成功，请检查网络后再试，或者把已经下载的文件拖到下面。"),
        "canonical": _("有文件不是规程规定的写法：它不是原件，或者被改动过。"),
        "canonical-file": _("%(file)s不是规程规定的写法：它不是原件，或者被改动过。", file="{file}"),
        "characters": _(
            "有文件里有规程不用的字符（%(char)s）：各种设备对它的读法不一，所以不算。它不是原件，或者被改动过。", char="{char}"
        ),
        "characters-file": _(
            "%(file)s里有规程不用的字符（%(char)s）：各种设备对它的读法不一，所以不算。它不是原件，或者被改动过。", file="{file}", char="{char}"
        ),
        "shape": _("有文件的内容不符合规程：它不是原件，或者被改动过。"),
        "shape-file": _("%(file)s的内容不符合规程：它不是原件，或者被改动过。", file="{file}"),
        "commitment": _("“%(party)s”揭示的随机数，不是它事先承诺的那一个。", party="{party}"),
        "withheld": _("“%(party)s”没有揭示随机数，又没有约定公共随机数源，这次抽取应当作废。", party="{party}"),
        "beacon": _("公共随机数与方案的约定不符。"),
        "void": _("这次抽取没有作废的依据，或者作废了却写有结果。"),
        "seed": _("用公布的方案、随机数和寄语算不出公布的抽取种子：其中有的被改动过。请把方案和寄语的指纹与登记簿比对。"),
        "seed-beacon": _("用公布的方案、随机数、寄语和公共随机数算不出公布的抽取种子：其中有的被改动过。请把前三项的指纹与登记簿比对，把公共随机数与其来源公布的数值比对。"),
        "pool-grammar": _("%(list)s的待抽取库第 %(row)s 行不符合规程。", list="{list}", row="{row}"),
        "pool-ends": _(
            "%(list)s的待抽取库第 %(row)s 行的开头或换行被编辑器改过（用记事本另存、邮件转发都会这样）：请重新下载，原样再核验。",
            list="{list}",
            row="{row}",
        ),
        "pool-other": pool,
        "pool-other-line": _(
            "%(list)s的待抽取库与方案里公布的不是同一份，第 %(row)s 行不符合规程：有人改动过，或者拿错了文件。",
            list="{list}",
            row="{row}",
        ),
        "together": _("各份待抽取库不能放在一起抽取：同一户在一处按户、在另一处按场所列出，或者不是同一次抽取的。"),
        "quota": _("%(list)s的名额与待抽取库不符。", list="{list}"),
        "result": _("%(list)s公布的抽取结果，与重新计算的不同。", list="{list}"),
        "result-stratum": _("%(list)s公布的抽取结果，分层“%(stratum)s”与重新计算的不同。", list="{list}", stratum="{stratum}"),
        "teams": _("公布的检查组，与重新选派的不同。"),
        "teams-object": _("公布的检查组，%(object)s 的与重新选派的不同。", object="{object}"),
        "unfilled": _("公布的缺额，与重新选派的不同。"),
        "roster-grammar": _("检查人员名册第 %(row)s 行不符合规程。", row="{row}"),
        "roster-ends": _(
            "检查人员名册第 %(row)s 行的开头或换行被编辑器改过（用记事本另存、邮件转发都会这样）：请重新取得，原样再核验。",
            row="{row}",
        ),
        "roster-other": _("检查人员名册与方案里公布的不是同一份。"),
        "roster-other-line": _("检查人员名册与方案里公布的不是同一份，第 %(row)s 行不符合规程。", row="{row}"),
        "digest": _("公开的内容与抽取证明的指纹不符。"),
        "register-chain": _("登记簿在第 %(n)s 条断开：有人改动过，或者抽掉了条目。", n="{n}"),
        "register-order": _("登记簿第 %(n)s 条的先后次序不符合规程。", n="{n}"),
        "register-draw": _("登记簿里这次抽取的条目，与公布的方案、寄语或者结果不符。"),
        "register-short": _("这份登记簿只到第 %(last)s 条，没有您记下的第 %(n)s 条：请用现在的登记簿再核对；如果仍然没有，就是登记簿被改动过，或者抄错了。", last="{last}", n="{n}"),
        "register-head": _("您记下的第 %(n)s 条与登记簿里的不同：登记簿被改动过，或者抄错了。", n="{n}"),
        "log": _("抽取后的第 %(n)s 次变更与规程算出的不同，或者没有登记。", n="{n}"),
        "lot-shape": _("签号文件不符合规程。"),
        "lot-list": _("签号文件是另一次抽取的。"),
        "lot-root": _("这一行不在公布的待抽取库里：签号文件被改动过，或者是另一次抽取的。"),
        "lot-other": _("网站给出的是另一户（%(id)s）的签号，不是 %(code)s 的：请用全部名单核对。", id="{id}", code="{code}"),
        "lot-missing": _("抽取证明写有 %(code)s（%(list)s），网站却没有给出它在这份名单里的签号：请用全部名单核对。", code="{code}", list="{list}"),
        "lot-contradicts": _("公布的抽中名单与这个签号矛盾：签号说的和名单说的不一样。"),
    }  # fmt: skip


def _lot() -> dict[str, str]:
    return {
        "title": _("%(list)s：%(answer)s", list="{list}", answer="{answer}"),
        "drawn": _("抽中"),
        "notDrawn": _("没有抽中"),
        "notIn": _("没有参加抽取"),
        "becauseDrawn": _("签号不大于中签线，所以抽中。"),
        "becauseNot": _("签号大于中签线，所以没有抽中。"),
        "becauseReserve": _("签号大于中签线，没有抽中；排在替补第 %(n)s 位，抽中的不能检查时依次递补。", n="{n}"),
        "becauseStatus": _("名单里写明这一户不参加抽取：%(status)s。", status="{status}"),
        "becauseNoQuota": _("这一层没有名额，一户也没有抽。"),
        "cameIn": _("抽取以后递补为检查对象（第 %(n)s 次变更），理由：%(reason)s", n="{n}", reason="{reason}"),
        "wentOut": _("抽取以后由替补接替（第 %(n)s 次变更），理由：%(reason)s", n="{n}", reason="{reason}"),
        "becauseVoid": _("这次抽取已作废，没有抽中任何一户。"),
        "other": _("其他原因（%(code)s）", code="{code}"),
        "place": _("%(id)s：名单第 %(place)s 行，共 %(n)s 行；分层：%(stratum)s；状态：%(status)s", id="{id}", place="{place}", n="{n}", stratum="{stratum}", status="{status}"),
        "weight": _("按权重抽取：签号先除以权重 %(weight)s，再与中签线比较。", weight="{weight}"),
        "number": _("编号 %(number)s", number="{number}"),
        "absent": _("不在这次抽取的名单里"),
        "absentWhole": _("您的设备逐行查过公布的 %(lists)s 份待抽取库，共 %(n)s 行，都没有这个代码。", lists="{lists}", n="{n}"),
        "closedTitle": _("这次抽取的名单不公开"),
        "closed": _("名单由监督部门等保管，每户只拿到自己的签号文件。请向组织抽取的部门索取您的签号文件，在下面选择它来核对。"),
        "untold": _("网站答复不在这份名单里"),
        "absentTold": _("网站答复名单里没有这个代码。要自己查证，请用全部名单再核对一次。"),
        "usedWhole": _("用全部公布的文件核对（下载 %(size)s），没有用网站的任何计算。", size="{size}"),
        "usedLot": _("只下载了抽取证明和这一户的签号（%(size)s）；它在不在公布的名单里，由您的设备顺着路径算到方案里的树根来核对。", size="{size}"),
        "usedFiles": _("用您选择的文件核对，没有用网络。"),
        "usedBeside": _("用您选择的文件核对；其中没有抽取证明（proof.json），抽取证明等用的是本网站公布的。"),
        "wholeAgain": _("用全部名单核对（下载 %(size)s）", size="{size}"),
        "length": _("统一社会信用代码应为 18 位，实为 %(length)s 位。", length="{length}"),
        "mark": _("第 %(place)s 位“%(char)s”不是可用的字符（只用数字和大写字母，不用 I、O、S、V、Z）。", place="{place}", char="{char}"),
        "check": _("校验位不对，请对照营业执照核对。"),
        "empty": _("没有填写统一社会信用代码。"),
        "noCamera": _("没有打开摄像头，请手工输入。"),
    }  # fmt: skip


def _page() -> dict[str, str]:
    return {
        "valid": _("核验通过"),
        "invalid": _("核验没有通过"),
        "refused": _("没有核验"),
        "validText": _("您的设备刚刚用 %(files)s 份文件从头计算了一遍，用时 %(seconds)s 秒，算出的结果与公布的完全相同。", files="{files}", seconds="{seconds}"),
        "validVoid": _("您的设备核对了 %(files)s 份文件：这次抽取作废有依据，没有产生结果。", files="{files}"),
        "beside": _("您放入的文件里没有抽取证明（proof.json），其余 %(n)s 份用的是本网站公布的：这不是只用您手里的文件核验。", n="{n}"),
        "technical": _("核验程序给出的原因："),
        "unused": _("没有用到"),
        "unit": _("户"),
        "seconds": _("%(n)s 秒", n="{n}"),
        "row": _("第 %(n)s 条", n="{n}"),
        "teams": _("%(filled)s 个名额已选派，%(unfilled)s 个缺额", filled="{filled}", unfilled="{unfilled}"),
    }  # fmt: skip
