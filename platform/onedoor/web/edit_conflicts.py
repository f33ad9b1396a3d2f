"""Forms of records that more than one person keeps: nobody writes over what a colleague wrote meanwhile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import request

from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.web.shell import forms

SEEN = "seen"


def opened(found: Any, values: Callable[[], Mapping[str, Any]]) -> forms.Form:
    """The form of a record: what it is now, and by which a form that was sent tells what it was when it was shown.

    While a sent one is dealt with the record is locked. Only for who may write it.
    """
    if request.method == "POST":
        db.session.refresh(found, with_for_update=True)
    shown = dict(values())
    return forms.empty(**shown, **{SEEN: _told(shown)})


def refuse_written_over(stands: forms.Form) -> None:
    """Raise Conflict where the form that was sent showed something else than the record says now, `opened` again."""
    given = request.form.get(SEEN, "")
    if given and given != stands.value(SEEN):
        raise Conflict("您打开以后，这条记录已由他人修改；请重新打开再改，以免盖掉他人的修改。")


def _told(shown: Mapping[str, Any]) -> str:
    text = json.dumps(shown, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
