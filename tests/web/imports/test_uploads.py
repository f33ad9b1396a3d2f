"""Files handed in: what was wrong is told, mended and looked over before it is loaded (R-L11); and those that are to harm, of which the page
says one sentence while the process that serves it goes on (issue 3, hostile input)."""

from __future__ import annotations

import dataclasses
import io
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from onedoor.edge import request_size_limits
from onedoor.entities import queries as entity_queries
from onedoor.entities.rules import entity_rows
from onedoor.imports import queries as import_queries
from onedoor.kernel import files
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.spreadsheets import Limits, SourceTable, read_table
from onedoor.targets import service
from tests.fixtures.answers import Jobs, follow, text, upload
from tests.fixtures.city import City
from tests.fixtures.clerk_files import HEAD as CLERKS_HEAD
from tests.fixtures.clerk_files import as_csv, firm
from tests.fixtures.plans import list_items
from tests.kernel.workbooks import xls, xlsx

HEAD = [(0, column, one.name) for column, one in enumerate(entity_rows.COLUMNS)]
HEADS = ["统一社会信用代码"]
BOMB = xls(*[[*HEAD, (65_535, 255, "x")]] * 30)
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet/>'


def test_a_clerk_brings_a_file_in_and_reads_what_was_wrong(
    planner: FlaskClient, city: City, run_jobs: Jobs
) -> None:
    rows = [*(firm(n) for n in range(1, 31)), ["坏行", "91990100", *firm(1)[2:]], firm(3)]
    answer = upload(planner, "entities", "企业.csv", as_csv(rows, encoding="gb18030"))
    shown = follow(planner, answer)
    assert "等待开始" in shown and "导入经营主体：企业.csv" in shown
    run_jobs()
    place = answer.headers["Location"]
    shown = text(planner.get(place))
    assert "应为 18 位，实为 8 位" in shown and "与第 4 行的代码重复" in shown
    sheet = load_workbook(io.BytesIO(planner.get(f"{place}?export=xlsx").data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:2] == [32, "坏行"]
    assert "企业.csv" in text(planner.get("/registry/imports"))
    mended = the_errors_are_mended(planner, place, run_jobs)
    assert planner.get(f"{mended}/errors.xlsx").status_code == 200
    with city.acting("scjg.planner"):
        run = import_queries.import_run(UUID(place.rsplit("/", 1)[-1]))
        job = import_queries.import_of_job(run)
        assert job is not None
    assert f'href="{place}"' in text(planner.get(f"/jobs/{job.id}"))


def the_errors_are_mended(planner: FlaskClient, place: str, run_jobs: Jobs) -> str:
    """The workbook of what was wrong: cells marked, reasons beside, and taken as it is once mended."""
    book = load_workbook(io.BytesIO(planner.get(f"{place}/errors.xlsx").data))
    sheet = book.active
    assert sheet is not None
    head, short, again = sheet.iter_rows(max_row=3)
    assert head[-2].value == "问题说明" and str(head[-1].value).startswith("原文件行号（")
    assert short[1].value == "91990100" and "应为 18 位，实为 8 位" in str(short[-2].value)
    assert short[1].fill.fgColor.rgb == "FFF4C7C3" and short[0].fill.fill_type is None
    assert (short[-1].value, again[-1].value) == (32, 33)
    whole = load_workbook(io.BytesIO(planner.get(f"{place}/errors.xlsx?rows=all").data)).active
    assert whole is not None and whole.max_row == 33
    short[1].value = firm(30)[1]
    short[0].value = firm(30)[0]
    target = io.BytesIO()
    book.save(target)
    made = upload(planner, "entities", "改好.xlsx", target.getvalue(), "check").headers["Location"]
    run_jobs()
    shown = text(planner.get(made))
    assert "没有问题的有 2 行" in shown and f'href="{place}">查看原来的导入' in shown
    assert "文件里没有" not in shown, "what is not in it is in the file it mends"
    assert f'href="{made}">查看这次改正' in text(planner.get(place))
    return made


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "文件是空的"), (b"%PDF-1.7", "这是PDF 文件"), ("企业名称\n甲\n".encode(), "没有找到表头")],
)
def test_what_no_job_could_read_is_told_beside_the_file(
    planner: FlaskClient, content: bytes, sentence: str
) -> None:
    shown = text(upload(planner, "entities", "x.csv", content), 422)
    assert sentence in shown and 'id="e-file"' in shown


def test_an_upload_without_a_file_or_of_an_unknown_kind(planner: FlaskClient) -> None:
    assert "请选择要导入的文件" in text(
        planner.post("/registry/imports/new/entities", data={"mode": "good"}), 422
    )
    text(planner.get("/registry/imports/new/weather"), 404)
    text(planner.get("/registry/templates/weather.xlsx"), 404)


@pytest.mark.parametrize("kind", ["entities", "items", "inspectors", "premises", "licences"])
def test_templates_have_the_heads_that_are_read(planner: FlaskClient, run_jobs: Jobs, kind: str) -> None:
    answer = planner.get(f"/registry/templates/{kind}.xlsx")
    handed_in = upload(planner, kind, "模板.xlsx", answer.data)
    run_jobs()
    assert "表格里只有表头，没有数据" in follow(planner, handed_in)


@pytest.mark.usefixtures("register")
def test_places_and_licences_are_brought_in_from_their_lists(
    planner: FlaskClient, other: FlaskClient, city: City, run_jobs: Jobs
) -> None:
    """R-L11, R-T4: looked over and loaded; told on the page of the firm; and the lists' files come back in as they went out."""
    code = firm(21)[1]
    assert "/imports/new/premises" in text(planner.get("/registry/premises"))
    assert "/imports/new/premises" not in text(other.get("/registry/premises"))
    assert "提出更正" in text(
        upload(other, "premises", "场所.csv", as_csv([[code, "甲路1号"]], [*HEADS, "地址"])), 422
    )
    files = {
        "premises": as_csv([[code, "南门店", "甲路1号"]], [*HEADS, "场所名称", "地址"]),
        "licences": as_csv([[code, "许可", "场1", "某局", "长期", "1"]], [*HEADS, "许可证种类", "许可证编号", "发证机关", "有效期至", "场所编号"]),
    }  # fmt: skip
    for kind, content in files.items():
        place = upload(planner, kind, f"{kind}.csv", content, "check").headers["Location"]
        run_jobs()
        assert "将新增" in text(planner.get(place))
        follow(planner, planner.post(f"{place}/load", data={"mode": "all"}))
        run_jobs()
        exported = planner.get(f"/registry/{kind}?q={code}&export=csv").data
        again = upload(planner, kind, "导出.csv", exported, "check").headers["Location"]
        run_jobs()
        with city.acting("scjg.planner"):
            outcome = import_queries.import_run(UUID(again.rsplit("/", 1)[-1])).outcome
            assert outcome is not None and (outcome["rows"], outcome["would"]["unchanged"]) == (1, 1)
        text(other.get(place), 404)
    with city.acting("scjg.planner"):
        entity = entity_queries.entity_by_code(code).id
    shown = text(planner.get(f"/registry/entities/{entity}"))
    assert "premises.csv" in shown and "licences.csv" in shown and "导入表格" in shown
    shown = text(other.get(f"/registry/entities/{entity}"))
    assert "premises.csv" not in shown and "导入表格" in shown


@pytest.mark.usefixtures("register")
def test_heads_of_ones_own_are_settled_and_the_file_looked_over_before_it_is_loaded(
    planner: FlaskClient, other: FlaskClient, city: City, run_jobs: Jobs
) -> None:
    list_items(city, "SCJG")
    with city.acting("scjg.planner"):
        assert service.list_codes([made_up_credit_code(2)]) == 1
    changed = [*firm(2)[:1], firm(2)[1], "养生会所"]
    content = as_csv([changed, ["示范第40号商行", firm(40)[1], "餐饮"]], ["商户", "信用号", "做什么"])
    place = upload(planner, "entities", "商户.csv", content, "check").headers["Location"]
    asked = f"{place}/columns"
    assert planner.get(place).headers["Location"] == asked
    shown = text(planner.get(asked))
    assert "养生会所" in shown and "还没有指定" in shown and 'id="f-c2"' in shown
    assert "还没有指定“企业名称”" in text(planner.post(asked, data={"c1": "统一社会信用代码"}), 422)
    twice = {"c0": "企业名称", "c1": "统一社会信用代码", "c2": "企业名称"}
    assert 'id="e-c2"' in text(planner.post(asked, data=twice), 422)
    follow(planner, planner.post(asked, data={**twice, "c2": "经营范围"}))
    run_jobs()
    shown = text(planner.get(place))
    assert "还没有写入任何数据" in shown and "将新增" in shown and "确认导入" in shown
    shown = text(planner.get(f"{place}/rows?verdict=changed"))
    assert "<del>餐饮服务</del>" in shown and "<ins>养生会所</ins>" in shown
    assert "餐饮服务 → 养生会所" in planner.get(f"{place}/rows?verdict=changed&export=csv").data.decode()
    for address in (place, asked, f"{place}/rows"):
        text(other.get(address), 404)
    text(other.post(f"{place}/load", data={"mode": "good"}), 404)
    text(planner.post(f"{place}/load", data={"mode": "perhaps"}), 422)
    follow(planner, planner.post(f"{place}/load", data={"mode": "all"}))
    run_jobs()
    assert "查看经营主体" in text(planner.get(place))
    text(planner.post(f"{place}/load", data={"mode": "good"}), 409)
    assert planner.get(asked).status_code == 200
    text(planner.post(asked, data={**twice, "c2": ""}), 422)
    again = upload(planner, "entities", "商户.csv", content, "check").headers["Location"]
    run_jobs()
    assert "没有变化" in text(planner.get(again))
    assert "不需要撤销" in text(planner.get(f"{again}/undo"))
    text(planner.post(f"{again}/undo"), 409)
    text(other.get(f"{place}/undo"), 404)
    text(other.post(f"{place}/undo"), 404)
    shown = text(planner.get(place))
    assert "商户 → 企业名称" in shown and "文件指纹" in shown
    # The firm whose scope it changed is in a library, which keeps nobody from restoring it.
    shown = text(planner.get(f"{place}/undo"))
    assert "将删除这次新增的 1 条，并把更新的 1 条恢复" in shown
    follow(planner, planner.post(f"{place}/undo"))
    run_jobs()
    shown = text(planner.get(place))
    assert "撤销，下面的数目是导入时的。" in shown and "已撤销" in text(planner.get("/registry/imports"))
    with city.acting("scjg.planner"):
        one = entity_queries.entity_by_code(made_up_credit_code(2))
    mine, theirs = (text(who.get(f"/registry/entities/{one.id}")) for who in (planner, other))
    for shown in (mine, theirs):
        assert "变更记录" in shown and "<ins>养生会所</ins>" in shown and "撤销导入" in shown
    assert "商户.csv" in mine and "商户.csv" not in theirs


def test_the_pages_of_an_undo_name_what_stays(
    app: Flask, city: City, planner: FlaskClient, other: FlaskClient, run_jobs: Jobs
) -> None:
    """R-L11: before, what would stay and why; after, the list of it; of another bureau's load nothing."""
    place = upload(planner, "entities", "两户.csv", as_csv([firm(51), firm(52)]), "good").headers["Location"]
    run_jobs()
    with city.acting("scjg.planner"):
        service.note_contact(entity_queries.entity_by_code(made_up_credit_code(52)), "某人", "")
    shown = text(planner.get(f"{place}/undo"))
    assert "其中有 1 条不能撤销" in shown and firm(52)[0] in shown and "登记了联系方式" in shown
    follow(planner, planner.post(f"{place}/undo"))
    run_jobs()
    assert "其中有 1 条没有撤销。" in text(planner.get(place))
    shown = text(planner.get(f"{place}/remainder"))
    assert firm(52)[0] in shown and firm(51)[0] not in shown and "登记了联系方式" in shown
    text(other.get(f"{place}/remainder"), 404)


def test_who_has_no_code_yet_is_registered_by_hand_and_listed(
    planner: FlaskClient, other: FlaskClient
) -> None:
    """R-L5: by the keeper with a registration number or none; everybody reads that the code is still to come."""
    given = {"name": "示范老字号商店", "code": "", "kind": "92", "status": "存续", "jurisdiction_code": "990100", "address": "示范老街2号"}  # fmt: skip
    assert "没有填写统一社会信用代码" in text(planner.post("/registry/entities/new", data=given), 422)
    page = planner.post("/registry/entities/new", data={**given, "registration_number": "无"})
    shown = text(planner.get(page.headers["Location"]))
    assert "暂用编号" in shown and "ZB990100-" in shown and "不报送信用平台" in shown
    for who in (planner, other):
        assert "示范老字号商店" in text(who.get("/registry/entities/without-code"))


def hand_in(planner: FlaskClient, content: bytes, name: str = "企业.xlsx") -> Any:
    return upload(planner, "entities", name, content)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (BOMB, "内存超过上限"),
        (xlsx([["x"]], xl__worksheets__sheet1_dot_xml=XXE), "工作簿打不开"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "没有找到表头"),
        (b"<html><script>alert(1)</script></html>", "这个网页里没有表格"),
    ],
    ids=["xls-bomb", "xxe", "svg", "html"],
)
def test_a_harmful_file_is_one_sentence_and_nothing_is_kept(
    planner: FlaskClient, owner: psycopg.Connection, content: bytes, sentence: str
) -> None:
    before = owner.execute("SELECT count(*) FROM stored_file").fetchone()
    answer = hand_in(planner, content)
    assert answer.status_code == 422 and sentence in answer.text
    assert owner.execute("SELECT count(*) FROM stored_file").fetchone() == before
    assert planner.get("/registry/imports").status_code == 200


def test_a_file_that_fails_only_while_it_is_loaded_ends_the_job_with_a_sentence(
    planner: FlaskClient, monkeypatch: pytest.MonkeyPatch, run_jobs: Jobs
) -> None:
    """The job reads it again in a process of its own; what ends that process ends the job in order, once."""
    place = hand_in(planner, as_csv([firm(1)]), "企业.csv").headers["Location"]

    def starving(parts: Any, columns: Any, limits: Limits, *rest: Any, **more: Any) -> SourceTable:
        return read_table(parts, columns, dataclasses.replace(limits, memory=8 << 20), *rest, **more)

    monkeypatch.setattr("onedoor.imports.service.imports.read_table", starving)
    run_jobs()
    assert "内存超过上限" in planner.get(place).text


def test_a_file_larger_than_is_taken_is_refused_before_it_is_read(
    app: Flask, planner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As large as the operator allows, and no byte more than its envelope."""
    small = dataclasses.replace(app.extensions["onedoor.config"], largest_file_mb=1)
    monkeypatch.setitem(app.extensions, "onedoor.config", small)
    assert hand_in(planner, bytes((1 << 20) + request_size_limits.ENVELOPE + 1)).status_code == 413
    assert hand_in(planner, as_csv([firm(2)]), "企业.csv").status_code == 303


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\名单.xlsx", "名单.xlsx"),
        ("名单\u202excod.exe", "名单xcod.exe"),
        ("a\x00b\r\nSet-Cookie: x.csv", "abSet-Cookie: x.csv"),
        ("长" * 300 + ".csv", "长" * 196 + ".csv"),
        ("..", "未命名文件"),
        ("", "未命名文件"),
        (None, "未命名文件"),
    ],
)
def test_a_name_is_only_a_name(given: str | None, shown: str) -> None:
    assert files.plain_name(given) == shown


def test_a_name_with_markup_is_shown_as_text(planner: FlaskClient) -> None:
    name = "<img src=x onerror=alert(1)>.csv"
    page = planner.get(hand_in(planner, as_csv([firm(2)]), name).headers["Location"]).text
    assert "<img" not in page and "&lt;img src=x onerror=alert(1)&gt;.csv" in page


def test_whoever_chose_the_wrong_columns_finds_the_way_back(planner: FlaskClient, run_jobs: Jobs) -> None:
    """No row is good: the columns can be said again, and what was wrong is told by the file's own heads."""
    given = as_csv([["某公司", made_up_credit_code(900), "去年"]], ("单位", "登记号码", "眼下情形"))
    answer = upload(planner, "entities", "登记.csv", given, mode="check")
    place = answer.headers["Location"]
    assert "文件的各列是什么" in text(planner.get(f"{place}/columns"))
    wrong = {"c0": "统一社会信用代码", "c1": "企业名称", "c2": "登记状态"}
    for chosen in (wrong, {**wrong, "c0": "企业名称", "c1": "统一社会信用代码"}):
        assert planner.post(f"{place}/columns", data=chosen).status_code == 303
        run_jobs()
        shown = text(planner.get(place))
        assert f'href="{place}/columns"' in shown and 'href="/registry/imports/new/entities"' in shown
        assert "眼下情形（登记状态）" in shown
    rows = load_workbook(io.BytesIO(planner.get(f"{place}/errors.xlsx").data)).active
    assert rows is not None and str(rows.cell(2, 4).value).startswith("眼下情形（登记状态）：“去年”")


def test_rows_for_another_keeper_are_named_on_the_page(planner: FlaskClient, run_jobs: Jobs) -> None:
    given = as_csv([firm(901), firm(902, prefix="31990100"), firm(903, prefix="31990100")])
    answer = upload(planner, "entities", "混合.csv", given, mode="check")
    run_jobs()
    shown = text(planner.get(answer.headers["Location"]))
    assert "有 2 行由示范市司法局维护，请转给该单位导入。是第 3、4 行。" in shown
    theirs = planner.get(f"{answer.headers['Location']}/errors.xlsx?keeper=示范市司法局")
    sheet = load_workbook(io.BytesIO(theirs.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row][:2] for row in sheet.iter_rows()]
    assert rows == [
        ["企业名称", "统一社会信用代码"],
        ["示范第902号商行", made_up_credit_code(902, "31990100")],
        ["示范第903号商行", made_up_credit_code(903, "31990100")],
    ]
    text(planner.get(f"{answer.headers['Location']}/errors.xlsx?keeper=示范市民政局"), 404)


def test_what_could_not_be_read_is_given_back_and_marked(planner: FlaskClient, run_jobs: Jobs) -> None:
    """A lone quote, a comma too many, bytes of another encoding: nothing ends in a 500, and each names the firm."""
    good = as_csv([firm(920), firm(921), firm(922)]).replace(
        "第921号商行".encode(), b"\xff\xfe\xb9\xab\xcb\xbe"
    )
    code = made_up_credit_code(923)
    lines = f'"示范第923号商行,{code},2020-01-02,a,b,c,d,e,f\r\n示范第924号商行,{code},a,b,c,d,e,f,g,h,i\r\n'
    place = upload(planner, "entities", "破损.csv", good + lines.encode()).headers["Location"]
    run_jobs()
    shown = text(planner.get(place))
    assert "本行的引号不成对" in shown and "本行有 11 列" in shown and "有无法识别的文字" in shown
    assert shown.count("示范第923号商行") == 1 and "示范第924号商行" in shown
    answer = planner.get(f"{place}/errors.xlsx")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    head, unreadable, quote, comma = sheet.iter_rows()
    assert [cell.value for cell in head][-1] == "原文件内容"
    assert "\ufffd" in str(unreadable[0].value) and unreadable[0].fill.fgColor.rgb == "FFF4C7C3"
    assert (quote[0].value, quote[1].value) == ('"示范第923号商行', code) and quote[
        1
    ].fill.fgColor.rgb == "FFF4C7C3"
    assert comma[0].value == "示范第924号商行" and str(comma[-1].value).endswith("g｜h｜i")
    for export in ("csv", "xlsx"):
        assert planner.get(f"{place}?export={export}").status_code == 200


def test_new_rows_show_what_was_read(planner: FlaskClient, run_jobs: Jobs) -> None:
    place = upload(planner, "entities", "新.csv", as_csv([firm(930)]), "check").headers["Location"]
    run_jobs()
    shown = text(planner.get(f"{place}/rows?verdict=new"))
    assert "读入的内容" in shown and "2020-01-02" in shown and "示范市城区示例路930号" in shown
    assert (
        "注册地址：示范市城区示例路930号" in planner.get(f"{place}/rows?verdict=new&export=csv").data.decode()
    )


def test_another_citys_file_is_asked_about_once(planner: FlaskClient, run_jobs: Jobs) -> None:
    rows = [[*firm(number)[:6], "某省", "邻市", "邻市大街1号"] for number in range(940, 950)]
    place = upload(planner, "entities", "邻市.csv", as_csv(rows), "good").headers["Location"]
    run_jobs()
    assert "像是其他地方的名录。没有写入任何数据" in text(planner.get(place))
    place = upload(planner, "entities", "邻市.csv", as_csv(rows), "check").headers["Location"]
    run_jobs()
    shown = text(planner.get(place))
    assert "有 10 行的所在地（某省邻市 等）不在本单位的辖区" in shown
    follow(planner, planner.post(f"{place}/load", data={"mode": "good"}))
    run_jobs()
    assert "查看经营主体" in text(planner.get(place))


def test_a_file_without_a_head_and_one_with_several_sheets_are_asked_about(
    planner: FlaskClient, run_jobs: Jobs
) -> None:
    given = as_csv([firm(911)[1:2] + ["示范第911号商行"]], ["91990100", "店"]).split(b"\n", 1)[1]
    place = upload(planner, "entities", "无表头.csv", given).headers["Location"]
    asked = f"{place}/columns"
    assert "第一行就是数据，没有表头" in text(planner.get(asked))
    chosen = {"c0": "统一社会信用代码", "c1": "企业名称"}
    follow(planner, planner.post(asked, data=chosen))
    run_jobs()
    assert "查看经营主体" in text(planner.get(place))


QUARTERS = [
    ("一季度", firm(912)),
    ("二季度", firm(913)),
    ("说明", ["本表由登记科填报", "", "电话 0476-1234567"]),
]


def quarters() -> bytes:
    book = Workbook()
    for name, row in QUARTERS:
        sheet = book.create_sheet(name)
        if name != "说明":
            sheet.append(["示范市企业名录"])
            sheet.append(list(CLERKS_HEAD) if name == "一季度" else [*CLERKS_HEAD[1:], CLERKS_HEAD[0]])
        sheet.append(list(row) if name != "二季度" else [*row[1:], row[0]])
    del book["Sheet"]
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_alike_sheets_are_read_together_and_the_others_are_named(
    planner: FlaskClient, run_jobs: Jobs
) -> None:
    place = upload(planner, "entities", "两季度.xlsx", quarters()).headers["Location"]
    shown = text(planner.get(f"{place}/columns"))
    assert shown.count('name="sheet"') == 3 and shown.count(' name="sheet" value="一季度" checked') == 1
    assert (
        ' name="sheet" value="二季度" checked' in shown and ' name="sheet" value="说明" checked' not in shown
    )
    assert "“说明”的前几行" in shown and "本表由登记科填报" in shown and "第 2 行" in shown
    form = {f"c{at}": head for at, head in enumerate(CLERKS_HEAD)}
    follow(planner, planner.post(f"{place}/columns", data=form))
    run_jobs()
    shown = text(planner.get(place))
    assert (
        "表头相同的 2 个工作表已合在一起读入：一季度、二季度" in shown and "没有读入的工作表：说明" in shown
    )
    shown = text(planner.get(f"{place}/rows?verdict=unchanged")) + text(
        planner.get(f"{place}/rows?verdict=new")
    )
    assert "示范第912号商行" in shown and "示范第913号商行" in shown and "3（二季度）" in shown


def test_the_clerk_chooses_sheets_and_the_row_of_the_heads(planner: FlaskClient, run_jobs: Jobs) -> None:
    place = upload(planner, "entities", "两季度.xlsx", quarters()).headers["Location"]
    asked, sheets = f"{place}/columns", f"{place}/sheet"
    for chosen, sentence in (
        ({"sheet": "三季度"}, "没有“三季度”这个工作表"),
        ({}, "请至少选一个工作表"),
        ({"sheet": ["一季度", "说明"]}, "表头与“一季度”不同"),
        ({"sheet": "一季度", "header_row": "9"}, "不能作表头"),
        ({"sheet": "二季度", "header_row": "1"}, "没有找到表头"),
    ):
        assert sentence in follow(planner, planner.post(sheets, data=chosen))
    shown = follow(planner, planner.post(sheets, data={"sheet": "二季度", "header_row": "2"}))
    assert (
        ' name="sheet" value="二季度" checked' in shown
        and ' name="sheet" value="一季度" checked' not in shown
    )
    form = {f"c{at}": head for at, head in enumerate([*CLERKS_HEAD[1:], CLERKS_HEAD[0]])}
    follow(planner, planner.post(asked, data=form))
    run_jobs()
    shown = text(planner.get(place))
    assert "没有读入的工作表：一季度、说明" in shown and "合在一起" not in shown
