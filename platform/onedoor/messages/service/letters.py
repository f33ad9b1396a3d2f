"""Writing letters from templates, and a bureau's own templates in place of ours (forms.md, "Documents of one check")."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import segno

from onedoor.kernel import audit, locks
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.unicode import printable
from onedoor.kernel.word_placeholders import filled
from onedoor.kernel.word_templates import Filled, filled_apart
from onedoor.messages import queries
from onedoor.messages.models import LetterTemplate, LetterTemplateChoice
from onedoor.messages.rules import LETTERS, Letter

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_OURS = Path(__file__).parent.parent / "templates"


def write(letter: Letter, values: dict[str, Any]) -> bytes:
    """The letter as .docx, from the bureau's own template if it has one, else from ours."""
    own = queries.template_in_use(letter)
    if own is not None:
        return _apart(letter, own.content, values).content
    return filled(default_template(letter), _printable(values), _qr(values["address"]))


def default_template(letter: Letter) -> bytes:
    """Our template, to download and change."""
    return (_OURS / f"{letter.value}.docx").read_bytes()


def preview(letter: Letter, template: LetterTemplate | None) -> Filled:
    """A version of the bureau's own template, or ours, filled with made-up values: the document, and what one reads in it."""
    content = template.content if template is not None else default_template(letter)
    return _apart(letter, content, LETTERS[letter].sample, read=True)


def add_template(letter: Letter, name: str, content: bytes) -> LetterTemplate:
    """Keep a version of the bureau's own template, once it was filled with made-up values; it is in use when it is chosen.

    Raises ClerkError for what is no Word document, could act by itself, or asks for a field that there is not.
    """
    _apart(letter, content, LETTERS[letter].sample)
    scope = current_scope()
    assert scope.tenant_id is not None
    locks.hold(f"letter template {scope.tenant_id} {letter.value}")
    last = next(iter(queries.letter_templates(letter)), None)
    made = LetterTemplate(
        id=new_id(),
        tenant_id=scope.tenant_id,
        kind=letter.value,
        version=(last.version if last else 0) + 1,
        name=printable(name)[:200],
        digest=hashlib.sha256(content).hexdigest(),
        added_at=now(),
        added_by=scope.actor_name,
        content=content,
    )
    db.session.add(made)
    db.session.flush()
    after = {"kind": letter.value, "version": made.version, "digest": made.digest}
    audit.record("messages.template.add", ("letter_template", made.id), LETTERS[letter].title, after=after)
    return made


def use_template(template_id: UUID) -> LetterTemplateChoice:
    """Put a version of the bureau's own in place: from now on documents are written from it."""
    found = queries.letter_template(template_id)
    letter = Letter(found.kind)
    held = queries.template_in_use(letter)
    if held is not None and held.id == found.id:
        raise Conflict("这一版模板正在使用。")
    return _choose(letter, found)


def use_default(letter: Letter) -> LetterTemplateChoice:
    """Go back to ours; the bureau's versions stay."""
    if queries.template_in_use(letter) is None:
        raise Conflict("正在使用系统模板。")
    return _choose(letter, None)


def fields_of(letter: Letter) -> Iterator[tuple[str, str]]:
    """The fields a template of a kind may have, with a made-up value of each: `entity.name`, and of a list its rows' as `members[].name`."""
    return _flat("", LETTERS[letter].sample)


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        yield from _flat(f"{path}[]", value[0])
    else:
        yield path, str(value)


def _choose(letter: Letter, template: LetterTemplate | None) -> LetterTemplateChoice:
    scope = current_scope()
    assert scope.tenant_id is not None
    locks.hold(f"letter template choice {scope.tenant_id} {letter.value}")
    last = next(iter(queries.template_choices(letter)), None)
    made = LetterTemplateChoice(
        id=new_id(),
        tenant_id=scope.tenant_id,
        kind=letter.value,
        serial=(last.serial if last else 0) + 1,
        template_id=template.id if template else None,
        chosen_at=now(),
        chosen_by=scope.actor_name,
    )
    db.session.add(made)
    db.session.flush()
    event = "messages.template.replace" if template else "messages.template.restore"
    after = {"kind": letter.value, "version": template.version if template else None}
    audit.record(event, ("letter_template_choice", made.id), LETTERS[letter].title, after=after)
    return made


def _apart(letter: Letter, content: bytes, values: dict[str, Any], *, read: bool = False) -> Filled:
    known: Collection[str] = LETTERS[letter].sample
    return filled_apart(content, _printable(values), _qr(values["address"]), known, read=read)


def _qr(address: str) -> bytes:
    """The code to scan, as a picture (R-V2)."""
    made = io.BytesIO()
    segno.make(address, error="m", micro=False).save(made, kind="png", scale=8, border=2)
    return made.getvalue()


def _printable(value: Any) -> Any:
    """Without the control characters that no Word file can hold."""
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return printable(value) if isinstance(value, str) else value
