"""The figures of a run: medians, ratios, and the machine they were taken on."""

from __future__ import annotations

import os
import platform
from statistics import median
from typing import Any

AGAINST = "consistent_sampler"
# What is asked of each at a million, as a multiple of (d)'s bare selection in the same run: floor and aim.
ASKED_OF = 1_000_000
ASKED = {"whole": (0.6, 0.35), "verify_py": (1.0, 0.6), "browser": (1.5, 0.5), "teaming": (1.0, 0.25)}
TITLES = {
    "whole": "(a) the whole draw",
    "selection": "(b) its tickets and selection",
    "order_by_random": "(c) ORDER BY random()",
    "consistent_sampler": "(d) consistent-sampler",
    "cryptorandom_pikk": "(e) cryptorandom, PIKK",
    "verify_py": "(f) verify.py",
    "browser": "(g) the browser's verifier",
    "teaming": "teams",
}


def of(runs: dict[str, list[dict[str, Any]]], sizes: dict[str, int], postgres: str) -> dict[str, Any]:
    """Contestant by contestant: median seconds, all runs, peak memory, parts; then ratios and machine."""
    contestants = {name: _contestant(figures) for name, figures in runs.items()}
    return {
        **sizes,
        "contestants": contestants,
        "ratios": _ratios(contestants, sizes["objects"]),
        "machine": machine(postgres),
    }


def machine(postgres: str) -> dict[str, Any]:
    """On what the figures were taken."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "postgresql": postgres,
        "system": f"{platform.system()} {platform.machine()}",
    }


def _contestant(figures: list[dict[str, Any]]) -> dict[str, Any]:
    if "skipped" in figures[0]:
        return {"skipped": figures[0]["skipped"]}
    found: dict[str, Any] = {
        "seconds": round(median(run["seconds"] for run in figures), 4),
        "runs": [round(run["seconds"], 4) for run in figures],
        "peak_mb": round(max(run["peak_mb"] for run in figures)),
    }
    if "parts" in figures[0]:
        found["parts"] = {
            part: round(median(run["parts"][part] for run in figures), 4) for part in figures[0]["parts"]
        }
    return found | {key: figures[0][key] for key in ("slots", "unfilled") if key in figures[0]}


def _ratios(contestants: dict[str, dict[str, Any]], objects: int) -> dict[str, Any]:
    """Each contestant's median as a multiple of (d)'s, with what is asked of it."""
    base = contestants.get(AGAINST, {}).get("seconds")
    if not base:
        return {}
    found = {}
    for name, figures in contestants.items():
        if name != AGAINST and "seconds" in figures:
            found[name] = {"ratio": round(figures["seconds"] / base, 3)}
            if name in ASKED and objects >= ASKED_OF:
                found[name] |= dict(zip(("floor", "aim"), ASKED[name], strict=True))
    return found


def table(report: dict[str, Any]) -> str:
    """The same for a person at a terminal."""
    lines = [
        f"{report['objects']:,} objects, {report['teamed']:,} of {report['inspectors']:,} inspectors teamed",
        "",
    ]
    for name, each in report["contestants"].items():
        if "skipped" in each:
            lines.append(f"{TITLES[name]:32} skipped: {each['skipped']}")
            continue
        lines.append(
            f"{TITLES[name]:32} {each['seconds']:9.3f} s {each['peak_mb']:6} MB {_against(report, name)}"
        )
        lines += [f"    {part:40} {seconds:9.3f} s" for part, seconds in each.get("parts", {}).items()]
    machine = report["machine"]
    lines += ["", f"{machine['cores']} cores (load {machine['load']}), {machine['system']},"
              f" Python {machine['python']}, PostgreSQL {machine['postgresql']}"]  # fmt: skip
    return "\n".join(lines)


def _against(figures: dict[str, Any], name: str) -> str:
    found = figures["ratios"].get(name)
    if found is None:
        return ""
    asked = f" (asked: {found['floor']}, aimed at: {found['aim']})" if "floor" in found else ""
    return f"{found['ratio']:7.2f} of (d){asked}"
