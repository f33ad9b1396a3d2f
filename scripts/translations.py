"""The English catalogue against the Chinese source: `update` brings its entries up to date, `check` fails if one is missing.

Source strings are what gettext's functions get, the sentences of errors (subclasses of kernel.errors.ClerkError) and
those that are kept (kernel.sentences.Sentence), every other whole sentence in the code (most stand beside a field of a
form), and the summaries of the API.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("platform", "tenants", "tasks")
TRANSLATIONS = ROOT / "platform" / "onedoor" / "translations"
LANGUAGES = ("en",)
METHODS = [("**/static/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
# A template that does not parse is passed over in silence, so the extractor knows the tags that templates use.
OPTIONS = {"**.html": {"extensions": "jinja2.ext.do"}}
# These speak Chinese alone: a made-up city's papers, what stands in documents, another platform, and the verifier, which has its own English.
CHINESE = ("commands/demo/", "messages/bodies", "credit/platform_stand_in", "verifier/")
GETTEXT = {
    "_": None,
    "_l": None,
    "Sentence": None,
    "lazy_gettext": None,
    "_n": (1, 2),
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "_lp": ((1, "c"), 2),
    "room": (2,),
}


def errors() -> set[str]:
    """Names of the exceptions whose first argument is a sentence for the user."""
    bases: dict[str, set[str]] = {}
    for path in (file for source in SOURCES for file in (ROOT / source).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                names = {
                    base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
                    for base in node.bases
                }
                bases.setdefault(node.name, set()).update(names)
    found = {"ClerkError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def summaries() -> Iterator[tuple[str, int, str]]:
    """(file, line, summary) of the API's operations: the first lines of Chinese docstrings, which its page shows."""
    for path in sorted((ROOT / "platform" / "onedoor" / "api").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            text = (ast.get_docstring(node) or "") if isinstance(node, ast.FunctionDef) else ""
            if not text.isascii() and isinstance(node, ast.FunctionDef):
                yield path.relative_to(ROOT).as_posix(), node.lineno, text.splitlines()[0]


def sentences() -> Iterator[tuple[str, int, str]]:
    """(file, line, sentence) of every text in the code that ends as a sentence does, and is no docstring."""
    for path in sorted(file for source in SOURCES for file in (ROOT / source).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if any(part in name for part in CHINESE):
            continue
        nodes = list(ast.walk(ast.parse(path.read_text())))
        bare = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        bare |= {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in nodes:
            text = str(node.value) if isinstance(node, ast.Constant) and id(node) not in bare else ""
            if text.endswith("。") and "\n" not in text:
                yield name, getattr(node, "lineno", 0), text


def extracted() -> Catalog:
    """All source strings, with where they are."""
    keywords = {**DEFAULT_KEYWORDS, **GETTEXT, **dict.fromkeys(errors())}
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for source in SOURCES:
        for name, line, text, comments, context in extract_from_dir(
            ROOT / source, method_map=METHODS, options_map=OPTIONS, keywords=keywords, strip_comment_tags=True
        ):
            first = text[0] if isinstance(text, tuple) else text
            if first:
                catalog.add(text, None, [(f"{source}/{name}", line)], auto_comments=comments, context=context)
    for name, line, text in (*sentences(), *summaries()):
        catalog.add(text, None, [(name, line)])
    return catalog


def read(language: str) -> Catalog:
    """The catalogue of a language, empty if there is none yet."""
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def problems(source: Catalog, language: str) -> Iterator[str]:
    """A line per string that is missing, unsure, or has other parameters than its source."""
    there = read(language)
    for message in source:
        if message.id:
            where = ":".join(str(part) for part in message.locations[0]) if message.locations else ""
            found = there.get(message.id, message.context)
            if fault := _fault(message, found, there):
                yield f"{where}: {language}: {fault}: {_plain(message.id)}"


def _fault(message: Message, found: Message | None, there: Catalog) -> str | None:
    if found is None or not all(found.string if isinstance(found.string, (tuple, list)) else [found.string]):
        return "not translated"
    if found.fuzzy:
        return "marked as unsure"
    found.flags |= message.flags
    return next((str(error) for error in found.check(there)), None)


def _plain(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def update() -> None:
    """Bring the catalogues up to date: new strings empty, gone ones dropped, the rest kept; by their source, without places."""
    source = extracted()
    for language in LANGUAGES:
        there = read(language)
        there.update(source, no_fuzzy_matching=True)
        there.obsolete.clear()
        path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, there, width=110, sort_output=True, no_location=True, omit_header=False)


def check() -> int:
    """Say what is missing; 1 if anything is."""
    source = extracted()
    found = [line for language in LANGUAGES for line in problems(source, language)]
    print("\n".join(found) or f"All {len(source)} strings are translated ({', '.join(LANGUAGES)}).")
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] == ["check"]:
        sys.exit(check())
    else:
        sys.exit("usage: translations.py update | check")
