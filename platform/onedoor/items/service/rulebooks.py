"""The rulebook: written by one person, put in force by another, public and filed (R-L10, R-L12, R-T5)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docx import Document

from onedoor.disclosure import queries as public
from onedoor.disclosure import service as disclosure
from onedoor.filing import service as filing
from onedoor.items import queries
from onedoor.items.models import Rulebook
from onedoor.items.rules.codes import SECTIONS, RulebookState
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.unicode import printable
from tenants import approvals
from tenants import queries as tenants
from tenants.models import Approval
from tenants.rules import Permission

KIND, FORMER = "rulebook", "rulebook_former"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class WrittenSince(Conflict):
    """Somebody wrote what a page still shows as it was."""


def save_rulebook(sections: Mapping[str, str], seen: str = "") -> Rulebook:
    """Write the next version, as a draft that nobody else reads.

    `seen` is `seen_of_rulebook` of the texts that were shown; raises Conflict if somebody wrote them since.
    """
    scope = current_scope()
    assert scope.tenant_id is not None
    versions = queries.my_rulebooks()
    _refuse_while_submitted(versions)
    _refuse_written_since(versions, SECTIONS, seen)
    draft = next((one for one in versions if one.state == RulebookState.DRAFT), None)
    if draft is None:
        version = versions[0].version + 1 if versions else 1
        draft = Rulebook(
            id=new_id(), tenant_id=scope.tenant_id, state=RulebookState.DRAFT, version=version, editors=[]
        )
        db.session.add(draft)
    draft.sections = {name: sections.get(name, "").strip() for name in SECTIONS}
    if scope.actor_id and scope.actor_id not in draft.editors:
        draft.editors = [*draft.editors, scope.actor_id]
    draft.editor_id, draft.editor_name, draft.updated_at = scope.actor_id, scope.actor_name, now()
    audit.record("registry.rulebook.save", ("rulebook", draft.id), rulebook_title(draft))
    db.session.flush()
    return draft


def seen_of_rulebook(versions: Sequence[Rulebook], names: Iterable[str]) -> str:
    """By which it is told whether sections of the newest version were written since a page showed them."""
    texts = [versions[0].sections.get(name, "") if versions else "" for name in names]
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()


def _refuse_written_since(versions: Sequence[Rulebook], names: Iterable[str], seen: str) -> None:
    if seen and seen != seen_of_rulebook(versions, names):
        raise WrittenSince(
            "您打开以后，这部分细则已由他人修改；请先复制您写的内容，重新打开再改，以免盖掉他人的修改。"
        )


def save_section(name: str, text: str, seen: str = "") -> Rulebook:
    """Write one section of the next version; the others stay as they are."""
    if name not in SECTIONS:
        raise NotFound()
    versions = queries.my_rulebooks()
    _refuse_written_since(versions, [name], seen)
    sections = versions[0].sections if versions else {}
    return save_rulebook({**sections, name: text})


def submit_rulebook(draft: Rulebook) -> None:
    """Hand a draft in for the head to approve; while it waits nobody changes it."""
    _expect_whole(draft)
    approvals.ask(KIND, draft.id, rulebook_title(draft), "approve", Permission.PLAN_APPROVE)
    audit.record("registry.rulebook.submit", ("rulebook", draft.id), rulebook_title(draft))


def decide_rulebook(
    approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]
) -> Rulebook:
    """The head approves, which puts it in force, or returns it to be mended."""
    draft = queries.my_rulebook(approval.subject_id)
    if approved:
        _expect_anothers(draft)
        _expect_whole(draft)
    approvals.decide(approval, approved, reason, permissions)
    if approved:
        _put_in_force(draft)
    return draft


def publish_rulebook(draft: Rulebook) -> None:
    """Put a draft that was not handed in in force: public, and filed with justice. Not by who wrote it (R-T5)."""
    if approvals.waiting_for(KIND, draft.id) is not None:
        raise Conflict("这一版细则正在等待审批，请在待办里办理。")
    _expect_anothers(draft)
    _expect_a_person(draft)
    _expect_whole(draft)
    _put_in_force(draft)


def _expect_a_person(draft: Rulebook) -> None:
    """What a system wrote over the interface is read by somebody, who hands it in, before another approves it (R-T5)."""
    writers = {one for one in (draft.editor_id, *draft.editors) if one is not None}
    if draft.state == RulebookState.DRAFT and not all(map(approvals.is_account, writers)):
        raise Conflict("这一版细则由接口写入，请先由人员核对后提交审批。")


def wrote_rulebook(draft: Rulebook) -> bool:
    """Whether whoever works here wrote any of it, now or earlier: they put nothing of it in force (R-T5)."""
    return approvals.is_mine([draft.editor_id, *draft.editors])


def discard_rulebook(draft: Rulebook) -> None:
    """Throw away a draft, which nobody but the bureau has read; not while it waits for the head."""
    db.session.refresh(draft, with_for_update=True)
    if draft.state != RulebookState.DRAFT:
        raise Conflict("这一版细则已经公布过了。")
    _refuse_while_submitted([draft])
    audit.record(
        "registry.rulebook.discard",
        ("rulebook", draft.id),
        rulebook_title(draft),
        before=dict(draft.sections),
    )
    db.session.delete(draft)
    db.session.flush()


def _expect_anothers(draft: Rulebook) -> None:
    if draft.state == RulebookState.DRAFT and wrote_rulebook(draft):
        raise Forbidden("不能公布自己起草的细则，请由其他有权限的人员办理。")


def _expect_whole(draft: Rulebook) -> None:
    if draft.state != RulebookState.DRAFT:
        raise Conflict("这一版细则已经公布过了。")
    missing = [title for name, title in SECTIONS.items() if not draft.sections.get(name)]
    if missing:
        raise ClerkError(
            "细则还缺少：%(sections)s，请补充后再公布。", sections=[Sentence(title) for title in missing]
        )


def _refuse_while_submitted(versions: Sequence[Rulebook]) -> None:
    if any(one.state == RulebookState.DRAFT and approvals.waiting_for(KIND, one.id) for one in versions):
        raise Conflict("这一版细则正在等待审批，请等审批后再修改。")


def _put_in_force(draft: Rulebook) -> None:
    scope = current_scope()
    for former in queries.my_rulebooks():
        former.state = "replaced" if former.state == RulebookState.PUBLISHED else former.state
    db.session.flush()
    draft.state, draft.published_at, draft.publisher_name = "published", now(), scope.actor_name
    db.session.flush()
    _make_public(draft)
    audit.record("registry.rulebook.publish", ("rulebook", draft.id), rulebook_title(draft))


def rulebook_title(one: Rulebook) -> str:
    """What a version is called."""
    return f"{tenants.bureau(one.tenant_id).name}随机抽查工作细则（第 {one.version} 版）"


def rulebook_document(one: Rulebook) -> bytes:
    """The rulebook as a Word file."""
    made = Document()
    made.add_heading(rulebook_title(one), level=0)
    for name, title in SECTIONS.items():
        made.add_heading(title, level=1)
        for paragraph in one.sections.get(name, "").split("\n"):
            made.add_paragraph(printable(paragraph).strip())
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def rulebook_text(one: Rulebook) -> str:
    """The rulebook as plain text."""
    parts = [f"{title}\n\n{one.sections.get(name, '')}" for name, title in SECTIONS.items()]
    return "\n\n".join([rulebook_title(one), *parts]) + "\n"


def _keep_former_public() -> None:
    """Earlier versions stay readable beside the one in force (R-L10)."""
    for former in queries.my_rulebooks():
        if former.state == RulebookState.REPLACED and public.of_subject(FORMER, former.id) is None:
            disclosure.publish(
                FORMER,
                former.id,
                rulebook_title(former),
                _content(former),
                files=_files(former),
                since=former.published_at,
            )


def _content(one: Rulebook) -> dict[str, Any]:
    sections = [[SECTIONS[name], one.sections.get(name, "")] for name in SECTIONS]
    return {"version": one.version, "sections": sections}


def _files(one: Rulebook) -> list[disclosure.PublicFile]:
    title = rulebook_title(one)
    return [
        (f"{title}.docx", WORD, rulebook_document(one)),
        (f"{title}.txt", "text/plain; charset=utf-8", rulebook_text(one).encode()),
    ]


def _make_public(one: Rulebook) -> None:
    title = rulebook_title(one)
    _keep_former_public()
    shown = disclosure.publish("rulebook", one.tenant_id, title, _content(one), files=_files(one))
    filing.send(
        "rulebook",
        one.id,
        title,
        version=one.version,
        review=False,
        due_on=None,
        summary={
            Sentence("版本"): Sentence("第 %(version)s 版", version=one.version),
            **filing.published_first(f"/open/rulebooks/{one.tenant_id}", shown.since),
        },
        series_id=one.tenant_id,
        link=f"/registry/rulebooks/{one.id}",
        written_by=one.editor_id,
    )
