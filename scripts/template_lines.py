"""Lines of templates that are longer than 130 characters are divided where nobody sees it on the page.

python scripts/template_lines.py            divides them
python scripts/template_lines.py --check    names those that are longer, and fails

A line may end between two words, beside a tag that makes a block of its own, inside a tag or an expression, and beside an
expression or a statement of Jinja, where a minus sign takes the white space away again. Nothing else is changed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "platform/onedoor"
MOST = 130
STEP = 2
# White space beside these is not shown.
BLOCKS = frozenset(
    [
        "article",
        "aside",
        "body",
        "br",
        "caption",
        "col",
        "colgroup",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "link",
        "main",
        "meta",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "path",
        "picture",
        "rect",
        "script",
        "section",
        "source",
        "style",
        "summary",
        "svg",
        "table",
        "tbody",
        "td",
        "template",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "path",
        "rect",
        "circle",
        "line",
        "use",
    ]
)
# What is shown as it is written: their white space stays.
AS_WRITTEN = re.compile(
    r"<(?:pre|textarea)\b|as-written|f1-paper|\bcell\b|\bbeside\b|confirm-text|check-digests|check-strata"
)
OPENS = frozenset(["if", "for", "call", "macro", "block", "filter", "with", "autoescape"])
MIDDLES = frozenset(("else", "elif"))
ENDS = {"{%": "%}", "{{": "}}", "{#": "#}"}


@dataclass(frozen=True)
class Piece:
    """A word, a tag, or one expression, statement or comment of Jinja."""

    kind: str
    text: str
    spaced: str = ""
    as_written: bool = False
    inner: int = 0

    @property
    def name(self) -> str:
        """Of a tag or a statement."""
        found = re.match(r"(?:</?|\{%[-+]?\s*)([\w-]+)", self.text)
        return found[1].lower() if found else ""

    @property
    def block(self) -> bool:
        return self.kind == "tag" and self.name in BLOCKS

    @property
    def step(self) -> int:
        """1 if it opens something that another piece closes, -1 if it closes."""
        if self.kind == "tag":
            if self.text.startswith("</"):
                return -1
            return 0 if self.name in VOID or self.text.endswith("/>") or self.text.startswith("<!") else 1
        if self.kind == "statement":
            if self.name.startswith("end"):
                return -1
            opens = self.name in OPENS or (self.name == "set" and "=" not in self.text)
            return int(opens)
        return 0


def main(check: bool) -> int:
    """The number of lines that are longer than they may be."""
    left = 0
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        if not check and any(len(line) > MOST for line in text.splitlines()):
            text = divided(text)
            path.write_text(text, encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > MOST:
                left += 1
                sys.stdout.write(
                    f"{path.relative_to(ROOT)}:{number}: {len(line)} characters, at most {MOST}\n"
                )
    return left


def divided(text: str) -> str:
    """The template with its long lines divided."""
    lines: list[str] = []
    for source, as_written in logical_lines(text):
        if all(len(line) <= MOST for line in source.splitlines()) or not source.strip():
            lines += source.splitlines() or [""]
            continue
        indent = len(source) - len(source.lstrip(" "))
        pieces = list(pieces_of(re.sub(r"\n\s*", " ", source.strip()), as_written))
        lines += layout(pieces, indent)
    return "\n".join(lines) + "\n"


def logical_lines(text: str) -> Iterator[tuple[str, bool]]:
    """Lines, those together that one tag or expression spans; and whether its white space is shown."""
    start, within = 0, False
    for kind, begin, end in scanned(text):
        if kind == "word":
            while (at := text.find("\n", begin, end)) >= 0:
                yield text[start:at], within
                start = begin = at + 1
        elif kind == "tag":
            written = text[begin:end]
            if AS_WRITTEN.search(written) and written.startswith(("<pre", "<textarea")):
                within = True
            elif written.startswith(("</pre", "</textarea")):
                within = False
    if start < len(text):
        yield text[start:], within


def pieces_of(source: str, as_written: bool) -> Iterator[Piece]:
    """The pieces of a line."""
    spaced = ""
    open_elements: list[tuple[str, bool]] = []
    for kind, begin, end in scanned(source):
        raw = source[begin:end]
        within = as_written or any(shown for _, shown in open_elements)
        if kind != "word":
            piece = Piece(kind, raw, spaced, within)
            if kind == "tag" and piece.step == 1:
                open_elements.append((piece.name, bool(AS_WRITTEN.search(raw))))
            elif kind == "tag" and piece.step == -1 and open_elements and open_elements[-1][0] == piece.name:
                open_elements.pop()
                piece = replace(piece, as_written=as_written or any(shown for _, shown in open_elements))
            yield piece
            spaced = ""
            continue
        for part in re.findall(r"[ \t]+|[^ \t]+", raw):
            if part.strip(" \t") == "":
                spaced = part if within else " "
            else:
                yield Piece("word", part, spaced, within)
                spaced = ""


def scanned(text: str) -> Iterator[tuple[str, int, int]]:
    """Kind, begin and end of each word run, tag, expression, statement and comment."""
    at = begin = 0
    while at < len(text):
        if text[at : at + 2] in ENDS:
            kind, end = (
                {"{%": "statement", "{{": "value", "{#": "comment"}[text[at : at + 2]],
                jinja_end(text, at),
            )
        elif re.match(r"<[A-Za-z/!]", text[at : at + 2]):
            kind, end = "tag", tag_end(text, at)
        else:
            at += 1
            continue
        if begin < at:
            yield "word", begin, at
        yield kind, at, end
        at = begin = end
    if begin < len(text):
        yield "word", begin, len(text)


def jinja_end(text: str, at: int) -> int:
    """Where the expression, statement or comment ends that begins there."""
    closing = ENDS[text[at : at + 2]]
    if closing == "#}":
        return text.index(closing, at) + 2
    at, depth = at + 2, 0
    while depth or text[at : at + 2] != closing:
        if text[at] in "\"'":
            at = string_end(text, at)
            continue
        depth += (text[at] in "([{") - (text[at] in ")]}")
        at += 1
    return at + 2


def string_end(text: str, at: int) -> int:
    quote, at = text[at], at + 1
    while text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    return at + 1


def tag_end(text: str, at: int) -> int:
    """Where the tag ends that begins there."""
    if text.startswith("<!--", at):
        return text.index("-->", at) + 3
    quote = ""
    while True:
        if text[at : at + 2] in ENDS:
            at = jinja_end(text, at)
            continue
        if text[at] == ">" and not quote:
            return at + 1
        if quote:
            quote = "" if text[at] == quote else quote
        elif text[at] in "\"'":
            quote = text[at]
        at += 1


# --- where a line may end ----------------------------------------------------------------------------------------------


def ease(left: Piece, right: Piece) -> int | None:
    """0 where the end of a line is nothing, 1 where a minus sign makes it nothing, 2 inside a piece, None where it may not be."""
    if right.inner:
        return 2
    statements = left.kind == "statement" and right.kind == "statement"
    shown = left.as_written or right.as_written
    hidden = not shown and (left.block or right.block)
    if statements and (hidden or not right.spaced):
        return 0
    if hidden:
        return 0
    if right.spaced:
        return None if shown or statements else 0
    if "value" in (left.kind, right.kind) or "statement" in (left.kind, right.kind):
        beside = right.text if left.kind in ("value", "statement") else left.text
        edge = beside[:1] if left.kind in ("value", "statement") else beside[-1:]
        return None if edge.isspace() else 1
    return None


def parted(left: Piece, right: Piece) -> tuple[Piece, Piece]:
    """Both, with the minus sign that takes the white space between them away again."""
    if right.kind == "statement" or (right.kind == "value" and left.kind != "statement"):
        return left, replace(right, text=right.text[:2] + "-" + right.text[2:].lstrip("-"))
    return replace(left, text=left.text[:-2].rstrip("-") + "-" + left.text[-2:]), right


def layout(pieces: Sequence[Piece], indent: int) -> list[str]:
    """The lines of the pieces."""
    depths, depth = [], 0
    for piece in pieces:
        middle = piece.kind == "statement" and piece.name in MIDDLES
        depths.append(depth - (piece.step == -1 or middle))
        depth += piece.step
    # The first line stays where it is: after a statement its indentation would be shown.
    indents = [indent, *(indent + STEP * (one - min(0, *depths)) for one in depths[1:])]
    return list(_layout(list(pieces), indents, depths))


def flat(pieces: Sequence[Piece]) -> str:
    return "".join((piece.spaced if number else "") + piece.text for number, piece in enumerate(pieces))


def _layout(pieces: list[Piece], indents: list[int], depths: list[int]) -> Iterator[str]:
    whole = " " * indents[0] + flat(pieces)
    if len(whole) <= MOST:
        yield whole
        return
    keys = {
        number: (2, pieces[number].inner, 0) if pieces[number].inner else (0, depths[number], how)
        for number in range(1, len(pieces))
        if (how := ease(pieces[number - 1], pieces[number])) is not None
        and not (
            how == 0
            and pieces[number].spaced
            and pieces[number - 1].kind == "statement"
            and not indents[number]
        )
    }
    if not keys:
        inside = _inside(pieces, indents, depths)
        if len(inside[0]) == len(pieces):
            yield whole
        else:
            yield from _layout(*inside)
        return
    least = min(keys.values())
    cuts = [0, *(number for number, key in keys.items() if key == least), len(pieces)]
    begin = 0
    for cut, after in zip(cuts[1:], cuts[2:] + [None], strict=False):
        long = after is not None and len(" " * indents[begin] + flat(pieces[begin:after])) + 2 > MOST
        if after is None or long or _alone(pieces, indents, begin, cut, after):
            segment = pieces[begin:cut]
            if after is not None and least[:1] == (0,) and keys[cut][2] == 1:
                segment[-1], pieces[cut] = parted(segment[-1], pieces[cut])
            yield from _layout(segment, indents[begin:cut], depths[begin:cut])
            begin = cut


def _alone(pieces: list[Piece], indents: list[int], begin: int, cut: int, after: int) -> bool:
    """Whether what stands before the cut is long by itself, so that nothing follows on its last line."""
    return len(" " * indents[begin] + flat(pieces[begin:cut])) > MOST


def _inside(
    pieces: list[Piece], indents: list[int], depths: list[int]
) -> tuple[list[Piece], list[int], list[int]]:
    """The same with the longest piece divided at its attributes or at its arguments."""
    can = [number for number, piece in enumerate(pieces) if len(parts_of(piece)) > 1]
    if not can:
        return pieces, indents, depths
    longest = max(can, key=lambda number: len(pieces[number].text))
    parts = parts_of(pieces[longest])
    deeper = indents[0] + 2 * STEP * (1 if not pieces[0].inner else 0)
    return (
        [*pieces[:longest], *parts, *pieces[longest + 1 :]],
        [*indents[:longest], indents[longest], *[deeper] * (len(parts) - 1), *indents[longest + 1 :]],
        [*depths[:longest], *[depths[longest]] * len(parts), *depths[longest + 1 :]],
    )


def parts_of(piece: Piece) -> list[Piece]:
    """A tag by its attributes, an expression or a statement by its outermost arguments or conditions."""
    if piece.kind == "tag":
        texts = tag_parts(piece.text)
    elif piece.kind == "comment":
        texts = [(word, bool(number)) for number, word in enumerate(piece.text.split(" "))]
    elif piece.kind in ("value", "statement"):
        texts = argument_parts(piece.text)
        if len(texts) < 2:
            texts = sentence_parts(piece.text)
    else:
        return [piece]
    if len(texts) < 2:
        return [piece]
    return [
        replace(
            piece,
            text=text,
            spaced=" " * spaced if number else piece.spaced,
            inner=(piece.inner + 1) * bool(number),
        )
        for number, (text, spaced) in enumerate(texts)
    ]


def tag_parts(text: str) -> list[tuple[str, bool]]:
    at = begin = 0
    quote, parts = "", []
    while at < len(text):
        if text[at : at + 2] in ENDS:
            at = jinja_end(text, at)
            continue
        if quote:
            quote = "" if text[at] == quote else quote
        elif text[at] in "\"'":
            quote = text[at]
        elif text[at] == " ":
            parts.append((text[begin:at], bool(begin)))
            begin = at + 1
        at += 1
    return [*parts, (text[begin:], bool(begin))]


def argument_parts(text: str) -> list[tuple[str, bool]]:
    """At the least depth of brackets at which there is a space after a comma or before `and`, `or`, `if`, `else`, `~`."""
    places: list[tuple[int, int]] = []
    at, depth = 2 if text[:2] in ENDS else 0, 0
    while at < len(text):
        if text[at] in "\"'":
            at = string_end(text, at)
            continue
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if text[at] == " " and (
            text[at - 1] == "," or re.match(r" (?:and|or|if|else|~) ", text[at : at + 6])
        ):
            places.append((depth, at))
        at += 1
    least = min((one for one, _ in places), default=0)
    cuts = [place for one, place in places if one == least]
    parts, begin = [], 0
    for cut in [*cuts, len(text)]:
        parts.append((text[begin:cut], bool(begin)))
        begin = cut + 1
    return parts


def sentence_parts(text: str) -> list[tuple[str, bool]]:
    """A long Chinese text after its sentences; Jinja puts strings that follow each other together again."""
    parts: list[tuple[str, bool]] = []
    at = begin = 0
    while at < len(text):
        if text[at] not in "\"'":
            at += 1
            continue
        quote, end = text[at], string_end(text, at)
        for found in re.finditer("[。；，、](?=.)", text[at : end - 1]):
            place = at + found.end()
            if place - begin > MOST // 2:
                parts.append((text[begin:place] + quote, bool(parts)))
                text = text[:place] + quote + text[place:]
                begin, end, at = place, end + 1, at
                break
        else:
            at = end
            continue
        at = begin
    return [*parts, (text[begin:], bool(parts))]


if __name__ == "__main__":
    sys.exit(1 if main(check="--check" in sys.argv[1:]) else 0)
