"""Reading pages as a reader of English does: what is said on them, and what of it is Chinese that no table holds.

Data stays Chinese: names, addresses, legal bases, what people typed. It is known by where it comes from, the text
columns of the database. What the catalogue translates is no data, though, even where a table keeps it: a word of a
code list or a finished sentence that was stored is to be said in the reader's language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, NamedTuple

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from tests.web.english.catalogue import Catalogue

CHINESE = re.compile(r"[\u3001-\u303f\uff01-\uffee\u4e00-\u9fff]")
BLOCK = "█"
# "…draws.Last updated", "…局Lead": words that lost the space between them.
GLUED = re.compile(rf"[a-z][.!?][A-Z][a-z]|{BLOCK}[A-Za-z]{{2}}")
# What a person types may well be a word of the catalogue.
TYPED = {
    ("import_problem", "column"),
    ("inspector", "post"),
    ("qualification", "name"),
    ("record", "note"),
    ("record", "whole_note"),
    ("record_item", "note"),
    ("target", "reason"),
    ("target_rule", "name"),
    ("user_account", "post"),
    ("work_task", "title"),
    # The title of an official letter stays as it was sent.
    ("oversight_order", "title"),
}
# Attributes that are read out or shown; the others are addresses and codes.
SAID = {
    "alt",
    "aria-label",
    "aria-description",
    "data-confirm",
    "data-label",
    "label",
    "placeholder",
    "title",
}
DUMB = {"script", "style", "template"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(NamedTuple):
    """A page somebody got: its address and its text."""

    address: str
    text: str


@dataclass
class Data:
    """The Chinese texts that are data, longest first; `rests` are those already looked at."""

    texts: list[str]
    rests: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, owner: psycopg.Connection[Any], catalogue: Catalogue) -> Data:
        """All of a database, without what the catalogue translates; and what translations quote in Chinese."""
        found = set(catalogue.quoted)
        for column, texts in _columns(owner):
            found |= {text for text in texts if column in TYPED or not catalogue.makes(text)}
        return cls(sorted((text for text in found if len(text) > 1), key=len, reverse=True))

    def rest(self, text: str) -> str:
        """What is left of `text` when every piece of data in it is a block."""
        if text not in self.rests:
            left = text
            for known in self.texts:
                if not CHINESE.search(left):
                    break
                left = left.replace(known, BLOCK)
            self.rests[text] = left
        return self.rests[text]


def leaks(pages: Iterable[Page], data: Data) -> dict[str, str]:
    """What is Chinese on English pages and no data, or lost a space, with the first address where it stands."""
    found: dict[str, str] = {}
    for page in pages:
        for text in said(page.text):
            left = data.rest(text)
            if CHINESE.search(left) or GLUED.search(left):
                found.setdefault(left[:200], page.address)
    return found


def said(text: str) -> list[str]:
    """Every text and spoken attribute of a page outside what is marked as Chinese."""
    return _Read(text).said


class _Read(HTMLParser):
    """A page read from its beginning: what it says (`said`) and where it leads (`links`)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(text)
        self.close()

    @property
    def _dumb(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        dumb = self._dumb or tag in DUMB or (given.get("lang") or "").startswith("zh")
        if not dumb:
            self.said += [
                _whole(value or "") for name, value in attrs if name in SAID and (value or "").strip()
            ]
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]).partition("#")[0])
        if tag not in VOID:
            self._open.append((tag, dumb))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._dumb:
            self.said.append(_whole(data))


def _whole(text: str) -> str:
    return " ".join(text.split())


def walk(app: Flask, client: FlaskClient, taken: Counter[str], most: int) -> Iterator[Page]:
    """The pages this reader comes to by the side bar and by links; of an endpoint at most `most` by all readers."""
    urls = app.url_map.bind("localhost")
    waiting = sorted(rule.rule for rule in app.url_map.iter_rules() if _opens(rule))
    done: set[str] = set()
    while waiting:
        address = waiting.pop(0)
        endpoint = _endpoint(urls, address)
        if address in done or endpoint is None or taken[endpoint] >= most:
            continue
        done.add(address)
        answer = client.get(address, buffered=False)
        text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        answer.close()
        if answer.status_code == 200 and text:
            taken[endpoint] += 1
            yield Page(address, text)
            waiting += [link for link in _links(text) if link not in done]


def _opens(rule: Rule) -> bool:
    return "GET" in (rule.methods or ()) and not rule.arguments and not rule.rule.startswith("/api/v1")


def _endpoint(urls: MapAdapter, address: str) -> str | None:
    """Whose page this is; None for no page of ours."""
    try:
        return urls.match(address.partition("?")[0], method="GET")[0]
    except (HTTPException, RequestRedirect):
        return None


def _links(text: str) -> list[str]:
    """The pages a page leads to: no files, and not itself in another language."""
    return [
        link
        for link in _Read(text).links
        if link.startswith("/") and "lang=" not in link and "export=" not in link
    ]


def _columns(owner: psycopg.Connection[Any]) -> Iterator[tuple[tuple[str, str], set[str]]]:
    """The Chinese texts of every column that can hold some; of kept sentences what was put into them."""
    names = owner.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type IN ('text', 'jsonb', 'ARRAY') ORDER BY 1, 2"
    ).fetchall()
    for table, column in names:
        query = sql.SQL("SELECT DISTINCT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))
        texts = {text for (value,) in owner.execute(query) for text in _texts(value)}
        yield (table, column), {text for text in texts if CHINESE.search(text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from {" ".join(line.split()) for line in [value, *value.splitlines()]}
    elif isinstance(value, dict):
        for each in value["with"].values() if value.keys() == {"say", "with"} else (*value, *value.values()):
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
