"""What the demo tells the person at the terminal."""

from __future__ import annotations

from typing import Any

from onedoor.commands.demo.made_up_city import BUREAUS
from onedoor.commands.demo.main_job import DemoResult
from onedoor.commands.demo.processes import House
from tenants import people

LINES = (
    ("entities", "firms in the shared register"),
    ("rejected", "rows refused, each with its reason"),
    ("bureaus", "bureaus"),
    ("doors", "doors: firms drawn by any bureau, visited once each"),
    ("independent_doors", "doors that separate draws would have needed (expected)"),
    ("matters", "matters checked behind those doors"),
    ("visits", "visits scheduled"),
    ("records", "records accepted by the bureaus' units"),
    ("disclosed", "results published"),
    ("transfers", "findings passed on to bureaus, units and the police"),
    ("penalties", "penalties decided"),
    ("corrected", "records corrected after they were accepted"),
    ("withdrawn", "export records withdrawn by the platforms"),
    ("exported", "results sent to the credit platform"),
    ("receipts", "receipts that came back"),
    ("orders", "reminders and orders of the supervisor"),
    ("circulars", "circulars"),
    ("assessed", "bureaus with the year's score"),
)
# who to sign in as first, and what there is to see
FIRST = (
    ("scjg.planner", "the lead's planner: plan, joint check, visits"),
    ("scjg.head", "the head: approvals in one list"),
    ("scjg.operator", "the draw operator: the draw and its hall"),
    ("xfjy.planner", "a partner (fire rescue): its own part only"),
    ("scjg.officer", "an officer on the phone: /field"),
    ("scjg.discloser", "the discloser: results due, exports and receipts"),
    ("sfj.supervisor", "justice: filings and oversight across bureaus"),
    ("scjg.admin", "the bureau's administrator: people, roles, log"),
    ("sjj.ops", "the platform's operator"),
)


def table(outcome: DemoResult, address: str = "") -> str:
    """The figures of the main job, and what went otherwise than drawn, for people."""
    result: dict[str, Any] = outcome.figures
    rows = [f"{result[key]:>10}  {text}" for key, text in LINES]
    targets = ", ".join(f"{name} {number}" for name, number in result["targets"].items())
    draw = result["draw"]
    pools = " ".join(f"--pool {name}={path}" for name, path in draw["pools"].items())
    check = f"onedoor verify {draw['proof']} {pools} --roster {draw['roster']} --register {draw['register']}"
    changes = [f"  {change['text']}: {address}{change['path']}" for change in outcome.changes]
    lines = [f"Draw {draw['number']}", *rows, f"Targets: {targets}"]
    begun = ", ".join(f"{kind} {number}" for kind, number in result["checks"].items())
    lines.append(f"Checks begun: {begun}")
    lines += ["After the draw:", *changes] if changes else []
    return "\n".join([*lines, "Check the draw yourself:", f"  {check}"])


def welcome(house: House, port: int) -> str:
    """The address, the accounts by role, and what to look at first."""
    secrets = _totp_secrets(house)
    lines = [
        "",
        f"OneDoor (一门) is at http://127.0.0.1:{port}/  (public site; staff sign in at /sign-in)",
        f"Every made-up person has the password  {house.secrets.password}",
        "",
        f"{'user':<16}{'one-time-password secret':<36}what there is to see",
    ]
    lines += [f"{name:<16}{secrets.get(name, '-'):<36}{text}" for name, text in FIRST]
    lines += ["", *_everybody(house)]
    lines += [
        "",
        "Look first: the public draw at /open/draws, then sign in as scjg.planner and follow the trace.",
        "Press Ctrl-C to stop; the data stays in " + str(house.folder) + ".",
    ]
    return "\n".join(lines)


def _everybody(house: House) -> list[str]:
    """Every role of every bureau: user name, roles, and the secret of the one-time password where one is asked for."""
    with house.app.app_context():
        accounts = people.made_up_accounts()
    lines = ["Everybody, by bureau: user, roles, one-time-password secret"]
    for letters, name, *_ in BUREAUS:
        lines.append(f"  {name}")
        own = [one for one in accounts if one[0].startswith(f"{letters.lower()}.")]
        lines += [f"    {user:<20}{' '.join(roles):<28}{secret or '-'}" for user, roles, secret in own]
    return lines


def _totp_secrets(house: House) -> dict[str, str]:
    with house.app.app_context():
        return people.totp_secrets_of([name for name, _ in FIRST])
