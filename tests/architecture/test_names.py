"""Modules are named by nouns of the domain or terms of the field: whoever looks for a thing guesses its name (ADR 14)."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Words of the domain or the field that only look like gerunds and participles; each with what it means here.
WORDS = {
    "crossing": "the one door across bureaus (architecture, tenancy)",
    "encoding": "bytes of texts: the field's term",
    "embedded": "embedded servers, as PostgreSQL calls them",
    "filing": "备案 (glossary)",
    "founding": "the founding documents (docs/founding)",
    "masking": "data masking: the field's term",
    "monitoring": "what an operator's tools read: the field's term",
    "paging": "pages of a list: the field's term",
}
# Participles that do not end in -ed, and the particles that make a picture of one: `handing_over`, `test_going_wrong`.
IRREGULAR = {
    "begun", "bound", "broken", "built", "bought", "brought", "caught", "chosen", "come", "done", "drawn", "found", "given", "gone", "held",
    "kept", "known", "led", "left", "lost", "made", "met", "paid", "read", "said", "seen", "sent", "shown", "sold", "spent", "spoken", "stood",
    "taken", "taught", "thought", "told", "understood", "won", "worn", "written",
}  # fmt: skip
PARTICLES = {
    "again",
    "along",
    "apart",
    "away",
    "back",
    "down",
    "in",
    "off",
    "on",
    "out",
    "over",
    "through",
    "together",
    "up",
    "wrong",
}


def modules() -> list[Path]:
    """Every module of ours, without the migrations, whose names tell what they change."""
    found = [
        path
        for folder in ("platform/onedoor", "tenants", "tasks", "migrations", "scripts", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if "versions" not in path.parts and "node_modules" not in path.parts
    ]
    assert len(found) > 1000
    return found


def is_verbal(word: str) -> bool:
    """Whether a word is a gerund or a participle, as far as its letters tell."""
    if word in WORDS:
        return False
    return word in IRREGULAR or bool(re.fullmatch(r"[a-z]{2,}ing|[a-z]{3,}(?<!e)ed", word))


def is_poetic(name: str) -> bool:
    """A bare gerund or participle, or one with a particle behind it."""
    first, *rest = name.removeprefix("test_").split("_")
    return is_verbal(first) and (not rest or len(rest) == 1 and rest[0] in PARTICLES)


def test_no_module_is_named_by_a_bare_gerund_or_participle():
    wrong = sorted(
        {
            str((path if path.stem != "__init__" else path.parent).relative_to(ROOT))
            for path in modules()
            if is_poetic(path.stem if path.stem != "__init__" else path.parent.name)
        }
    )
    assert not wrong, f"name what is in it, by the glossary or the field's term (ADR 14): {wrong}"


def test_the_rule_knows_what_it_refuses():
    refused = (
        "telling",
        "told",
        "kept",
        "standing_in",
        "handing_over",
        "test_going_wrong",
        "sealed",
        "test_waiting",
        "drawing_again",
    )
    assert all(is_poetic(name) for name in refused)
    taken = (
        "filing",
        "row_outcomes",
        "sign_in_throttle",
        "seed",
        "feed",
        "ring",
        "test_paging",
        "file_load",
        "printed_notice",
    )
    assert not any(is_poetic(name) for name in taken)


def test_every_excepted_word_names_a_module():
    names = {
        word for path in modules() for word in (path.stem, path.parent.name, path.stem.removeprefix("test_"))
    }
    assert WORDS.keys() <= names, f"no module is called so any more: {sorted(WORDS.keys() - names)}"


# Where the word is somebody else's: a letter of the protocol, a platform's answer, a step that a page computes.
_OTHER_WORDS = (
    "draws/rules/", "commands/bench/", "targets/queries/place_pools.py", "targets/queries/pools.py", "credit/service/delivery.py",
    "web/credit/measures.py",
)  # fmt: skip


def test_states_are_compared_by_their_enumeration() -> None:
    """Who reads `== "returned"` does not know which states there are; what a page's address says stays a word of the address."""
    found = []
    for path in sorted(p for house in ("platform", "tenants", "tasks") for p in (ROOT / house).rglob("*.py")):
        if any(word in path.as_posix() for word in _OTHER_WORDS):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Attribute):
                continue
            other = node.comparators[0]
            values = other.elts if isinstance(other, ast.Tuple | ast.List | ast.Set) else [other]
            literal = any(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in values)
            if node.left.attr in ("state", "status") and literal:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []
