"""Writing letters from templates, putting a bureau's own template in place of ours, and words to its people."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import UUID

import jinja2
import segno
import sqlalchemy as sa
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy.dialects.postgresql import insert

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import sentence_parts
from onedoor.kernel.text.unicode import printable
from onedoor.messages.models import LetterTemplate, Message, MessageReading
from onedoor.messages.queries import is_read, messages_to
from onedoor.messages.rules import LETTERS, Letter
from tenants.rules import Permission

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_OURS = Path(__file__).parent.parent / "templates"
_LARGEST = 2 * 1024 * 1024


def write(letter: Letter, values: dict[str, Any]) -> bytes:
    """The letter as .docx, from the bureau's own template if it has one, else from ours."""
    own = _own(letter)
    return _fill(own.content if own else (_OURS / f"{letter.value}.docx").read_bytes(), values)


def template(letter: Letter) -> bytes:
    """The template in use, to download and change."""
    own = _own(letter)
    return own.content if own else (_OURS / f"{letter.value}.docx").read_bytes()


def replace_template(letter: Letter, name: str, content: bytes) -> LetterTemplate:
    """Put the bureau's own template in place; it is tried with a sample first."""
    if len(content) > _LARGEST:
        raise ClerkError("模板文件超过 2 MB，请压缩图片后再上传。")
    _try(letter, name, content)
    return _keep(letter, name, content, active=True)


def restore_template(letter: Letter) -> LetterTemplate:
    """Use ours again."""
    return _keep(letter, "", b"", active=False)


def send_message(text: str, link: str, to: UUID | Permission) -> Message:
    """Say a sentence about the page at `link`, an address of ours, to one person or to all who have a permission.

    That it is said once is the caller's to know.
    """
    one = isinstance(to, UUID)
    made = Message(
        id=new_id(),
        tenant_id=current_scope().tenant_id,
        user_id=to if one else None,
        permission=None if one else str(to),
        text=str(text),
        text_said=sentence_parts(text),
        link=link,
        sent_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def note_read(user_id: UUID, permissions: Collection[str], ids: Collection[UUID] | None = None) -> int:
    """Note that a person read some of the messages to them, or all (None); returns how many were not read before."""
    query = messages_to(user_id, permissions).where(~is_read(user_id)).with_only_columns(Message.id)
    found = db.session.scalars(query if ids is None else query.where(Message.id.in_(ids))).all()
    same = {"tenant_id": current_scope().tenant_id, "user_id": user_id, "read_at": now()}
    if not found:
        return 0
    rows = [{"id": new_id(), "message_id": one, **same} for one in found]
    noted = insert(MessageReading).values(rows).on_conflict_do_nothing().returning(MessageReading.id)
    return len(db.session.scalars(noted).all())


def _keep(letter: Letter, name: str, content: bytes, *, active: bool) -> LetterTemplate:
    scope = current_scope()
    last = db.session.scalar(
        sa.select(sa.func.max(LetterTemplate.version)).where(LetterTemplate.kind == letter.value)
    )
    made = LetterTemplate(
        id=new_id(),
        tenant_id=scope.tenant_id,
        kind=letter.value,
        version=(last or 0) + 1,
        name=name,
        active=active,
        added_at=now(),
        added_by=scope.actor_name,
        content=content,
    )
    db.session.add(made)
    db.session.flush()
    event = "messages.template.replace" if active else "messages.template.restore"
    audit.record(event, ("letter_template", made.id), LETTERS[letter].title, after={"version": made.version})
    return made


def _own(letter: Letter) -> LetterTemplate | None:
    query = (
        sa.select(LetterTemplate)
        .where(LetterTemplate.kind == letter.value)
        .order_by(LetterTemplate.version.desc())
        .limit(1)
    )
    newest = db.session.scalar(query)
    return newest if newest is not None and newest.active else None


def _try(letter: Letter, name: str, content: bytes) -> None:
    try:
        _fill(content, LETTERS[letter].sample)
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError) as wrong:
        raise ClerkError("“%(name)s”不是 Word 文档（.docx），请另存为 .docx 后再上传。", name=name) from wrong
    except jinja2.TemplateError as wrong:
        raise ClerkError(
            "模板“%(name)s”里的占位符写法有误，请对照系统模板修改：%(what)s", name=name, what=str(wrong)
        ) from wrong


def _fill(content: bytes, values: dict[str, Any]) -> bytes:
    """A bureau's template is foreign text: it is filled in a sandbox, and an unknown name is an error."""
    document = DocxTemplate(io.BytesIO(content))
    sandbox = SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
    context = {**_printable(values), "qr": InlineImage(document, _qr(values["address"]), width=Mm(32))}
    document.render(context, jinja_env=sandbox, autoescape=True)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _qr(address: str) -> io.BytesIO:
    """The code to scan, as a picture (R-V2)."""
    made = io.BytesIO()
    segno.make(address, error="m", micro=False).save(made, kind="png", scale=8, border=2)
    made.seek(0)
    return made


def _printable(value: Any) -> Any:
    """Without the control characters that no Word file can hold."""
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return printable(value) if isinstance(value, str) else value
