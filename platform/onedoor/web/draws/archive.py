"""What a draw is checked with, in one archive: its files, the verifier, and the command that runs it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Collection, Iterable

from onedoor.draws.queries.evidence import list_of
from onedoor.verifier import FILE

# The same files make the same bytes, whenever they are taken.
EPOCH = (2000, 1, 1, 0, 0, 0)
NOTE = """{title}

在装有 Python 3.8 或更高版本的电脑上，打开命令行，进入本文件夹，运行（Windows 上把 python3 换成 py）：

    {command}

第一行是 VALID，就是用这些文件从头算了一遍，结果与登记的完全相同；是 INVALID，后面是不符的原因。其余各行是没有核对的内容。
{roster}现场记下过登记簿条目编号和指纹的，加上  --head 编号:指纹 。
这里有哪些企业属于哪一层，并有推算每一户签号的密钥：请存放在本部门的保密载体上，不要外传。

With Python 3.8 or later, in this folder, run the command above (on Windows write py for python3). The first line is
VALID if everything, computed anew from these files, is what was registered; else INVALID and why. The other lines say
what was not checked. These files tell the stratum of each firm: keep them confidential.

SHA-256
{digests}
"""
ROSTER = (
    "检查人员名册写有回避，不在这里：向牵头部门索取，放进本文件夹，在命令后面加上  --roster roster.txt 。\n"
)

# As a plan says that no inspectors are drawn.
NO_ROSTER = b'"roster":null'


def command(names: Collection[str]) -> str | None:
    """The command line that checks the draw from files of these names; None while there is no proof."""
    if "proof.json" not in names:
        return None
    parts = [f"python3 -I {FILE.name} proof.json"]
    parts += [f"--pool {list_of(name)}={name}" for name in names if name.startswith("pool-")]
    known = (("roster", "roster.txt"), ("register", "register.jsonl"))
    parts += [f"--{option} {name}" for option, name in known if name in names]
    parts += [f"--log {name}" for name in names if name.startswith("log-")]
    return " ".join(parts)


def packed(folder: str, parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip file with one folder."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts:
            member = zipfile.ZipInfo(f"{folder}/{name}", EPOCH)
            member.external_attr = 0o644 << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED, compresslevel=1)
    return made.getvalue()


def held(folder: str, title: str, files: dict[str, bytes]) -> bytes:
    """What a holder of closed lists checks the whole draw with; how to, once there is a proof."""
    parts = {**files, FILE.name: FILE.read_bytes()}
    runs = command(files)
    if runs is None:
        return packed(folder, parts.items())
    note = NOTE.format(
        title=title,
        command=runs,
        roster="" if "roster.txt" in files or NO_ROSTER in files.get("plan.json", NO_ROSTER) else ROSTER,
        digests="\n".join(
            f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in parts.items()
        ),
    )
    return packed(folder, [*parts.items(), ("README.txt", note.encode())])
