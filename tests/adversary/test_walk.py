"""Every route and API call, by everybody who has no business there; what each is answered stands in expected.txt.

Beyond the status: nothing private stands in any answer, another's id answers what an id of nothing answers, and no row
that is not one's own is different afterwards (R-T1).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.adversary.actors import ACTORS, STRANGERS, WITHOUT_ACCESS, Actor, Answer
from tests.adversary.conftest import Field
from tests.adversary.expectations import (
    ANYBODY_WITH_THE_CODE,
    EVERY_BUREAU_READS,
    OWN_ACCOUNT,
    OWN_BUREAU,
    SHARED_REGISTER,
    SIGNING_IN,
    TOLD_APART,
)
from tests.adversary.markers import found_in
from tests.adversary.routes import TABLE, Ask, expected, is_public, lacking

DOCUMENT = Path(__file__).parents[2] / "docs" / "security-adversary.md"
# What differs between two answers that say the same: ids, the request's number, tokens against forged requests.
VARIES = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f-]{27}|\"request\":\s*\"[^\"]*\"|(?i:x-request-id|set-cookie): [^\n]*|content=\"[\w.-]{60,}\"|value=\"[\w.-]{60,}\""
)
# What looking and signing in leave, whoever does it: times of use, and counts by the public's functions.
NOISE = {"user_session", "api_token", "api_answer", "code_check", "sign_in_wait", "alembic_version"}

# Every actor asks every route, half a minute each: those whom the others' answers nearly always tell of wait for the
# long suites, which CI runs too.
LONG = dict.fromkeys(("county", "disabled", "expired", "stale"), pytest.mark.long)


def test_every_route_has_its_expectation(field: Field) -> None:
    """A new route is asked by nobody before somebody says what each is answered."""
    there, written = {ask.name for ask in field.asks}, set(expected())
    rows = "\n".join(_suggestion(field, ask) for ask in field.asks if ask.name not in written)
    assert not there - written, f"write in {TABLE.name}, after thinking about each:\n{rows}"
    assert not written - there, f"gone, strike them out of {TABLE.name}"


@pytest.mark.parametrize("name", [pytest.param(name, marks=LONG.get(name, ())) for name in ACTORS])
def test_each_is_answered_as_expected(field: Field, name: str) -> None:
    """Statuses, private names, whether words tell that an id is somebody's, and what is different afterwards."""
    actor, table = field.actors[name], expected()
    before = digests(field.behind, actor.bureau if name in STRANGERS else None)
    wrong, leaks = [], {}
    for ask in field.asks:
        if name == "role" and ask.name in OWN_ACCOUNT:
            continue
        answers = answers_to(actor, ask)
        got = "/".join(dict.fromkeys(str(answer.status) for answer in answers.values()))
        if got != (written := table.get(ask.name, {}).get(name)):
            wrong.append(f"{ask.name}: {got} instead of {written}")
        # Asked again, since the first page after something was done shows what was done.
        elif _compared(ask) and not told_alike(answers) and not told_alike(answers_to(actor, ask)):
            wrong.append(f"{ask.name}: another's {got} reads otherwise than that of an id of nothing")
        if result := leaked(name, ask, answers):
            leaks[ask.name] = result
    assert not wrong, "\n".join(wrong)
    assert leaks == {}
    assert digests(field.behind, actor.bureau if name in STRANGERS else None) == before


def test_the_table_keeps_to_the_rules(field: Field) -> None:
    """The table is written by hand; what may stand in it follows from who may enter, and from access.md."""
    table, wrong = expected(), []
    for ask in field.asks:
        row = table[ask.name]
        away = "401" if ask.rule.startswith("/api/v") else "302"
        if is_public(ask):
            if len(set(row.values())) != 1 and ask.endpoint not in SIGNING_IN:
                wrong.append(f"{ask.name}: public, and not the same for everybody")
            continue
        if any(row[name] != away for name in WITHOUT_ACCESS):
            wrong.append(f"{ask.name}: whoever has no access is led to sign in")
        if row["role"] != ("-" if ask.name in OWN_ACCOUNT else "403") and ask.name not in OWN_BUREAU:
            wrong.append(f"{ask.name}: a role that lacks the permission is refused")
        if ask.guessed != ask.real and not _strangers_get_nothing(ask, row):
            wrong.append(f"{ask.name}: a stranger is answered; say why in expectations.py, or mend it")
    assert not wrong, "\n".join(wrong)


def test_what_every_bureau_reads_is_as_private_as_its_state(field: Field) -> None:
    """Of each kind that is read across bureaus or in public, what is not published is not there."""
    addresses = {
        "plan": ["/plans/{}", "/plans/{}/print", "/plans/{}/f6.xlsx", "/open/plans/{}"],
        "line": ["/plans/lines/{}"],
        "item": ["/registry/items/{}"],
        "rulebook": ["/registry/rulebooks/{}", "/registry/rulebooks/{}/document", "/registry/rulebooks/{}/text",
                     "/open/rulebooks/{}", "/open/rulebooks/{}/changes"],
        "draw": ["/draws/{}", "/draws/{}/hall", "/draws/{}/events", "/draws/{}/files/proof.json", "/hall/{}",
                 "/hall/{}/events", "/open/draws/{}", "/api/v1/draws/{}", "/api/v1/draws/{}/files/proof.json",
                 "/oversight/draws/{}", "/oversight/draws/{}/files/proof.json"],
        "ended": ["/api/v1/disclosures/{}", "/open/files/{}/proof.json"],
        "future": ["/api/v1/disclosures/{}", "/open/files/{}/proof.json", "/disclosures/{}"],
        "subject": ["/open/plans/{}", "/open/results/{}", "/open/draws/{}", "/open/items/{}", "/open/rulebooks/{}"],
    }  # fmt: skip
    assert set(addresses) == set(field.hidden)
    answered = {
        (name, path): status
        for name in (*STRANGERS, "anonymous")
        for kind, paths in addresses.items()
        for path in paths
        if (status := field.actors[name].ask("GET", path.format(field.hidden[kind])).status)
        not in (302, 401, 404)
    }
    assert answered == {}


def test_the_names_planted_are_shown_to_their_owner(field: Field) -> None:
    """Otherwise their absence would say nothing: the owner meets them on its lists."""
    owner = field.city.client("scjg.planner")
    shown: set[str] = set()
    for ask in field.asks:
        if ask.method == "GET" and not is_public(ask) and ask.real == ask.guessed:
            shown |= found_in(owner.get(ask.real).get_data())
    assert len(field.marked) > 80
    assert len(shown) > 10, sorted(shown)


def test_how_many_cases_there_are(field: Field) -> None:
    """The document gives the figure; it may grow without being written again, and not shrink."""
    cases = sum(len(addresses_for(name, ask)) for name in ACTORS for ask in field.asks)
    written = re.search(r"\*\*(\d[\d,]*) cases\*\*", DOCUMENT.read_text())
    assert written is not None
    print(f"adversary suite: {cases} cases on {len(field.asks)} routes, {len(field.marked)} columns marked")
    assert cases >= int(written[1].replace(",", ""))


def addresses_for(name: str, ask: Ask) -> dict[str, str]:
    """Strangers count ids up and guess them; one real id is enough to see that whoever has no access has none."""
    kinds = {"bureau": ("real", "guessed", "near")}.get(
        name, ("real", "guessed") if name in STRANGERS or is_public(ask) or name == "role" else ("real",)
    )
    return {kind: path for kind, path in ask.addresses.items() if kind in kinds}


def answers_to(actor: Actor, ask: Ask) -> dict[str, Answer]:
    as_ = lacking(ask.expectation) if actor.others else ""
    return {
        kind: actor.ask(ask.method, path, as_=as_) for kind, path in addresses_for(actor.name, ask).items()
    }


def leaked(name: str, ask: Ask, answers: dict[str, Answer]) -> set[str]:
    """Private names in the answers, but for one's own bureau's and what a visit's code is for (R-V2)."""
    result = found_in(*(part for answer in answers.values() for part in (answer.headers, answer.body)))
    if name == "role" and ask.name in OWN_BUREAU:
        return set()
    allowed = ANYBODY_WITH_THE_CODE if ask.endpoint == "codes.check" else set()
    if ask.endpoint == "documents.check_document":
        # Whoever holds the paper reads its number there already.
        allowed = {"document"}
    return {one for one in result if one.split(".")[0] not in allowed}


def digests(behind: psycopg.Connection, but: UUID | None = None) -> dict[str, Any]:
    """Count and digest of every table's rows, without those of the bureau that asks."""
    tables = behind.execute(
        "SELECT c.relname, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')"
        " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
    ).fetchall()
    found = {}
    for table, owned in tables:
        if table in NOISE:
            continue
        rows = f"WHERE tenant_id <> '{but}'" if owned and but else ""
        if rows and table == "participation":
            # An invitation to one's own campaign stands in the name of who is invited.
            rows += f" AND lead_id <> '{but}'"
        found[table] = behind.execute(
            f'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM "{table}" t {rows}'.encode()
        ).fetchone()
    return found


def _compared(ask: Ask) -> bool:
    return ask.method == "GET" and not is_public(ask) and ask.name not in TOLD_APART


def told_alike(answers: dict[str, Answer]) -> bool:
    """Answers of one status have the same words and headers, whether the id is another's or nobody's."""
    result = {
        (answer.status, VARIES.sub(b"", answer.headers.encode()), VARIES.sub(b"", answer.body))
        for answer in answers.values()
    }
    return len(result) == len({answer.status for answer in answers.values()})


def _strangers_get_nothing(ask: Ask, row: dict[str, str]) -> bool:
    """404, or 403 where even the role is not given; or one of the shared things."""
    if ask.name in EVERY_BUREAU_READS:
        return all(row[name] == "200/404" for name in STRANGERS)
    if ask.name in SHARED_REGISTER:
        return all(row[name] in ("409/404", "422/404") for name in STRANGERS)
    return all(row[name] in ("403", "404") for name in STRANGERS)


def _suggestion(field: Field, ask: Ask) -> str:
    """The row as the answers are now."""
    row = []
    for name in ACTORS:
        answers = answers_to(field.actors[name], ask).values()
        row.append("/".join(dict.fromkeys(str(answer.status) for answer in answers)))
    return f"{ask.method:4} {ask.endpoint:38} " + " ".join(f"{one:9}" for one in row).rstrip()
