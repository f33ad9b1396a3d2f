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
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask

from onedoor.app import create_app, import_models
from onedoor.cli import main
from onedoor.commands.demo import firms
from onedoor.config import Config, ConfigError
from onedoor.imports import service as import_service
from onedoor.kernel import crypto, encrypted_columns
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.crypto import FieldCipher, UnknownKey, cipher_from
from onedoor.kernel.db import Base, db
from onedoor.kernel.scope import DbRole
from onedoor.officers import queries
from onedoor.officers import service as officer_service
from onedoor.officers.models import Inspector
from tests.fixtures.city import City

pytestmark = pytest.mark.committed("rotates its rows by commands with connections of their own")

PHONES = [f"139{number:08d}" for number in range(30)]
IDENTITIES = [made_up_identity_number(date(1985, 4, 1), number) for number in range(30)]
# Bytes that are no ciphertext: files of bureaus and of draws, which hold no numbers of people.
PLAIN = {
    "letter_template.content": "a bureau's own Word template",
    "disclosed_file.content": "public",
    "filing_file.content": "the columns of F2, public with the library",
    "document.content": "what was handed to the firm it is about",
    "statistical_return_file.content": "papers to a return, like a filing's files",
    "statistical_return_set.content": "names and ids of records that stand in the clear in their own tables",
    "oversight_order_paper.content": "proofs of what was put right, like a filing's files",
    "draw_change.content": "public",
    "draw_lot.content": "of a firm, which it takes away by its visit code",
    "draw_document.content": "public once the draw is over",
    "record_photo.content": "a place, without what the camera wrote",
    "record_photo.thumbnail": "the same, small",
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
    declared = {f"{one.table}.{one.column}" for one in encrypted_columns.COLUMNS.values()}
    assert found == declared | set(PLAIN)
    assert declared & set(PLAIN) == set()


@pytest.fixture(scope="module")
def people(app: Flask, city: City) -> list[str]:
    """Officers with numbers, and a firm with a contact."""
    with city.acting("scjg.planner"):
        for number, (identity, phone) in enumerate(zip(IDENTITIES, PHONES, strict=True)):
            officer_service.save_inspector(None, officer(number), identity, phone)
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
        assert [one.name for one in officer_service.find_number(said).inspectors] == ["示例7"]
        assert (
            officer_service.find_number(said + "0").inspectors
            == officer_service.find_number(said[1:]).inspectors
            == []
        )
    with city.acting("yjgl.planner"):
        assert officer_service.find_number(said).inspectors == []


def test_equal_numbers_of_two_bureaus_do_not_look_equal(
    people: list[str], city: City, owner: psycopg.Connection
) -> None:
    with city.acting("yjgl.planner"):
        officer_service.save_inspector(None, officer(99), "", PHONES[3])
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
            (one,) = officer_service.find_number(PHONES[5]).inspectors
            assert officer_service.private_texts(one) == {
                "identity_number": IDENTITIES[5],
                "phone": PHONES[5],
            }

    reads, writes = cipher_from(both, config.secret_key, 1), cipher_from(both, config.secret_key)
    assert (before.number, reads.number, writes.number) == (1, 1, 2)
    for cipher in (before, reads, before, writes, reads):
        everything_works(cipher)
    assert rotated(config, "status", keys=both).exit_code == 1
    # One person saves under the new key while another process still writes with the old one.
    app.extensions["onedoor.cipher"] = writes
    with city.acting("scjg.planner"):
        officer_service.save_inspector(queries.my_inspector(_id(5)), officer(5), IDENTITIES[5], "13700000000")
    app.extensions["onedoor.cipher"] = reads
    with city.acting("scjg.planner"):
        assert [one.name for one in officer_service.find_number("13700000000").inspectors] == ["示例5"]
        officer_service.save_inspector(queries.my_inspector(_id(5)), officer(5), IDENTITIES[5], PHONES[5])
    output = rotated(config, "rotate", "--batch", "7", keys=both)
    assert output.exit_code == 0 and "inspector_private_phone: 7 seen, 7 done" in output.output
    output = rotated(config, "status", keys=both)
    assert output.exit_code == 0, output.output
    under = owner.execute(
        "SELECT DISTINCT get_byte(phone, 0), split_part(phone_index, ':', 1) FROM inspector_private"
    )
    assert under.fetchall() == [(2 | crypto.BOUND, "2")]
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

    def stop(going: encrypted_columns.Rotation) -> None:
        if going.column.name == "inspector_private_phone" and going.done >= 10:
            raise Enough

    house = create_app(both)
    with house.app_context(), pytest.raises(Enough):
        encrypted_columns.rotate(stop, batch=5)
    counts: dict[int, int] = dict(
        owner.execute("SELECT get_byte(phone, 0), count(*) FROM inspector_private GROUP BY 1").fetchall()
    )
    first, second = 1 | crypto.BOUND, 2 | crypto.BOUND
    assert counts[second] == 10 and counts[first] >= 20
    with house.app_context():
        rest = {one.column.name: one.done for one in encrypted_columns.rotate()}
        assert rest["inspector_private_phone"] == counts[first]
        assert {one.done for one in encrypted_columns.rotate()} == {0}
        for engine in house.extensions["sqlalchemy"].engines.values():
            engine.dispose()
    assert rotated(both, "rotate", writes=1, keys=both.field_keys).exit_code == 0


def test_rows_from_before_the_hashes_get_theirs(
    people: list[str], city: City, config: Config, owner: psycopg.Connection
) -> None:
    owner.execute("UPDATE inspector_private SET phone_index = NULL, identity_index = NULL")
    with city.acting("scjg.planner"):
        assert officer_service.find_number(PHONES[1]).inspectors == []
    assert rotated(config, "rotate").exit_code == 0
    with city.acting("scjg.planner"):
        assert [one.name for one in officer_service.find_number(PHONES[1]).inspectors] == ["示例1"]


def test_a_row_nobody_can_read_is_named_and_left(
    people: list[str], config: Config, owner: psycopg.Connection
) -> None:
    row = owner.execute("SELECT id, phone FROM inspector_private WHERE phone IS NOT NULL LIMIT 1").fetchone()
    assert row is not None
    owner.execute("UPDATE inspector_private SET phone = '\\x07aa' WHERE id = %s", [row[0]])
    output = rotated(config, "rotate")
    assert output.exit_code == 1 and f"{row[0]} cannot be read" in output.output
    owner.execute("UPDATE inspector_private SET phone = %s WHERE id = %s", [row[1], row[0]])
    assert rotated(config, "rotate").exit_code == 0


def test_an_imported_file_moves_too_and_stays_readable(
    city: City, config: Config, run_jobs: Any, owner: psycopg.Connection
) -> None:
    with city.acting("wsjk.planner"):
        run = import_service.begin_import(
            "inspectors", "人员.xlsx", firms.officers("WSJK", "示范市卫生健康委员会")[1]
        )
    run_jobs()
    both = f"{config.field_keys},{TWO}"
    assert rotated(config, "rotate", keys=both).exit_code == 0
    query = "SELECT get_byte(content, 0), size = octet_length(content), digest = encode(sha256(content), 'hex') FROM stored_file WHERE id = %s"
    assert owner.execute(query, [run.file_id]).fetchone() == (2 | crypto.BOUND, True, True)
    assert rotated(config, "rotate", keys=both, writes=1).exit_code == 0
    assert owner.execute(query, [run.file_id]).fetchone() == (1 | crypto.BOUND, True, True)


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


@pytest.mark.parametrize("key", ["ab" * 32, f"sm4:{'ab' * 16}"], ids=["AES-256-GCM", "SM4-GCM"])
def test_a_ciphertext_that_was_touched_is_refused(key: str) -> None:
    cipher = cipher_from(f"1:{key}", "s" * 32)
    kept = cipher.encrypt("13900000000", "table.column/1")
    assert cipher.decrypt(kept, "table.column/1") == "13900000000"
    for touched in (kept[:-1] + bytes([kept[-1] ^ 1]), kept[:20], bytes([kept[0] ^ 0x80]) + kept[1:]):
        with pytest.raises(InvalidTag):
            cipher.decrypt(touched, "table.column/1")
    for place in ("table.column/2", "table.other/1", ""):
        with pytest.raises(InvalidTag):
            cipher.decrypt(kept, place)
    with pytest.raises(UnknownKey, match="key 9"):
        cipher.decrypt(b"\x89" + kept[1:], "table.column/1")
    assert cipher.encrypt("13900000000", "table.column/1") != kept


def test_sm4_is_what_the_standard_says() -> None:
    """RFC 8998, A.1: GCM over GB/T 32907."""
    key, nonce = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"), bytes.fromhex("00001234567800000000ABCD")
    about = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    text = b"".join(bytes([byte]) * 8 for byte in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    sealed = bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    assert crypto._seal(key, nonce, text, about) == sealed
    assert crypto._open(key, nonce, sealed, about) == text


def test_ciphertexts_that_changed_places_are_refused(
    people: list[str], city: City, config: Config, owner: psycopg.Connection
) -> None:
    """Whoever writes to the tables without the keys cannot hand one person's number to another."""
    swap = (
        "UPDATE inspector_private p SET phone = o.phone, phone_index = o.phone_index FROM inspector_private o"
        " WHERE p.inspector_id <> o.inspector_id AND p.inspector_id = ANY(%s) AND o.inspector_id = ANY(%s)"
    )
    with city.acting("scjg.planner"):
        both = [_id(11), _id(12)]
    owner.execute(swap, [both, both])
    with city.acting("scjg.planner"), pytest.raises(encrypted_columns.Misplaced):
        officer_service.reveal_inspector(queries.my_inspector(both[0]), "phone", "核对")
    output = rotated(config, "rotate", keys=f"{config.field_keys},{TWO}")
    assert output.exit_code == 1 and output.output.count("cannot be read") == 2
    owner.execute(swap, [both, both])
    assert rotated(config, "rotate", keys=f"{config.field_keys},{TWO}", writes=1).exit_code == 0
    # From one column of the same row to another.
    turn = "UPDATE inspector_private SET phone = identity_number, identity_number = phone WHERE inspector_id = %s"
    owner.execute(turn, both[:1])
    with city.acting("scjg.planner"), pytest.raises(encrypted_columns.Misplaced):
        officer_service.reveal_inspector(queries.my_inspector(both[0]), "phone", "核对")
    owner.execute(turn, both[:1])


def test_what_was_sealed_before_it_was_bound_opens_until_it_is_written_anew(
    people: list[str], city: City, config: Config, owner: psycopg.Connection
) -> None:
    """From the release before: the number of the key alone, bound to nothing."""
    with city.acting("scjg.planner"):
        whose = _id(13)
    key = bytes.fromhex(config.field_keys.split(":")[1])
    loose = b"\x01" + bytes(12) + AESGCM(key).encrypt(bytes(12), PHONES[13].encode(), b"\x01")
    owner.execute("UPDATE inspector_private SET phone = %s WHERE inspector_id = %s", [loose, whose])
    with city.acting("scjg.planner"):
        assert officer_service.reveal_inspector(queries.my_inspector(whose), "phone", "核对") == PHONES[13]
    output = rotated(config, "status")
    assert output.exit_code == 1 and "1 under key 1 (not bound to their rows)" in output.output
    assert rotated(config, "rotate").exit_code == rotated(config, "status").exit_code == 0
    with city.acting("scjg.planner"):
        assert officer_service.reveal_inspector(queries.my_inspector(whose), "phone", "核对") == PHONES[13]


def test_rows_move_from_aes_to_sm4_and_back(
    people: list[str], city: City, config: Config, owner: psycopg.Connection
) -> None:
    both = f"{config.field_keys},3:sm4:{'5a' * 16}"
    before = city.app.extensions["onedoor.cipher"]
    assert rotated(config, "rotate", keys=both).exit_code == 0
    city.app.extensions["onedoor.cipher"] = cipher_from(both, config.secret_key)
    with city.acting("scjg.planner"):
        assert [one.name for one in officer_service.find_number(PHONES[8]).inspectors] == ["示例8"]
        assert officer_service.reveal_inspector(queries.my_inspector(_id(8)), "phone", "核对") == PHONES[8]
    city.app.extensions["onedoor.cipher"] = before
    assert rotated(config, "rotate", keys=both, writes=1).exit_code == 0


@pytest.mark.parametrize(
    "keys", ["0:" + "ab" * 32, "128:" + "ab" * 32, "1:" + "ab" * 16, "1:sm4:" + "ab" * 32, "x"]
)
def test_keys_that_cannot_be_are_said(config: Config, keys: str) -> None:
    with pytest.raises(ConfigError, match="FIELD_KEYS"):
        replace(config, field_keys=keys, field_key_writes=0).check()


def test_the_key_that_writes_must_be_there(config: Config) -> None:
    with pytest.raises(ConfigError, match="FIELD_KEY_WRITES"):
        replace(config, field_key_writes=7).check()
