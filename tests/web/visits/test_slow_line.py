"""The page behind a visit's code on a bad line: whoever stands at a door with a phone sees soon who comes (R-V2)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import BrowserContext, expect

from onedoor.visits import queries
from tests.fixtures.browser import PHONE, served
from tests.visits.builders import DrawnCampaign

# 400 kbit/s, and 400 ms until an answer begins, as at the edge of a mobile network.
LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
WITHIN = 3_000
DRAWN = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
SENT = "performance.getEntriesByType('resource').reduce((sum, one) => sum + one.transferSize, 0)"


def test_the_page_of_a_code_is_drawn_within_three_seconds(
    app: Flask, going: DrawnCampaign, context: Callable[..., BrowserContext]
) -> None:
    visit_id = going.joint()
    with going.world.city.acting("scjg.planner"):
        code = queries.visit(visit_id).code
    with served(app) as address:
        page = context(viewport=PHONE).new_page()
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", LINE)
        page.goto(f"{address}/v/{code}", wait_until="commit")
        expect(page.get_by_role("heading", name="检查码有效")).to_be_visible()
        page.wait_for_function(f"{DRAWN} > 0")
        drawn = page.evaluate(DRAWN)
        page.wait_for_load_state("load")
        assert 800 < drawn < WITHIN, f"drawn after {drawn:.0f} ms"
        assert page.evaluate(SENT) < 60_000, "bytes beside the page itself"
