"""Encrypted columns: nothing in clear anywhere, found by the exact value, and moved from key to key while people work (R-T7)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from cryptography.exceptions import InvalidTag
from flask import Flask

from onedoor.app import create_app, import_models
from onedoor.cli import main
from onedoor.commands.demo import firms
from onedoor.config import Config, ConfigError
from onedoor.kernel import sealed
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.crypto import FieldCipher, UnknownKey, cipher_from
from onedoor.kernel.db import Base, db
from onedoor.kernel.scope import DbRole
from onedoor.registry import queries, service
from onedoor.registry.models import Inspector
from tests.fixtures.city import City

PHONES = [f"139{number:08d}" for number in range(30)]
IDENTITIES = [made_up_identity_number(date(1985, 4, 1), number) for number in range(30)]
# Bytes that are no ciphertext: files of bureaus and of draws, which hold no numbers of people.
PLAIN = {
    "letter_template.content": "a bureau's own Word template",
    "disclosed_file.content": "public",
    "draw_change.content": "public",
    "draw_document.content": "public once the draw is over",
    "draw_deposit_file.pool": "firms, opened with the proof",
}
TWO = f"2:{secrets.token_hex(32)}"


def test_every_column_of_bytes_is_sealed_or_says_why_not() -> None:
    import_models()
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
    }
    declared = {f"{one.table}.{one.column}" for one in sealed.COLUMNS.values()}
    assert found == declared | set(PLAIN)
    assert declared & set(PLAIN) == set()


@pytest.fixture(scope="module")
def people(app: Flask, city: City) -> list[str]:
    """Officers with numbers, and a firm with a contact."""
    with city.acting("scjg.planner"):
        for number, (identity, phone) in enumerate(zip(IDENTITIES, PHONES, strict=True)):
            service.save_inspector(None, officer(number), identity, phone)
    return PHONES


def officer(number: int) -> dict[str, Any]:
    return {
        "name": f"示例{number}", "body": "局", "post": "", "certificate_number": f"SEALED-{number}",
        "certificate_expires_on": date(2030, 1, 1), "kinds": "", "area": "", "qualifications": [],
        "leads": False, "unit_id": None, "user_id": None,
    }  # fmt: skip


def rotated(config: Config, *command: str, keys: str = "", writes: int = 0) -> Any:
    """A command in a process whose environment holds these keys."""
    given = replace(config, field_keys=keys or config.field_keys, field_key_writes=writes)
    return CliRunner().invoke(main, ["keys", *command], env=given.to_environment(), catch_exceptions=False)


def test_no_number_is_in_any_table(people: list[str], owner: psycopg.Connection) -> None:
    """A dump of the whole database, as whoever steals it would read it."""
    tables = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    ).fetchall()
    leaks = []
    for (table,) in tables:
        dump = "\n".join(row[0] for row in owner.execute(f'SELECT t::text FROM "{table}" t'.encode()))
        hexed = dump.lower()
        for number in [*PHONES, *IDENTITIES]:
            if number in dump or number.encode().hex() in hexed:
                leaks.append((table, number))
    assert leaks == []


@pytest.mark.parametrize("said", ["13900000007", "+86 139-0000 0007", IDENTITIES[7], IDENTITIES[7].lower()])
def test_a_number_is_found_by_its_exact_value_by_its_bureau_alone(
    people: list[str], city: City, said: str
) -> None:
    with city.acting("scjg.planner"):
        assert [one.name for one in service.find_number(said).inspectors] == ["示例7"]
        assert service.find_number(said + "0").inspectors == service.find_number(said[1:]).inspectors == []
    with city.acting("yjgl.planner"):
        assert service.find_number(said).inspectors == []


def test_equal_numbers_of_two_bureaus_do_not_look_equal(
    people: list[str], city: City, owner: psycopg.Connection
) -> None:
    with city.acting("yjgl.planner"):
        service.save_inspector(None, officer(99), "", PHONES[3])
    rows = owner.execute(
        "SELECT phone_index, phone FROM inspector_private WHERE phone IS NOT NULL"
    ).fetchall()
    assert len({row[0] for row in rows}) == len({row[1] for row in rows}) == len(rows)


def test_rotation_while_everybody_works(
    people: list[str], app: Flask, city: City, config: Config, owner: psycopg.Connection
) -> None:
    """First the new key reads everywhere, then it writes, then rows move; at every step numbers are read and found."""
    both = f"{config.field_keys},{TWO}"
    before = app.extensions["onedoor.cipher"]

    def everything_works(cipher: FieldCipher) -> None:
        app.extensions["onedoor.cipher"] = cipher
        with city.acting("scjg.planner"):
            (one,) = service.find_number(PHONES[5]).inspectors
            assert service.private_texts(one) == {"identity_number": IDENTITIES[5], "phone": PHONES[5]}

    reads, writes = cipher_from(both, config.secret_key, 1), cipher_from(both, config.secret_key)
    assert (before.number, reads.number, writes.number) == (1, 1, 2)
    for cipher in (before, reads, before, writes, reads):
        everything_works(cipher)
    assert rotated(config, "status", keys=both).exit_code == 1
    # One person saves under the new key while another process still writes with the old one.
    app.extensions["onedoor.cipher"] = writes
    with city.acting("scjg.planner"):
        service.save_inspector(queries.my_inspector(_id(5)), officer(5), IDENTITIES[5], "13700000000")
    app.extensions["onedoor.cipher"] = reads
    with city.acting("scjg.planner"):
        assert [one.name for one in service.find_number("13700000000").inspectors] == ["示例5"]
        service.save_inspector(queries.my_inspector(_id(5)), officer(5), IDENTITIES[5], PHONES[5])
    told = rotated(config, "rotate", "--batch", "7", keys=both)
    assert told.exit_code == 0 and "inspector_private_phone: 7 seen, 7 done" in told.output
    told = rotated(config, "status", keys=both)
    assert told.exit_code == 0, told.output
    under = owner.execute(
        "SELECT DISTINCT get_byte(phone, 0), split_part(phone_index, ':', 1) FROM inspector_private"
    )
    assert under.fetchall() == [(2, "2")]
    everything_works(writes)
    # The old key may go: nothing needs it any more.
    everything_works(cipher_from(TWO, config.secret_key))
    # And back, for the tests that follow with the first key.
    assert rotated(config, "rotate", keys=both, writes=1).exit_code == 0
    everything_works(before)


def _id(number: int) -> Any:
    query = sa.select(Inspector.id).where(Inspector.certificate_number == f"SEALED-{number}")
    return db.session.scalar(query)


def test_rotation_goes_on_where_it_was_stopped(
    people: list[str], config: Config, owner: psycopg.Connection
) -> None:
    both = replace(config, field_keys=f"{config.field_keys},{TWO}")

    class Enough(Exception):
        pass

    def stop(going: sealed.Rotation) -> None:
        if going.column.name == "inspector_private_phone" and going.done >= 10:
            raise Enough

    house = create_app(both)
    with house.app_context(), pytest.raises(Enough):
        sealed.rotate(stop, batch=5)
    counts: dict[int, int] = dict(
        owner.execute("SELECT get_byte(phone, 0), count(*) FROM inspector_private GROUP BY 1").fetchall()
    )
    assert counts[2] == 10 and counts[1] >= 20
    with house.app_context():
        rest = {one.column.name: one.done for one in sealed.rotate()}
        assert rest["inspector_private_phone"] == counts[1]
        assert {one.done for one in sealed.rotate()} == {0}
        for engine in house.extensions["sqlalchemy"].engines.values():
            engine.dispose()
    assert rotated(both, "rotate", writes=1, keys=both.field_keys).exit_code == 0


def test_rows_from_before_the_hashes_get_theirs(
    people: list[str], city: City, config: Config, owner: psycopg.Connection
) -> None:
    owner.execute("UPDATE inspector_private SET phone_index = NULL, identity_index = NULL")
    with city.acting("scjg.planner"):
        assert service.find_number(PHONES[1]).inspectors == []
    assert rotated(config, "rotate").exit_code == 0
    with city.acting("scjg.planner"):
        assert [one.name for one in service.find_number(PHONES[1]).inspectors] == ["示例1"]


def test_a_row_nobody_can_read_is_named_and_left(
    people: list[str], config: Config, owner: psycopg.Connection
) -> None:
    row = owner.execute("SELECT id, phone FROM inspector_private WHERE phone IS NOT NULL LIMIT 1").fetchone()
    assert row is not None
    owner.execute("UPDATE inspector_private SET phone = '\\x07aa' WHERE id = %s", [row[0]])
    told = rotated(config, "rotate")
    assert told.exit_code == 1 and f"{row[0]} cannot be read" in told.output
    owner.execute("UPDATE inspector_private SET phone = %s WHERE id = %s", [row[1], row[0]])
    assert rotated(config, "rotate").exit_code == 0


def test_an_imported_file_moves_too_and_stays_readable(
    city: City, config: Config, run_jobs: Any, owner: psycopg.Connection
) -> None:
    with city.acting("wsjk.planner"):
        run = service.begin_import(
            "inspectors", "人员.xlsx", firms.officers("WSJK", "示范市卫生健康委员会")[1]
        )
    run_jobs()
    both = f"{config.field_keys},{TWO}"
    assert rotated(config, "rotate", keys=both).exit_code == 0
    query = "SELECT get_byte(content, 0), size = octet_length(content), digest = encode(sha256(content), 'hex') FROM stored_file WHERE id = %s"
    assert owner.execute(query, [run.file_id]).fetchone() == (2, True, True)
    assert rotated(config, "rotate", keys=both, writes=1).exit_code == 0
    assert owner.execute(query, [run.file_id]).fetchone() == (1, True, True)


@pytest.mark.parametrize("role", [role for role in DbRole if role is not DbRole.DISPATCH])
def test_nobody_but_the_house_keeper_gets_at_ciphertexts_of_all(
    city: City, owner: psycopg.Connection, role: DbRole
) -> None:
    functions = owner.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE proname ~ '^(sealed|reseal|keys_of)_'"
        " AND has_function_privilege(%s, p.oid, 'execute')",
        [role.value],
    ).fetchall()
    assert functions == []


def test_a_ciphertext_that_was_touched_is_refused() -> None:
    cipher = cipher_from(f"1:{'ab' * 32}", "s" * 32)
    kept = cipher.encrypt("13900000000")
    with pytest.raises(InvalidTag):
        cipher.decrypt(kept[:-1] + bytes([kept[-1] ^ 1]))
    with pytest.raises(UnknownKey, match="key 9"):
        cipher.decrypt(b"\x09" + kept[1:])
    assert cipher.encrypt("13900000000") != kept


def test_the_key_that_writes_must_be_there(config: Config) -> None:
    with pytest.raises(ConfigError, match="FIELD_KEY_WRITES"):
        replace(config, field_key_writes=7).check()
