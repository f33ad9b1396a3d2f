"""The process that fills a bureau's own Word template: `python -I -m onedoor.kernel.file_sandbox.word_templates`.

Standard input: one line of JSON (limits, values, picture, the fields there are), then the template. Standard output: one
line of JSON (what was made, or the sentence that says what is wrong), then the document.
"""

from __future__ import annotations

import base64
import io
import json
import re
import sys
import zipfile
import zlib
from typing import IO, Any

import docx
import jinja2
from docx.table import Table

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.pipe_messages import WordLimits, error_out
from onedoor.kernel.file_sandbox.process_limits import confine, or_end
from onedoor.kernel.word_placeholders import PICTURE, UnknownField, fields, filled

_BODY = "word/document.xml"
_TYPES = "[Content_Types].xml"
# What runs or is opened by itself has other parts than a document's own.
_MACRO = re.compile(rb"macroEnabled|vbaProject|vbaData", re.IGNORECASE)
_ALIVE = re.compile(r"(^|/)(vbaProject\.bin|vbaData\.xml|activeX/.*|embeddings/.*)$", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<(\x00?)!\1(D\1O\1C\1T\1Y\1P\1E|E\1N\1T\1I\1T\1Y)", re.IGNORECASE)
_RELATION = re.compile(rb"<[^>]*\bTargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
_LINK = re.compile(rb"\bType\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)
_MOST_MEMBERS, _MOST_UNPACKED = 1_000, 64 << 20


def check(content: bytes, known: list[str], limits: WordLimits) -> None:
    """Refuse what is no plain Word document, what could act by itself, and fields that there are not."""
    if len(content) > limits.size:
        raise ClerkError("模板文件超过 %(limit)s MB，请压缩图片后再上传。", limit=limits.size >> 20)
    _check_parts(content)
    strange = sorted(fields(content) - {*known, PICTURE})
    if strange:
        raise ClerkError("模板里有不认识的字段：%(names)s。请对照字段表修改。", names="、".join(strange))


def _check_parts(content: bytes) -> None:
    if not content.startswith(b"PK\x03\x04"):
        raise _no_document()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if not {_BODY, _TYPES} <= names:
                raise _no_document()
            if len(members) > _MOST_MEMBERS or sum(one.file_size for one in members) > _MOST_UNPACKED:
                raise ClerkError("模板文件解开以后太大，请删去不需要的内容再上传。")
            if any(_ALIVE.search(name) for name in names) or _MACRO.search(archive.read(_TYPES)):
                raise ClerkError("模板带有宏或者嵌入的对象，不能使用。请另存为不带宏的 .docx 后再上传。")
            for member in members:
                _check_part(member.filename, archive.read(member))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError):
        raise _no_document() from None


def _check_part(name: str, part: bytes) -> None:
    if not name.endswith((".xml", ".rels")):
        return
    if _DOCTYPE.search(part):
        raise _no_document()
    outside = name.endswith(".rels") and any(not _LINK.search(one) for one in _RELATION.findall(part))
    if outside:
        raise ClerkError("模板引用了外部的文件或者模板，不能使用。请断开链接后再上传。")


def made_of(content: bytes, asked: dict[str, Any], limits: WordLimits) -> bytes:
    """The document, checked first; raises ClerkError with what is wrong in it."""
    check(content, asked["known"], limits)
    try:
        return filled(content, asked["values"], base64.b64decode(asked["picture"]))
    except UnknownField as unknown:
        raise ClerkError("模板里有不认识的字段：%(names)s。请对照字段表修改。", names=str(unknown)) from None
    except (jinja2.TemplateError, jinja2.exceptions.SecurityError) as wrong:
        raise ClerkError("模板里的占位符写法有误，请对照系统模板修改：%(what)s", what=str(wrong)) from None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, ArithmeticError):
        raise _no_document() from None


def answer(asked: dict[str, Any], file: IO[bytes], limits: WordLimits) -> tuple[dict[str, Any], bytes]:
    """What to say of the template, and the document that follows."""
    try:
        made = made_of(file.read(limits.size + 1), asked, limits)
    except ClerkError as error:
        return {"refused": error_out(error)}, b""
    except (jinja2.TemplateError, UnknownField) as wrong:
        sentence = "模板里的占位符写法有误，请对照系统模板修改：%(what)s"
        return {"refused": error_out(ClerkError(sentence, what=str(wrong)))}, b""
    return {"lines": _lines(made) if asked["read"] else []}, made


def _lines(made: bytes) -> list[str]:
    """What one reads in the document, in the order it stands there: a line for each paragraph and each row of a table."""
    said: list[str] = []
    for part in docx.Document(io.BytesIO(made)).iter_inner_content():
        if isinstance(part, Table):
            said.extend("　".join(cell.text for cell in row.cells) for row in part.rows)
        else:
            said.append(part.text)
    return [line.strip() for line in said if line.strip()]


def _no_document() -> ClerkError:
    return ClerkError("这不是可以使用的 Word 文档，请用文字处理软件另存为 .docx 后再上传。")


def main() -> None:
    """Answer, and end."""
    asked = json.loads(sys.stdin.buffer.readline())
    limits = WordLimits(**asked["limits"])
    # Loaded while files may still be opened.
    docx.Document()
    confine(limits)

    def work() -> None:
        message, made = answer(asked, sys.stdin.buffer, limits)
        sys.stdout.buffer.write(json.dumps(message).encode() + b"\n" + made)
        sys.stdout.buffer.flush()

    or_end(work)


if __name__ == "__main__":
    main()
