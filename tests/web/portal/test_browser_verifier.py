"""A draw checked on the reader's own device: the whole of it, one's own lot, one's own files, without a network (R-D8)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import segno
from playwright.sync_api import BrowserContext, Page, Route, expect

from onedoor.draws.rules import Evidence, canonical, lot_of
from onedoor.kernel.codes import made_up_credit_code
from tests.draws.vectors import GOLDEN, VECTORS, evidence
from tests.fixtures.browser import PHONE, axe, served
from tests.fixtures.city import City
from tests.verifier.cases import case
from tests.verifier.test_logs import logs, substitution
from tests.web.portal.city import FirmsDrawn

PROMPT = 30_000


@dataclass
class Site:
    address: str
    draw: str
    files: dict[str, bytes]
    roster: bytes
    ceremony: FirmsDrawn

    @property
    def proof(self) -> Any:
        return json.loads(self.files["proof.json"])

    def page(self, name: str) -> str:
        return f"{self.address}/open/draws/{self.draw}/{name}"

    def drawn(self) -> set[str]:
        return {
            id_ for each in self.proof["result"] for stratum in each["strata"] for id_ in stratum["drawn"]
        }


@pytest.fixture(scope="module")
def site(city: City) -> Iterator[Site]:
    ceremony = FirmsDrawn(city)
    ceremony.whole()
    client = city.client()
    shown = client.get(f"/open/draws/{ceremony.draw_id}").text
    urls = re.findall(r'href="(/open/files/[^"]+)"', shown)
    files = {url.rsplit("/", 1)[1]: client.get(url).data for url in urls}
    with served(city.app) as address:
        yield Site(address, str(ceremony.draw_id), files, ceremony.roster(), ceremony)


def verified(page: Page, heading: str = "核验通过") -> None:
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible(timeout=PROMPT)


def given(*files: tuple[str, bytes]) -> list[Any]:
    return [{"name": name, "mimeType": "text/plain", "buffer": raw} for name, raw in files]


def test_a_draw_is_verified_on_a_phone_with_what_was_and_was_not_checked(
    site: Site, context: Callable[..., BrowserContext]
) -> None:
    page = context(viewport=PHONE).new_page()
    page.goto(site.page("verify"))
    verified(page)
    main = page.get_by_role("main")
    expect(main).to_contain_text("重新抽取 7 户，与公布的逐户相同")
    expect(main).to_contain_text("登记簿没有与任何人当时记下的条目比对")
    expect(main).to_contain_text("如果承诺各方全部串通，可以左右结果")
    expect(main).to_contain_text("检查人员名册写有谁与哪一户回避，不公开，检查组里选派了谁没有核对")
    expect(page.locator("[data-digest=seed] code")).to_have_text(site.proof["seed"])
    expect(page.locator("[data-fact=doors]")).to_have_text(str(len(site.drawn())))
    axe(page)
    # Files without a proof stand beside the site's own, and that is said.
    expect(page.locator("[data-beside]")).to_be_hidden()
    page.locator("[data-choose]").set_input_files(given(("roster.txt", site.roster)))
    others = len([name for name in site.files if name not in ("plan.json", "roster.txt")]) + 1
    expect(page.locator("[data-beside]")).to_contain_text(
        f"其余 {others} 份用的是本网站公布的", timeout=PROMPT
    )
    verified(page)


def test_progress_is_shown_while_files_come(site: Site, context: Callable[..., BrowserContext]) -> None:
    page = context().new_page()
    waiting: list[Route] = []
    page.route("**/proof.json", lambda route: waiting.append(route))
    with page.expect_request("**/proof.json"):
        page.goto(site.page("verify"))
    expect(page.locator("[data-now]")).to_contain_text("正在下载：抽取证明")
    expect(page.get_by_role("progressbar")).to_be_visible()
    axe(page)
    waiting[0].continue_()
    verified(page)


def test_a_file_chosen_before_the_script_is_there_is_checked(
    site: Site, context: Callable[..., BrowserContext]
) -> None:
    page = context().new_page()
    waiting: list[Route] = []
    page.route("**/checking.js*", lambda route: waiting.append(route))
    with page.expect_request("**/checking.js*"):
        page.goto(site.page("verify"), wait_until="commit")
    page.locator("[data-choose]").set_input_files(given(("proof.json", b"{}")))
    waiting[0].continue_()
    verified(page, "核验没有通过")


def unplugged(page: Page) -> None:
    """Pull the network out, once the page has its icon and all: what is missing then would be a complaint."""
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)


def test_a_large_draw_is_downloaded_only_when_asked_for(
    site: Site, context: Callable[..., BrowserContext]
) -> None:
    page = context(viewport=PHONE).new_page()
    page.route(site.page("verify"), lambda route: larger(route, 9_000_000))
    page.goto(site.page("verify"))
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"要下载的文件共 \d+ MB"))
    axe(page)
    page.get_by_role("button", name="下载并核验").click()
    verified(page)


def larger(route: Route, size: int) -> None:
    """The page as it would be if each file were of this size."""
    answer = route.fetch()
    body = re.sub(r"(&#34;size&#34;: )[1-9]\d*", rf"\g<1>{size}", answer.text())
    route.fulfill(response=answer, body=body)


def test_without_a_network_ones_own_files_are_verified_and_a_tampered_one_is_found(
    site: Site, context: Callable[..., BrowserContext]
) -> None:
    page = context().new_page()
    page.goto(site.page("verify"))
    verified(page)
    unplugged(page)
    names = [name for name in site.files if name != "plan.json"]
    choose = page.locator("[data-choose]")
    choose.set_input_files(given(*((name, site.files[name]) for name in names)))
    expect(page.locator("[data-text]")).to_contain_text(f"用 {len(names)} 份文件", timeout=PROMPT)
    verified(page)
    # Whoever was handed the roster checks the teams too.
    choose.set_input_files(given(("roster.txt", site.roster)))
    expect(page.get_by_role("main")).to_contain_text("检查组重新选派", timeout=PROMPT)
    verified(page)
    pool = next(name for name in names if name.startswith("pool-"))
    tampered = site.files[pool].replace(b"XGONE", b"E", 1)
    choose.set_input_files(given((pool, tampered)))
    verified(page, "核验没有通过")
    expect(page.locator("[data-text]")).to_contain_text("与方案里公布的不是同一份")
    expect(page.locator("[data-technical-text]")).to_contain_text("its digest differs")
    axe(page)
    # Which file it is stands in the sentence: a proof that was cut off is not laid to the pools beside it.
    proof, register = site.files["proof.json"], site.files["register.jsonl"]
    for name, content, answer in (
        ("proof.json", proof[:-9], "抽取证明不是规程规定的写法"),
        ("proof.json", proof.replace(b'"v":', b'"w":', 1), "抽取证明的内容不符合规程"),
        ("register.jsonl", register.replace(b"\n", b"\r\n"), "登记簿第 1 行不是规程规定的写法"),
        ("log-7.json", b'{"v": "onedoor-log/1"}', "抽取后的变更记录“log-7.json”不是规程规定的写法"),
        ("log-7.json", b'{"v":"onedoor-log/1"}', "抽取后的变更记录“log-7.json”的内容不符合规程"),
    ):
        page.get_by_role("button", name="改用公布的文件").click()
        verified(page)
        whole = {name: site.files[name] for name in names} | {name: content}
        choose.set_input_files(given(*whole.items()))
        verified(page, "核验没有通过")
        expect(page.locator("[data-text]")).to_contain_text(answer)


def test_a_changed_result_a_noted_entry_and_what_is_no_file_of_a_draw(
    site: Site, context: Callable[..., BrowserContext]
) -> None:
    page = context().new_page()
    page.goto(site.page("verify"))
    verified(page)
    entry = page.locator("[data-entries] tbody tr").last.locator("code").inner_text()
    page.get_by_label("编号", exact=True).fill("3")
    page.get_by_label("指纹", exact=True).fill(entry)
    page.get_by_role("button", name="比对").click()
    expect(page.get_by_role("main")).to_contain_text("您记下的第 3 条原样在登记簿里")
    page.get_by_label("指纹", exact=True).fill("0" * 64)
    page.get_by_role("button", name="比对").click()
    verified(page, "核验没有通过")
    expect(page.locator("[data-text]")).to_contain_text("您记下的第 3 条与登记簿里的不同")
    proof = site.proof
    strata = proof["result"][0]["strata"][0]
    strata["drawn"][0], strata["reserve"][0] = strata["reserve"][0], strata["drawn"][0]
    page.locator("[data-choose]").set_input_files(given(("proof.json", canonical(proof))))
    verified(page, "核验没有通过")
    expect(page.locator("[data-technical-text]")).to_contain_text("result of 990100-SCJG")
    page.get_by_role("button", name="改用公布的文件").click()
    page.get_by_label("编号", exact=True).fill("")
    page.get_by_label("指纹", exact=True).fill("")
    page.get_by_role("button", name="比对").click()
    verified(page)
    dropped(page, "proof.json", "{}")
    verified(page, "核验没有通过")


def dropped(page: Page, name: str, text: str) -> None:
    """Let a file fall on the place for one's own files."""
    made = "([name, text]) => { const all = new DataTransfer(); all.items.add(new File([text], name)); return all; }"
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": page.evaluate_handle(made, [name, text])})


def asked(page: Page, code: str) -> None:
    page.get_by_role("textbox", name="统一社会信用代码").fill(code)
    page.get_by_role("button", name="查看").click()


def test_a_firm_learns_on_its_phone_how_it_stood(site: Site, context: Callable[..., BrowserContext]) -> None:
    page = context(viewport=PHONE).new_page()
    page.goto(site.page("lot"))
    axe(page)
    codes = {site.ceremony.firm(number) for number in range(1, 31)}
    answers = page.locator("[data-answers]")
    for code, words in (
        (min(site.drawn()), ["：抽中", "签号不大于中签线"]),
        (min(codes - site.drawn()), ["：没有抽中", "签号大于中签线"]),
        (made_up_credit_code(900_500), ["不在这次抽取的名单里", "逐行查过公布的 2 份待抽取库，共 120 行"]),
    ):
        asked(page, code)
        for text in words:
            expect(answers).to_contain_text(text, timeout=PROMPT)
        expect(page.locator("[data-used]")).to_contain_text("没有用网站的任何计算")
        axe(page)
    wrong = min(codes)[:17] + ("0" if min(codes)[17] != "0" else "1")
    asked(page, wrong)
    expect(page.get_by_role("alert")).to_contain_text("校验位不对")
    asked(page, "91")
    expect(page.get_by_role("alert")).to_contain_text("应为 18 位，实为 2 位")
    expect(answers).to_be_empty()
    axe(page)


def test_of_a_large_draw_a_phone_downloads_its_own_lot_alone(
    site: Site, context: Callable[..., BrowserContext]
) -> None:
    page = context(viewport=PHONE).new_page()
    fetched: list[str] = []

    page.route(site.page("lot"), lambda route: larger(route, 3_000_000))
    page.on("request", lambda request: fetched.append(request.url.rsplit("/", 1)[1]))
    page.goto(site.page("lot"))
    code = min(site.drawn())
    asked(page, code)
    expect(page.locator("[data-answers]")).to_contain_text("：抽中", timeout=PROMPT)
    expect(page.locator("[data-used]")).to_contain_text("只下载了抽取证明和这一户的签号")
    assert f"{code}.json" in fetched and not any(name.startswith("pool-") for name in fetched)
    asked(page, made_up_credit_code(900_500))
    expect(page.locator("[data-answers]")).to_contain_text("网站答复名单里没有这个代码", timeout=PROMPT)
    page.get_by_role("button", name="用全部名单核对").click()
    expect(page.locator("[data-answers]")).to_contain_text("共 120 行", timeout=PROMPT)


def test_a_host_that_hides_a_lot_is_found_out(site: Site, context: Callable[..., BrowserContext]) -> None:
    """The proof names the firm, and the host says that it is in no list."""
    page = context(viewport=PHONE).new_page()
    page.route(site.page("lot"), lambda route: larger(route, 3_000_000))
    page.route("**/lots/*.json", lambda route: route.fulfill(json=[]))
    page.goto(site.page("lot"))
    asked(page, min(site.drawn()))
    verified(page, "核验没有通过")
    expect(page.locator("[data-text]")).to_contain_text("网站却没有给出它")
    axe(page)
    page.get_by_role("button", name="用全部名单核对").click()
    expect(page.locator("[data-answers]")).to_contain_text("：抽中", timeout=PROMPT)


def test_of_a_closed_draw_the_page_asks_for_the_lot_file(
    site: Site, context: Callable[..., BrowserContext]
) -> None:
    page = context(viewport=PHONE).new_page()
    page.route(site.page("lot"), without_pools)
    page.goto(site.page("lot"))
    asked(page, min(site.drawn()))
    expect(page.locator("[data-answers]")).to_contain_text("这次抽取的名单不公开")
    axe(page)


def without_pools(route: Route) -> None:
    """The page as it would be if the pools were not published."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("pool-", "closed-"))


def test_a_firm_in_a_closed_draw_checks_the_lot_file_it_was_given(
    site: Site, context: Callable[..., BrowserContext]
) -> None:
    vector = VECTORS["closed-joint"]
    page = context().new_page()
    page.goto(site.page("lot"))
    asked(page, made_up_credit_code(900_500))
    expect(page.locator("[data-answers]")).to_contain_text("不在这次抽取的名单里", timeout=PROMPT)
    unplugged(page)
    for known in vector["lots"]:
        files = given(("public.json", canonical(vector["public"])), ("my.json", canonical(known["lot"])))
        page.locator("[data-choose]").set_input_files(files)
        words = "：抽中" if known["drawn"] else "：没有抽中"
        expect(page.locator("[data-answers]")).to_contain_text(words, timeout=PROMPT)
    spoilt = {**vector["lots"][0]["lot"], "index": vector["lots"][0]["lot"]["index"] ^ 1}
    files = given(("public.json", canonical(vector["public"])), ("my.json", canonical(spoilt)))
    page.locator("[data-choose]").set_input_files(files)
    verified(page, "核验没有通过")
    expect(page.locator("[data-text]")).to_contain_text("这一行不在公布的待抽取库里")


def test_of_a_firm_that_was_substituted_the_change_is_told(
    site: Site, context: Callable[..., BrowserContext]
) -> None:
    vector, [typed] = VECTORS["joint"], logs(substitution())
    [fixed] = logs(substitution() | {"reason": "已迁出辖区"})
    page = context().new_page()
    for change, id_, language, words in (
        (typed, typed["out"], "zh", "由替补接替（第 1 次变更），理由：已停业"),
        (typed, typed["in"], "zh", "递补为检查对象"),
        (fixed, fixed["out"], "en", "Moved out of the jurisdiction"),
    ):
        page.goto(f"{site.page('lot')}?lang={language}")
        lot = canonical(lot_of(evidence(vector).pools[change["list"]], change["list"], id_))
        files = [
            ("proof.json", canonical(vector["proof"])),
            ("log-1.json", canonical(change)),
            ("my.json", lot),
        ]
        page.locator("[data-choose]").set_input_files(given(*files))
        expect(page.locator("[data-answers]")).to_contain_text(words, timeout=PROMPT)


NATIVE = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ['qr_code']; }
  async detect() { return [{ rawValue: 'http://example.invalid/?code=' + window.CODE }]; }
};
"""
# A camera that sees this picture.
CAMERA = """
Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: async () => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [640, 480];
  const pen = canvas.getContext('2d');
  pen.fillStyle = 'white';
  pen.fillRect(0, 0, 640, 480);
  pen.fillStyle = 'black';
  const side = 8;
  window.SEEN.forEach((row, y) => row.forEach((dark, x) => dark && pen.fillRect(150 + x * side, 60 + y * side, side, side)));
  return canvas.captureStream(10);
} } });
"""


@pytest.mark.parametrize("able", [True, False], ids=["by the browser", "by our own reader"])
def test_a_licence_is_scanned(site: Site, context: Callable[..., BrowserContext], able: bool) -> None:
    """Also where a browser cannot read codes, as on iPhones: the reader then comes with the page."""
    code = min(site.drawn())
    text = f"http://example.invalid/?code={code}"
    seen = [[bool(dark) for dark in row] for row in segno.make(text, micro=False).matrix]
    phone = context(viewport=PHONE)
    phone.add_init_script(
        f"window.CODE = '{code}'; window.SEEN = {json.dumps([] if able else seen)};"
        + (NATIVE if able else "delete window.BarcodeDetector;")
        + CAMERA
    )
    page = phone.new_page()
    page.goto(site.page("lot"))
    page.get_by_role("button", name="扫营业执照上的二维码").click()
    expect(page.locator("[data-answers]")).to_contain_text("：抽中", timeout=PROMPT)


def test_without_a_camera_one_types(site: Site, context: Callable[..., BrowserContext]) -> None:
    unable = context(viewport=PHONE)
    unable.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined });")
    page = unable.new_page()
    page.goto(site.page("lot"))
    expect(page.get_by_role("button", name="查看")).to_be_visible()
    expect(page.get_by_role("button", name="扫营业执照上的二维码")).to_be_hidden()


def test_without_a_script_this_site_computes(site: Site, context: Callable[..., BrowserContext]) -> None:
    page = context(java_script_enabled=False).new_page()
    page.goto(site.page("verify"))
    page.get_by_role("link", name="由网站计算").click()
    expect(page.get_by_role("heading", name="核验通过")).to_be_visible()
    page.goto(site.page("lot"))
    asked(page, min(site.drawn()))
    expect(page.get_by_role("main")).to_contain_text("：抽中")


def test_the_worker_in_the_browser_says_what_the_vectors_say(
    site: Site, context: Callable[..., BrowserContext]
) -> None:
    page = context().new_page()
    page.goto(site.page("verify"))
    verified(page)
    good = [
        case(VECTORS[name])
        for name in ("joint", "closed-joint", "sm3", "closed-sm3-ratio", "inspectors-chain")
    ]
    plain = ("white space", "a drawn one swapped for a substitute", "unfilled hidden", "another z", "not NFC")
    bad = [_bad(each) for each in GOLDEN["bad"] if each["name"] in plain]
    said = page.evaluate(
        WORK,
        [
            good + bad,
            page.evaluate("JSON.parse(document.querySelector('[data-settings]').dataset.settings).worker"),
        ],
    )
    assert said == [True] * len(good) + [False] * len(bad)


WORK = """async ([cases, address]) => {
  const raw = (text) => Uint8Array.from(atob(text), (mark) => mark.charCodeAt(0));
  const said = [];
  for (const { proof, pools, roster, register } of cases) {
    const files = [['proof.json', proof], ...Object.entries(pools).map(([name, data]) => [`pool-${name}.txt`, data])];
    if (roster) files.push(['roster.txt', roster]);
    if (register) files.push(['register.jsonl', register]);
    const worker = new Worker(address);
    const verdict = await new Promise((resolve) => {
      worker.onmessage = ({ data }) => data.progress || resolve(data.verdict);
      worker.postMessage({ files: files.map(([name, data]) => ({ name, data: raw(data) })) });
    });
    worker.terminate();
    said.push(verdict.valid);
  }
  return said;
}"""


def _bad(bad: dict[str, Any]) -> Any:
    given = Evidence(
        bad["proof"].encode(),
        {name: text.encode() for name, text in bad["pools"].items()},
        bad["roster"] and bad["roster"].encode(),
    )
    return {
        **case(
            VECTORS["joint"],
            proof=given.proof,
            pools=given.pools,
            roster=given.roster,
            register=None,
            head=None,
        )
    }


def test_only_the_page_of_ones_lot_may_ask_for_the_camera(city: City, site: Site) -> None:
    client = city.client()
    lot, verify, home = (
        client.get(path).headers
        for path in (f"/open/draws/{site.draw}/lot", f"/open/draws/{site.draw}/verify", "/")
    )
    assert "camera=(self)" in lot["Permissions-Policy"]
    assert "camera=()" in verify["Permissions-Policy"] and "camera=()" in home["Permissions-Policy"]
    assert "worker-src 'self'" in verify["Content-Security-Policy"]


def test_all_lots_of_a_code_come_in_one_file(city: City, site: Site) -> None:
    client = city.client()
    code = site.ceremony.firm(40)
    lots = client.get(f"/open/draws/{site.draw}/lots/{code}.json").get_json()
    assert [lot["list"] for lot in lots] == ["990100-SCJG", "990100-YJGL"]
    assert client.get(f"/open/draws/{site.draw}/lots/{made_up_credit_code(900_500)}.json").get_json() == []
    assert client.get(f"/open/draws/{site.draw}/lots/{code[:-1]}.json").status_code == 404
    # The API says the same, and the register as it now is.
    [one] = [
        each
        for each in client.get("/api/v1/draws/").get_json()["items"]
        if each["content"]["id"] == str(site.draw)
    ]
    address = f"/api/v1/draws/{one['id']}/lots"
    answer = client.get(f"{address}/{code}").get_json()
    assert [each["lot"] for each in answer["lots"]] == lots
    drawn = client.get(f"{address}/{min(site.drawn())}").get_json()["lots"]
    assert any(each["drawn"] for each in drawn)
    assert client.get(f"{address}/{made_up_credit_code(900_500)}").get_json()["lots"] == []
    wrong = client.get(f"{address}/{code[:-1]}")
    assert (wrong.status_code, "18" in wrong.get_data(as_text=True)) == (422, True)
    register = client.get("/api/v1/draws/register.jsonl")
    assert register.data == client.get("/open/register.jsonl").data
