"""The witness's page: a phone, a link, no account (R-D4)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.draws import queries, service
from onedoor.draws.schemas import TextSchema
from onedoor.edge.guard import public
from onedoor.kernel import clock
from onedoor.web.draws import labels
from onedoor.web.draws.blueprint import pages
from onedoor.web.rate_limits import by_link, limiter
from onedoor.web.shell import forms, page

# Two hundred phones on one Wi-Fi, each of which asks every five seconds.
OF_A_ROOM = "3000 per minute"


@pages.get("/witness/<token>")
@limiter.limit("60 per minute", key_func=by_link)
@limiter.limit(OF_A_ROOM)
@public
def witness(token: str) -> Any:
    """What is drawn, the plan's digest and the register's head to note down, and the text."""
    return _show(token, forms.empty())


@pages.post("/witness/<token>")
@limiter.limit("20 per minute", key_func=by_link)
@limiter.limit("600 per minute")
@public
def speak(token: str) -> Any:
    """Take the witness's text. A refusal answers 200, so that the try it counted is kept."""
    form = forms.read(TextSchema())
    refusal = service.speak(token, form.data["text"])
    if refusal is None:
        flash(_("您的寄语已记下，截止见证后会登记并影响抽取结果。"), "good")
        return redirect(url_for("draws.witness", token=token), 303)
    return _show(token, forms.Form(values=form.values).refuse(refusal))


def _show(token: str, form: forms.Form) -> Any:
    view = queries.witness_view(token)
    return page(
        "draws/witness.html",
        view=view,
        part=_part(view),
        there=request.args.get("there"),
        form=form,
        token=token,
        now=clock.now().isoformat(),
        words=labels.vocabulary(),
    )


def _part(view: dict[str, Any]) -> str:
    """What is the witness's to do or to know; the phone says which it shows (`there`) and gets another when it is."""
    if view["text"]:
        return "said"
    if view["state"] in ("frozen", "drawn", "void"):
        return {"frozen": "early"}.get(view["state"], view["state"])
    if view["expired"]:
        return "expired"
    return "speaks" if view["state"] == "open" else "closed"
