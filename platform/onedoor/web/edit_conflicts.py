"""Forms of records that more than one person keeps: nobody writes over what a colleague wrote meanwhile.

A form says by `seen` what each of its fields was when it was shown. Where the record says something else by the time the form comes
back, the page stays with what was typed, names who changed which fields, and a second press of save writes over them knowingly.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import gettext as _
from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.db import db
from onedoor.web.shell import forms
from onedoor.web.shell.formats import local_time

SEEN = "seen"
# Long texts are read in the record; a word of a code list is no text to read.
MOST_SHOWN, CODE = 60, re.compile(r"[a-z_]+")


def opened(found: Any, values: Callable[[], Mapping[str, Any]]) -> forms.Form:
    """The form of a record: what it is now, and by which a form that was sent tells what it was when it was shown.

    While a sent one is dealt with the record is locked. Only for who may write it.
    """
    if request.method == "POST" and sa.inspect(found, raiseerr=False) is not None:
        db.session.refresh(found, with_for_update=True)
    shown = dict(values())
    return forms.empty(**shown, **{SEEN: json.dumps(dict(_digests(shown)), sort_keys=True)})


def sent(schema: Schema, stands: forms.Form, found: Any) -> forms.Form:
    """The form that was sent for the record that `stands` so now; refused where somebody else wrote it meanwhile."""
    form = forms.read(schema)
    refuse_written_over(form, stands, found)
    return form


def refuse_written_over(form: forms.Form, stands: forms.Form, found: Any) -> None:
    """Put into `form` what was written since it was shown, by whom and when; sent again it is taken."""
    given = request.form.get(SEEN, "")
    if not given or not stands.value(SEEN) or given == stands.value(SEEN):
        return
    values: MultiDict[str, Any] = MultiDict(request.form)
    values[SEEN] = stands.value(SEEN)
    form.values = values
    form.errors.setdefault(forms.WHOLE, []).append(_who(found))
    for name in _changed(given, stands):
        form.errors.setdefault(name, []).append(_what(stands, name))


def _digests(shown: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in shown.items():
        text = json.dumps(value, default=str, ensure_ascii=False, sort_keys=True)
        yield name, hashlib.sha256(text.encode()).hexdigest()[:12]


def _changed(given: str, stands: forms.Form) -> list[str]:
    try:
        former = json.loads(given)
    except ValueError:
        former = None
    current = json.loads(stands.value(SEEN))
    known = former if isinstance(former, dict) else {}
    return [name for name, digest in current.items() if known.get(name) != digest]


def _who(found: Any) -> str:
    subject = getattr(found, "id", None)
    last = sa.select(AuditEntry).where(AuditEntry.subject_id == subject).order_by(AuditEntry.at.desc())
    entry = db.session.scalars(last.limit(1)).first() if subject else None
    advice = _("您填写的内容都在；请核对有提示的各项，改好后再保存一次，就以您填写的为准。")
    if entry is None:
        return _("您打开以后，这条记录已由他人修改。") + advice
    person, at = entry.actor_name, local_time(entry.at)
    return _("您打开以后，这条记录已由他人修改（%(who)s，%(at)s）。", who=person, at=at) + advice


def _what(stands: forms.Form, name: str) -> str:
    value = stands.values.get(name)
    text = str(stands.value(name))
    plain = isinstance(value, str | date | Decimal | int) and not isinstance(value, bool)
    if not text:
        return _("您打开以后，此项已由他人清空。")
    if not plain or len(text) > MOST_SHOWN or CODE.fullmatch(text):
        return _("您打开以后，此项已由他人修改。")
    return _("您打开以后，此项已由他人改为“%(text)s”。", text=text)
