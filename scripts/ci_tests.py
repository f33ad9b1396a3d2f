"""The tests under CI: what failed is run once more by itself, and the end says what is unstable.

`run RESULTS NAME ARGUMENTS…` stands in pytest's place (`make test PYTEST=…`); `close RESULTS NAME…` says how all the suites
went. A test that passes the second time fails nothing, unless there are more of them than `MOST`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.etree import ElementTree  # nosec B405

# So many tests may pass only the second time; with more of them a green run says little.
MOST = 3
SOME_FAILED, NONE_COLLECTED = 1, 5


@dataclass
class Suite:
    """How a suite went. `status` is pytest's own of the first run; 0 or 1 if it went to its end."""

    status: int
    seconds: float
    passed: int = 0
    skipped: int = 0
    failed: list[str] = field(default_factory=list)
    unstable: list[str] = field(default_factory=list)

    @property
    def broken(self) -> bool:
        """It did not go to its end, or failed without naming a test: nothing may be excused then."""
        if self.status == SOME_FAILED:
            return not (self.failed or self.unstable)
        return self.status not in (0, NONE_COLLECTED)


def run(arguments: list[str]) -> Suite:
    """pytest with these arguments, and what failed of it once more."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="onedoor-ci-") as folder:
        status, failed, counts = _pytest(Path(folder), arguments)
        still = failed
        if status == SOME_FAILED and failed:
            print(f"\nWhat failed is run once more by itself: {len(failed)}.", flush=True)
            again, still, _ = _pytest(Path(folder), [*arguments, "--last-failed"])
            # Whatever else than a failed test ended the second run leaves all of them failed.
            still = still if again in (0, SOME_FAILED) else failed
    return Suite(
        status,
        time.monotonic() - began,
        counts["passed"],
        counts["skipped"],
        still,
        sorted(set(failed) - set(still)),
    )


def _pytest(folder: Path, arguments: list[str]) -> tuple[int, list[str], dict[str, int]]:
    """The status, the names of what failed, and how many passed and were skipped."""
    report = folder / "report.xml"
    report.unlink(missing_ok=True)
    own = ["-o", f"cache_dir={folder / 'cache'}", f"--junitxml={report}"]
    status = subprocess.run([sys.executable, "-m", "pytest", *arguments, *own]).returncode
    listed = folder / "cache" / "v" / "cache" / "lastfailed"
    failed = sorted(json.loads(listed.read_text(encoding="utf-8"))) if listed.exists() else []
    return status, failed, _counts(report)


def _counts(report: Path) -> dict[str, int]:
    if not report.exists():
        return {"passed": 0, "skipped": 0}
    # What pytest has just written.
    cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314  # nosec B314
    skipped = sum(one.find("skipped") is not None for one in cases)
    return {"passed": sum(map(_passed, cases)), "skipped": skipped}


def _passed(case: ElementTree.Element) -> bool:
    return all(case.find(kind) is None for kind in ("failure", "error", "skipped"))


def close(suites: dict[str, Suite | None]) -> tuple[str, bool]:
    """What is said at the end, its last line as pytest would say it, and whether the run is green."""
    known = [one for one in suites.values() if one is not None]
    failed = [test for one in known for test in one.failed]
    unstable = [test for one in known for test in one.unstable]
    broken = [name for name, one in suites.items() if one is None or one.broken]
    lines = [f"FAILED {test}" for test in failed]
    lines += [f"ERROR the suite {name} did not run to its end" for name in broken]
    lines += [f"UNSTABLE {test} (failed, then passed)" for test in unstable]
    if len(unstable) > MOST:
        lines.append(f"More than {MOST} tests are unstable: the run fails.")
    counts = {
        "failed": len(failed) + (len(unstable) if len(unstable) > MOST else 0),
        "passed": sum(one.passed for one in known),
        "skipped": sum(one.skipped for one in known),
        "unstable": len(unstable) if len(unstable) <= MOST else 0,
        "error" if len(broken) == 1 else "errors": len(broken),
    }
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "no tests ran"
    seconds = sum(one.seconds for one in known)
    lines.append(f"===== {said} in {seconds:.2f}s =====")
    return "\n".join(lines), not (failed or broken or len(unstable) > MOST) and counts["passed"] > 0


def main(arguments: list[str]) -> int:
    """What `.ci/run` and the Makefile call."""
    command, folder, *rest = arguments
    if command == "run":
        name, *given = rest
        suite = run(given)
        (Path(folder) / f"{name}.json").write_text(json.dumps(asdict(suite)), encoding="utf-8")
        return suite.status if suite.broken or suite.status == NONE_COLLECTED else int(bool(suite.failed))
    kept = {name: Path(folder) / f"{name}.json" for name in rest}
    said, green = close(
        {
            name: Suite(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None
            for name, path in kept.items()
        }
    )
    print(said)
    return 0 if green else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
