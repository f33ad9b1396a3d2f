"""The hall as the room uses it: who drops out, two at the button, a witness's code on the screen, nothing to go back with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from onedoor.draws import queries, service
from tests.draws_room.ceremony import JUSTICE, Ceremony
from tests.fixtures.browser import PHONE, axe
from tests.web.draws.conftest import Client, Entering

TABLET = {"width": 820, "height": 1180}


@pytest.fixture
def watcher(browser: Browser) -> Iterator[Page]:
    """A browser whose network fails: what it says about that is no complaint."""
    device = browser.new_context(viewport=TABLET, locale="zh-CN")  # type: ignore[arg-type]
    yield device.new_page()
    device.close()


def watchable(ceremony: Ceremony) -> None:
    with ceremony.city.acting("scjg.operator"):
        service.let_watch(ceremony.draw_id, True)


def test_who_drops_out_comes_back_to_the_true_state(house: str, ceremony: Ceremony, watcher: Page) -> None:
    ceremony.open()
    watchable(ceremony)
    watcher.goto(f"{house}/hall/{ceremony.draw_id}")
    step = watcher.locator("[aria-current=step]")
    expect(step).to_have_text("公布方案，见证")
    expect(watcher.get_by_text("实时")).to_be_visible()
    watcher.context.set_offline(True)
    expect(watcher.get_by_text("连接中断")).to_be_visible(timeout=20_000)
    ceremony.close()
    ceremony.reveal()
    watcher.context.set_offline(False)
    expect(step).to_have_text("抽取", timeout=20_000)
    expect(watcher.get_by_text("实时")).to_be_visible()


def test_an_answer_lost_on_the_way_is_asked_for_again(house: str, ceremony: Ceremony, watcher: Page) -> None:
    """The server restarts between telling of a change and answering what it is."""
    ceremony.open()
    watchable(ceremony)
    path = f"{house}/hall/{ceremony.draw_id}"
    watcher.goto(path)
    expect(watcher.locator("[aria-current=step]")).to_have_text("公布方案，见证")
    watcher.route(path, lambda route: route.abort(), times=2)
    ceremony.close()
    expect(watcher.locator("[aria-current=step]")).to_have_text("截止见证，揭示", timeout=20_000)


def test_a_hall_that_closes_to_the_public_shows_nothing_more(
    house: str, ceremony: Ceremony, watcher: Page
) -> None:
    ceremony.open()
    watchable(ceremony)
    watcher.goto(f"{house}/hall/{ceremony.draw_id}")
    expect(watcher.locator("#hall-board")).to_be_visible()
    with ceremony.city.acting("scjg.operator"):
        service.shut(ceremony.draw_id, "现场秩序需要")
    expect(watcher.locator("#hall-board")).to_have_count(0, timeout=20_000)


def test_two_operators_at_the_button_close_once(house: str, ceremony: Ceremony, enter: Entering) -> None:
    """Both stand in the hall, both say yes: one closes, the other is shown how it stands."""
    ceremony.open()
    pages = [enter("scjg.operator", f"/draws/{ceremony.draw_id}/hall") for _ in range(2)]
    for page in pages:
        page.get_by_role("button", name="截止见证").click()
        # Who is second says yes on a page that does not know it yet.
        page.route(
            page.url, lambda route: None if route.request.headers.get("hx-request") else route.continue_()
        )
    asked = [page.get_by_role("dialog").get_by_role("button", name="截止见证") for page in pages]
    for each in asked:
        expect(each).to_be_visible()
    for each in asked:
        each.evaluate("button => { button.click(); }")
    for page in pages:
        expect(page.get_by_text(re.compile("见证已截止|见证已经截止"))).to_be_visible()
        expect(page).to_have_url(re.compile("/hall"))
        expect(page.get_by_text(f"等待{JUSTICE}揭示").first).to_be_visible()
    with ceremony.city.acting("scjg.operator"):
        kinds = [entry.kind for entry in queries.entries_of(ceremony.draw_id)]
    assert kinds == ["plan", "texts"]


def test_a_witness_scans_the_code_on_the_screen(
    house: str, ceremony: Ceremony, enter: Entering, context: Callable[..., BrowserContext]
) -> None:
    """The code stands on the operator's screen alone, stays while others speak, and goes when its witness has spoken."""
    ceremony.open()
    watchable(ceremony)
    first, second = ceremony.invite("冯见证（人大代表）"), ceremony.invite("陈见证（记者）")
    screen = enter("scjg.operator", f"/draws/{ceremony.draw_id}/hall")
    crowd = context().new_page()
    crowd.goto(f"{house}/hall/{ceremony.draw_id}")
    assert first not in crowd.content() and second not in crowd.content()
    screen.get_by_role("listitem").filter(has_text="陈见证").get_by_role("button").click()
    shown = screen.get_by_role("dialog").get_by_role("heading", name="请陈见证（记者）扫码见证")
    expect(shown).to_be_visible()
    axe(screen)
    ceremony.speak(first, "先到先说")
    expect(screen.get_by_text("先到先说")).to_be_attached()
    expect(shown).to_be_visible()
    phone = context(viewport=PHONE).new_page()
    phone.goto(f"{house}/witness/{second}")
    head = phone.get_by_text(re.compile("^[0-9a-f]{64}$")).last.inner_text()
    phone.get_by_label("您的寄语").fill("后到后说")
    phone.get_by_role("button", name="提交寄语").click()
    expect(crowd.get_by_text("后到后说")).to_be_visible()
    expect(shown).to_have_count(0)
    note = crowd.locator(".hall-note .hall-hex-digits").inner_text()
    assert re.sub(r"\s", "", note) == head


def test_a_witnesss_phone_is_told_what_changed_and_nothing_else(client: Client, ceremony: Ceremony) -> None:
    """What it shows already is not sent again, or it would take away what is being typed."""
    ceremony.create()
    address = f"/witness/{ceremony.invite('褚见证（记者）')}"

    def asks(there: str) -> str:
        as_htmx = {"HX-Request": "true", "HX-Target": "witness-notes"}
        answer = client(None).get(address, query_string={"there": there}, headers=as_htmx)
        return answer.get_data(as_text=True)

    assert "不用刷新" in client(None).get(address).get_data(as_text=True)
    assert "witness-part" not in asks("early")
    ceremony.fill()
    ceremony.publish()
    assert 'name="text"' in asks("early") and 'name="text"' not in asks("speaks")
    assert "见证中" in asks("speaks")
    ceremony.close()
    assert "见证已经截止，没有收到您的寄语。" in asks("speaks") and 'name="text"' not in asks("speaks")


def test_a_hall_opened_early_says_from_when_the_public_may_watch(client: Client, ceremony: Ceremony) -> None:
    """Before the plan is out the public reads nothing of a draw: nobody is sent to an address that does not open yet."""
    ceremony.create()
    own, public = f"/draws/{ceremony.draw_id}", f"/hall/{ceremony.draw_id}"
    witness = f"/witness/{ceremony.invite('沈见证（记者）')}"

    def read(who: str | None, path: str) -> str:
        return client(who).get(path).get_data(as_text=True)

    client("scjg.operator").post(f"{own}/watch", data={"watchable": "1"})
    page = read("scjg.operator", own)
    assert "抽取方案一公布，公众就可以观看。" in page and "公众现在可以观看。" not in page
    assert "公众观看地址（抽取方案公布后才能打开）" in page
    assert client(None).get(public).status_code == 404 and "抽取方案公布以前" in read(None, public)
    assert public not in read(None, witness)
    ceremony.fill()
    ceremony.publish()
    assert client(None).get(public).status_code == 200 and public in read(None, witness)
    assert "抽取方案公布后才能打开" not in read("scjg.operator", own)


@pytest.mark.long
def test_a_witnesss_phone_comes_to_the_true_state_by_itself(
    house: str, ceremony: Ceremony, context: Callable[..., BrowserContext]
) -> None:
    """From before the plan to after the draw, never reloaded, for one who speaks and one who is too late."""
    ceremony.create()
    phones = [context(viewport=PHONE).new_page() for _ in range(2)]
    for phone, who in zip(phones, ("卫见证（政协委员）", "蒋见证（律师）"), strict=True):
        phone.goto(f"{house}/witness/{ceremony.invite(who)}")
        phone.evaluate("window.neverLeft = true")
        expect(phone.get_by_text("抽取方案还没有公布")).to_be_visible()
    ceremony.fill()
    ceremony.publish()
    first, late = phones
    for phone in phones:
        phone.get_by_label("您的寄语").press_sequentially("风清")
        expect(phone.locator("#witness-badge")).to_have_text("见证中")
    axe(first)
    with first.expect_response(lambda answer: "there=speaks" in answer.url):
        pass
    expect(first.get_by_label("您的寄语")).to_have_value("风清")
    assert all(phone.evaluate("window.neverLeft") for phone in phones)
    first.get_by_role("button", name="提交寄语").click()
    expect(first.get_by_text("您的寄语是第 1 条：风清")).to_be_visible()
    ceremony.close()
    expect(late.get_by_text("见证已经截止")).to_be_visible(timeout=20_000)
    expect(late.get_by_label("您的寄语")).to_have_count(0)
    ceremony.reveal()
    ceremony.run()
    for phone in phones:
        expect(phone.locator("#witness-badge")).to_have_text("已抽取", timeout=20_000)
    assert late.evaluate("window.neverLeft")
    axe(late)


def test_nobody_can_go_back(client: Client, ceremony: Ceremony) -> None:
    """R-D7: of a draw that has ended no page offers to change, delete or repeat it."""
    ceremony.whole()
    operator = client("scjg.operator")
    for path in ("", "/hall"):
        text = operator.get(f"/draws/{ceremony.draw_id}{path}").get_data(as_text=True)
        main = text[text.index("<main") : text.index("</main>")]
        assert 'method="post"' not in main, path
    for act in ("close", "reveal-system", "void", "give-up", "watch", "witnesses"):
        operator.post(
            f"/draws/{ceremony.draw_id}/{act}", data={"reason": "重抽", "who": "某人", "watchable": "1"}
        )
    with ceremony.city.acting("scjg.operator"):
        board = queries.board(ceremony.draw_id)
    assert (board["state"], board["watchable"], len(board["witnesses"])) == ("drawn", False, 2)
    assert [entry["kind"] for entry in board["register"]] == ["plan", "texts", "proof"]


@pytest.mark.long
def test_the_hall_is_read_at_every_size_in_every_state(
    house: str, ceremony: Ceremony, context: Callable[..., BrowserContext]
) -> None:
    ceremony.freeze()
    ceremony.publish()
    watchable(ceremony)
    ceremony.speak(ceremony.invite("卫见证（政协委员）"), "阳光之下")
    page = context().new_page()

    def read(step: str) -> None:
        page.goto(f"{house}/hall/{ceremony.draw_id}")
        expect(page.locator("[aria-current=step]")).to_have_text(step)
        for width in (1920, 1440, 820, 390):
            page.set_viewport_size({"width": width, "height": 1080})
            axe(page)

    read("公布方案，见证")
    ceremony.close()
    with ceremony.city.acting("scjg.operator"):
        service.reveal_system(ceremony.draw_id)
    read("截止见证，揭示")
    expect(page.get_by_text("等待揭示").first).to_be_visible()
    expect(page.get_by_role("heading", name=JUSTICE)).to_be_visible()


def test_a_countdown_is_a_real_time_and_goes_on_after_a_reload(
    house: str, ceremony: Ceremony, enter: Entering, context: Callable[..., BrowserContext]
) -> None:
    ceremony.open()
    watchable(ceremony)
    crowd = context(viewport=TABLET, reduced_motion="reduce").new_page()
    crowd.goto(f"{house}/hall/{ceremony.draw_id}")
    desk = enter("scjg.operator", f"/draws/{ceremony.draw_id}")
    axe(desk)
    desk.get_by_role("button", name="10 分钟").click()
    expect(desk.get_by_text("时间已公布，大厅正在倒计时。")).to_be_visible()
    axe(desk)
    left = crowd.get_by_role("timer")
    expect(left).to_have_text(re.compile(r"^(10:00|09:\d\d)$"))
    until = left.get_attribute("data-until")
    crowd.reload()
    expect(left).to_have_text(re.compile(r"^(10:00|09:\d\d|08:\d\d)$"))
    assert left.get_attribute("data-until") == until
    axe(crowd)
