"""Taking a draw along, to check it where nobody of ours can meddle: the verifier, all files in one, and how to (R-D8)."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any
from uuid import UUID

from flask import url_for

from onedoor.disclosure import queries
from onedoor.disclosure.models import DisclosedFile, Disclosure
from onedoor.edge.guard import public
from onedoor.kernel.errors import NotFound
from onedoor.verifier import FILE
from onedoor.web.draws import archive
from onedoor.web.portal import public_records
from onedoor.web.portal.blueprint import COMPUTATIONS, pages
from onedoor.web.portal.files import download
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import page

VERIFIER = FILE.name


@cache
def verifier_source() -> bytes:
    return FILE.read_bytes()


@cache
def verifier_digest() -> str:
    """SHA-256 of the verifier in hex: what a reader compares with the copy of someone else."""
    return hashlib.sha256(verifier_source()).hexdigest()


@pages.get("/open/verify.py")
@public
def verifier() -> Any:
    """The stand-alone verifier, as it is in this release."""
    return download(VERIFIER, "text/plain", verifier_source(), verifier_digest())


@pages.get("/open/verifying")
@public
def verifying() -> Any:
    """How to check a draw, for somebody who has never done it."""
    return page("portal/verifying.html", digest=verifier_digest())


@pages.get("/open/draws/<uuid:subject_id>/all.zip")
@limiter.limit(COMPUTATIONS)
@public
def draw_archive(subject_id: UUID) -> Any:
    """All published files of a draw with the verifier and a note on how to run it."""
    found = public_records.thing("draw", subject_id)
    files = queries.files(found.id)
    if archive.command([one.name for one in files]) is None:
        raise NotFound("抽取完成、公布证明以后才能下载全部文件，请稍后再来。")
    name = f"draw-{found.content.get('line', 'X')}-{found.content.get('seq', 1)}"
    parts = [(one.name, bytes(one.content)) for one in files]
    parts += [(VERIFIER, verifier_source()), ("README.txt", _note(found, files).encode())]
    content = archive.packed(name, parts)
    return download(f"{name}.zip", "application/zip", content, hashlib.sha256(content).hexdigest())


def _note(found: Disclosure, files: list[DisclosedFile]) -> str:
    digests = [(one.digest, one.name) for one in files] + [(verifier_digest(), VERIFIER)]
    return NOTE.format(
        title=found.title,
        page=url_for("portal.draw", subject_id=found.subject_id, _external=True),
        command=archive.command([one.name for one in files]) or "",
        digests="\n".join(f"{digest}  {name}" for digest, name in digests),
        closed=CLOSED if found.content.get("closed") else "",
    )


CLOSED = """
这次抽取的名单不公开：proof.json 是抽取证明的公开部分，没有名单，抽中的不按分层列出。
自己的签不在这里：抽中的企业凭检查码下载，其他企业向组织抽取的部门领取。全部文件由公示页面写明的部门保管并核验。
"""
NOTE = """{title}
{page}

一、怎样核验
在装有 Python 3.8 或更高版本的电脑上，打开命令行，进入本文件夹，运行（Windows 上把 python3 换成 py）：

    {command}

第一行是 VALID，就是用这些文件从头算了一遍，结果与公布的完全相同；是 INVALID，后面是不符的原因。
文件要原样保存：用记事本另存、邮件或聊天软件转发都可能改动它们。不通过时先重新下载，再核验一次。
其余各行是没有核对的内容。verify.py 只有一个文件，不联网、不写文件，可以通读。
不放心这里的 verify.py，可以换用别人手里的一份，或者照规程自己写一个。

二、再做两件事，才算核到底
1. 现场记下过登记簿条目编号和指纹的，加上  --head 编号:指纹 ，核对登记簿没有被换过。
2. 想知道自己抽中没有，从公示页面下载自己的签，加上  --lot 文件名 。
{closed}
三、文件
proof.json 抽取证明；plan.json 抽取方案（证明里也有，核验时用证明里的）；pool-….txt 各部门的待抽取库；roster.txt 检查人员名册（写有回避的不公开）；
register.jsonl 公布时的抽取登记簿；log-….json 抽取以后的变更记录。不是每次抽取都有每种文件。

How to check this draw
With Python 3.8 or later, in this folder, run the command above (on Windows write py for python3).
The first line is VALID if everything, computed anew from these files, is what was published; else INVALID and
why. Keep the files untouched: editors, mail and chat programs may change them; if INVALID, download once more
first. The other lines say what was not checked. Add --head N:HEX if you noted a register entry when it was made,
and --lot FILE with your own lot, downloaded from the draw's page, to see whether you were drawn.

SHA-256
{digests}
"""
