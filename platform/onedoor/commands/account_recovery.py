"""`onedoor people recover`: back in for whoever lost phone and recovery codes, where no administrator can help (R-T5)."""

from __future__ import annotations

from typing import TextIO

import click

from onedoor.commands.bureaus import filled, hand_over, working
from tenants import people as accounts


@click.group()
def people() -> None:
    """People who cannot sign in any more, and whom nobody on a page can help."""


@people.command()
@click.argument("username")
@click.option(
    "--reason", required=True, help="Why, and how you made sure who it is; everybody in the bureau reads it."
)
@click.option("--identity-number-file", "file", type=click.File(encoding="utf-8"), help="Where the identity number is, - for standard input; asked for if not given.")  # fmt: skip
@click.option(
    "--anyway", is_flag=True, help="Also if the bureau has other administrators, who cannot sign in either."
)
def recover(username: str, reason: str, file: TextIO | None, anyway: bool) -> None:
    """Let the owner of the account USERNAME begin anew, and print the link that sets a password.

    Password, one-time password, recovery codes and sessions end at once. The link works once, for one day. The bureau's
    log keeps who was let in again and why, and its people are told on their desks for fourteen days.
    """
    filled(reason, "--reason")
    number = file.read() if file else click.prompt("Identity number (身份证号)", hide_input=True)
    with working():
        hand_over(accounts.recover(username, number, reason.strip(), anyway=anyway), username)
