"""`onedoor verify` and `onedoor draw`: the draw protocol on files, without a database."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

import click

from onedoor.draws.rules import (
    Evidence,
    MadeProof,
    Plan,
    ProtocolError,
    UnknownFile,
    canonical,
    make_proof,
    parse_pool,
    public_form,
    read_plan,
    warnings_of,
)
from onedoor.draws.rules import (
    verify as check_evidence,
)

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_NONCE = re.compile(r"[0-9a-f]{64}")
_BEACON = re.compile(r"(?:[0-9a-f]{2})+")
_HEAD = re.compile(r"([1-9][0-9]{0,15}):([0-9a-f]{64})")


@click.command()
@click.argument("proof", type=FILE)
@click.option(
    "--pool", "pools", multiple=True, metavar="LIST=FILE", help="The pool file of a list; may repeat."
)
@click.option("--roster", type=FILE, help="The roster of the inspectors.")
@click.option("--register", type=FILE, help="The public register, one entry a line.")
@click.option("--head", metavar="N:HEX", help="Number and digest of a register entry that someone noted.")
@click.option("--lot", type=FILE, help="One's own lot: was it drawn?")
@click.option("--log", "logs", multiple=True, type=FILE, help="A change after the draw; may repeat.")
def verify(
    proof: Path,
    pools: tuple[str, ...],
    roster: Path | None,
    register: Path | None,
    head: str | None,
    lot: Path | None,
    logs: tuple[Path, ...],
) -> None:
    """Check the PROOF of a draw, or its public form, against all files at hand.

    Prints VALID and what could not be checked, or INVALID: and the reason. With --lot also DRAWN or NOT DRAWN.
    Exits with 0 if valid, 1 if invalid, 2 if the command was used wrongly.
    """
    _print_anything()
    if head and not register:
        raise click.UsageError("--head needs --register")
    evidence = Evidence(
        proof=_read(proof),
        pools=_pools(pools),
        roster=_read(roster) if roster else None,
        register=_read(register) if register else None,
        head=_head(head) if head else None,
        lot=_read(lot) if lot else None,
        logs={str(log): _read(log) for log in logs},
    )
    try:
        verdict = check_evidence(evidence)
    except UnknownFile as error:
        raise click.UsageError(str(error)) from None
    if not verdict.valid:
        _fail(verdict.reason)
    click.echo("VALID")
    if verdict.drawn is not None:
        click.echo("DRAWN" if verdict.drawn else "NOT DRAWN")
    for sentence in verdict.unchecked:
        click.echo(sentence)


@click.command()
@click.option("--plan", "plan_file", required=True, type=FILE, help="The published plan.")
@click.option(
    "--pool", "pools", multiple=True, metavar="LIST=FILE", help="The pool file of a list; may repeat."
)
@click.option("--roster", "roster_file", type=FILE, help="The roster, if the plan names one.")
@click.option("--reveal", "reveals", multiple=True, metavar="PARTY=HEX", help="A party's nonce; may repeat.")
@click.option(
    "--witness", "texts", multiple=True, metavar="WHO=TEXT", help="A witness's text, in order; may repeat."
)
@click.option("--beacon", metavar="HEX", help="The beacon's bytes, if the plan names one.")
@click.option("--void", metavar="REASON", help="Why the draw is void.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the proof goes."
)
@click.option(
    "--public",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where a closed draw's public form goes.",
)
def draw(
    plan_file: Path,
    pools: tuple[str, ...],
    roster_file: Path | None,
    reveals: tuple[str, ...],
    texts: tuple[str, ...],
    beacon: str | None,
    void: str | None,
    out: Path,
    public: Path | None,
) -> None:
    """Make the proof of a draw from its files alone. A party without --reveal has withheld.

    Exits with 0, with 1 if a file is malformed or contradicts the plan, and with 2 if the command was used wrongly.
    """
    _print_anything()
    files = _pools(pools)
    nonces = _reveals(reveals)
    spoken = [_split(text, "--witness", "WHO=TEXT", str.partition) for text in texts]
    if beacon and not _BEACON.fullmatch(beacon):
        raise click.UsageError("--beacon must be lower-case hex")
    try:
        plan = read_plan(_read(plan_file))
        _refuse_strangers(plan, files, roster_file, nonces, public)
        roster = _read(roster_file) if roster_file else None
        made = make_proof(plan, files, roster, nonces, spoken, bytes.fromhex(beacon or ""), void)
    except ProtocolError as error:
        _fail(str(error))
    _write(out, made.canonical)
    if public:
        _write(public, canonical(public_form(made.proof, made.digest)))
    _tell(made, files, out)


def _tell(made: MadeProof, files: dict[str, bytes], out: Path) -> None:
    plan = made.proof["plan"]
    for caution in warnings_of(plan, {name: parse_pool(raw, name) for name, raw in files.items()}):
        where = (
            f"list {caution.list}, stratum {caution.stratum}: {caution.quota} of {caution.eligible} eligible"
        )
        why = "more than half are drawn" if caution.kind == "rate" else "fewer than five can be drawn from"
        click.echo(f"Look twice: {where}; {why}.", err=True)
    for object_, slot in made.proof["unfilled"]:
        click.echo(f"Nobody could be placed: {object_}, slot {slot}.", err=True)
    click.echo(f"{out}: {'void' if made.proof['void'] else 'drawn'}, proof digest {made.digest.hex()}")


def _refuse_strangers(
    plan: Plan,
    files: dict[str, bytes],
    roster: Path | None,
    nonces: dict[str, bytes | None],
    public: Path | None,
) -> None:
    """Options that name what the plan does not have, or leave out what it needs, are wrong usage."""
    lists = [entry["list"] for entry in plan["lists"]]
    _same(files, lists, "--pool", "list")
    parties = {party["id"] for party in plan["parties"]}
    for party in nonces.keys() - parties:
        raise click.UsageError(f"--reveal: the plan has no party {party}")
    if (roster is None) != (plan["roster"] is None):
        raise click.UsageError("--roster must be given exactly if the plan names a roster")
    if public and not plan["closed"]:
        raise click.UsageError("--public: of an open draw the proof itself is public")


def _same(given: Iterable[str], wanted: Iterable[str], option: str, noun: str) -> None:
    for name in given:
        if name not in wanted:
            raise click.UsageError(f"{option}: the plan has no {noun} {name}")
    for name in wanted:
        if name not in given:
            raise click.UsageError(f"{option}: the {noun} {name} of the plan is missing")


def _split(
    value: str, option: str, form: str, how: Callable[[str, str], tuple[str, str, str]]
) -> tuple[str, str]:
    left, equals, right = how(value, "=")
    if not (left and equals and right):
        raise click.UsageError(f"{option} must be {form}, not {value!r}")
    return left, right


def _pools(options: Iterable[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for option in options:
        name, file = _split(option, "--pool", "LIST=FILE", str.partition)
        if name in found:
            raise click.UsageError(f"--pool: the list {name} is given twice")
        found[name] = _read(Path(file))
    return found


def _reveals(options: Iterable[str]) -> dict[str, bytes | None]:
    """Nonces by party. Split at the last '=', which hex never has and a party's name may."""
    found: dict[str, bytes | None] = {}
    for option in options:
        party, nonce = _split(option, "--reveal", "PARTY=HEX", str.rpartition)
        if not _NONCE.fullmatch(nonce):
            raise click.UsageError(f"--reveal: the nonce of {party} must be 64 digits of lower-case hex")
        if party in found:
            raise click.UsageError(f"--reveal: the party {party} is given twice")
        found[party] = bytes.fromhex(nonce)
    return found


def _head(value: str) -> tuple[int, bytes]:
    found = _HEAD.fullmatch(value)
    if not found:
        raise click.UsageError(
            "--head must be N:HEX, the number of an entry and its digest in lower-case hex"
        )
    return int(found[1]), bytes.fromhex(found[2])


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except (OSError, ValueError) as error:
        raise click.UsageError(
            f"{file} cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from None


def _write(file: Path, data: bytes) -> None:
    """The whole file or none of it; a pipe or device is written as it is."""
    file = file.resolve()
    try:
        if file.exists() and not file.is_file():
            file.write_bytes(data)
            return
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        with os.fdopen(handle, "wb") as draft:
            draft.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(file)
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {error.strerror}") from None


def _fail(reason: str) -> NoReturn:
    click.echo(f"INVALID: {reason}")
    sys.exit(1)


def _print_anything() -> None:
    """A terminal that cannot show a name gets it escaped, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
