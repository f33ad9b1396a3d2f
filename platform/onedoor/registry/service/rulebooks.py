"""The rulebook: written by one person, put in force by another, public and filed (R-L10, R-L12, R-T5)."""

from __future__ import annotations

import io
from collections.abc import Mapping

from docx import Document

from onedoor.disclosure import service as disclosure
from onedoor.filing import service as filing
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.registry import queries
from onedoor.registry.models import Rulebook
from onedoor.registry.rules.codes import SECTIONS
from tenants import approvals
from tenants import queries as tenants

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def save_rulebook(sections: Mapping[str, str]) -> Rulebook:
    """Write the next version, as a draft that nobody else reads."""
    scope = current_scope()
    assert scope.tenant_id is not None
    versions = queries.my_rulebooks()
    draft = next((one for one in versions if one.state == "draft"), None)
    if draft is None:
        version = versions[0].version + 1 if versions else 1
        draft = Rulebook(id=new_id(), tenant_id=scope.tenant_id, state="draft", version=version)
        db.session.add(draft)
    draft.sections = {name: sections.get(name, "").strip() for name in SECTIONS}
    draft.editor_id, draft.editor_name, draft.updated_at = scope.actor_id, scope.actor_name, now()
    audit.record("registry.rulebook.save", ("rulebook", draft.id), rulebook_title(draft))
    db.session.flush()
    return draft


def publish_rulebook(draft: Rulebook) -> None:
    """Put a draft in force: public, and filed with justice. Not by who wrote it (R-T5)."""
    scope = current_scope()
    if draft.state != "draft":
        raise Conflict("这一版细则已经公布过了。")
    if approvals.is_mine([draft.editor_id]):
        raise Forbidden("不能公布自己起草的细则，请由其他有权限的人员办理。")
    missing = [title for name, title in SECTIONS.items() if not draft.sections.get(name)]
    if missing:
        raise ClerkError(
            "细则还缺少：%(sections)s，请补充后再公布。", sections=[Sentence(title) for title in missing]
        )
    for former in queries.my_rulebooks():
        former.state = "replaced" if former.state == "published" else former.state
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
            made.add_paragraph(paragraph.strip())
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def _make_public(one: Rulebook) -> None:
    title = rulebook_title(one)
    content = {
        "version": one.version,
        "sections": [[SECTIONS[name], one.sections[name]] for name in SECTIONS],
    }
    disclosure.publish(
        "rulebook", one.tenant_id, title, content, files=[(f"{title}.docx", WORD, rulebook_document(one))]
    )
    filing.send(
        "rulebook",
        one.id,
        title,
        version=one.version,
        review=False,
        due_on=None,
        summary={Sentence("版本"): Sentence("第 %(version)s 版", version=one.version)},
        series_id=one.tenant_id,
        link=f"/registry/rulebooks/{one.id}",
        written_by=one.editor_id,
    )
