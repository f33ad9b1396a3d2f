"""Reads of the item list."""

from onedoor.items.queries import (
    coverage,
    laws,
    qualifications,
    templates,
)
from onedoor.items.queries.items import (
    all_published,
    ending_items,
    former_list,
    has_drafts,
    is_mine,
    item,
    item_list,
    item_lists,
    items,
    items_at,
    items_of_list,
    latest_list,
    lists_of,
    my_item,
    my_items,
    newest,
    published_items,
    published_lists,
    versions_of,
)
from onedoor.items.queries.rulebooks import (
    my_rulebook,
    my_rulebooks,
    published_rulebooks,
    rulebook,
    rulebook_versions,
    rulebooks_in_force,
    rulebooks_of_bureau,
)

__all__ = [
    "all_published", "coverage", "ending_items", "former_list", "has_drafts", "is_mine", "item", "item_list",
    "item_lists", "items", "items_at", "items_of_list", "latest_list", "laws", "lists_of", "my_item", "my_items",
    "my_rulebook", "my_rulebooks", "newest", "published_items", "published_lists", "published_rulebooks",
    "qualifications", "rulebook", "rulebook_versions", "rulebooks_in_force", "rulebooks_of_bureau",
    "templates", "versions_of",
]  # fmt: skip
