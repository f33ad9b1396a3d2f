"""Registry loads over the API with a bureau's token (R-L11, R-T1)."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.imports import service as import_service
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.scope import in_scope
from onedoor.officers import service as officer_service
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from onedoor.targets.models import Target
from tenants import people, scope
from tenants.models import ApiToken, Unit
from tenants.rules import Permission
from tests.fixtures.city import City
from tests.fixtures.clerk_files import HEAD, as_csv, firm
from tests.fixtures.plans import list_items
from tests.kernel.workbooks import xls


def token(city: City, letters: str, *permissions: Permission) -> dict[str, str]:
    """A header with a fresh token of a bureau."""
    secret = f"t-{letters}-{'-'.join(permissions)}"
    with in_scope(scope.identity(), city.app):
        db.session.add(
            ApiToken(
                tenant_id=city.bureaus[letters],
                name="接口",
                token_digest=people.digest(secret),
                permissions=[one.value for one in permissions],
                created_by="测试",
                created_at=now(),
                expires_at=now() + timedelta(days=1),
            )
        )
        db.session.commit()
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module")
def keeper(city: City) -> dict[str, str]:
    return token(city, "SCJG", Permission.REGISTRY_WRITE)


@pytest.fixture(scope="module")
def other(city: City) -> dict[str, str]:
    return token(city, "WSJK", Permission.REGISTRY_WRITE)


def hand_in(city: City, headers: dict[str, str], kind: str, content: bytes, mode: str = "good") -> Any:
    data = {"file": (io.BytesIO(content), "企业.csv")}
    return city.client().post(f"/api/v1/registry/loads/{kind}?mode={mode}", data=data, headers=headers)


def read(city: City, place: str, headers: dict[str, str]) -> Any:
    return city.client().get(place, headers=headers).json


def send(city: City, method: str, place: str, headers: dict[str, str], **body: Any) -> Any:
    return city.client().open(f"/api/v1/{place}", method=method, json=body, headers=headers)


def test_a_file_is_loaded_and_its_problems_read(
    city: City, keeper: dict[str, str], other: dict[str, str], run_jobs: Callable[[], int]
) -> None:
    answer = hand_in(city, keeper, "entities", as_csv([firm(1), firm(2), ["坏", "1", *firm(1)[2:]]]))
    assert answer.status_code == 202, answer.json
    place = f"/api/v1/registry/loads/{answer.json['id']}"
    assert answer.json["state"] == "waiting"
    run_jobs()
    shown = read(city, place, keeper)
    assert (shown["state"], shown["outcome"]["added"], shown["outcome"]["rejected"]) == ("done", 2, 1)
    (problem,) = read(city, f"{place}/problems", keeper)["items"]
    assert (problem["row"], problem["column"], problem["refused"]) == (4, "统一社会信用代码", True)
    assert problem["reason"] == "统一社会信用代码应为 18 位，实为 1 位。"
    assert city.client().get(place, headers=other).status_code == 404


def test_loads_are_listed_and_read_beyond_the_first_thousand(
    city: City,
    keeper: dict[str, str],
    other: dict[str, str],
    run_jobs: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [[f"坏{n}", str(n), *firm(1)[2:]] for n in range(5)]
    answer = hand_in(city, keeper, "entities", as_csv([*rows, *(firm(n) for n in (81, 82, 83))]), "check")
    run_jobs()
    place = f"/api/v1/registry/loads/{answer.json['id']}"

    def all_of(part: str) -> list[int]:
        found: list[Any] = []
        after = ""
        while True:
            page = read(city, f"{place}/{part}size=2&after={after}", keeper)
            assert len(page["items"]) <= 2
            found += page["items"]
            if page["next"] is None:
                break
            after = page["next"]
        assert page["count"] == len(found)
        return [one["row"] for one in found]

    assert all_of("problems?") == [2, 3, 4, 5, 6]
    assert all_of("rows?verdict=new&") == [7, 8, 9]
    gone = all_of("rows?verdict=gone&")
    assert set(gone) <= {None}, "what stands in no row is read to its end as well"
    stranger = f"{place}/problems?after={answer.json['id']}"
    assert city.client().get(stranger, headers=keeper).status_code == 422
    listed = read(city, "/api/v1/registry/loads?size=1", keeper)
    assert [one["id"] for one in listed["items"]] == [answer.json["id"]]
    below = read(city, f"/api/v1/registry/loads?size=200&after={listed['next']}", keeper)["items"]
    assert answer.json["id"] not in {one["id"] for one in below}
    theirs = read(city, "/api/v1/registry/loads", other)["items"]
    assert answer.json["id"] not in {one["id"] for one in theirs}


def test_rows_that_another_bureau_keeps_are_counted_and_named(
    city: City, keeper: dict[str, str], run_jobs: Callable[[], int]
) -> None:
    rows = [firm(1), firm(401, prefix="31990100"), firm(402, prefix="31990100")]
    answer = hand_in(city, keeper, "entities", as_csv(rows), "check")
    run_jobs()
    outcome = read(city, f"/api/v1/registry/loads/{answer.json['id']}", keeper)["outcome"]
    assert (outcome["elsewhere"], outcome["others"]) == ({"示范市司法局": 2}, {"示范市司法局": [3, 4]})


def test_a_file_with_heads_of_its_own_is_looked_over_and_then_loaded(
    city: City, keeper: dict[str, str], other: dict[str, str], run_jobs: Callable[[], int]
) -> None:
    content = as_csv([firm(1)[:2], ["示范第9号商行", firm(9)[1]]], ["商户", "信用号"])
    mapping = '{"企业名称": "商户", "统一社会信用代码": "信用号"}'
    assert hand_in(city, keeper, "entities", content, "check").status_code == 422
    for wrong in ('{"企业名称": "没有"}', "[1]", "{"):
        answer = hand_in(city, keeper, "entities", content, f"check&columns={wrong}")
        assert answer.status_code == 422, answer.json
    answer = hand_in(city, keeper, "entities", content, f"check&columns={mapping}")
    place = f"/api/v1/registry/loads/{answer.json['id']}"
    run_jobs()
    outcome = read(city, place, keeper)["outcome"]
    assert (outcome["written"], outcome["would"]["added"], outcome["would"]["unchanged"]) == (False, 1, 1)
    (row,) = read(city, f"{place}/rows?verdict=new", keeper)["items"]
    assert (row["row"], row["name"], row["changes"]) == (3, "示范第9号商行", None)
    assert city.client().post(f"{place}/load?mode=good", headers=other).status_code == 404
    assert city.client().post(f"{place}/load?mode=good", headers=keeper).status_code == 202
    run_jobs()
    assert read(city, place, keeper)["outcome"]["added"] == 1
    assert city.client().post(f"{place}/load?mode=good", headers=keeper).status_code == 409


def test_a_workbook_of_the_old_kind_is_taken_too(
    city: City, keeper: dict[str, str], run_jobs: Callable[[], int]
) -> None:
    name, code = firm(63)[:2]
    content = xls([(0, 0, "企业名称"), (0, 1, "统一社会信用代码"), (1, 0, name), (1, 1, code)])
    answer = hand_in(city, keeper, "entities", content, "check")
    run_jobs()
    outcome = read(city, f"/api/v1/registry/loads/{answer.json['id']}", keeper)["outcome"]
    assert (outcome["rows"], outcome["rejected"], outcome["would"]["added"]) == (1, 0, 1)


def test_what_cannot_be_loaded_is_a_problem_document(city: City, keeper: dict[str, str]) -> None:
    for kind, content, mode in (
        ("entities", b"", "good"),
        ("weather", as_csv([firm(1)]), "good"),
        ("entities", as_csv([firm(1)]), "perhaps"),
    ):
        answer = hand_in(city, keeper, kind, content, mode)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), answer.data
    without: Any = city.client().post("/api/v1/registry/loads/entities", data={"x": "y"}, headers=keeper)
    assert without.status_code == 422 and without.json["errors"][0]["field"] == "file"


def test_a_token_without_the_permission_is_refused(city: City) -> None:
    headers = token(city, "SCJG", Permission.BUREAU_READ)
    assert hand_in(city, headers, "entities", as_csv([firm(1)])).status_code == 403
    assert hand_in(city, {}, "entities", as_csv([firm(1)])).status_code == 401


def _sheet(content: bytes) -> Iterator[Any]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return iter(sheet.values)


def test_a_whole_load_over_the_interface(
    city: City, keeper: dict[str, str], other: dict[str, str], run_jobs: Callable[[], int]
) -> None:
    """Template, heads settled, looked over, errors as a workbook, loaded, taken back; and nothing of it is another's."""
    client = city.client()
    empty: Any = client.get("/api/v1/registry/template.xlsx?kind=entities", headers=keeper)
    said, heads = itertools.islice(_sheet(empty.data), 2)
    assert (str(said[0]).startswith("说明："), heads[0]) == (True, "企业名称")
    content = as_csv([firm(60)[:2], ["坏", "1"], firm(61)[:2]], ["商户", "信用号"], "gb18030")
    place = (
        f"/api/v1/registry/loads/{hand_in(city, keeper, 'entities', content, 'check&ask=true').json['id']}"
    )
    assert read(city, place, keeper)["state"] == "asked"
    seen = read(city, f"{place}/columns", keeper)
    assert [one["head"] for one in seen["columns"]] == ["商户", "信用号"] and "企业名称" in seen["required"]
    for places, status in (({"企业名称": 0}, 422), ({"企业名称": 9, "统一社会信用代码": 1}, 422)):
        assert client.put(f"{place}/columns", json={"places": places}, headers=keeper).status_code == status
    good = {"places": {"企业名称": 0, "统一社会信用代码": 1}}
    assert client.put(f"{place}/columns", json=good, headers=other).status_code == 404
    assert client.put(f"{place}/columns", json=good, headers=keeper).status_code == 202
    run_jobs()
    assert read(city, place, keeper)["outcome"]["would"]["added"] == 2
    wrong: Any = client.get(f"{place}/errors.xlsx", headers=keeper)
    head, bad = _sheet(wrong.data)
    assert bad[0] == "坏" and "应为 18 位" in bad[2] and head[2] == "问题说明"
    assert client.post(f"{place}/load?mode=good", headers=keeper).status_code == 202
    stopping: Any = client.post(f"{place}/stop", headers=keeper)
    assert stopping.status_code == 202
    run_jobs()
    shown = read(city, place, keeper)
    assert shown["state"] == "failed" and "已按要求停止" in shown["problem"]
    assert client.post(f"{place}/undo", headers=keeper).status_code == 409
    client.post(f"{place}/go-on", headers=keeper)
    run_jobs()
    assert read(city, place, keeper)["outcome"]["added"] == 2
    for step in ("stop", "go-on"):
        assert client.post(f"{place}/{step}", headers=keeper).status_code == 409
        assert client.post(f"{place}/{step}", headers=other).status_code == 404
    assert client.post(f"{place}/undo", headers=other).status_code == 404
    assert client.post(f"{place}/undo", headers=keeper).status_code == 202
    run_jobs()
    assert read(city, place, keeper)["undone_at"] is not None


def test_the_register_is_searched_filtered_and_paged_as_its_page_is(
    city: City, keeper: dict[str, str], other: dict[str, str], run_jobs: Callable[[], int]
) -> None:
    hand_in(
        city,
        keeper,
        "entities",
        as_csv([firm(n, scope="锅炉维修" if n < 404 else "洗浴") for n in range(401, 407)]),
    )
    run_jobs()
    reader = token(city, "WSJK", Permission.BUREAU_READ)
    place = "/api/v1/registers/entities"
    assert city.client().get(place).status_code == 401
    assert city.client().get(place, headers=other).status_code == 403
    boilers = read(city, f"{place}?q=锅炉 维修&sort=-code", reader)
    assert [one["name"] for one in boilers["items"]] == [f"示范第{n}号商行" for n in (403, 402, 401)]
    assert (boilers["count"], boilers["next"], boilers["previous"]) == (3, None, None)
    whole = read(city, f"{place}?sort=-registered_on&size=200", reader)
    seen: list[Any] = []
    after: str | None = ""
    while after is not None:
        part = read(city, f"{place}?sort=-registered_on&size=2&after={after}", reader)
        seen, after = [*seen, *part["items"]], part["next"]
    assert [one["id"] for one in seen] == [one["id"] for one in whole["items"]]
    assert len(seen) == whole["count"] >= 6
    assert read(city, f"{place}?q=洗浴&kind=92", reader)["items"] == []
    assert read(city, f"{place}?from=2020-01-03", reader)["count"] == 0
    assert (
        read(city, f"{place}?industry=I", reader)["count"]
        == 0
        == read(city, f"{place}?tag=无", reader)["count"]
    )
    assert read(city, f"{place}?library=mine", reader)["count"] == 0
    wrong_ones = ("sort=capital", "status=gone", "size=0", "from=昨天", "industry=餐饮", "library=theirs")
    for wrong in wrong_ones:
        assert city.client().get(f"{place}?{wrong}", headers=reader).status_code == 422
    document: Any = city.client().get("/api/v1/openapi.json").json
    described = document["paths"][place]["get"]
    filters = {"kind", "status", "place", "industry", "tag", "library", "from", "to", "without_code"}
    assert {"q", *filters, "sort", "size", "after", "before"} == {
        one["name"] for one in described["parameters"]
    }


def test_a_library_is_read_by_its_own_bureau_alone(city: City) -> None:
    reader = token(city, "SCJG", Permission.BUREAU_READ, Permission.REGISTRY_WRITE)
    with city.acting("scjg.planner"):
        found = db.session.scalars(sa.select(Entity).order_by(Entity.code)).first()
        assert found is not None
        unit = Unit(id=new_id(), tenant_id=city.bureaus["SCJG"], name="接口科")
        db.session.add(unit)
        db.session.flush()
        of = {"tenant_id": unit.tenant_id, "entity_id": found.id, "unit_id": unit.id}
        db.session.add(Target(**of, listed_on=today()))
    place = "/api/v1/registers/targets"
    (one,) = read(city, f"{place}?listed=true&q={found.name}", reader)["items"]
    assert (one["entity"]["code"], one["ended_on"], one["unit"]) == (found.code, None, "接口科")
    assert read(city, f"{place}?unit=接口科", reader)["count"] == 1
    assert read(city, f"{place}?unit=-", reader)["count"] == 0
    assert read(city, "/api/v1/registers/items?unit=接口科", reader)["count"] == 0
    assert read(city, f"{place}?listed=false", reader)["count"] == 0
    assert read(city, f"{place}?risk=高", reader)["count"] == 0
    assert read(city, f"{place}?rule={found.id}", reader)["count"] == 0
    mine = read(city, "/api/v1/registers/entities?library=mine", reader)
    assert [each["code"] for each in mine["items"]] == [found.code]
    theirs = token(city, "SFJ", Permission.BUREAU_READ, Permission.REGISTRY_WRITE)
    assert read(city, place, theirs) == {"count": 0, "items": [], "next": None, "previous": None}


def test_details_of_targets_go_in_and_out_but_for_phones(
    city: City, keeper: dict[str, str], other: dict[str, str], run_jobs: Callable[[], int]
) -> None:
    """R-T7: contacts, tags and levels by a sheet of the old kind, looked over, loaded, told again, taken back."""
    name, code = firm(61)[:2]
    with city.acting("scjg.planner"):
        import_service.run_import(
            import_service.begin_import("entities", "甲.csv", as_csv([firm(61)])).id, NoProgress()
        )
        target_service.save_scale("低 0\n高 50")
        target_service.add_tag("接口标签", "", shared=False)
        found = db.session.scalars(sa.select(Entity).where(Entity.code == code)).one()
        key = found.id
        if target_queries.target_of(key) is None:
            db.session.add(Target(tenant_id=city.bureaus["SCJG"], entity_id=key, listed_on=today()))
    heads = ("统一社会信用代码", "联系人", "手机号", "标签", "风险等级", "评定理由")
    cells = (code, "某甲", "13900000061", "接口标签", "高", "年度评定")
    content = xls(
        [(line, place, text) for line, row in enumerate((heads, cells)) for place, text in enumerate(row)]
    )
    place = f"/api/v1/registry/loads/{hand_in(city, keeper, 'details', content, 'check').json['id']}"
    run_jobs()
    assert read(city, place, keeper)["outcome"]["would"] == {"added": 0, "changed": 1, "unchanged": 0}
    (row,) = read(city, f"{place}/rows?verdict=changed", keeper)["items"]
    assert (row["name"], row["changes"]["phone"]) == (name, [None, None])
    assert city.client().post(f"{place}/load?mode=all", headers=other).status_code == 404
    assert city.client().post(f"{place}/load?mode=all", headers=keeper).status_code == 202
    run_jobs()
    reader = token(city, "SCJG", Permission.BUREAU_READ, Permission.PLAN_DRAFT)
    library = f"/api/v1/registers/targets?q={name}"
    (one,) = read(city, library, reader)["items"]
    result = {key: one[key] for key in ("tags", "risk", "grounds", "person")}
    assert result == {"tags": ["接口标签"], "risk": "高", "grounds": "年度评定", "person": "某甲"}
    assert "13900000061" not in str(one)
    bad = hand_in(city, keeper, "details", as_csv([[code, "极高"]], ("统一社会信用代码", "风险等级")))
    run_jobs()
    (problem,) = read(city, f"/api/v1/registry/loads/{bad.json['id']}/problems", keeper)["items"]
    assert (problem["column"], problem["refused"]) == ("风险等级", True) and "可填：低、高" in problem[
        "reason"
    ]
    assert city.client().post(f"{place}/undo", headers=keeper).status_code == 202
    run_jobs()
    (one,) = read(city, library, reader)["items"]
    assert (one["tags"], one["risk"], one["person"]) == ([], None, "")
    empty: Any = city.client().get("/api/v1/registry/template.xlsx?kind=details", headers=keeper)
    assert "“加标签”" in str(next(_sheet(empty.data))[0])
    with city.acting("scjg.planner"):
        (target,) = db.session.scalars(
            sa.select(Target).where(Target.entity_id == key, Target.ended_on.is_(None))
        )
        target_service.end_targets([target.id], "接口测试完毕")


def test_items_and_officers_are_searched_by_their_own_bureau_alone(city: City) -> None:
    """The same lists as the pages show, without numbers of people."""
    list_items(city, "SCJG")
    with city.acting("scjg.planner"):
        for n, name in enumerate(("甲某", "乙某")):
            given = {"name": name, "body": "示例市市场监管局", "post": "", "kinds": "", "area": ""}
            expires = {"certificate_number": f"示接口{n}", "certificate_expires_on": today()}
            more = {"qualifications": ["食品"] if n else [], "leads": False, "unit_id": None}
            officer_service.save_inspector(None, {**given, **expires, **more}, "", "13900007777")
    reader = token(city, "SCJG", Permission.BUREAU_READ, Permission.DISCLOSE)
    place = "/api/v1/registers/inspectors"
    whole = read(city, f"{place}?q=示接口&sort=-name&size=1", reader)
    assert (whole["count"], whole["items"][0]["name"]) == (2, "乙某")
    assert (
        read(city, f"{place}?q=示接口&sort=-name&size=1&after={whole['next']}", reader)["items"][0]["name"]
        == "甲某"
    )
    (one,) = read(city, f"{place}?qualification=食品&status=proposed&drawn=false", reader)["items"]
    assert one["certificate_number"] == "示接口1" and "phone" not in one
    assert read(city, f"{place}?drawn=true", reader)["count"] == 0
    (item,) = read(city, "/api/v1/registers/items?q=食品 监督&state=published&market=true", reader)["items"]
    assert item["number"] == "SCJG-001"
    assert read(city, "/api/v1/registers/items?mode=unfit", reader)["count"] == 0
    assert city.client().get(f"{place}?sort=phone", headers=reader).status_code == 422
    theirs = token(city, "SFJ", Permission.BUREAU_READ, Permission.DISCLOSE)
    for each in ("items", "inspectors"):
        assert read(city, f"/api/v1/registers/{each}", theirs)["items"] == []


def test_a_correction_goes_with_its_evidence_to_the_keeper_and_back(city: City) -> None:
    """R-T4: between the two bureaus it is for; what is no picture or PDF, or one's own firm, is refused in words."""
    sender = token(city, "WSJK", Permission.REGISTRY_WRITE, Permission.BUREAU_READ)
    keeper = token(city, "SCJG", Permission.REGISTRY_WRITE, Permission.BUREAU_READ)
    third = token(city, "YJGL", Permission.REGISTRY_WRITE, Permission.BUREAU_READ)
    with city.acting("scjg.planner"):
        import_service.run_import(
            import_service.begin_import("entities", "甲.csv", as_csv([firm(881)])).id, NoProgress()
        )
    place, scan = "/api/v1/belongings/corrections", b"%PDF-1.4\n%%EOF"
    asked = {"entity": firm(881)[1], "field": "capital", "value": "9 万元", "reason": "实地核查"}

    def propose(headers: dict[str, str], *files: tuple[bytes, str], **more: str) -> Any:
        given = [(io.BytesIO(content), name) for content, name in files]
        return city.client().post(place, data={**asked, **more, "files": given}, headers=headers)

    many = propose(sender, *[(scan, f"{n}.pdf") for n in range(6)])
    assert many.status_code == 422 and "最多附 5 个文件" in str(many.json)
    for content, said in (
        (b"MZ", "不是照片"),
        (b"\x89PNG", "可以使用的照片"),
        (b"", "是空的"),
        (b"%PDF-1.4 cut", "不完整"),
    ):
        refused = propose(sender, (content, "甲.pdf"))
        assert refused.status_code == 422 and said in str(refused.json), refused.json
    large = propose(sender, (b"%PDF-" + bytes(10 << 20) + b"%%EOF", "大.pdf"))
    assert large.status_code == 422 and "太大" in str(large.json)
    assert propose(keeper).status_code == 422
    assert propose(sender, entity="无").status_code == 404
    made = propose(sender, (scan, "../甲.PDF"))
    assert made.status_code == 201, made.json
    (file,) = made.json["files"]
    assert (file["name"], file["size"], made.json["entity_code"]) == ("甲.pdf", len(scan), firm(881)[1])
    one = f"{place}/{made.json['id']}"
    for headers in (sender, keeper):
        assert read(city, one, headers)["files"] == [file]
        assert city.client().get(f"{one}/files/{file['id']}", headers=headers).data == scan
    for path in (one, f"{one}/files/{file['id']}"):
        assert city.client().get(path, headers=third).status_code == 404
    assert read(city, place, third)["items"] == []
    answer = {"decision": "accept", "answer": ""}
    assert city.client().post(f"{one}/answer", json=answer, headers=third).status_code == 404
    assert city.client().post(f"{one}/answer", json=answer, headers=sender).status_code == 403
    answered: Any = city.client().post(f"{one}/answer", json=answer, headers=keeper)
    assert answered.json["state"] == "accepted"
    listed = read(city, f"{place}?part=sent&state=accepted", sender)["items"]
    assert [each["id"] for each in listed] == [made.json["id"]]


def test_places_and_licences_come_in_over_the_interface(
    city: City, keeper: dict[str, str], other: dict[str, str], run_jobs: Callable[[], int]
) -> None:
    """R-L11, R-T4: in any encoding, by whom they are kept, with what was wrong by row; and they are taken back."""
    with city.acting("scjg.planner"):
        import_service.run_import(
            import_service.begin_import("entities", "甲.csv", as_csv([firm(882)])).id, NoProgress()
        )
    heads = ("统一社会信用代码", "场所名称", "地址", "所在地")
    rows = [[firm(882)[1], "接口店", "接口路1号", ""], [firm(882)[1], "错店", "接口路2号", "火星"]]
    content = as_csv(rows, heads, "gb18030")
    refused = hand_in(city, other, "premises", content)
    assert refused.status_code == 403 and "提出更正" in str(refused.json)
    answer = hand_in(city, keeper, "premises", content)
    run_jobs()
    place = f"/api/v1/registry/loads/{answer.json['id']}"
    outcome = read(city, place, keeper)["outcome"]
    assert (outcome["added"], outcome["rejected"]) == (1, 1)
    (problem,) = read(city, f"{place}/problems", keeper)["items"]
    assert (problem["row"], problem["column"]) == (3, "所在地")
    book = load_workbook(io.BytesIO(city.client().get(f"{place}/errors.xlsx", headers=keeper).data))
    assert "没有“火星”这个地方" in str([[cell.value for cell in row] for row in book.worksheets[0].rows])
    assert city.client().get(place, headers=other).status_code == 404
    permits = ("统一社会信用代码", "许可证种类", "许可证编号", "有效期至", "场所编号")
    row = [firm(882)[1], "卫生许可证", "接1", "长期", "1"]
    mine = hand_in(city, other, "licences", as_csv([row], permits))
    run_jobs()
    assert read(city, f"/api/v1/registry/loads/{mine.json['id']}", other)["outcome"]["added"] == 1
    reader = token(city, "YJGL", Permission.BUREAU_READ)
    listed = f"/api/v1/belongings/licences?entity={firm(882)[1]}"
    (licence,) = read(city, listed, reader)["items"]
    assert (licence["number"], licence["premises_number"], licence["valid_to"]) == ("接1", 1, None)
    refused = city.client().post(f"{place}/undo", headers=keeper)
    assert refused.status_code == 409 and "已登记许可证" in str(refused.json)
    for headers, path in ((other, f"/api/v1/registry/loads/{mine.json['id']}"), (keeper, place)):
        assert city.client().post(f"{path}/undo", headers=headers).status_code == 202
        run_jobs()
        assert read(city, path, headers)["undone_at"]
    assert read(city, listed, reader)["items"] == []
    with city.acting("scjg.planner"):
        changes = entity_queries.belongings_history(entity_queries.entity_by_code(firm(882)[1]).id)
        assert {(one.change.part, one.change.what, one.change.source) for one in changes} == {
            (part, what, source)
            for part in ("premises", "licence")
            for what, source in (("added", "interface"), ("removed", "undo"))
        }
    for kind in ("premises", "licences"):
        empty = city.client().get(f"/api/v1/registry/template.xlsx?kind={kind}", headers=keeper)
        assert load_workbook(io.BytesIO(empty.data)).worksheets[0].max_row == 2


def test_what_stays_when_a_load_is_taken_back_is_told_before_and_after(
    city: City, keeper: dict[str, str], other: dict[str, str], run_jobs: Callable[[], int]
) -> None:
    """R-L11: one firm that is used holds up nothing else, and is named with the reason; another bureau reads neither."""
    place = f"/api/v1/registry/loads/{hand_in(city, keeper, 'entities', as_csv([firm(890), firm(891)])).json['id']}"
    run_jobs()
    with city.acting("scjg.planner"):
        used = entity_queries.entity_by_code(firm(891)[1])
        target_service.note_contact(used, "某人", "")
    preview = read(city, f"{place}/undo", keeper)
    assert (preview["refusal"], preview["stays"]) == (None, 1)
    assert [(one["key"], one["name"]) for one in preview["first"]] == [(used.code, used.name)]
    assert city.client().post(f"{place}/undo", headers=keeper).status_code == 202
    run_jobs()
    (stays,) = read(city, f"{place}/remainder", keeper)["items"]
    assert stays["key"] == used.code and "登记了联系方式" in stays["reason"]
    assert read(city, place, keeper)["outcome"]["undone"] == {"removed": 1, "restored": 0, "left": 1}
    assert "已经撤销" in read(city, f"{place}/undo", keeper)["refusal"]
    for part in ("undo", "remainder"):
        assert city.client().get(f"{place}/{part}", headers=other).status_code == 404


def test_entities_without_a_code_are_asked_for(
    city: City, keeper: dict[str, str], run_jobs: Callable[[], int]
) -> None:
    """R-L5: they come in with a file over the interface, and are listed until their code comes."""
    row = firm(895)
    row[1] = ""
    hand_in(city, keeper, "entities", as_csv([[*row, "无"]], (*HEAD, "注册号")))
    run_jobs()
    reading = token(city, "SCJG", Permission.BUREAU_READ, Permission.EXPORT)
    asked = "/api/v1/registers/entities?without_code=true"
    (one,) = read(city, asked, reading)["items"]
    assert one["name"] == row[0] and one["code"].startswith("ZB")
    others = read(city, "/api/v1/registers/entities?without_code=false&q=895", reading)["items"]
    assert one["code"] not in {each["code"] for each in others}
