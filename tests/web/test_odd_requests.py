"""What a stranger types into the address bar: an answer, never an error of ours, and never our host's name."""

from __future__ import annotations

import pytest

from tests.fixtures.city import PASSWORD, City


@pytest.mark.parametrize(
    "address",
    [
        "/v?endpoint=x",
        "/v?_external=1&_scheme=javascript",
        "/v?_method=POST",
        "/v/%00",
        "/api/v1/disclosures/?q=%00",
        "/open/check?code=%00",
        "/open/results?q=%00",
        "/open/register?before=99999999999999999999999",
        "/witness/%00",
    ],
)
def test_an_odd_address_is_answered(city: City, address: str) -> None:
    answer = city.client().get(address)
    assert answer.status_code < 500
    assert not answer.headers.get("Location", "").startswith(("javascript", "//"))


def test_an_odd_name_does_not_sign_in(city: City) -> None:
    data = {"username": "scjg\x00planner", "password": PASSWORD, "code": ""}
    assert city.client().post("/sign-in", data=data).status_code == 400


def test_an_odd_text_of_a_form_is_refused_or_cleaned(city: City) -> None:
    data = {"title": "计划\x00", "year": "2026", "kind": "yearly"}
    assert city.client("scjg.planner").post("/plans/new", data=data).status_code < 500
