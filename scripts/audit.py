"""Known vulnerabilities in what we depend on: what pip-audit and npm audit said, told as it is.

Both tools ask a server for its advisories. pip-audit ends well also when that server knew none of the packages, which
is no audit; so its answer is counted here. Exit: 0 all was looked up and nothing found, 1 something was found,
2 an advisory source could not be asked, so nothing is known.

Where no source can be asked, a checkout of PyPA's advisory database that was carried there can be read instead
(`make audit ADVISORIES=folder`); of npm nothing is known then.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from packaging.version import InvalidVersion, Version

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


def of_folder(folder: Path, lock: str) -> tuple[int, list[str]]:
    """(exit status, lines to print) of a checkout of PyPA's advisory database, for the versions of a lock file.

    The newest day in it says up to when it knows anything.
    """
    locked = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, re.MULTILINE)
    found, newest = [], ""
    for name, version in locked:
        for advisory in _advisories(folder, name):
            newest = max(newest, str(advisory.get("modified", ""))[:10])
            if not advisory.get("withdrawn") and any(
                _concerns(one, version) for one in advisory.get("affected", ())
            ):
                found.append(f"Python: {name} {version}: {advisory['id']}")
    if not newest:
        return 2, [
            f"Python: {folder} holds no advisory of any of {len(locked)} packages; nothing was audited."
        ]
    told_of = f"Python: {len(locked)} packages looked up in {folder.name}, whose newest advisory of them is of {newest}"
    return (1, [*found, told_of]) if found else (0, [f"{told_of}: none concerns the versions here."])


def _advisories(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    plain = re.sub(r"[-_.]+", "-", name).lower()
    for path in sorted((folder / "vulns" / plain).glob("*.yaml")):
        yield yaml.safe_load(path.read_text())


def _concerns(affected: dict[str, Any], version: str) -> bool:
    """Whether a version is named, or lies in one of the ranges (OSV: introduced, fixed, last_affected)."""
    if version in map(str, affected.get("versions") or ()):
        return True
    ranges = [one for one in affected.get("ranges") or () if one.get("type") == "ECOSYSTEM"]
    return any(_lies_in(one["events"], Version(version)) for one in ranges)


def _lies_in(events: list[dict[str, str]], version: Version) -> bool:
    inside = False
    for event in events:
        ((kind, text),) = event.items()
        try:
            bound = Version("0" if str(text) == "0" else str(text))
        except InvalidVersion:
            continue
        if kind == "introduced":
            inside = inside or version >= bound
        elif (kind == "fixed" and version >= bound) or (kind == "last_affected" and version > bound):
            inside = False
    return inside


def main(folder: str = "") -> int:
    """Ask for both locks and the front end; the worst answer is the exit status, a find before a silence."""
    if folder:
        answers = [of_folder(Path(folder), (ROOT / "requirements.lock").read_text()), of_npm("")]
    else:
        asked = [*PIP_AUDIT, "requirements.lock", "--format", "json", "--progress-spinner", "off"]
        answers = [of_pip(_said(asked)), of_npm(_said(NPM_AUDIT))]
    for _, lines in answers:
        print("\n".join(lines))
    statuses = {status for status, _ in answers}
    return 1 if 1 in statuses else max(statuses)


def _said(command: list[str]) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
