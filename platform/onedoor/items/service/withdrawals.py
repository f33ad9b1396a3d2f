"""Taking back what was handed in for approval: by who handed it in, while the head has not decided (R-T5)."""

from __future__ import annotations

from uuid import UUID

from onedoor.items import queries
from onedoor.items.models import ItemList, Rulebook
from onedoor.items.rules.codes import ItemListState
from onedoor.items.service.item_lists import title_of
from onedoor.items.service.rulebooks import KIND, rulebook_title
from onedoor.kernel import audit
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from tenants import approvals
from tenants.models import Approval
from tenants.rules import Permission


def withdraw_list(list_id: UUID) -> ItemList:
    """Its items are drafts that may be changed again; the version stays, and says that it was withdrawn."""
    made = queries.item_list(list_id)
    if not queries.is_mine(made):
        raise NotFound("没有找到这一版事项清单。")
    approval = approvals.withdraw("items", list_id)
    made.state = ItemListState.WITHDRAWN
    audit.record("registry.items.withdraw", ("item_list", made.id), title_of(made))
    _tell_the_head(approval, f"/registry/item-lists/{made.id}")
    db.session.flush()
    return made


def withdraw_rulebook(draft: Rulebook) -> None:
    """It is a draft that may be changed again."""
    approval = approvals.withdraw(KIND, draft.id)
    audit.record("registry.rulebook.withdraw", ("rulebook", draft.id), rulebook_title(draft))
    _tell_the_head(approval, f"/registry/rulebooks/{draft.id}")


def _tell_the_head(approval: Approval, link: str) -> None:
    said = Sentence(
        "%(name)s撤回了《%(title)s》，不必再审批。", name=current_scope().actor_name, title=approval.title
    )
    messages.send_message(said, link, Permission(approval.permission))
