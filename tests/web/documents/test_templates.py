"""A bureau's own templates: uploaded, checked, seen with made-up values, put in place, back to ours; on the page and over the interface (R-V7)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import docx
import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from onedoor.messages import queries, service
from onedoor.messages.rules import Letter
from tenants.rules import Permission as P
from tests.api.test_registry_loads import read, token
from tests.fixtures.browser import DESK, axe, served
from tests.fixtures.city import City
from tests.messages.test_letters import own_template, text_of
from tests.web.settings.test_log_in_browser import enter

Contexts = Callable[..., BrowserContext]
PLACE = "/documents/templates"


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def sent(content: bytes, name: str = "本局样式.docx") -> dict[str, Any]:
    return {"file": (io.BytesIO(content), name)}


def test_uploaded_previewed_put_in_place_and_back(city: City) -> None:
    admin = city.client("scjg.admin")
    assert "检查结果告知书" in text(admin.get(PLACE))
    page = f"{PLACE}/result_notice"
    assert "members[].name" in text(admin.get(page))
    ours = admin.get(f"{page}/template.docx")
    assert "{{ entity.name }}" in text_of(ours.data)
    shown = admin.post(
        page, data=sent(own_template("本局告知 {{ entity.name }} {{ results }}")), follow_redirects=True
    )
    assert "已通过检查，保存为第 1 版" in text(shown) and "本局告知" in text(shown)
    with city.acting("scjg.admin"):
        made = queries.letter_templates(Letter.RESULT_NOTICE)[0].id
        assert queries.template_in_use(Letter.RESULT_NOTICE) is None
    word = admin.get(f"{PLACE}/versions/{made}/preview.docx")
    assert "本局告知" in text_of(word.data) and "{{" not in text_of(word.data)
    assert "{{ results }}" in text_of(admin.get(f"{PLACE}/versions/{made}/template.docx").data)
    used = admin.post(f"{PLACE}/versions/{made}/use", follow_redirects=True)
    assert "已启用第 1 版" in text(used) and "正在使用：本单位第 1 版" in text(used)
    assert admin.post(f"{PLACE}/versions/{made}/use").status_code == 409
    assert "本单位第 1 版" in text(admin.get(PLACE))
    back = admin.post(f"{page}/default", follow_redirects=True)
    assert "已恢复系统模板" in text(back) and "正在使用：系统模板" in text(back)
    assert admin.post(f"{page}/default").status_code == 409


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (own_template("{{ nobody }}"), "不认识的字段：nobody"),
        (b"x", "不是可以使用的 Word 文档"),
        (None, "请选择模板文件"),
    ],
)
def test_what_cannot_be_used_is_told_beside_the_field(
    city: City, content: bytes | None, sentence: str
) -> None:
    admin = city.client("scjg.admin")
    answer = admin.post(f"{PLACE}/notice", data=sent(content) if content else {})
    assert answer.status_code == 422 and sentence in text(answer)


def test_a_template_is_the_administrators_and_its_bureaus(city: City) -> None:
    """R-T1, R-T5."""
    with city.acting("scjg.admin"):
        made = service.add_template(Letter.SCHEME, "本局.docx", own_template("{{ number }}")).id
    for who, status in (("scjg.officer", 403), ("scjg.head", 403), ("xfjy.admin", 404)):
        client = city.client(who)
        assert client.get(f"{PLACE}/versions/{made}").status_code == status, who
        assert client.post(f"{PLACE}/versions/{made}/use").status_code == status, who
    assert city.client("scjg.admin").get(f"{PLACE}/nothing").status_code == 404
    assert city.client("scjg.admin").get(f"{PLACE}/versions/{uuid4()}").status_code == 404


def test_over_the_interface(city: City) -> None:
    """The same acts, and the same refusals."""
    admin, reader = token(city, "SCJG", P.USERS_MANAGE), token(city, "SCJG", P.BUREAU_READ)
    place, client = "/api/v1/documents/templates", city.client()
    assert client.get(place, headers=reader).status_code == 403
    kinds = {one["kind"]: one for one in read(city, place, admin)["items"]}
    assert set(kinds) == {one.value for one in Letter}
    assert {"name": "entity.name", "example": kinds["recheck"]["fields_known"][0]["example"]}
    bad = client.post(place, headers=admin, data={"kind": "recheck", **sent(own_template("{{ nobody }}"))})
    assert bad.status_code == 422 and "nobody" in bad.get_data(as_text=True)
    good = client.post(
        place, headers=admin, data={"kind": "recheck", **sent(own_template("复查 {{ seen }}"))}
    )
    assert good.status_code == 201, good.get_data(as_text=True)
    made = good.get_json()
    preview = client.get(f"{place}/{made['id']}/preview", headers=admin)
    assert text_of(preview.data).startswith("复查 ")
    used = client.post(f"{place}/{made['id']}/use", headers=admin)
    assert used.get_json()["in_use"] == made["id"] and used.get_json()["versions"][0]["version"] == 1
    assert client.post(f"{place}/{made['id']}/use", headers=admin).status_code == 409
    back = client.post(f"{place}/default", headers=admin, json={"kind": "recheck"})
    assert back.get_json()["in_use"] is None
    other = token(city, "XFJY", P.USERS_MANAGE)
    assert client.post(f"{place}/{made['id']}/use", headers=other).status_code == 404


@pytest.fixture(scope="module")
def house(app: Flask, city: City) -> Iterator[str]:
    with served(app) as address:
        yield address


def test_in_the_browser(house: str, city: City, context: Contexts, tmp_path: Path) -> None:
    """Download ours, change it in a word processor, upload, preview, put in place, go back."""
    page = enter(house, city, context, "scjg.admin", PLACE, DESK)
    axe(page)
    page.get_by_role("link", name="责令改正通知书").click()
    axe(page)
    with page.expect_download() as begun:
        page.get_by_role("link", name="下载系统模板").click()
    changed = docx.Document(str(begun.value.path()))
    changed.add_paragraph("本局公章在此：{{ bureau }}")
    mine = tmp_path / "本局责改.docx"
    changed.save(str(mine))
    page.get_by_label(re.compile("^模板文件")).set_input_files(str(mine))
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_text(re.compile("已通过检查"))).to_be_visible()
    expect(page.get_by_text(re.compile("^本局公章在此："))).to_be_visible()
    axe(page)
    page.get_by_role("button", name=re.compile("启用第")).click()
    expect(page.get_by_text(re.compile("正在使用：本单位第"))).to_be_visible()
    axe(page)
    page.get_by_role("button", name="恢复系统模板").click()
    page.get_by_role("dialog").get_by_role("button", name="恢复系统模板").click()
    expect(page.get_by_text("正在使用：系统模板")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    axe(page)
