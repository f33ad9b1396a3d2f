"""Shapes of the vocabulary of qualifications."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from onedoor.imports.rules.rows import split_list
from onedoor.imports.rules.vocabulary import LONGEST
from onedoor.imports.schemas.texts import text


class WordSchema(Schema):
    """A word that a bureau misses."""

    name = text(LONGEST, required=True)
    reason = text(500, required=True)


class QualificationSchema(Schema):
    """Ways of writing a word, and what it means."""

    aliases = text(500)
    note = text(200)
    active = fields.Boolean(load_default=False)

    @post_load
    def as_list(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The ways of writing, each by itself."""
        data["aliases"] = split_list(data["aliases"])
        return data


class NewQualificationSchema(QualificationSchema):
    """A new word with them."""

    name = text(LONGEST, required=True)


class ProposalAnswerSchema(Schema):
    """What becomes of a proposal."""

    decision = fields.String(required=True, validate=validate.OneOf(["add", "alias", "decline"]))
    taken_as = text(LONGEST)
    answer = text(500)
