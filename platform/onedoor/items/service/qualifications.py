"""The vocabulary of qualifications: kept by the operator, added to on bureaus' proposals (access.md, "code lists")."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from onedoor.imports.rules.vocabulary import checked_name, fold
from onedoor.items import queries
from onedoor.items.models import Qualification, QualificationProposal
from onedoor.items.rules.codes import QualificationProposalState
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope


def known_qualifications(written: Iterable[str], carried: Collection[str] = ()) -> list[str]:
    """Words of a form by their names in the vocabulary; those the record carries already may stay.

    Raises ClerkError beside the field for one that is unknown.
    """
    try:
        return queries.qualifications.vocabulary().read(written, carried)
    except ClerkError as error:
        raise ClerkError(error.message, fields={"qualifications": [str(error)]}, **error.params) from None


def add_qualification(name: str, aliases: Iterable[str], note: str) -> Qualification:
    """A new word, in the operator's scope; none of its ways of writing may be another's."""
    name = _checked(name, "name")
    more = [_checked(one, "aliases") for one in dict.fromkeys(aliases) if fold(one) != fold(name)]
    _refuse_known([name, *more])
    word = Qualification(id=new_id(), name=name, aliases=more, note=note.strip(), active=True, added_at=now())
    db.session.add(word)
    audit.record("registry.qualification.add", ("qualification", word.id), name, after={"aliases": more})
    db.session.flush()
    return word


def change_qualification(word: Qualification, aliases: Iterable[str], note: str, *, active: bool) -> None:
    """Other ways of writing it, the note, and whether it is still given; its name stands for good."""
    before = {"aliases": word.aliases, "note": word.note, "active": word.active}
    more = [_checked(one, "aliases") for one in dict.fromkeys(aliases) if fold(one) != fold(word.name)]
    # What stood already may stay: a word in use is a name, and may have been another's way of writing before.
    stood = {fold(one) for one in word.aliases}
    _refuse_known([one for one in more if fold(one) not in stood], but=word)
    word.aliases, word.note, word.active = more, note.strip(), active
    audit.record(
        "registry.qualification.change",
        ("qualification", word.id),
        word.name,
        before=before,
        after={"aliases": more, "note": word.note, "active": active},
    )
    db.session.flush()


def propose_qualification(name: str, reason: str) -> QualificationProposal:
    """A bureau asks for a word that it misses."""
    scope, name = current_scope(), _checked(name, "name")
    known = queries.qualifications.vocabulary().name_of(name)
    if known is not None:
        raise _wrong("name", ClerkError("目录里已有“%(name)s”。", name=known))
    if any(
        one.state == QualificationProposalState.WAITING and one.name == name
        for one in queries.qualifications.my_proposals()
    ):
        raise _wrong("name", ClerkError("本单位已建议增加“%(name)s”，正在等待答复。", name=name))
    made = QualificationProposal(id=new_id(), tenant_id=scope.tenant_id, name=name, reason=reason.strip())
    made.state, made.answer, made.asked_by, made.asked_at = "waiting", "", scope.actor_name, now()
    db.session.add(made)
    audit.record("registry.qualification.ask", ("qualification", made.id), name)
    db.session.flush()
    return made


def answer_proposal(proposal: QualificationProposal, decision: str, taken_as: str, answer: str) -> None:
    """The operator's answer: `add` it as a word, take it as another way of writing a known one (`alias`), or `decline`."""
    if proposal.state != QualificationProposalState.WAITING:
        raise Conflict("这条建议已经答复。")
    if decision == "add":
        proposal.taken_as = add_qualification(proposal.name, [], "").name
    elif decision == "alias":
        proposal.taken_as = _take_as(proposal.name, taken_as).name
    elif not answer.strip():
        raise ClerkError("请写明不采纳的理由。", fields={"answer": ["请写明不采纳的理由。"]})
    proposal.state = "declined" if decision == "decline" else "accepted"
    proposal.answer, proposal.decided_at = answer.strip(), now()
    audit.record(
        "registry.qualification.decline" if decision == "decline" else "registry.qualification.accept",
        ("qualification", proposal.id),
        proposal.name,
        after={"taken_as": proposal.taken_as, "answer": proposal.answer},
    )
    db.session.flush()


def _take_as(written: str, name: str) -> Qualification:
    word = db.session.scalar(queries.qualifications.qualifications().where(Qualification.name == name))
    if word is None:
        raise _wrong("taken_as", ClerkError("请从目录中选择。"))
    change_qualification(word, [*word.aliases, written], word.note, active=word.active)
    return word


def _checked(text: str, field: str) -> str:
    try:
        return checked_name(text)
    except ClerkError as error:
        raise _wrong(field, error) from None


def _refuse_known(written: Iterable[str], but: Qualification | None = None) -> None:
    others = db.session.scalars(queries.qualifications.qualifications())
    taken = {fold(way): one.name for one in others if one is not but for way in (one.name, *one.aliases)}
    for way in written:
        if fold(way) in taken:
            raise _wrong(
                "name" if but is None else "aliases",
                ClerkError("“%(word)s”已是“%(name)s”的写法。", word=way, name=taken[fold(way)]),
            )


def _wrong(field: str, error: ClerkError) -> ClerkError:
    return ClerkError(error.message, fields={field: [str(error)]}, **error.params)
