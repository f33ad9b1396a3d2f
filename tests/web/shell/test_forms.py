"""Forms: what a browser sends, what a schema expects, and errors beside their fields."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from onedoor.kernel.errors import ClerkError
from onedoor.web.shell import forms

GOOD = {"name": "餐饮", "rate": "5", "due": "2026-05-01", "method": "spot", "partners": ["fire", "health"]}


class Everything(Schema):
    text = fields.String(required=True, validate=validate.Length(max=4))
    count = fields.Integer(validate=validate.Range(min=1, max=9))
    share = fields.Decimal()
    day = fields.Date()
    at = fields.AwareDateTime(default_timezone=ZoneInfo("Asia/Shanghai"))
    kind = fields.String(validate=validate.OneOf(["a", "b"]))
    many = fields.List(fields.Integer())
    box = fields.Boolean()
    cleared = fields.String(allow_none=True)


@pytest.fixture
def context(gallery: Flask):
    with gallery.test_request_context("/"):
        yield


def read(**values: Any) -> forms.Form:
    return forms.read(Everything(), MultiDict(values))


def test_what_was_typed_arrives_as_values(context: None) -> None:
    form = read(
        text=" 一二 ", count="3", share="2.5", day="2026-03-05", at="2026-03-05T09:30", many=["1", "2"], box="1",
        cleared="", csrf_token="x",
    )  # fmt: skip
    assert form.ok, form.errors
    assert form.data["text"] == "一二" and form.data["many"] == [1, 2] and form.data["box"] is True
    assert form.data["at"] == datetime(2026, 3, 5, 1, 30, tzinfo=UTC)
    assert form.data["cleared"] is None and "csrf_token" not in form.data


def test_what_was_left_empty_is_not_there(context: None) -> None:
    form = read(text="好", count="", many="")
    assert form.ok and form.data == {"text": "好", "many": [], "box": False}


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({}, "text", "请填写此项。"),
        ({"text": "   "}, "text", "请填写此项。"),
        ({"text": "一二三四五"}, "text", "最多 4 个字。"),
        ({"count": "many"}, "count", "请填写整数。"),
        ({"count": "10"}, "count", "应在 1 到 9 之间。"),
        ({"share": "half"}, "share", "请填写数字。"),
        ({"day": "5 March"}, "day", "请按“年-月-日”填写日期，例如 2026-03-05。"),
        ({"kind": "c"}, "kind", "请从所列选项中选择。"),
        ({"many": ["x"]}, "many", "请填写整数。"),
    ],
)
def test_every_refusal_is_a_chinese_sentence_of_its_field(
    context: None, values: dict[str, Any], field: str, sentence: str
) -> None:
    assert sentence in read(**values).wrong(field)


VALIDATORS = [
    (validate.Length(min=2), "一"),
    (validate.Length(min=2, max=3), "一"),
    (validate.Length(equal=2), "一"),
    (validate.Length(max=1), "一二"),
    (validate.Range(min=5), 1),
    (validate.Range(max=1), 5),
    (validate.Range(min=5, min_inclusive=False), 1),
    (validate.Range(max=1, max_inclusive=False), 5),
    (validate.Range(min=2, max=3), 9),
    (validate.OneOf(["a"]), "b"),
    (validate.ContainsOnly(["a"]), ["b"]),
    (validate.Regexp("^a$"), "b"),
    (validate.Email(), "b"),
]


@pytest.mark.parametrize(("validator", "value"), VALIDATORS)
def test_no_english_of_marshmallow_reaches_a_clerk(
    context: None, validator: validate.Validator, value: object
) -> None:
    with pytest.raises(ValidationError) as refused:
        validator(value)
    result = [text for _, text in forms.flatten(refused.value.messages)]
    assert result and not any(mark.isascii() and mark.isalpha() for text in result for mark in text), result


def test_a_form_shows_times_in_shanghai_and_days_as_the_control_wants_them() -> None:
    form = forms.empty(at=datetime(2026, 3, 5, 1, 30, tzinfo=UTC), day=date(2026, 3, 5), none=None)
    assert [form.value(name) for name in ("at", "day", "none", "absent")] == [
        "2026-03-05T09:30",
        "2026-03-05",
        "",
        "",
    ]


def test_what_a_service_refuses_stands_at_its_field_or_on_top(context: None) -> None:
    form = forms.Form().refuse(ClerkError("x", fields={"name": ["请换一个名称。"]}))
    assert form.errors == {"name": ["请换一个名称。"]}
    whole = forms.Form().refuse(ClerkError("已有名为“%(name)s”的计划。", name="餐饮"))
    assert whole.summary() == [(None, "", "已有名为“餐饮”的计划。")]


def token_of(client: FlaskClient) -> str:
    page = client.get("/gallery/form").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def test_errors_stand_beside_the_field_and_on_top_with_a_link(client: FlaskClient) -> None:
    answer = client.post(
        "/gallery/form", data={**GOOD, "name": "", "partners": [], "csrf_token": token_of(client)}
    )
    assert answer.status_code == 422
    assert "有 2 处需要修改" in answer.text
    assert '<a href="#f-name">计划名称：请填写此项。</a>' in answer.text
    assert '<a href="#f-partners">参与部门：请至少选择一个参与部门。</a>' in answer.text
    assert 'aria-invalid="true" aria-describedby="h-name e-name"' in answer.text
    assert 'value="2026-05-01"' in answer.text, "what was typed is kept"


def test_a_good_form_goes_on_and_is_kept_from_other_sites(client: FlaskClient) -> None:
    assert client.post("/gallery/form", data={**GOOD, "csrf_token": token_of(client)}).status_code == 302
    refused = client.post("/gallery/form", data=GOOD)
    assert refused.status_code == 400 and "请刷新页面后重新提交" in refused.text


def test_markup_in_values_stays_text(client: FlaskClient) -> None:
    answer = client.post(
        "/gallery/form", data={"name": '"><script>x</script>', "csrf_token": token_of(client)}
    )
    assert "<script>x" not in answer.text
