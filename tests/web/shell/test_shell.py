"""Headers, languages, errors, menus and the small writers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from onedoor.kernel.workdays import WorkCalendar
from onedoor.web.shell import formats, menu, ui
from onedoor.web.shell.pieces import Label, NextStep
from onedoor.web.shell.security import safe_next
from tenants.rules import Permission
from tests.web.shell.gallery import STATES

PAGES = ["detail", "list", "form", "public", "hall", "field", "print", "sign_in", "oversight", "error/404"]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_needs_anything_the_policy_forbids(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/gallery/{name}")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert " style=" not in answer.text and "<style" not in answer.text and " onclick=" not in answer.text
    assert answer.text.count("<script") == answer.text.count("<script src=")
    assert "http://" not in answer.text.replace("http://www.w3.org", "") and "https://" not in answer.text


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_one_heading_a_title_landmarks_and_its_language(
    client: FlaskClient, name: str
) -> None:
    text = client.get(f"/gallery/{name}").text
    assert text.count("<h1") == 1 and '<main class="' in text or '<main id="main"' in text
    assert '<html lang="zh-CN"' in text and "<title> ·" not in text and 'href="#main"' in text


def test_pages_of_a_person_are_not_kept_and_files_with_a_digest_are_kept_for_ever(
    client: FlaskClient,
) -> None:
    page = client.get("/gallery/detail")
    assert page.headers["Cache-Control"] == "no-store" and len(page.headers["X-Request-ID"]) == 16
    style = page.text.split('rel="stylesheet" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "v=" in style
    assert "immutable" in client.get(style).headers["Cache-Control"]


def test_a_page_for_everyone_sets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/gallery/public?guest=1").headers


def test_language_by_address_then_by_cookie(client: FlaskClient) -> None:
    assert '<html lang="en"' in client.get("/gallery/public?lang=en").text
    assert '<html lang="en"' in client.get("/gallery/public").text
    assert '<html lang="zh-CN"' in client.get("/gallery/public?lang=zh").text
    assert '<html lang="zh-CN"' in client.get("/gallery/public?lang=xx").text


@pytest.mark.parametrize("code", [400, 403, 404, 413, 429, 500, 503])
def test_an_error_is_a_sentence_and_a_way_on(gallery: Flask, client: FlaskClient, code: int) -> None:
    answer = client.get(f"/gallery/error/{code}")
    assert answer.status_code == code and "回到首页" in answer.text
    assert "Error" not in answer.text and "Not Found" not in answer.text and "Traceback" not in answer.text


def test_a_clerks_error_says_itself_as_page_fragment_and_problem(client: FlaskClient) -> None:
    sentence = "这份计划已由陈国栋批准，不能再退回。"
    assert sentence in client.get("/gallery/error/409").text
    part = client.get("/gallery/error/409", headers={"HX-Request": "true", "HX-Target": "x"})
    assert part.headers["HX-Retarget"] == "#messages" and sentence in part.text and "<html" not in part.text
    problem = client.get("/api/v1/none")
    assert problem.mimetype == "application/problem+json" and problem.get_json()["status"] == 404


def test_an_unexpected_error_is_told_by_its_number_only(gallery: Flask) -> None:
    answer = gallery.test_client().get("/gallery/broken")
    assert answer.status_code == 500 and answer.headers["X-Request-ID"] in answer.text
    assert "secret detail" not in answer.text


@pytest.mark.parametrize(
    "wish",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:x",
        "evil",
        "",
        None,
        "/a\nb",
        "\\\\e",
        "/\t/e",
    ],
)
def test_a_return_to_another_site_is_refused(wish: str | None) -> None:
    assert safe_next(wish, "/desk") == "/desk"


@given(st.text(max_size=30))
def test_a_return_is_always_a_path_of_this_site(wish: str) -> None:
    found = safe_next(wish, "/desk")
    assert found.startswith("/") and not found.startswith(("//", "/\\"))


def test_safe_next_keeps_paths_with_questions() -> None:
    assert safe_next("/plans?year=2026&q=a", "/") == "/plans?year=2026&q=a"


def menu_of(gallery: Flask, *permissions: Permission, blueprint: str = "/") -> list[str]:
    with gallery.test_request_context(blueprint):
        g._login_user = SimpleNamespace(is_authenticated=True, permissions=frozenset(permissions))
        return [str(entry.label) for group in menu.side_bar() for entry in group.entries]


def test_the_side_bar_is_by_area_and_permission(gallery: Flask) -> None:
    planner = menu_of(gallery, Permission.BUREAU_READ)
    assert "年度计划" in planner and "用户" not in planner and "执法监督" not in planner
    assert "用户" in menu_of(gallery, Permission.BUREAU_READ, Permission.USERS_MANAGE)
    assert menu_of(gallery, Permission.PLATFORM_MANAGE) == ["运行"]
    assert "全部备案" in menu_of(gallery, Permission.OVERSIGHT)


def test_an_entry_without_a_page_is_not_shown(gallery: Flask) -> None:
    assert "单位" not in menu_of(gallery, Permission.PLATFORM_MANAGE)


def test_every_entry_has_a_page(app: Flask) -> None:
    """An entry comes with its page, and goes with it."""
    groups = [group for bar in menu.SIDE_BARS.values() for group in bar]
    entries = [*menu.FIELD, *menu.PUBLIC, *(entry for group in groups for entry in group.entries)]
    assert [entry.endpoint for entry in entries if entry.endpoint not in app.view_functions] == []


def test_the_page_one_is_on_is_marked(client: FlaskClient) -> None:
    assert '<a href="/gallery/list" aria-current="page">检查对象</a>' in client.get("/gallery/list").text


def test_times_are_written_in_shanghai_and_naive_ones_refused() -> None:
    late = datetime(2026, 3, 5, 16, 30, tzinfo=UTC)
    assert formats.local_time(late) == "2026-03-06 00:30"
    assert formats.local_date(late) == formats.local_date(date(2026, 3, 6)) == "2026-03-06"
    assert formats.iso_time(late) == "2026-03-05T16:30:00Z"
    with pytest.raises(ValueError, match="naive"):
        formats.local_time(datetime(2026, 3, 5))  # noqa: DTZ001


def test_numbers_and_masks() -> None:
    assert [formats.number(x) for x in (1284, 0, None)] == ["1,284", "0", "—"]
    assert formats.percent(0.256) == "25.6%" and formats.basis_points(250) == "2.5%"
    assert formats.mask_phone("13800135678") == "138****5678" and formats.mask_phone("110") == "***"
    assert formats.mask_identity("11010519491231002X") == "110105********002X"
    assert formats.mask_name("欧阳锋") == "欧**"


@given(st.text(min_size=11, max_size=18))
def test_a_masked_identity_number_keeps_its_length_and_hides_the_middle(text: str) -> None:
    masked = formats.mask_identity(text)
    assert len(masked) == len(text) and set(masked[6:-4]) <= {"*"}


def test_an_unknown_state_is_never_shown_by_its_name(gallery: Flask) -> None:
    with gallery.test_request_context("/"):
        assert "exploded" not in ui.status("exploded", STATES)
        assert "status-stopped" in ui.status("x", {"x": Label("已取消", "stopped")})


@pytest.mark.parametrize(
    ("days", "said"),
    [(3, "剩 3 个工作日"), (0, "今天到期"), (-2, "超期 2 个工作日"), (None, "2026-03-20</time></span>")],
)
def test_a_deadline_says_what_is_left(gallery: Flask, days: int | None, said: str) -> None:
    with gallery.test_request_context("/"):
        assert said in ui.deadline(date(2026, 3, 20), days)


def test_a_deadline_of_the_calendar_will_do(gallery: Flask) -> None:
    with gallery.test_request_context("/"):
        calendar = WorkCalendar()
        assert "超期 1 个工作日" in ui.deadline(calendar.deadline(date(2026, 3, 19), date(2026, 3, 20)))
        assert "剩 1 个工作日" in ui.deadline(calendar.deadline(date(2026, 3, 20), date(2026, 3, 19)))


def test_a_step_that_cannot_be_taken_says_why_and_has_no_button(gallery: Flask) -> None:
    with gallery.test_request_context("/"):
        text = ui.next_step(NextStep("开始抽取", blocked=["见证人尚未确认到场"]))
        assert "见证人尚未确认到场" in text and "<button" not in text and "<a" not in text


def test_a_qr_code_is_drawn_without_style(gallery: Flask) -> None:
    with gallery.test_request_context("/"):
        text = ui.qr("https://example.org/v/K7F3", "打开检查码核验页")
        assert "<svg" in text and "style=" not in text and 'aria-label="打开检查码核验页"' in text
