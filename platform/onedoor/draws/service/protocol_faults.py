"""Faults of the protocol's files in the words of a planner: what, where, and what to change."""

from __future__ import annotations

import logging
from typing import Any

from onedoor.draws.rules import ProtocolError
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.source_strings import N_

SENTENCES = {
    "quota-exceeds": N_(
        "名单 %(list)s 的分层 %(stratum)s 要抽 %(quota)s 个对象，但只有 %(eligible)s 个可抽。请调低抽取数量或比例。"
    ),
    "stratum-without-quota": N_(
        "名单 %(list)s 的分层 %(stratum)s 没有写明抽取数量。请为每个分层设定比例，不抽的写 0。"
    ),
    "weight-too-heavy": N_(
        "名单 %(list)s 的分层 %(stratum)s 中有对象权重过大，按这个数量必然抽中。请终止冻结，把权重大的单独分层、调低权重或减少抽取数量后重新开始。"
    ),
    "mixed-units": N_("%(id)s 既按主体又按场所列入了名单。请各部门统一按主体或按场所列名单。"),
    "not-ascending": N_("名单第 %(row)s 行重复或未按代码排序。请重新冻结名单。"),
    "beacon-hex": N_("应为 %(size)s 字节的十六进制数（%(digits)s 位 0 至 9、a 至 f），请照来源原样填写。"),
    "beacon-numbers": N_("应为 %(size)s 个号码，每个 %(digits)s 位，按公布顺序，用空格隔开。"),
    "withheld": N_("%(party)s 没有揭示承诺，本次抽取只能作废。"),
}
OTHER = N_("抽取文件不符合抽取规程，无法继续。请重新冻结名单；如仍出现，请联系平台运维查看日志。")
log = logging.getLogger("onedoor.draws")


def fault_sentence(error: ProtocolError) -> ClerkError:
    """The fault as a sentence that can be acted on."""
    sentence = SENTENCES.get(error.code)
    if sentence is None:
        log.error("a draw's files do not obey the protocol: %s", error)
        return ClerkError(OTHER)
    particulars: dict[str, Any] = dict(error.params)
    return ClerkError(sentence, **particulars)
