"""The ceremony in real browsers: operator, justice with its own device, a witness on a phone, the public at the hall."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from onedoor.draws import queries, rules, service
from tests.draws_room.ceremony import JUSTICE, LEAD, PARTNER, Ceremony
from tests.fixtures.browser import DESK, PHONE, axe
from tests.fixtures.city import City
from tests.web.draws.conftest import Entering
from tests.web.portal.city import FirmsDrawn, firms


# make test holds one in tests/e2e/test_main_job_draw.py.
@pytest.mark.long
def test_the_whole_ceremony(
    house: str, ceremony: Ceremony, enter: Entering, context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    ceremony.create()
    ceremony.deposit()
    ceremony.deposit("yjgl.planner", PARTNER, ceremony.pool(31, 60))
    path = f"/draws/{ceremony.draw_id}"

    # Justice makes its nonce in its own browser, which also keeps a file.
    justice = enter("sfj.supervisor", f"{path}/secret")
    axe(justice)
    with justice.expect_download() as saved:
        justice.get_by_role("button", name="生成随机数并提交承诺").click()
    kept = tmp_path / "nonce.json"
    saved.value.save_as(kept)
    nonce = json.loads(kept.read_text())
    expect(justice.get_by_text("随机数保存在这台设备的浏览器中。")).to_be_visible()
    axe(justice)
    with ceremony.city.acting("scjg.operator"):
        draw = queries.draw(ceremony.draw_id)
        part = next(c for c in queries.board(draw.id)["committers"] if c["name"] == JUSTICE)
        made = rules.commit(
            "sha256", draw.line, draw.seq, draw.number, JUSTICE, bytes.fromhex(nonce["nonce"])
        )
    assert part["commit"] == made.hex()

    # The operator opens the hall to the public; the public's page follows live from here on.
    operator = enter("scjg.operator", path)
    expect(operator.get_by_text("“公布抽取方案”还不能办理：")).to_be_visible()
    axe(operator)
    operator.get_by_role("button", name="向公众开放观看").click()
    expect(operator.get_by_text("抽取方案一公布，公众就可以观看。")).to_be_visible()
    ceremony.publish()
    expect(operator.get_by_role("button", name="截止见证")).to_be_visible()
    crowd = context().new_page()
    crowd.goto(f"{house}/hall/{ceremony.draw_id}")
    expect(crowd.locator("[aria-current=step]")).to_have_text("公布方案，见证")
    axe(crowd)

    # A witness on a phone, without an account.
    operator.reload()
    operator.get_by_label("姓名和身份").fill("孙见证（人大代表）")
    operator.get_by_role("button", name="邀请", exact=True).click()
    operator.get_by_text("邀请链接和二维码").click()
    axe(operator)
    link = operator.get_by_text(re.compile("/witness/")).first.inner_text()
    witness = context(viewport=PHONE).new_page()
    witness.goto(house + link[link.index("/witness/") :])
    axe(witness)
    witness.get_by_label("您的寄语").fill("一视同仁")
    witness.get_by_role("button", name="提交寄语").click()
    expect(witness.get_by_text("您的寄语是第 1 条：一视同仁")).to_be_visible()
    axe(witness)
    expect(crowd.get_by_text("一视同仁")).to_be_visible()

    operator.get_by_role("button", name="截止见证").click()
    operator.get_by_role("dialog").get_by_role("button", name="截止见证").click()
    expect(operator.get_by_text("见证已截止，寄语已登记。请各方揭示。")).to_be_visible()
    expect(operator.get_by_text(f"等待{JUSTICE}揭示")).to_be_visible()

    # Justice's browser reads the register itself before the nonce leaves it.
    justice.goto(f"{house}{path}/secret")
    axe(justice)
    justice.get_by_role("button", name="核对登记簿并揭示").click()
    expect(justice.get_by_text("已揭示。各方揭示后自动抽取。")).to_be_visible()
    ceremony.run()
    expect(crowd.get_by_text("抽中的检查对象和检查组")).to_be_visible()
    axe(crowd)
    expect(operator.get_by_text("抽中的检查对象和检查组")).to_be_visible()
    axe(operator)
    operator.goto(f"{house}{path}/announcement")
    axe(operator)
    crowd.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    axe(crowd)
    operator.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    for place in ("", "/hall", "/announcement"):
        operator.goto(f"{house}{path}{place}")
        axe(operator)


def test_a_nonce_does_not_leave_the_device_when_the_texts_are_not_those_registered(
    house: str, ceremony: Ceremony, enter: Entering
) -> None:
    """draw.md: a party's device reads the `texts` entry itself before it lets its nonce go."""
    page = committed_in_browser(ceremony, enter)
    page.route("**/texts.json", lambda route: route.fulfill(json=[["假见证", "后来添的"]]))
    page.goto(f"{house}/draws/{ceremony.draw_id}/secret")
    page.get_by_role("button", name="核对登记簿并揭示").click()
    expect(page.locator('[data-check="texts"]')).to_contain_text("不符")
    assert_not_revealed(ceremony)


def test_a_nonce_does_not_leave_the_device_when_the_register_was_rewritten(
    house: str, ceremony: Ceremony, enter: Entering
) -> None:
    page = committed_in_browser(ceremony, enter)

    def rewrite(route) -> None:  # type: ignore[no-untyped-def]
        lines = route.fetch().text().splitlines()
        entry = json.loads(lines[0])
        lines[0] = rules.canonical(entry | {"time": "2020-01-01T00:00:00Z"}).decode()
        route.fulfill(body="\n".join(lines) + "\n", content_type="application/jsonl")

    page.route("**/register.jsonl", rewrite)
    page.goto(f"{house}/draws/{ceremony.draw_id}/secret")
    page.get_by_role("button", name="核对登记簿并揭示").click()
    expect(page.locator('[data-check="chain"]')).to_contain_text("不符")
    expect(page.locator('[data-check="texts"]')).to_contain_text("没有核对")
    assert_not_revealed(ceremony)


def test_a_lost_device_is_helped_by_the_file(
    house: str, ceremony: Ceremony, enter: Entering, tmp_path: Path
) -> None:
    kept = tmp_path / "nonce.json"
    committed_in_browser(ceremony, enter, kept)
    other = enter("sfj.supervisor", f"/draws/{ceremony.draw_id}/secret")
    expect(other.get_by_text("这台设备上没有本次抽取的随机数")).to_be_visible()
    strange = tmp_path / "strange.json"
    strange.write_text("{}")
    other.get_by_label("从文件读入随机数").set_input_files(strange)
    expect(other.get_by_text("这个文件不是本次抽取的随机数")).to_be_visible()
    other.get_by_role("button", name="核对登记簿并揭示").click()
    expect(other.get_by_text("没有随机数，无法揭示。")).to_be_visible()
    expect(other.locator("[data-checks]")).to_be_hidden()
    other.get_by_label("从文件读入随机数").set_input_files(kept)
    expect(other.get_by_text("随机数保存在这台设备的浏览器中。")).to_be_visible()
    other.get_by_role("button", name="核对登记簿并揭示").click()
    expect(other.get_by_text("已揭示。各方揭示后自动抽取。")).to_be_visible()


def test_a_commitment_whose_answer_is_lost_is_made_again_with_the_same_nonce(
    house: str, ceremony: Ceremony, enter: Entering
) -> None:
    """R-D4: a party's nonce is made once for a draw, however often and in how many windows it presses."""
    ceremony.create()
    ceremony.deposit()
    ceremony.deposit("yjgl.planner", PARTNER, ceremony.pool(31, 60))
    path = f"{house}/draws/{ceremony.draw_id}/secret"
    page = enter("sfj.supervisor", f"/draws/{ceremony.draw_id}/secret")
    beside = page.context.new_page()
    beside.goto(path)
    page.route("**/commit", lambda route: route.abort())
    with page.expect_download(), page.expect_event("requestfailed"):
        page.get_by_role("button", name="生成随机数并提交承诺").click()
    # What one window keeps comes to the other in its own time.
    kept = beside.evaluate(KEPT)
    beside.get_by_role("button", name="生成随机数并提交承诺").click()
    expect(beside.get_by_text("随机数保存在这台设备的浏览器中。")).to_be_visible()
    assert beside.evaluate("Object.values({...localStorage})") == kept
    with ceremony.city.acting("scjg.operator"):
        draw = queries.draw(ceremony.draw_id)
        part = next(c for c in queries.board(draw.id)["committers"] if c["name"] == JUSTICE)
    nonce = bytes.fromhex(json.loads(kept[0])["nonce"])
    assert part["commit"] == rules.commit("sha256", draw.line, draw.seq, draw.number, JUSTICE, nonce).hex()

    # A nonce that is not the one committed to is told of before it is needed.
    key = beside.evaluate("Object.keys({...localStorage})[0]")
    other = json.dumps(json.loads(kept[0]) | {"nonce": "ab" * 32})
    beside.evaluate("([key, other]) => localStorage.setItem(key, other)", [key, other])
    beside.goto(path)
    expect(beside.get_by_text("这台设备上保存的随机数与本部门的承诺不符")).to_be_visible()


KEPT = """new Promise((resolve) => {
  const look = () => (localStorage.length ? resolve(Object.values({...localStorage})) : setTimeout(look, 50));
  look();
})"""


def committed_in_browser(ceremony: Ceremony, enter: Entering, kept: Path | None = None):
    """Justice's page after it committed in its browser, and the texts are closed."""
    ceremony.create()
    ceremony.deposit()
    ceremony.deposit("yjgl.planner", PARTNER, ceremony.pool(31, 60))
    page = enter("sfj.supervisor", f"/draws/{ceremony.draw_id}/secret")
    with page.expect_download() as saved:
        page.get_by_role("button", name="生成随机数并提交承诺").click()
    if kept is not None:
        saved.value.save_as(kept)
    expect(page.get_by_text("承诺已提交。")).to_be_visible()
    ceremony.publish()
    ceremony.speak(ceremony.invite("周见证（记者）"), "公开")
    ceremony.close()
    return page


def assert_not_revealed(ceremony: Ceremony) -> None:
    """Justice's nonce stays; the platform's was let go when the texts closed (R-D7)."""
    with ceremony.city.acting("scjg.operator"):
        nonces = [c["nonce"] for c in queries.board(ceremony.draw_id)["committers"]]
    assert nonces.count(None) == 1 and len(nonces) == 2


def test_a_yes_counts_though_the_page_was_renewed_while_the_question_stood_open(
    house: str, ceremony: Ceremony, enter: Entering
) -> None:
    """A witness speaks while the operator is asked whether to close: the live page brings a fresh button."""
    ceremony.open()
    token = ceremony.invite("郑见证（记者）")
    page = enter("scjg.operator", f"/draws/{ceremony.draw_id}")
    page.get_by_role("button", name="截止见证").click()
    asked = page.get_by_role("dialog").get_by_role("button", name="截止见证")
    expect(asked).to_be_visible()
    ceremony.speak(token, "不偏不倚")
    expect(page.get_by_text("不偏不倚")).to_be_attached()
    asked.click()
    expect(page.get_by_text("见证已截止，寄语已登记。请各方揭示。")).to_be_visible()


def test_a_code_shown_to_one_witness_stays_while_another_speaks(ceremony: Ceremony, enter: Entering) -> None:
    """And who is about to press a button by keyboard is at it still."""
    ceremony.open()
    first = ceremony.invite("冯见证（记者）")
    ceremony.invite("陈见证（律师）")
    page = enter("scjg.operator", f"/draws/{ceremony.draw_id}")
    shown = page.get_by_role("listitem").filter(has_text="陈见证（律师）")
    shown.get_by_text("邀请链接和二维码").click()
    link = shown.get_by_text(re.compile("/witness/"))
    expect(link).to_be_visible()
    close = page.get_by_role("button", name="截止见证")
    close.focus()
    ceremony.speak(first, "先到先说")
    expect(page.get_by_text("先到先说")).to_be_attached()
    expect(link).to_be_visible()
    expect(close).to_be_focused()


@pytest.mark.long
def test_a_closed_draw_from_its_holders_receipt_to_a_firms_own_lot(
    house: str, city: City, enter: Entering, context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    """Every page of it in the lead's, a holder's and the public's browser; the firm opens the file it was handed."""
    made = FirmsDrawn(city, mode=service.Mode(closed=True, holder_id=city.bureaus["WSJK"]))
    made.create()
    made.deposit(raw=firms(made.firms + 1, 60, made.secret()))
    made.deposit("yjgl.planner", PARTNER, firms(made.firms + 31, 60, made.secret()))
    path = f"/draws/{made.draw_id}"
    lead = enter("scjg.operator", path)
    expect(lead.get_by_text("等待示范市卫生健康委员会签收封闭名单，请提醒对方。")).to_be_visible()
    at_both_sizes(lead)
    holder = enter("wsjk.operator", path)
    holder.get_by_role("link", name="签收封闭名单").click()
    expect(holder.get_by_role("button", name="下载全部名单，核对指纹并签收")).to_be_visible()
    at_both_sizes(holder)
    holder.get_by_role("button", name="下载全部名单，核对指纹并签收").click()
    expect(holder.get_by_text("已签收全部名单。")).to_be_visible()
    at_both_sizes(holder)
    made.receive("sfj.supervisor")
    digest = made.committed()
    with city.acting("sfj.supervisor"):
        service.commit(made.draw_id, digest)
    made.publish()
    with city.acting("scjg.operator"):
        service.let_watch(made.draw_id, True)
    crowd = context(viewport=PHONE).new_page()
    crowd.goto(f"{house}/hall/{made.draw_id}")
    at_both_sizes(crowd)
    made.close()
    made.reveal()
    made.run()
    expect(crowd.get_by_role("heading", name="抽中的检查对象和检查组")).to_be_visible(timeout=30_000)
    at_both_sizes(crowd)
    holder.reload()
    expect(holder.get_by_role("heading", name="抽取以后的文件")).to_be_visible()
    at_both_sizes(holder)
    lead.goto(f"{house}{path}/announcement")
    at_both_sizes(lead)
    lead.goto(f"{house}{path}")
    at_both_sizes(lead)
    lead.get_by_role("link", name="出具企业的签号").click()
    expect(lead.get_by_label("统一社会信用代码")).to_be_visible()
    at_both_sizes(lead)
    with city.acting("scjg.operator"):
        proof = queries.proof(made.draw_id)
    # A firm of the lead's list alone, so that one file is handed out; a drawn one if there is.
    rows = rules.parse_pool(firms(made.firms + 1, 60), LEAD).rows
    alone = {made.firm(number) for number in range(1, 31)} & {row.id for row in rows if row.status == "E"}
    drawn = {code for each in proof["result"][0]["strata"] for code in each["drawn"]}
    code = min(alone & drawn or alone)
    answer = "：抽中" if code in drawn else "：没有抽中"
    lead.get_by_label("统一社会信用代码").fill(code)
    with lead.expect_download() as saved:
        lead.get_by_role("button", name="下载签号文件").click()
    lot = tmp_path / "lot.json"
    saved.value.save_as(lot)
    crowd.goto(f"{house}/open/draws/{made.draw_id}")
    at_both_sizes(crowd)
    crowd.get_by_role("link", name="我的签号").click()
    crowd.wait_for_load_state()
    crowd.locator("[data-choose]").set_input_files(lot)
    expect(crowd.locator("[data-answers]")).to_contain_text(answer, timeout=30_000)
    crowd.get_by_text("怎样算出来的").click()
    expect(crowd.locator("[data-answers] [data-row=salt]")).to_be_visible()
    at_both_sizes(crowd)
    crowd.goto(f"{house}/open/draws/{made.draw_id}/verify")
    expect(crowd.get_by_role("heading", name="核验通过", exact=True)).to_be_visible(timeout=30_000)
    expect(crowd.get_by_text("名单本身没有核对").first).to_be_visible()
    at_both_sizes(crowd)


def at_both_sizes(page: Page) -> None:
    for window in (DESK, PHONE):
        page.set_viewport_size(window)  # type: ignore[arg-type]
        axe(page)
