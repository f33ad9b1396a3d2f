"""Numbers of people in free text and in logs (R-T7)."""

from __future__ import annotations

import io
import logging
from datetime import date

import pytest

from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.crypto import plain
from onedoor.kernel.text.masking import keep_out_of_logs, mask_numbers_in, masked_deep

IDENTITY = made_up_identity_number(date(1990, 3, 5), 12)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"身份证号{IDENTITY}，", f"身份证号990100********{IDENTITY[-4:]}，"),
        ("电话13912345678。", "电话139****5678。"),
        ("+86 139-1234-5678", "139****5678"),
        ("办公电话0476-1234567转801", "办公电话0476****4567转801"),
        ("（0476）12345678、(020) 87654321", "0476****5678、020****4321"),
        ("010 87654321", "010****4321"),
        ("2026-0105-1234567 和 04761234567", "2026-0105-1234567 和 04761234567"),
        ("统一代码 91990100MA00000017", "统一代码 91990100MA00000017"),
        ("919901007812345678", "919901007812345678"),
        ("2026-11-21 10:00:00.139123456789", "2026-11-21 10:00:00.139123456789"),
        ("01a1feb6-64f0-708b-b156-13912345678a", "01a1feb6-64f0-708b-b156-13912345678a"),
        ("12345", "12345"),
        ("电话１３９１２３４５６７８。", "电话139****5678。"),
        ("９９０１００１９９００３０５０１２Ｘ", "990100********012X"),
        ("和平街２号", "和平街２号"),
    ],
)
def test_what_is_masked_and_what_is_left(text: str, shown: str) -> None:
    assert mask_numbers_in(text) == shown


def test_masking_goes_down_into_what_is_kept_as_json() -> None:
    given = {"a": [f"号码{IDENTITY}", 3, None], "b": {"c": "13912345678"}}
    assert IDENTITY not in str(masked_deep(given)) and masked_deep(given)["b"] == {"c": "139****5678"}


def test_no_log_of_this_process_holds_a_number() -> None:
    keep_out_of_logs()
    keep_out_of_logs()
    result, log = io.StringIO(), logging.getLogger("onedoor.test-masking")
    handler = logging.StreamHandler(result)
    log.addHandler(handler)
    log.propagate = False
    log.warning("phone %s of %s", "13912345678", IDENTITY)
    try:
        raise ValueError(f"cannot read {IDENTITY}")
    except ValueError:
        log.exception("row %d", 7)
    log.warning("nothing %s here", "personal")
    log.removeHandler(handler)
    said = result.getvalue()
    assert IDENTITY not in said and "13912345678" not in said
    assert "phone 139****5678 of 990100********" in said and "nothing personal here" in said
    assert "Traceback" in said and "row 7" in said


def test_a_number_is_searched_however_it_was_written() -> None:
    assert plain("+86 139-1234 5678") == plain("13912345678") == "13912345678"
    assert plain(IDENTITY[:17] + "x") == IDENTITY[:17] + "X"
