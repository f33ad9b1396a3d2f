"""`onedoor bureaus`: the first day of a deployment, its bureaus, who supervises, and the first people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import click
from flask import current_app, url_for

from onedoor.app import create_app
from onedoor.kernel.clock import SHANGHAI
from onedoor.kernel.codes import EntityKind, read_credit_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import DbRole, in_scope
from tenants import deployment_setup, people, queries
from tenants.deployment_setup import NewBureau, NewPlace, Refused
from tenants.models import Bureau
from tenants.people import LinkToHandOver
from tenants.people.first_accounts import FIRST, in_use
from tenants.rules import Role

CODE = re.compile(r"(\d{6})-[A-Z][A-Z0-9]{1,11}")
LEVELS = ("province", "city", "district", "county")
DOMAINS = ("market", "other")
KINDS = [kind.value for kind in EntityKind]


@click.group()
def bureaus() -> None:
    """Bureaus, their supervision grants and their first people."""


@bureaus.command("list")
def listed() -> None:
    """Every bureau with its place, domain, kinds of entity, grants, and whether an administrator can sign in."""
    with working(), in_scope(deployment_setup.at_command(DbRole.IDENTITY)):
        known = [(one, in_use(one.id, Role.ADMINISTRATOR)) for one in queries.bureaus()]
        lines = [_line(one, managed) for one, managed in known]
        codes = {one.id: number for number, (one, _) in enumerate(known)}
        with in_scope(deployment_setup.at_command(DbRole.OPERATOR)):
            for held, holder, place in queries.grants():
                if holder.id in codes:
                    lines[codes[holder.id]] += (
                        f"\n  supervises {place.code} {place.name}, {held.domain}: {held.basis}"
                    )
    click.echo("\n".join(lines) if lines else "There is no bureau yet.")


@bureaus.command()
@click.argument("code")
@click.argument("name")
@click.option("--short-name", required=True, help="The name in lists: 市市场监管局.")
@click.option("--abbreviation", required=True, help="What stands in document numbers: 示市监.")
@click.option("--domain", type=click.Choice(DOMAINS), required=True)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="A kind of entity it keeps, by the first characters of the credit code; may repeat.")  # fmt: skip
@click.option("--credit-code", help="The bureau's own credit code.")
@click.option("--place-name", help="The name of its place, if the place is not there yet.")
@click.option("--place-level", type=click.Choice(LEVELS), help="With --place-name.")
@click.option(
    "--place-parent", help="With --place-name: the code of the place above; the first place has none."
)
def add(
    code: str,
    name: str,
    short_name: str,
    abbreviation: str,
    domain: str,
    kinds: tuple[str, ...],
    credit_code: str | None,
    place_name: str | None,
    place_level: str | None,
    place_parent: str | None,
) -> None:
    """Add the bureau CODE (place and letters: 990100-SCJG) called NAME.

    The same again changes nothing. Exits with 1 if it, or its place, is there and differs.
    """
    matched = CODE.fullmatch(code)
    if matched is None:
        raise click.UsageError("CODE is six digits of the place, a hyphen and capital letters: 990100-SCJG.")
    for given, where in ((name, "NAME"), (short_name, "--short-name"), (abbreviation, "--abbreviation")):
        filled(given, where)
    with working():
        wanted = NewBureau(
            code,
            name,
            short_name,
            abbreviation,
            matched[1],
            domain,
            tuple({*kinds}),
            read_credit_code(credit_code).text if credit_code else None,
        )
        added = deployment_setup.add_bureau(wanted, _place(matched[1], place_name, place_level, place_parent))
    click.echo(f"{code} {name}: {'added' if added else 'there already, unchanged'}.")


@bureaus.command()
@click.argument("code")
@click.argument("place")
@click.option("--domain", type=click.Choice(("all", "market")), default="all", show_default=True)
@click.option("--basis", required=True, help="The document that gives the power: 示政办发〔2026〕1号.")
def grant(code: str, place: str, domain: str, basis: str) -> None:
    """Let the bureau CODE supervise PLACE and all below it from today on (R-T3)."""
    filled(basis, "--basis")
    with working():
        new = deployment_setup.grant(code, place, domain, basis)
    click.echo(f"{code} supervises {place}, {domain}: {'from today on' if new else 'already, unchanged'}.")


@bureaus.command()
@click.argument("code")
@click.argument("username")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in FIRST]), required=True)
@click.option("--identity-number-file", "file", type=click.File(encoding="utf-8"), help="Where the identity number is, - for standard input; asked for if not given.")  # fmt: skip
def invite(code: str, username: str, name: str, role: str, file: TextIO | None) -> None:
    """Add the account USERNAME of the person NAME in the bureau CODE, and print the link that sets its password.

    The link works once, until it expires; the same again prints a new one as long as none was used. The
    identity number is no argument, since arguments stand in the list of processes and the shell's history (R-T7).
    """
    filled(name, "NAME")
    number = file.read() if file else click.prompt("Identity number (身份证号)", hide_input=True)
    with working():
        handed = people.invite_first(code, username, name, number, Role(role))
        hand_over(handed, name)


def hand_over(handed: LinkToHandOver, name: str) -> None:
    """Print a link by itself on standard output, and on the other what to do with it."""
    with current_app.test_request_context():
        path = url_for("session.invitation", token=handed.token)
    click.echo(current_app.extensions["onedoor.config"].base_url + path)
    until = handed.expires_at.astimezone(SHANGHAI)
    click.echo(f"Hand this link to {name} in person; it works once, until {until:%Y-%m-%d %H:%M}.", err=True)


def _line(bureau: Bureau, managed: bool) -> str:
    kinds = ",".join(sorted(bureau.entity_kinds)) or "none"
    return (
        f"{bureau.code} {bureau.name}: {bureau.domain}, keeps {kinds},"
        f" {'has an administrator' if managed else 'NO ADMINISTRATOR who can sign in'}"
    )


def _place(code: str, name: str | None, level: str | None, parent: str | None) -> NewPlace | None:
    if name is None:
        if level or parent:
            raise click.UsageError("--place-level and --place-parent go with --place-name.")
        return None
    if level is None:
        raise click.UsageError("--place-name needs --place-level.")
    filled(name, "--place-name")
    return NewPlace(code, name, level, parent)


def filled(text: str, where: str) -> None:
    """Refuse an empty argument."""
    if not text.strip():
        raise click.UsageError(f"{where} is empty.")


@contextmanager
def working() -> Iterator[None]:
    """The application; what cannot be done is said in one sentence, without a trace."""
    app = create_app()
    with app.app_context():
        try:
            yield
        except (Refused, ClerkError) as problem:
            problems = [text for texts in getattr(problem, "fields", {}).values() for text in texts]
            raise click.ClickException(" ".join([str(problem), *problems])) from None
