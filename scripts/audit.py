"""Known vulnerabilities in what we depend on: what pip-audit and npm audit said, told as it is.

Both tools ask a server for its advisories. pip-audit ends well also when that server knew none of the packages, which
is no audit; so its answer is counted here. Exit: 0 all was looked up and nothing found, 1 something was found,
2 an advisory source could not be asked, so nothing is known.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PIP_AUDIT = [str(ROOT / ".setup/audit/bin/pip-audit"), "--require-hashes", "--disable-pip", "-r"]
NPM_AUDIT = ["npm", "audit", "--json"]
WORTH_STOPPING = ("high", "critical")


def of_pip(text: str) -> tuple[int, list[str]]:
    """(exit status, lines to print) of pip-audit's JSON answer; no JSON means that it could not ask."""
    try:
        packages: list[dict[str, Any]] = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 2, ["Python: the advisory source can't be reached from here; nothing was audited."]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    found = [
        f"Python: {one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one in packages
        for flaw in one.get("vulns", [])
    ]
    if skipped:
        found.append(
            f"Python: the advisory source knows nothing of {len(skipped)} of {len(packages)} packages (it may be"
            f" out of reach from here); they were not audited: {', '.join(skipped[:5])}{' …' if skipped[5:] else ''}"
        )
        return (1 if len(found) > 1 else 2), found
    return (1, found) if found else (0, [f"Python: {len(packages)} packages, no known vulnerability."])


def of_npm(text: str) -> tuple[int, list[str]]:
    """(exit status, lines to print) of npm's JSON answer."""
    try:
        answer = json.loads(text)
        counts = answer["metadata"]["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return 2, ["npm: the advisory source can't be reached from here; nothing was audited."]
    lines = [
        f"npm: {name}: {one['severity']}"
        for name, one in answer.get("vulnerabilities", {}).items()
        if one["severity"] in WORTH_STOPPING
    ]
    if lines:
        return 1, lines
    total = answer["metadata"].get("dependencies", {}).get("total", 0)
    return 0, [
        f"npm: {total} packages, {counts['total']} known vulnerabilities, none of them high or critical."
    ]


def main() -> int:
    """Ask for both locks and the front end; the worst answer is the exit status, a find before a silence."""
    answers = [
        of_pip(_said([*PIP_AUDIT, "requirements.lock", "--format", "json", "--progress-spinner", "off"])),
        of_npm(_said(NPM_AUDIT)),
    ]
    for _, lines in answers:
        print("\n".join(lines))
    statuses = {status for status, _ in answers}
    return 1 if 1 in statuses else max(statuses)


def _said(command: list[str]) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())
