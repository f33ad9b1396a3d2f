"""What people keep of their lists: named views, and which columns they do not want."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from tenants.models.bureaus import Owned

_KEEPER = ["account_id", "tenant_id"], ["user_account.id", "user_account.tenant_id"]


class ListView(Owned):
    """A list's search, filters and order under a name (视图). `list_name` is the page's, `state` what its address held.

    Its keeper's own; with `shared` the whole bureau may open it.
    """

    __tablename__ = "list_view"
    account_id: Mapped[UUID]
    account_name: Mapped[str]
    list_name: Mapped[str]
    name: Mapped[str]
    state: Mapped[dict[str, Any]]
    shared: Mapped[bool]
    made_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(*_KEEPER),
        sa.UniqueConstraint("account_id", "list_name", "name"),
        sa.Index("ix_list_view_list", "tenant_id", "list_name"),
    )


class ListColumns(Owned):
    """The columns of a list that one person leaves out."""

    __tablename__ = "list_columns"
    account_id: Mapped[UUID]
    list_name: Mapped[str]
    hidden: Mapped[list[str]]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(*_KEEPER),
        sa.UniqueConstraint("account_id", "list_name"),
    )
